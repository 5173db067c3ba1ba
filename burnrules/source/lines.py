"""Offsets in a text to lines and columns."""

import re
from bisect import bisect_right

from burnrules.diagnostics import Span

_BREAK = re.compile(r"\r\n|\n|\r")


class Lines:
    """The lines of one file, found when first asked for: most files have no finding."""

    __slots__ = ("_starts", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts: list[int] = []

    def span(self, start: int, end: int) -> Span:
        """The place of `text[start:end]`, without the white space at its end."""
        size = len(self.text)
        start, end = min(start, size), min(end, size)
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return self.exactly(start, end)

    def exactly(self, start: int, end: int) -> Span:
        """The place of `text[start:end]`."""
        return Span(self.file, *self._place(start), *self._place(end))

    def line(self, offset: int) -> tuple[int, int]:
        """Where the line with `offset` begins, and where it ends without its line break."""
        line, _ = self._place(offset)
        start = self._starts[line - 1]
        stop = _BREAK.search(self.text, start)
        return start, stop.start() if stop else len(self.text)

    def _place(self, offset: int) -> tuple[int, int]:
        if not self._starts:
            self._starts = [0, *(found.end() for found in _BREAK.finditer(self.text))]
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1
