"""Characters of a scalar's value to their offsets in the file."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")
_HEADER = re.compile(r"[|>][-+0-9]*[^\r\n]*(?:\r\n|\n|\r|$)")
_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|$)")
_BREAK = re.compile(r"\r\n|\n|\r")
_FOLD = re.compile(r"[ \t]*(\r\n|\n|\r)\s*")
_CODE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")
_JOIN = re.compile(r"\\[ \t]*(?:\r\n|\n|\r)\s*")
_NAMED = dict(zip("0abtnvfreN_LP", "\0\a\b\t\n\v\f\r\x1b\x85\xa0\u2028\u2029", strict=True))


class _Unit(NamedTuple):
    """One character of a value, or none, and where it stands in the file."""

    text: str
    start: int
    end: int


def offsets(source: str, style: str, value: str) -> list[tuple[int, int]] | None:
    """Start and end in `source` of every character of `value`; None if that is unsure."""
    start = found.end() if (found := _PROPERTIES.match(source)) else 0
    units = _block(source, start) if style in ("|", ">") else _flow(source, start, style)
    placed: list[tuple[int, int]] = []
    for character in value:
        unit = next((u for u in units if u.text not in ("", "\n") or _fits(u, character)), None)
        if unit is None or not _fits(unit, character):
            return None
        placed.append((unit.start, unit.end))
    return None if any(unit.text.strip() for unit in units) else placed


def _fits(unit: _Unit, character: str) -> bool:
    return unit.text == character or (unit.text == "\n" and character == " ")


def _block(source: str, start: int) -> Iterator[_Unit]:
    """The lines of a `|` or `>` scalar without their indentation."""
    header = _HEADER.match(source, start)
    lines = [line for line in _LINE.finditer(source, header.end() if header else start) if line[0]]
    first = next((line[1] for line in lines if line[1].strip()), "")
    digits = [int(digit) for digit in (header[0] if header else "") if digit.isdigit()]
    if digits:  # an explicit indentation counts from the parent's, which is not known here
        return
    indent = len(first) - len(first.lstrip(" "))
    for line in lines:
        begin = line.start() + indent
        yield from (_Unit(source[at], at, at + 1) for at in range(begin, line.end(1)))
        if line[2]:
            yield _Unit("\n", line.start(2), line.end(2))


def _flow(source: str, start: int, style: str) -> Iterator[_Unit]:
    """The characters of a plain or quoted scalar, escapes decoded and lines folded."""
    end = len(source)
    if style:
        start, end = start + 1, end - 1
    while start < end:
        if fold := _FOLD.match(source, start, end):
            breaks = len(_BREAK.findall(fold[0]))
            yield from [_Unit("\n", start, fold.end())] * max(breaks - 1, 1)
            start = fold.end()
            continue
        text, size = _character(source, start, style)
        yield _Unit(text, start, start + size)
        start += size


def _character(source: str, start: int, style: str) -> tuple[str, int]:
    if style == "'" and source.startswith("''", start):
        return "'", 2
    if style != '"' or source[start] != "\\":
        return source[start], 1
    if code := _CODE.match(source, start):
        return chr(int(code[1] or code[2] or code[3], 16)), len(code[0])
    if join := _JOIN.match(source, start):
        return "", len(join[0])
    return _NAMED.get(source[start + 1], source[start + 1]), 2
