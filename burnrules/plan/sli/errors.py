"""SLI `errors`: spans, and those of them that are errors."""

from burnrules.ir import EventSli, Missing
from burnrules.plan.sli.context import Compiled, Context, counted, selection
from burnrules.spec.sli import ErrorsSli


def compiled(one: ErrorsSli, context: Context) -> Compiled:
    """Errors and all spans, by the counter of calls."""
    chosen, found = selection(one.spans, context)
    if chosen is None:
        return Compiled(None, found)
    names = context.names
    total = counted(names.calls, (chosen.matchers,), context)
    if names.error_calls and not chosen.errors:
        part = counted(names.error_calls, (chosen.matchers,), context)
    else:
        part = counted(
            names.calls, tuple((*chosen.matchers, *some) for some in chosen.errors), context
        )
    sli = EventSli(
        "errors",
        total,
        part,
        part_is_good=False,
        missing=Missing.ZERO,
        pad=context.pad,
        counts="requests",
        wrong="failed",
    )
    return Compiled(sli, found, chosen.assumptions)
