"""SLI `latency`: spans, and those of them that are slower than a bucket bound."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.plan import bounds
from burnrules.plan.bounds import spelled
from burnrules.plan.sli.context import Compiled, Context, selection
from burnrules.plan.sli.histogram import Histogram
from burnrules.spec.sli import LatencySli


def compiled(one: LatencySli, context: Context) -> Compiled:
    """Slow spans and all spans, by one histogram."""
    context = context._replace(names=context.names.durations)
    chosen, found = selection(one.spans, context)
    if chosen is None:
        return Compiled(None, found)
    if not context.names.duration:
        message = f"{context.names.producer} exports no durations"
        return Compiled(None, (meaning.NOT_IN_DIALECT.at(context.place.key, message),))
    found += tuple(_not_a_bound(one.threshold, context))
    sides = (
        tuple((*chosen.matchers, *some) for some in chosen.good)
        if one.exclude_errors
        else (chosen.matchers,)
    )
    histogram = Histogram(
        context.names.duration, sides, context.names.unit, native=context.names.native
    )
    return Compiled(histogram.sli(one.threshold, context, context.pad), found, chosen.assumptions)


def _not_a_bound(threshold: Decimal, context: Context) -> Iterator[Diagnostic]:
    known = context.names.buckets
    if context.names.native or known is None or threshold in known:
        return
    if context.settings.telemetry.span_metrics.config:
        return  # BR523 says it, with the configuration as it should be
    near = " and ".join(spelled(one) for one in bounds.nearest(threshold, known))
    line = ", ".join(spelled(one) for one in sorted({*known, threshold}))
    yield meaning.NO_BUCKET.at(
        (context.place / "threshold").value,
        f"{spelled(threshold)} is no bucket bound of {context.names.producer}; nearest: {near}",
        hint=f"use one of these, or configure `histogram: {{explicit: {{buckets: [{line}]}}}}`"
        " and name them in buckets of the Telemetry",
    )
