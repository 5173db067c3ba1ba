"""SLI `boolGauge`: each scrape of a gauge of 0 and 1 is an event."""

from burnrules.ir import EventSli, Missing, Query
from burnrules.plan import fragments
from burnrules.plan.sli.context import NO_PAD, Compiled, Context
from burnrules.promql import build
from burnrules.promql.uses import Role, Use
from burnrules.spec.sli import BoolGaugeSli


def compiled(one: BoolGaugeSli, context: Context) -> Compiled:
    """Scrapes, and those that found 0."""
    fragment, found = fragments.read(
        one.metric, Use.SELECTOR, Role.VALUE, context.place / "metric", context.groups
    )
    if fragment is None:
        return Compiled(None, found)
    series = build.ranged(fragment.marked)
    count, up = build.call("count_over_time", series), build.call("sum_over_time", series)
    total = build.per_second(build.aggregate("sum", context.groups, count))
    down = build.sane(build.bracket(f"{count}\n- {up}" if len(count) > 40 else f"{count} - {up}"))
    part = build.per_second(build.aggregate("sum", context.groups, down))
    sli = EventSli(
        "boolGauge",
        Query(total),
        Query(part),
        part_is_good=False,
        missing=Missing.ZERO,
        pad=NO_PAD,
        counts="scrapes",
        wrong="were 0",
    )
    return Compiled(sli, found)
