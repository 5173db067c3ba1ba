"""Go's constants as templates write them, to what they stand for; None for what is none."""

import re
from decimal import Decimal

from burnrules.gotemplate.lexer import Kind, Token
from burnrules.gotemplate.tree import Literal, Type

_DIGITS = r"[0-9](?:_?[0-9])*"
_INTEGER = re.compile(
    r"[+-]?(?:0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0(?:_?[0-7])*|[1-9](?:_?[0-9])*)"
)
_FLOAT = re.compile(rf"[+-]?(?:{_DIGITS}(?:\.(?:{_DIGITS})?)?|\.{_DIGITS})(?:[eE][+-]?{_DIGITS})?")
_IMAGINARY = re.compile(rf"(?:{_FLOAT.pattern}|{_INTEGER.pattern})i")
_HEX_FLOAT = re.compile(r"[+-]?0[xX][0-9a-fA-F_]*\.?[0-9a-fA-F_]*[pP][+-]?[0-9]+")
_LARGEST = Decimal("1.7976931348623158e308")
_SIMPLE = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([abfnrtv\\'\"]))"
)


def constant(token: Token) -> Literal | None:
    """What a constant stands for."""
    match token.kind:
        case Kind.NUMBER:
            return _number(token.text)
        case Kind.CHARACTER:
            return _character(token)
        case Kind.RAW:
            start, value = token.start + 1, token.text[1:-1]
            return Literal(Type.TEXT, value, tuple(range(start, start + len(value) + 1)))
    return _unquoted(token)


def _number(text: str) -> Literal | None:
    if _INTEGER.fullmatch(text):
        return Literal(Type.INT, text) if -(2**63) <= _integer(text) < 2**64 else None
    if _FLOAT.fullmatch(text):
        exponent = re.split("[eE]", text)[1:]
        if exponent and len(exponent[0].strip("+-0_")) > 4:
            return Literal(Type.FLOAT, text) if exponent[0].startswith("-") else None
        too_large = abs(Decimal(text.replace("_", ""))) > _LARGEST
        whole = "." not in text and not exponent  # an integer that Go cannot read, as 089
        return None if too_large or whole else Literal(Type.FLOAT, text)
    odd = _IMAGINARY.fullmatch(text) or _HEX_FLOAT.fullmatch(text)
    return Literal(Type.ANY, text) if odd else None


def _integer(text: str) -> int:
    sign, digits = (-1 if text[0] == "-" else 1), text.lstrip("+-").replace("_", "")
    if len(digits) > 80:
        return 2**64
    if re.fullmatch("0[0-7]+", digits):
        return sign * int(digits, 8)
    return sign * int(digits, 0)


def _character(token: Token) -> Literal | None:
    inner = token.text[1:-1]
    escape = _ESCAPE.fullmatch(inner)
    good = (escape and escape[5] != '"') or (len(inner) == 1 and inner not in "\\'")
    return Literal(Type.INT, inner) if good and (not escape or _code_point(escape)) else None


def _unquoted(token: Token) -> Literal | None:
    text, at = token.text, 1
    value: list[str] = []
    places: list[int] = []
    while at < len(text) - 1:
        places.append(token.start + at)
        if text[at] != "\\":
            value.append(text[at])
            at += 1
            continue
        escape = _ESCAPE.match(text, at)
        if escape is None or escape[5] == "'" or not _code_point(escape):
            return None
        value.append(_code_point(escape))
        at = escape.end()
    return Literal(Type.TEXT, "".join(value), (*places, token.start + at))


def _code_point(escape: re.Match[str]) -> str:
    for group, base in ((1, 16), (2, 16), (3, 16), (4, 8)):
        if escape[group]:
            point = int(escape[group], base)
            limit = point < 0x110000 and not 0xD800 <= point < 0xE000
            return chr(point) if limit else ""
    return _SIMPLE.get(escape[5], escape[5])
