"""The time until a tier fires is what promtool sees of the rules, at any error rate."""

import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from burnrules import detection, durations
from burnrules.ir import SloPlan
from burnrules.pipeline import compile_tree
from burnrules.yamltext import text

pytestmark = pytest.mark.slow

SPEC = """\
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: checkout}
spec:
  entry: {service: checkout, route: /checkout}
  slos: [{name: availability, objective: 99.9, sli: {errors: {}}}]
"""
START, LASTS, REQUESTS = 420, 300, 6000  # minutes, minutes, requests a minute
LABELS = (
    'service_name="checkout", span_name="GET /checkout", span_kind="SPAN_KIND_SERVER", job="otel"'
)
PROOF = """\
rule_files: [rules.yaml]
evaluation_interval: 1m
group_eval_order: [checkout-availability, checkout-availability-budget]
tests:
  - interval: 15s
    input_series:
      - series: 'traces_span_metrics_calls_total{{{labels}, status_code="STATUS_CODE_UNSET"}}'
        values: '0+{each}x{before} {reached}+{good}x{after}'
      - series: 'traces_span_metrics_calls_total{{{labels}, status_code="STATUS_CODE_ERROR"}}'
        values: '0x{before} {bad}+{bad}x{after}'
    promql_expr_test:
"""
EXPECTED = """\
      - expr: count(ALERTS{{long_window="{long}", alertstate="firing"}})
        eval_time: {minute}m
        exp_samples: {samples}
"""


def proof(one: SloPlan, ratio: Decimal) -> Iterator[str]:
    """Series with errors from START on, and each tier in its minute and the one before."""
    each, samples = REQUESTS // 4, START * 4
    bad = int(each * ratio)
    yield PROOF.format(
        labels=LABELS, each=each, before=samples, reached=each * samples + each - bad,
        good=each - bad, bad=bad, after=LASTS * 4,
    )  # fmt: skip
    for tier in one.tiers:
        after = detection.after(one, tier, ratio)
        minutes = after.milliseconds // 60_000 if after else LASTS
        if minutes >= LASTS or tier.long > durations.of("6h"):  # its history would take days
            continue
        minute = START + minutes
        yield EXPECTED.format(long=tier.long, minute=minute - 1, samples="[]")
        yield EXPECTED.format(long=tier.long, minute=minute, samples="[{labels: '{}', value: 1}]")


@pytest.mark.parametrize("percent", ["2", "4", "10", "20", "50", "100"])
def test_promtool_fires_each_page_in_its_minute_and_not_before(
    tmp_path: Path, percent: str
) -> None:
    spec = tmp_path / "checkout.yaml"
    spec.write_text(SPEC, "utf-8")
    made = compile_tree(spec, kinds=("prometheus-rules",))
    (tmp_path / "rules.yaml").write_text(text(made.artifacts[0]), "utf-8")
    said = list(proof(made.plan.paths[0].slos[0], Decimal(percent) / 100))
    (tmp_path / "proof.yaml").write_text("".join(said), "utf-8")

    done = subprocess.run(
        ["promtool", "test", "rules", "proof.yaml"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert len(said) > 3
    assert done.returncode == 0, done.stderr + done.stdout


def test_errors_at_the_threshold_are_never_noticed(tmp_path: Path) -> None:
    spec = tmp_path / "checkout.yaml"
    spec.write_text(SPEC, "utf-8")
    one = compile_tree(spec, kinds=()).plan.paths[0].slos[0]

    assert all(detection.after(one, tier, tier.threshold) is None for tier in one.tiers)
