"""Receivers of the Collector: spans that are sent back."""

from collections.abc import Iterator

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

BY = ("job", "receiver")


def alerts(one: Watched) -> Iterator[Alert]:
    """A receiver refuses more than the pipeline may lose."""
    accepted, refused = (names.of(one.release, some) for some in (names.ACCEPTED, names.REFUSED))
    total = pooled((rated(accepted, one.selector), rated(refused, one.selector)), BY)
    yield Alert(
        "CollectorRefusesSpans",
        burning(summed(refused, one.selector, BY), total, one.limit),
        QUARTER_HOUR,
        Urgency.QUIET,
        "Collector receiver {{ $labels.receiver }} refuses spans ({{ $labels.job }})",
        f"More than {shown(one.limit)} of the spans that arrive were sent back over the last hour"
        " (now {{ $value | humanizePercentage }}). Senders that do not retry have lost them, and no"
        " SLO counts them. Refusals come from behind the receiver: look for a full exporter queue,"
        " then for the memory limiter (CollectorQueueNearlyFull, CollectorMemoryLimited). Add"
        " replicas or memory when all of them refuse; restart the one when only one does.",
    )
