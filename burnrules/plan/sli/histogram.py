"""A histogram to the counts of what is slower than a threshold, classic or native."""

from decimal import Decimal
from typing import NamedTuple

from burnrules.burnrate import plain
from burnrules.durations import Duration
from burnrules.ir import EventSli, Matcher, Missing, Query
from burnrules.plan import bounds
from burnrules.plan.sli.context import Context, counted
from burnrules.promql import build


class Histogram(NamedTuple):
    """A histogram by its base name, its disjoint sets of matchers, and its unit in seconds."""

    base: str
    sides: tuple[tuple[Matcher, ...], ...]
    unit: Decimal
    native: bool

    def sli(self, threshold: Decimal, context: Context, pad: Duration) -> EventSli:
        """Observations slower than the threshold, by one histogram for both sides."""
        bound = threshold / self.unit
        if self.native:
            return self._native(threshold, context, pad)
        le = bounds.le(bound, context.server)
        total = counted(f"{self.base}_count", self.sides, context)
        good = counted(f"{self.base}_bucket", tuple((*some, le) for some in self.sides), context)
        return EventSli(
            "latency",
            total,
            good,
            part_is_good=True,
            missing=Missing.UNKNOWN,
            pad=pad,
            counts="requests",
            wrong=f"took longer than {bounds.spelled(threshold)}",
        )

    def _native(self, threshold: Decimal, context: Context, pad: Duration) -> EventSli:
        rates = [
            build.call("rate", build.ranged(build.selector(self.base, some))) for some in self.sides
        ]
        union = rates[0] if len(rates) == 1 else "\nor\n".join(rates)
        summed = build.aggregate("sum", context.groups, union)
        count = build.call("histogram_count", summed)
        fast = build.call("histogram_fraction", "0", plain(threshold / self.unit), summed)
        slow = f"{count} * {build.bracket(f'1 - {fast}')}"
        return EventSli(
            "latency", Query(build.sane(count)), Query(build.sane(slow)),
            part_is_good=False, missing=Missing.ZERO, pad=pad, counts="requests",
            wrong=f"took longer than {bounds.spelled(threshold)}",
        )  # fmt: skip
