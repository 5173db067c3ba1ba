"""The part of PromQL that SLIs are written in, evaluated exactly on lines of samples."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache, partial
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any, NoReturn

from burnrules import durations
from burnrules.ir import Labels
from burnrules.promql import samples, tree
from burnrules.promql.lexer import Token
from burnrules.promql.tree import Aggregate, Binary, Call, Literal, Node, Range, Selector, Wrapped
from burnrules.prove.rates import over_time
from burnrules.prove.series import Lines, Moment, Series

Value = Decimal
Key = frozenset[tuple[str, str]]
Vector = Mapping[Key, Value]
Evaluate = Callable[[Moment], Vector | Value]

NAN, INF = Decimal("NaN"), Decimal("Infinity")


class UnsupportedError(Exception):
    """A query beyond this part of PromQL; the message says what."""


def compiled(node: Node) -> Callable[[Moment], Vector]:
    """An expression that is an instant vector, as a function: a proof asks for it at many times.

    What is not supported is told by the function, when and where it gets there.
    """
    evaluate = _compiled(node)

    def vector(moment: Moment) -> Vector:
        found = evaluate(moment)
        if isinstance(found, Decimal):
            raise UnsupportedError("a scalar where a vector is recorded")
        return found

    return vector


def _compiled(node: Node) -> Evaluate:
    build = _BUILDERS.get(type(node))
    if build is None:
        return partial(_unsupported, f"`{type(node).__name__.lower()}` outside of a function")
    try:
        return build(node)
    except UnsupportedError as reason:
        return partial(_unsupported, str(reason))


def _unsupported(what: str, *_: object) -> NoReturn:
    raise UnsupportedError(what)


def _signed(node: Wrapped) -> Evaluate:
    evaluate = _compiled(node.of)
    if node.sign != "-":
        return evaluate

    def negative(moment: Moment) -> Vector | Value:
        found = evaluate(moment)
        if isinstance(found, Decimal):
            return -found
        return {key: -value for key, value in found.items()}

    return negative


def _literal(node: Literal) -> Evaluate:
    value = number(node)
    return lambda _: value


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


Selected = Callable[[Sequence[Series]], list[tuple[Key, Lines]]]


def _selected(node: Selector) -> Selected:
    """The series that a selector matches: the same few are asked for at every evaluation."""
    matched = cache(partial(_matched_key, node))
    last: tuple[Sequence[Series], list[tuple[Key, Lines]]] = ((), [])

    def selected(series: Sequence[Series]) -> list[tuple[Key, Lines]]:
        nonlocal last
        if series is not last[0]:
            keyed = [(matched(one.metric, one.labels), one.lines) for one in series]
            last = series, [(key, lines) for key, lines in keyed if key is not None]
        return last[1]

    return selected


def _matched_key(node: Selector, metric: str, labels: Labels) -> Key | None:
    found = {**dict(labels), "__name__": metric}
    matches = all(
        samples.fulfils(found.get(matcher.label, ""), matcher.operator, matcher.value)
        for matcher in node.matchers
    )
    return frozenset(labels) if matches and node.name in ("", metric) else None


def _distinct(pairs: Iterable[tuple[Key, Value]]) -> Vector:
    made: dict[Key, Value] = {}
    for key, value in pairs:
        if key in made:
            raise UnsupportedError("one selector for several metrics of the same labels")
        made[key] = value
    return made


def _instant(node: Selector) -> Evaluate:
    selected = _selected(node)

    def instant(moment: Moment) -> Vector:
        read = ((key, moment.latest(lines)) for key, lines in selected(moment.series))
        return _distinct((key, value) for key, value in read if value is not None)

    return instant


def _called(node: Call) -> Evaluate:
    name = node.name.text
    if node.args and isinstance(node.args[0], Range):
        return _ranged(name, node.args[0])
    if name in ("clamp_min", "clamp_max") and len(node.args) == 2:
        return _clamped(node)
    if name == "abs":
        inner = compiled(node.args[0])
        return lambda moment: {key: abs(one) for key, one in inner(moment).items()}
    if name == "vector":
        return _constant(node)
    raise _unknown(name)


def _unknown(function: str) -> UnsupportedError:
    return UnsupportedError(f"the function `{function}`")


def _clamped(node: Call) -> Evaluate:
    inner, limited = compiled(node.args[0]), _compiled(node.args[1])
    kept = gt if node.name.text == "clamp_min" else lt
    pick = _quietly(lambda one, limit: one if kept(one, limit) else limit)

    def clamped(moment: Moment) -> Vector:
        limit = limited(moment)
        if not isinstance(limit, Decimal):
            raise _unknown(node.name.text)
        return {key: pick(one, limit) for key, one in inner(moment).items()}

    return clamped


def _constant(node: Call) -> Evaluate:
    scalar = _compiled(node.args[0])

    def constant(moment: Moment) -> Vector:
        found = scalar(moment)
        if not isinstance(found, Decimal):
            raise _unknown(node.name.text)
        return {frozenset(): found}

    return constant


def _ranged(name: str, node: Range) -> Evaluate:
    if not isinstance(node.of, Selector) or node.step is not None:
        raise UnsupportedError("a subquery")
    selected, length = _selected(node.of), window("".join(token.text for token in node.window))

    def ranged(moment: Moment) -> Vector:
        made = []
        for key, lines in selected(moment.series):
            try:
                value = over_time(name, lines, length, moment)
            except LookupError:
                raise _unknown(name) from None
            if value is not None:
                made.append((key, value))
        return _distinct(made)

    return ranged


@lru_cache
def window(written: str) -> int:
    """The milliseconds of a window."""
    found = durations.parse(written)
    if found is None:
        raise UnsupportedError("a window that is no plain duration")
    return found.milliseconds


def _total(values: list[Value]) -> Value:
    try:
        return sum(values, Decimal(0))
    except InvalidOperation:  # of infinities
        return NAN


def _numbers(values: list[Value]) -> list[Value]:
    return [one for one in values if not one.is_nan()]


_FOLDS: Mapping[str, Callable[[list[Value]], Value]] = {
    "sum": _total,
    "avg": lambda values: _divided(_total(values), Decimal(len(values))),
    "max": lambda values: max(_numbers(values), default=NAN),
    "min": lambda values: min(_numbers(values), default=NAN),
    "count": lambda values: Decimal(len(values)),
    "group": lambda _: Decimal(1),
}


def _aggregated(node: Aggregate) -> Evaluate:
    fold = _FOLDS.get(node.op)
    if fold is None or len(node.args) != 1:
        raise UnsupportedError(f"the aggregation `{node.op}`")
    inner, grouped = compiled(node.args[0]), cache(partial(_grouped, node.grouping))

    def aggregated(moment: Moment) -> Vector:
        groups: dict[Key, list[Value]] = {}
        for key, value in inner(moment).items():
            groups.setdefault(grouped(key), []).append(value)
        return {key: fold(values) for key, values in groups.items()}

    return aggregated


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
    """Infinity less infinity is not a number, nor is the larger of a number and none."""

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
_Combine = Callable[[Any, Any], Vector | Value]


def _operated(node: Binary) -> Evaluate:
    left, right, combine = _compiled(node.left), _compiled(node.right), _combined(node)
    return lambda moment: combine(left(moment), right(moment))


def _combined(node: Binary) -> _Combine:
    operator = node.op.text.lower()
    if operator in ("or", "and", "unless"):
        return _set(node, operator)
    if operator in _ARITHMETIC:
        return _between(_ARITHMETIC[operator], _matched(node))
    if operator not in _COMPARISONS:
        return partial(_unsupported, f"the operator `{operator}`")
    if any(isinstance(one, Token) and one.text.lower() == "bool" for one in node.modifiers):
        return _between(_told(_COMPARISONS[operator]), _matched(node))
    return _between(_passing(_COMPARISONS[operator]), _matched(node), keeps=True)


def _between(apply: _Operation, matched: "_Matched", *, keeps: bool = False) -> _Combine:
    """An operator; with `keeps`, what passes is what the vector has, on whichever side it is."""

    def between(left: Vector | Value, right: Vector | Value) -> Vector | Value:
        if not isinstance(left, Decimal):
            if not isinstance(right, Decimal):
                return matched(left, right, apply)
            return {key: v for key, one in left.items() if (v := apply(one, right)) is not None}
        if isinstance(right, Decimal):
            found = apply(left, right)
            return Decimal(0) if found is None else found
        swapped = ((key, one, apply(left, one)) for key, one in right.items())
        return {key: one if keeps else made for key, one, made in swapped if made is not None}

    return between


def _passing(compare: Callable[[Value, Value], bool]) -> _Operation:
    """A comparison as a filter; nothing holds of NaN but that it differs."""

    def passing(left: Value, right: Value) -> Value | None:
        try:
            return left if compare(left, right) else None
        except InvalidOperation:
            return None

    return passing


def _told(compare: Callable[[Value, Value], bool]) -> _Operation:
    """The same with `bool`: 1 where it holds, else 0."""
    passing = _passing(compare)
    return lambda left, right: Decimal(int(passing(left, right) is not None))


def _signature(node: Binary) -> Callable[[Key], Key]:
    on, ignored = node.listed("on"), node.listed("ignoring")
    named = on or ignored
    labels = frozenset(named.labels if named else ())
    return cache(partial(_kept, labels=labels, inside=on is not None))


def _set(node: Binary, operator: str) -> _Combine:
    sign = _signature(node)

    def combined(left: Vector | Value, right: Vector | Value) -> Vector:
        if isinstance(left, Decimal) or isinstance(right, Decimal):
            raise UnsupportedError(f"`{operator}` between scalars")
        if operator == "or":
            taken = {sign(key) for key in left}
            return {**left, **{key: one for key, one in right.items() if sign(key) not in taken}}
        others, kept = {sign(key) for key in right}, operator == "and"
        return {key: one for key, one in left.items() if (sign(key) in others) == kept}

    return combined


_Matched = Callable[[Vector, Vector, _Operation], Vector]


def _matched(node: Binary) -> _Matched:
    if node.listed("group_left", "group_right"):
        return partial(_unsupported, "`group_left`")
    sign, named = _signature(node), node.listed("on", "ignoring") is not None

    def matched(left: Vector, right: Vector, apply: _Operation) -> Vector:
        others = {sign(key): one for key, one in right.items()}
        if len(others) != len(right) or len({sign(key) for key in left}) != len(left):
            raise UnsupportedError("several series on one side of an operator")
        return {
            sign(key) if named else key: value
            for key, one in left.items()
            if sign(key) in others and (value := apply(one, others[sign(key)])) is not None
        }

    return matched


_BUILDERS: Mapping[type, Callable[[Any], Evaluate]] = {
    Wrapped: _signed,
    Literal: _literal,
    Selector: _instant,
    Call: _called,
    Aggregate: _aggregated,
    Binary: _operated,
}
