"""The Alertmanager snippet: who is told, and what a page silences."""

import subprocess
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from burnrules import yamltext
from burnrules.diagnostics import Span
from burnrules.durations import of
from burnrules.emit import alertmanager
from burnrules.ir import (
    EventSli,
    Expr,
    Group,
    Kubernetes,
    Labels,
    Missing,
    PathPlan,
    Plan,
    Query,
    Rule,
    SloPlan,
    Tier,
)

SLI = EventSli(
    "errors", Query("t"), Query("e"), part_is_good=False, missing=Missing.ZERO,
    pad=of("15s"), counts="requests", wrong="failed",
)  # fmt: skip
NASTY = 'on "call" \\ {é}'


def tier(severity: str, labels: Labels = ()) -> Tier:
    one = Decimal(1)
    return Tier(
        severity, one, one, of("1h"), of("5m"), 0, one, raised=False, wait=None, keep=None,
        labels=labels, annotations=(),
    )  # fmt: skip


def alert(severity: str) -> Rule:
    return Rule("", "Burn", Expr("up", Span("a.yaml")), (("severity", severity),))


def slo(name: str, *tiers: Tier | str, groups: tuple[str, ...] = (), guard: str = "") -> SloPlan:
    made = tuple(tier(one) if isinstance(one, str) else one for one in tiers)
    severities = [*(one.severity for one in made), *([guard] if guard else [])]
    return SloPlan(
        path="checkout", name=name, description="", objective=Decimal(99),
        budget=Decimal("0.01"), window=of("30d"), groups=groups, sli=SLI, policy="p",
        alert_name="Burn", tiers=made, guards=(), labels=(), interval=of("1m"),
        origin=Span("a.yaml"),
        rules=(Group("g", of("1m"), (recording(), *map(alert, severities))),),
    )  # fmt: skip


def recording() -> Rule:
    return Rule("slo:sli_total:rate5m", "", Expr("up", Span("a.yaml")), ())


def plan(*slos: SloPlan, sources: tuple[str, ...] = ("slos/a.yaml",)) -> Plan:
    return Plan(
        tuple(
            PathPlan(f"path-{index}", source, Kubernetes(), () if index else slos)
            for index, source in enumerate(sources)
        )
    )


def document(*slos: SloPlan) -> Mapping[str, Any]:
    (artifact,) = alertmanager.emit(plan(*slos))
    (made,) = artifact.documents
    return made


def silences(rule: Mapping[str, Any]) -> str:
    """A rule on one line: what silences what, where these are equal."""
    source, target = (list(rule[f"{end}_matchers"]) for end in ("source", "target"))
    assert 'burn_rate!=""' in source
    assert 'burn_rate!=""' in target
    said = (" ".join(one for one in ends if "burn_rate" not in one) for ends in (source, target))
    return " > ".join(said) + " = " + " ".join(rule["equal"])


ALL = "slo_path slo_name"
A, B = (f'slo_path="checkout" slo_name="{name}"' for name in "ab")


@pytest.mark.parametrize(
    ("slos", "expected"),
    [
        pytest.param(
            [slo("a", "page", "ticket"), slo("b", "page", "page", "ticket", "ticket")],
            [f'severity="page" > severity="ticket" = {ALL}'],
            id="one rule serves every SLO",
        ),
        pytest.param(
            [slo("a", "page", "ticket", "info")],
            [
                f'severity="page" > severity="ticket" = {ALL}',
                f'severity="page" > severity="info" = {ALL}',
                f'severity="ticket" > severity="info" = {ALL}',
            ],
            id="each severity silences every quieter one",
        ),
        pytest.param(
            [slo("a", "page", "ticket", groups=("route", "env")), slo("b", "page", "ticket")],
            [f'severity="page" > severity="ticket" = {ALL} env route'],
            id="the page of one group leaves the tickets of others alone",
        ),
        pytest.param([slo("a", "page", "page", guard="ticket")], [], id="equals do not silence"),
        pytest.param(
            [slo("a", "page", "ticket"), slo("b", "ticket", "page")],
            [
                f'{A} severity="page" > {A} severity="ticket" = {ALL}',
                f'{B} severity="ticket" > {B} severity="page" = {ALL}',
            ],
            id="policies that order severities differently never silence each other",
        ),
        pytest.param(
            [
                slo("a", "page", "ticket", groups=("pager",)),
                slo("b", tier("page", (("pager", "shop"),)), "ticket"),
            ],
            [
                f'severity="page" > severity="ticket" = {ALL} pager',
                f'{B} severity="page" > {B} severity="ticket" = {ALL}',
            ],
            id="a tier's own label does not keep its page from silencing",
        ),
        pytest.param(
            [
                slo("a", "page", "ticket", groups=("team",)),
                slo("b", *(tier(one, (("team", "pay"),)) for one in ("page", "ticket"))),
            ],
            [f'severity="page" > severity="ticket" = {ALL} team'],
            id="a label that all tiers share needs no rule of its own",
        ),
        pytest.param(
            [
                slo("a", "page", "ticket", groups=("v",)),
                slo("b", *(tier(one, (("v", "{{ $value }}"),)) for one in ("page", "ticket"))),
            ],
            [
                f'severity="page" > severity="ticket" = {ALL} v',
                f'{B} severity="page" > {B} severity="ticket" = {ALL}',
            ],
            id="a templated label, different in each alert, does not either",
        ),
    ],
)
def test_a_page_silences_the_ticket_of_the_same_burn(
    slos: list[SloPlan], expected: list[str]
) -> None:
    assert [silences(one) for one in document(*slos)["inhibit_rules"]] == expected


def test_every_severity_has_a_route_and_a_receiver_to_fill_in() -> None:
    made = document(slo("a", "page", "ticket", guard="info"), slo("b", "ticket"))

    routes = made["route"]["routes"]
    assert [one["matchers"][-1] for one in routes] == [
        f'severity="{one}"' for one in ("page", "ticket", "info")
    ]
    assert {one["name"] for one in made["receivers"]} == {
        made["route"]["receiver"],
        *(one["receiver"] for one in routes),
    }


def test_the_watch_over_the_pipeline_is_routed_and_inhibited_too() -> None:
    watched = plan(slo("spans", "page", "ticket")).paths
    (made,) = alertmanager.emit(Plan(paths=(), health=watched))
    (document,) = made.documents

    assert len(document["route"]["routes"]) == 2
    assert [silences(one) for one in document["inhibit_rules"]] == [
        f'severity="page" > severity="ticket" = {ALL}'
    ]


def test_a_tree_without_alerts_gets_no_snippet() -> None:
    assert list(alertmanager.emit(plan(slo("a")))) == []


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        pytest.param(("slos/a.yaml",), "slos/a.yaml", id="one spec"),
        pytest.param(("slos/x/a.yaml", "slos/b.yaml"), "slos", id="the folder of all"),
        pytest.param(("/x/a.yaml", "b.yaml"), "several specs", id="nothing in common"),
        pytest.param(("a.yaml", "b.yaml"), "several specs", id="no folder"),
    ],
)
def test_the_header_names_where_the_snippet_comes_from(
    sources: tuple[str, ...], expected: str
) -> None:
    (made,) = alertmanager.emit(plan(slo("a", "page"), sources=sources))

    assert made.source == expected


def test_alertmanager_takes_the_snippet_whatever_severities_are_called(tmp_path: Path) -> None:
    (made,) = alertmanager.emit(plan(slo("a", NASTY, "ticket", groups=("route",), guard="☎")))
    file = tmp_path / "alertmanager.yaml"
    file.write_text(yamltext.text(made), "utf-8")

    judged = subprocess.run(
        ["amtool", "check-config", file], capture_output=True, text=True, check=False
    )

    assert judged.returncode == 0, judged.stdout + judged.stderr
    assert "1 inhibit rules" in judged.stdout
