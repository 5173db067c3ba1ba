"""Which labels the result of a query can still carry."""

from collections.abc import Iterable
from typing import NamedTuple

from burnrules.promql import functions, tree
from burnrules.promql.tree import Aggregate, Binary, Call, Literal, Node, Selector


class Labels(NamedTuple):
    """`only` these, or any (None), but none of `without`."""

    only: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    def has(self, label: str) -> bool:
        """Whether a result can carry this label."""
        return (self.only is None or label in self.only) and label not in self.without

    def keep(self, labels: Iterable[str]) -> "Labels":
        """These labels alone, as far as they are there."""
        return Labels(frozenset(label for label in labels if self.has(label)))

    def drop(self, labels: Iterable[str]) -> "Labels":
        """All but these."""
        return Labels(self.only, self.without | frozenset(labels))

    def add(self, labels: Iterable[str]) -> "Labels":
        """These too."""
        added = frozenset(labels)
        return Labels(None if self.only is None else self.only | added, self.without - added)

    def either(self, other: "Labels") -> "Labels":
        """What one of two results can carry."""
        if self.only is None or other.only is None:
            unsure = self if self.only is None else other
            sure = other if unsure is self else self
            return Labels(None, frozenset(label for label in unsure.without if not sure.has(label)))
        union = self.only | other.only
        return Labels(frozenset(label for label in union if self.has(label) or other.has(label)))

    def both(self, other: "Labels") -> "Labels":
        """What two results can carry at once."""
        if self.only is None:
            return Labels(other.only, self.without | other.without)
        return other.keep(self.only).drop(self.without)


NOTHING = Labels(frozenset())


def carried(node: Node) -> Labels:
    """The labels that the value of an expression can carry."""
    match node:
        case Selector():
            absent = (m.label for m in node.matchers if (m.operator, m.value) == ("=", ""))
            return Labels().drop(absent)
        case Aggregate():
            return _aggregated(node)
        case Call():
            return _called(node)
        case Binary():
            return _joined(node)
        case Literal():
            return NOTHING
        case _:
            return carried(node.of)


def _aggregated(node: Aggregate) -> Labels:
    of = carried(node.args[-1])
    if node.op in functions.SELECTING:
        return of
    if node.grouping and node.grouping.word == "without":
        kept = of.drop(node.grouping.labels)
    else:
        kept = of.keep(node.grouping.labels if node.grouping else ())
    return kept.add(_strings(node.args[:1])) if node.op == "count_values" else kept


_BY_MATCHERS = frozenset({"absent", "absent_over_time"})
_LABEL_MAKERS = frozenset({"label_join", "label_replace"})


def _called(node: Call) -> Labels:
    name = node.name.text
    if name in _BY_MATCHERS:
        equal = (m for found, _ in tree.selectors(node) for m in found.matchers)
        return Labels(frozenset(m.label for m in equal if m.operator == "="))
    vectors = [arg for arg in node.args if tree.root_type(arg) in _VECTORS]
    if not vectors or name == "vector":
        return NOTHING
    of = carried(vectors[0])
    if name in _LABEL_MAKERS:
        return of.add(_strings(node.args[1:2]))
    return of.drop(("le",)) if name == "histogram_quantile" else of


_VECTORS = (tree.Type.VECTOR, tree.Type.MATRIX)


def _strings(args: Iterable[Node]) -> list[str]:
    plain = (tree.bare(arg) for arg in args)
    return [tree.value(a) for a in plain if isinstance(a, Literal) and a.type is tree.Type.STRING]


def _joined(node: Binary) -> Labels:
    # A chain of operators is a deep tree to the left: it is folded, not recursed into.
    chain: list[Binary] = []
    first: Node = node
    while isinstance(first, Binary):
        chain.append(first)
        first = first.left
    left = carried(first)
    for link in reversed(chain):
        left = _operated(link, left, carried(link.right))
    return left


def _operated(node: Binary, left: Labels, right: Labels) -> Labels:
    if tree.root_type(node.right) is tree.Type.SCALAR:
        return left
    if tree.root_type(node.left) is tree.Type.SCALAR:
        return right
    operator = node.op.text.lower()
    if operator == "or":
        return left.either(right)
    if operator in functions.SET_OPERATORS:
        return left
    return _matched(node, left, right)


def _matched(node: Binary, left: Labels, right: Labels) -> Labels:
    if group := node.listed("group_left"):
        return left.add(group.labels)
    if group := node.listed("group_right"):
        return right.add(group.labels)
    if on := node.listed("on"):
        return left.keep(on.labels).both(right)
    if ignoring := node.listed("ignoring"):
        return left.drop(ignoring.labels)
    return left.both(right)
