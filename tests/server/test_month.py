"""A month of accidents, read by a real Prometheus through the generated rules."""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass

import backfill
import month
import pytest
import running
from backfill import NO_SCRAPES
from compiled import at_interval, compiled, expression, rules

from burnrules.pipeline import Compilation

pytestmark = pytest.mark.server

SPEC = """
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {name: default}
spec:
  prometheus: {version: "2.42", ingestion: scrape, scrapeInterval: 60s}
---
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: month, labels: {team: shop}}
spec:
  slos:
""" + "".join(
    f"    - {{name: {name}, objective: 99.9, sli: {{errors: {{spans: {{service: {name}}}}}}}}}\n"
    for name in (one.name for one in month.SERVICES)
)
OBJECTIVE = 0.999
REMAINING = "slo:period_error_budget_remaining:ratio"
TOLERANCE = 0.01
EACH = pytest.mark.parametrize("service", month.SERVICES, ids=lambda one: one.name)


@dataclass(frozen=True)
class Month:
    """A Prometheus that holds the month and evaluates the rules now, at its end."""

    prometheus: running.Prometheus
    made: Compilation
    start: int

    def at(self, step: int) -> int:
        """When a step of the month begins."""
        return self.start + step * month.STEP


@pytest.fixture(scope="module")
def a_month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    folder = tmp_path_factory.mktemp("month")
    made = compiled(folder, SPEC)
    start = int(time.time()) // month.STEP * month.STEP - month.SECONDS
    span = (start, start + month.SECONDS, month.STEP)
    backfill.blocks(folder, month.open_metrics(start))
    # Errors read the recorded totals, so these have to be there first, as in a group.
    for records in (("slo:sli_total:rate5m", "slo:objective:ratio"), ("slo:sli_error:rate5m",)):
        with running.prometheus(folder, NO_SCRAPES) as server:
            lines = list(backfill.recorded(server, rules(made, *records), span))
        backfill.blocks(folder, lines)
    (folder / "rules.yaml").write_text(at_interval(made, "1s"), "utf-8")
    with running.prometheus(folder, f"rule_files: ['{folder / 'rules.yaml'}']\n") as server:
        running.eventually(
            lambda: len(server.query(REMAINING)) == len(month.SERVICES), "the budgets", 60
        )
        yield Month(server, made, start)


@EACH
def test_the_budget_of_a_month_is_the_share_of_requests_that_failed(
    a_month: Month, service: month.Service
) -> None:
    truth = service.error_ratio(month.DAY)

    ratio = a_month.prometheus.value(f'slo:sli_error:ratio_rate30d{{slo_name="{service.name}"}}')
    burnt = a_month.prometheus.value(f'slo:period_burn_rate:ratio{{slo_name="{service.name}"}}')
    left = a_month.prometheus.value(f'{REMAINING}{{slo_name="{service.name}"}}')

    assert ratio == pytest.approx(truth, rel=TOLERANCE)
    assert burnt == pytest.approx(truth / (1 - OBJECTIVE), rel=TOLERANCE)
    assert 1 - left == pytest.approx(truth / (1 - OBJECTIVE), rel=TOLERANCE)


@pytest.mark.parametrize("name", ["night-outage", "peak-outage", "idle-nights", "late-errors"])
def test_an_average_of_ratios_would_have_been_wrong_about_the_same_month(
    a_month: Month, name: str
) -> None:
    (service,) = (one for one in month.SERVICES if one.name == name)
    f = f'{{slo_name="{name}"}}'

    average = a_month.prometheus.value(
        f"avg_over_time((slo:sli_error:rate5m{f} / slo:sli_total:rate5m{f})[30d:5m])"
    )

    wrong = abs(average / service.error_ratio(month.DAY) - 1)
    assert math.isnan(wrong) if name == "idle-nights" else wrong > 5 * TOLERANCE


@pytest.mark.parametrize(
    ("name", "ends"),
    [
        pytest.param("night-outage", 20 * month.DAY + 5 * month.HOUR, id="night-outage"),
        pytest.param("peak-outage", 20 * month.DAY + 15 * month.HOUR, id="peak-outage"),
        pytest.param("idle-nights", 10 * month.DAY + 11 * month.HOUR, id="idle-nights"),
        pytest.param("late-errors", 25 * month.DAY + 15 * month.HOUR, id="late-errors"),
        pytest.param("pod-churn", 28 * month.DAY + 16 * month.HOUR, id="pod-churn"),
    ],
)
@pytest.mark.parametrize(("window", "steps"), [("6h", 360), ("1d", 1440), ("3d", 4320)])
def test_long_windows_hold_the_truth_when_an_outage_ends(
    a_month: Month, name: str, ends: int, window: str, steps: int
) -> None:
    (service,) = (one for one in month.SERVICES if one.name == name)
    expr = expression(a_month.made, name, f"slo:sli_error:ratio_rate{window}")
    now = ends + 10  # until the recorded rates have seen the end

    found = a_month.prometheus.value(expr, a_month.at(now))

    assert found == pytest.approx(service.error_ratio(now - steps, now), rel=TOLERANCE)


def test_the_server_evaluates_every_rule_without_an_error(a_month: Month) -> None:
    ends = time.monotonic() + 90  # a group's first turn comes within its interval, a minute
    found = a_month.prometheus.rules()
    while ("unknown", "") in found.values() and time.monotonic() < ends:
        time.sleep(1)
        found = a_month.prometheus.rules()

    assert len(found) > 20 * len(month.SERVICES)
    assert not {name: why for name, why in found.items() if why != ("ok", "")}


def test_only_what_burns_alerts_at_the_end_of_the_month(a_month: Month) -> None:
    def active() -> set[tuple[str, str, str]]:
        found = (one["labels"] for one in a_month.prometheus.alerts())
        return {(one["slo_name"], one["alertname"], one.get("long_window", "")) for one in found}

    exhausted = {
        (one.name, "SLOBudgetExhausted", "")
        for one in month.SERVICES
        if one.error_ratio(month.DAY) > 1 - OBJECTIVE
    }
    expected = {("late-errors", "MonthLateErrorsBudgetBurn", "3d"), *exhausted}
    running.eventually(lambda: active() >= expected, "the alerts", 30)

    assert len(exhausted) == 3
    assert active() == expected
