"""Events of a YAML parser to plain data beside a tree of places, without recursion."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple

import yaml

from burnrules.codes import Code
from burnrules.codes import file as codes
from burnrules.diagnostics import Diagnostic, Severity, shown
from burnrules.source import syntax
from burnrules.source.lines import Lines
from burnrules.source.scalar import Number, otherwise, plain

_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEEPEST = 100
MOST_FOUND = 1_000  # in a file
_MERGE = "<<"


_NO_KEYS: "dict[str, Node]" = {}  # of all scalars, which are most nodes


class Limits(NamedTuple):
    """More than anybody means: documents of a file, items of a list, keys of a mapping."""

    documents: int
    items: int
    keys: int


class Reading(Enum):
    """How a file is read: as a spec, strictly, or as another tool's configuration."""

    SPEC = Limits(10_000, 1_000, 100)
    FOREIGN = Limits(1_000, 1_000, 1_000)


class Node:
    """A value as written: its data, its place as offsets, and the nodes below it."""

    __slots__ = ("data", "end", "items", "keys", "size", "start", "style")

    def __init__(
        self,
        data: Any,
        start: int,
        end: int,
        *,
        style: str = "",
        items: "dict[str, Node] | list[Node] | None" = None,
    ) -> None:
        self.data, self.start, self.end, self.style = data, start, end, style
        self.items = items
        self.keys: dict[str, Node] = _NO_KEYS if items is None else {}
        self.size = 1


@dataclass(slots=True, eq=False)
class _Open:
    """A mapping or list whose end has not come yet."""

    node: Node
    anchor: str | None
    flow: bool
    before: int  # findings when it opened
    key: Node | None = None  # of the value that comes next
    spoiled: bool = False  # its place was reported: no data


class Tree:
    """Builds the documents of one part of a file."""

    __slots__ = (
        "_anchors",
        "_base",
        "_expanded",
        "_limits",
        "_lines",
        "_own",
        "_stack",
        "_strict",
        "found",
        "refused",
    )  # fmt: skip

    def __init__(self, lines: Lines, base: int, reading: Reading) -> None:
        self._lines = lines
        self._base = base
        self._strict = reading is Reading.SPEC
        self._limits = reading.value
        self.found: list[Diagnostic] = []
        self._begin()

    def roots(self, text: str) -> Iterator[Node]:
        """The root of every document in `text`; stops at what cannot be read."""
        try:
            yield from self._documents(iter(_LOADER(text).get_event, None))
        except yaml.YAMLError as wrong:
            finding = syntax.finding(wrong, self._lines, range(self._base, self._base + len(text)))
            if not self._follows_template(finding):
                self.found.append(finding)

    def _follows_template(self, finding: Diagnostic) -> bool:
        last = self.found[-1] if self.found else finding
        return (
            last.code == codes.TEMPLATE.id
            and last is not finding
            and last.span.line == finding.span.line
        )

    def _documents(self, events: Iterator[Any]) -> Iterator[Node]:
        for event in events:
            match event:
                case yaml.ScalarEvent():
                    self._add(self._scalar(event))
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._open(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    self._close(event)
                case yaml.AliasEvent():
                    self._alias(event)
                case yaml.DocumentStartEvent():
                    self._begin()
                    self._stack.append(_Open(Node([], 0, 0, items=[]), None, flow=True, before=0))
                case yaml.DocumentEndEvent() if isinstance(self._stack[0].node.items, list):
                    yield self._stack[0].node.items[0]
            if self.refused:
                return

    def _begin(self) -> None:
        self._stack: list[_Open] = []
        self._anchors: dict[str, Node | None] = {}
        self._own = 0
        self._expanded = 0
        self.refused = False

    def _scalar(self, event: Any) -> Node:
        start = self._base + event.start_mark.index
        end = self._base + event.end_mark.index
        is_plain = event.implicit[0]
        data = plain(event.value) if is_plain else event.value
        node = Node(data, start, end, style=event.style or "")
        if event.tag is not None and self._strict:
            self._tag(node)
            node.data, node.style = None, "!"
        elif is_plain and self._strict and (other := otherwise(event.value)):
            self._ambiguous(node, event.value, other)
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _open(self, event: Any) -> None:
        start = self._base + event.start_mark.index
        end = self._base + event.end_mark.index
        mapping = isinstance(event, yaml.MappingStartEvent)
        node = Node({}, start, end, items={}) if mapping else Node([], start, end, items=[])
        if len(self._stack) > _DEEPEST:
            message = f"document nests deeper than {_DEEPEST} levels"
            self._report(codes.TOO_LARGE, node, message, hint="write it flatter")
            self.refused = True
        opened = _Open(node, event.anchor, bool(event.flow_style), len(self.found))
        if event.tag is not None and self._strict:
            self._tag(node)
            opened.spoiled = True  # `data` stays until the end: children are added to it
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._stack.append(opened)

    def _close(self, event: Any) -> None:
        opened = self._stack.pop()
        node = opened.node
        if opened.flow:
            node.end = self._base + event.end_mark.index
        if self._many(node):
            opened.spoiled = True
        if opened.spoiled:
            node.data = None
        if opened.anchor is not None:
            self._anchors[opened.anchor] = node
        self._add(node)

    def _many(self, node: Node) -> bool:
        """Whether there is more in one place than anybody means."""
        mapping = isinstance(node.data, dict)
        limits = self._limits
        most, what = (limits.keys, "mapping") if mapping else (limits.items, "list")
        if len(node.data) <= most:
            return False
        message = f"{what} has {len(node.data):,} entries; the limit is {most:,}"
        self._report(codes.TOO_LARGE, node, message, hint="split it into several documents")
        return True

    def _alias(self, event: Any) -> None:
        name = event.anchor
        start = self._base + event.start_mark.index
        alias = Node(None, start, self._base + event.end_mark.index, style="*")
        target = self._anchors.get(name)
        if target is None:
            message = f"alias `*{shown(name)}` has no anchor `&{shown(name)}` before it"
            hint = "quote the text, if no alias is meant"
            if name in self._anchors:
                message, hint = f"alias `*{shown(name)}` refers to itself", "write the value out"
            self._report(codes.BAD_ALIAS, alias, message, hint=hint)
        else:
            alias.data, alias.size = target.data, target.size
            alias.keys, alias.items = target.keys, target.items
            self._expand(alias)
        self._add(alias)

    def _expand(self, alias: Node) -> None:
        # A large honest file repeats small values; a bomb multiplies a small file.
        self._expanded += alias.size
        if self._expanded > 10_000 + 10 * self._own:
            message = "more than 10,000 nodes after alias expansion"
            self._report(codes.TOO_LARGE, alias, message, hint="write the values out")
            self.refused = True

    def _add(self, node: Node) -> None:
        self._own += 1
        opened = self._stack[-1]
        parent = opened.node
        parent.size += node.size
        parent.end = max(parent.end, node.end)
        if isinstance(parent.items, list):
            self._append(opened, parent.items, node)
        elif opened.key is None:
            opened.key = node
            self._check_key(opened, node)
        elif parent.items is not None:
            self._put(opened, parent.items, node)

    def _append(self, opened: _Open, items: list[Node], node: Node) -> None:
        items.append(node)
        opened.node.data.append(node.data)
        if node.data is None and len(self._stack) > 1:
            self._empty(node, "list item has no value")

    def _check_key(self, opened: _Open, key: Node) -> None:
        if key.items is not None:
            if opened.flow and self._braces(opened.node, key):
                del self.found[opened.before :]
                self.found.append(syntax.template(self._lines, opened.node.start, key.end))
                opened.spoiled = True
                return
            self._report(codes.KEY_NOT_TEXT, key, "a key is text, not a mapping or list",
                         hint="quote the key, or mend the indentation")  # fmt: skip
        elif self._strict and type(key.data) is not str and key.style != "*":
            self._report_key(key)

    def _report_key(self, key: Node) -> None:
        written = shown(self._lines.text[key.start : key.end])
        what = {bool: "a boolean", Number: "a number"}.get(type(key.data), "empty")
        message = f"key `{written}` is {what}, not text" if written else "key is empty, not text"
        hint = f'quote it: "{written}"' if written else "write the key before the `:`"
        self._report(codes.KEY_NOT_TEXT, key, message, hint=hint)

    def _braces(self, outer: Node, inner: Node) -> bool:
        return self._lines.text[outer.start : outer.start + 2] == "{{" and inner.style == ""

    def _put(self, opened: _Open, items: dict[str, Node], node: Node) -> None:
        key, opened.key = opened.key, None
        if key is None or key.items is not None:
            return
        name = key.data if isinstance(key.data, str) else self._lines.text[key.start : key.end]
        if name == _MERGE and key.style == "":
            self._merge(opened.node, items, key, node)
            return
        if name in opened.node.keys:
            self._repeated(opened.node.keys[name], key, name)
        if node.data is None:
            self._empty(node if node.end > node.start else key, f"`{shown(name)}` has no value")
        opened.node.keys[name] = key
        items[name] = node
        opened.node.data[name] = node.data

    def _merge(self, parent: Node, items: dict[str, Node], key: Node, node: Node) -> None:
        if self._strict:
            self._report(codes.MERGE_KEY, key, "merge key `<<` is not supported",
                         hint="repeat the fields, or alias a whole value: `sli: *api`")  # fmt: skip
            return
        sources = node.items if isinstance(node.items, list) else [node]
        for source in sources:
            if isinstance(source.items, dict):
                items |= source.items | items
                parent.data |= source.data | parent.data

    def _repeated(self, first: Node, second: Node, name: str) -> None:
        lines = [self._lines.span(key.start, key.end).line for key in (first, second)]
        message = f"key `{shown(name)}` appears twice, in lines {lines[0]} and {lines[1]}"
        self._report(codes.REPEATED_KEY, second, message, hint="remove one of them")
        if not self._strict:
            self.found[-1] = self.found[-1]._replace(severity=Severity.WARNING)

    def _empty(self, node: Node, message: str) -> None:
        reported = node.items is not None or node.style in ("*", "!")
        if self._strict and not reported:
            hint = "write a value, indent what belongs to it, or write `{}` for all defaults"
            self._report(codes.EMPTY_VALUE, node, message, hint=hint)

    def _tag(self, node: Node) -> None:
        name = self._lines.text[node.start : node.end].split()[0]
        self._report(codes.TAG, node, f"tag `{shown(name)}` is not allowed", hint="remove the tag")

    def _ambiguous(self, node: Node, text: str, other: str) -> None:
        self._report(codes.AMBIGUOUS_SCALAR, node, f"`{text}` is {other} to other YAML readers",
                     hint=f'quote it: "{text}"')  # fmt: skip

    def _report(self, code: Code, node: Node, message: str, *, hint: str) -> None:
        self.found.append(code.at(self._lines.span(node.start, node.end), message, hint=hint))
        self.refused = self.refused or len(self.found) >= MOST_FOUND
