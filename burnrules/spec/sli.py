"""The shape of an SLI: which spans or queries are events, and which of them are errors."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from burnrules.spec.model import Model, exactly, written
from burnrules.spec.scalars import (
    Attribute,
    Flag,
    GrpcStatus,
    Latency,
    Matcher,
    PlainNumber,
    PromQL,
    StatusClass,
    Text,
    choice,
    refuse,
)

SpanKind = Annotated[
    str, *choice("the kind of span", "server", "client", "consumer", "producer", "internal")
]
Unit = Annotated[str, *choice("the unit of a histogram", "s", "ms", "us", "ns")]


class ErrorWhen(Model):
    """What makes a span an error; any of these, and a span is counted once."""

    span_status: Annotated[str, *choice("the dialect's error status", "error")] | None = None
    http_status: tuple[StatusClass, ...] | None = Field(
        None, description="statuses or classes: [5xx, 422]"
    )
    grpc_status: tuple[GrpcStatus, ...] | None = Field(
        None, description="names or numbers: [UNAVAILABLE]"
    )
    match: dict[Attribute, Matcher] | None = Field(None, description="attributes that all hold")

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not written(self, "span_status", "http_status", "grpc_status", "match"):
            refuse("is empty", "write one or more of spanStatus, httpStatus, grpcStatus, match")
        if any(
            part is not None and not part
            for part in (self.http_status, self.grpc_status, self.match)
        ):
            refuse("has an empty list: no span would be an error", "name one, or leave it out")
        return self


class Spans(Model):
    """Which spans: a service, a route or span name, a kind, and attributes that all hold."""

    service: Text = Field(description="service.name of the spans")
    route: Text | None = Field(None, description="http.route, exact")
    span_name: Text | None = Field(
        None, description="exact span name; for gRPC package.Service/Method"
    )
    span_kind: SpanKind = "server"
    match: dict[Attribute, Matcher] = Field({}, description="attributes that all must hold")
    error_when: ErrorWhen | None = Field(
        None, description="what an error is; default: {spanStatus: error}"
    )

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if self.route is not None and self.span_name is not None:
            refuse("has route and spanName; both name the same thing", "keep one")
        return self


class ErrorsSli(Model):
    """An event is a span, an error is a span that errorWhen says."""

    spans: Spans | None = Field(None, description="instead of the path's entry")


class LatencySli(Model):
    """An event is a span or an observation, an error is one slower than threshold."""

    threshold: Latency = Field(description="slower than this is an error; a bucket bound: 400ms")
    spans: Spans | None = Field(None, description="instead of the path's entry")
    histogram: PromQL | None = Field(None, description="a histogram's base name, with matchers")
    unit: Unit | None = Field(
        None, description="of the histogram; default: from the end of its name"
    )
    native: Flag | None = Field(None, description="whether the histogram is native")
    exclude_errors: Flag = Field(default=False, description="error spans leave both sides")

    @model_validator(mode="after")
    def _source(self) -> Self:
        if self.histogram is not None and self.spans is not None:
            refuse("has spans and histogram", "keep one")
        if self.histogram is not None and self.exclude_errors:
            refuse("has excludeErrors, which only spans can", "put a matcher into histogram")
        if self.histogram is None and (self.unit is not None or self.native is not None):
            refuse("has unit or native without histogram", "Telemetry says both for span metrics")
        return self


class EventsSli(Model):
    """Two of errors, good and total, as counts."""

    errors: PromQL | None = Field(None, description="PromQL of the bad events, over [$window]")
    good: PromQL | None = Field(None, description="PromQL of the good events, over [$window]")
    total: PromQL | None = Field(None, description="PromQL of all events, over [$window]")

    @model_validator(mode="after")
    def _two(self) -> Self:
        exactly(2, self, "errors", "good", "total")
        return self


class RawSli(Model):
    """A ratio that someone else computed, averaged over time."""

    error_ratio: PromQL | None = Field(
        None, description="PromQL of the share of errors, over [$window]"
    )
    success_ratio: PromQL | None = Field(
        None, description="PromQL of the share of successes, over [$window]"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        exactly(1, self, "error_ratio", "success_ratio")
        return self


class ThresholdSli(Model):
    """Good while `query op value`."""

    query: PromQL = Field(description="PromQL, evaluated as it stands")
    op: Annotated[str, *choice("good while query op value", "lt", "lte", "gt", "gte")]
    value: PlainNumber


class BoolGaugeSli(Model):
    """Each scrape of a gauge is an event; 0 is an error."""

    metric: PromQL = Field(description="a bare selector of a gauge of 0 and 1")


Kind = ErrorsSli | LatencySli | EventsSli | RawSli | ThresholdSli | BoolGaugeSli


class Sli(Model):
    """Exactly one kind of SLI."""

    errors: ErrorsSli | None = None
    latency: LatencySli | None = None
    events: EventsSli | None = None
    raw: RawSli | None = None
    threshold: ThresholdSli | None = None
    bool_gauge: BoolGaugeSli | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        exactly(1, self, *Sli.model_fields)
        return self

    @property
    def kind(self) -> str:
        """The key that is written."""
        return written(self, *Sli.model_fields)[0]

    @property
    def measured(self) -> Kind:
        """What stands under that key."""
        return next(one for _, one in self if isinstance(one, Kind))
