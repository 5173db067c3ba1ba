"""One YAML document as data, and the place of everything in it."""

from dataclasses import dataclass
from typing import Any

from burnrules.diagnostics import Span
from burnrules.source.lines import Lines
from burnrules.source.place import offsets
from burnrules.source.tree import Node


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One YAML document of a file; values that were already reported are None in `data`."""

    file: str
    index: int
    data: Any
    root: Node
    lines: Lines

    @property
    def empty(self) -> bool:
        """Whether nothing is written in it, or only `null`."""
        return self.root.items is None and self.root.style == "" and self.data is None

    def written(self, loc: tuple[str | int, ...]) -> Any:
        """The data at a place; None where nothing is written, or what was reported already."""
        node, _, steps = self._node(loc)
        return node.data if steps == len(loc) else None

    def value(self, loc: tuple[str | int, ...]) -> Span:
        """The place of a value; of the nearest written ancestor if it is absent."""
        node, key, steps = self._node(loc)
        if key is not None and (steps < len(loc) or node.start == node.end):
            node = key
        return self.lines.span(node.start, node.end)

    def key(self, loc: tuple[str | int, ...]) -> Span:
        """The place of a key, the last step of `loc`; without one, as `value`."""
        _, key, steps = self._node(loc)
        written = key if key is not None and steps == len(loc) else None
        return self.lines.span(written.start, written.end) if written else self.value(loc)

    def within(self, loc: tuple[str | int, ...], start: int, end: int) -> Span:
        """The place of characters `start` to `end` of a text; of all of it where that is unsure."""
        node, _, steps = self._node(loc)
        if steps < len(loc) or not isinstance(node.data, str) or not 0 <= start <= end:
            return self.value(loc)
        source = self.lines.text[node.start : node.end]
        placed = None if node.style == "*" else offsets(source, node.style, node.data)
        if not placed or end > len(placed):
            return self.value(loc)
        first = placed[start][0] if start < len(placed) else placed[-1][1]
        last = placed[end - 1][1] if end > start else first + 1
        return self.lines.exactly(node.start + first, node.start + last)

    def _node(self, loc: tuple[str | int, ...]) -> tuple[Node, Node | None, int]:
        """The deepest written node on the way to `loc`, its key, and the steps that led there."""
        node, key = self.root, None
        for count, step in enumerate(loc):
            below, its_key = _child(node, step)
            if below is None:
                return node, key, count
            node, key = below, its_key
        return node, key, len(loc)


def _child(node: Node, step: str | int) -> tuple[Node | None, Node | None]:
    if isinstance(node.items, dict):
        return node.items.get(str(step)), node.keys.get(str(step))
    if node.items is not None and isinstance(step, int) and -1 < step < len(node.items):
        return node.items[step], None
    return None, None
