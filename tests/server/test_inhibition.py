"""What the emitted inhibition rules silence, as a real Alertmanager decides it."""

from collections.abc import Iterator, Mapping

import pytest
import running
from compiled import compiled, document

from burnrules import yamltext

pytestmark = pytest.mark.server

SPEC = """
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {name: usual}
spec:
  tiers:
    - {severity: page, budget: 2%, long: 1h, labels: {route: night}}
    - {severity: ticket, budget: 10%, long: 1d}
  budgetSpent: [{share: 100%, severity: page}]
---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {name: reversed}
spec:
  tiers:
    - {severity: ticket, budget: 2%, long: 1h}
    - {severity: page, budget: 10%, long: 1d}
---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {name: own}
spec:
  tiers:
    - {severity: 'wake "me" \\ up', budget: 2%, long: 1h}
    - {severity: ticket, budget: 10%, long: 1d}
---
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: shop}
spec:
  entry: {service: shop}
  alerting: {policy: usual}
  slos:
    - {name: plain, objective: 99, sli: {errors: {}}}
    - {name: other, objective: 99, sli: {errors: {}}}
    - {name: last, objective: 99, sli: {errors: {}}}
    - name: grouped
      objective: 99
      groupBy: [route]
      sli: {events: {errors: 'failed_total', total: 'all_total'}}
    - {name: backwards, objective: 99, alerting: {policy: reversed}, sli: {errors: {}}}
    - {name: quoted, objective: 99, alerting: {policy: own}, sli: {errors: {}}}
"""
WAKE = 'wake "me" \\ up'


@pytest.fixture(scope="module")
def manager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[running.Alertmanager]:
    folder = tmp_path_factory.mktemp("inhibition")
    made = compiled(folder, SPEC)
    with running.alertmanager(folder, yamltext.dump(document(made, "alertmanager"))) as started:
        yield started


def burn(slo: str, severity: str, **more: str) -> Mapping[str, str]:
    """The labels of a burn alert."""
    return {
        "alertname": "Burn",
        "slo_path": "shop",
        "slo_name": slo,
        "severity": severity,
        "burn_rate": "1",
        **more,
    }


def guard(slo: str, name: str, severity: str) -> Mapping[str, str]:
    """The labels of a guard: it burns nothing."""
    return {"alertname": name, "slo_path": "shop", "slo_name": slo, "severity": severity}


@pytest.mark.parametrize(
    ("louder", "quieter", "expected"),
    [
        pytest.param(
            burn("plain", "page", route="night"), burn("plain", "ticket"), "suppressed",
            id="the same SLO, though its page has a label of its own",
        ),
        pytest.param(
            burn("plain", "page", route="night"), burn("other", "ticket"), "active",
            id="another SLO",
        ),
        pytest.param(
            burn("grouped", "page", route="/a"), burn("grouped", "ticket", route="/a"),
            "suppressed", id="the same group",
        ),
        pytest.param(
            burn("grouped", "page", route="/a"), burn("grouped", "ticket", route="/b"), "active",
            id="another group",
        ),
        pytest.param(
            guard("plain", "SLOBudgetExhausted", "page"), burn("plain", "ticket"), "active",
            id="a spent budget does not hide what burns now",
        ),
        pytest.param(
            burn("plain", "page", route="night"), guard("plain", "SLOSignalInvalid", "ticket"),
            "active", id="a page does not hide that its numbers are wrong",
        ),
        pytest.param(
            burn("backwards", "ticket"), burn("backwards", "page"), "suppressed",
            id="a policy that calls its loudest severity ticket",
        ),
        pytest.param(
            burn("quoted", WAKE), burn("quoted", "ticket"), "suppressed",
            id="a severity with quotes and a backslash",
        ),
    ],
)  # fmt: skip
def test_a_page_silences_its_own_ticket(
    manager: running.Alertmanager,
    louder: Mapping[str, str],
    quieter: Mapping[str, str],
    expected: str,
) -> None:
    # The inhibitor hears of alerts in order and later than the API: once it has heard the last ...
    last = burn("last", "page"), burn("last", "ticket")
    manager.post(louder, quieter, *last)
    try:
        running.eventually(lambda: state(manager, last[1]) == "suppressed", "the last", 20)

        assert state(manager, louder) == "active"
        assert state(manager, quieter) == expected
    finally:
        manager.resolve(louder, quieter, *last)


def state(manager: running.Alertmanager, labels: Mapping[str, str]) -> str:
    (found,) = (one for one in manager.alerts() if one["labels"] == labels)
    return str(found["status"]["state"])
