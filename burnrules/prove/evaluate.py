"""The part of PromQL that SLIs are written in, evaluated exactly on lines of samples."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any, NamedTuple

from burnrules import durations
from burnrules.ir import Labels
from burnrules.promql import samples, tree
from burnrules.promql.lexer import Token
from burnrules.promql.tree import Aggregate, Binary, Call, Literal, Node, Range, Selector, Wrapped
from burnrules.prove.rates import over_time
from burnrules.prove.series import LOOKBACK, Series, World, within

Value = Decimal
Key = frozenset[tuple[str, str]]
Vector = Mapping[Key, Value]

NAN, INF = Decimal("NaN"), Decimal("Infinity")


class UnsupportedError(Exception):
    """A query beyond this part of PromQL; the message says what."""


class Moment(NamedTuple):
    """What a query is evaluated on, and when."""

    series: Sequence[Series]
    time: int
    world: World


def vector(node: Node, moment: Moment) -> Vector:
    """The value of an expression that is an instant vector."""
    found = _value(node, moment)
    if isinstance(found, Decimal):
        raise UnsupportedError("a scalar where a vector is recorded")
    return found


def _value(node: Node, moment: Moment) -> Vector | Value:
    evaluate = _EVALUATE.get(type(node))
    if evaluate is None:
        raise UnsupportedError(f"`{type(node).__name__.lower()}` outside of a function")
    return evaluate(node, moment)


def _signed(node: Wrapped, moment: Moment) -> Vector | Value:
    found = _value(node.of, moment)
    if node.sign != "-":
        return found
    if isinstance(found, Decimal):
        return -found
    return {key: -value for key, value in found.items()}


@lru_cache
def number(literal: Literal) -> Value:
    """What a number literal stands for."""
    text = literal.token.text.lower()
    if text in ("inf", "nan"):
        return INF if text == "inf" else NAN
    try:
        return Decimal(text)
    except InvalidOperation:
        raise UnsupportedError(f"the literal `{literal.token.text}`") from None


def selected(node: Selector, series: Iterable[Series]) -> list[Series]:
    """The series that a selector matches."""
    named = (one for one in series if not node.name or node.name == one.metric)
    return [one for one in named if _matches(node, one.metric, one.labels)]


@lru_cache(maxsize=4096)  # the same few selectors meet the same few series at every evaluation
def _matches(node: Selector, metric: str, labels: Labels) -> bool:
    found = {**dict(labels), "__name__": metric}
    return all(
        samples.fulfils(found.get(matcher.label, ""), matcher.operator, matcher.value)
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
        if isinstance(limit, Decimal):
            inner = vector(node.args[0], moment)
            kept = gt if name == "clamp_min" else lt
            return {key: one if kept(one, limit) else limit for key, one in inner.items()}
    if name == "abs":
        return {key: abs(one) for key, one in vector(node.args[0], moment).items()}
    if name == "vector":
        found = _value(node.args[0], moment)
        if isinstance(found, Decimal):
            return {frozenset(): found}
    raise UnsupportedError(f"the function `{name}`")


def _ranged(name: str, node: Range, moment: Moment) -> Vector:
    if not isinstance(node.of, Selector) or node.step is not None:
        raise UnsupportedError("a subquery")
    length = window("".join(token.text for token in node.window))
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


@lru_cache
def window(written: str) -> int:
    """The milliseconds of a window."""
    found = durations.parse(written)
    if found is None:
        raise UnsupportedError("a window that is no plain duration")
    return found.milliseconds


_FOLDS: Mapping[str, Callable[[list[Value]], Value]] = {
    "sum": lambda values: sum(values, Decimal(0)),
    "avg": lambda values: _divided(sum(values, Decimal(0)), Decimal(len(values))),
    "max": max,
    "min": min,
    "count": lambda values: Decimal(len(values)),
    "group": lambda _: Decimal(1),
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
        return NAN if left == 0 or left.is_nan() else (INF if left > 0 else -INF)
    return left / right


def _quietly(apply: Callable[[Value, Value], Value]) -> Callable[[Value, Value], Value]:
    """Infinity less infinity is not a number, and no accident."""

    def applied(left: Value, right: Value) -> Value:
        try:
            return apply(left, right)
        except InvalidOperation:
            return NAN

    return applied


_ARITHMETIC: Mapping[str, Callable[[Value, Value], Value]] = {
    "+": _quietly(add), "-": _quietly(sub), "*": _quietly(mul), "/": _quietly(_divided),
}  # fmt: skip
_COMPARISONS: Mapping[str, Callable[[Value, Value], bool]] = {
    "==": eq, "!=": ne, ">": gt, "<": lt, ">=": ge, "<=": le,
}  # fmt: skip
_Operation = Callable[[Value, Value], Value | None]


def _operated(node: Binary, moment: Moment) -> Vector | Value:
    left, right = _value(node.left, moment), _value(node.right, moment)
    operator = node.op.text.lower()
    if operator in ("or", "and", "unless"):
        return _set(node, operator, left, right)
    apply = _operation(node, operator)
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        found = apply(left, right)
        return Decimal(0) if found is None else found
    if isinstance(right, Decimal):
        assert not isinstance(left, Decimal)  # noqa: S101  # both would be the case above
        return _filtered((key, apply(one, right)) for key, one in left.items())
    if isinstance(left, Decimal):
        swapped = {key: (apply(left, one), one) for key, one in right.items()}
        keeps = operator in _COMPARISONS and not _is_bool(node)
        return _filtered(
            (k, one if keeps and v is not None else v) for k, (v, one) in swapped.items()
        )
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
    compare = _numbers(_COMPARISONS[operator])
    if _is_bool(node):
        return lambda a, b: Decimal(int(compare(a, b)))
    return lambda a, b: a if compare(a, b) else None


def _numbers(compare: Callable[[Value, Value], bool]) -> Callable[[Value, Value], bool]:
    """Nothing holds of NaN but that it differs."""
    return lambda a, b: compare is ne if a.is_nan() or b.is_nan() else compare(a, b)


def _signature(node: Binary) -> Callable[[Key], Key]:
    if on := node.listed("on"):
        return lambda key: _kept(key, frozenset(on.labels), inside=True)
    ignored = node.listed("ignoring")
    return lambda key: _kept(key, frozenset(ignored.labels if ignored else ()), inside=False)


def _set(node: Binary, operator: str, left: Vector | Value, right: Vector | Value) -> Vector:
    if isinstance(left, Decimal) or isinstance(right, Decimal):
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


_EVALUATE: Mapping[type, Callable[[Any, Moment], Vector | Value]] = {
    Wrapped: _signed,
    Literal: lambda node, _: number(node),
    Selector: _instant,
    Call: _called,
    Aggregate: _aggregated,
    Binary: _operated,
}
