"""Names from configurations: what Prometheus holds for each version, exporter and gate."""

from decimal import Decimal
from pathlib import Path

import pytest

from burnrules import collector, durations, source
from burnrules.collector import translation
from burnrules.diagnostics import Diagnostic
from burnrules.dialects import DIALECTS
from burnrules.ir import Server, SpanNames

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "collector"
OTLP = 'otlphttp/prometheus: {endpoint: "http://prometheus:9090/api/v1/otlp"}'
SCRAPED = 'prometheus: {endpoint: "0.0.0.0:8889"}'
WRITTEN = 'prometheusremotewrite: {endpoint: "http://prometheus:9090/api/v1/write"}'


def config(connector: str = "{}", exporter: str = SCRAPED) -> str:
    return f"""
receivers: {{otlp: {{}}}}
exporters: {{{exporter}}}
connectors:
  spanmetrics: {connector}
service:
  pipelines:
    traces: {{receivers: [otlp], exporters: [spanmetrics]}}
    metrics: {{receivers: [spanmetrics], exporters: [{exporter.partition(":")[0]}]}}
"""


def server(ingestion: str = "scrape") -> Server:
    return Server(
        version=(3, 5),
        ingestion=ingestion,
        spelling_known=True,
        scrape_interval=durations.of("15s"),
        rule_interval=durations.of("1m"),
    )


def derived(
    text: str,
    version: str | None = "0.158.0",
    gates: tuple[str, ...] = (),
    dimensions: tuple[str, ...] = (),
    strategy: str = translation.DEFAULT,
) -> SpanNames:
    names, found = attempt(text, version, gates, None, dimensions, strategy)
    assert {one.code for one in found} <= {"BR554"}
    assert names is not None
    return names


def attempt(  # noqa: PLR0913, PLR0917 -- a test may say all at once
    text: str,
    version: str | None = None,
    gates: tuple[str, ...] = (),
    connector: str | None = None,
    dimensions: tuple[str, ...] = (),
    strategy: str = translation.DEFAULT,
) -> tuple[SpanNames | None, tuple[Diagnostic, ...]]:
    documents = source.read("gateway.yaml", text.encode(), source.Reading.FOREIGN).documents
    read = collector.read(documents, version, gates)
    return collector.span_names(read, connector, server(), dimensions, strategy)


def shown(names: SpanNames) -> str:
    errors = ",".join(f'{one.label}{one.op}"{one.value}"' for one in names.error)
    return f"{names.calls} {names.duration} {names.unit} {errors}"


ERROR = 'status_code="STATUS_CODE_ERROR"'
NEW = f"traces_span_metrics_calls_total traces_span_metrics_duration_milliseconds 0.001 {ERROR}"
OLD = f"calls_total duration_milliseconds 0.001 {ERROR}"
PREFIXED = NEW.replace("traces", "shop_traces")
BARE = f"traces_span_metrics_calls traces_span_metrics_duration 0.001 {ERROR}"
WITHOUT = '{endpoint: ":8889", add_metric_suffixes: false}'

# The facts' section 3, typed out: dialect, calls, duration, unit, error, service and span label.
TABLE = {
    "otel-connector": (NEW, "service_name", "span_name"),
    "otel-connector-s": (
        f"traces_span_metrics_calls_total traces_span_metrics_duration_seconds 1 {ERROR}",
        "service_name", "span_name",
    ),
    "otel-connector-legacy": (OLD, "service_name", "span_name"),
    "otel-connector-nosuffix": (BARE, "service_name", "span_name"),
    "otel-connector-customns": (
        f"span_metrics_calls_total span_metrics_duration_milliseconds 0.001 {ERROR}",
        "service_name", "span_name",
    ),
    "otel-connector-otelprefix": (
        NEW.replace(ERROR, 'otel_status_code="ERROR"'), "service_name", "span_name",
    ),
    "otel-connector-utf8": (
        ("traces.span.metrics.calls traces.span.metrics.duration 0.001 "
        'status.code="STATUS_CODE_ERROR"'),
        "service.name", "span.name",
    ),
    "otel-processor": (f"calls_total latency 0.001 {ERROR}", "service_name", "operation"),
    "tempo": (
        f"traces_spanmetrics_calls_total traces_spanmetrics_latency 1 {ERROR}",
        "service", "span_name",
    ),
    "tempo-1.4": (
        ("traces_spanmetrics_calls_total traces_spanmetrics_duration_seconds 1 "
        'span_status="STATUS_CODE_ERROR"'),
        "service", "span_name",
    ),
    "beyla-legacy": (
        f"traces_spanmetrics_calls_total traces_spanmetrics_latency 1 {ERROR}",
        "service_name", "span_name",
    ),
    "beyla-otel": (
        f"traces_span_metrics_calls_total traces_span_metrics_duration_seconds 1 {ERROR}",
        "service_name", "span_name",
    ),
    "service-graph": (
        "traces_service_graph_request_total traces_service_graph_request_server_seconds 1 ",
        "server", "",
    ),
    "jaeger-spm": (NEW, "service_name", "span_name"),
    "istio": (
        'istio_requests_total istio_request_duration_milliseconds 0.001 response_code=~"5.."',
        "destination_service_name", "",
    ),
    "linkerd": (
        'response_total response_latency_ms 0.001 classification="failure"', "deployment", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("dialect", TABLE)
def test_a_dialect_names_its_metrics_as_the_producer_does(dialect: str) -> None:
    row = DIALECTS[dialect]

    assert (shown(row), row.labels["service.name"], row.labels["span.name"]) == TABLE[dialect]


def test_every_dialect_is_in_the_table() -> None:
    assert DIALECTS.keys() == TABLE.keys()


def test_failed_requests_of_a_service_graph_are_a_counter() -> None:
    assert DIALECTS["service-graph"].error_calls == "traces_service_graph_request_failed_total"


# A configuration for each row that a Collector or Tempo can produce.
CONFIGURED = {
    "otel-connector": (config(), "0.158.0", ()),
    "otel-connector-s": (config("{histogram: {unit: s}}"), "0.158.0", ()),
    "otel-connector-legacy": (config(), "0.108.0", ()),
    "otel-connector-nosuffix": (config(exporter=f"prometheus: {WITHOUT}"), "0.150.0", ()),
    "otel-connector-customns": (config("{namespace: span.metrics}"), "0.158.0", ()),
    "otel-connector-otelprefix": (
        config(), "0.158.0", ("spanmetrics.statusCodeConvention.useOtelPrefix",),
    ),
    "otel-connector-utf8": (
        config(exporter="prometheus: {translation_strategy: NoTranslation}"), "0.158.0", (),
    ),
    "otel-processor": (
        ("processors: {spanmetrics: {metrics_exporter: prometheus}}\n"
        "exporters: {prometheus: {endpoint: ':8889'}}\nservice: {pipelines: {"
        "traces: {receivers: [otlp], processors: [spanmetrics], exporters: [otlp]},"
        "metrics: {receivers: [otlp], exporters: [prometheus]}}}"),
        "0.80.0",
        (),
    ),
    "tempo": ("distributor: {}\nmetrics_generator: {}", None, ()),
}  # fmt: skip


@pytest.mark.parametrize("dialect", CONFIGURED)
def test_a_configuration_gives_the_names_of_its_dialect(dialect: str) -> None:
    text, version, gates = CONFIGURED[dialect]
    row = DIALECTS[dialect]

    names = derived(text, version, gates)

    assert shown(names) == shown(row)
    assert {key: names.labels[key] for key in row.labels} == dict(row.labels)
    assert names.kinds == row.kinds
    assert names.buckets == row.buckets
    assert names.utf8 == row.utf8
    assert (row.known or frozenset()) <= (names.known or frozenset()) | {"job"}


VERSIONS = {
    "0.95": (OLD, "15s", "0.85 to 0.108"),
    "0.108": (OLD, "1m", "0.85 to 0.108"),
    "0.118": (NEW, "1m", "0.109 and later"),
    "0.130": (NEW, "1m", "0.109 and later"),
    "0.150": (NEW, "1m", "0.109 and later"),
    "0.158": (NEW, "1m", "0.109 and later"),
}


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_has_its_names_and_says_which_others_fit(version: str) -> None:
    names = derived(config(), f"{version}.0")

    last = names.notes[-1]
    assert (shown(names), str(names.flush), last.value) == (
        VERSIONS[version][0], VERSIONS[version][1], version,
    )  # fmt: skip
    assert last.reason == f"declared; fits {VERSIONS[version][2]}"


@pytest.mark.parametrize(
    ("version", "gates", "expected"),
    [
        ("0.130.0", (), BARE),
        ("0.150.0", (), BARE),
        ("0.150.0", ("exporter.prometheusexporter.DisableAddMetricSuffixes",), NEW),
        ("0.158.0", (), NEW),
        ("0.158.0", ("-exporter.prometheusexporter.DisableAddMetricSuffixes",), BARE),
    ],
    ids=["0.130", "0.150", "0.150-gate-on", "0.158", "0.158-gate-off"],
)
def test_an_upgrade_to_0_154_adds_suffixes_that_were_switched_off(
    version: str, gates: tuple[str, ...], expected: str
) -> None:
    assert shown(derived(config(exporter=f"prometheus: {WITHOUT}"), version, gates)) == expected


@pytest.mark.parametrize(
    ("exporter", "strategy", "expected"),
    [
        (OTLP, translation.DEFAULT, NEW),
        (OTLP, translation.PLAIN, BARE),
        (
            OTLP,
            translation.UTF8,
            ("traces.span.metrics.calls_total traces.span.metrics.duration_milliseconds 0.001 "
            'status.code="STATUS_CODE_ERROR"'),
        ),
        (WRITTEN, translation.DEFAULT, NEW),
        (f"prometheusremotewrite: {WITHOUT}", translation.DEFAULT, BARE),
        ("prometheus: {namespace: shop}", translation.DEFAULT, PREFIXED),
        ("prometheus: {translation_strategy: NoTranslation, add_metric_suffixes: true}",
         translation.DEFAULT, TABLE["otel-connector-utf8"][0]),
        ("acme/store: {}", translation.DEFAULT, NEW),
    ],
    ids=["otlp", "otlp-plain", "otlp-utf8", "write", "write-plain", "prefix", "utf8", "unknown"],
)  # fmt: skip
def test_names_follow_the_exporter(exporter: str, strategy: str, expected: str) -> None:
    found = derived(config(exporter=exporter), strategy=strategy)

    assert shown(found) == expected


@pytest.mark.parametrize(
    ("gate", "version", "expected"),
    [
        ("connector.spanmetrics.legacyMetricNames", "0.158.0", OLD),
        ("connector.spanmetrics.legacyMetricNames", "0.108.0", OLD),
        ("connector.spanmetrics.useSecondAsDefaultMetricsUnit", "0.158.0",
         TABLE["otel-connector-s"][0]),
        ("connector.spanmetrics.useSecondAsDefaultMetricsUnit", "0.130.0", NEW),
        ("spanmetrics.statusCodeConvention.useOtelPrefix", "0.130.0", NEW),
    ],
)  # fmt: skip
def test_a_gate_counts_from_the_version_that_has_it(gate: str, version: str, expected: str) -> None:
    assert shown(derived(config(), version, (gate,))) == expected


@pytest.mark.parametrize(
    ("version", "gates", "excluded", "there"),
    [
        ("0.158.0", "", "", True),
        ("0.150.0", "", "", False),
        ("0.150.0", "connector.spanmetrics.includeCollectorInstanceID", "", True),
        ("0.158.0", "-connector.spanmetrics.includeCollectorInstanceID", "", False),
        ("0.158.0", "", "collector.instance.id", False),
    ],
)
def test_the_identity_of_a_replica_is_a_label_from_0_152_on(
    version: str, gates: str, excluded: str, *, there: bool
) -> None:
    text = config(f"{{exclude_dimensions: [{excluded}]}}")

    known = derived(text, version, (gates,)).known

    assert known is not None
    assert ("collector_instance_id" in known) == there


def test_calls_and_duration_have_their_own_dimensions() -> None:
    text = config(
        "{dimensions: [{name: http.route}], calls_dimensions: [{name: a.b}],"
        " histogram: {dimensions: [{name: c-d}]}}"
    )

    names = derived(text, dimensions=("k8s.deployment.name",))

    both = {"service_name", "span_name", "span_kind", "status_code", "http_route", "job",
            "k8s_deployment_name", "collector_instance_id"}  # fmt: skip
    assert names.known == both | {"a_b"}
    assert names.duration_known == both | {"c_d"}
    assert names.labels["http.route"] == "http_route"


def test_what_is_excluded_is_no_label() -> None:
    names = derived(config("{exclude_dimensions: [span.name, span.kind, status.code]}"))

    assert names.labels["span.name"] == ""
    assert names.kinds == {}
    assert names.error == ()


def test_own_buckets_are_read_in_seconds() -> None:
    names = derived(config("{histogram: {explicit: {buckets: [5ms, 1.5s, 1m]}}}"))

    assert names.buckets == (Decimal("0.005"), Decimal("1.5"), Decimal(60))


def test_exponential_histograms_have_no_bounds() -> None:
    names = derived(config("{histogram: {exponential: {max_size: 160}}}", OTLP))

    assert (names.native, names.buckets) == (True, None)


def test_all_resource_attributes_as_labels_leave_the_labels_unknown() -> None:
    exporter = "prometheus: {resource_to_telemetry_conversion: {enabled: true}}"

    assert derived(config(exporter=exporter)).known is None


def test_a_default_of_a_variable_is_taken_and_said() -> None:
    names = derived(config("{metrics_flush_interval: '${env:FLUSH:-20s}'}"))

    assert str(names.flush) == "20s"
    assert any("${env:FLUSH:-20s}" in note.reason for note in names.notes)


def test_a_namespace_known_only_at_run_time_is_reported() -> None:
    names, (found,) = attempt(config("{namespace: '${env:NAMESPACE}'}"))

    assert (names, found.code, found.span.line) == (None, "BR504", 5)


def test_one_of_several_connectors_must_be_chosen() -> None:
    text = (CORPUS / "coralogix-tail-sampling-configmaps.yaml").read_text()

    names, (found,) = attempt(text)

    assert (names, found.code) == (None, "BR503")
    assert "spanmetrics/db_compact" in found.hint


def test_a_connector_is_chosen_by_its_name() -> None:
    text = (CORPUS / "coralogix-tail-sampling-configmaps.yaml").read_text()

    names, found = attempt(text, connector="spanmetrics/db")

    assert found == ()
    assert names is not None
    assert (names.calls, names.duration) == ("db_calls_total", "db_duration_milliseconds")


def test_a_misspelt_connector_is_answered_with_those_that_exist() -> None:
    _, (found,) = attempt(config(), connector="span_metrics")

    assert (found.code, found.hint) == ("BR503", "there are: spanmetrics")


def test_a_configuration_without_span_metrics_is_reported() -> None:
    text = (CORPUS / "jaeger-2-tail-sampling.yaml").read_text()

    assert attempt(text)[1][0].code == "BR503"


def test_tempo_overrides_win_and_dimensions_become_labels() -> None:
    names = derived(
        """
distributor: {}
metrics_generator:
  registry: {collection_interval: 30s}
  processor: {span_metrics: {dimensions: [a], histogram_buckets: [1, 2]}}
overrides:
  defaults:
    metrics_generator:
      processor:
        span_metrics:
          dimensions: [http.route, service]
          histogram_buckets: [0.1, 0.25]
          intrinsic_dimensions: {span_kind: false}
          enable_target_info: true
"""
    )

    assert names.buckets == (Decimal("0.1"), Decimal("0.25"))
    assert names.known == {
        "service", "span_name", "status_code", "http_route", "__service", "job", "instance",
    }  # fmt: skip
    assert (str(names.flush), names.kinds, names.labels["span.kind"]) == ("30s", {}, "")


WRAPPED = {
    "operator-map": "kind: OpenTelemetryCollector\napiVersion: opentelemetry.io/v1beta1\n"
    "metadata: {name: x}\nspec:\n  mode: daemonset\n  config:\n",
    "operator-text": "kind: OpenTelemetryCollector\napiVersion: opentelemetry.io/v1alpha1\n"
    "metadata: {name: x}\nspec:\n  mode: daemonset\n  config: |\n",
    "config-map": "kind: ConfigMap\napiVersion: v1\nmetadata: {name: x}\ndata:\n  relay: |\n",
    "helm-values": "mode: daemonset\nconfig:\n",
}


@pytest.mark.parametrize("wrapping", WRAPPED)
def test_a_wrapped_configuration_is_read_with_its_places(wrapping: str) -> None:
    inner = config("{histogram: {unit: hours}}").lstrip()
    indented = "".join(f"    {line}\n" for line in inner.splitlines())
    text = WRAPPED[wrapping] + indented
    documents = source.read("x.yaml", text.encode(), source.Reading.FOREIGN).documents

    found = collector.lint(collector.read(documents, "0.158.0"))

    (place,) = [one.span for one in found if one.code == "BR515"]
    line = text.splitlines()[place.line - 1]
    assert line[place.column - 1 : place.end_column - 1] == "hours"


def test_files_that_complete_each_other_are_one_collector() -> None:
    base, overlay = config(), "connectors: {spanmetrics: {namespace: shop}}\n"

    assert derived(f"{base}---\n{overlay}").calls == "shop_calls_total"


def test_the_version_is_read_from_the_image_beside_the_configuration() -> None:
    deployment = """
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: gateway}
spec:
  template:
    spec:
      containers:
        - image: otel/opentelemetry-collector-contrib:0.108.0
          args: [--feature-gates=connector.spanmetrics.includeCollectorInstanceID]
"""

    names = derived(config() + deployment, None)

    assert names.calls == "calls_total"
    assert names.notes[-1].reason.startswith("from the image of gateway")


def test_the_old_processor_gains_a_unit_with_the_suffixes_of_0_85() -> None:
    text, _, _ = CONFIGURED["otel-processor"]

    assert derived(text, "0.95.0").duration == "latency_milliseconds"


@pytest.mark.parametrize(
    ("exporter", "expected"),
    [(SCRAPED, "scrape"), (OTLP, "otlp"), (WRITTEN, "remoteWrite"), ("acme/store: {}", None)],
    ids=["scrape", "otlp", "write", "unknown"],
)
def test_the_way_into_prometheus_is_read_from_the_exporter(
    exporter: str, expected: str | None
) -> None:
    documents = source.read("x", config(exporter=exporter).encode(), source.Reading.FOREIGN)

    assert collector.ingestion(collector.read(documents.documents), None) == expected


def test_a_declared_way_into_prometheus_that_is_not_there_is_reported() -> None:
    names, (found,) = attempt(config(exporter=OTLP))

    assert names is not None
    assert (found.code, found.hint) == ("BR554", "prometheus: {ingestion: otlp}")


def test_a_dimension_mapping_of_tempo_is_the_label_of_its_source() -> None:
    names = derived(
        """
distributor: {}
metrics_generator:
  processor:
    span_metrics:
      dimension_mappings:
        - {name: env, source_labels: [deployment.environment.name]}
        - {name: app, source_labels: [k8s.namespace.name, service.name], join: /}
"""
    )

    assert names.labels["deployment.environment.name"] == "env"
    assert names.labels["service.name"] == "service"
    assert names.known is not None
    assert {"env", "app"} <= names.known


def test_native_histograms_of_tempo_have_no_bounds() -> None:
    names = derived(
        "distributor: {}\nmetrics_generator: {}\n"
        "overrides: {defaults: {metrics_generator: {generate_native_histograms: native}}}"
    )

    assert (names.native, names.buckets) == (True, None)


def test_bounds_that_the_environment_decides_are_unknown() -> None:
    text = config("{histogram: {explicit: {buckets: ['${env:FIRST}', 1s]}}}")

    assert derived(text).buckets is None
