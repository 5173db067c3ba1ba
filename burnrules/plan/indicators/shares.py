"""Indicators that are a share of marked spans: retries, breakers, cold starts, cache hits."""

from collections.abc import Mapping
from typing import NamedTuple

from burnrules.codes import indicators as codes
from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Assumption, Limit, Matcher, Query, Side, SpanNames
from burnrules.plan import matchers, spans
from burnrules.plan.indicators import rates, reads
from burnrules.plan.indicators.context import (
    RATIO,
    Context,
    Found,
    Measured,
    Selected,
    clients,
    limits,
    own,
)
from burnrules.plan.links import Search
from burnrules.spec.indicators import CacheHits, CircuitBreaker, ColdStarts, Retries
from burnrules.spec.scalars import Match

RESENT = {reads.RETRY: Match("exists")}
COLD = {reads.COLD_START: Match("equals", ("true",))}
HIT = {reads.HIT: Match("equals", ("true",))}
EVENT_NAME = "event.name"


class _Mark(NamedTuple):
    """What sets some spans apart: attributes that all hold, or an event."""

    match: Mapping[str, Match]
    event: str
    subject: str
    limits: tuple[Limit, ...]


def compiled(one: Retries | CircuitBreaker | ColdStarts | CacheHits, context: Context) -> Measured:
    """The share of marked spans, or of events, in all spans."""
    match one:
        case Retries():
            return _retries(one, context)
        case CircuitBreaker():
            return _circuit_breaker(one, context)
        case ColdStarts():
            return _cold_starts(one, context)
        case CacheHits():
            return _cache_hits(one, context)


def _retries(one: Retries, context: Context) -> Measured:
    """The share of client spans that are retries."""
    chosen, found = clients(one.spans, context)
    asked = one.match or RESENT
    mark = _Mark(
        asked, one.event or "", "the share of retries", limits(high=one.max, growth=one.growth)
    )
    assumed = () if one.match or one.event else _assumed("a retry", reads.RETRY)
    return _share(mark, chosen, context, found, assumed)


def _circuit_breaker(one: CircuitBreaker, context: Context) -> Measured:
    """The share of client spans that found a breaker open."""
    chosen, found = clients(one.spans, context)
    made = limits(high=one.max, growth=one.growth)
    mark = _Mark(
        one.match or {}, one.event or "", "the share that met an open circuit breaker", made
    )
    return _share(mark, chosen, context, found, ())


def _cold_starts(one: ColdStarts, context: Context) -> Measured:
    """The share of entry spans that waited for a start."""
    chosen, found = own(one.spans, context)
    made = limits(high=one.max, growth=one.growth)
    mark = _Mark(one.match or COLD, one.event or "", "the share of cold starts", made)
    assumed = () if one.match or one.event else _assumed("a cold start", reads.COLD_START)
    return _share(mark, chosen, context, found, assumed)


def _cache_hits(one: CacheHits, context: Context) -> Measured:
    """The share of the cache's spans that are hits."""
    chosen, found = own(one.spans, context)
    mark = _Mark(one.match or HIT, "", "the cache hit ratio", limits(low=one.min))
    assumed = () if one.match else _assumed("a hit", reads.HIT)
    return _share(mark, chosen, context, found, assumed)


def _assumed(subject: str, attribute: str) -> tuple[Assumption, ...]:
    return (Assumption(subject, f"told by {attribute}", "match is not written"),)


def _share(
    mark: _Mark,
    chosen: Selected | None,
    context: Context,
    found: Found,
    assumed: tuple[Assumption, ...],
) -> Measured:
    if chosen is None:
        return Measured(None, found=found)
    if mark.event:
        return _events(mark, chosen, context, found)
    names = context.owner.names
    marked, wrong = _marked(mark, chosen, context)
    sides = (Side(names.calls, marked), Side(names.calls, chosen.matchers))
    low = any(one.kind == "min" for one in mark.limits)
    search = (
        Search(chosen.spans, without=mark.match) if low else Search(chosen.spans, match=mark.match)
    )
    return Measured(
        Query(rates.share_of(sides, context.groups)),
        RATIO,
        mark.subject,
        mark.limits,
        (*found, *wrong),
        (*chosen.assumptions, *assumed),
        search,
        context.owner.sample,
        sides,
    )


def _marked(
    mark: _Mark, chosen: Selected, context: Context
) -> tuple[tuple[Matcher, ...], list[Diagnostic]]:
    """The matchers of marked spans, and what keeps them from being found."""
    owner, found = context.owner, list[Diagnostic]()
    made = list(chosen.matchers)
    for attribute, how in mark.match.items():
        place = context.place / "match" / attribute
        found += spans.regex_findings(how, place)
        label = matchers.label(owner.names, attribute)
        made += matchers.of(label, how)
        if owner.names.known is not None and label not in owner.names.known:
            found.append(spans.not_exported(label, owner.names, place, named=owner.named))
    return tuple(made), found


def _events(mark: _Mark, chosen: Selected, context: Context, found: Found) -> Measured:
    """Span events by spans: a counter of its own, which has the span's name and kind as well."""
    owner, names = context.owner, context.owner.names
    counter, label = _counter(names), matchers.label(names, EVENT_NAME)
    wrong = _uncounted(counter, label, context)
    if wrong is not None:
        return Measured(None, found=(*found, wrong))
    note = Assumption(
        "events", f"{counter}{{{label}}}", "events.enabled with event.name among its dimensions"
    )
    twice = Assumption("events", "each counts", "a span with two such events counts twice")
    named = (*chosen.matchers, Matcher(label, "=", mark.event))
    sides = (Side(counter, named), Side(names.calls, chosen.matchers))
    return Measured(
        Query(rates.share_of(sides, context.groups)),
        RATIO,
        mark.subject,
        mark.limits,
        found,
        (*chosen.assumptions, *((note,) if owner.named else ()), twice),
        Search(chosen.spans, event=mark.event),
        owner.sample,
        sides,
    )


def _counter(names: SpanNames) -> str:
    """The counter of span events; nobody but the connector has one, named like that of calls."""
    if names.events is not None:
        return names.events
    if names.producer.startswith(("otel-connector", "jaeger")):
        return names.calls.replace("calls", "events")
    return ""


def _uncounted(counter: str, label: str, context: Context) -> Diagnostic | None:
    names, place = context.owner.names, context.place / "event"
    if not counter and names.events is None:
        message = f"{names.producer} counts no span events"
        return meaning.NOT_IN_DIALECT.at(place.key, message, hint="use match instead")
    if not counter:
        message = f"{names.producer} is not told to count span events"
    elif names.events_known is not None and label not in names.events_known:
        message = f"{names.producer} counts span events without their name"
    else:
        return None
    setting = f"events: {{enabled: true, dimensions: [{{name: {EVENT_NAME}}}]}}"
    return codes.NO_EVENTS.at(place.key, message, hint=f"add `{setting}` to it")
