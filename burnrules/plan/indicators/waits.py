"""Indicators that are a share of time: waiting in a queue, waiting for a connection."""

from typing import NamedTuple

from burnrules.codes import meaning
from burnrules.ir import Query, Side
from burnrules.plan.indicators import groups, rates
from burnrules.plan.indicators.context import (
    RATIO,
    Context,
    Found,
    Measured,
    Selected,
    limits,
    own,
    selected,
)
from burnrules.plan.links import Search
from burnrules.spec.indicators import ConnectionWait, QueueWait


class _Sides(NamedTuple):
    """The spans that wait, and those that serve."""

    wait: Selected
    served: Selected
    found: Found


def compiled(one: QueueWait | ConnectionWait, context: Context) -> Measured:
    """The share of time that went into waiting."""
    sides = _sides(one, context)
    if not isinstance(sides, _Sides):
        return Measured(None, found=sides)
    names = context.owner.names
    wait = rates.spent(names, sides.wait.matchers, context.groups)
    served = rates.spent(names, sides.served.matchers, context.groups)
    total = f"{names.duration}_sum"
    if isinstance(one, QueueWait):  # one follows the other
        value, where = rates.share_of_both(wait, served, context.groups), "in the queue"
    else:  # one is a part of the other
        value, where = rates.share(wait, served, context.groups), "waiting for a connection"
    return Measured(
        Query(value),
        RATIO,
        f"the share of time {where}",
        limits(high=one.max, growth=one.growth),
        sides.found,
        (*sides.wait.assumptions, *sides.served.assumptions),
        Search(sides.wait.spans),
        context.owner.sample,
        ()
        if names.native
        else (Side(total, sides.wait.matchers), Side(total, sides.served.matchers)),
    )


def _sides(one: QueueWait | ConnectionWait, context: Context) -> _Sides | Found:
    wait, found = selected(one.wait, context, context.place / "wait")
    served, more = own(one.spans, context)
    found = (*found, *more)
    if wait is None or served is None:
        return found
    names = context.owner.names
    if not names.duration:
        message, hint = f"{names.producer} exports no durations", "use a query"
        return (meaning.NOT_IN_DIALECT.at(context.place.key, message, hint=hint),)
    return _Sides(wait, served, (*found, *groups.one_sided(wait, served, context)))
