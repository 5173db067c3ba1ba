"""Recordings of a path itself, for dashboards and gates: rate, errors and latency of its entry."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules import naming
from burnrules.diagnostics import fatal
from burnrules.durations import Duration
from burnrules.ir import Expr, Group, Query, Rule, SpanNames
from burnrules.plan import matchers, spans
from burnrules.plan.indicators import rates
from burnrules.plan.owner import Owner
from burnrules.plan.recordings import FIVE_MINUTES, SAMPLES
from burnrules.promql import build

PERCENTILES = (50, 95, 99)


def groups(owner: Owner) -> tuple[Group, ...]:
    """The group of a path's own recordings; none where its entry cannot be read.

    What is wrong with the entry is said by the SLOs that read it.
    """
    rules = (*_counts(owner), *_latencies(owner))
    name, server = naming.path_group(owner.path.metadata.name), owner.server
    return (Group(name, server.rule_interval, rules, server.query_offset),) if rules else ()


def _chosen(owner: Owner, names: SpanNames) -> spans.Selection | None:
    """The entry's series of calls, or of durations, whose labels may differ."""
    entry = owner.path.spec.entry
    if entry is None:
        return None
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


def _counts(owner: Owner) -> Iterator[Rule]:
    names, over = owner.names, _window(owner)
    chosen = _chosen(owner, names)
    if chosen is None:
        return
    labels = _by(owner, names)
    total = build.rates(names.calls, (chosen.matchers,), labels)
    counter = names.error_calls if names.error_calls and not chosen.errors else names.calls
    wrong = [(*chosen.matchers, *some) for some in chosen.errors or ((),)]
    errors = build.rates(counter, wrong, labels)
    requests = _series(owner, naming.path_requests(over))
    yield _record(owner, naming.path_requests(over), total)
    none = build.zero_of(requests)
    yield _record(owner, naming.path_errors(over), build.either(labels, errors, none))
    ratio = build.divide(_series(owner, naming.path_errors(over)), f"({requests} > 0)")
    yield _record(owner, naming.path_error_ratio(over), ratio)


def _latencies(owner: Owner) -> Iterator[Rule]:
    names = owner.names.durations
    chosen = _chosen(owner, names) if names.duration else None
    if chosen is None:
        return
    histogram = rates.Histogram(names.duration, chosen.matchers, names.unit, native=names.native)
    for percent in PERCENTILES:
        value = rates.quantile(Decimal(percent).scaleb(-2), histogram, _by(owner, names))
        yield _record(owner, naming.path_latency(percent, _window(owner)), value)


def _series(owner: Owner, name: str) -> str:
    """One recorded series of this path, whose name is a DNS label."""
    return f'{name}{{{naming.PATH_LABEL}="{owner.path.metadata.name}"}}'


def _record(owner: Owner, name: str, template: str) -> Rule:
    text = Query(template).at(_window(owner))
    labels = ((naming.PATH_LABEL, owner.path.metadata.name),)
    return Rule(name, "", Expr(text, (owner.root / "spec" / "entry").value), labels)
