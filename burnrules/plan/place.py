"""A spot in a spec document, for findings: the document and the steps to the spot."""

from typing import NamedTuple

from burnrules.diagnostics import Span
from burnrules.source import Document


class Place(NamedTuple):
    """Where a model stands in its document."""

    document: Document
    loc: tuple[str | int, ...] = ()

    def __truediv__(self, step: str | int) -> "Place":
        return Place(self.document, (*self.loc, step))

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys that are written there; none where no mapping is."""
        here = self.document.written(self.loc)
        return tuple(here) if isinstance(here, dict) else ()

    @property
    def value(self) -> Span:
        """The place of the value."""
        return self.document.value(self.loc)

    @property
    def key(self) -> Span:
        """The place of its key, or of the nearest written ancestor."""
        return self.document.key(self.loc)

    def within(self, start: int, end: int) -> Span:
        """The place of some characters of a text."""
        return self.document.within(self.loc, start, end)
