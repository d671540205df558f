"""A command line of a modem in its parts: V.250, 5.4; 3GPP TS 27.007, 4.2."""


def parsed(text):
    """(name, "", "?", "=" or "=?", arguments without their quotation marks)."""
    head, equals, rest = text.partition("=")
    if equals:
        return head.upper(), "=?" if rest == "?" else "=", _arguments(rest)
    if text[-1:] == "?":
        return text[:-1].upper(), "?", []
    return text.upper(), "", []


def _arguments(text):
    arguments, word, is_quoted = [], "", False
    for sign in text:
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == "," and not is_quoted:
            arguments.append(word)
            word = ""
        else:
            word += sign
    arguments.append(word)
    return arguments
