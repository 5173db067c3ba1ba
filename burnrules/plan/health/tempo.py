"""Tempo: spans it discards, queries it is slow at, and the limits of its metrics-generator."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules.ir import Matcher, Query
from burnrules.plan.health.watched import (
    QUARTER_HOUR,
    Alert,
    Urgency,
    Watched,
    burning,
    shown,
    summed,
)
from burnrules.plan.recordings import FIVE_MINUTES

JOB, TENANT = ("job",), ("job", "tenant")
SLOW = Decimal("0.1")
_GENERATOR = "tempo_metrics_generator"
_RECEIVED = (f"{_GENERATOR}_spans_received_total",)
_API = Matcher("route", "=~", "(.*_)?api_.*")
_BOUND = Matcher("le", "=~", r"5(\.0)?")
_LATENCY = "tempo_request_duration_seconds"


def alerts(one: Watched) -> Iterator[Alert]:
    """What Tempo loses, limits or delays."""
    yield _discarded(one)
    yield _slow(one)
    yield from generator(one)


def generator(one: Watched) -> Iterator[Alert]:
    """What the metrics-generator leaves out of span metrics and service graphs."""
    dropped = Matcher("reason", "!~", ".*filtered.*")  # filter policies are meant
    yield Alert(
        "TempoGeneratorDropsSpans",
        _share(one, f"{_GENERATOR}_spans_discarded_total", (dropped,), _RECEIVED, JOB),
        QUARTER_HOUR,
        Urgency.QUIET,
        "Tempo's metrics-generator leaves spans out of its metrics ({{ $labels.job }})",
        f"More than {shown(one.limit)} of the spans were left out over the last hour (now"
        " {{ $value | humanizePercentage }}), so SLOs count too few. By far the usual reason is"
        " outside_metrics_ingestion_slack: spans reach Tempo later than"
        " metrics_ingestion_time_range_slack (30s) after their end. Shorten decision_wait and"
        " batches before Tempo, or raise the slack above them.",
    )
    yield Alert(
        "TempoGeneratorLimited",
        Query(
            f"{summed((f'{_GENERATOR}_registry_series_limited_total',), one.selector, TENANT)} > 0"
        ).at(FIVE_MINUTES),
        QUARTER_HOUR,
        Urgency.QUIET,
        "Tempo's metrics-generator is at its limit of series ({{ $labels.tenant }})",
        "New series of span metrics are thrown away, {{ $value | humanize }} a second: services or"
        " routes that came last are in no SLO. Find the dimension or span name with new values all"
        " the time and drop or normalise it; raise max_active_series only for growth you want.",
    )
    yield Alert(
        "TempoServiceGraphDropsSpans",
        _share(one, f"{_GENERATOR}_processor_service_graphs_dropped_spans", (), _RECEIVED, JOB),
        QUARTER_HOUR,
        Urgency.QUIET,
        "Tempo's service graph leaves spans out ({{ $labels.job }})",
        f"More than {shown(one.limit)} of the spans found no room over the last hour (now"
        " {{ $value | humanizePercentage }}): edges are missing, and indicators on them are wrong."
        " Raise service_graphs.max_items, or shorten its wait.",
    )


def _discarded(one: Watched) -> Alert:
    # Distributors receive, others discard too: their jobs differ.
    total = ("tempo_distributor_spans_received_total",)
    return Alert(
        "TempoDiscardsSpans",
        _share(one, "tempo_discarded_spans_total", (), total, ()),
        QUARTER_HOUR,
        Urgency.QUIET,
        "Tempo discards spans",
        f"More than {shown(one.limit)} of the spans it received were thrown away over the last hour"
        " (now {{ $value | humanizePercentage }}). The reason is a label of"
        " tempo_discarded_spans_total: rate_limited (raise the tenant's rate_limit_bytes, or sample"
        " more), live_traces_exceeded (max_traces_per_user), trace_too_large (max_bytes_per_trace;"
        " find the service that never ends its traces).",
    )


def _slow(one: Watched) -> Alert:
    fast = summed((f"{_LATENCY}_bucket",), (*one.selector, _API, _BOUND), JOB)
    total = summed((f"{_LATENCY}_count",), (*one.selector, _API), JOB)
    slow = f"({total} - {fast})"
    return Alert(
        "TempoQueriesSlow",
        burning(slow, total, SLOW),
        QUARTER_HOUR,
        Urgency.QUIET,
        "Tempo answers slowly ({{ $labels.job }})",
        f"More than {shown(SLOW)} of the queries took longer than 5s over the last hour (now"
        " {{ $value | humanizePercentage }}): links from alerts to traces lead nowhere in time, and"
        " gates on TraceQL run into their timeouts. Look at the queue of the query-frontend, at the"
        " number of queriers, at the object store's latency, and at compaction that falls behind.",
    )


def _share(
    one: Watched,
    part: str,
    more: tuple[Matcher, ...],
    total: tuple[str, ...],
    by: tuple[str, ...],
) -> str:
    matchers = (*one.selector, *more)
    return burning(summed((part,), matchers, by), summed(total, one.selector, by), one.limit)
