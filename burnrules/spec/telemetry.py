"""The shape of a Telemetry document: where the numbers come from."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import Field, WithJsonSchema, model_validator

from burnrules import durations
from burnrules.source import Number
from burnrules.spec.model import AnnotationMap, LabelMap, Model, absent, exactly, written
from burnrules.spec.path import Metadata, PathAlerting
from burnrules.spec.scalars import (
    Attribute,
    Flag,
    LabelName,
    Latency,
    Match,
    Matcher,
    Name,
    Objective,
    Reads,
    Span,
    Text,
    Url,
    choice,
    percent,
    refuse,
    shown,
    text,
)
from burnrules.spec.sli import SpanKind

_VERSION = re.compile(r"v?([0-9]{1,9}(?:\.[0-9]{1,9})+(?:[-+][0-9A-Za-z.+-]{1,99})?)")
_TENANT = r"(?!.*\{\{)[!-~]{1,150}"


def _version(value: Any) -> str:
    """A version number; `3.10` as a YAML number keeps its digits here."""
    written = str(value) if isinstance(value, Number) else text(value)
    found = _VERSION.fullmatch(written)
    if found is None:
        refuse(f"must be a version such as 3.5 or 0.158.0; got {shown(written)}")
    return found[1]


Version = Annotated[
    str,
    Reads(_version),
    WithJsonSchema({"type": ["string", "number"], "description": "a version: 3.5, 0.158.0"}),
]


def _tenant(value: Any) -> str:
    """A header's value, which controllers must not fill in."""
    written = text(value)
    if not re.fullmatch(_TENANT, written):
        hint = "letters, digits and marks such as - _ . |, without a space"
        refuse(f"is no tenant: {shown(written)}", hint)
    return written


Tenant = Annotated[
    str,
    Reads(_tenant),
    WithJsonSchema(
        {"type": "string", "description": "sent as X-Scope-OrgID", "pattern": f"^{_TENANT}$"}
    ),
]


def _files(value: Any) -> tuple[str, ...]:
    """One file or several, relative to the document."""
    if not isinstance(value, list):
        return (text(value),)
    if not value:
        refuse("is an empty list", "name a file, or use a dialect")
    return tuple(dict.fromkeys(text(one) for one in value))


Files = Annotated[
    tuple[str, ...],
    Reads(_files),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}},
            ],
        }
    ),
]


_SHORTEST_INTERVAL = durations.of("1s")
PERCENT_SCHEMA = WithJsonSchema({"type": "string", "pattern": "%$", "examples": ["10%"]})


class CustomLabels(Model):
    """The labels that hold what a span is."""

    service: LabelName = "service_name"
    span_name: LabelName = "span_name"
    span_kind: LabelName = "span_kind"
    route: LabelName | None = None


class CustomErrors(Model):
    """How errors show: a matcher on the same metric, or a metric of their own."""

    match: dict[LabelName, Matcher] | None = None
    metric: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        exactly(1, self, "match", "metric")
        return self


class Custom(Model):
    """Span metrics of a producer that burnrules does not know."""

    calls: Text = Field(description="a counter")
    duration: Text = Field(description="a histogram's base name")
    unit: Annotated[str, *choice("unit of the histogram", "s", "ms", "us", "ns")] = "ms"
    native: Flag = False
    buckets: tuple[Latency, ...] | None = None
    labels: CustomLabels = Field(default_factory=absent(CustomLabels))
    errors: CustomErrors
    span_kinds: dict[SpanKind, Text] = Field({}, description="{server: SPAN_KIND_SERVER, …}")


class SpanMetrics(Model):
    """Who makes the span metrics: exactly one of dialect, config and custom."""

    dialect: Text | None = Field(None, description="a named dialect, e.g. otel-connector")
    config: Files | None = Field(
        None, description="files of the Collector's or Tempo's configuration, relative to this one"
    )
    custom: Custom | None = None
    connector: Text | None = Field(None, description="which of several connectors; with config")
    buckets: tuple[Latency, ...] | None = Field(None, description="instead of the dialect's")
    dimensions: tuple[Attribute, ...] = Field(
        (), description="labels that arrive besides those known"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(written(self, "dialect", "config", "custom")) > 1:
            exactly(1, self, "dialect", "config", "custom")
        if self.custom is not None and self.buckets is not None:
            refuse("has buckets beside custom", "put them into custom")
        if self.config is not None and self.buckets is not None:
            refuse("has buckets beside config", "they are read from the file: leave them out")
        if self.config is None and self.connector is not None:
            refuse("has connector without config", "name the file that it stands in")
        return self


class Secret(Model):
    """A Kubernetes secret, by name and key; never its value."""

    name: Name
    key: Text


class Prometheus(Model):
    """What evaluates the rules."""

    version: Version = "3.5"
    ingestion: (
        Annotated[str, *choice("how span metrics arrive", "scrape", "otlp", "remoteWrite")] | None
    ) = None
    translation_strategy: (
        Annotated[
            str,
            *choice(
                "of the OTLP receiver or exporter",
                "UnderscoreEscapingWithSuffixes",
                "UnderscoreEscapingWithoutSuffixes",
                "NoUTF8EscapingWithSuffixes",
                "NoTranslation",
            ),
        ]
        | None
    ) = None
    scrape_interval: Span = Field(
        durations.of("15s"), description="of span metrics; pushes: their interval"
    )
    rule_interval: Span = Field(durations.of("1m"), description="group interval")
    query_offset: Span | None = Field(None, description="Prometheus 2.53 and later")
    retention: Span | None = None
    url: Url | None = None
    tenant: Tenant | None = None
    token_secret: Secret | None = None

    @model_validator(mode="after")
    def _no_flood(self) -> Self:
        for field, every in (
            ("scrapeInterval", self.scrape_interval),
            ("ruleInterval", self.rule_interval),
        ):
            if every < _SHORTEST_INTERVAL:
                refuse(
                    f"is {every}; nothing is scraped that often", "write 1s or more", field=field
                )
        return self


class Collector(Model):
    """The OpenTelemetry Collector; with a selector, its health is watched."""

    version: Version | None = None
    feature_gates: tuple[Text, ...] = ()
    selector: dict[LabelName, Matcher] | None = None
    objective: Objective | None = None

    @model_validator(mode="after")
    def _watched(self) -> Self:
        _some(self.selector)
        return self


class Tempo(Model):
    """Grafana Tempo; with a selector, its health is watched."""

    version: Version | None = None
    selector: dict[LabelName, Matcher] | None = None
    objective: Objective | None = None
    url: Url | None = None
    tenant: Tenant | None = None

    @model_validator(mode="after")
    def _watched(self) -> Self:
        _some(self.selector)
        return self


def _some(selector: dict[str, Match] | None) -> None:
    if selector == {}:
        refuse("is empty: every process would be watched", "e.g. {job: tempo}", field="selector")


class Grafana(Model):
    """For links."""

    url: Url
    tempo: Text | None = Field(None, description="UID of the Tempo data source")
    prometheus: Text | None = Field(None, description="UID of the Prometheus data source")


class Jaeger(Model):
    """For links."""

    url: Url


def _shares(value: Any) -> Decimal:
    found = percent(value)
    if not 0 < found <= 1:
        refuse(f"must be above 0 % and at most 100 %; got {shown(value)}", "e.g. 10%")
    return found


class Gateway(Model):
    """Of the Collector configuration that burnrules writes where the Telemetry names none."""

    sample: Annotated[Decimal, Reads(_shares), PERCENT_SCHEMA] = Field(
        Decimal("0.1"), description="of the traces that nothing else keeps; 100%: no sampling"
    )
    keep: tuple[dict[Attribute, Matcher], ...] = Field(
        (), description="traces to keep; attributes of one item all hold on a span"
    )
    drop: tuple[Text, ...] = Field(
        ("/health", "/healthz", "/livez", "/readyz"),
        description="routes of health checks, whose spans are not kept",
    )
    backends: Text | None = Field(
        None, description="host of a second tier that samples; spans go there by trace id"
    )

    @model_validator(mode="after")
    def _said(self) -> Self:
        if any(not one for one in self.keep):
            refuse("has an empty item: it would keep every trace", "name an attribute")
        return self


class Health(Model):
    """Of the health alerts."""

    alerting: PathAlerting = Field(default_factory=absent(PathAlerting))
    labels: LabelMap = {}
    annotations: AnnotationMap = {}


class TelemetrySpec(Model):
    """Where the numbers come from."""

    span_metrics: SpanMetrics = Field(default_factory=absent(SpanMetrics))
    prometheus: Prometheus = Field(default_factory=absent(Prometheus))
    collector: Collector | None = None
    tempo: Tempo | None = None
    grafana: Grafana | None = None
    jaeger: Jaeger | None = None
    health: Health = Field(default_factory=absent(Health))
    gateway: Gateway | None = Field(
        None, description="given: the Collector runs the otel-collector artifact"
    )

    @model_validator(mode="after")
    def _one_collector(self) -> Self:
        made = self.span_metrics
        if self.gateway is not None and (made.config or made.custom):
            refuse("has a gateway beside a configuration of its own", "keep one", field="gateway")
        return self


class Telemetry(Model):
    """Where the numbers come from."""

    api_version: Literal["burnrules.dev/v1"]
    kind: Literal["Telemetry"]
    metadata: Metadata
    spec: TelemetrySpec
