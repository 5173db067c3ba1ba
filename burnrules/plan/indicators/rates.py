"""Rates of span metrics as PromQL, one series per group; the window is left open."""

from decimal import Decimal
from typing import NamedTuple

from burnrules.burnrate import plain
from burnrules.ir import Matcher, Side, SpanNames
from burnrules.promql import build

Groups = tuple[str, ...]
Matchers = tuple[Matcher, ...]


class Histogram(NamedTuple):
    """A histogram by its base name, its matchers, and the seconds that one unit of it holds."""

    base: str
    matchers: Matchers
    unit: Decimal
    native: bool

    @property
    def sides(self) -> tuple[Side, ...]:
        """The classic buckets; native ones are beyond promtool 2.42."""
        return () if self.native else (Side(f"{self.base}_bucket", self.matchers, self.unit),)


def spent(names: SpanNames, matchers: Matchers, groups: Groups) -> str:
    """The time that ended spans took, per second."""
    if not names.native:
        return build.rates(f"{names.duration}_sum", (matchers,), groups)
    rate = build.call("rate", build.ranged(build.selector(names.duration, matchers)))
    return build.sane(build.call("histogram_sum", build.aggregate("sum", groups, rate)))


def share_of(sides: tuple[Side, Side], groups: Groups) -> str:
    """Part by whole, both counters."""
    part, whole = (build.rates(one.metric, (one.matchers,), groups) for one in sides)
    return share(part, whole, groups)


def share(part: str, total: str, groups: Groups) -> str:
    """Part by total; 0 where only the total has a value, and no sample without it."""
    positive = build.bracket(f"{total} > 0")
    ratio = build.divide(part, positive)
    return build.either(groups, ratio, build.zero_of(positive))


def share_of_both(part: str, rest: str, groups: Groups) -> str:
    """Part by part and rest; 0 where only the rest has a value, and no sample without it."""
    both = build.bracket(build.plus(part, groups, rest))
    ratio = build.divide(part, build.bracket(f"{both} > 0"))
    zero = build.zero_of(build.bracket(f"{rest} > 0"))
    return build.either(groups, ratio, zero)


def quantile(level: Decimal, histogram: Histogram, groups: Groups) -> str:
    """A quantile in seconds; without observations no sample, where Prometheus gives NaN."""
    return quantile_of(level, histogram, observations(histogram, groups))


def observations(histogram: Histogram, groups: Groups) -> str:
    """How often each bucket was hit per second; of a native histogram, the histogram of that."""
    by, name = groups, histogram.base
    if not histogram.native:
        by, name = (*groups, "le"), f"{name}_bucket"
    rate = build.call("rate", build.ranged(build.selector(name, histogram.matchers)))
    return build.aggregate("sum", by, build.sane(rate) if not histogram.native else rate)


def quantile_of(level: Decimal, histogram: Histogram, observed: str) -> str:
    """A quantile in seconds of the observations of a histogram."""
    value = build.call("histogram_quantile", plain(level), observed)
    if histogram.unit == 1:
        return build.sane(value)
    # a division is rounded once, so that 400 ms compares equal to 0.4; a product is not
    return build.divide(build.bracket(build.sane(value)), plain(1 / histogram.unit))
