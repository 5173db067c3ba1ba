"""Processors of the Collector: the memory limiter and the tail sampler."""

from collections.abc import Iterator

from burnrules.ir import Matcher, Query
from burnrules.plan.health import names
from burnrules.plan.health.watched import (
    QUARTER_HOUR,
    Alert,
    Urgency,
    Watched,
    burning,
    pooled,
    rated,
    shown,
    summed,
)
from burnrules.plan.recordings import FIVE_MINUTES
from burnrules.promql import build

BY = ("instance", "job")
LIMITER = "memory_limiter"
_LIMITER = Matcher("processor", "=~", f"{LIMITER}(/.*)?")  # others count here up to 0.110


def alerts(one: Watched) -> Iterator[Alert]:
    """What processors refuse, drop or delay."""
    yield _limited(one)
    yield _dropped(one)
    yield _late(one)


def _limited(one: Watched) -> Alert:
    matchers = (*one.selector, _LIMITER)
    refused = names.of(one.release, names.LIMITER_REFUSED)
    accepted = names.of(one.release, names.LIMITER_ACCEPTED)
    total = pooled((rated(refused, matchers), rated(accepted, matchers)), BY)
    return Alert(
        "CollectorMemoryLimited",
        burning(summed(refused, matchers, BY), total, one.limit),
        QUARTER_HOUR,
        Urgency.QUIET,
        "Collector {{ $labels.instance }} is out of memory and refuses spans",
        f"The memory limiter refused more than {shown(one.limit)} of the spans over the last hour"
        " (now {{ $value | humanizePercentage }}). Senders that do not retry have lost them. See"
        " what fills the memory: an exporter queue behind a slow backend, num_traces of a tail"
        " sampler, or plain load. Add replicas, or memory and its limit together.",
    )


def _dropped(one: Watched) -> Alert:
    dropped, arrived = (
        summed(names.of(one.release, some), one.selector, BY)
        for some in (names.DROPPED_EARLY, names.NEW_TRACES)
    )
    return Alert(
        "TailSamplingDropsEarly",
        burning(dropped, arrived, one.limit),
        QUARTER_HOUR,
        Urgency.QUIET,
        "Tail sampler of {{ $labels.instance }} drops traces before it has decided",
        f"More than {shown(one.limit)} of the traces left the memory undecided over the last hour"
        " (now {{ $value | humanizePercentage }}), errors and slow ones among them. More traces"
        " arrive within decision_wait than num_traces holds: raise num_traces (and memory), shorten"
        " decision_wait, or add replicas behind a load balancer by trace id.",
    )


def _late(one: Watched) -> Alert:
    total, count = (
        summed(names.decision_time(one.release, part), one.selector, BY)
        for part in ("sum", "count")
    )
    mean = build.divide(total, build.bracket(f"{count} > 0"))
    limit = names.decision_second(one.release)
    return Alert(
        "TailSamplingDecidesLate",
        f"{Query(mean).at(FIVE_MINUTES)} > {limit}",
        QUARTER_HOUR,
        Urgency.QUIET,
        "Tail sampler of {{ $labels.instance }} cannot keep up",
        "A round of sampling decisions takes longer than the second between two rounds, so that"
        " decisions fall behind and traces are dropped undecided. Look at the CPU of the Collector"
        " and at what comes behind the sampler, whose time counts too; simplify policies with"
        " regular expressions or OTTL, or add replicas behind a load balancer by trace id.",
    )
