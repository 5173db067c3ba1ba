"""Which series make a good event of an SLI and which a bad one, found by trying its own queries."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import combinations
from typing import NamedTuple

from burnrules.diagnostics import Problem
from burnrules.durations import Duration, of
from burnrules.ir import EventSli, Missing, SloPlan, Tier
from burnrules.promql import grammar
from burnrules.promql.tree import Literal, Node, Type, walk
from burnrules.prove import candidates as choices
from burnrules.prove.candidates import Candidate, Wanted
from burnrules.prove.evaluate import Key, UnsupportedError, Value, Vector, compiled, number
from burnrules.prove.series import WORLDS, Line, Moment, Series

FIVE_MINUTES = of("5m")
QUARTER = Decimal(1) / 4
STEPS = (60_000, 30_000, 15_000, 10_000, 5_000, 1_000)


class Actor(NamedTuple):
    """One series: how much it grows (a counter) or where it stands, for good and for bad."""

    metric: str
    labels: tuple[tuple[str, str], ...]
    counter: bool
    good: Decimal
    bad: Decimal


class Inputs(NamedTuple):
    """The series of each group of an SLI; none, and why, when its queries are not understood."""

    groups: tuple[Key, ...]
    actors: tuple[tuple[Actor, ...], ...] = ()
    decoys: tuple[Candidate, ...] = ()
    mixes: bool = False  # whether a share of bad events gives that share as error ratio
    why: str = ""


class Queries(NamedTuple):
    """The queries of an SLI over five minutes, read."""

    slo: SloPlan
    nodes: tuple[Node, ...]  # total and part, or slice
    vectors: tuple[Callable[[Moment], Vector], ...]  # the same, to evaluate

    def ratio(self, series: Sequence[Series], time: int, key: Key) -> Decimal | None:
        """The error ratio of one group; None where there is none, or one of no traffic."""
        moment = Moment(series, time, WORLDS[0])
        values = [vector(moment).get(key) for vector in self.vectors]
        if not isinstance(self.slo.sli, EventSli):
            found = _finite(values[0])
            return None if found is None else round(found, 12)
        total, part = _finite(values[0]), _finite(values[1])
        if part is None and self.slo.sli.missing is Missing.ZERO:
            part = Decimal(0)
        if total is None or part is None or total <= 0:
            return None
        ratio = (total - part if self.slo.sli.part_is_good else part) / total
        return round(ratio, 12)


def _finite(value: Value | None) -> Decimal | None:
    """A number; beyond twelve digits it may be rounded."""
    return value if value is not None and value.is_finite() else None


def step(tiers: Iterable[Tier]) -> int:
    """How far samples may stand apart so that the shortest rate has four: a minute if possible."""
    windows = [FIVE_MINUTES.milliseconds, *(one.short.milliseconds for one in tiers)]
    return next((one for one in STEPS if one * 4 <= min(windows)), 1_000)


def read(slo: SloPlan, window: Duration) -> tuple[Node, ...]:
    """The queries of an SLI over a window; UnsupportedError if they are not read here."""
    sli = slo.sli
    queries = (sli.total, sli.part) if isinstance(sli, EventSli) else (sli.slice,)
    padded = window + sli.pad if isinstance(sli, EventSli) else window
    found = []
    for query in queries:
        node = grammar.read(query.at(padded))
        if isinstance(node, Problem):
            raise UnsupportedError("a query that only Prometheus reads")
        found.append(node)
    return tuple(found)


_MAKING = re.compile(
    r"\b(vector|absent|absent_over_time|time|minute|hour|day_of_\w+|month|year)\s*\("
)


def of_nothing(slo: SloPlan) -> bool:
    """Whether a query may give something where there is no series; told from its text alone."""
    sli = slo.sli
    queries = (sli.total, sli.part) if isinstance(sli, EventSli) else (sli.slice,)
    return any(_MAKING.search(one.template) for one in queries)


def never_absent(slo: SloPlan) -> bool | None:
    """Whether a total, or a slice, is there without series; None where that is unknown."""
    if not of_nothing(slo):
        return False
    try:
        return bool(compiled(read(slo, FIVE_MINUTES)[0])(Moment((), 0, WORLDS[0])))
    except UnsupportedError:
        return None


def of_slo(slo: SloPlan) -> Inputs:
    """The series that make events of an SLO, one or two groups of them."""
    plain = (frozenset((label, value) for label in slo.groups) for value in ("one", "two"))
    unknown = tuple(plain) if slo.groups else (frozenset(),)
    try:
        nodes = read(slo, FIVE_MINUTES)
        first = _wanted(slo, ())
        chosen = choices.candidates(nodes, first)
        if not chosen:
            return Inputs(unknown, why="no series can satisfy its selectors")
        return _found(Queries(slo, nodes, tuple(map(compiled, nodes))), chosen)
    except UnsupportedError as reason:
        return Inputs(unknown, why=str(reason))


def _wanted(slo: SloPlan, taken: Iterable[Key]) -> Wanted:
    used = [dict(key) for key in taken]
    return {
        label: (("!=", ""), *(("!=", one[label]) for one in used if label in one))
        for label in slo.groups
    }


def _found(queries: Queries, chosen: tuple[Candidate, ...]) -> Inputs:
    slo = queries.slo
    key = _key(slo, chosen)
    assigned = list(_assignments(queries, chosen))
    good = next(
        (
            one
            for one in assigned
            if _ratio(queries, chosen, one, key) == 0 and (any(one) or _still(queries))
        ),
        None,
    )
    bad = next((one for one in assigned if _ratio(queries, chosen, one, key) == 1), None)
    if good is None or bad is None:
        return Inputs(
            (key,), why=f"no series were found that make {'good' if good is None else 'bad'} events"
        )
    mixed = tuple(g + (b - g) * QUARTER for g, b in zip(good, bad, strict=True))
    groups = [(key, chosen)]
    if slo.groups:
        other = choices.candidates(queries.nodes, _wanted(slo, (key,)))
        if len(other) == len(chosen) and _key(slo, other) != key:
            groups.append((_key(slo, other), other))
    return Inputs(
        tuple(one for one, _ in groups),
        tuple(tuple(_actors(some, good, bad)) for _, some in groups),
        choices.decoys(queries.nodes, _wanted(slo, ())),
        mixes=_ratio(queries, chosen, mixed, key) == QUARTER,
    )


def _still(queries: Queries) -> bool:
    return not isinstance(queries.slo.sli, EventSli) or queries.slo.sli.kind == "boolGauge"


def _key(slo: SloPlan, chosen: tuple[Candidate, ...]) -> Key:
    labels = [dict(one.labels) for one in chosen]
    values = {
        label: next((one[label] for one in labels if label in one), "") for label in slo.groups
    }
    return frozenset((label, value) for label, value in values.items() if value)


Amounts = tuple[Decimal, ...]


def _assignments(queries: Queries, chosen: tuple[Candidate, ...]) -> Iterator[Amounts]:
    """How much each series grows, or where it stands: few first, then telling levels."""
    count = len(chosen)
    for size in range(min(count, 3) + 1):
        for some in combinations(range(count), size):
            yield tuple(Decimal(int(index in some)) for index in range(count))
    for level in dict.fromkeys(_levels(queries.nodes)):
        yield tuple(Decimal(0) if one.counter else level for one in chosen)


def _levels(nodes: Iterable[Node]) -> Iterator[Decimal]:
    for node in nodes:
        for one, _ in walk(node):
            if isinstance(one, Literal) and one.type is Type.SCALAR:
                value = number(one)
                if value.is_finite():
                    yield from (value - 1, value, value + 1)


def _ratio(
    queries: Queries, chosen: tuple[Candidate, ...], amounts: Amounts, key: Key
) -> Decimal | None:
    every = step(queries.slo.tiers)
    count = 1_200_000 // every
    series = [
        Series(one.metric, one.labels, (_line(one, amount, every, count),))
        for one, amount in zip(chosen, amounts, strict=True)
    ]
    return queries.ratio(series, (count - 1) * every, key)


def _line(one: Candidate, amount: Decimal, every: int, count: int) -> Line:
    if one.counter:
        return Line(0, every, count, Decimal(count), amount)
    return Line(0, every, count, amount)


def _actors(chosen: tuple[Candidate, ...], good: Amounts, bad: Amounts) -> Iterator[Actor]:
    for one, if_good, if_bad in zip(chosen, good, bad, strict=True):
        yield Actor(one.metric, one.labels, one.counter, if_good, if_bad)
