"""What a condition consists of."""

from collections.abc import Iterator
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, a string, true, false or nil."""

    value: float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A variable: `result`, or one that `let` binds."""

    name: str


@dataclass(frozen=True, slots=True)
class Element:
    """`#`, the element a closure is called with."""


@dataclass(frozen=True, slots=True)
class Member:
    """`of.key`, `of[key]`, `of?.key`."""

    of: "Node"
    key: "Node"
    optional: bool


@dataclass(frozen=True, slots=True)
class Slice:
    """`of[low:high]`."""

    of: "Node"
    low: "Node | None"
    high: "Node | None"


@dataclass(frozen=True, slots=True)
class Call:
    """`name(args)`."""

    name: str
    args: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Closure:
    """`{# > 1}`, or the bare predicate of `any(xs, # > 1)`."""

    body: "Node"


@dataclass(frozen=True, slots=True)
class Unary:
    """`!x`, `-x`, `+x`."""

    operator: str
    operand: "Node"


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Choice:
    """`test ? then : otherwise`."""

    test: "Node"
    then: "Node"
    otherwise: "Node"


@dataclass(frozen=True, slots=True)
class Let:
    """`let name = value; body`."""

    name: str
    value: "Node"
    body: "Node"


@dataclass(frozen=True, slots=True)
class Array:
    """`[1, 2]`."""

    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Map:
    """`{a: 1}`."""

    pairs: "tuple[tuple[Node, Node], ...]"


Node = (
    Literal
    | Name
    | Element
    | Member
    | Slice
    | Call
    | Closure
    | Unary
    | Binary
    | Choice
    | Let
    | Array
    | Map
)


def numbers(node: Node) -> tuple[float, ...]:
    """Every number written in a condition, ascending."""
    values = (part.value for part in _parts(node) if isinstance(part, Literal))
    found = {float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)}
    return tuple(sorted(found))


def calls(node: Node) -> tuple[Call, ...]:
    """Every call in a condition."""
    return tuple(part for part in _parts(node) if isinstance(part, Call))


def _parts(node: Node) -> Iterator[Node]:
    yield node
    for below in _below(node):
        yield from _parts(below)


def _below(node: Node) -> Iterator[Node]:
    for field in fields(node):
        value = getattr(node, field.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (one for one in value if isinstance(one, Node))
            yield from (one for pair in value if isinstance(pair, tuple) for one in pair)
