"""What every kind of indicator is compiled from, and what it becomes."""

from decimal import Decimal
from typing import NamedTuple

from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.durations import Duration
from burnrules.ir import Assumption, Limit, Matcher, Query, Side
from burnrules.plan import matchers, spans
from burnrules.plan.links import Search
from burnrules.plan.owner import Owner
from burnrules.plan.place import Place
from burnrules.spec.indicators import ConnectionWait, Growth, Indicator, LatencyIndicator, QueueWait
from burnrules.spec.sli import Spans

SECONDS, RATIO, NUMBER = "s", "ratio", ""
OF_DURATIONS = (LatencyIndicator, QueueWait, ConnectionWait)


class Context(NamedTuple):
    """One indicator, and what it is compiled in."""

    owner: Owner
    one: Indicator
    at: Place  # of the indicator
    place: Place  # of the kind's mapping

    @property
    def groups(self) -> tuple[str, ...]:
        """The labels that it groups by, sorted."""
        return tuple(sorted(matchers.labelled(self.owner.names, self.group_by)))

    @property
    def id(self) -> str:
        """`checkout/p99`."""
        return f"{self.owner.path.metadata.name}/{self.one.name}"

    @property
    def group_place(self) -> Place:
        """Where its groups are written: at the indicator, or at the path."""
        own = self.one.group_by is not None
        return (self.at if own else self.owner.root / "spec") / "groupBy"

    @property
    def group_by(self) -> tuple[str, ...]:
        """The attributes and labels that it groups by."""
        own = self.one.group_by
        return own if own is not None else self.owner.path.spec.group_by or ()


class Measured(NamedTuple):
    """An indicator's value, or why there is none; its limits, and the traces to look at."""

    value: Query | None
    unit: str = NUMBER
    subject: str = ""
    limits: tuple[Limit, ...] = ()
    found: tuple[Diagnostic, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    search: Search | None = None
    sample: Duration | None = None  # how often its series change; None: not read over a window
    sides: tuple[Side, ...] = ()  # part and whole


class Selected(NamedTuple):
    """Series of spans, and the spans as the spec names them."""

    spans: Spans
    matchers: tuple[Matcher, ...]
    assumptions: tuple[Assumption, ...] = ()


Found = tuple[Diagnostic, ...]


def limits(
    *, high: Decimal | None = None, low: Decimal | None = None, growth: Growth | None = None
) -> tuple[Limit, ...]:
    """The limits that are written."""
    made = [Limit("max", high)] if high is not None else []
    if low is not None:
        made.append(Limit("min", low))
    if growth is not None:
        made.append(Limit("growth", growth.limit, growth.over))
    return tuple(made)


def entry(context: Context) -> tuple[Selected | None, Found]:
    """The spans of the path's entry."""
    found = context.owner.path.spec.entry
    if found is None:
        message = f"{context.id} reads the path's entry, and the path has none"
        hint = "add spec.entry"
        return None, (meaning.NO_ENTRY.at(context.place.key, message, hint=hint),)
    return selected(found, context, context.owner.root / "spec" / "entry")


def own(written: Spans | None, context: Context) -> tuple[Selected | None, Found]:
    """The indicator's own spans, or else the path's entry."""
    if written is None:
        return entry(context)
    return selected(written, context, context.place / "spans")


def clients(written: Spans | None, context: Context) -> tuple[Selected | None, Found]:
    """The indicator's own spans, or else the client spans of the entry's service."""
    if written is not None:
        return selected(written, context, context.place / "spans")
    found = context.owner.path.spec.entry
    if found is None:
        message = f"{context.id} reads spans of the entry's service, and the path has no entry"
        hint = "add spec.entry, or spans here"
        return None, (meaning.NO_ENTRY.at(context.place.key, message, hint=hint),)
    made = Spans.model_construct(service=found.service, span_kind="client")
    chosen, wrong = selected(made, context, context.place)
    if chosen is None:
        return None, wrong
    note = Assumption("spans", f"client spans of {found.service}", "spans is not written")
    return Selected(made, chosen.matchers, (note, *chosen.assumptions)), wrong


def selected(written: Spans, context: Context, place: Place) -> tuple[Selected | None, Found]:
    """The series of these spans, and of no others."""
    owner = context.owner
    chosen, found = spans.selection(written, owner.names, place, named=owner.named)
    if chosen is None:
        return None, found
    if not owner.names.kinds and written.span_kind != "server":
        message = f"{owner.names.producer} does not tell {written.span_kind} spans from others"
        hint = "use a query, or for fanOut source: serviceGraph"
        return None, (meaning.NOT_IN_DIALECT.at(place.key, message, hint=hint),)
    kept = tuple(one for one in chosen.assumptions if one.subject != "an error")
    return Selected(written, chosen.matchers, kept), found
