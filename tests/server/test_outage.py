"""An outage as a team lives it: scraped, recorded, paged, inhibited, resolved, and counted."""

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import backfill
import pytest
import running
from backfill import NO_SCRAPES
from compiled import compiled, document, rules
from exporter import SLOW, Instance, Shop, serving
from running import eventually

from burnrules import yamltext
from burnrules.pipeline import Compilation

pytestmark = pytest.mark.server

SPEC = """
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {name: default}
spec:
  spanMetrics:
    custom:
      calls: traces_span_metrics_calls_total
      duration: traces_span_metrics_duration_milliseconds
      buckets: [400ms]
      errors: {match: {status_code: STATUS_CODE_ERROR}}
  prometheus: {version: "2.42", scrapeInterval: 1s, ruleInterval: 1s}
---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {name: default}
spec:
  tiers:
    - {severity: page, burnRate: 10, long: 20s, short: 5s, minFailures: 3, labels: {pager: shop}}
    - {severity: ticket, burnRate: 2, long: 40s, short: 20s, for: 5s}
  signalAbsent: {for: 2s}
  signalInvalid: {for: 2s}
---
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata:
  name: checkout
  labels: {team: payments}
  annotations: {runbook_url: "https://runbooks.example.com/{{ $labels.slo_name }}"}
spec:
  window: 1h
  entry: {service: shop, spanName: POST /cart}
  slos:
    - {name: availability, objective: 99, groupBy: [deployment.environment.name], sli: {errors: {}}}
    - {name: latency, objective: 99, sli: {latency: {threshold: 400ms}}}
    - {name: late, objective: 99, sli: {errors: {spans: {service: late}}}}
    - {name: misnamed, objective: 99, sli: {errors: {spans: {service: shopp}}}}
    - name: contradictory
      objective: 99
      alerting: {disabled: [page, ticket]}
      sli: {events: {errors: orders_failed_total, total: orders_total}}
"""
CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: ['{rules}']
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{alertmanager}']}}]}}]}}
scrape_configs:
  - {{job_name: old, metrics_path: /old, static_configs: [{{targets: ['{shop}']}}]}}
  - {{job_name: new, metrics_path: /new, static_configs: [{{targets: ['{shop}']}}]}}
"""
PRODUCTION, STAGING = "production", "staging"
STAGING_FAILS = 0.05  # between the thresholds of ticket and page, all the time
TOLERANCE = 0.01
PATIENCE = 60

Alert = Mapping[str, Any]
Burn = tuple[str, str, str]  # SLO, environment, severity
PAGES = {(slo, env, "page") for slo, env in [("availability", PRODUCTION), ("latency", "")]}
TICKETS = {(slo, env, "ticket") for slo, env, _ in PAGES}
LATE = {("late", "", "page"), ("late", "", "ticket")}
STAGING_TICKET = ("availability", STAGING, "ticket")


@dataclass
class Story:
    """What each server said at each turn."""

    healthy: list[Alert]
    outage: list[Alert]
    rules: Mapping[str, tuple[str, str]]  # during the outage
    received: list[Alert]  # by Alertmanager, during the outage
    paged: list[Mapping[str, str]]
    ticketed: list[Mapping[str, str]]
    resolved: list[Alert]
    released: list[Alert]  # by Alertmanager, after the page
    recorded: Mapping[str, float]
    truth: Mapping[str, float]


def burns(alerts: list[Alert]) -> set[Burn]:
    """The burn alerts that fire, in short."""
    found = (one["labels"] for one in alerts if one.get("state", "firing") == "firing")
    return {
        (one["slo_name"], one.get("deployment_environment_name", ""), one["severity"])
        for one in found
        if "burn_rate" in one
    }


def told(labels: list[Mapping[str, str]]) -> set[tuple[str, str]]:
    """The SLOs and environments that a receiver was told of."""
    return {(one["slo_name"], one.get("deployment_environment_name", "")) for one in labels}


def told_of(burning: set[Burn]) -> set[tuple[str, str]]:
    return {(slo, environment) for slo, environment, _ in burning}


def one_of(alerts: list[Alert], burn: Burn) -> Alert:
    (found,) = (one for one in alerts if burns([one]) == {burn})
    return found


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("outage")
    made = compiled(folder, SPEC)
    (folder / "rules.yaml").write_text(
        yamltext.dump(document(made, "prometheus-rules")), encoding="utf-8"
    )
    _a_past(folder, made)
    instances = {
        name: Instance((PRODUCTION, STAGING), le, failing={STAGING: STAGING_FAILS})
        for name, le in (("old", "400"), ("new", "400.0"))
    }
    with (
        serving(Shop(instances)) as shop,
        running.alertmanager(folder, _with_pager(made, shop)) as manager,
        running.prometheus(
            folder,
            CONFIG.format(
                rules=folder / "rules.yaml", alertmanager=manager.target, shop=shop.address
            ),
        ) as server,
    ):
        yield _lived(shop, manager, server)


def _a_past(folder: Path, made: Compilation) -> None:
    """The SLOs have existed for the whole window, so that their budget is that of the window."""
    now = int(time.time())
    with running.prometheus(folder, NO_SCRAPES) as server:
        span = (now - 2 * 3600, now - 60, 60)
        lines = list(backfill.recorded(server, rules(made, "slo:objective:ratio"), span))
    backfill.blocks(folder, lines)


def _with_pager(made: Compilation, shop: Shop) -> str:
    """The emitted snippet; only receivers and haste are added, as a team would."""
    emitted = document(made, "alertmanager")
    receivers = [
        {**one, "webhook_configs": [{"url": f"http://{shop.address}/{one['name']}"}]}
        for one in emitted["receivers"]
    ]
    route = {**emitted["route"], "group_wait": "1s", "group_interval": "1s"}
    return yamltext.dump({**emitted, "route": route, "receivers": receivers})


def _lived(shop: Shop, manager: running.Alertmanager, server: running.Prometheus) -> Story:
    def fires(burn: set[Burn]) -> Callable[[], bool]:
        return lambda: burn <= burns(server.alerts())

    eventually(fires({STAGING_TICKET}), "the ticket of staging", PATIENCE)
    guards = {"SLOSignalAbsent", "SLOSignalInvalid"}
    eventually(lambda: guards <= _firing(server), "the guards", PATIENCE)
    healthy = server.alerts()

    for one in shop.instances.values():
        one.failing[PRODUCTION], one.slow, one.late = 1.0, 1.0, True
    eventually(fires(PAGES | TICKETS | LATE), "the alerts of the outage", PATIENCE)
    outage, health = server.alerts(), server.rules()
    eventually(lambda: burns(manager.alerts()) >= PAGES | TICKETS, "Alertmanager", PATIENCE)
    eventually(lambda: told(shop.alerts_of("slo-page")) >= told_of(PAGES), "the pager", PATIENCE)
    received, paged = manager.alerts(), shop.alerts_of("slo-page")
    ticketed = shop.alerts_of("slo-ticket")

    for one in shop.instances.values():
        one.failing[PRODUCTION], one.slow, one.late = 0.0, 0.0, False
    eventually(lambda: not PAGES & burns(server.alerts()), "the end of the pages", PATIENCE)
    resolved = server.alerts()
    eventually(lambda: not PAGES & burns(manager.alerts()), "the pager's end", PATIENCE)
    released = manager.alerts()

    recorded, truth = _counted(shop, server)
    return Story(
        healthy=healthy,
        outage=outage,
        rules=health,
        received=received,
        paged=paged,
        ticketed=ticketed,
        resolved=resolved,
        released=released,
        recorded=recorded,
        truth=truth,
    )


def _firing(server: running.Prometheus) -> set[str]:
    return {one["labels"]["alertname"] for one in server.alerts() if one["state"] == "firing"}


def _counted(
    shop: Shop, server: running.Prometheus
) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """Recorded ratios and budgets once traffic has stopped, and what was really counted."""
    for one in shop.instances.values():
        one.traffic = 0.0
    time.sleep(4)  # both scrapes and all groups have seen the last request
    recorded = {}
    for series in (
        "slo:sli_error:ratio_rate1h",
        "slo:period_burn_rate:ratio",
        "slo:period_error_budget_remaining:ratio",
    ):
        for one in server.query(series):
            group = one.labels.get("deployment_environment_name", "")
            recorded[f"{series} {one.labels['slo_name']} {group}".strip()] = one.value
    return recorded, {
        "availability production": shop.error_ratio(PRODUCTION),
        "availability staging": shop.error_ratio(STAGING),
        "latency": shop.error_ratio(SLOW),
    }


def test_only_what_is_wrong_alerts_while_the_shop_is_healthy(story: Story) -> None:
    assert burns(story.healthy) == {STAGING_TICKET}


@pytest.mark.parametrize(
    ("slo", "alert"),
    [("misnamed", "SLOSignalAbsent"), ("contradictory", "SLOSignalInvalid")],
    ids=["series that never come", "more errors than events"],
)
def test_a_broken_sli_alerts_by_itself(story: Story, slo: str, alert: str) -> None:
    found = {
        (one["labels"]["slo_name"], one["labels"]["alertname"])
        for one in story.healthy
        if one["labels"]["alertname"].startswith("SLOSignal")
    }

    assert (slo, alert) in found
    assert {name for name, _ in found} == {"misnamed", "contradictory"}


def test_an_outage_pages_for_what_it_hits_and_nothing_else(story: Story) -> None:
    assert burns(story.outage) == PAGES | TICKETS | LATE | {STAGING_TICKET}


def test_no_rule_fails_whatever_series_come_and_go(story: Story) -> None:
    assert len(story.rules) > 80
    assert not {name: why for name, why in story.rules.items() if why != ("ok", "")}


def test_the_page_says_what_burns_where_and_what_to_do(story: Story) -> None:
    page = one_of(story.outage, ("availability", PRODUCTION, "page"))

    assert page["labels"] == {
        "alertname": "CheckoutAvailabilityBudgetBurn",
        "burn_rate": "10",
        "deployment_environment_name": PRODUCTION,
        "long_window": "20s",
        "pager": "shop",
        "severity": "page",
        "short_window": "5s",
        "slo_name": "availability",
        "slo_path": "checkout",
        "team": "payments",
    }
    said = page["annotations"]
    assert said["runbook_url"] == "https://runbooks.example.com/availability"
    assert said["summary"] == (
        "checkout/availability burns its error budget 10 times too fast "
        "(deployment_environment_name=production)"
    )
    assert re.search(
        r"More than 10% of the requests failed .*now [\d.]+% over 20s", said["description"]
    )


def test_every_annotation_that_was_rendered_is_free_of_template_errors(story: Story) -> None:
    texts = [one for alert in story.outage for one in alert["annotations"].values()]

    assert len(texts) > 20
    assert not [one for one in texts if re.search(r"\{\{|<error|<no value>|\[\[", one)]


def test_alertmanager_inhibits_the_ticket_of_the_same_burn_only(story: Story) -> None:
    states = {
        (burn, one["status"]["state"])
        for one in story.received
        for burn in burns([one])
        if burn[0] != "late"
    }

    assert states == {
        *((page, "active") for page in PAGES),
        *((ticket, "suppressed") for ticket in TICKETS),
        (STAGING_TICKET, "active"),
    }


def test_a_ticket_is_inhibited_by_the_page_of_its_own_slo(story: Story) -> None:
    for slo, environment, _ in PAGES:
        page, ticket = (
            one_of(story.received, (slo, environment, severity)) for severity in ("page", "ticket")
        )
        assert ticket["status"]["inhibitedBy"] == [page["fingerprint"]]


def test_the_receiver_of_each_severity_is_told_of_what_is_not_inhibited(story: Story) -> None:
    paged, ticketed = told(story.paged), told(story.ticketed)

    assert {one["severity"] for one in story.paged} == {"page"}
    assert {one["severity"] for one in story.ticketed} == {"ticket"}
    assert paged >= told_of(PAGES)
    assert ticketed >= told_of({STAGING_TICKET})
    assert not paged & ticketed


def test_the_page_resolves_while_the_ticket_stays_and_is_heard(story: Story) -> None:
    assert not PAGES & burns(story.resolved)
    assert burns(story.resolved) >= TICKETS
    assert {one_of(story.released, ticket)["status"]["state"] for ticket in TICKETS} == {"active"}


@pytest.mark.parametrize("slo", ["availability production", "availability staging", "latency"])
def test_the_budget_that_is_left_is_the_truth(story: Story, slo: str) -> None:
    truth = story.truth[slo]

    assert truth > 0.01
    ratio = story.recorded[f"slo:sli_error:ratio_rate1h {slo}"]
    burnt = story.recorded[f"slo:period_burn_rate:ratio {slo}"]
    left = story.recorded[f"slo:period_error_budget_remaining:ratio {slo}"]
    assert ratio == pytest.approx(truth, rel=TOLERANCE)
    assert burnt == pytest.approx(truth / 0.01, rel=TOLERANCE)
    assert 1 - left == pytest.approx(truth / 0.01, rel=TOLERANCE)
