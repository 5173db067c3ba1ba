"""What the Collector calls its own metrics, release by release."""

from dataclasses import dataclass

_UPGRADE = 20  # a fleet on its way may still run what was new this many releases ago
_DOUBLED = 130  # a bug: unit and suffix twice


@dataclass(frozen=True, slots=True)
class Former:
    """A name and the releases that have it."""

    name: str
    first: int = 0
    last: int | None = None

    def shown_by(self, release: int | None) -> bool:
        """Whether a fleet may show it that runs a release, or is on its way to or from it."""
        return release is None or self.last is None or self.last >= release - _UPGRADE


def counter(release: int | None, unit: str, *history: Former | str) -> tuple[str, ...]:
    """Every name under which a fleet may show a counter, those of the declared release first.

    >>> counter(158, "spans", "otelcol_receiver_refused_spans")
    ('otelcol_receiver_refused_spans', 'otelcol_receiver_refused_spans_total')
    >>> counter(130, "spans", "a_spans")[-1]
    'a_spans__spans__total'
    """
    every = [one if isinstance(one, Former) else Former(one) for one in history]
    kept = [one for one in every if one.shown_by(release)]
    ordered = sorted(kept, key=lambda one: not _now(one, release))
    names = [form for one in ordered for form in (one.name, f"{one.name}_total")]
    if release == _DOUBLED:
        names += [f"{one.name}__{unit}__total" for one in ordered if _now(one, release)]
    return tuple(names)


def _now(one: Former, release: int | None) -> bool:
    if release is None:
        return one.last is None
    return one.first <= release and (one.last is None or release <= one.last)


Known = tuple[str, *tuple[Former | str, ...]]

ACCEPTED: Known = ("spans", "otelcol_receiver_accepted_spans")
REFUSED = ("spans", "otelcol_receiver_refused_spans")
SENT = ("spans", "otelcol_exporter_sent_spans")
SEND_FAILED = ("spans", "otelcol_exporter_send_failed_spans")
ENQUEUE_FAILED = ("spans", "otelcol_exporter_enqueue_failed_spans")
POINTS_SENT = ("datapoints", "otelcol_exporter_sent_metric_points")
POINTS_FAILED = ("datapoints", "otelcol_exporter_send_failed_metric_points")
POINTS_NOT_QUEUED = ("datapoints", "otelcol_exporter_enqueue_failed_metric_points")
LIMITER_ACCEPTED = (
    "spans",
    Former("otelcol_processor_accepted_spans", last=154),
    Former("otelcol_processor_memory_limiter_accepted_spans", first=155),
)
LIMITER_REFUSED = (
    "spans",
    Former("otelcol_processor_refused_spans", last=154),
    Former("otelcol_processor_memory_limiter_refused_spans", first=155),
)
DROPPED_EARLY = (
    "traces",
    "otelcol_processor_tail_sampling_sampling_trace_dropped_too_early",
)
NEW_TRACES = ("traces", "otelcol_processor_tail_sampling_new_trace_id_received")
BACKEND_OUTCOME = ("outcomes", "otelcol_loadbalancer_backend_outcome")

DECISION = "otelcol_processor_tail_sampling_sampling_decision_timer_latency"
_MILLISECONDS = 120  # microseconds before
QUEUE_SIZE, QUEUE_CAPACITY = "otelcol_exporter_queue_size", "otelcol_exporter_queue_capacity"
UPTIME = tuple(
    f"otelcol_process_uptime{unit}{suffix}"
    for unit in ("", "_seconds")
    for suffix in ("", "_total")
)


def of(release: int | None, known: Known) -> tuple[str, ...]:
    """The names of one of the counters above."""
    unit, *history = known
    return counter(release, unit, *history)


def decision_time(release: int | None, part: str) -> tuple[str, ...]:
    """The `sum` or `count` of how long a round of sampling decisions takes."""
    if release is not None and release < _MILLISECONDS:
        return (f"{DECISION}_{part}",)
    return (f"{DECISION}_{part}", f"{DECISION}_milliseconds_{part}")


def decision_second(release: int | None) -> int:
    """A second, in the unit of decision times."""
    return 1_000_000 if release is not None and release < _MILLISECONDS else 1_000
