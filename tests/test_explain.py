"""What `explain` says is what the rules do, and it fits a terminal."""

import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules import cli, codes, detection, durations, explain
from burnrules.explain.page import WIDTH
from burnrules.ir import SloPlan
from burnrules.pipeline import compile_tree
from burnrules.yamltext import text

ROOT = Path(__file__).resolve().parents[1]
SPEC = """\
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {{name: checkout}}
spec:
  entry: {{service: checkout, route: /checkout}}
  slos: [{{name: availability, objective: {objective}, sli: {{errors: {{}}}}}}]
"""
PROOF = """\
rule_files: [rules.yaml]
evaluation_interval: 1m
group_eval_order: [checkout-availability, checkout-availability-budget]
tests:
  - interval: 1m
    input_series:
      - series: 'traces_span_metrics_calls_total{{{labels}, status_code="STATUS_CODE_UNSET"}}'
        values: '0+600x{start} {good}x60'
      - series: 'traces_span_metrics_calls_total{{{labels}, status_code="STATUS_CODE_ERROR"}}'
        values: '0x{start} 600+600x60'
    promql_expr_test:
"""
EXPECTED = """\
      - expr: count(ALERTS{{long_window="{long}", alertstate="firing"}})
        eval_time: {minute}m
        exp_samples: {samples}
"""
POLICY = """\
---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {name: default}
spec:
  tiers:
    - {severity: page, burnRate: 14.4, long: 1h}
    - {severity: page, burnRate: 6, long: 6h, for: 2m}
    - {severity: ticket, burnRate: 12, long: 8h}
"""
START = 600  # minutes: beyond the longest window
LABELS = (
    'service_name="checkout", span_name="GET /checkout", span_kind="SPAN_KIND_SERVER", job="otel"'
)


def plan(folder: Path, objective: str = "99.9") -> SloPlan:
    file = folder / "checkout.yaml"
    file.write_text(SPEC.format(objective=objective), "utf-8")
    return compile_tree(file, kinds=()).plan.paths[0].slos[0]


@pytest.fixture(scope="module")
def example() -> list[SloPlan]:
    return [one for path in compile_tree(ROOT / "slos", kinds=()).plan.paths for one in path.slos]


@pytest.mark.parametrize(
    ("objective", "minutes"),
    [
        ("99.9", [1, 5, 7, 7]),
        ("99", [9, 24, 46, 46]),
        ("90", [None, 219, 435, 435]),
    ],
)
def test_each_tier_says_when_a_total_outage_fires_it(
    tmp_path: Path, objective: str, minutes: list[int | None]
) -> None:
    one = plan(tmp_path, objective)

    found = [detection.after(one, tier, Decimal(1)) for tier in one.tiers]

    assert [after and after.milliseconds // 60_000 for after in found] == minutes


def test_promtool_fires_each_tier_when_explain_says_so_and_not_before(tmp_path: Path) -> None:
    file = tmp_path / "checkout.yaml"
    file.write_text(SPEC.format(objective="99.9") + POLICY, "utf-8")
    one = compile_tree(file, kinds=()).plan.paths[0].slos[0]
    rules = next(
        made
        for made in compile_tree(file, kinds=("prometheus-rules",)).artifacts
        if made.kind == "prometheus-rules"
    )
    (tmp_path / "rules.yaml").write_text(text(rules), "utf-8")
    proof = PROOF.format(labels=LABELS, start=START, good=600 * START)
    for tier in one.tiers:
        after = detection.after(one, tier, Decimal(1))
        assert after is not None
        minute = START + after.milliseconds // 60_000
        proof += EXPECTED.format(long=tier.long, minute=minute - 1, samples="[]")
        proof += EXPECTED.format(
            long=tier.long, minute=minute, samples="[{labels: '{}', value: 1}]"
        )
    (tmp_path / "proof.yaml").write_text(proof, "utf-8")

    done = subprocess.run(
        ["promtool", "test", "rules", "proof.yaml"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr + done.stdout


def test_a_tier_that_can_never_fire_says_so(tmp_path: Path) -> None:
    said = explain.text(plan(tmp_path, "90"))

    assert "NEVER" in said
    assert "row 1: never fires: a threshold of 144% cannot be exceeded" in said


def test_everything_that_was_assumed_is_said(tmp_path: Path) -> None:
    one = plan(tmp_path)

    said = " ".join(explain.text(one).split())

    assert one.assumptions
    for assumed in one.assumptions:
        assert f"{assumed.subject}: {assumed.value} ({assumed.reason})" in said


def test_every_rule_is_named_with_its_expression_and_a_sentence(example: list[SloPlan]) -> None:
    for one in example:
        said = explain.text(one)
        for group in one.rules:
            for rule in group.rules:
                assert f"\n  {rule.record or rule.alert}\n    " in said
                assert all(line in said for line in rule.expr.text.splitlines())


def test_the_explanation_fits_80_columns_but_for_expressions(example: list[SloPlan]) -> None:
    for one in example:
        long = [line for line in explain.text(one).splitlines() if len(line) > WIDTH]
        expressions = "\n".join(rule.expr.text for group in one.rules for rule in group.rules)

        assert [line for line in long if line.strip() not in expressions] == []


@given(st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=60))
def test_any_severity_leaves_the_table_within_80_columns(
    example_plan: SloPlan, severity: str
) -> None:
    tiers = tuple(tier._replace(severity=severity) for tier in example_plan.tiers)

    said = explain.text(example_plan._replace(tiers=tiers))

    head = next(line for line in said.splitlines() if line.lstrip().startswith("severity "))
    assert len(head) <= WIDTH


@pytest.fixture(scope="module")
def example_plan(tmp_path_factory: pytest.TempPathFactory) -> SloPlan:
    return plan(tmp_path_factory.mktemp("plan"))


@given(st.decimals("0.0001", "0.99", places=4))
def test_an_outage_is_found_later_where_the_threshold_is_higher(
    example_plan: SloPlan, threshold: Decimal
) -> None:
    tier = example_plan.tiers[0]._replace(threshold=threshold)
    higher = tier._replace(threshold=min(threshold * 2, Decimal("0.999")))

    sooner, later = (detection.after(example_plan, one, Decimal(1)) for one in (tier, higher))

    assert sooner is not None
    assert later is not None
    assert durations.of("1m") <= sooner <= later <= tier.long + durations.of("1m")


def test_a_path_without_alerts_says_that_there_are_none(example_plan: SloPlan) -> None:
    said = explain.text(example_plan._replace(tiers=(), guards=()))

    assert "policy default)\nnone\n" in said
    assert "\nOther alerts\n" not in said


INDICATORS = """\
  indicators:
    - {name: retries, description: Calls made again., retries: {max: 5%}}
    - {name: fan-out, fanOut: {growth: {limit: 50%, over: 7d}}}
    - {name: lag, groupBy: [topic], query: {query: lag_by_topic, unit: orders, max: 10000}}
"""


def test_an_indicator_says_its_limits_and_everything_that_was_assumed(tmp_path: Path) -> None:
    file = tmp_path / "checkout.yaml"
    file.write_text(SPEC.format(objective="99.9") + INDICATORS, "utf-8")

    for one in compile_tree(file, kinds=()).plan.paths[0].indicators:
        said = explain.text(one)

        flat = " ".join(said.split())
        assert one.assumptions
        assert all(f"{a.subject}: {a.value} ({a.reason})" in flat for a in one.assumptions)
        for rule in one.rules.rules:
            assert f"\n  {rule.record or rule.alert}\n    " in said
        for limit, rule in zip(one.limits, one.rules.rules[1:], strict=True):
            assert f"{rule.alert} (ticket): {limit.beyond}, for 15m" in flat


def test_an_indicator_under_no_policy_says_that_nothing_alerts(tmp_path: Path) -> None:
    file = tmp_path / "checkout.yaml"
    silent = SPEC.replace("spec:\n", "spec:\n  alerting: {{policy: none}}\n", 1)
    file.write_text(silent.format(objective="99.9") + INDICATORS, "utf-8")

    for one in compile_tree(file, kinds=()).plan.paths[0].indicators:
        assert "\nAlerts (policy none)\nnone\n" in explain.text(one)


def test_a_command_explains_an_indicator(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "checkout.yaml"
    file.write_text(SPEC.format(objective="99.9") + INDICATORS, "utf-8")

    assert cli.main(["explain", "checkout/lag", str(file)]) == 0

    said = capsys.readouterr().out
    assert "kind query, in orders, evaluated as it stands" in said
    assert "CheckoutLagHigh (ticket): above 10000 orders, for 15m" in said
    assert "One value for every value of topic." in said


@pytest.mark.parametrize("code", codes.table().values(), ids=lambda code: code.id)
def test_every_code_explains_itself_within_80_columns(code: codes.Code) -> None:
    said = explain.text(code)

    assert said.startswith(f"{code.id}  {code.title}\n{code.severity.word}: ")
    assert " ".join(said.split()).endswith(code.why)
    assert max(map(len, said.splitlines())) <= WIDTH
