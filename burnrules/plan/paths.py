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
    entry = owner.path.spec.entry
    if entry is None:
        return ()
    place = owner.root / "spec" / "entry"
    chosen, found = spans.selection(entry, owner.names, place, named=owner.named)
    if chosen is None or fatal(found):
        return ()
    server = owner.server
    rules = tuple(_rules(owner, chosen))
    name = naming.path_group(owner.path.metadata.name)
    return (Group(name, server.rule_interval, rules, server.query_offset),)


def by(owner: Owner) -> tuple[str, ...]:
    """The labels of these recordings: the route, as the producer has it, and its groups."""
    own = {matchers.label(owner.names, one) for one in owner.path.spec.group_by or ()}
    return tuple(sorted(own | _route(owner.names)))


def window(owner: Owner) -> Duration:
    """Five minutes, or as long as it takes to see enough samples."""
    return max(FIVE_MINUTES, owner.sample * SAMPLES)


def _route(names: SpanNames) -> frozenset[str]:
    route, span = names.labels.get("http.route"), names.labels.get("span.name")
    label = matchers.label(names, "http.route")
    if route or (route is None and names.known is not None and label in names.known):
        return frozenset({label})
    return frozenset({span}) if span else frozenset()


def _rules(owner: Owner, chosen: spans.Selection) -> Iterator[Rule]:
    names, labels, over = owner.names, by(owner), window(owner)
    total = rates.summed(names.calls, chosen.matchers, labels)
    counter = names.error_calls if names.error_calls and not chosen.errors else names.calls
    alternatives = chosen.errors or ((),)
    failed = [
        build.call("rate", build.ranged(build.selector(counter, (*chosen.matchers, *some))))
        for some in alternatives
    ]
    union = failed[0] if len(failed) == 1 else build.bracket("\nor\n".join(failed))
    errors = build.aggregate("sum", labels, build.sane(union))
    requests = _series(owner, naming.path_requests(over))
    yield _record(owner, naming.path_requests(over), total)
    none = build.zero_of(requests)
    yield _record(owner, naming.path_errors(over), build.either(labels, errors, none))
    ratio = build.divide(_series(owner, naming.path_errors(over)), f"({requests} > 0)")
    yield _record(owner, naming.path_error_ratio(over), ratio)
    if not names.duration:
        return
    histogram = rates.Histogram(names.duration, chosen.matchers, names.unit, native=names.native)
    for percent in PERCENTILES:
        value = rates.quantile(Decimal(percent).scaleb(-2), histogram, labels)
        yield _record(owner, naming.path_latency(percent, over), value)


def _series(owner: Owner, name: str) -> str:
    """One recorded series of this path, whose name is a DNS label."""
    return f'{name}{{{naming.PATH_LABEL}="{owner.path.metadata.name}"}}'


def _record(owner: Owner, name: str, template: str) -> Rule:
    text = Query(template).at(window(owner))
    labels = ((naming.PATH_LABEL, owner.path.metadata.name),)
    return Rule(name, "", Expr(text, (owner.root / "spec" / "entry").value), labels)
