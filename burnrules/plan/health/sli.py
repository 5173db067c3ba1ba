"""The SLI of a trace pipeline: spans lost, of spans received."""

from burnrules.ir import EventSli, Missing, Query
from burnrules.plan.health import names
from burnrules.plan.health.watched import Watched, summed
from burnrules.promql import build


def of_collector(one: Watched) -> EventSli:
    """What receivers refuse and exporters give up on, of all that arrives."""
    accepted, *lost = (
        summed(names.of(one.release, known), one.selector)
        for known in (names.ACCEPTED, names.REFUSED, names.SEND_FAILED, names.ENQUEUE_FAILED)
    )
    return _sli(one, accepted, tuple(lost))


def of_tempo(one: Watched) -> EventSli:
    """What Tempo's receivers refuse, of all that arrives."""
    accepted, refused = (
        summed((f"tempo_receiver_{what}_spans", f"tempo_receiver_{what}_spans_total"), one.selector)
        for what in ("accepted", "refused")
    )
    return _sli(one, accepted, (refused,))


def _sli(one: Watched, accepted: str, lost: tuple[str, ...]) -> EventSli:
    """What the first of `lost` counts was not accepted, so that it is part of what arrived."""
    none = build.zero_of(accepted)
    counted = [build.bracket(build.either((), some, none)) for some in lost]
    part = counted[0]
    for more in counted[1:]:
        part = build.plus(part, (), more)
    return EventSli(
        "events",
        Query(build.plus(accepted, (), counted[0])),
        Query(part),
        part_is_good=False,
        missing=Missing.ZERO,
        pad=one.scrape,
        counts="spans",
        wrong="were lost",
    )
