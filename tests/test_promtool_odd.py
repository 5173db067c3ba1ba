"""Proofs of policies that nobody would think of: what compiles, promtool holds."""

import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from burnrules import pipeline, yamltext

SPEC = """
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {{name: checkout, labels: {{team: payments}}}}
spec:
  entry: {{service: checkout, route: /checkout}}
  alerting: {{policy: odd}}
  slos:
{slos}
---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {{name: odd}}
spec:
  tiers: [{tiers}]
{guards}
---
apiVersion: burnrules.dev/v1
kind: Telemetry
metadata: {{name: default}}
spec:
  prometheus: {{scrapeInterval: {scrape}, ruleInterval: {rule}}}
"""
EVENTS = "sli: {events: {errors: e_total, total: t_total}}"
GROUPED = "groupBy: [region], sli: {events: {errors: e_total, total: t_total}}"
THRESHOLD = "sli: {threshold: {query: max(lag), op: lte, value: 1000}}"
OWN = "sli: {latency: {threshold: 1s, histogram: http_seconds}}"
GOOD = "sli: {events: {good: ok_total, total: all_total}}"
NEVER_BELOW_NOTHING = (
    "sli: {events: {errors: 'clamp_min(sum(rate(t_total[$window]))"
    " - sum(rate(ok_total[$window])), 0)', total: t_total}}"
)
LARGEST = (
    "sli: {events: {errors: 'max(rate(e_total[$window]))', total: 'max(rate(t_total[$window]))'}}"
)
NEVER_NOTHING = (
    "sli: {events: {errors: 'sum(rate(e_total[$window])) or vector(0)',"
    " total: 'sum(rate(t_total[$window])) > 0'}}"
)
GROUPED_NEVER_NOTHING = (
    "groupBy: [region], sli: {events: {errors: 'sum by (region) (rate(e_total[$window]))"
    " or vector(0)', total: 'sum by (region) (rate(t_total[$window]))'}}"
)
RATIO = "sli: {raw: {errorRatio: 'avg(avg_over_time(bad[$window]))'}}"
RATIO_NEVER_NOTHING = "sli: {raw: {errorRatio: 'avg(avg_over_time(bad[$window])) or vector(0)'}}"
NOTHING_AT_ALL = (
    "sli: {events: {errors: 'sum(rate(e_total[$window])) or vector(0)',"
    " total: 'sum(rate(t_total[$window])) or vector(0)'}}"
)


class Odd(NamedTuple):
    """SLOs under a policy."""

    slos: tuple[str, ...]
    tiers: str = "{severity: page, budget: 2%, long: 1h}"
    guards: str = ""
    scrape: str = "10s"
    rule: str = "1m"

    def text(self) -> str:
        """The spec."""
        named = [f"    - {{name: slo-{n}, {one}}}" for n, one in enumerate(self.slos)]
        return SPEC.format(
            slos="\n".join(named),
            tiers=self.tiers,
            guards=self.guards,
            scrape=self.scrape,
            rule=self.rule,
        )


def refused(folder: Path, spec: str, pattern: str) -> Iterator[str]:
    """What promtool says of the proofs that it does not hold; of none where there is an error."""
    (folder / "slos").mkdir()
    (folder / "slos/a.yaml").write_text(spec)
    made = pipeline.compile_tree(folder / "slos", kinds=("prometheus-rules", "promtool-tests"))
    for one in made.artifacts if made.ok else ():
        target = folder / one.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yamltext.text(one))
    files = sorted(folder.glob(f"promtool-tests/{pattern}"))
    if made.ok:
        assert files
        done = subprocess.run(
            ["promtool", "test", "rules", *files], capture_output=True, text=True, check=False
        )
        if done.returncode:
            yield done.stdout + done.stderr


def refused_in_a_folder_of_its_own(spec: str) -> list[str]:
    with TemporaryDirectory() as folder:
        return [*refused(Path(folder), spec, "*.yaml")]


ODDITIES = {
    "a window of 45 minutes, which is summed": Odd(
        (f"objective: 99.9, {EVENTS}",), "{severity: page, budget: 5%, long: 45m}"
    ),
    "shares of the budget beyond all of it": Odd(
        (f"objective: 99.9, {RATIO}",), guards="  budgetSpent: [{share: 100%}, {share: 150%}]"
    ),
    "one failure is enough, and samples stand ten seconds apart": Odd(
        (f"objective: 99.999, {OWN}",),
        "{severity: page, burnRate: 1, long: 10m, minFailures: 1, for: 1m}",
    ),
    "a day of slices": Odd((f"objective: 95, window: 1d, {THRESHOLD}",)),
    "six hours of slices": Odd((f"objective: 95, window: 6h, {THRESHOLD}",)),
    "half a day of good events": Odd((f"objective: 99.9, window: 12h, {GOOD}",)),
    "errors that cannot be fewer than none": Odd((f"objective: 99, {NEVER_BELOW_NOTHING}",)),
    "the largest of several series": Odd((f"objective: 99, {LARGEST}",)),
    "no errors where there are no events": Odd((f"objective: 99, {NEVER_NOTHING}",)),
    "no errors of a group that is none": Odd((f"objective: 99, {GROUPED_NEVER_NOTHING}",)),
    "a neighbour that counts no errors where there are no events": Odd(
        (f"objective: 99, {NEVER_NOTHING}", f"objective: 99, {RATIO}")
    ),
    "a ratio that is good where there is no series": Odd(
        (f"objective: 99, {RATIO_NEVER_NOTHING}",)
    ),
    "no events where there is no series": Odd((f"objective: 99, {NOTHING_AT_ALL}",)),
    "one group of two over four days": Odd(
        (f"objective: 99, window: 90d, {GROUPED}",),
        "{severity: page, budget: 10%, long: 4d}, {severity: ticket, budget: 10%, long: 30m}",
    ),
    "three days, and samples fifteen seconds apart": Odd(
        (f"objective: 97, {EVENTS}",),
        "{severity: page, budget: 12.5%, long: 3d, short: 1m},"
        " {severity: page, budget: 12.5%, long: 6h, minFailures: 2, for: 2m}",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODDITIES.values(), ids=ODDITIES)
def test_an_odd_policy_that_compiles_is_proven(odd: Odd, tmp_path: Path) -> None:
    assert [*refused(tmp_path, odd.text(), "*.yaml")] == []
    assert [*tmp_path.glob("promtool-tests/*.yaml")]  # it does compile


DAYS = {
    "ten minutes beside three days": Odd(
        (f"objective: 99.9, {EVENTS}",),
        "{severity: page, burnRate: 20, long: 10m}, {severity: ticket, budget: 10%, long: 3d}",
    ),
    "three days that one minute ends": Odd(
        (f"objective: 99.9, {EVENTS}",), "{severity: page, budget: 10%, long: 3d, short: 1m}"
    ),
    "four days that count bad evaluations": Odd(
        (f"objective: 99.9, {THRESHOLD}",),
        "{severity: page, budget: 20%, long: 4d, minFailures: 5}",
    ),
    "a week that counts failures": Odd(
        (f"objective: 99.9, {EVENTS}",),
        "{severity: ticket, budget: 40%, long: 7d, minFailures: 3}",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("odd", DAYS.values(), ids=DAYS)
def test_an_odd_policy_is_proven_over_days_too(odd: Odd, tmp_path: Path) -> None:
    assert [*refused(tmp_path, odd.text(), "long/*.yaml")] == []
    assert [*tmp_path.glob("promtool-tests/long/*.yaml")]


UNREAD = (
    "sli: {events: {errors: 'sum(rate(e_total[$window]) * on (pod) group_left () info)"
    " or vector(0)', total: t_total}}"
)


@pytest.mark.slow
def test_proofs_that_cannot_be_made_are_left_out_and_those_of_neighbours_hold(
    tmp_path: Path,
) -> None:
    odd = Odd((f"objective: 99, {UNREAD}", f"objective: 99, {EVENTS}"))

    assert [*refused(tmp_path, odd.text(), "*.yaml")] == []
    made = {one.name.split(".")[1] for one in tmp_path.glob("promtool-tests/checkout.*.yaml")}
    assert made == {"slo-1"}


def test_alerts_that_nobody_could_tell_apart_are_not_generated(tmp_path: Path) -> None:
    """Were they, the end of one would resolve the other."""
    tier = "severity: page, budget: 2%, long: 1h"
    odd = Odd((f"objective: 99.9, {EVENTS}",), f"{{{tier}}}, {{{tier}, minFailures: 5}}")
    (tmp_path / "a.yaml").write_text(odd.text())

    made = pipeline.compile_tree(tmp_path)

    assert [(one.code, one.severity.name) for one in made.found] == [
        ("BR401", "ERROR"),
        ("BR205", "WARNING"),
    ]


slos = st.builds(
    "objective: {}, window: {}, {}".format,
    st.sampled_from(["50", "90", "99", "99.9", "99.999", "66.6667"]),
    st.sampled_from(["6h", "12h", "1d", "3d", "7d", "28d", "90d"]),
    st.sampled_from([EVENTS, GROUPED, THRESHOLD, OWN, GOOD, RATIO, RATIO_NEVER_NOTHING]),
)
tiers = st.builds(
    "{{severity: {}, {}, long: {}{}}}".format,
    st.sampled_from(["page", "ticket"]),
    st.sampled_from(
        ["budget: 2%", "budget: 12.5%", "budget: 80%", "burnRate: 1", "burnRate: 14.4"]
    ),
    st.sampled_from(["10m", "30m", "45m", "1h", "90m", "6h", "13h", "1d", "3d", "4d"]),
    st.lists(
        st.sampled_from([", short: 1m", ", minFailures: 2", ", for: 90s", ", keepFiringFor: 5m"]),
        max_size=2,
        unique=True,
    ).map("".join),
)
guards = st.lists(
    st.sampled_from(
        [
            "  signalAbsent: {for: 7m}",
            "  signalInvalid: {for: 1m}",
            "  budgetSpent: [{share: 50%}, {share: 150%}, {share: 100%}]",
            "  budgetForecast: [{exhaustsIn: 12h, over: 30m}]",
        ]
    ),
    unique=True,
).map("\n".join)
odds = st.builds(
    Odd,
    st.lists(slos, min_size=1, max_size=2).map(tuple),
    st.lists(tiers, max_size=4).map(", ".join),
    guards,
    st.sampled_from(["1s", "10s", "10s", "60s"]),
    st.sampled_from(["10s", "1m", "5m"]),
)


@pytest.mark.slow
@settings(max_examples=60, derandomize=True, suppress_health_check=list(HealthCheck))
@given(odds)
def test_what_compiles_without_an_error_is_proven(odd: Odd) -> None:
    assert refused_in_a_folder_of_its_own(odd.text()) == []
