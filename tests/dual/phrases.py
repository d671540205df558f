"""Which English words of a text the panel would show in another language: no test."""

from lcd_menu.words import of, translated

_TABLES = (of("ru"), of("zh"))
_NAMES = ("plc", "from", "until", "errno")  # of a channel, of columns, of numbers
_SHORTEST = 3  # letters
_OF_WORDS = "/._=0123456789"  # with one of these it is a name


def left_in_english(text):
    """Words of small ASCII letters that stay in Russian or Chinese. (The other languages have the
    same keys: tests/dual/test_menu_tree.py.)"""
    return [word for table in _TABLES for word in _words_of(translated(table, text))]


def _words_of(text):
    found, word = [], ""
    for sign in text + " ":
        if sign in _OF_WORDS or "a" <= sign <= "z" or "A" <= sign <= "Z":
            word += sign
        else:
            is_word = len(word) >= _SHORTEST and all(["a" <= each <= "z" for each in word])
            if is_word and word not in _NAMES:
                found.append(word)
            word = ""
    return found
