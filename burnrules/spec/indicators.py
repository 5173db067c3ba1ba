"""The shape of an indicator: a leading signal from traces, and the limit that its alert has."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from burnrules import durations
from burnrules.spec.model import AnnotationMap, LabelMap, Model, exactly, written
from burnrules.spec.scalars import (
    Attribute,
    Flag,
    Latency,
    Matcher,
    Name,
    Percent,
    PlainNumber,
    PromQL,
    Severity,
    Span,
    Text,
    choice,
    refuse,
)
from burnrules.spec.sli import Spans, Unit

Source = Annotated[str, *choice("what counts downstream requests", "spans", "serviceGraph")]
_HOUR = durations.of("1h")
_KINDS = (
    "latency", "fan_out", "retries", "circuit_breaker", "cold_starts", "cache_hits",
    "queue_wait", "connection_wait", "query",
)  # fmt: skip


class Growth(Model):
    """A limit relative to the past."""

    limit: Percent = Field(description="growth above which it alerts: 50% is half as much again")
    over: Span = Field(
        durations.of("1d"),
        validate_default=False,
        description="compares with the hour around this long ago",
    )

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not self.limit:
            refuse("has a limit of 0 %", "write e.g. limit: 50%")
        if self.over < _HOUR:
            refuse(f"over {self.over} would compare a value with itself", "write 1h or more")
        return self


def _below_all(one: "ShareLimits | QueueWait") -> None:
    """Refuse a limit that a share of the same spans cannot exceed."""
    if one.max is not None and one.max >= 1:
        refuse("has a max that no share can exceed", "write less than 100%")


def _some(match: object) -> None:
    if match is not None and not match:
        refuse("has an empty match: every span would match", "name an attribute, or leave it out")


class ShareLimits(Model):
    """What most shares have in common."""

    max: Percent | None = Field(None, description="alerts above")
    growth: Growth | None = None


class LatencyIndicator(Model):
    """A quantile of the duration of spans, or of an application's own histogram."""

    quantile: PlainNumber = Field(description="between 0 and 1: 0.99")
    max: Latency | None = Field(None, description="alerts above; best a bucket bound")
    growth: Growth | None = None
    spans: Spans | None = Field(None, description="instead of the path's entry")
    histogram: PromQL | None = Field(None, description="a histogram's base name, with matchers")
    unit: Unit | None = Field(
        None, description="of the histogram; default: from the end of its name"
    )
    native: Flag | None = Field(None, description="whether the histogram is native")

    @model_validator(mode="after")
    def _source(self) -> Self:
        if not 0 < self.quantile < 1:
            refuse(f"quantile {self.quantile} is outside 0 to 1", "write e.g. 0.99")
        if self.histogram is not None and self.spans is not None:
            refuse("has spans and histogram", "keep one")
        if self.histogram is None and (self.unit is not None or self.native is not None):
            refuse("has unit or native without histogram", "Telemetry says both for span metrics")
        return self


class FanOut(Model):
    """Downstream requests per entry request."""

    spans: Spans | None = Field(None, description="default: client spans of the entry's service")
    source: Source = "spans"
    max: PlainNumber | None = Field(None, description="alerts above; spans per request")
    growth: Growth | None = None

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.source == "serviceGraph" and self.spans is not None:
            refuse("has spans, and a service graph knows none", "leave spans or source out")
        if self.max is not None and self.max <= 0:
            refuse("has a max that every request exceeds", "write a number above 0")
        return self


class Retries(ShareLimits):
    """The share of spans that are retries."""

    spans: Spans | None = Field(None, description="default: client spans of the entry's service")
    match: dict[Attribute, Matcher] | None = Field(
        None, description="what a retry is; default: http.request.resend_count exists"
    )
    event: Text | None = Field(None, description="name of the span event of a retry, instead")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.match is not None and self.event is not None:
            exactly(1, self, "match", "event")
        _some(self.match)
        if self.event is None:  # a span may have several events
            _below_all(self)
        return self


class CircuitBreaker(ShareLimits):
    """The share of spans that found a circuit breaker open."""

    spans: Spans | None = Field(None, description="default: client spans of the entry's service")
    match: dict[Attribute, Matcher] | None = Field(None, description="attributes that all hold")
    event: Text | None = Field(None, description="name of the span event, instead")

    @model_validator(mode="after")
    def _one(self) -> Self:
        exactly(1, self, "match", "event")
        _some(self.match)
        if self.event is None:
            _below_all(self)
        return self


class ColdStarts(ShareLimits):
    """The share of spans that waited for a function to start."""

    spans: Spans | None = Field(None, description="instead of the path's entry")
    match: dict[Attribute, Matcher] | None = Field(
        None, description="what a cold start is; default: {faas.coldstart: true}"
    )
    event: Text | None = Field(None, description="name of the span event, instead")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if self.match is not None and self.event is not None:
            exactly(1, self, "match", "event")
        _some(self.match)
        if self.event is None:
            _below_all(self)
        return self


class CacheHits(Model):
    """The share of cache reads that hit."""

    spans: Spans = Field(description="the cache's client spans")
    match: dict[Attribute, Matcher] | None = Field(
        None, description="what a hit is; default: {cache.hit: true}"
    )
    min: Percent | None = Field(None, description="alerts below")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        _some(self.match)
        if self.min is not None and not 0 < self.min <= 1:
            refuse("has a min outside 0 to 100 %", "write e.g. 80%")
        return self


class QueueWait(ShareLimits):
    """The share of the time of a message that it waited in the queue."""

    wait: Spans = Field(description="the spans that wait")
    spans: Spans | None = Field(None, description="the spans that serve; default: the entry")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        _below_all(self)
        return self


class ConnectionWait(ShareLimits):
    """The share of the time of requests that went into waiting for a connection."""

    wait: Spans = Field(description="the spans that wait")
    spans: Spans | None = Field(None, description="the requests; default: the entry")


class QueryIndicator(Model):
    """Any number that a query gives."""

    query: PromQL = Field(description="PromQL, evaluated as it stands")
    unit: Text | None = Field(None, description="for the text of the alert")
    max: PlainNumber | None = Field(None, description="alerts above")
    min: PlainNumber | None = Field(None, description="alerts below")
    growth: Growth | None = None

    @model_validator(mode="after")
    def _room(self) -> Self:
        if self.max is not None and self.min is not None and self.min >= self.max:
            refuse("has a min that is not below its max", "they look swapped")
        return self


Kind = (
    LatencyIndicator
    | FanOut
    | Retries
    | CircuitBreaker
    | ColdStarts
    | CacheHits
    | QueueWait
    | ConnectionWait
    | QueryIndicator
)


class Indicator(Model):
    """A leading signal: always recorded, and alerted where a limit is given."""

    name: Name = Field(description="unique in the path, SLOs included; label indicator")
    description: Text | None = None
    labels: LabelMap = {}
    annotations: AnnotationMap = {}
    rate_window: Span = Field(durations.of("5m"), validate_default=False)
    group_by: tuple[Attribute, ...] | None = Field(None, description="replaces the path's")
    severity: Severity | None = Field(None, description="default: that of the last tier")
    for_: Span = Field(durations.of("15m"), alias="for", validate_default=False)
    latency: LatencyIndicator | None = None
    fan_out: FanOut | None = None
    retries: Retries | None = None
    circuit_breaker: CircuitBreaker | None = None
    cold_starts: ColdStarts | None = None
    cache_hits: CacheHits | None = None
    queue_wait: QueueWait | None = None
    connection_wait: ConnectionWait | None = None
    query: QueryIndicator | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        exactly(1, self, *_KINDS)
        return self

    @property
    def kind(self) -> str:
        """The key that is written."""
        return written(self, *_KINDS)[0]

    @property
    def measured(self) -> Kind:
        """What stands under that key."""
        return next(one for name in _KINDS if isinstance(one := getattr(self, name), Kind))
