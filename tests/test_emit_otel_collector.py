"""The gateway that burnrules writes: its own lint accepts it, and the rules find what they read."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

import burnrules
from burnrules import collector, source, yamltext
from burnrules.diagnostics import Diagnostic
from burnrules.plan.gateway import SETTINGS

PATHS = """\
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: checkout}
spec:
  telemetry: demo
  entry: {service: checkout, route: /checkout}
  groupBy: [deployment.environment.name]
  slos:
    - {name: availability, objective: 99.9, sli: {errors: {}}}
    - {name: latency, objective: 99, sli: {latency: {threshold: 350ms}}}
    - name: paid
      objective: 99
      sli:
        errors:
          spans:
            service: pay$ment
            spanName: Charge
            match: {tenant.tier: [gold, silver]}
            errorWhen: {httpStatus: [5xx, 422], grpcStatus: [UNAVAILABLE], match: {card.ok: false}}
    - name: lag
      objective: 99
      groupBy: []
      sli: {threshold: {query: max(lag), op: lte, value: 1}}
  indicators:
    - {name: retries, retries: {max: 5%}}
    - {name: breaker, circuitBreaker: {event: circuit_breaker.open, max: 1%}}
    - {name: slow, latency: {quantile: 0.99, max: 45s}}
---
"""
TELEMETRY = """\
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {name: demo}
spec:
"""
GATEWAY = "  gateway: {sample: 5%, keep: [{user.vip: true}], drop: [/healthz]}\n"
WITH_IT = TELEMETRY + "  collector: {version: 0.158.0}\n" + GATEWAY
DIMENSIONS = [
    "card.ok", "deployment.environment.name", "http.request.resend_count",
    "http.response.status_code", "rpc.response.status_code", "tenant.tier",
]  # fmt: skip
Made = dict[str, Any]


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Made]:
    """Specs to the files of their gateways, by path."""
    monkeypatch.chdir(tmp_path)

    def compile_specs(telemetry: str, paths: str = PATHS) -> Made:
        (tmp_path / "slo.yaml").write_text(paths + telemetry)
        found = burnrules.compile_tree(Path(), kinds=("otel-collector",))
        assert found.ok, found.found
        return {one.path: one.documents[0] for one in found.artifacts}

    return compile_specs


def lint(*configurations: Made, version: str = "0.158.0") -> tuple[Diagnostic, ...]:
    text = "---\n".join(yamltext.dump(one) for one in configurations)
    documents = source.read("gateway.yaml", text.encode(), source.Reading.FOREIGN).documents
    return collector.lint(collector.read(documents, version))


@pytest.mark.parametrize("dialect", SETTINGS)
@pytest.mark.parametrize("ingestion", ["scrape", "otlp", "remoteWrite"])
@pytest.mark.parametrize("version", ["0.152.0", "0.158.0"])
def test_our_own_lint_finds_nothing(
    dialect: str, ingestion: str, version: str, made: Callable[[str], Made]
) -> None:
    server = f"  prometheus: {{ingestion: {ingestion}}}\n  collector: {{version: {version}}}\n"
    spec = f"{TELEMETRY}  spanMetrics: {{dialect: {dialect}}}\n{server}{GATEWAY}"

    (configuration,) = made(spec).values()

    assert lint(configuration, version=version) == ()


@pytest.mark.parametrize("dialect", SETTINGS)
@pytest.mark.parametrize("ingestion", ["scrape", "otlp", "remoteWrite"])
def test_rules_read_the_names_that_the_gateway_gives(
    dialect: str, ingestion: str, made: Callable[[str], Made], tmp_path: Path
) -> None:
    """The rules of the dialect are those of its gateway, read back as a configuration."""
    server = f"  prometheus: {{ingestion: {ingestion}, version: '3.5'"
    strategy = {"otel-connector-nosuffix": "UnderscoreEscapingWithoutSuffixes"}.get(dialect)
    strategy = "NoTranslation" if dialect == "otel-connector-utf8" else strategy
    server += f", translationStrategy: {strategy}}}\n" if strategy else "}\n"
    tail = f"{server}  collector: {{version: 0.158.0}}\n"
    by_name = f"{TELEMETRY}  spanMetrics: {{dialect: {dialect}}}\n{tail}{GATEWAY}"
    (configuration,) = made(by_name).values()
    expected = rules()
    (tmp_path / "gateway.yaml").write_text(yamltext.dump(configuration))

    (tmp_path / "slo.yaml").write_text(
        f"{PATHS}{TELEMETRY}  spanMetrics: {{config: gateway.yaml}}\n{tail}"
    )

    assert rules() == expected


def rules() -> list[str]:
    found = burnrules.compile_tree(Path(), kinds=("prometheus-rules",))
    assert found.ok, found.found
    return [
        rule.expr.text
        for rules in found.plan.rule_sets
        for group in rules.groups
        for rule in group.rules
    ]


def test_a_sampler_before_the_connector_fails(made: Callable[[str], Made]) -> None:
    (configuration,) = made(WITH_IT).values()
    moved = copy.deepcopy(configuration)
    pipelines = moved["service"]["pipelines"]
    pipelines["traces/kept"]["processors"].remove("tail_sampling")

    pipelines["traces/in"]["processors"].append("tail_sampling")

    assert "BR520" in {one.code for one in lint(moved)}
    assert not lint(configuration)


def test_thresholds_are_bounds_and_dimensions_are_those_that_rules_read(
    made: Callable[[str], Made],
) -> None:
    (configuration,) = made(WITH_IT).values()

    connector = configuration["connectors"]["span_metrics"]

    assert {"350ms", "45s", "400ms"} <= set(connector["histogram"]["explicit"]["buckets"])
    assert [one["name"] for one in connector["dimensions"]] == DIMENSIONS
    assert connector["events"]["enabled"]
    assert connector["exemplars"] == {"enabled": True}
    assert connector["aggregation_cardinality_limit"] == 10_000


def test_a_declared_gateway_makes_its_bounds_and_labels_sure(made: Callable[[str], Made]) -> None:
    made(WITH_IT)
    with_it = burnrules.compile_tree(Path(), kinds=())
    Path("slo.yaml").write_text(PATHS + TELEMETRY + "  collector: {version: 0.158.0}\n")

    without = burnrules.compile_tree(Path(), kinds=())

    assert not {"BR209", "BR212"} & {one.code for one in with_it.found}
    assert {"BR209", "BR212"} <= {one.code for one in without.found}


def test_errors_slow_traces_and_what_is_wanted_are_kept(made: Callable[[str], Made]) -> None:
    (configuration,) = made(WITH_IT).values()

    policies = configuration["processors"]["tail_sampling"]["policies"]

    by_name = {one["name"]: one for one in policies}
    assert list(by_name) == [
        "errors", "errors of pay$$ment", "checkout above 350ms", "checkout above 45s", "kept 1",
        "sample of the rest",
    ]  # fmt: skip
    slow = by_name["checkout above 350ms"]["and"]["and_sub_policy"]
    assert [one["type"] for one in slow] == ["latency", "string_attribute"]
    assert slow[0]["latency"] == {"threshold_ms": 350}
    own, resource = (f'String({of}attributes["user.vip"]) == "true"' for of in ("", "resource."))
    assert by_name["kept 1"]["ottl_condition"]["span"] == [f"({own} or {resource})"]
    conditions = by_name["errors of pay$$ment"]["ottl_condition"]["span"]
    assert all('"pay$$ment"' in one for one in conditions)
    assert any('attributes["rpc.grpc.status_code"] == 14' in one for one in conditions)


def test_a_decision_waits_for_the_slowest_trace_that_it_looks_for(
    made: Callable[[str], Made],
) -> None:
    (configuration,) = made(WITH_IT).values()

    assert configuration["processors"]["tail_sampling"]["decision_wait"] == "1m31s"


def test_health_checks_are_counted_and_not_kept(made: Callable[[str], Made]) -> None:
    (configuration,) = made(WITH_IT).values()

    pipelines = configuration["service"]["pipelines"]

    assert "filter/health_checks" not in pipelines["traces/in"]["processors"]
    assert pipelines["traces/kept"]["processors"][:2] == ["filter/health_checks", "tail_sampling"]


def test_two_tiers_balance_by_trace_and_count_in_the_first(made: Callable[[str], Made]) -> None:
    files = made(WITH_IT.replace("sample: 5%", "sample: 5%, backends: sampler.traces.svc"))

    first, second = files["otel-collector/demo.yaml"], files["otel-collector/demo.sampler.yaml"]

    assert len(files) == 2
    assert first["exporters"]["load_balancing"]["routing_key"] == "traceID"
    assert first["service"]["pipelines"]["traces/in"]["exporters"] == [
        "span_metrics", "load_balancing",
    ]  # fmt: skip
    assert "tail_sampling" in second["processors"]
    assert "connectors" not in second
    assert lint(first, second) == ()


def test_all_traces_are_kept_without_a_sampler(made: Callable[[str], Made]) -> None:
    (configuration,) = made(
        WITH_IT.replace("sample: 5%", "sample: 100%, backends: sampler")
    ).values()

    assert "tail_sampling" not in configuration["processors"]
    assert lint(configuration) == ()


@pytest.mark.parametrize(
    ("version", "there", "missing"),
    [
        ("0.108.0", {"spanmetrics"}, {"aggregation_cardinality_limit", "series_expiration"}),
        ("0.130.0", {"spanmetrics", "aggregation_cardinality_limit"}, {"series_expiration"}),
        ("0.158.0", {"span_metrics", "series_expiration"}, {"metrics_expiration"}),
    ],
)
def test_an_old_collector_is_told_what_it_knows(
    version: str, there: set[str], missing: set[str], made: Callable[[str], Made]
) -> None:
    (configuration,) = made(WITH_IT.replace("0.158.0", version)).values()

    words = {*configuration["connectors"], *next(iter(configuration["connectors"].values()))}

    assert there <= words
    assert not missing & words
    wrong = {one.code for one in lint(configuration, version=version)}
    assert not {code for code in wrong if "BR510" <= code <= "BR517"}


@pytest.mark.parametrize(
    ("spec", "threshold"),
    [
        ("  spanMetrics: {dialect: tempo}\n", "512ms"),
        ("  spanMetrics: {dialect: otel-connector-otelprefix}\n", "400ms"),
        ("  spanMetrics: {dialect: otel-connector-utf8}\n  collector: {version: 0.130.0}\n", "1s"),
    ],
    ids=["tempo", "behind-a-gate", "before-utf8"],
)
def test_nothing_is_written_for_what_no_gateway_of_ours_gives(
    spec: str, threshold: str, made: Callable[..., Made]
) -> None:
    paths = PATHS.replace("350ms", threshold).partition("    - name: paid")[0] + "---\n"

    assert made(TELEMETRY + spec, paths) == {}


def test_a_gateway_that_cannot_be_written_is_said(made: Callable[..., Made]) -> None:
    spec = f"{TELEMETRY}  spanMetrics: {{dialect: tempo}}\n{GATEWAY}"
    Path("slo.yaml").write_text(PATHS + spec)

    found = burnrules.compile_tree(Path(), kinds=()).found

    assert any(one.code == "BR213" and "gateway of ours" in one.message for one in found)


def test_the_built_in_telemetry_has_a_gateway_too(made: Callable[[str], Made]) -> None:
    paths = PATHS.replace("  telemetry: demo\n", "").replace("350ms", "400ms").replace("45s", "5s")

    assert list(made("", paths.removesuffix("---\n"))) == ["otel-collector/default.yaml"]


def test_user_text_is_data(made: Callable[[str], Made]) -> None:
    """Quotes end no OTTL string, and a dollar begins no variable."""
    keep = GATEWAY.replace(
        "keep: [{user.vip: true}]", 'keep: [{user.name: "x\\" or true ${env:HOME}\\\\"}]'
    )
    (configuration,) = made(TELEMETRY + keep).values()

    policies = configuration["processors"]["tail_sampling"]["policies"]
    (condition,) = next(one for one in policies if one["name"] == "kept 1")["ottl_condition"][
        "span"
    ]

    assert r'== "x\" or true $${env:HOME}\\"' in condition
    assert yaml.safe_load(yamltext.dump(configuration)) is not None


def test_the_shop_fails_its_lint_when_its_sampler_comes_first() -> None:
    root = Path(__file__).parent.parent
    made = burnrules.compile_tree(root / "slos", kinds=("otel-collector",))
    (configuration,) = (document for one in made.artifacts for document in one.documents)
    moved = copy.deepcopy(configuration)
    moved["service"]["pipelines"]["traces/kept"]["processors"].remove("tail_sampling")
    moved["service"]["pipelines"]["traces/in"]["processors"].append("tail_sampling")

    assert lint(configuration) == ()
    assert "BR520" in {one.code for one in lint(moved)}
