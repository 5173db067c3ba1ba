"""Gates of a path: bounds, samples, arguments and odds; what is refused is in diagnostics."""

import time
from decimal import Decimal
from itertools import product
from math import comb
from pathlib import Path
from typing import Any

import pytest
import yaml
from gates import controller
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import burnrules
from burnrules import cli, explain
from burnrules.diagnostics import Diagnostic
from burnrules.gateplan import ArgoGate, FlaggerGate, GateMetric, GatePlan
from burnrules.gates import traceql
from burnrules.promql import grammar, tree
from burnrules.source import Number
from burnrules.spec.controllers import Argo

GATES = Path(__file__).with_name("gates")
AVAILABILITY = {"name": "availability", "objective": 99.9, "sli": {"errors": {}}}
LATENCY = {"name": "latency", "objective": 99, "sli": {"latency": {"threshold": "400ms"}}}
CHARGED = {
    "name": "charged",
    "objective": 99.5,
    "sli": {"events": {"good": 'pay_total{ok="1"}', "total": "pay_total"}},
}
RAW = {
    "name": "raw",
    "objective": 95,
    "sli": {"raw": {"errorRatio": "avg(avg_over_time(x[$window]))"}},
}
OWN = {
    "name": "own",
    "objective": 99,
    "sli": {"latency": {"threshold": "100ms", "histogram": 'cart_seconds{a="b"}'}},
}
CANARY = {"name": "canary", "argo": {}, "version": {"attribute": "service.version"}}
TELEMETRY = {
    "spanMetrics": {"dialect": "otel-connector", "dimensions": ["service.version"]},
    "prometheus": {"url": "http://prometheus:9090"},
    "tempo": {"url": "http://tempo:3200"},
}


def compiled(
    folder: Path,
    gate: dict[str, Any],
    slos: tuple[dict[str, Any], ...] = (AVAILABILITY,),
    telemetry: dict[str, Any] = TELEMETRY,
    **path: Any,
) -> burnrules.Compilation:
    spec = {
        "telemetry": "shop",
        "entry": {"service": "checkout", "route": "/checkout"},
        "slos": list(slos),
        "gates": [gate],
        **path,
    }
    documents = [
        {"kind": "CriticalPath", "metadata": {"name": "checkout"}, "spec": spec},
        {"kind": "Telemetry", "metadata": {"name": "shop"}, "spec": telemetry},
    ]
    text = yaml.safe_dump_all([{"apiVersion": "burnrules.dev/v1", **one} for one in documents])
    (folder / "spec.yaml").write_text(text)
    return burnrules.compile_tree(folder, kinds=("argo-analysis", "flagger-metrics"))


def planned(folder: Path, gate: dict[str, Any], **more: Any) -> GatePlan:
    made = compiled(folder, gate, **more)
    assert made.ok, made.found
    ((one,),) = (path.gates for path in made.plan.paths)
    return one


def found(folder: Path, gate: dict[str, Any], **more: Any) -> list[Diagnostic]:
    return [one for one in compiled(folder, gate, **more).found if one.code != "BR212"]


def argo(one: GatePlan) -> ArgoGate:
    assert isinstance(one.controller, ArgoGate)
    return one.controller


# --- limits ---

DEFAULTS = {
    "nothing": ({}, (5, 1, 2, 3)),
    "one look": ({"count": 1}, (1, 0, 0, 1)),
    "two looks": ({"count": 2}, (2, 0, 1, 2)),
    "four looks": ({"count": 4}, (4, 0, 2, 3)),
    "ten looks": ({"count": 10}, (10, 1, 2, 3)),
    "a row of all": ({"consecutiveSuccessLimit": 5}, (5, 0, 2, 5)),
    "many failures": ({"failureLimit": 4}, (5, 4, 2, 1)),
    "no row": ({"consecutiveSuccessLimit": 0, "inconclusiveLimit": 1}, (5, 1, 1, 0)),
}


@pytest.mark.parametrize(("written", "limits"), DEFAULTS.values(), ids=DEFAULTS)
def test_limits_that_are_not_written_fit_those_that_are(
    tmp_path: Path, written: dict[str, int], limits: tuple[int, ...]
) -> None:
    told = argo(planned(tmp_path, {**CANARY, "argo": written}))

    made = (told.count, told.failure_limit, told.inconclusive_limit, told.consecutive_successes)
    assert made == limits


small = st.none() | st.integers(0, 6)


@given(count=small, failures=small, pauses=small, successes=small)
def test_no_limits_that_we_take_let_a_gate_pass_without_a_good_look(
    count: int | None, failures: int | None, pauses: int | None, successes: int | None
) -> None:
    names = ("count", "failureLimit", "inconclusiveLimit", "consecutiveSuccessLimit")
    values = zip(names, (count, failures, pauses, successes), strict=True)
    try:
        one = Argo.model_validate(
            {name: Number(str(value)) for name, value in values if value is not None}
        )
    except ValidationError:
        return
    limits = controller.Limits(one.looks, one.failures, one.pauses, successes=one.successes)

    assert one.looks >= one.failures + one.successes  # Argo's ValidateMetric
    for looks in product("FI", repeat=one.looks):
        assert controller.outcome(limits, "".join(looks)) != "Successful"
    assert controller.outcome(limits, "S" * one.looks) == "Successful"


def test_the_first_look_sees_the_canary_alone(tmp_path: Path) -> None:
    told = argo(planned(tmp_path, {**CANARY, "window": "10m"}))

    assert (str(told.initial_delay), str(told.interval)) == ("10m15s", "10m")


def test_a_first_look_that_is_too_early_is_told(tmp_path: Path) -> None:
    (one,) = found(tmp_path, {**CANARY, "argo": {"initialDelay": "5m"}})

    assert (one.code, one.severity.word) == ("BR663", "warning")


def test_a_window_of_too_few_samples_is_refused_where_it_is_not_written(tmp_path: Path) -> None:
    slow = {**TELEMETRY, "prometheus": {"scrapeInterval": "2m"}}
    slos = ({**CHARGED, "alerting": {"policy": "none"}},)

    codes = {one.code for one in found(tmp_path, CANARY, slos=slos, telemetry=slow)}

    assert "BR210" in codes


# --- what is judged, and by which bound ---


def test_every_slo_that_can_be_read_per_version_is_judged(tmp_path: Path) -> None:
    slos = (AVAILABILITY, LATENCY, CHARGED, RAW, OWN)

    one = planned(tmp_path, CANARY, slos=slos)

    assert [metric.name for metric in one.metrics] == ["availability", "latency", "charged", "own"]


BOUNDS = {
    "fastest tier": (AVAILABILITY, {}, "0.0144"),
    "fastest that can fire": ({**AVAILABILITY, "objective": 90}, {}, "0.6"),
    "without pages": ({**AVAILABILITY, "alerting": {"disabled": ["page"]}}, {}, "0.003"),
    "burn rate": (AVAILABILITY, {"compare": {"burnRate": 10}}, "0.01"),
    "baseline": (AVAILABILITY, {"compare": {"baseline": {"ratio": 2}}}, "1"),
    "budget": (AVAILABILITY, {"compare": {"budgetRemaining": "20%"}, "version": None}, "0.2"),
}


@pytest.mark.parametrize(("slo", "written", "bound"), BOUNDS.values(), ids=BOUNDS)
def test_a_gate_fails_above_what_its_slo_says(
    tmp_path: Path, slo: dict[str, Any], written: dict[str, Any], bound: str
) -> None:
    gate = {key: value for key, value in {**CANARY, **written}.items() if value is not None}

    (metric,) = planned(tmp_path, gate, slos=(slo,)).metrics

    assert metric.bound == Decimal(bound)
    assert metric.at_most is ("budgetRemaining" not in gate.get("compare", {}))


def test_the_budget_is_asked_once_of_every_slo(tmp_path: Path) -> None:
    gate = {"name": "left", "argo": {}, "compare": {"budgetRemaining": "20%"}}

    one = planned(tmp_path, gate, slos=(AVAILABILITY, RAW))

    told = argo(one)
    assert (told.count, told.interval, told.initial_delay) == (1, None, None)
    assert [metric.name for metric in one.metrics] == ["availability", "raw"]
    assert all("slo:period_error_budget_remaining:ratio" in each.query for each in one.metrics)


def test_an_indicator_is_judged_by_each_of_its_limits(tmp_path: Path) -> None:
    load = {"name": "load", "query": {"query": "sum(load)", "min": 1, "max": 9}}
    p99 = {"name": "p99", "latency": {"quantile": 0.99, "max": "2s"}}

    one = planned(tmp_path, {**CANARY, "indicators": ["load", "p99"]}, indicators=[load, p99])

    judged = [(each.name, each.bound, each.at_most, each.min_samples) for each in one.metrics[1:]]
    assert judged == [
        ("load-max", 9, True, 1),
        ("load-min", 1, False, 1),
        ("p99", 2, True, 1000),
    ]


REFUSED = {
    "nothing per version": (CANARY, {"slos": (RAW,)}, "BR702"),
    "one of several": ({**CANARY, "slos": ["raw"]}, {"slos": (AVAILABILITY, RAW)}, "BR702"),
    "service graph": (
        {**CANARY, "indicators": ["fan"]},
        {"indicators": [{"name": "fan", "fanOut": {"source": "serviceGraph", "max": 9}}]},
        "BR702",
    ),
    "indicator in traces": (
        {**CANARY, "argo": {"provider": "web"}, "indicators": ["p99"]},
        {"indicators": [{"name": "p99", "latency": {"quantile": 0.99, "max": "2s"}}]},
        "BR707",
    ),
    "constant indicator": (
        {**CANARY, "indicators": ["one"]},
        {"indicators": [{"name": "one", "query": {"query": "vector(1)", "max": 2}}]},
        "BR709",
    ),
}


@pytest.mark.parametrize(("gate", "more", "code"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_judged_by_version_is_refused(
    tmp_path: Path, gate: dict[str, Any], more: dict[str, Any], code: str
) -> None:
    assert code in [one.code for one in found(tmp_path, gate, **more)]


def test_a_share_is_judged_in_percent_and_from_the_written_minimum(tmp_path: Path) -> None:
    cold = {"name": "cold", "coldStarts": {"match": {"cold": True}, "max": "5%"}}
    gate = {**CANARY, "indicators": ["cold"], "minSamples": 77}

    metric = planned(tmp_path, gate, indicators=[cold]).metrics[-1]

    assert (metric.bound, metric.min_samples) == (Decimal("0.05"), 77)
    assert "fails above 5 %" in metric.reading


# --- queries ---

SELECTED = {
    "spans": ("otel-connector", "service_version"),
    "older connector": ("otel-connector-legacy", "service_version"),
    "Tempo": ("tempo", "service_version"),
    "names with dots": ("otel-connector-utf8", "service.version"),
}


@pytest.mark.parametrize(("dialect", "label"), SELECTED.values(), ids=SELECTED)
def test_every_selector_reads_one_version_only(tmp_path: Path, dialect: str, label: str) -> None:
    telemetry = {"spanMetrics": {"dialect": dialect, "dimensions": ["service.version"]}}
    slos = (AVAILABILITY, {**CHARGED, "groupBy": ["region"]}, OWN)

    one = planned(tmp_path, CANARY, slos=slos, telemetry=telemetry)

    assert len(one.metrics) == 3
    for metric in one.metrics:
        node = grammar.read(metric.query)
        assert isinstance(node, tree.Node)
        read = [selector for selector, _ in tree.selectors(node)]
        assert len(read) >= 3
        for selector in read:
            versions = [each.value for each in selector.matchers if each.label == label]
            assert versions == ["{{args.canary-version}}"]


def test_braces_of_a_spec_are_never_an_argument(tmp_path: Path) -> None:
    entry = {"service": "checkout", "route": "/orders/{{id}}"}

    (metric,) = planned(tmp_path, CANARY, entry=entry).metrics

    assert metric.query.replace("{{args.canary-version}}", "").count("{{") == 0


def test_an_image_with_braces_that_argo_would_resolve_is_refused(tmp_path: Path) -> None:
    argo = {"provider": "job", "jobImage": "{{ .Values.image }}"}

    assert [one.code for one in found(tmp_path, {**CANARY, "argo": argo})] == ["BR710"]


def test_a_gate_without_an_address_asks_the_controllers_own(tmp_path: Path) -> None:
    bare = {"spanMetrics": TELEMETRY["spanMetrics"]}

    one = planned(tmp_path, CANARY, telemetry=bare)

    assert [each.name for each in argo(one).arguments] == ["canary-version"]
    assert any("ARGO_ROLLOUTS_PROMETHEUS_ADDRESS" in note for note in one.notes)


# --- traces ---

WEB = {**CANARY, "argo": {"provider": "web"}}
TRACED = {
    "route": ({"route": "/pay"}, 'span.http.route = "/pay"'),
    "span name": ({"spanName": "shop.Pay/Do"}, 'name = "shop.Pay/Do"'),
    "kind": ({"spanKind": "consumer"}, "kind = consumer"),
    "resource": ({"match": {"k8s.namespace.name": "shop"}}, 'resource.k8s.namespace.name = "shop"'),
    "any of": ({"match": {"shop.tier": ["a", "b.c"]}}, 'span.shop.tier =~ "a|b\\\\.c"'),
    "none of": ({"match": {"shop.tier": {"not": "a"}}}, 'span.shop.tier != "a"'),
    "regex": ({"match": {"shop.tier": {"regex": "a.*"}}}, 'span.shop.tier =~ "a.*"'),
    "not regex": ({"match": {"shop.tier": {"notRegex": "a.*"}}}, 'span.shop.tier !~ "a.*"'),
    "exists": ({"match": {"shop.tier": {"exists": True}}}, "span.shop.tier != nil"),
    "quotes": ({"spanName": 'a"}b'}, 'name = "a\\"}b"'),
    "braces": ({"spanName": "a{{args.x}}"}, 'name = "a\\u007b\\u007bargs.x}}"'),
}


@pytest.mark.parametrize(("spans", "condition"), TRACED.values(), ids=TRACED)
def test_the_spans_of_an_slo_are_found_in_traces(
    tmp_path: Path, spans: dict[str, Any], condition: str
) -> None:
    slo = {**AVAILABILITY, "sli": {"errors": {"spans": {"service": "pay", **spans}}}}

    (metric,) = planned(tmp_path, WEB, slos=(slo,)).metrics

    assert condition in metric.query
    assert 'resource.service.name = "pay"' in metric.query
    assert traceql.error(metric.query) is None


UNTOLD = {
    "status codes": {"errorWhen": {"httpStatus": ["5xx"]}},
    "numbers": {"match": {"http.response.status_code": 200}},
    "booleans": {"match": {"shop.vip": True}},
    "absence": {"match": {"shop.tier": {"exists": False}}},
}


@pytest.mark.parametrize("spans", UNTOLD.values(), ids=UNTOLD)
def test_what_traces_cannot_tell_is_refused(tmp_path: Path, spans: dict[str, Any]) -> None:
    slo = {**AVAILABILITY, "sli": {"errors": {"spans": {"service": "pay", **spans}}}}

    codes = [one.code for one in found(tmp_path, WEB, slos=(slo,))]

    assert "BR707" in codes


def test_jobs_of_long_names_stay_apart(tmp_path: Path) -> None:
    slos = tuple({**AVAILABILITY, "name": f"availability-of-the-checkout-{n}"} for n in "ab")
    gate = {**CANARY, "argo": {"provider": "job", "jobImage": "judge"}}

    names = [one.name for one in planned(tmp_path, gate, slos=slos).metrics]

    assert len(set(names)) == 2
    assert max(map(len, names)) <= 24


def test_a_threshold_below_a_millisecond_is_not_asked_of_tempo(tmp_path: Path) -> None:
    slo = {**LATENCY, "sli": {"latency": {"threshold": "2.5ms"}}}
    gate = {**CANARY, "argo": {"provider": "job", "jobImage": "judge"}}

    spans = {**TELEMETRY["spanMetrics"], "buckets": ["2.5ms"]}

    (one,) = found(tmp_path, gate, slos=(slo,), telemetry={**TELEMETRY, "spanMetrics": spans})

    assert one.code == "BR707"


@pytest.mark.parametrize("window", ["30s", "2d"])
def test_windows_that_tempo_does_not_answer_are_refused(tmp_path: Path, window: str) -> None:
    assert [one.code for one in found(tmp_path, {**WEB, "window": window})] == ["BR707"]


# --- samples and odds ---

TRAFFIC = {"requestsPerSecond": 40, "canaryWeight": "10%"}


def binomial(most: int, looked_at: int, ratio: float) -> float:
    return sum(
        comb(looked_at, k) * ratio**k * (1 - ratio) ** (looked_at - k) for k in range(most + 1)
    )


def test_the_stated_traffic_gives_samples_and_exact_odds(tmp_path: Path) -> None:
    gate = {**CANARY, "argo": {"count": 1}, "traffic": TRAFFIC}

    (metric,) = planned(tmp_path, gate).metrics

    assert metric.odds is not None
    assert metric.odds.samples == 1200  # 40/s x 10 % x 300 s
    tolerated = 17  # 1.44 % of 1200 are 17.28
    for chance in metric.odds.chances:
        passes = binomial(tolerated, 1200, 0.001 * chance.times)
        assert float(chance.passed) == pytest.approx(passes, abs=1e-9)
        assert float(chance.aborted) == pytest.approx(1 - passes, abs=1e-9)
    assert [chance.times for chance in metric.odds.chances] == [1, 2, 5, 10]


def test_several_looks_forgive_one_failure(tmp_path: Path) -> None:
    gate = {**CANARY, "argo": {"count": 5, "consecutiveSuccessLimit": 0}, "traffic": TRAFFIC}

    (metric,) = planned(tmp_path, gate).metrics

    assert metric.odds is not None
    once = 1 - binomial(17, 1200, 0.01)
    aborted = 1 - (1 - once) ** 5 - 5 * once * (1 - once) ** 4  # facts, 6.8
    assert float(metric.odds.chances[-1].aborted) == pytest.approx(aborted, abs=1e-9)


def test_a_gate_that_cannot_judge_says_so_with_numbers(tmp_path: Path) -> None:
    few = {"requestsPerSecond": 1, "canaryWeight": "1%"}

    (one,) = found(tmp_path, {**CANARY, "traffic": few})

    assert (one.code, one.severity.word) == ("BR690", "warning")
    assert "a look sees 3 requests, and judges from 207" in one.message
    assert "it needs 207 requests a look" in one.hint


MINIMA = {
    "burn rate 10": ({"burnRate": 10}, {}, 299),  # the rule of three: ln 0.05 / ln 0.99
    "baseline at a tenth": ({"baseline": {"ratio": 5}}, {"traffic": TRAFFIC}, 1526),  # facts, 6
    "baseline at half": ({"baseline": {"ratio": 5}}, {}, 3200),
    "baseline to the percent": ({"baseline": {"difference": "0.9%"}}, {}, 1155),
    "written": ({"burnRate": 10}, {"minSamples": 50}, 50),
}


@pytest.mark.parametrize(("compare", "more", "least"), MINIMA.values(), ids=MINIMA)
def test_a_verdict_needs_as_many_requests_as_the_tables_say(
    tmp_path: Path, compare: dict[str, Any], more: dict[str, Any], least: int
) -> None:
    (metric,) = planned(tmp_path, {**CANARY, "compare": compare, **more}).metrics

    assert metric.min_samples == least
    assert f">= {least}" in metric.query


@pytest.mark.parametrize("rate", ["0.5", "1", "1.0001", "1.3", "999"])
def test_no_burn_rate_keeps_anybody_waiting(tmp_path: Path, rate: str) -> None:
    gate = {**CANARY, "compare": {"burnRate": float(rate)}, "traffic": TRAFFIC}
    started = time.monotonic()

    compiled(tmp_path, gate)

    assert time.monotonic() - started < 10


def test_flagger_rolls_back_at_its_threshold_of_failed_checks(tmp_path: Path) -> None:
    gate = {"name": "f", "flagger": {"threshold": 1}, "version": {"workload": "deployment"}}

    (metric,) = planned(tmp_path, {**gate, "traffic": TRAFFIC}).metrics

    assert metric.odds is not None
    passes = binomial(17, 1200, 0.01) ** 10  # ten checks are reckoned with, the first failure ends
    assert float(metric.odds.chances[-1].passed) == pytest.approx(passes, abs=1e-9)


def test_too_few_requests_abort_where_no_data_fails(tmp_path: Path) -> None:
    few = {"requestsPerSecond": 1, "canaryWeight": "1%"}
    gate = {**CANARY, "argo": {"noData": "fail"}, "traffic": few}

    (metric,) = planned(tmp_path, gate).metrics

    assert metric.odds is not None
    assert {(one.passed, one.aborted) for one in metric.odds.chances} == {(0, 1)}


# --- versions ---

ARGUMENTS = {
    "attribute": (CANARY, [("canary-version", "", "metadata.labels['app.kubernetes.io/version']")]),
    "hash": (
        {**CANARY, "version": {"podTemplateHash": "hash"}},
        [("canary-hash", "Latest", "")],
    ),
    "hash against stable": (
        {
            **CANARY,
            "version": {"podTemplateHash": "hash"},
            "compare": {"baseline": {"ratio": 2}},
        },
        [("canary-hash", "Latest", ""), ("stable-hash", "Stable", "")],
    ),
    "fixed": ({**CANARY, "version": {"attribute": "stage", "canary": "c"}}, []),
}


@pytest.mark.parametrize(("gate", "given"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_the_rollout_gives_what_tells_versions_apart(
    tmp_path: Path, gate: dict[str, Any], given: list[tuple[str, str, str]]
) -> None:
    told = argo(planned(tmp_path, gate))

    assert [(one.name, one.pod, one.field) for one in told.arguments if one.required] == given


def test_a_fixed_stage_is_warned_about(tmp_path: Path) -> None:
    gate = {**CANARY, "version": {"attribute": "stage", "canary": "c"}}

    assert [one.code for one in found(tmp_path, gate)] == ["BR667"]


def test_a_label_of_ones_own_metrics_need_not_be_on_spans(tmp_path: Path) -> None:
    gate = {**CANARY, "version": {"attribute": "image.tag"}, "slos": ["charged"]}

    assert not compiled(tmp_path, gate, slos=(CHARGED,)).found


def test_flagger_is_told_the_deployment_and_nothing_of_argo(tmp_path: Path) -> None:
    gate = {"name": "f", "flagger": {}, "version": {"workload": "deployment"}}
    against = {**gate, "compare": {"baseline": {"ratio": 2}}}

    (metric,) = planned(tmp_path, against).metrics

    assert 'deployment="{{ target }}"' in metric.query
    assert 'deployment="{{ target }}-primary"' in metric.query
    assert "args." not in metric.query
    assert isinstance(planned(tmp_path, gate).controller, FlaggerGate)


def test_a_name_for_which_flagger_has_its_own_check_is_refused(tmp_path: Path) -> None:
    gate = {"name": "success", "flagger": {}, "version": {"workload": "deployment"}}
    made = compiled(tmp_path, gate, slos=({**AVAILABILITY, "name": "rate"},))
    text = (tmp_path / "spec.yaml").read_text().replace("name: checkout", "name: request", 1)
    (tmp_path / "spec.yaml").write_text(text)

    codes = [one.code for one in burnrules.compile_tree(tmp_path).found]

    assert made.ok
    assert "BR680" in codes


# --- explain and lint-gates ---


def test_explain_says_what_a_gate_does_and_can_tell(tmp_path: Path) -> None:
    said = explain.text(planned(tmp_path, {**CANARY, "traffic": TRAFFIC}))

    for words in (
        "checkout/canary: a release gate",
        "at most 5 looks",
        "passes after 3 good looks in a row, aborts at failed look 2",
        "no verdict below 207 requests in the window",
        "a look sees 1200 requests",
        "10 x budget",
        "207 requests a look judge",
        "Argo Rollouts 1.8 or later",
    ):
        assert words in " ".join(said.split()), words
    prose = [line for line in said.splitlines() if not line.startswith(("      ", "Written"))]
    assert max(map(len, prose)) <= 80


def test_explain_warns_of_answers_that_are_no_json(tmp_path: Path) -> None:
    said = " ".join(explain.text(planned(tmp_path, WEB)).split())

    assert "up to 1.9 passes a measurement whose 2xx answer is not JSON" in said


def test_explain_says_that_a_gate_cannot_judge(tmp_path: Path) -> None:
    few = {"requestsPerSecond": 1, "canaryWeight": "1%"}

    said = explain.text(planned(tmp_path, {**CANARY, "traffic": few}))

    assert "CANNOT JUDGE: a look sees 3 requests" in said


OTHERS = {
    "flagger": {"name": "f", "flagger": {"threshold": 1}, "version": {"workload": "deployment"}},
    "job": {**CANARY, "argo": {"provider": "job", "jobImage": "judge"}},
    "no row": {**CANARY, "argo": {"consecutiveSuccessLimit": 0, "run": "background"}},
    "budget": {"name": "b", "argo": {"scope": "cluster"}, "compare": {"budgetRemaining": "20%"}},
    "hopeless": {**CANARY, "compare": {"burnRate": 1}, "traffic": TRAFFIC},
}


@pytest.mark.parametrize("gate", OTHERS.values(), ids=OTHERS)
def test_explain_knows_every_form(tmp_path: Path, gate: dict[str, Any]) -> None:
    one = planned(tmp_path, gate)
    said = explain.text(one)

    assert one.id in said
    assert all(isinstance(each, GateMetric) and each.name in said for each in one.metrics)


def test_explain_finds_a_gate_by_its_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    compiled(tmp_path, CANARY)

    status = cli.main(["explain", "checkout/canary", str(tmp_path)])

    assert status == 0
    assert "checkout/canary: a release gate" in capsys.readouterr().out


LINTED = {
    "right": (["right/gate.yaml"], 0, ""),
    "wrong": (["canary-article/gate.yaml"], 1, "error[BR640]"),
    "both": (["right/gate.yaml", "tracing-article/gate.yaml"], 1, "error[BR621]"),
    "missing": (["nowhere.yaml"], 2, ""),
}


@pytest.mark.parametrize(("files", "status", "says"), LINTED.values(), ids=LINTED)
def test_lint_gates_reads_files_of_others(
    files: list[str], status: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = cli.main(["lint-gates", *(str(GATES / file) for file in files)])

    assert ended == status
    assert says in capsys.readouterr().out


def test_lint_gates_speaks_to_machines(capsys: pytest.CaptureFixture[str]) -> None:
    ended = cli.main(["lint-gates", "--format", "json", str(GATES / "tracing-article/gate.yaml")])

    assert ended == 1
    assert all(line.startswith("{") for line in capsys.readouterr().out.splitlines())
