"""A Telemetry to its names in Prometheus, and the reason for each."""

from collections.abc import Iterable, Iterator
from textwrap import wrap

from burnrules.burnrate import plain
from burnrules.explain.page import WIDTH, titled
from burnrules.ir import Assumption, Matcher, SpanNames, TelemetryPlan

_UNITS = {"1": "seconds", "0.001": "milliseconds", "0.000001": "microseconds"}


def lines(one: TelemetryPlan) -> Iterator[str]:
    """Every name that rules use, and why it is that one."""
    how = "chosen by name" if one.named else "read from its configuration"
    yield f"Telemetry {one.name}  {one.source or 'built in'}"
    yield f"span metrics of {one.names.producer}, {how}"
    yield ""
    yield from _rows(_names(one))
    yield from titled("Why", _rows((note.subject, _because(note)) for note in one.names.notes))


def _names(one: TelemetryPlan) -> Iterator[tuple[str, str]]:
    names = one.names
    unit = _UNITS.get(plain(names.unit), f"{plain(names.unit)} s")
    yield "calls", names.calls
    kind = "native histogram" if names.native else "histogram"
    yield "duration", f"{names.duration} ({kind}, {unit})" if names.duration else "none"
    yield "errors", names.error_calls or _matchers(names.error)
    for attribute, label in names.labels.items():
        yield attribute, label or "no label"
    kinds = (f"{kind} {_matchers((one,))}" for kind, one in names.kinds.items())
    yield "span kinds", ", ".join(kinds) or "no label"
    yield "labels", _labels(names)
    yield "buckets", _buckets(names)
    yield "flushed every", str(names.flush)
    spelling = "" if one.server.spelling_known else ", not declared: any spelling of `le` is read"
    yield "ingestion", f"{one.server.ingestion}{spelling}"
    version = ".".join(map(str, one.server.version))
    yield "evaluated by", f"Prometheus {version}, scraping every {one.server.scrape_interval}"


def _labels(names: SpanNames) -> str:
    if names.known is None:
        return "unknown: not every attribute is listed"
    shared = names.known if names.duration_known is None else names.known & names.duration_known
    said = ", ".join(sorted(shared))
    for word, more in (("calls", names.known), ("duration", names.duration_known or shared)):
        if extra := sorted(more - shared):
            said += f"; on {word} alone {', '.join(extra)}"
    return said


def _buckets(names: SpanNames) -> str:
    if names.buckets is None:
        return "native" if names.native else "unknown"
    return ", ".join(f"{plain(bound)}s" for bound in names.buckets)


def _matchers(some: Iterable[Matcher]) -> str:
    return ", ".join(f'{one.label}{one.op}"{one.value}"' for one in some) or "none"


def _because(note: Assumption) -> str:
    return f"{note.value}: {note.reason}" if note.reason else note.value


def _rows(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    held = list(rows)
    width = max((len(subject) for subject, _ in held), default=0)
    for subject, value in held:
        head = f"  {subject.ljust(width)}  "
        yield from wrap(
            value or "none",
            WIDTH,
            initial_indent=head,
            subsequent_indent=" " * len(head),
            break_long_words=False,
        )
