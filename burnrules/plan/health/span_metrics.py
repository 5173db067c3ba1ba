"""Span metrics of the Collector's connector: traffic outside every SLO, and none at all."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules.ir import Matcher, Query
from burnrules.plan.health import names
from burnrules.plan.health.watched import (
    QUARTER_HOUR,
    Alert,
    Urgency,
    Watched,
    burning,
    shown,
    summed,
)
from burnrules.plan.recordings import SAMPLES

_CONNECTORS = ("otel-connector", "jaeger-spm", "spanmetrics", "span_metrics")


def alerts(one: Watched) -> Iterator[Alert]:
    """Only a connector's metrics: what other producers lose is not the Collector's doing."""
    if one.names.producer.startswith(_CONNECTORS):
        yield _overflowing(one, one.limit)
        yield _stale(one)


def _overflowing(one: Watched, limit: Decimal) -> Alert:
    overflow = summed((one.names.calls,), (Matcher(one.overflow, "=", "true"),))
    return Alert(
        "SpanMetricsOverflow",
        burning(overflow, summed((one.names.calls,), ()), limit),
        QUARTER_HOUR,
        Urgency.QUIET,
        "Span metrics overflow: requests are counted in no SLO",
        f"More than {shown(limit)} of the spans were counted without any label over the last hour"
        " (now {{ $value | humanizePercentage }}), because a connector reached its"
        " aggregation_cardinality_limit. Which service is missing depends on who came first. Find"
        " the span name or dimension with new values all the time, with"
        f" `topk(10, count by ({one.names.labels.get('service.name') or 'service_name'})"
        f" ({one.names.calls}))`, and normalise it before the connector; then restart the"
        " connector, which does not forget by itself.",
    )


def _stale(one: Watched) -> Alert:
    window = max(QUARTER_HOUR, one.names.flush * SAMPLES)
    arriving = summed(names.of(one.release, names.ACCEPTED), one.selector)
    counted = summed((one.names.calls,), ())
    expr = f"{Query(arriving).at(window)} > 0\nunless on ()\n{Query(counted).at(window)} > 0"
    return Alert(
        "SpanMetricsStale",
        expr,
        QUARTER_HOUR,
        Urgency.LOUD,
        "Spans arrive and span metrics do not: every SLO on them is blind",
        f"For {window} the Collector has taken spans (now {{{{ $value | humanize }}}} per second)"
        f" while {one.names.calls} does not grow or is not there. No burn alert can fire. Compare"
        " the name with what the Collector exports (an upgrade may rename it), then see whether"
        " the connector is in a pipeline, whether its exporter fails, and whether Prometheus"
        " still takes its metrics.",
    )
