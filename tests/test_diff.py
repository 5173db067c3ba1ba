"""What `burnrules diff` says of a change is what the change does."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules import difference, durations
from burnrules.cli import main
from burnrules.difference import words
from burnrules.ir import Plan
from burnrules.pipeline import compile_tree

SPEC = """\
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: checkout, labels: {team: payments}}
spec:
  entry: {service: checkout, route: /checkout}
  alerting: {policy: shop}
  slos:
    - {name: availability, objective: 99.9, sli: {errors: {}}}
  indicators:
    - {name: p99, latency: {quantile: 0.99, max: 2s}}
---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {name: shop}
spec:
  tiers:
    - {severity: page, burnRate: 14.4, long: 1h}
    - {severity: ticket, burnRate: 3, long: 1d}
"""
EDITS = {
    "threshold": ("14.4", "7.2", "page threshold 1.44 % -> 0.72 %"),
    "sooner": ("14.4", "7.2", "22 minutes sooner at 2 % errors"),
    "no more": ("14.4", "28.8", "no more at 2 % errors"),
    "now": ("burnRate: 3,", "burnRate: 1,", "at 0.2 % errors now"),
    "objective": ("99.9", "99.5", "objective 99.9 % -> 99.5 %"),
    "window": ("  alerting:", "  window: 28d\n  alerting:", "window 30d -> 28d"),
    "SLI": ("{errors: {}}", "{latency: {threshold: 400ms}}", "SLI errors -> latency"),
    "entry": ("route: /checkout", "route: /pay", "other events are counted"),
    "errors": (
        "{errors: {}}",
        "{errors: {spans: {service: checkout, route: /checkout, errorWhen: {httpStatus: [5xx]}}}}",
        "other events are errors",
    ),
    "groups": ("  alerting:", "  groupBy: [service.name]\n  alerting:", "groups none -> "),
    "team": ("team: payments", "team: money", "label team payments -> money"),
    "tier gone": ("    - {severity: ticket, burnRate: 3, long: 1d}\n", "", "no ticket over 1d any"),
    "tier new": (
        "14.4, long: 1h}",
        "14.4, long: 1h}\n    - {severity: page, burnRate: 6, long: 6h}",
        "new page over 6h, above 0.6 %",
    ),
    "short": ("long: 1d}", "long: 1d, short: 1h}", "ticket short window 2h -> 1h"),
    "failures": ("long: 1h}", "long: 1h, minFailures: 9}", "page minFailures "),
    "for": ("long: 1h}", "long: 1h, for: 4m}", "pages 4 minutes later in a total outage"),
    "guard gone": ("spec:\n  tiers", "spec:\n  signalAbsent: {disabled: true}\n  tiers", "no SLOS"),
    "guard later": (
        "spec:\n  tiers",
        "spec:\n  signalInvalid: {for: 30m}\n  tiers",
        "for 15m -> 30m",
    ),
    "limit": ("max: 2s", "max: 3s", "checkout/p99: limits max 2 -> max 3"),
    "text": (
        "metadata: {name: checkout, ",
        "metadata: {name: checkout, annotations: {note: x}, ",
        "texts or rules change, not when they alert",
    ),
}


@pytest.fixture
def plan(tmp_path: Path) -> Callable[[str], Plan]:
    def compiled(text: str) -> Plan:
        file = tmp_path / "spec.yaml"
        file.write_text(text, "utf-8")
        made = compile_tree(file, kinds=())
        assert made.ok, made.found
        return made.plan

    return compiled


@pytest.mark.parametrize(("old", "new", "said"), EDITS.values(), ids=EDITS)
def test_an_edit_is_told_in_words(
    plan: Callable[[str], Plan], old: str, new: str, said: str
) -> None:
    assert old in SPEC

    told = difference.text(difference.changes(plan(SPEC), plan(SPEC.replace(old, new, 1))))

    assert said in told


WATCHED = (
    SPEC.replace("  alerting:", "  telemetry: demo\n  alerting:").replace(
        "  indicators:",
        """  gates:
    - name: canary
      version: {attribute: service.version}
      slos: [availability]
      minSamples: 300
      argo: {}
  indicators:""",
    )
    + """\
---
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {name: demo}
spec:
  spanMetrics: {dialect: otel-connector, dimensions: [service.version]}
  collector: {version: 0.158.0, selector: {job: otel}}
"""
)
BESIDE = {
    "samples": ("300", "400", "checkout/canary (gate): availability minSamples 300 -> 400"),
    "bound": ("14.4", "7.2", "checkout/canary (gate): availability bound 0.0144 -> 0.0072"),
    "looks": ("argo: {}", "argo: {count: 9}", "how often and how long it looks changes"),
    "no gate": ("name: canary", "name: stable", "checkout/canary (gate): removed"),
    "fewer": ("version: 0.158.0, selector: {job: otel}", "version: 0.158.0", "removed"),
    "other rules": (
        "0.158.0",
        "0.150.0",
        "telemetry-demo: rules beside those of SLOs: 1 new or changed, 1 gone or changed",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), BESIDE.values(), ids=BESIDE)
def test_an_edit_beside_the_slos_is_told_in_words(
    plan: Callable[[str], Plan], old: str, new: str, said: str
) -> None:
    assert WATCHED.count(old) == 1

    told = difference.text(difference.changes(plan(WATCHED), plan(WATCHED.replace(old, new))))

    assert said in told


def test_moved_lines_and_comments_are_no_change(plan: Callable[[str], Plan]) -> None:
    told = difference.text(difference.changes(plan(SPEC), plan(f"# moved\n\n{SPEC}")))

    assert told == "no change of alerting\n"


def test_what_comes_and_goes_is_told_with_what_it_alerts_on(plan: Callable[[str], Plan]) -> None:
    one, other = plan(SPEC), plan(SPEC.replace("name: availability", "name: success"))

    told = difference.text(difference.changes(one, other)).splitlines()

    gone, new = told
    assert gone == "checkout/availability: removed"
    assert new == (
        "checkout/success: new: 99.9 % over 30d; "
        "pages above 1.44 % over 1h, tickets above 0.3 % over 1d"
    )


def test_a_change_of_team_is_told_once_and_not_for_every_tier(
    plan: Callable[[str], Plan],
) -> None:
    made = difference.changes(plan(SPEC), plan(SPEC.replace("payments", "money")))

    (availability,) = (one for one in made if one.subject == "checkout/availability")
    assert availability.phrases == ("label team payments -> money",)


def test_text_of_users_is_no_markup_in_a_comment(plan: Callable[[str], Plan]) -> None:
    spec = SPEC.replace("team: payments", "team: '<img src=x> **@all** [a](b)'")

    told = difference.markdown(difference.changes(plan(SPEC), plan(spec)))

    assert r"payments → \<img src=x\> \*\*\@all\*\* \[a\](b)" in told


def test_trees_are_compared_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in (("old", SPEC), ("new", SPEC.replace("14.4", "7.2"))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "checkout.yaml").write_text(text, "utf-8")

    status = main(["diff", str(tmp_path / "old"), str(tmp_path / "new"), "--format", "markdown"])

    said = capsys.readouterr().out
    assert status == 0
    assert said.startswith("### Alerting\n\n- **checkout/availability**\n")
    assert "  - page threshold 1.44 % → 0.72 %\n" in said


def test_a_tree_with_errors_is_not_compared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(SPEC, "utf-8")
    (tmp_path / "b.yaml").write_text(SPEC.replace("99.9", "many"), "utf-8")

    status = main(["diff", str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")])

    said = capsys.readouterr()
    assert (status, said.out) == (1, "")
    assert "BR101" in said.err


@given(st.integers(1, 10**12))
def test_a_time_is_spoken_in_at_most_two_units(milliseconds: int) -> None:
    said = words.spoken(durations.Duration(milliseconds))

    assert len(said.split()) in (2, 4)


@given(st.decimals("0.000001", 1, places=8))
def test_a_share_is_never_written_with_an_exponent(ratio: Decimal) -> None:
    assert set(words.percent(ratio)) <= set("0123456789. %")
