"""Recordings of a path itself, for dashboards and gates: rate, errors and latency of its entry."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from burnrules import naming
from burnrules.diagnostics import Span, fatal
from burnrules.durations import Duration
from burnrules.ir import Expr, Group, Query, Rule, SpanNames
from burnrules.plan import matchers, spans
from burnrules.plan.indicators import rates
from burnrules.plan.owner import Owner
from burnrules.plan.recordings import FIVE_MINUTES, SAMPLES
from burnrules.promql import build
from burnrules.spec.sli import Spans

PERCENTILES = (50, 95, 99)


class _Own(NamedTuple):
    """What the recordings of one path have in common."""

    path: str  # a DNS label
    window: Duration
    origin: Span

    def series(self, name: str) -> str:
        """One recorded series of this path."""
        return f'{name}{{{naming.PATH_LABEL}="{self.path}"}}'

    def record(self, name: str, template: str) -> Rule:
        """A recording rule of this path."""
        expr = Expr(Query(template).at(self.window), self.origin)
        return Rule(name, "", expr, ((naming.PATH_LABEL, self.path),))


def groups(owner: Owner) -> tuple[Group, ...]:
    """The group of a path's own recordings; none where its entry cannot be read.

    What is wrong with the entry is said by the SLOs that read it.
    """
    entry, server = owner.path.spec.entry, owner.server
    if entry is None:
        return ()
    place = owner.root / "spec" / "entry"
    own = _Own(owner.path.metadata.name, _window(owner), place.value)
    rules = (*_counts(owner, entry, own), *_latencies(owner, entry, own))
    name = naming.path_group(own.path)
    return (Group(name, server.rule_interval, rules, server.query_offset),) if rules else ()


def _chosen(owner: Owner, entry: Spans, names: SpanNames) -> spans.Selection | None:
    """The entry's series of calls, or of durations, whose labels may differ."""
    place = owner.root / "spec" / "entry"
    chosen, found = spans.selection(entry, names, place, named=owner.named)
    return None if fatal(found) else chosen


def _by(owner: Owner, names: SpanNames) -> tuple[str, ...]:
    """The labels of these recordings: the route, as the producer has it, and its groups."""
    own = {matchers.label(names, one) for one in owner.path.spec.group_by or ()}
    return tuple(sorted(own | _route(names)))


def _window(owner: Owner) -> Duration:
    """Five minutes, or as long as it takes to see enough samples."""
    return max(FIVE_MINUTES, owner.sample * SAMPLES)


def _route(names: SpanNames) -> frozenset[str]:
    route, span = names.labels.get("http.route"), names.labels.get("span.name")
    label = matchers.label(names, "http.route")
    if route or (route is None and names.known is not None and label in names.known):
        return frozenset({label})
    return frozenset({span}) if span else frozenset()


def _counts(owner: Owner, entry: Spans, own: _Own) -> Iterator[Rule]:
    names, over = owner.names, own.window
    chosen = _chosen(owner, entry, names)
    if chosen is None:
        return
    labels = _by(owner, names)
    counter = names.error_calls if names.error_calls and not chosen.errors else names.calls
    wrong = [(*chosen.matchers, *some) for some in chosen.errors or ((),)]
    errors = build.rates(counter, wrong, labels)
    requests = own.series(naming.path_requests(over))
    yield own.record(
        naming.path_requests(over), build.rates(names.calls, (chosen.matchers,), labels)
    )
    none = build.zero_of(requests)
    yield own.record(naming.path_errors(over), build.either(labels, errors, none))
    ratio = build.divide(own.series(naming.path_errors(over)), f"({requests} > 0)")
    yield own.record(naming.path_error_ratio(over), ratio)


def _latencies(owner: Owner, entry: Spans, own: _Own) -> Iterator[Rule]:
    names = owner.names.durations
    chosen = _chosen(owner, entry, names) if names.duration else None
    if chosen is None:
        return
    histogram = rates.Histogram(names.duration, chosen.matchers, names.unit, native=names.native)
    observed = rates.observations(histogram, _by(owner, names))
    for percent in PERCENTILES:
        value = rates.quantile_of(Decimal(percent).scaleb(-2), histogram, observed)
        yield own.record(naming.path_latency(percent, own.window), value)
