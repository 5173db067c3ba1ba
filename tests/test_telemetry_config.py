"""Telemetry from the Collector's own files: names, labels, and what is wrong in them."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import burnrules
from burnrules.cli import main

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "collector"
SPEC = """\
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: checkout}
spec:
  telemetry: demo
  entry: {service: checkout, route: /checkout}
  slos:
    - {name: availability, objective: 99.9, sli: {errors: {}}}
    - {name: latency, objective: 99, sli: {latency: {threshold: 250ms}}}
---
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {name: demo}
spec:
  spanMetrics: {config: ../collector/gateway.yaml}
  collector: {version: 0.158.0}
"""
GATEWAY = """\
receivers: {otlp: {protocols: {grpc: {}}}}
processors: {memory_limiter: {check_interval: 1s, limit_percentage: 80}, batch: {}}
exporters: {prometheus: {endpoint: "0.0.0.0:8889", enable_open_metrics: true}}
connectors:
  span_metrics:
    namespace: shop
    histogram: {unit: s, explicit: {buckets: [100ms, 250ms, 500ms, 1s]}}
    dimensions: [{name: http.route}]
    exemplars: {enabled: true}
    aggregation_cardinality_limit: 10000
    series_expiration: 24h
service:
  pipelines:
    traces: {receivers: [otlp], processors: [memory_limiter, batch], exporters: [span_metrics]}
    metrics: {receivers: [span_metrics], exporters: [prometheus]}
"""
SAMPLED = GATEWAY.replace("batch: {}", "tail_sampling: {policies: []}").replace(
    "batch]", "tail_sampling]"
)
Compile = Callable[..., burnrules.Compilation]


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Compile:
    """Specs in slos/ and configurations in collector/, compiled from the folder of both."""
    monkeypatch.chdir(tmp_path)

    def compile_specs(
        gateway: str | bytes = GATEWAY, spec: str = SPEC, **others: str
    ) -> burnrules.Compilation:
        for folder in ("slos", "collector"):
            (tmp_path / folder).mkdir(exist_ok=True)
        raw = gateway.encode() if isinstance(gateway, str) else gateway
        (tmp_path / "collector" / "gateway.yaml").write_bytes(raw)
        for name, text in others.items():
            (tmp_path / "collector" / f"{name}.yaml").write_text(text)
        (tmp_path / "slos" / "checkout.yaml").write_text(spec)
        return burnrules.compile_tree(Path("slos"), kinds=("prometheus-rules",))

    return compile_specs


def text_of(made: burnrules.Compilation) -> str:
    assert made.ok, made.found
    return burnrules.artifact_text(made.artifacts[0])


def codes_of(made: burnrules.Compilation) -> set[str]:
    return {one.code for one in made.found}


def test_rules_use_the_names_labels_and_unit_of_the_file(compiled: Compile) -> None:
    written = text_of(compiled())

    assert "shop_calls_total{" in written
    assert "shop_duration_seconds_bucket" in written
    assert 'http_route="/checkout"' in written
    assert 'le="0.25"' in written
    assert "traces_span_metrics" not in written


def test_several_files_are_merged_in_order(compiled: Compile) -> None:
    spec = SPEC.replace(
        "config: ../collector/gateway.yaml",
        "config: [../collector/gateway.yaml, ../collector/overlay.yaml]",
    )

    written = text_of(
        compiled(spec=spec, overlay="connectors: {span_metrics: {namespace: other}}\n")
    )

    assert "other_calls_total" in written
    assert "shop_calls_total" not in written


def test_a_config_map_around_the_file_is_opened(compiled: Compile) -> None:
    inner = "".join(f"    {line}\n" for line in GATEWAY.splitlines())
    wrapped = (
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: otel}\ndata:\n"
        f"  relay.yaml: |\n{inner}"
    )

    assert "shop_calls_total" in text_of(compiled(wrapped))


def test_tempo_is_recognised_by_its_content(compiled: Compile) -> None:
    tempo = (
        "metrics_generator: {processor: {span_metrics: {dimensions: [http.route]}}}\n"
        "overrides: {defaults: {metrics_generator: {processors: [span-metrics]}}}\n"
    )
    spec = SPEC.replace("250ms", "512ms").replace("  collector: {version: 0.158.0}\n", "")

    written = text_of(compiled(tempo, spec))

    assert "traces_spanmetrics_calls_total" in written
    assert 'service="checkout"' in written
    assert 'http_route="/checkout"' in written


def test_one_of_several_connectors_is_chosen_by_name(compiled: Compile) -> None:
    two = GATEWAY.replace(
        "  span_metrics:\n", "  span_metrics/db: {namespace: db}\n  span_metrics:\n"
    ).replace("[span_metrics]", "[span_metrics, span_metrics/db]")
    chosen = SPEC.replace("gateway.yaml}", "gateway.yaml, connector: span_metrics}")

    unclear, clear = compiled(two), compiled(two, chosen)

    (found,) = [one for one in unclear.found if one.code == "BR503"]
    assert found.span.file == "slos/checkout.yaml"
    assert "span_metrics/db" in found.hint
    assert "shop_calls_total" in text_of(clear)


@pytest.mark.parametrize(
    ("change", "code", "file"),
    [
        (("batch: {}", "batch: {}, tail_sampling: {policies: []}"), None, ""),
        (("[100ms, 250ms,", "[100ms,"), "BR523", "slos/checkout.yaml"),
        (("exporters: [prometheus]", "exporters: [nobody]"), "BR510", "collector/gateway.yaml"),
        (("namespace: shop", "namespace: ${env:NAMESPACE}"), "BR504", "collector/gateway.yaml"),
        (
            ("series_expiration: 24h", "metrics_flush_interval: 5m"),
            "BR538",
            "collector/gateway.yaml",
        ),
        (("receivers: {otlp", "receivers: {{otlp"), "BR012", "collector/gateway.yaml"),
    ],
    ids=["unused-sampler", "no-bucket", "wiring", "variable", "slow-flush", "helm-template"],
)
def test_what_makes_an_sli_wrong_stops_the_run_where_it_is_written(
    change: tuple[str, str], code: str | None, file: str, compiled: Compile
) -> None:
    made = compiled(GATEWAY.replace(*change))

    wrong = [one for one in made.found if one.severity is burnrules.Severity.ERROR]

    assert [(one.code, one.span.file) for one in wrong] == ([(code, file)] if code else [])


def test_a_sampler_before_the_connector_stops_the_run(compiled: Compile) -> None:
    made = compiled(SAMPLED)

    (found,) = [one for one in made.found if one.code == "BR520"]

    assert (found.span.file, found.span.line) == ("collector/gateway.yaml", 14)
    assert not made.ok


def test_a_finding_is_told_once_for_all_paths_on_the_file(compiled: Compile) -> None:
    other = SPEC.partition("---")[0].replace("name: checkout}", "name: other}", 1)

    made = compiled(SAMPLED, f"{other}---\n{SPEC}")

    assert [one.code for one in made.found].count("BR520") == 1


def test_a_label_that_only_the_counter_has_is_no_label_of_durations(compiled: Compile) -> None:
    gateway = GATEWAY.replace(
        "    dimensions: [{name: http.route}]", "    calls_dimensions: [{name: http.route}]"
    )
    grouped = SPEC.replace("threshold: 250ms}}", "threshold: 250ms}}, groupBy: [http.route]")

    quick = "  indicators: [{name: p99, latency: {quantile: 0.99, max: 500ms}}]\n  slos:"

    plain = compiled(gateway, SPEC.replace("  slos:", quick, 1))
    by_route = compiled(gateway, grouped)

    assert "indicator: p99" in text_of(plain)
    calls, durations = (
        re.findall(rf"shop_{one}\w*{{[^}}]*}}", text_of(plain)) for one in ("calls", "duration")
    )
    assert len(calls) > 1
    assert all('http_route="/checkout"' in one and "span_name" not in one for one in calls)
    assert len(durations) > 1
    assert all('span_name=~"([A-Z]+ )?/checkout"' in one for one in durations)
    assert not any("http_route" in one for one in durations)
    assert [one.code for one in by_route.found if one.code == "BR272"] == ["BR272"]


def test_the_file_says_how_metrics_come_in(compiled: Compile) -> None:
    pushed = GATEWAY.replace(
        'prometheus: {endpoint: "0.0.0.0:8889", enable_open_metrics: true}',
        "prometheusremotewrite: {endpoint: http://prometheus:9090/api/v1/write}",
    ).replace("[prometheus]", "[prometheusremotewrite]")
    whole = SPEC.replace("250ms", "1s")

    scraped_rules, pushed_rules = text_of(compiled(spec=whole)), text_of(compiled(pushed, whole))

    assert 'le="1"' in pushed_rules
    assert 'le="1"' not in scraped_rules


def test_a_configuration_below_the_specs_is_no_spec_gone_astray(
    compiled: Compile, tmp_path: Path
) -> None:
    compiled()
    (tmp_path / "slos" / "gateway.yaml").write_text(GATEWAY)
    (tmp_path / "slos" / "checkout.yaml").write_text(SPEC.replace("../collector/", ""))

    made = burnrules.compile_tree(Path("slos"), kinds=())

    assert made.ok, made.found


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("../../gateway.yaml", "BR291"),
        ("/etc/passwd", "BR291"),
        ("../collector/link.yaml", "BR291"),
        ("../collector/nowhere.yaml", "BR290"),
        ("../collector", "BR290"),
        ("../collector/loop.yaml", "BR290"),
        ("../collector/empty.yaml", "BR290"),
    ],
)
def test_a_file_that_is_not_there_or_not_ours_is_refused(
    written: str, code: str, compiled: Compile, tmp_path: Path
) -> None:
    (tmp_path.parent / "gateway.yaml").write_text(GATEWAY)
    compiled(empty="# nothing\n")
    (tmp_path / "collector" / "link.yaml").symlink_to(tmp_path.parent / "gateway.yaml")
    (tmp_path / "collector" / "loop.yaml").symlink_to("loop.yaml")

    made = compiled(spec=SPEC.replace("../collector/gateway.yaml", written))

    assert [(one.code, one.span.line) for one in made.found] == [(code, 15)]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("{config:", "{dialect: tempo, config:"), "exactly one of dialect, config, custom"),
        (("gateway.yaml}", "gateway.yaml, buckets: [1s]}"), "buckets beside config"),
        (("{config: ../collector/gateway.yaml}", "{connector: a}"), "connector without config"),
        (("{config: ../collector/gateway.yaml}", "{config: []}"), "empty list"),
        (("0.158.0}", "0.158.0}\n  gateway: {}"), "beside a configuration"),
        (("0.158.0}", "0.158.0, selector: {}}"), "every process"),
        (("0.158.0}", "0.158.0}\n  gateway: {sample: 0%}"), "above 0 %"),
        (("0.158.0}", "0.158.0}\n  gateway: {keep: [{}]}"), "every trace"),
    ],
    ids=[
        "dialect", "buckets", "connector", "empty", "gateway", "selector", "sample-nothing",
        "keep-everything",
    ],
)  # fmt: skip
def test_a_contradiction_in_the_spec_is_said_there(
    change: tuple[str, str], words: str, compiled: Compile
) -> None:
    made = compiled(spec=SPEC.replace(*change))

    assert any(words in one.message for one in made.found), made.found
    assert all(one.code.startswith("BR1") for one in made.found)


def test_nothing_about_collectors_loads_without_a_configuration(tmp_path: Path) -> None:
    (tmp_path / "slo.yaml").write_text(SPEC.partition("---")[0].replace("telemetry: demo", ""))
    script = (
        "import sys, pathlib, burnrules\n"
        "burnrules.compile_tree(pathlib.Path('slo.yaml'))\n"
        "print([one for one in sys.modules if 'collector.' in one or 'plan.health' in one])\n"
    )

    said = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert said.stdout == "[]\n"


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.yaml")), ids=lambda path: path.stem)
def test_configurations_of_others_are_read(path: Path, compiled: Compile) -> None:
    made = compiled(path.read_bytes())

    assert not {one.code for one in made.found if one.code.startswith("BR9")}
    assert made.sources["collector/gateway.yaml"]


def test_the_corpus_is_there() -> None:
    assert len(list(CORPUS.glob("*.yaml"))) >= 6


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_file_breaks_the_run(data: st.DataObject, compiled: Compile) -> None:
    """Any line of the file replaced by any text, or any bytes at all."""
    lines = GATEWAY.splitlines()
    at = data.draw(st.integers(0, len(lines) - 1))
    lines[at] = data.draw(st.text(st.characters(codec="utf-8"), max_size=40))
    raw = data.draw(st.one_of(st.just("\n".join(lines).encode()), st.binary(max_size=80)))

    made = compiled(raw)

    assert not {one.code for one in made.found if one.code.startswith("BR9")}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(list(arguments))
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_configuration_is_judged_on_the_command_line(
    compiled: Compile, capsys: pytest.CaptureFixture[str]
) -> None:
    compiled(SAMPLED, good=GATEWAY)
    version = ("--collector-version", "0.158.0")

    bad = run(capsys, "collector", "collector/gateway.yaml", *version)
    good = run(capsys, "collector", "collector/good.yaml", *version, "--threshold", "250ms")
    other = run(capsys, "collector", "collector/good.yaml", *version, "--threshold", "300ms")

    assert bad[0] == 1
    assert "BR520" in bad[1]
    assert "take `tail_sampling` out of" in bad[1]
    assert good[:2] == (0, "")
    assert "1 configuration read, 0 findings" in good[2]
    assert other[0] == 1
    assert "BR523" in other[1]


@pytest.mark.parametrize(
    "arguments", [["nowhere.yaml"], ["gateway.yaml", "--threshold", "fast"], []],
    ids=["no-file", "no-latency", "nothing"],
)  # fmt: skip
def test_a_wrong_command_line_is_said(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gateway.yaml").write_text(GATEWAY)
    os.chdir(tmp_path)

    status, out, err = run(capsys, "collector", *arguments)

    assert (status, out) == (2, "")
    assert err


def test_every_name_is_explained_with_its_reason(
    compiled: Compile, capsys: pytest.CaptureFixture[str]
) -> None:
    compiled()

    status, said, _ = run(capsys, "explain", "demo", "--telemetry")

    assert status == 0
    for words in (
        "shop_calls_total", "shop_duration_seconds", "`namespace` of the connector",
        'status_code="STATUS_CODE_ERROR"', "http_route", "0.25s", "Collector version",
    ):  # fmt: skip
        assert words in said
    assert max(map(len, said.splitlines())) <= 80


def test_a_telemetry_that_is_not_there_is_told_by_those_that_are(
    compiled: Compile, capsys: pytest.CaptureFixture[str]
) -> None:
    compiled()

    status, _, err = run(capsys, "explain", "dmo", "--telemetry")

    assert status == 2
    assert "demo" in err
