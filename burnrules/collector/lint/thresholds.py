"""Latency thresholds against bucket bounds."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal

from burnrules.codes import collector as codes
from burnrules.collector import producer, tempo, values
from burnrules.collector.lint.subject import Subject
from burnrules.collector.producer import Producer
from burnrules.diagnostics import Diagnostic, Span
from burnrules.durations import Duration


def are_bounds(subject: Subject) -> Iterator[Diagnostic]:
    """Every latency threshold of an SLO is a bucket bound."""
    for one in subject.needed:
        bounds = _bounds(one)
        if not subject.needs.thresholds or bounds is None:
            continue
        missing = [(at, place) for at, place in subject.needs.thresholds if at not in bounds]
        patch = _patch(one, sorted({*bounds, *(at for at, _ in missing)}))
        for seconds, place in missing:
            latency = values.duration(seconds)
            message = f"{latency} is no bucket bound of `{one.id}`; {_nearest(seconds, bounds)}"
            yield codes.NO_BUCKET.at(place or _place(one), message, hint=patch)


def histograms_exist(subject: Subject) -> Iterator[Diagnostic]:
    """A latency SLO has a histogram to read."""
    for one in subject.needed:
        if subject.needs.thresholds and one.no_histogram:
            message = f"`{one.id}` has no duration metric, and a latency SLO needs it"
            place = one.part.key("histogram", "disable")
            yield codes.NO_BUCKET.at(place, message, hint="histogram: {disable: false}")


def flushed_in_time(subject: Subject) -> Iterator[Diagnostic]:
    """A rate window holds four flushes."""
    window = subject.needs.rate_window
    for one in subject.needed:
        if window is None or one.kind == producer.PROCESSOR:
            continue
        flush = _flush(one)
        if flush * 4 > window:
            place = _flush_place(one)
            message = f"`{one.id}` flushes every {flush}: too slow for a rate over {window}"
            fitting = Duration(window.milliseconds // 4)
            key = "collection_interval" if one.kind == producer.TEMPO else "metrics_flush_interval"
            hint = f"{key}: {fitting}  # or rates over {flush * 4} and more"
            yield codes.SLOW_FLUSH.at(place, message, hint=hint)


def _bounds(one: Producer) -> tuple[Decimal, ...] | None:
    if one.no_histogram:
        return None
    if one.kind == producer.TEMPO:
        return tempo.names(one, ()).buckets
    return producer.buckets(one)[0]


def _flush(one: Producer) -> Duration:
    if one.kind == producer.TEMPO:
        return tempo.names(one, ()).flush
    return producer.flush(one, one.release)[0]


def _flush_place(one: Producer) -> Span:
    key = "metrics_flush_interval"
    return one.part.value(key) if one.part.has(key) else one.place


def _place(one: Producer) -> Span:
    return one.part.key("histogram") if one.part.has("histogram") else one.place


def _nearest(seconds: Decimal, bounds: Sequence[Decimal]) -> str:
    ordered = sorted(bounds)
    position = bisect_left(ordered, seconds)
    near = ordered[max(position - 1, 0) : position + 1]
    return f"nearest: {' and '.join(map(values.duration, near))}"


def _patch(one: Producer, bounds: Sequence[Decimal]) -> str:
    if one.kind == producer.TEMPO:
        listed = ", ".join(f"{bound.normalize():f}" for bound in bounds)
        return f"histogram_buckets: [{listed}]"
    listed = ", ".join(map(values.duration, bounds))
    if one.kind == producer.PROCESSOR:
        return f"latency_histogram_buckets: [{listed}]"
    return f"histogram: {{explicit: {{buckets: [{listed}]}}}}"
