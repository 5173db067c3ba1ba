"""The dialect table: how each known producer names span metrics, one row a dialect.

`labels` lists the attributes whose label is not their own name with underscores (or, with `utf8`,
their own name); the label `""` says that the producer has nothing of the kind. Names derived from
a real configuration start from these rows, see `burnrules.collector`.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from types import MappingProxyType

from burnrules.durations import Duration, of
from burnrules.ir import Assumption, Matcher, SpanNames

MILLISECOND, SECOND = Decimal("0.001"), Decimal(1)
NO_LABEL = ""
NO_FLUSH = Duration(0)


def bounds(text: str, unit: Decimal = SECOND) -> tuple[Decimal, ...]:
    """Bucket bounds in seconds, from numbers of a unit.

    >>> bounds("2 400", MILLISECOND)
    (Decimal('0.002'), Decimal('0.400'))
    """
    return tuple(Decimal(number) * unit for number in text.split())


def doubling(first: str, count: int) -> tuple[Decimal, ...]:
    """`count` bounds in seconds, each twice the one before.

    >>> doubling("0.1", 3)
    (Decimal('0.1'), Decimal('0.2'), Decimal('0.4'))
    """
    return tuple(Decimal(first) * 2**power for power in range(count))


def kinds(label: str) -> Mapping[str, Matcher]:
    """How the five span kinds are selected where a label holds OpenTelemetry's constants."""
    words = ("server", "client", "consumer", "producer", "internal")
    return MappingProxyType(
        {word: Matcher(label, "=", f"SPAN_KIND_{word.upper()}") for word in words}
    )


def labels(
    service: str = "service_name",
    span: str = "span_name",
    kind: str = "span_kind",
    others: Mapping[str, str] = MappingProxyType({}),
) -> Mapping[str, str]:
    """The label of each attribute that every span metric has, and of `others`."""
    common = {"service.name": service, "span.name": span, "span.kind": kind}
    return MappingProxyType({**common, **others})


def span_error(label: str, value: str = "STATUS_CODE_ERROR") -> tuple[Matcher, ...]:
    """The selector of spans with error status."""
    return (Matcher(label, "=", value),)


def note(subject: str, value: str, reason: str) -> tuple[Assumption, ...]:
    """One thing that a row takes for granted."""
    return (Assumption(subject, value, reason),)


CONNECTOR_BUCKETS = bounds(
    "2 4 6 8 10 50 100 200 400 800 1000 1400 2000 5000 10000 15000", MILLISECOND
)
TEMPO_BUCKETS = doubling("0.002", 14)
BEYLA_BUCKETS = bounds("0 .005 .01 .025 .05 .075 .1 .25 .5 .75 1 2.5 5 7.5 10")
SERVICE_GRAPH_BUCKETS = doubling("0.1", 8)

_CONNECTOR = SpanNames(
    producer="otel-connector",
    calls="traces_span_metrics_calls_total",
    duration="traces_span_metrics_duration_milliseconds",
    unit=MILLISECOND,
    native=False,
    labels=labels(),
    kinds=kinds("span_kind"),
    error=span_error("status_code"),
    buckets=CONNECTOR_BUCKETS,
    known=frozenset({"service_name", "span_name", "span_kind", "status_code", "job"}),
    flush=of("60s"),
)
_TEMPO = SpanNames(
    producer="tempo",
    calls="traces_spanmetrics_calls_total",
    duration="traces_spanmetrics_latency",
    unit=SECOND,
    native=False,
    labels=labels(service="service"),
    kinds=kinds("span_kind"),
    error=span_error("status_code"),
    buckets=TEMPO_BUCKETS,
    known=frozenset({"service", "span_name", "span_kind", "status_code"}),
    flush=of("15s"),
)
_BEYLA = SpanNames(
    producer="beyla-otel",
    calls="traces_span_metrics_calls_total",
    duration="traces_span_metrics_duration_seconds",
    unit=SECOND,
    native=False,
    labels=labels(),
    kinds=kinds("span_kind"),
    error=span_error("status_code"),
    buckets=BEYLA_BUCKETS,
    known=frozenset(
        {
            "service_name",
            "service_namespace",
            "span_name",
            "status_code",
            "span_kind",
            "instance",
            "job",
            "source",
            "telemetry_sdk_language",
        }
    ),
    flush=NO_FLUSH,
)
_UTF8_LABELS = ("service.name", "span.name", "span.kind")

_ROWS: Iterable[SpanNames] = (
    _CONNECTOR,
    _CONNECTOR._replace(
        producer="otel-connector-s",
        duration="traces_span_metrics_duration_seconds",
        unit=SECOND,
    ),
    _CONNECTOR._replace(
        producer="otel-connector-legacy",
        calls="calls_total",
        duration="duration_milliseconds",
        notes=note("version", "below 0.109", "or the gate legacyMetricNames: no namespace before"),
    ),
    _CONNECTOR._replace(
        producer="otel-connector-nosuffix",
        calls="traces_span_metrics_calls",
        duration="traces_span_metrics_duration",
        notes=note("unit", "ms", "the connector's default; the name does not say it"),
    ),
    _CONNECTOR._replace(
        producer="otel-connector-customns",
        calls="span_metrics_calls_total",
        duration="span_metrics_duration_milliseconds",
        notes=note("namespace", "span.metrics", "the custom namespace most often seen"),
    ),
    _CONNECTOR._replace(
        producer="otel-connector-otelprefix",
        error=span_error("otel_status_code", "ERROR"),
        known=frozenset({"service_name", "span_name", "span_kind", "job"}),
        notes=note("otel_status_code", "ERROR", "spans without a status carry no such label"),
    ),
    _CONNECTOR._replace(
        producer="otel-connector-utf8",
        calls="traces.span.metrics.calls",
        duration="traces.span.metrics.duration",
        labels=MappingProxyType({name: name for name in _UTF8_LABELS}),
        kinds=kinds("span.kind"),
        error=span_error("status.code"),
        known=frozenset({*_UTF8_LABELS, "status.code", "job"}),
        utf8=True,
    ),
    _CONNECTOR._replace(
        producer="otel-processor",
        calls="calls_total",
        duration="latency",
        labels=labels(span="operation"),
        known=frozenset({"service_name", "operation", "span_kind", "status_code"}),
        flush=NO_FLUSH,  # it hands its sums on with every batch of spans
        notes=note("version", "0.95 and older", "the processor was removed in 0.96"),
    ),
    _TEMPO,
    _TEMPO._replace(
        producer="tempo-1.4",
        duration="traces_spanmetrics_duration_seconds",
        error=span_error("span_status"),
        known=frozenset({"service", "span_name", "span_kind", "span_status"}),
    ),
    _BEYLA._replace(
        producer="beyla-legacy",
        calls="traces_spanmetrics_calls_total",
        duration="traces_spanmetrics_latency",
    ),
    _BEYLA,
    SpanNames(
        producer="service-graph",
        calls="traces_service_graph_request_total",
        duration="traces_service_graph_request_server_seconds",
        unit=SECOND,
        native=False,
        labels=labels(
            service="server", span=NO_LABEL, kind=NO_LABEL, others={"http.route": NO_LABEL}
        ),
        kinds=MappingProxyType({}),
        error=(),
        error_calls="traces_service_graph_request_failed_total",
        buckets=SERVICE_GRAPH_BUCKETS,
        known=frozenset({"client", "server", "connection_type"}),
        flush=of("15s"),
        notes=note("errors", "traces_service_graph_request_failed_total", "a counter, not a label"),
    ),
    _CONNECTOR._replace(
        producer="jaeger-spm",
        notes=note(
            "normalize_calls, normalize_duration",
            "true",
            "by default Jaeger looks for names without suffixes",
        ),
    ),
    SpanNames(
        producer="istio",
        calls="istio_requests_total",
        duration="istio_request_duration_milliseconds",
        unit=MILLISECOND,
        native=False,
        labels=labels(
            service="destination_service_name",
            span=NO_LABEL,
            kind="reporter",
            others={"http.route": NO_LABEL, "http.response.status_code": "response_code"},
        ),
        kinds=MappingProxyType({"server": Matcher("reporter", "=", "destination")}),
        error=(Matcher("response_code", "=~", "5.."),),
        buckets=None,
        known=None,
        flush=NO_FLUSH,
    ),
    SpanNames(
        producer="linkerd",
        calls="response_total",
        duration="response_latency_ms",
        unit=MILLISECOND,
        native=False,
        labels=labels(
            service="deployment",
            span=NO_LABEL,
            kind="direction",
            others={"http.route": NO_LABEL, "http.response.status_code": "status_code"},
        ),
        kinds=MappingProxyType(
            {
                "server": Matcher("direction", "=", "inbound"),
                "client": Matcher("direction", "=", "outbound"),
            }
        ),
        error=(Matcher("classification", "=", "failure"),),
        buckets=None,
        known=None,
        flush=NO_FLUSH,
    ),
)

DIALECTS: Mapping[str, SpanNames] = MappingProxyType({row.producer: row for row in _ROWS})
