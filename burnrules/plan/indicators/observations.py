"""Indicator `latency` with a histogram of the user's own."""

from burnrules.ir import Query
from burnrules.plan.indicators import rates
from burnrules.plan.indicators.context import SECONDS, Context, Measured, limits
from burnrules.plan.indicators.latency import subject
from burnrules.plan.sli import observations
from burnrules.spec.indicators import LatencyIndicator


def compiled(one: LatencyIndicator, written: str, context: Context) -> Measured:
    """The quantile of what an application observed, in seconds."""
    base, found, assumed = observations.base(written, one.unit, context.place, context.groups)
    if base is None:
        return Measured(None, found=found)
    histogram = rates.Histogram(base.name, base.matchers, base.unit, native=bool(one.native))
    return Measured(
        Query(rates.quantile(one.quantile, histogram, context.groups)),
        SECONDS,
        subject(one),
        limits(high=one.max, growth=one.growth),
        found,
        assumed,
        sample=context.owner.server.scrape_interval,
        sides=histogram.sides,
    )
