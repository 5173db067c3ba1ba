"""Indicator `latency`: a quantile of the duration of spans."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules.burnrate import plain
from burnrules.codes import indicators as codes
from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Query
from burnrules.plan import bounds
from burnrules.plan.bounds import spelled
from burnrules.plan.indicators import rates
from burnrules.plan.indicators.context import SECONDS, Context, Measured, limits, own
from burnrules.plan.indicators.rates import Histogram
from burnrules.plan.links import Search
from burnrules.spec.indicators import LatencyIndicator


def compiled(one: LatencyIndicator, context: Context) -> Measured:
    """The quantile of spans, in seconds."""
    chosen, found = own(one.spans, context)
    if chosen is None:
        return Measured(None, found=found)
    names = context.owner.names
    if not names.duration:
        message, hint = f"{names.producer} exports no durations", "use histogram, or a query"
        wrong = meaning.NOT_IN_DIALECT.at(context.place.key, message, hint=hint)
        return Measured(None, found=(wrong,))
    histogram = Histogram(names.duration, chosen.matchers, names.unit, native=names.native)
    return Measured(
        Query(rates.quantile(one.quantile, histogram, context.groups)),
        SECONDS,
        subject(one),
        limits(high=one.max, growth=one.growth),
        (*found, *_bucket(one.max, context)),
        chosen.assumptions,
        Search(chosen.spans, slower=one.max),
        context.owner.sample,
        histogram.sides,
    )


def subject(one: LatencyIndicator) -> str:
    """What is measured, in words."""
    return f"the p{plain(one.quantile * 100)} latency"


def _bucket(limit: Decimal | None, context: Context) -> Iterator[Diagnostic]:
    """Whether the histogram can tell that the limit is exceeded."""
    names = context.owner.names
    if limit is None or names.native or not names.buckets or limit in names.buckets[:-1]:
        return
    place = (context.place / "max").value
    last = names.buckets[-1]
    if limit >= last:
        yield codes.BEYOND_BUCKETS.at(
            place,
            f"a quantile is at most {spelled(last)}, the last bucket of {names.producer}",
            hint="lower max, or add a bucket above it and name the buckets in the Telemetry",
        )
        return
    near = " and ".join(spelled(one) for one in bounds.nearest(limit, names.buckets))
    yield codes.BETWEEN_BUCKETS.at(
        place,
        f"{spelled(limit)} is no bucket bound of {names.producer}: interpolated between {near}",
        hint="at a bound the limit is exact",
    )
