"""The generated tests catch whatever is done to the generated rules."""
# ruff: noqa: E501 - a table of damages reads best by the row

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from burnrules import pipeline, yamltext

pytestmark = pytest.mark.slow

SPEC = """
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: shop, labels: {team: payments}}
spec:
  alerting: {policy: quick}
  slos:
    - name: orders
      objective: 99.9
      groupBy: [region]
      sli: {events: {errors: orders_failed_total, total: orders_total}}
---
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: slow}
spec:
  entry: {service: checkout, route: /checkout}
  alerting: {policy: quick}
  slos:
    - {name: latency, objective: 99, sli: {latency: {threshold: 400ms}}}
---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {name: quick}
spec:
  tiers:
    - {severity: page, budget: 2%, long: 1h, short: 5m, minFailures: 3}
    - {severity: page, budget: 5%, long: 6h, short: 30m, minFailures: 3}
    - {severity: ticket, budget: 10%, long: 1d, short: 2h}
"""

Rules = list[dict[str, Any]]


@dataclass(frozen=True)
class Damage:
    """A change of some rules of one path; `rule` picks them by name, `change` rewrites an expression."""

    path: str
    rule: str  # a record or alert, by regex
    change: Callable[[str], str]
    field: str = "expr"


def swap(old: str, new: str, count: int = 1) -> Callable[[str], str]:
    return lambda text: re.sub(old, new, text, count=count)


BURN = "Shop.*BudgetBurn"
DAMAGE = {
    "a flipped comparison": Damage("shop", BURN, swap(r"> (0\.0144)", r"< \1")),
    "a comparison that includes": Damage("shop", "SLOBudgetExhausted", swap("<= 0", "<= 0.1")),
    "a factor ten times too high": Damage("shop", BURN, swap(r"> 0\.0144", "> 0.144", 2)),
    "a factor ten times too low": Damage("shop", BURN, swap(r"> 0\.0144", "> 0.00144", 2)),
    "a factor three percent too high": Damage("shop", BURN, swap(r"> 0\.006\b", "> 0.00618", 2)),
    "a longer long window": Damage("shop", BURN, swap("ratio_rate1h", "ratio_rate6h")),
    "a shorter long window": Damage("shop", BURN, swap("ratio_rate6h", "ratio_rate1h")),
    "a longer short window": Damage("shop", BURN, swap("ratio_rate5m", "ratio_rate30m")),
    "a shorter short window": Damage("shop", BURN, swap("ratio_rate30m", "ratio_rate5m")),
    "tickets read the page's window": Damage("shop", BURN, swap("ratio_rate1d", "ratio_rate6h")),
    "a lost short window": Damage("shop", BURN, swap(r" and slo:sli_error:ratio_rate5m\{[^}]*\} > 0\.0144", "")),
    "a lost long window": Damage("shop", BURN, swap(r"\A.*? > 0\.0144 and ", "")),
    "minFailures lost": Damage("shop", BURN, swap(r" and \( ?round\(.*?\) >= 3 ?\)", "")),
    "minFailures one too many": Damage("shop", BURN, swap(">= 3", ">= 4")),
    "minFailures one too few": Damage("shop", BURN, swap(">= 3", ">= 2")),
    "failures not rounded": Damage("shop", BURN, swap(r"round\(", "floor(")),
    "history guard lost": Damage("shop", BURN, swap(r" and present_over_time\(.*\Z", "")),
    "offset lost": Damage("shop", BURN, swap(r" offset \w+", "")),
    "no zero for missing errors": Damage("shop", "slo:sli_error:rate5m", swap(r" or on .*", "")),
    "a wrong label in the or": Damage("shop", "slo:sli_error:rate5m", swap(r"or on \(region\)", "or on (zone)")),
    "a bare or": Damage("shop", "slo:sli_error:rate5m", swap(r"or on \(region\)", "or")),
    "NaN and Inf let in": Damage("shop", "slo:sli_total:rate5m", swap(" >= 0 < Inf", "")),
    "padding lost": Damage("shop", "slo:sli_.*:rate5m", swap(r"\[5m15s\]", "[5m]")),
    "padding of the hour lost": Damage("shop", "slo:sli_.*:rate1h", swap(r"\[1h15s\]", "[1h]")),
    "an average instead of a sum": Damage("shop", "slo:sli_error:rate5m", swap(r"\bsum\b", "avg")),
    "the largest instead of the sum": Damage("shop", "slo:sli_total:rate5m", swap(r"\bsum\b", "max")),
    "groups lost": Damage("shop", "slo:sli_total:rate5m", swap(r"sum by \(region\)", "sum")),
    "errors and total swapped": Damage("shop", "slo:sli_error:rate5m", swap("orders_failed_total", "orders_total")),
    "division by no traffic": Damage("shop", "slo:sli_error:ratio_rate5m", swap(" > 0", "")),
    "events per sample, not per second": Damage("shop", "slo:sli_error:ratio_rate6h", swap("sum_over_time", "avg_over_time")),
    "an average of ratios": Damage("shop", "slo:sli_error:ratio_rate30d", lambda _: 'avg_over_time(slo:sli_error:ratio_rate5m{slo_path="shop", slo_name="orders"}[30d:5m])'),
    "a week instead of a month": Damage("shop", "slo:sli_error:ratio_rate30d", swap("30d", "7d", 2)),
    "budgets swapped": Damage("shop", "slo:(period|current)_burn_rate:ratio", swap(r"/ 0\.001", "/ 0.01")),
    "objective and budget swapped": Damage("shop", "slo:objective:ratio", swap(r"0\.999", "0.001")),
    "a wrong budget": Damage("shop", "slo:error_budget:ratio", swap(r"0\.001", "0.01")),
    "the age of the SLO ignored": Damage("shop", "slo:period_error_budget_remaining:ratio", swap(r" \* on .*", "")),
    "a join without group_left": Damage("shop", "slo:period_error_budget_remaining:ratio", swap(r" group_left \(\)", "")),
    "a wrong label in the join": Damage("shop", "slo:period_error_budget_remaining:ratio", swap("on (.)slo_path, slo_name", r"on \1slo_path, region")),
    "remaining upside down": Damage("shop", "slo:period_error_budget_remaining:ratio", swap(r"1 -", "1 +")),
    "spent without traffic": Damage("shop", "SLOBudgetExhausted", swap(r" and present_over_time.*", "")),
    "absent does not see idle days": Damage("shop", "SLOSignalAbsent", swap(r" or \(.*", "")),
    "absent does not see absence": Damage("shop", "SLOSignalAbsent", swap(r"\A.*? or (?=\()", "")),
    "absent too soon": Damage("shop", "SLOSignalAbsent", lambda _: "5m", "for"),
    "absent too late": Damage("shop", "SLOSignalAbsent", lambda _: "1h", "for"),
    "invalid lets too many errors pass": Damage("shop", "SLOSignalInvalid", swap(r"> 1\.01", "> 10.1")),
    "invalid lets lone errors pass": Damage("shop", "SLOSignalInvalid", swap(r" or \( ?slo:sli_error[^()]* unless .*", "")),
    "invalid too late": Damage("shop", "SLOSignalInvalid", lambda _: "1h", "for"),
    "another severity": Damage("shop", BURN, lambda labels: {**labels, "severity": "info"}, "labels"),
    "a template that does not expand": Damage("shop", BURN, lambda notes: {**notes, "summary": "{{ $labels.region | humanizeDuration1 }}"}, "annotations"),
    "a text of other numbers": Damage("shop", BURN, lambda notes: {**notes, "description": "all is well"}, "annotations"),
    "a bucket too high": Damage("slow", "slo:sli_error:rate5m", swap("400", "500")),
    "fast as errors": Damage("slow", "slo:sli_error:rate5m", swap(r"\A.*?- on \(\)", "")),
    "missing buckets read as slow": Damage("slow", "slo:sli_error:rate1h", lambda text: text.rstrip().removesuffix(")") + ' or on () (0 * slo:sli_total:rate1h{slo_path="slow", slo_name="latency"}))'),
    "negative errors pass": Damage("slow", "SLOSignalInvalid", swap(r"< -0\.01", "< -10")),
    "missing errors pass": Damage("slow", "SLOSignalInvalid", swap(r" or \( ?slo:sli_total[^()]* unless [^()]*\)", "")),
    "a lost matcher": Damage("slow", "slo:sli_total:rate5m", swap(r'service_name="checkout",\s*', "")),
    "a looser matcher": Damage("slow", "slo:sli_total:rate5m", swap(r"/checkout", ".*/checkout.*")),
}  # fmt: skip


REFUSED = {"a template that does not expand"}  # promtool says so by itself


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    specs, out = tmp_path_factory.mktemp("specs"), tmp_path_factory.mktemp("generated")
    (specs / "shop.yaml").write_text(SPEC)
    made = pipeline.compile_tree(specs, kinds=("prometheus-rules", "promtool-tests"))
    assert made.ok, made.found
    for one in made.artifacts:
        target = out / one.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yamltext.text(one))
    return out


def held(folder: Path, path: str) -> tuple[bool, str]:
    """Whether the generated tests of a path hold; the first that does not ends it."""
    for file in sorted(folder.glob(f"promtool-tests/**/{path}.*yaml")):
        done = subprocess.run(
            ["promtool", "test", "rules", file], capture_output=True, text=True, check=False
        )
        if done.returncode:
            return False, done.stdout + done.stderr
    return True, ""


def loads(file: Path) -> bool:
    done = subprocess.run(["promtool", "check", "rules", file], capture_output=True, check=False)
    return done.returncode == 0


def damaged(rules: Rules, damage: Damage) -> int:
    """Applies the damage; how many rules it changed."""
    changed = 0
    for rule in rules:
        name = rule.get("record") or rule["alert"]
        if re.fullmatch(damage.rule, name) and damage.field in rule:
            before = rule[damage.field]
            if damage.field == "expr":
                before = re.sub(r"\s+", " ", before)  # however it is laid out
            rule[damage.field] = damage.change(before)
            changed += rule[damage.field] != before
    return changed


@pytest.mark.parametrize("path", ["shop", "slow"])
def test_undamaged_rules_pass_their_tests(generated: Path, path: str) -> None:
    assert held(generated, path) == (True, "")


@pytest.mark.parametrize("name", DAMAGE)
def test_the_generated_tests_catch(generated: Path, tmp_path: Path, name: str) -> None:
    damage = DAMAGE[name]
    shutil.copytree(generated, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "prometheus-rules" / f"{damage.path}.yaml"
    document = yaml.safe_load(file.read_text())
    changed = damaged([rule for group in document["groups"] for rule in group["rules"]], damage)
    file.write_text(yaml.safe_dump(document, sort_keys=False))

    assert changed, "the damage changes no rule any more"
    assert loads(file) or name in REFUSED
    assert not held(tmp_path, damage.path)[0]
