"""Each kind of SLI to the queries that count its events and errors."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from burnrules.burnrate import plain
from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.durations import Duration
from burnrules.ir import (
    Assumption,
    EventSli,
    Matcher,
    Missing,
    Query,
    Server,
    Sli,
    SliceSli,
    SpanNames,
)
from burnrules.plan import bounds, fragments, spans
from burnrules.plan.place import Place
from burnrules.plan.settings import Settings
from burnrules.plan.telemetry import UNITS
from burnrules.promql import build
from burnrules.promql.fragment import Role, Use
from burnrules.spec.sli import (
    BoolGaugeSli,
    ErrorsSli,
    EventsSli,
    LatencySli,
    RawSli,
    Spans,
    ThresholdSli,
)

NO_PAD = Duration(0)
_WORDS = {"lt": "below", "lte": "at most", "gt": "above", "gte": "at least"}
_INVERSE = {"lt": ">=", "lte": ">", "gt": "<=", "gte": "<"}
_ENDINGS = {
    "seconds": "s",
    "milliseconds": "ms",
    "microseconds": "us",
    "nanoseconds": "ns",
    "ms": "ms",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What an SLI is compiled in: its settings, the producer's names, the server, its group labels."""

    settings: Settings
    names: SpanNames
    server: Server
    groups: tuple[str, ...]
    place: Place  # of the kind's mapping
    named: bool

    @property
    def flush(self) -> Duration:
        """The pad of windows over span metrics: the larger of scrape and flush interval."""
        return max(self.server.scrape_interval, self.names.flush)


@dataclass(frozen=True, slots=True)
class Compiled:
    """An SLI, or why there is none; how often its samples come, and what was assumed."""

    sli: Sli | None
    found: tuple[Diagnostic, ...] = ()
    assumptions: tuple[Assumption, ...] = ()


def compiled(context: Context) -> Compiled:
    """The SLI of an SLO as queries."""
    kind = context.settings.slo.sli
    one = (
        kind.errors or kind.latency or kind.events or kind.raw or kind.threshold or kind.bool_gauge
    )
    match one:
        case ErrorsSli():
            return _errors(one, context)
        case LatencySli():
            return _latency(one, context)
        case EventsSli():
            return _events(one, context)
        case RawSli():
            return _raw(one, context)
        case ThresholdSli():
            return _threshold(one, context)
        case BoolGaugeSli():
            return _bool_gauge(one, context)
        case None:
            raise AssertionError("the model lets no SLI pass without a kind")
    assert_never(one)


def _selection(
    own: Spans | None, context: Context
) -> tuple[spans.Selection | None, tuple[Diagnostic, ...]]:
    entry = context.settings.path.spec.entry
    chosen = own or entry
    if chosen is None:
        where = context.place
        message = f"{context.settings.id} reads spans, and the path has no entry"
        return None, (
            meaning.NO_ENTRY.at(where.key, message, hint="add spec.entry, or spans here"),
        )
    place = context.place / "spans" if own else context.settings.root / "spec" / "entry"
    return spans.selection(chosen, context.names, place, named=context.named)


def _errors(one: ErrorsSli, context: Context) -> Compiled:
    chosen, found = _selection(one.spans, context)
    if chosen is None:
        return Compiled(None, found)
    names = context.names
    total = _counted(names.calls, (chosen.matchers,), context)
    if names.error_calls and not chosen.errors:
        part = _counted(names.error_calls, (chosen.matchers,), context)
    else:
        part = _counted(
            names.calls, tuple((*chosen.matchers, *some) for some in chosen.errors), context
        )
    sli = EventSli(
        "errors",
        total,
        part,
        part_is_good=False,
        missing=Missing.ZERO,
        pad=context.flush,
        counts="requests",
        wrong="failed",
    )
    return Compiled(sli, found, chosen.assumptions)


def _counted(metric: str, alternatives: tuple[tuple[Matcher, ...], ...], context: Context) -> Query:
    """The rate of a counter's series, summed by group; alternatives are disjoint."""
    rates = [
        build.call("rate", build.ranged(build.selector(metric, some))) for some in alternatives
    ]
    union = rates[0] if len(rates) == 1 else build.bracket("\nor\n".join(rates))
    return Query(build.aggregate("sum", context.groups, build.sane(union)))


def _latency(one: LatencySli, context: Context) -> Compiled:
    if one.histogram is not None:
        return _own_histogram(one, one.histogram, context)
    chosen, found = _selection(one.spans, context)
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
    histogram = _Histogram(
        context.names.duration, sides, context.names.unit, native=context.names.native
    )
    return Compiled(histogram.sli(one.threshold, context, context.flush), found, chosen.assumptions)


@dataclass(frozen=True, slots=True)
class _Histogram:
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
        total = _counted(f"{self.base}_count", self.sides, context)
        good = _counted(f"{self.base}_bucket", tuple((*some, le) for some in self.sides), context)
        return EventSli(
            "latency",
            total,
            good,
            part_is_good=True,
            missing=Missing.UNKNOWN,
            pad=pad,
            counts="requests",
            wrong=f"took longer than {spelled(threshold)}",
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
            wrong=f"took longer than {spelled(threshold)}",
        )  # fmt: skip


def _not_a_bound(threshold: Decimal, context: Context) -> Iterator[Diagnostic]:
    known = context.names.buckets
    if context.names.native or known is None or threshold in known:
        return
    near = " and ".join(spelled(one) for one in bounds.nearest(threshold, known))
    line = ", ".join(spelled(one) for one in sorted({*known, threshold}))
    yield meaning.NO_BUCKET.at(
        (context.place / "threshold").value,
        f"{spelled(threshold)} is no bucket bound of {context.names.producer}; nearest: {near}",
        hint=f"use one of these, or configure `histogram: {{explicit: {{buckets: [{line}]}}}}` and name them in buckets of the Telemetry",
    )


def spelled(seconds: Decimal) -> str:
    """A latency as people write it.

    >>> spelled(Decimal("0.4")), spelled(Decimal("1.4"))
    ('400ms', '1400ms')
    """
    for unit, size in (("s", Decimal(1)), ("ms", Decimal("0.001")), ("us", Decimal("0.000001"))):
        if seconds % size == 0:
            return f"{plain(seconds / size)}{unit}"
    return f"{plain(seconds)}s"


def _own_histogram(one: LatencySli, written: str, context: Context) -> Compiled:
    place = context.place / "histogram"
    fragment, found = fragments.read(written, Use.SELECTOR, Role.VALUE, place, context.groups)
    if fragment is None:
        return Compiled(None, found)
    base = next(iter(fragment.checked.metrics), "")
    if ending := re.search(r"_(bucket|count|sum)$", base):
        wrong = meaning.HISTOGRAM_SUFFIX.at(
            place.value,
            f"histogram is the base name; `{base}` ends in {ending[0]}",
            hint=f"write `{base[: ending.start()]}`",
        )
        return Compiled(None, (*found, wrong))
    unit = one.unit or _ENDINGS.get(base.rsplit("_", 1)[-1])
    if unit is None:
        wrong = meaning.NO_UNIT.at(
            place.value,
            f"the name `{base}` does not say its unit",
            hint="add unit: s, ms, us or ns",
        )
        return Compiled(None, (*found, wrong))
    chosen = fragment.matchers
    histogram = _Histogram(base, (chosen,), UNITS[unit], native=bool(one.native))
    assumed = () if one.unit else (Assumption("unit", unit, f"from the end of `{base}`"),)
    return Compiled(
        histogram.sli(one.threshold, context, context.server.scrape_interval), found, assumed
    )


def _events(one: EventsSli, context: Context) -> Compiled:
    read: dict[str, fragments.Fragment] = {}
    found: list[Diagnostic] = []
    for name, text, role in (
        ("errors", one.errors, Role.ERRORS),
        ("good", one.good, Role.GOOD),
        ("total", one.total, Role.TOTAL),
    ):
        if text is not None:
            fragment, wrong = fragments.read(
                text, Use.EVENTS, role, context.place / name, context.groups
            )
            found += wrong
            if fragment is not None:
                read[name] = fragment
    if len(read) < 2:
        return Compiled(None, tuple(found))
    found += fragments.together(read, context.place)
    queries = {name: _events_query(fragment, context) for name, fragment in read.items()}
    total = queries.get("total") or _both(queries["good"], queries["errors"], context)
    part_is_good = "errors" not in queries
    pad = NO_PAD if any(one.over_time for one in read.values()) else context.server.scrape_interval
    part = queries["good" if part_is_good else "errors"]
    return Compiled(
        EventSli(
            "events",
            total,
            part,
            part_is_good=part_is_good,
            missing=Missing.ZERO,
            pad=pad,
            counts="events",
            wrong="failed",
        ),
        tuple(found),
    )


def _events_query(fragment: fragments.Fragment, context: Context) -> Query:
    text = fragment.marked
    if fragment.checked.bare:
        rated = build.sane(build.call("rate", build.ranged(text)))
        return Query(build.aggregate("sum", context.groups, rated))
    if fragment.checked.groups == frozenset(context.groups):
        made = build.sane(build.bracket(text))
    else:
        made = build.aggregate("sum", context.groups, build.sane(build.bracket(text)))
    return Query(build.per_second(build.bracket(made)) if fragment.per_window else made)


def _both(good: Query, errors: Query, context: Context) -> Query:
    """All events where only good and bad ones are counted; one side may have no series yet."""
    first, second = build.bracket(good.template), build.bracket(errors.template)
    left = build.bracket(build.either(context.groups, first, build.zero_of(second)))
    right = build.bracket(build.either(context.groups, second, build.zero_of(first)))
    return Query(build.plus(left, context.groups, right))


def _raw(one: RawSli, context: Context) -> Compiled:
    written, name, role = one.error_ratio, "errorRatio", Role.RATIO
    if written is None:
        written, name = one.success_ratio or "", "successRatio"
    fragment, found = fragments.read(written, Use.RAW, role, context.place / name, context.groups)
    if fragment is None:
        return Compiled(None, found)
    text = build.bracket(fragment.marked)
    ratio = text if name == "errorRatio" else f"1 - {text}"
    query = Query(build.aggregate("max", context.groups, build.sane(build.bracket(ratio))))
    note = Assumption(
        "weighting",
        "by time",
        "a ratio from elsewhere does not say how many events it stands for; minFailures cannot count",
    )
    return Compiled(SliceSli("raw", query, countable=False, wrong="failed"), found, (note,))


def _threshold(one: ThresholdSli, context: Context) -> Compiled:
    fragment, found = fragments.read(
        one.query, Use.INSTANT, Role.VALUE, context.place / "query", context.groups
    )
    if fragment is None:
        return Compiled(None, found)
    value = build.bracket(build.finite(build.bracket(fragment.marked)))
    bad = f"{value} {_INVERSE[one.op]} bool {plain(one.value)}"
    return Compiled(
        SliceSli(
            "threshold",
            Query(build.aggregate("max", context.groups, bad)),
            countable=True,
            wrong=f"were not {_WORDS[one.op]} {plain(one.value)}",
        ),
        found,
    )


def _bool_gauge(one: BoolGaugeSli, context: Context) -> Compiled:
    fragment, found = fragments.read(
        one.metric, Use.SELECTOR, Role.VALUE, context.place / "metric", context.groups
    )
    if fragment is None:
        return Compiled(None, found)
    series = build.ranged(fragment.marked)
    count, up = build.call("count_over_time", series), build.call("sum_over_time", series)
    total = build.per_second(build.aggregate("sum", context.groups, count))
    down = build.sane(build.bracket(f"{count}\n- {up}" if len(count) > 40 else f"{count} - {up}"))
    part = build.per_second(build.aggregate("sum", context.groups, down))
    sli = EventSli(
        "boolGauge",
        Query(total),
        Query(part),
        part_is_good=False,
        missing=Missing.ZERO,
        pad=NO_PAD,
        counts="scrapes",
        wrong="were 0",
    )
    return Compiled(sli, found)


def group_findings(
    settings: Settings, groups: tuple[str, ...], names: SpanNames, place: Place, *, named: bool
) -> Iterator[Diagnostic]:
    """Groups that span metrics do not carry; a query of the user's is checked by itself."""
    kind = settings.slo.sli
    on_spans = kind.errors is not None or (
        kind.latency is not None and kind.latency.histogram is None
    )
    if not on_spans or names.known is None:
        return
    for missing in sorted(set(groups) - names.known):
        yield spans.not_exported(missing, names, place, named=named)
