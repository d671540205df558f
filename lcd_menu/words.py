"""The languages of the panel: English is in the tree, the others are tables beside this file."""

LANGUAGES = ("en", "es", "fr", "ru", "zh")


def of(language):
    """{English: translated}; empty for English, and for a language that there is not."""
    if language not in LANGUAGES[1:]:
        return {}
    name = "words_" + language
    package = __import__("lcd_menu." + name)
    return getattr(package, name).WORDS
