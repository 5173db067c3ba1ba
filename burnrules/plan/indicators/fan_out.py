"""Indicator `fanOut`: downstream requests per entry request."""

from collections.abc import Iterator

from burnrules.codes import indicators as codes
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Assumption, Matcher, Query, Side
from burnrules.plan.indicators import groups, rates
from burnrules.plan.indicators.context import (
    NUMBER,
    Context,
    Measured,
    Selected,
    clients,
    entry,
    limits,
)
from burnrules.plan.links import Search
from burnrules.spec.indicators import FanOut

REQUESTS = "traces_service_graph_request_total"
IN_GRAPH = frozenset({"client", "server", "connection_type"})


def compiled(one: FanOut, context: Context) -> Measured:
    """The rate of downstream requests by the rate of the entry; 0 while nothing is called."""
    whole, found = entry(context)
    if whole is None:
        return Measured(None, found=found)
    if one.source == "serviceGraph":
        return _graph(one, context, whole, found)
    chosen, wrong = clients(one.spans, context)
    found = (*found, *wrong)
    if chosen is None:
        return Measured(None, found=found)
    names = context.owner.names
    sides = (Side(names.calls, chosen.matchers), Side(names.calls, whole.matchers))
    doubts = (*groups.one_sided(chosen, whole, context), *_other_routes(chosen, whole, context))
    return Measured(
        Query(rates.share_of(sides, context.groups)),
        NUMBER,
        "downstream spans per request",
        limits(high=one.max, growth=one.growth),
        (*found, *doubts),
        (*whole.assumptions, *chosen.assumptions),
        Search(whole.spans),
        context.owner.sample,
        sides,
    )


def _graph(
    one: FanOut, context: Context, whole: Selected, found: tuple[Diagnostic, ...]
) -> Measured:
    missing = sorted(set(context.groups) - IN_GRAPH)
    if missing:
        wrong = codes.NOT_IN_GRAPH.at(
            context.place.key,
            f"a service graph has no label `{missing[0]}`, and {context.id} groups by it",
            hint="write groupBy: [] at the indicator, or source: spans",
        )
        return Measured(None, found=(*found, wrong))
    calls = (Matcher("client", "=", whole.spans.service),)
    sides = (Side(REQUESTS, calls), Side(context.owner.names.calls, whole.matchers))
    note = Assumption("fan-out", REQUESTS, "requests of the whole service, whichever route")
    return Measured(
        Query(rates.share_of(sides, context.groups)),
        NUMBER,
        "downstream requests per request",
        limits(high=one.max, growth=one.growth),
        found,
        (*whole.assumptions, note),
        Search(whole.spans),
        context.owner.sample,
        sides,
    )


def _other_routes(chosen: Selected, whole: Selected, context: Context) -> Iterator[Diagnostic]:
    """Spans of a service that, as other paths say, serves more than this entry."""
    service = whole.spans.service
    if chosen.spans.service != service:
        return
    mine = (whole.spans.route, whole.spans.span_name)
    others = [
        one.route or one.span_name or "all of it"
        for one in context.owner.others
        if one.service == service and (one.route, one.span_name) != mine
    ]
    if others and mine != (None, None):
        yield codes.OTHER_ROUTES.at(
            context.place.key,
            f"{service} also serves {others[0]}; {chosen.spans.span_kind} spans don't say for whom",
            hint="name spans that only this path makes, or read the growth, not the level",
        )
