"""What an indicator reads of spans: services, attributes, thresholds."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from burnrules.spec.indicators import (
    CacheHits,
    CircuitBreaker,
    ColdStarts,
    Indicator,
    LatencyIndicator,
    QueryIndicator,
    Retries,
)
from burnrules.spec.sli import Spans

if TYPE_CHECKING:  # which loads this module
    from burnrules.plan.uses import Uses

RETRY, COLD_START, HIT = "http.request.resend_count", "faas.coldstart", "cache.hit"


def added(one: Indicator, entry: Spans | None, uses: "Uses") -> bool:
    """Whether the indicator reads spans; if so, they are among the uses."""
    measured = one.measured
    if isinstance(measured, QueryIndicator) or getattr(measured, "histogram", None):
        return False
    uses.add(getattr(measured, "spans", None) or entry)
    uses.add(getattr(measured, "wait", None))
    if isinstance(measured, LatencyIndicator) and measured.max is not None:
        spans = measured.spans or entry
        uses.slow |= {(spans.service, measured.max)} if spans else set()
    if isinstance(measured, Retries | CircuitBreaker | ColdStarts | CacheHits):
        uses.attributes |= set(_marks(measured))
        uses.events = uses.events or bool(getattr(measured, "event", None))
    uses.attributes |= set(one.group_by or ())
    return True


def _marks(one: Retries | CircuitBreaker | ColdStarts | CacheHits) -> Iterator[str]:
    if one.match is not None:
        yield from one.match
    elif not getattr(one, "event", None) and not isinstance(one, CircuitBreaker):
        yield {Retries: RETRY, ColdStarts: COLD_START, CacheHits: HIT}[type(one)]
