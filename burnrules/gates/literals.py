"""Texts as TraceQL string literals."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def string(text: str) -> str:
    """A text as a TraceQL string literal, which Go's `strconv.Unquote` reads."""
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character == "{":
        return "\\u007b"  # two of them would be an argument to Argo
    return f"\\u{ord(character):04x}" if ord(character) < 32 or ord(character) == 127 else character
