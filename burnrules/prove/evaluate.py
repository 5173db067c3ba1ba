"""The part of PromQL that SLIs are written in, evaluated exactly on lines of samples."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from operator import add, eq, ge, gt, le, lt, mul, ne, sub

from burnrules import durations
from burnrules.promql import samples, tree
from burnrules.promql.lexer import Token
from burnrules.promql.tree import Aggregate, Binary, Call, Literal, Node, Range, Selector, Wrapped
from burnrules.prove.rates import over_time
from burnrules.prove.series import LOOKBACK, Series, World, within

Value = Fraction | float  # a float only for NaN and the infinities
Key = frozenset[tuple[str, str]]
Vector = Mapping[Key, Value]

NAN, INF = float("nan"), float("inf")


class UnsupportedError(Exception):
    """A query beyond this part of PromQL; the message says what."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What a query is evaluated on, and when."""

    series: Sequence[Series]
    time: int
    world: World


def vector(node: Node, moment: Moment) -> Vector:
    """The value of an expression that is an instant vector."""
    found = _value(node, moment)
    if isinstance(found, Fraction | float):
        raise UnsupportedError("a scalar where a vector is recorded")
    return found


def _value(node: Node, moment: Moment) -> Vector | Value:
    match node:
        case Wrapped():
            return _signed(node, moment)
        case Literal():
            return number(node)
        case Selector():
            return _instant(node, moment)
        case Call():
            return _called(node, moment)
        case Aggregate():
            return _aggregated(node, moment)
        case Binary():
            return _operated(node, _value(node.left, moment), _value(node.right, moment))
        case _:
            raise UnsupportedError(f"`{type(node).__name__.lower()}` outside of a function")


def _signed(node: Wrapped, moment: Moment) -> Vector | Value:
    found = _value(node.of, moment)
    if node.sign != "-":
        return found
    if isinstance(found, Fraction | float):
        return -found
    return {key: -value for key, value in found.items()}


def number(literal: Literal) -> Value:
    """What a number literal stands for."""
    text = literal.token.text.lower()
    if text in ("inf", "nan"):
        return INF if text == "inf" else NAN
    try:
        return Fraction(Decimal(text))
    except InvalidOperation:
        raise UnsupportedError(f"the literal `{literal.token.text}`") from None


def selected(node: Selector, series: Iterable[Series]) -> list[Series]:
    """The series that a selector matches."""
    return [one for one in series if _matches(node, one)]


def _matches(node: Selector, one: Series) -> bool:
    if node.name and node.name != one.metric:
        return False
    labels = {**dict(one.labels), "__name__": one.metric}
    return all(
        samples.fulfils(labels.get(matcher.label, ""), matcher.operator, matcher.value)
        for matcher in node.matchers
    )


def _distinct(pairs: Iterable[tuple[Key, Value]]) -> Vector:
    made: dict[Key, Value] = {}
    for key, value in pairs:
        if key in made:
            raise UnsupportedError("one selector for several metrics of the same labels")
        made[key] = value
    return made


def _instant(node: Selector, moment: Moment) -> Vector:
    low = moment.world.since(moment.time, LOOKBACK)
    read = ((one, within(one.lines, low, moment.time)) for one in selected(node, moment.series))
    return _distinct((frozenset(one.labels), lines[-1].last) for one, lines in read if lines)


def _called(node: Call, moment: Moment) -> Vector | Value:
    name = node.name.text
    if node.args and isinstance(node.args[0], Range):
        return _ranged(name, node.args[0], moment)
    if name in ("clamp_min", "clamp_max") and len(node.args) == 2:
        limit = _value(node.args[1], moment)
        pick: Callable[[Value, Value], Value] = max if name == "clamp_min" else min
        if isinstance(limit, Fraction | float):
            return {key: pick(one, limit) for key, one in vector(node.args[0], moment).items()}
    if name == "abs":
        return {key: abs(one) for key, one in vector(node.args[0], moment).items()}
    if name == "vector":
        found = _value(node.args[0], moment)
        if isinstance(found, Fraction | float):
            return {frozenset(): found}
    raise UnsupportedError(f"the function `{name}`")


def _ranged(name: str, node: Range, moment: Moment) -> Vector:
    if not isinstance(node.of, Selector) or node.step is not None:
        raise UnsupportedError("a subquery")
    length = window(node.window)
    bounds = (moment.time - length, moment.time)
    made: list[tuple[Key, Value]] = []
    for one in selected(node.of, moment.series):
        lines = within(one.lines, moment.world.since(moment.time, length), moment.time)
        try:
            value = over_time(name, lines, bounds, modern=moment.world.left_open)
        except LookupError:
            raise UnsupportedError(f"the function `{name}`") from None
        if value is not None:
            made.append((frozenset(one.labels), value))
    return _distinct(made)


def window(written: Sequence[Token]) -> int:
    """The milliseconds of a window."""
    found = durations.parse("".join(token.text for token in written))
    if found is None:
        raise UnsupportedError("a window that is no plain duration")
    return found.milliseconds


_FOLDS: Mapping[str, Callable[[list[Value]], Value]] = {
    "sum": lambda values: sum(values, Fraction(0)),
    "avg": lambda values: _divided(sum(values, Fraction(0)), Fraction(len(values))),
    "max": max,
    "min": min,
    "count": lambda values: Fraction(len(values)),
    "group": lambda values: Fraction(1),
}


def _aggregated(node: Aggregate, moment: Moment) -> Vector:
    fold = _FOLDS.get(node.op)
    if fold is None or len(node.args) != 1:
        raise UnsupportedError(f"the aggregation `{node.op}`")
    groups: dict[Key, list[Value]] = {}
    for key, value in vector(node.args[0], moment).items():
        groups.setdefault(_grouped(node.grouping, key), []).append(value)
    return {key: fold(values) for key, values in groups.items()}


def _grouped(by: tree.LabelList | None, key: Key) -> Key:
    if by is None:
        return frozenset()
    return _kept(key, frozenset(by.labels), inside=by.word == "by")


def _kept(key: Key, labels: frozenset[str], *, inside: bool) -> Key:
    return frozenset(pair for pair in key if (pair[0] in labels) == inside)


def _divided(left: Value, right: Value) -> Value:
    if right == 0:
        return NAN if left == 0 or left != left else (INF if left > 0 else -INF)  # noqa: PLR0124
    return left / right


_ARITHMETIC: Mapping[str, Callable[[Value, Value], Value]] = {
    "+": add, "-": sub, "*": mul, "/": _divided,
}  # fmt: skip
_COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "==": eq, "!=": ne, ">": gt, "<": lt, ">=": ge, "<=": le,
}  # fmt: skip
_Operation = Callable[[Value, Value], Value | None]


def _operated(node: Binary, left: Vector | Value, right: Vector | Value) -> Vector | Value:
    operator = node.op.text.lower()
    if operator in ("or", "and", "unless"):
        return _set(node, operator, left, right)
    apply = _operation(node, operator)
    if isinstance(left, Fraction | float) and isinstance(right, Fraction | float):
        found = apply(left, right)
        return Fraction(0) if found is None else found
    if isinstance(right, Fraction | float):
        assert not isinstance(left, Fraction | float)  # noqa: S101  # both would be the case above
        return _filtered((key, apply(one, right)) for key, one in left.items())
    if isinstance(left, Fraction | float):
        swapped = {key: (apply(left, one), one) for key, one in right.items()}
        keeps = operator in _COMPARISONS and not _is_bool(node)
        return _filtered((k, one if keeps and v is not None else v) for k, (v, one) in swapped.items())
    return _matched(node, left, right, apply)


def _filtered(pairs: Iterable[tuple[Key, Value | None]]) -> Vector:
    return {key: value for key, value in pairs if value is not None}


def _is_bool(node: Binary) -> bool:
    return any(isinstance(one, Token) and one.text.lower() == "bool" for one in node.modifiers)


def _operation(node: Binary, operator: str) -> _Operation:
    if operator in _ARITHMETIC:
        return _ARITHMETIC[operator]
    if operator not in _COMPARISONS:
        raise UnsupportedError(f"the operator `{operator}`")
    compare = _COMPARISONS[operator]
    if _is_bool(node):
        return lambda a, b: Fraction(int(compare(a, b)))
    return lambda a, b: a if compare(a, b) else None


def _signature(node: Binary) -> Callable[[Key], Key]:
    if on := node.listed("on"):
        return lambda key: _kept(key, frozenset(on.labels), inside=True)
    ignored = node.listed("ignoring")
    return lambda key: _kept(key, frozenset(ignored.labels if ignored else ()), inside=False)


def _set(node: Binary, operator: str, left: Vector | Value, right: Vector | Value) -> Vector:
    if isinstance(left, Fraction | float) or isinstance(right, Fraction | float):
        raise UnsupportedError(f"`{operator}` between scalars")
    sign = _signature(node)
    if operator == "or":
        taken = {sign(key) for key in left}
        return {**left, **{key: one for key, one in right.items() if sign(key) not in taken}}
    others = {sign(key) for key in right}
    return {key: one for key, one in left.items() if (sign(key) in others) == (operator == "and")}


def _matched(node: Binary, left: Vector, right: Vector, apply: _Operation) -> Vector:
    if node.listed("group_left", "group_right"):
        raise UnsupportedError("`group_left`")
    sign = _signature(node)
    others = {sign(key): one for key, one in right.items()}
    if len(others) != len(right) or len({sign(key) for key in left}) != len(left):
        raise UnsupportedError("several series on one side of an operator")
    named = node.listed("on") is not None or node.listed("ignoring") is not None
    return _filtered(
        (sign(key) if named else key, apply(one, others[sign(key)]))
        for key, one in left.items()
        if sign(key) in others
    )
