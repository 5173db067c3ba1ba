"""`lint-gates`: every known defect is found at its place, and right gates are left alone."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from burnrules.codes import Code, gates
from burnrules.diagnostics import Diagnostic, Span
from burnrules.gates import lint, template
from burnrules.gates.lint import files
from burnrules.source import Dialect, read

CASES = Path(__file__).with_name("gates")
SCHEMAS = Path(__file__).parents[1] / "../shared/schemas"
RIGHT = (CASES / "right/gate.yaml").read_text()


def linted(text: str) -> tuple[Diagnostic, ...]:
    return files.check([read("gate.yaml", text.encode(), Dialect.FOREIGN)])


def shown(found: Diagnostic) -> str:
    span = found.span
    place = f"{span.line}:{span.column}-{span.end_line}:{span.end_column}"
    return f"{place} {found.severity.word}[{found.code}] {found.message}\n  hint: {found.hint}\n"


@pytest.mark.parametrize("case", ["canary-article", "tracing-article"])
def test_a_published_example_gets_these_findings_at_these_places(case: str) -> None:
    found = linted((CASES / case / "gate.yaml").read_text())

    assert "".join(map(shown, found)) == (CASES / case / "findings.txt").read_text()


# The defects that facts/release-gates.md tells of each, so that new goldens cannot lose one.
KNOWN = {
    "canary-article": [
        gates.JOB_CONDITION,
        gates.JOB_RESTART,
        gates.TRACEQL_SCOPE,
        gates.TRACEQL_FUNCTION,
        gates.TRACEQL_NAME,
        gates.STAGE_KEPT,
    ],
    "tracing-article": [gates.CONDITION_TYPE, gates.SPAN_METRIC, gates.STATUS_CODE, gates.MIXED],
}


@pytest.mark.parametrize(("case", "known"), KNOWN.items(), ids=KNOWN)
def test_every_known_defect_of_a_published_example_is_found(case: str, known: list[Code]) -> None:
    found = {one.code for one in linted((CASES / case / "gate.yaml").read_text())}

    assert {code.id for code in known} <= found


def test_right_gates_are_left_alone() -> None:
    assert linted(RIGHT) == ()


VECTOR = "successCondition: len(result) == 1 && result[0] <= 0.01"
FAILED = "failureCondition: len(result) == 1 && result[0] > 0.01"
BOTH = f"{VECTOR}\n    {FAILED}"
QUERY = 'query: min(slo:period_error_budget_remaining:ratio{slo_path="checkout"})'
BUDGET = "successCondition: len(result) == 1 && result[0] >= 0.2"
BUDGET_FAILED = "failureCondition: len(result) == 1 && result[0] < 0.2"
ADDRESS = "value: http://prometheus.monitoring.svc:9090"
TEMPO = "value: http://tempo-query-frontend.tempo.svc:3200"
SPANS = "kind = server && duration > 400ms } | count_over_time()"
DELAYED = "initialDelay: 6m\n    interval: 5m\n    count: 5\n    successCondition"
DELAY = DELAYED.removesuffix("successCondition")
SCOPED = 'resource.service.version = "{{args.canary-version}}"'
ENCODED_KIND = "%20%26%26%20kind%20%3D%20server"
OR_ZERO = ") or vector(0))\n            /"
FLAGGER_METRIC = "- name: checkout-errors\n      interval: 60m"

# what is written, what stands there instead, and each finding: its code, and the text it marks
MISTAKES: dict[str, tuple[str, str, list[tuple[Code, str]]]] = {
    "vector as a number": (VECTOR, "successCondition: result <= 0.01", [(gates.CONDITION_TYPE, "result <= 0.01")]),
    "maintainer's suggestion": (VECTOR, "successCondition: result && result[0] <= 0.01", [(gates.CONDITION_TYPE, "result && result[0] <= 0.01")]),
    "default() does not help": (VECTOR, "successCondition: default(result, 0) <= 0.01", [(gates.CONDITION_TYPE, "default(result, 0) <= 0.01")]),
    "isNaN of the documentation": (VECTOR, "successCondition: isNaN(result) || result <= 0.01", [(gates.CONDITION_TYPE, "isNaN(result) || result <= 0.01")]),
    "not a boolean": (VECTOR, "successCondition: result[0]", [(gates.CONDITION_TYPE, "result[0]")]),
    "scalar as an array": (QUERY, "query: scalar(budget)", [(gates.CONDITION_TYPE, "len(result) == 1 && result[0] >= 0.2"), (gates.CONDITION_TYPE, "len(result) == 1 && result[0] < 0.2")]),
    "no guard": (BOTH, "successCondition: result[0] <= 0.01\n    failureCondition: result[0] > 0.01", [(gates.NO_DATA_ERROR, "result[0] <= 0.01"), (gates.NO_DATA_ERROR, "result[0] > 0.01")]),
    "empty passes": (BOTH, "successCondition: all(result,# <= 0.01)\n    failureCondition: any(result,# > 0.01)", [(gates.NO_DATA_PASSES, "all(result,# <= 0.01)")]),
    "sum of nothing": (VECTOR, "successCondition: sum(result) <= 0.01", [(gates.NO_DATA_PASSES, "sum(result) <= 0.01")]),
    "count of NaN": (BOTH, "successCondition: len(result) == 1 && count(result,# > 0.01) == 0", [(gates.NAN_PASSES, "len(result) == 1 && count(result,# > 0.01) == 0"), (gates.NO_DATA_FAILS, "len(result) == 1 && count(result,# > 0.01) == 0")]),
    "failureCondition alone": (BOTH, FAILED, [(gates.NO_DATA_PASSES, FAILED.removeprefix("failureCondition: ")), (gates.NAN_PASSES, FAILED.removeprefix("failureCondition: "))]),
    "successCondition alone": (BOTH, VECTOR, [(gates.NO_DATA_FAILS, VECTOR.removeprefix("successCondition: "))]),
    "no condition": (f"    {BUDGET}\n    {BUDGET_FAILED}\n", "", [(gates.NO_CONDITION, "name: budget-left")]),
    "both hold": (VECTOR, VECTOR.replace("<= 0.01", "<= 0.02"), [(gates.OVERLAP, FAILED.removeprefix("failureCondition: "))]),
    "the bound itself": (VECTOR, VECTOR.replace("<=", "<"), [(gates.GAP, FAILED.removeprefix("failureCondition: "))]),
    "a band": (VECTOR, VECTOR.replace("<= 0.01", "<= 0.005"), [(gates.BAND, FAILED.removeprefix("failureCondition: "))]),
    "not expr": (VECTOR, "successCondition: len(result == 1", [(gates.CONDITION_SYNTAX, "(")]),
    "taken for a comment": (VECTOR, "successCondition: all(result, # < 1)", [(gates.CONDITION_SYNTAX, ",")]),
    "newer expr": (VECTOR, "successCondition: len(result) == 1 && max(result) <= 0.01", [(gates.NOT_PORTABLE, "len(result) == 1 && max(result) <= 0.01")]),
    "truncated answers": ("result.status == nil && tot >= 500 && bad <=", "tot >= 500 && bad <=", [(gates.PARTIAL_PASSES, ">-")]),
    "one request is enough": ("tot >= 500 && bad <=", "tot >= 1 && bad <=", [(gates.FEW_SAMPLES_PASS, ">-")]),
    "failureLimit reaches count": ("failureLimit: 1\n    inconclusiveLimit: 2\n    consecutiveSuccessLimit: 3\n    provider:\n      prom", "failureLimit: 5\n    provider:\n      prom", [(gates.LIMIT_REACHES_COUNT, "5")]),
    "inconclusiveLimit reaches count": ("failureLimit: 1\n    inconclusiveLimit: 2\n    consecutiveSuccessLimit: 3\n    provider:\n      prom", "inconclusiveLimit: 5\n    provider:\n      prom", [(gates.LIMIT_REACHES_COUNT, "5")]),
    "one look that may fail": (BUDGET, f"failureLimit: 1\n    {BUDGET}", [(gates.LIMIT_REACHES_COUNT, "1")]),
    "no metric": ("  metrics:\n  - name: budget-left\n    " + BUDGET + "\n    " + BUDGET_FAILED + '\n    provider:\n      prometheus:\n        address: http://prometheus.monitoring.svc:9090\n        ' + QUERY, "  metrics: []", [(gates.NO_METRIC, "metrics: []")]),
    "two providers": (QUERY, f"{QUERY}\n      web: {{url: http://x/}}", [(gates.PROVIDER, "prometheus:")]),
    "misspelt provider": (f"prometheus:\n        address: http://prometheus.monitoring.svc:9090\n        {QUERY}", f"promtheus:\n        address: http://prometheus.monitoring.svc:9090\n        {QUERY}", [(gates.PROVIDER, "promtheus")]),
    "misspelt field": (BUDGET, f"failureLimt: 0\n    {BUDGET}", [(gates.FIELD_UNKNOWN, "failureLimt")]),
    "limit below zero": (BUDGET, f"inconclusiveLimit: -1\n    {BUDGET}", [(gates.LIMIT_RANGE, "-1")]),
    "nothing decides": (BUDGET, f"failureLimit: -1\n    {BUDGET}", [(gates.LIMIT_RANGE, "-1")]),
    "count below its limits": ("count: 5\n    successCondition", "count: 3\n    successCondition", [(gates.COUNT_TOO_SMALL, "3")]),
    "inconclusiveLimit above count": (BUDGET, f"count: 1\n    inconclusiveLimit: 2\n    {BUDGET}", [(gates.COUNT_TOO_SMALL, "1"), (gates.LIMIT_REACHES_COUNT, "2")]),
    "days": (DELAYED, DELAYED.replace("6m", "1d"), [(gates.NOT_A_DURATION, "1d")]),
    "count without interval": (BUDGET, f"count: 3\n    {BUDGET}", [(gates.INTERVAL_MISSING, "3")]),
    "without end": (DELAYED, DELAYED.replace("count: 5\n", "count: 0\n"), [(gates.ENDLESS, "5m"), (gates.ENDLESS_INLINE, "checkout-canary")]),
    "argument unknown": ("address: \"{{args.prometheus-address}}\"", "address: \"{{args.prometheus-adress}}\"", [(gates.ARGUMENT_UNUSED, "prometheus-address"), (gates.ARGUMENT_UNKNOWN, "{{args.prometheus-adress}}")]),
    "argument is a number": (TEMPO, "value: 3200", [(gates.ARGUMENT_NOT_TEXT, "3200"), (gates.ADDRESS, '"{{args.tempo-url}}/')]),
    "argument twice": ("\n  - name: canary-hash\n", "\n  - name: canary-hash\n  - name: canary-hash\n", [(gates.ARGUMENT_REPEATED, "canary-hash")]),
    "fieldRef in a template": ("\n  - name: canary-hash\n", "\n  - name: canary-hash\n    valueFrom: {fieldRef: {fieldPath: metadata.name}}\n", [(gates.ARGUMENT_UNRESOLVED, "fieldRef")]),
    "Helm's braces": (QUERY, QUERY.replace("checkout", "{{ .Values.path }}"), [(gates.PLACEHOLDER, "{{ .Values.path }}")]),
    "braces not closed": (QUERY, QUERY.replace("checkout", "{{args.x"), [(gates.PLACEHOLDER, '{{args.x"})')]),
    "dryRun of everything": ("  metrics:\n  - name: budget-left", "  dryRun: [{metricName: \"*\"}]\n  metrics:\n  - name: budget-left", [(gates.PATTERN, '"*"')]),
    "metric twice": ("---\napiVersion: argoproj.io/v1alpha1\nkind: ClusterAnalysisTemplate", "  - name: availability\n    successCondition: len(result) == 1 && result[0] <= 1\n    failureCondition: len(result) == 1 && result[0] > 1\n    provider: {prometheus: {query: up}}\n---\napiVersion: argoproj.io/v1alpha1\nkind: ClusterAnalysisTemplate", [(gates.METRIC_REPEATED, "availability")]),
    "job with a condition": ("  - name: slow-spans\n", "  - name: slow-spans\n    successCondition: result[0] < 0.005\n", [(gates.JOB_CONDITION, "successCondition")]),
    "job without restartPolicy": ("              restartPolicy: Never\n", "", [(gates.JOB_RESTART, "spec")]),
    "job with a long name": ("- name: slow-spans", "- name: slow-spans-of-the-checkout-service", [(gates.JOB_NAME, "slow-spans-of-the-checkout-service")]),
    "jsonPath of what may be absent": ("        timeoutSeconds: 30", "        jsonPath: \"{.series[0].value}\"", [(gates.ZERO_OMITTED, '"{.series[0].value}"')]),
    "a proxy may answer": (TEMPO, "value: https://tempo.example.com", [(gates.NOT_JSON_PASSES, '"{{args.tempo-url}}/')]),
    "not encoded": ("%20by%20(status)", " by%20(status)", [(gates.URL, " ")]),
    "body with GET": ("        timeoutSeconds: 30", "        body: x", [(gates.BODY, "body")]),
    "no scheme": (ADDRESS, "value: prometheus:9090", [(gates.ADDRESS, '"{{args.prometheus-address}}"')]),
    "not PromQL": (QUERY, "query: min(slo:budget", [(gates.QUERY_SYNTAX, "min(slo:budget")]),
    "timeout of nothing": ("timeout: 30\n        query", "timeout: 0\n        query", [(gates.TIMEOUT, "0")]),
    "timeout as a duration": ("timeout: 30\n        query", "timeout: 40s\n        query", [(gates.TIMEOUT, "40s")]),
    "everybody's traffic": (",pod_template_hash=\"{{args.canary-hash}}\",code=~\"5..\"", ",code=~\"5..\"", [(gates.MIXED, "http_requests_total{app=\"checkout\",code=~\"5..\"}")]),
    "empty without errors": (OR_ZERO, OR_ZERO.replace(" or vector(0)", ""), [(gates.NUMERATOR_ABSENT, "(sum(rate(http_requests_total{app=\"checkout\",pod_template_hash=\"{{args.canary-hash}}\",code=~\"5..\"}[5m])))")]),
    "measured too early": (DELAYED, DELAYED.replace("6m", "1m"), [(gates.DELAY_SHORT, "1m")]),
    "no delay": (DELAYED, DELAYED.replace("initialDelay: 6m\n    ", ""), [(gates.DELAY_SHORT, "5m")]),
    "status code": (QUERY, "query: sum(traces_span_metrics_calls_total{status_code=\"ERROR\"})", [(gates.STATUS_CODE, 'status_code="ERROR"')]),
    "status code pattern": (QUERY, "query: sum(traces_span_metrics_calls_total{status_code=~\"ERROR|UNSET\"})", [(gates.STATUS_CODE, 'status_code=~"ERROR|UNSET"')]),
    "metric that nobody writes": (QUERY, "query: sum(traces_spanmetrics_duration_count)", [(gates.SPAN_METRIC, "traces_spanmetrics_duration_count")]),
    "attribute without scope": (SCOPED, "service.version = \"{{args.canary-version}}\"", [(gates.TRACEQL_SCOPE, "service.version")]),
    "span.name": (SPANS, f"span.name = \"x\" && {SPANS}", [(gates.TRACEQL_NAME, "span.name")]),
    "error()": (SPANS, SPANS + " | error()", [(gates.TRACEQL_FUNCTION, "error")]),
    "histogram_quantile()": (SPANS, SPANS.replace("count_over_time()", "histogram_quantile(0.99, duration)"), [(gates.TRACEQL_FUNCTION, "histogram_quantile")]),
    "quantile": (SPANS, SPANS.replace("count_over_time()", "quantile_over_time(duration, .99)"), [(gates.TRACEQL_QUANTILE, "quantile_over_time")]),
    "sampled": (SPANS, SPANS + " with(sample=0.1)", [(gates.TRACEQL_SAMPLED, "with(sample")]),
    "arithmetic": (SPANS, SPANS.replace("count_over_time()", "rate()) / ({ kind = server } | rate())"), [(gates.TRACEQL_ARITHMETIC, ")) / (")]),
    "every kind": (ENCODED_KIND, "", [(gates.TRACEQL_KIND, '"{{args.tempo-url}}/')]),
    "traces of everybody": ("%20%26%26%20resource.service.version%20%3D%20%22{{args.canary-version}}%22", "", [(gates.ARGUMENT_UNUSED, "canary-version"), (gates.MIXED, '"{{args.tempo-url}}/')]),
    "stage": (SPANS, f"resource.deployment.stage = \"canary\" && {SPANS}", [(gates.STAGE_KEPT, 'resource.deployment.stage = "canary"')]),
    "reserved name": (FLAGGER_METRIC, FLAGGER_METRIC.replace("checkout-errors", "request-duration"), [(gates.FLAGGER_RESERVED, "request-duration")]),
    "hours": (FLAGGER_METRIC, FLAGGER_METRIC.replace("60m", "1h"), [(gates.FLAGGER_INTERVAL, "1h")]),
    "no interval": (FLAGGER_METRIC, "- name: checkout-errors", [(gates.FLAGGER_NO_INTERVAL, "name: checkout-errors")]),
    "no range": ("      thresholdRange: {max: 0.01}\n", "", [(gates.FLAGGER_NO_RANGE, "name: checkout-errors")]),
    "unknown function": ("}[{{ interval }}]))\n    ) or", "}[{{ window }}]))\n    ) or", [(gates.FLAGGER_PLACEHOLDER, "{{ window }}")]),
    "no data rolls back": (") or on() vector(0)", ")", [(gates.FLAGGER_NO_DATA, "|")]),
    "template named as a built-in": ("name: checkout-errors\nspec", "name: request-success-rate\nspec", [(gates.FLAGGER_NAME, "request-success-rate")]),
    "Flagger without scheme": ("address: http://prometheus.monitoring:9090", "address: prometheus.monitoring:9090", [(gates.ADDRESS, "prometheus.monitoring:9090")]),
}  # fmt: skip


def marked(text: str, span: Span) -> str:
    line = text.splitlines()[span.line - 1]
    return line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_one_mistake_gets_its_own_findings_where_it_stands(
    old: str, new: str, expected: list[tuple[Code, str]]
) -> None:
    assert RIGHT.count(old) == 1
    text = RIGHT.replace(old, new)

    found = linted(text)

    assert [one.code for one in found] == [code.id for code, _ in expected], found
    for one, (_, place) in zip(found, expected, strict=True):
        assert marked(text, one.span).startswith(place)


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_messages_are_short_and_say_what_to_do(
    old: str, new: str, expected: list[tuple[Code, str]]
) -> None:
    for one in linted(RIGHT.replace(old, new)):
        assert len(one.message) <= 100
        assert not one.message.endswith(".")
        first = one.message.split()[0]
        assert (
            first[0].islower() or first[0] == "`" or first in {"Tempo", "NaN", "TraceQL", "Flagger"}
        )


def test_a_file_without_a_gate_says_so() -> None:
    found = linted("apiVersion: v1\nkind: ConfigMap\n")

    assert [one.code for one in found] == [gates.NO_GATE.id]


def test_every_code_has_a_mistake_that_provokes_it() -> None:
    provoked = {code.id for _, _, expected in MISTAKES.values() for code, _ in expected}
    defined = {one.id for one in vars(gates).values() if isinstance(one, Code)}

    elsewhere = {gates.NO_GATE.id, gates.CANNOT_JUDGE.id}
    assert defined - elsewhere == provoked


# facts/release-gates.md, 2: the strict form of a CRD's schema
def strict(node: Any) -> Any:
    if isinstance(node, list):
        return [strict(one) for one in node]
    if not isinstance(node, dict):
        return node
    node = {key: strict(value) for key, value in node.items()}
    if node.get("x-kubernetes-int-or-string"):
        node.pop("type", None)
        node["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    if node.get("nullable") and "type" in node:
        node["type"] = [node["type"], "null"]
    open_ = "additionalProperties" in node or node.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(node.get("properties"), dict) and not open_:
        node["additionalProperties"] = False
    return node


SCHEMA = {
    "AnalysisTemplate": "argo-analysistemplate-v1.9.1.json",
    "ClusterAnalysisTemplate": "argo-clusteranalysistemplate-v1.9.1.json",
    "MetricTemplate": "flagger-v1.44.0-metrictemplate-v1beta1.json",
    "Canary": "flagger-v1.44.0-canary-v1beta1.json",
}
JUDGED = [one for one in yaml.safe_load_all(RIGHT) if one["kind"] in SCHEMA]


@pytest.mark.parametrize("document", JUDGED, ids=lambda one: one["metadata"]["name"])
def test_what_we_call_right_is_what_the_cluster_accepts(document: dict[str, Any]) -> None:
    schema = strict(json.loads((SCHEMAS / SCHEMA[document["kind"]]).read_text()))
    schema["properties"]["apiVersion"] = schema["properties"]["kind"] = {"type": "string"}
    schema["properties"]["metadata"] = {"type": "object"}

    jsonschema.Draft202012Validator(schema).validate(document)


WORDS = st.sampled_from(
    "name value count interval initialDelay failureLimit inconclusiveLimit provider prometheus web job "
    "query url address spec metrics args template successCondition failureCondition templates".split()
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 9)
    | st.sampled_from(
        [
            "5m",
            "1d",
            "{{args.a}}",
            "{{{args.a}}}",
            "{{",
            "result[0] < 1",
            "sum(up[5m])",
            "http://a b",
        ]
    )
    | st.text("{}()[]|&<=\"' .ax1#\n", max_size=30)
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5)
)


@given(
    kind=st.sampled_from([*template.KINDS, "MetricTemplate", "Canary", "Rollout"]),
    spec=ANYTHING,
    metric=st.dictionaries(WORDS, ANYTHING, max_size=8),
    provider=st.sampled_from(["prometheus", "web", "job"]),
    settings_=st.dictionaries(WORDS, ANYTHING, max_size=6),
)
@settings(deadline=None, max_examples=300)
def test_no_document_whatever_its_shape_breaks_the_linter(
    kind: str, spec: Any, metric: dict[str, Any], provider: str, settings_: dict[str, Any]
) -> None:
    judged = {**metric, "provider": {provider: settings_}}
    group = (
        "flagger.app/v1beta1" if kind in {"MetricTemplate", "Canary"} else "argoproj.io/v1alpha1"
    )
    for one in (spec, {"args": [{"name": "a"}], "metrics": [judged, metric]}):
        document = {"apiVersion": group, "kind": kind, "spec": one}

        assert all(found.message for found in lint.findings(document))


@given(st.text("ab{}/ args.", max_size=40), st.text("xyz[]", max_size=8))
def test_places_in_a_query_survive_the_filling_in_of_arguments(text: str, value: str) -> None:
    written = f"{text} ! {{{{args.a}}}} ? {text}"

    filled = template.filled(written, {"a": value})

    for sign in "!?":
        at = filled.text.index(sign)
        assert filled.original(at, at + 1) == (written.index(sign), written.index(sign) + 1)
