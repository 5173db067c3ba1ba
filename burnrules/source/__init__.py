"""YAML text to plain data, with the place of every key and value."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from burnrules.codes import file as codes
from burnrules.diagnostics import Diagnostic, Span
from burnrules.source.document import Document
from burnrules.source.encoding import Text, decode
from burnrules.source.lines import Lines
from burnrules.source.scalar import Number
from burnrules.source.tree import MOST_FOUND, Reading, Tree

__all__ = [
    "LARGEST",
    "MOST_FOUND",
    "Document",
    "Number",
    "Read",
    "Reading",
    "read",
    "too_large",
    "too_many",
]

LARGEST = 10_000_000
_SPLIT = "split it into several files"
_MARKER = re.compile(r"(?:^|(?<=\r))---(?=[ \t\r\n]|\Z)", re.MULTILINE)


class Read(NamedTuple):
    """What a file holds: its documents, what is wrong with them, and its text for excerpts."""

    file: str
    documents: tuple[Document, ...]
    found: tuple[Diagnostic, ...]
    text: str


def read(file: str, raw: bytes, reading: Reading = Reading.SPEC) -> Read:
    """The documents of a file, and every mistake that YAML lets us see; any bytes will do."""
    if len(raw) > LARGEST:
        return Read(file, (), (too_large(file, len(raw)),), "")
    text = decode(raw)
    lines = Lines(file, text.shown)
    found = [
        one.code.at(lines.exactly(one.start, one.end), one.message, hint=one.hint)
        for one in text.found
    ]
    documents: list[Document] = []
    for start, part in _parts(text):
        tree = Tree(lines, start, reading)
        for root in tree.roots(part):
            documents.append(Document(file, len(documents), root.data, root, lines))
        found += tree.found
        if len(found) >= MOST_FOUND or len(documents) >= reading.value.documents:
            rest = range(start + len(part), len(text.readable))
            last = found[-1].span if tree.refused else lines.exactly(rest.start, rest.start + 3)
            if rest or tree.refused:
                found.append(_stopped(last, len(found), reading.value.documents))
            break
    return Read(file, tuple(documents), tuple(found), text.shown)


def too_large(file: str, size: int) -> Diagnostic:
    """The finding for a file above the limit."""
    message = f"file is {size / 1_000_000:.1f} MB; the limit is {LARGEST // 1_000_000} MB"
    return codes.TOO_LARGE.at(Span(file), message, hint=_SPLIT)


def _stopped(place: Span, found: int, documents: int) -> Diagnostic:
    """What is said of the part of a file that is not read."""
    if found >= MOST_FOUND:
        return too_many(place)
    message = f"file holds more than {documents:,} documents"
    return codes.TOO_LARGE.at(place, message, hint=_SPLIT)


def too_many(place: Span) -> Diagnostic:
    """The finding for a file with more mistakes than anybody makes in a spec."""
    message = f"file has {MOST_FOUND:,} mistakes or more; what follows is not read"
    return codes.TOO_LARGE.at(place, message, hint="mend these first")


def _parts(text: Text) -> Iterator[tuple[int, str]]:
    """The text cut at every `---`, so that a broken document does not hide the next."""
    marked = "---" in text.readable  # the regex takes a twentieth of all reading
    starts = [found.start() for found in _MARKER.finditer(text.readable)] if marked else []
    if starts and _is_prologue(text.readable[: starts[0]]):
        starts[0] = 0
    elif starts[:1] != [0]:
        starts.insert(0, 0)
    for start, end in zip(starts, [*starts[1:], len(text.readable)], strict=True):
        yield start, text.readable[start:end]


def _is_prologue(text: str) -> bool:
    """Whether there are only directives and comments, which belong to the document below."""
    return all(not line.strip() or line.lstrip()[0] in "%#" for line in text.splitlines())
