"""Gates as their controllers meet them: schemas, verdicts on every kind of canary, and limits."""

import ast
import json
import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
import yaml
from cluster import FILES, refusals
from gates import controller

import burnrules
from burnrules import yamltext
from burnrules.codes import gates as codes
from burnrules.gates import lint, template, traceql
from burnrules.gates.expr import parser
from burnrules.gates.expr.evaluate import Outcome, outcome
from burnrules.promql import parse
from burnrules.promql.tree import selectors

ROOT = Path(__file__).parents[1]
KINDS = ("argo-analysis", "flagger-metrics")


def emitted(folder: Path) -> Iterator[dict[str, Any]]:
    made = burnrules.compile_tree(folder, kinds=KINDS)
    assert made.ok, made.found
    for artifact in made.artifacts:
        yield from yaml.safe_load_all(yamltext.text(artifact))


DOCUMENTS = [*emitted(ROOT / "tests/golden/gates/slos"), *emitted(ROOT / "slos")]
ARGO = [one for one in DOCUMENTS if one["kind"] != "MetricTemplate"]
FLAGGER = [one for one in DOCUMENTS if one["kind"] == "MetricTemplate"]
METRICS = [
    pytest.param(metric, id=f"{one['metadata']['name']}/{metric['name']}")
    for one in ARGO
    for metric in one["spec"]["metrics"]
]


def provided(provider: str) -> list[Any]:
    return [one for one in METRICS if provider in one.values[0]["provider"]]


def named(document: dict[str, Any]) -> str:
    return str(document["metadata"]["name"])


@pytest.mark.parametrize("kind", FILES)
def test_the_judge_refuses_a_field_that_no_schema_has(kind: str) -> None:
    assert any("nonsense" in one for one in refusals({"kind": kind, "spec": {"nonsense": 1}}))


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_the_cluster_takes_every_gate_to_the_last_field(document: dict[str, Any]) -> None:
    assert refusals(document) == []


# what we say of ourselves in the file: Flagger has no other outcome for no data
SAID = {codes.FLAGGER_NO_DATA}


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_our_own_linter_finds_no_defect_in_what_we_emit(document: dict[str, Any]) -> None:
    assert [one for one in lint.findings(document) if one.code not in SAID] == []


@pytest.mark.parametrize("document", ARGO, ids=named)
def test_the_rollout_beside_a_gate_gives_it_every_argument(document: dict[str, Any]) -> None:
    spec = yaml.safe_load(document["metadata"]["annotations"]["burnrules.dev/rollout"])
    rollout = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "spec": spec}
    found = template.read(document)

    assert found is not None
    assert list(lint.findings(rollout, [found])) == []
    assert named(document) in json.dumps(spec)


@pytest.mark.parametrize("document", FLAGGER, ids=named)
def test_the_canary_beside_a_gate_is_one_that_flagger_takes(document: dict[str, Any]) -> None:
    spec = yaml.safe_load(document["metadata"]["annotations"]["burnrules.dev/canary"])
    spec["analysis"]["iterations"] = 10
    spec["targetRef"] = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "checkout"}
    spec["service"] = {"port": 80}
    canary = {"apiVersion": "flagger.app/v1beta1", "kind": "Canary", "metadata": {}, "spec": spec}

    assert refusals(canary) == []
    assert list(lint.findings(canary)) == []
    assert named(document) in [one["templateRef"]["name"] for one in spec["analysis"]["metrics"]]


def test_no_file_holds_a_secret_and_every_argument_is_text() -> None:
    for document in ARGO:
        for one in document["spec"].get("args", []):
            assert isinstance(one.get("value", ""), str)
            assert "value" not in one or "token" not in one["name"]


# --- verdicts ---


def verdict(metric: dict[str, Any], result: Any) -> str:
    """Facts 1.3: an error in either condition is an error, a failure outweighs a success."""
    found = [
        outcome(parser.parse(metric[field]), result)
        for field in ("successCondition", "failureCondition")
    ]
    if Outcome.ERROR in found:
        return "error"
    if found[1] is Outcome.TRUE:
        return "failed"
    return "successful" if found[0] is Outcome.TRUE else "inconclusive"


@pytest.mark.parametrize("metric", provided("prometheus"))
def test_what_is_not_one_number_never_passes(metric: dict[str, Any]) -> None:
    for result in ([], [float("nan")], [0.0, 0.0], [0.002, 0.9]):
        assert verdict(metric, result) in ("inconclusive", "failed"), result
    assert verdict(metric, 0.002) == "error"


@pytest.mark.parametrize("metric", provided("web"))
@pytest.mark.parametrize(
    ("counts", "ends"),
    [
        ({"unset": 9999, "error": 1}, "successful"),
        ({"unset": 10000}, "successful"),
        ({"unset": 5000, "error": 5000}, "failed"),
        ({"error": 10000}, "failed"),
        ({}, "inconclusive"),
        ({"error": 10}, "inconclusive"),
    ],
    ids=["good", "no errors", "bad", "nothing but errors", "nothing", "too few"],
)
def test_a_trace_gate_reads_what_tempo_leaves_out(
    metric: dict[str, Any], counts: dict[str, int], ends: str
) -> None:
    assert verdict(metric, answer(counts)) == ends
    assert verdict(metric, answer(counts, status="PARTIAL")) == "inconclusive"


def answer(counts: dict[str, int], **more: str) -> dict[str, Any]:
    series = [
        {"labels": [{"key": "status", "value": {"stringValue": status}}], "value": count}
        for status, count in counts.items()
    ]
    return {"series": series, **more} if series else dict(more)


@pytest.mark.parametrize("metric", provided("web"))
def test_a_trace_gate_asks_in_a_url_that_any_server_reads(metric: dict[str, Any]) -> None:
    url = metric["provider"]["web"]["url"].replace("{{args.tempo-url}}", "http://tempo:3200")
    url = url.replace("{{args.canary-version}}", "v2")
    asked = parse_qs(urlsplit(url).query)

    assert url.isascii()
    assert not set(url) & set(' "<>{}|\\^`\n')
    assert traceql.error(asked["q"][0]) is None
    assert 'resource.service.version = "v2"' in asked["q"][0]


@pytest.mark.parametrize("metric", METRICS)
def test_a_gate_never_passes_without_one_good_look(metric: dict[str, Any]) -> None:
    limits = controller.Limits(
        count=metric["count"],
        failure=metric["failureLimit"],
        inconclusive=metric["inconclusiveLimit"],
        successes=metric.get("consecutiveSuccessLimit", 0),
    )
    for looks in ("F", "I", "FI", "IF", "IIF", "FFI"):
        sequence = (looks * metric["count"])[: metric["count"]]
        assert controller.outcome(limits, sequence) in ("Failed", "Inconclusive")
    assert controller.outcome(limits, "S" * metric["count"]) == "Successful"


# --- promtool: the queries on every kind of canary; requests a minute, good and bad ---

Counts = tuple[int | None, int | None]
SCENES: dict[str, tuple[Counts, Counts, str]] = {
    "canary good": ((19990, 10), (19990, 10), "successful"),
    "canary bad": ((10000, 10000), (19990, 10), "failed"),
    "nothing but errors": ((0, 20000), (19990, 10), "failed"),
    "stable bad, canary good": ((19990, 10), (10000, 10000), "successful"),
    "no error series": ((20000, None), (19990, 10), "successful"),
    "no traffic": ((0, 0), (19990, 10), "inconclusive"),
    "no series": ((None, None), (19990, 10), "inconclusive"),
    "too few requests": ((1, 1), (19990, 10), "inconclusive"),
}
NAMES = (
    ("{{args.canary-version}}", "checkout"),
    ("{{args.canary-hash}}", "checkout"),
    ("{{args.stable-version}}", "checkout-primary"),
    ("{{args.stable-hash}}", "checkout-primary"),
    ("{{ target }}", "checkout"),
)


def measured() -> Iterator[Any]:
    """Each gate's query on an SLI, with its bound."""
    for document in emitted(ROOT / "tests/golden/gates/slos"):
        spec, name = document["spec"], named(document)
        if document["kind"] == "MetricTemplate":
            canary = yaml.safe_load(document["metadata"]["annotations"]["burnrules.dev/canary"])
            checks = {one["name"]: one for one in canary["analysis"]["metrics"]}
            if "load" not in name:
                bound = checks[name]["thresholdRange"]["max"]
                yield pytest.param(spec["query"], bound, id=name)
            continue
        for metric in spec["metrics"]:
            asked = metric["provider"].get("prometheus")
            if asked and "remaining" not in asked["query"] and "load" not in metric["name"]:
                bound = metric["successCondition"].rsplit(" ", 1)[1].rstrip(")")
                yield pytest.param(asked["query"], bound, id=f"{name}/{metric['name']}")


@pytest.mark.parametrize(("query", "bound"), [*measured()])
def test_a_gate_judges_every_kind_of_canary_rightly(
    tmp_path: Path, query: str, bound: object
) -> None:
    for written, value in NAMES:
        query = query.replace(written, value)
    tests = [scene(name, query, bound) for name in SCENES]
    (tmp_path / "test.yaml").write_text(yaml.safe_dump({"tests": tests}))

    said = subprocess.run(
        ["promtool", "test", "rules", "test.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stderr + said.stdout


def scene(name: str, query: str, bound: object) -> dict[str, Any]:
    new, old, ends = SCENES[name]

    def when(comparison: str, wanted: str) -> dict[str, Any]:
        holds = [{"labels": "{}", "value": 1}] if ends == wanted else []
        expression = f"count(({query}) {comparison} {bound})"
        return {"expr": expression, "eval_time": "15m", "exp_samples": holds}

    series = [*counted("checkout", "canary", *new), *counted("checkout-primary", "stable", *old)]
    return {
        "name": name,
        "interval": "1m",
        "input_series": series,
        "promql_expr_test": [when("<=", "successful"), when(">", "failed")],
    }


def counted(version: str, stage: str, good: int | None, bad: int | None) -> Iterator[Any]:
    """One version's spans, durations and payments."""
    labels = (
        f'service_version="{version}", rollouts_pod_template_hash="{version}", '
        f'k8s_deployment_name="{version}", deployment_stage="{stage}"'
    )
    spans = f'{labels}, service_name="checkout", span_name="POST /checkout"'
    spans += ', span_kind="SPAN_KIND_SERVER"'
    calls, duration = "traces_span_metrics_calls_total", "traces_span_metrics_duration_milliseconds"
    if bad is not None:
        yield rising(f'{calls}{{{spans}, status_code="STATUS_CODE_ERROR"}}', bad)
        yield rising(f'payments_total{{{labels}, outcome="no"}}', bad)
    if good is None:
        return
    yield rising(f'{calls}{{{spans}, status_code="STATUS_CODE_UNSET"}}', good)
    yield rising(f'payments_total{{{labels}, outcome="ok"}}', good)
    spans += ', status_code="STATUS_CODE_UNSET"'
    every = good + (bad or 0)
    for le, count in (("100", good), ("400", good), ("2000", good), ("10000", every)):
        yield rising(f'{duration}_bucket{{{spans}, le="{le}"}}', count)
    yield rising(f'{duration}_bucket{{{spans}, le="+Inf"}}', every)
    yield rising(f"{duration}_count{{{spans}}}", every)


def rising(series: str, per_minute: int) -> dict[str, str]:
    return {"series": series, "values": f"0+{per_minute}x20"}


# --- jobs: the script that a container runs, with the tools it runs it with ---


class Tempo(BaseHTTPRequestHandler):
    """Answers what the test says: for all spans, and for slow ones."""

    answers: ClassVar[dict[bool, Any]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)["q"][0]
        self.asked.append(query)
        said = self.answers["duration >" in query]
        body = said if isinstance(said, str) else json.dumps(said)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def tempo(every: Any, slow: Any) -> Iterator[str]:
    Tempo.answers, Tempo.asked = {False: every, True: slow}, []
    server = HTTPServer(("127.0.0.1", 0), Tempo)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def judged(metric: dict[str, Any], address: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (container,) = metric["provider"]["job"]["spec"]["template"]["spec"]["containers"]
    values = {one["name"]: one["value"].replace("$$", "$") for one in container["env"]}
    values["TEMPO"] = values["TEMPO"].replace("{{args.tempo-url}}", address)
    return subprocess.run(
        [*container["command"], container["args"][0].replace("/tmp/", f"{folder}/")],  # noqa: S108
        env={"PATH": os.environ["PATH"], **values},
        capture_output=True,
        text=True,
        check=False,
    )


JOBS = {
    "good": (answer({"unset": 9999, "error": 1}), answer({"unset": 1}), 0),
    "no errors": (answer({"unset": 9999}), {}, 0),
    "bad": (answer({"unset": 5000, "error": 5000}), answer({"unset": 5000}), 1),
    "nothing": ({}, {}, 1),
    "too few": (answer({"error": 3}), answer({"unset": 3}), 1),
    "cut off": (answer({"unset": 9999}, status="PARTIAL"), {}, 1),
}


@pytest.mark.parametrize("metric", provided("job"))
@pytest.mark.parametrize(("every", "slow", "code"), JOBS.values(), ids=JOBS)
def test_the_exit_code_of_a_job_is_its_verdict(
    metric: dict[str, Any], every: Any, slow: Any, code: int, tmp_path: Path
) -> None:
    with tempo(every, slow) as address:
        found = judged(metric, address, tmp_path)

    assert found.returncode == code, found.stdout + found.stderr
    assert all(
        traceql.error(one.replace("{{args.canary-version}}", "v2")) is None for one in Tempo.asked
    )


@pytest.mark.parametrize("metric", provided("job"))
@pytest.mark.parametrize("said", ["<html>login</html>", ""], ids=["a login page", "nothing"])
def test_an_answer_that_is_no_json_fails_a_job(
    metric: dict[str, Any], said: str, tmp_path: Path
) -> None:
    with tempo(said, said) as address:
        found = judged(metric, address, tmp_path)

    assert found.returncode != 0


@pytest.mark.parametrize("metric", provided("job"))
def test_a_job_has_a_name_and_a_pod_that_kubernetes_takes(metric: dict[str, Any]) -> None:
    spec = metric["provider"]["job"]["spec"]

    assert len(metric["name"]) <= 24
    assert spec["template"]["spec"]["restartPolicy"] == "Never"
    assert spec["backoffLimit"] == 0
    assert "successCondition" not in metric


AWKWARD = [
    'a"b',
    "a\\b",
    "a'b",
    "a{{b}}c",
    "a$(ALL)b",
    "a$$b",
    "a\nb",
    "ä…",
    "{{args.canary-version}}",
]


@pytest.mark.parametrize("name", AWKWARD)
def test_what_a_spec_says_reaches_every_query_as_it_stands(tmp_path: Path, name: str) -> None:
    text = (ROOT / "tests/golden/gates/slos/gates.yaml").read_text()
    quoted = json.dumps(name)
    assert text.count("entry: {service: checkout,") == 1
    (tmp_path / "a.yaml").write_text(
        text.replace("entry: {service: checkout,", f"entry: {{service: {quoted},")
    )

    for document in emitted(tmp_path):
        assert refusals(document) == []
        assert [one for one in lint.findings(document) if one.code not in SAID] == []
        assert services(document) <= {name}, document
        assert services(document) or "service" not in json.dumps(document["spec"])


def services(document: dict[str, Any]) -> set[str]:
    """The services that the queries of a gate select, as Prometheus and Tempo read them."""
    metrics = document["spec"].get("metrics", [])
    asked = [one["provider"].get("prometheus", {}).get("query", "") for one in metrics]
    asked.append(document["spec"].get("query", ""))
    of_traces = [unquote(one["provider"].get("web", {}).get("url", "")) for one in metrics]
    jobs = [
        one["provider"]["job"]["spec"]["template"]["spec"]
        for one in metrics
        if "job" in one["provider"]
    ]
    of_traces += [
        env["value"].replace("$$", "$") for job in jobs for env in job["containers"][0]["env"]
    ]
    strings = re.findall(r'service\.name = ("(?:[^"\\]|\\.)*")', "\n".join(of_traces))
    matched = [
        one.value
        for node in map(parse.ast, filter(None, asked))
        for selector, _ in selectors(node)
        for one in selector.matchers
        if one.label == "service_name"
    ]
    return {*matched, *map(ast.literal_eval, strings)}
