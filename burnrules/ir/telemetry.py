"""What a Telemetry's producer calls things, and what evaluates the rules."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from burnrules.durations import Duration
from burnrules.ir.rules import Assumption, Matcher


class SpanNames(NamedTuple):
    """How one producer names span metrics, resolved for one Telemetry document.

    `calls` is a counter, `duration` a histogram base name (no `_bucket`), `unit` the seconds in one
    unit of it; `labels` maps attribute names (`service.name`) to label names; `kinds` maps
    span kinds (`server`) to the label and value that select them; `buckets` are the bounds in
    seconds, None when unknown; `known` holds every label that is sure to arrive, None when unknown.
    """

    producer: str
    calls: str
    duration: str
    unit: Decimal
    native: bool
    labels: Mapping[str, str]
    kinds: Mapping[str, Matcher]
    error: tuple[Matcher, ...]
    buckets: tuple[Decimal, ...] | None
    known: frozenset[str] | None
    flush: Duration
    utf8: bool = False
    duration_known: frozenset[str] | None = None  # where calls and duration differ
    notes: tuple[Assumption, ...] = ()
    error_calls: str = ""  # a counter of errors of its own, instead of `error`
    events: str | None = None  # a counter of span events; "": there is none; None: nobody said
    events_known: frozenset[str] | None = None  # labels of that counter

    @property
    def durations(self) -> "SpanNames":
        """The names with the labels of the histogram, where those of the counter differ."""
        return self if self.duration_known is None else self._replace(known=self.duration_known)


class Server(NamedTuple):
    """What the Prometheus that evaluates the rules does with names and times."""

    version: tuple[int, int]
    ingestion: str  # scrape, otlp, remoteWrite
    spelling_known: bool  # whether the spec declared the ingestion path
    scrape_interval: Duration
    rule_interval: Duration
    query_offset: Duration | None = None
    retention: Duration | None = None


class TelemetryPlan(NamedTuple):
    """One Telemetry: what its producer calls things, and who evaluates the rules."""

    name: str
    source: str  # the spec file; "" for the built-in one
    names: SpanNames
    server: Server
    named: bool  # the dialect was chosen by name, not read from a configuration
