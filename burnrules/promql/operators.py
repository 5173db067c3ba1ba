"""Operators, modifiers and ranges whose sides do not fit, at the very one."""

from collections.abc import Iterator

from burnrules.codes import Finding
from burnrules.codes import queries as codes
from burnrules.promql import functions, tree
from burnrules.promql.finding import at
from burnrules.promql.tree import Binary, LabelList, Node, Range, Selector, Shift, Type, Wrapped


def misfits(node: Node) -> Iterator[Finding]:
    """What no Prometheus evaluates, and promql_parser refuses without a place."""
    for found, _ in tree.walk(node):
        match found:
            case Wrapped():
                yield from _sign(found)
            case Shift():
                yield from _shift(found)
            case Range():
                yield from _range(found)
            case Binary():
                yield from _sides(found)
                yield from _modifiers(found)
            case _:
                pass


def _sign(found: Wrapped) -> Iterator[Finding]:
    kind = tree.root_type(found.of)
    if found.sign != "(" and kind in (Type.MATRIX, Type.STRING):
        said = f"`{found.sign}` cannot stand before {kind.value}"
        yield at(found, codes.NOT_PROMQL, said, "put it before the function")


def _shift(found: Shift) -> Iterator[Finding]:
    if not isinstance(found.of, Selector | Range | Shift):
        said = f"`{found.word.text}` must follow a selector or its range"
        yield at(found.word, codes.NOT_PROMQL, said, "move it behind the metric")


def _range(found: Range) -> Iterator[Finding]:
    if found.step is None and isinstance(found.of, Shift):
        said = f"`{found.of.word.text}` stands before the range"
        yield at(found.of.word, codes.NOT_PROMQL, said, "move it behind: `metric[5m] offset 1h`")
    elif found.step is not None and tree.root_type(found.of) is Type.MATRIX:
        said = "a subquery reads an instant vector, not a range vector"
        hint = "put a function around the inner range"
        yield Finding(codes.NOT_PROMQL, found.bracket, found.end, said, hint)


_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">="})


def _sides(found: Binary) -> Iterator[Finding]:
    sides = (tree.root_type(found.left), tree.root_type(found.right))
    operator = found.op.text
    wrong = next((kind for kind in sides if kind in (Type.MATRIX, Type.STRING)), None)
    if wrong:
        said = f"`{operator}` cannot take {wrong.value}"
        yield at(found.op, codes.NOT_PROMQL, said, "put a function around the range")
    elif operator.lower() in functions.SET_OPERATORS and Type.SCALAR in sides:
        said = f"`{operator}` joins vectors, and one of its sides is a scalar"
        yield at(found.op, codes.NOT_PROMQL, said, "write the number as `vector(...)`")
    elif operator in _COMPARISONS and sides == (Type.SCALAR, Type.SCALAR) and not _bool(found):
        said = f"`{operator}` compares two scalars"
        yield at(found.op, codes.NOT_PROMQL, said, f"write `{operator} bool`")


def _bool(found: Binary) -> bool:
    return any(not isinstance(m, LabelList) and m.text.lower() == "bool" for m in found.modifiers)


def _modifiers(found: Binary) -> Iterator[Finding]:
    operator = found.op.text
    for modifier in found.modifiers:
        if not isinstance(modifier, LabelList):
            if modifier.text.lower() == "bool" and operator not in _COMPARISONS:
                said = f"`bool` goes with comparisons, not with `{operator}`"
                yield at(modifier, codes.NOT_PROMQL, said, "leave it out")
        elif modifier.word.startswith("group_"):
            yield from _group(found, modifier)


def _group(found: Binary, group: LabelList) -> Iterator[Finding]:
    matching = found.listed("on", "ignoring")
    if found.op.text.lower() in functions.SET_OPERATORS:
        said = f"`{found.op.text}` takes no `{group.word}`"
        yield at(group, codes.NOT_PROMQL, said, "leave it out")
    elif matching is None:
        said = f"`{group.word}` needs `on (...)` or `ignoring (...)` before it"
        yield at(group, codes.NOT_PROMQL, said, "say by which labels the sides are joined")
    elif matching.word == "on" and (twice := set(matching.labels) & set(group.labels)):
        said = f"`{min(twice)}` stands in `on` and in `{group.word}`"
        yield at(group, codes.NOT_PROMQL, said, f"leave it out of `{group.word}`")
