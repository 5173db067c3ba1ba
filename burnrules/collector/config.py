"""One Collector configuration: merged from its files, with the place of everything in it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from burnrules.collector import values
from burnrules.diagnostics import Span
from burnrules.source import Document

Loc = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Holder:
    """A scalar of a document, in which a whole configuration is written as text."""

    document: Document
    loc: Loc
    inner: tuple[str, ...]
    outer: tuple[str, ...]
    first: int  # the line in the file after which a literal scalar's text begins

    def place(self, within: Span) -> Span:
        """A place in the text as a place in the file that holds it."""
        line = min(within.line, len(self.inner))
        written = self.outer[self.first + line - 1] if self.first + line <= len(self.outer) else ""
        own = self.inner[line - 1]
        indent = len(written) - len(own)
        if own and written.endswith(own) and not written[:indent].strip():
            return Span(
                self.document.file,
                self.first + line,
                within.column + indent,
                self.first + within.end_line,
                within.end_column + indent,
            )
        start = self._offset(within.line, within.column)
        end = self._offset(within.end_line, within.end_column)
        return self.document.within(self.loc, start, max(start, end))

    def _offset(self, line: int, column: int) -> int:
        """Characters of the text before a place in it."""
        before = self.inner[: min(line, len(self.inner)) - 1]
        return sum(len(one) + 1 for one in before) + column - 1


def holder(document: Document, loc: Loc, text: str) -> Holder:
    """The holder of `text`, which is the scalar of `document` at `loc`."""
    outer = tuple(line.rstrip("\r") for line in document.lines.text.split("\n"))
    return Holder(document, loc, tuple(text.split("\n")), outer, document.value(loc).line)


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """One file's share of a configuration; later layers win."""

    data: Any
    document: Document
    root: Loc = ()
    holder: Holder | None = None

    def value(self, loc: Loc) -> Span:
        """The place of a value, or of its nearest written ancestor."""
        return self._outer(self.document.value((*self.root, *loc)))

    def key(self, loc: Loc) -> Span:
        """The place of a key."""
        return self._outer(self.document.key((*self.root, *loc)))

    def _outer(self, span: Span) -> Span:
        return self.holder.place(span) if self.holder else span


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A configuration, or a section of one; what is absent reads as None."""

    layers: tuple[Layer, ...]
    data: Any
    loc: Loc = ()

    def sub(self, *steps: str | int) -> "Part":
        """The section under `steps`."""
        return Part(self.layers, below(self.data, *steps), (*self.loc, *steps))

    def get(self, *steps: str | int) -> Any:
        """The value under `steps`, as written."""
        return below(self.data, *steps)

    def has(self, *steps: str | int) -> bool:
        """Whether `steps` lead to a key that is written, be it without a value."""
        above = below(self.data, *steps[:-1])
        return isinstance(above, dict) and steps[-1] in above

    def keys(self, *steps: str | int) -> tuple[str, ...]:
        """The keys of the mapping under `steps`."""
        found = self.get(*steps)
        return tuple(found) if isinstance(found, dict) else ()

    def items(self, *steps: str | int) -> Iterator["Part"]:
        """The sections of the list under `steps`."""
        found = self.get(*steps)
        if isinstance(found, list):
            yield from (self.sub(*steps, index) for index in range(len(found)))

    def texts(self, *steps: str | int) -> tuple[str, ...]:
        """The texts of the list under `steps`; a lone text is a list of one."""
        found = self.get(*steps)
        listed = found if isinstance(found, list) else [found]
        known = (values.resolved(item) for item in listed)
        return tuple(item for item in known if isinstance(item, str))

    def text(self, *steps: str | int) -> str | None:
        """The text under `steps`, with the defaults of variables."""
        found = values.resolved(self.get(*steps))
        return found if isinstance(found, str) else None

    def flag(self, *steps: str | int) -> bool | None:
        """The switch under `steps`."""
        return values.switch(self.get(*steps))

    def seconds(self, *steps: str | int) -> Decimal | None:
        """The Go duration under `steps`."""
        return values.seconds(self.get(*steps))

    def number(self, *steps: str | int) -> Decimal | None:
        """The number under `steps`."""
        return values.number(self.get(*steps))

    def value(self, *steps: str | int) -> Span:
        """The place of the value under `steps`."""
        loc = (*self.loc, *steps)
        return self._layer(loc).value(loc)

    def key(self, *steps: str | int) -> Span:
        """The place of the key that `steps` end in."""
        loc = (*self.loc, *steps)
        return self._layer(loc).key(loc)

    def _layer(self, loc: Loc) -> Layer:
        """The layer that a value comes from: the last that reaches deepest."""
        return max(reversed(self.layers), key=lambda layer: _depth(layer.data, loc))


def merged(layers: tuple[Layer, ...]) -> Part:
    """Layers as the Collector merges its `--config` files: maps by key, all else replaced."""
    data: Any = {}
    for layer in layers:
        data = _over(data, layer.data)
    return Part(layers, data)


def below(data: Any, *steps: str | int) -> Any:
    """What `steps` lead to, None where they lead nowhere."""
    for step in steps:
        if not _holds(data, step):
            return None
        data = data[step]
    return data


def _over(lower: Any, upper: Any) -> Any:
    if not (isinstance(lower, dict) and isinstance(upper, dict)):
        return upper
    joined = dict(lower)
    for key, value in upper.items():
        joined[key] = _over(lower[key], value) if key in lower else value
    return joined


def _depth(data: Any, loc: Loc) -> int:
    for depth, step in enumerate(loc):
        if not _holds(data, step):
            return depth
        data = data[step]
    return len(loc)


def _holds(data: Any, step: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(step, int) and step < len(data)
    return isinstance(data, dict) and step in data
