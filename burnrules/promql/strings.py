"""A value as a PromQL string, and back; apart from the lexer, which most specs do without."""

import json
import re

_PLAIN = re.compile(r"[ !#-\[\]-~]*")


def quoted(value: str) -> str:
    r"""A PromQL string that means exactly this value: nothing in it can end it.

    >>> print(quoted('a"b'), quoted("new" + chr(10) + "line"))
    "a\"b" "new\nline"
    """
    if _PLAIN.fullmatch(value):
        return f'"{value}"'
    return json.dumps(value, ensure_ascii=False)


_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|(.))", re.DOTALL
)
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def unquoted(literal: str) -> str:
    """The value that a string token stands for.

    >>> unquoted(quoted('a"b')), unquoted("`a.b`")
    ('a"b', 'a.b')
    """
    inner = literal[1:-1]
    return inner if literal[0] == "`" else _ESCAPE.sub(_unescaped, inner)


def _unescaped(found: re.Match[str]) -> str:
    for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
        if found[group]:
            point = int(found[group], base)
            return chr(point) if point < 0x110000 else "\ufffd"
    return _SIMPLE.get(found[5], found[5])
