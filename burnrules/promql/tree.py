"""A query as a tree whose every node knows where it stands in the text."""

from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from burnrules.promql import functions
from burnrules.promql.lexer import Kind, Token
from burnrules.promql.strings import unquoted
from burnrules.same import Same


class Type(Enum):
    """The type of an expression's value."""

    SCALAR = "a scalar"
    VECTOR = "an instant vector"
    MATRIX = "a range vector"
    STRING = "a string"


class Matcher(NamedTuple):
    """`label="value"`; a quoted metric name in braces is a matcher of `__name__`."""

    label: str
    operator: str
    value: str
    start: int
    end: int
    quoted: Token | None = None  # the label, where it is quoted as only Prometheus 3 allows


class LabelList(NamedTuple):
    """`by (a, b)`, `on (a)`, `group_left ()`."""

    word: str
    written: tuple[Token, ...]
    start: int
    end: int

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels, without the quotes that Prometheus 3 allows."""
        return tuple(unquoted(t.text) if t.kind is Kind.STRING else t.text for t in self.written)


class Literal(NamedTuple):
    """A number or a string."""

    token: Token
    start: int
    end: int
    type: Type


class Selector(NamedTuple):
    """`name{matchers}`; `brace` is the offset behind `{`, if there is one."""

    name: str
    matchers: tuple[Matcher, ...]
    start: int
    end: int
    brace: int | None = None

    @property
    def metric(self) -> str:
        """The metric's name, wherever it is written; empty when it is not known."""
        named = [m.value for m in self.matchers if m.label == "__name__" and m.operator == "="]
        return self.name or next(iter(named), "")


class Range(NamedTuple):
    """`of[window]`, and `of[window:step]`, a subquery."""

    of: "Node"
    window: tuple[Token, ...]
    step: tuple[Token, ...] | None
    bracket: int
    start: int
    end: int


class Shift(NamedTuple):
    """`of offset 5m`, `of @ 1600000000`."""

    of: "Node"
    word: Token
    amount: tuple[Token, ...]
    start: int
    end: int


class Call(NamedTuple):
    """`name(args)`."""

    name: Token
    args: tuple["Node", ...]
    start: int
    end: int


class Aggregate(NamedTuple):
    """`sum by (a) (of)`; `args` ends with what is aggregated."""

    name: Token
    grouping: LabelList | None
    args: tuple["Node", ...]
    start: int
    end: int

    @property
    def op(self) -> str:
        """The aggregator in lower case."""
        return self.name.text.lower()


class Binary(NamedTuple):
    """`left op right` with its matching."""

    op: Token
    left: "Node"
    right: "Node"
    modifiers: tuple[LabelList | Token, ...]
    start: int
    end: int

    def listed(self, *words: str) -> LabelList | None:
        """The label list of one of these words."""
        lists = (m for m in self.modifiers if isinstance(m, LabelList))
        return next((found for found in lists if found.word in words), None)


class Wrapped(NamedTuple):
    """`(of)`, `-of`."""

    of: "Node"
    sign: str
    start: int
    end: int


Node = Literal | Selector | Range | Shift | Call | Aggregate | Binary | Wrapped


def children(node: Node) -> tuple[Node, ...]:
    """What a node is made of, in the order of the text."""
    match node:
        case Range() | Shift() | Wrapped():
            return (node.of,)
        case Call() | Aggregate():
            return node.args
        case Binary():
            return (node.left, node.right)
        case _:
            return ()


def walk(node: Node) -> tuple[tuple[Node, tuple[Node, ...]], ...]:
    """Every node with those around it, outermost first, in the order of the text."""
    return _walk(Same(node))


@lru_cache(maxsize=4)  # a dozen checks walk the tree of one query
def _walk(root: Same[Node]) -> tuple[tuple[Node, tuple[Node, ...]], ...]:
    found: list[tuple[Node, tuple[Node, ...]]] = []
    waiting: list[tuple[Node, tuple[Node, ...]]] = [(root.value, ())]
    while waiting:
        current, around = one = waiting.pop()
        found.append(one)
        if inner := children(current):
            inside = (*around, current)
            waiting += [(child, inside) for child in reversed(inner)]
    return tuple(found)


def selectors(node: Node) -> Iterator[tuple[Selector, tuple[Node, ...]]]:
    """Every selector with the calls, aggregations, ranges around it, outermost first."""
    for found, around in walk(node):
        if isinstance(found, Selector):
            yield found, around


def bare(node: Node) -> Node:
    """A node without the parentheses around it."""
    while isinstance(node, Wrapped) and node.sign == "(":
        node = node.of
    return node


_SCALARS = frozenset({"end", "max_of", "min_of", "pi", "range", "scalar", "start", "step", "time"})


def root_type(node: Node) -> Type:
    """The type of the value that an expression gives."""
    while isinstance(node, Shift | Wrapped):
        node = node.of
    match node:
        case Literal():
            return node.type
        case Range():
            return Type.MATRIX
        case Call():
            return Type.SCALAR if node.name.text in _SCALARS else Type.VECTOR
        case Binary():
            return _joined_type(node)
        case _:
            return Type.VECTOR


def _joined_type(node: Binary) -> Type:
    # A chain of operators is a deep tree to the left: it is walked, not recursed into.
    left: Node = node
    while isinstance(left, Binary):
        if root_type(left.right) is not Type.SCALAR:
            return Type.VECTOR
        left = left.left
    return Type.SCALAR if root_type(left) is Type.SCALAR else Type.VECTOR


def value(literal: Literal) -> str:
    """What a string literal stands for."""
    return unquoted(literal.token.text)


def aggregates(node: Node) -> LabelList | None:
    """The labels by which the root of an expression aggregates, when they are known exactly."""
    root = bare(node)
    if not isinstance(root, Aggregate) or root.op in functions.SELECTING | {"count_values"}:
        return None
    if root.grouping is None:
        return LabelList("by", (), root.start, root.name.end)
    return root.grouping if root.grouping.word == "by" else None
