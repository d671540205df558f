"""The languages of the panel: English is in the tree and in what the DCU says, the others are
tables beside this file: words_… for what stands in the tree, phrases_… for what the DCU says.
"""

LANGUAGES = ("en", "es", "fr", "ru", "zh")
VALUE = "#"  # in a key: a number, a name, an address, which is put into the translation
_BETWEEN = ("\n", ": ", "; ", ", ")  # pieces that are translated for themselves


def of(language):
    """{English: translated}; empty for English, and for a language that there is not."""
    found = {}
    if language in LANGUAGES[1:]:
        found.update(_table("words_" + language).WORDS)
        found.update(_table("phrases_" + language).PHRASES)
    return found


def _table(name):
    return getattr(__import__("lcd_menu." + name), name)


def translated(words, text):
    """`text` by `words`, {English: translated}: as a whole, else piece by piece. What is not
    among them stays as it is."""
    if not words or text in words:
        return words.get(text, text)
    for between in _BETWEEN:
        if between in text:
            return between.join([translated(words, part) for part in text.split(between)])
    return _filled(words, text)


def _filled(words, piece):
    """A piece with values in it; those at its ends may be left out of the key."""
    tokens = piece.split(" ")
    first, end = 0, len(tokens)
    found = _put(words, tokens)
    while found is None and first < end and _is_value(tokens[first]):
        first += 1
        found = _put(words, tokens[first:end])
    while found is None and first < end and _is_value(tokens[end - 1]):
        end -= 1
        found = _put(words, tokens[first:end])
    return piece if found is None else " ".join(tokens[:first] + [found] + tokens[end:])


def _put(words, tokens):
    """The translation with the values in it, or None."""
    key = " ".join([VALUE if _is_value(token) else token for token in tokens])
    found = words.get(key)
    if found is None:
        return None
    parts = found.split(VALUE)
    values = [token for token in tokens if _is_value(token)]
    return "".join([part + value for part, value in zip(parts, values + [""])])


def _is_value(token):
    """A number, a time, HOST:PORT, rs485-1, hes.main, (modem.device), 'typed', or nothing between
    spaces; and the channel that has no number, which is P in a list."""
    if token in ("", "plc", "P", "(errno"):
        return True
    is_name = "." in token[1:-1] or token[0] + token[-1] in ("()", "''")
    return is_name or any(["0" <= sign <= "9" for sign in token])
