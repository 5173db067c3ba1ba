"""Exporters of the Collector: spans and metrics given up on, and queues that fill."""

from collections.abc import Iterator

from burnrules.plan.health import names
from burnrules.plan.health.watched import (
    QUARTER_HOUR,
    TEN_MINUTES,
    Alert,
    Urgency,
    Watched,
    burning,
    pooled,
    rated,
    shown,
    summed,
)
from burnrules.promql import build

BY = ("job", "exporter")
OF_QUEUE = ("exporter", "instance", "job")
FULL = "0.8"


def alerts(one: Watched) -> Iterator[Alert]:
    """What is lost behind the pipelines."""
    yield _lost(
        one,
        "CollectorExportFails",
        (names.SEND_FAILED, names.SENT),
        "Collector exporter {{ $labels.exporter }} gives up on spans ({{ $labels.job }})",
        "of the spans were given up on after all retries: They are lost."
        " The backend refuses or is out of reach, for at least as long as"
        " retry_on_failure lasts (5m by default): read the exporter's errors in the Collector's"
        " log, then look at the backend's health, its limits, the network and the credentials.",
    )
    yield _lost(
        one,
        "CollectorQueueOverflows",
        (names.ENQUEUE_FAILED, names.SENT, names.SEND_FAILED),
        "Collector exporter {{ $labels.exporter }} drops spans at its full queue"
        " ({{ $labels.job }})",
        "of the spans found no room in the sending queue: They are lost."
        " The backend is slower than what arrives: look at its latency, then raise"
        " sending_queue num_consumers, and queue_size only to outlast short outages.",
    )
    yield _lost(
        one,
        "CollectorMetricsExportFails",
        (names.POINTS_FAILED, names.POINTS_SENT, names.POINTS_NOT_QUEUED),
        "Collector exporter {{ $labels.exporter }} gives up on metrics ({{ $labels.job }})",
        "of the metric points were given up on after all retries: Span metrics"
        " are among them, so SLOs read too little. Read the exporter's errors in the"
        " Collector's log: out of order samples mean several writers of one series, anything else"
        " a Prometheus that refuses or is out of reach.",
    )
    yield _queue(one)


def _lost(
    one: Watched, name: str, counters: tuple[names.Known, ...], summary: str, told: str
) -> Alert:
    """The first of the counters against all of them."""
    what, act = told.split(": ", 1)
    forms = [names.of(one.release, some) for some in counters]
    total = pooled(tuple(rated(some, one.selector) for some in forms), BY)
    return Alert(
        name,
        burning(summed(forms[0], one.selector, BY), total, one.limit),
        QUARTER_HOUR,
        Urgency.QUIET,
        summary,
        f"More than {shown(one.limit)} {what} over the last hour"
        f" (now {{{{ $value | humanizePercentage }}}}). {act}",
    )


def _queue(one: Watched) -> Alert:
    size, capacity = (
        build.aggregate("max", OF_QUEUE, build.selector(name, one.selector))
        for name in (names.QUEUE_SIZE, names.QUEUE_CAPACITY)
    )
    return Alert(
        "CollectorQueueNearlyFull",
        f"{build.divide(size, build.bracket(f'{capacity} > 0'))} > {FULL}",
        TEN_MINUTES,
        Urgency.QUIET,
        "Collector queue of {{ $labels.exporter }} is nearly full ({{ $labels.instance }})",
        "{{ $value | humanizePercentage }} of the sending queue is taken. When it is full, spans"
        " and metrics are dropped or sent back. The backend is too slow or out of reach: look at"
        " its health first, then at num_consumers; a longer queue only defers the loss.",
    )
