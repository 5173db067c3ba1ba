"""What the generated promtool tests prove, for every kind of SLI, and on which servers."""
# ruff: noqa: E501 - a table of SLIs reads best by the row

import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from burnrules import pipeline, yamltext
from burnrules.prove.expand import expanded, percentage
from burnrules.prove.notation import values
from burnrules.prove.rates import over_time
from burnrules.prove.series import (
    WORLDS,
    Line,
    Moment,
    World,
    added,
    latest,
    stepped,
    summed,
    within,
)

SLIS = {
    "errors of span metrics": "{errors: {}}",
    "latency of span metrics": "{latency: {threshold: 400ms}}",
    "latency without errors": "{latency: {threshold: 400ms, excludeErrors: true}}",
    "an own histogram": "{latency: {threshold: 1s, histogram: 'http_seconds{job=\"a\"}'}}",
    "a native histogram": "{latency: {threshold: 1s, histogram: http_seconds, native: true}}",
    "errors and total": "{events: {errors: 'sum(rate(e_total{c=~\"5..\"}[$window]))', total: 'sum(rate(t_total[$window]))'}}",
    "good and total": "{events: {good: 'ok_total{a!~\"x.*\"}', total: all_total}}",
    "good and errors": "{events: {good: 'r_total{code!~\"5..\"}', errors: 'r_total{code=~\"5..\"}'}}",
    "counted by increase": "{events: {errors: 'sum(increase(e_total[$window]))', total: 'sum(increase(t_total[$window]))'}}",
    "a query beyond the model": "{events: {errors: 'sum(rate(e_total[$window]) * on (pod) group_left () info)', total: t_total}}",
    "a ratio from elsewhere": "{raw: {successRatio: 'avg(avg_over_time(satisfaction[$window]))'}}",
    "a ratio of counters": "{raw: {errorRatio: 'sum(rate(bad[$window])) / sum(rate(every[$window]))'}}",
    "a threshold": "{threshold: {query: 'max(lag{topic=\"orders\"})', op: lte, value: 1000}}",
    "up or down": "{boolGauge: {metric: probe_success}}",
}  # fmt: skip
PATH = """
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {{name: checkout, labels: {{team: payments}}}}
spec:
  entry: {{service: checkout, route: /checkout}}
  {more}
  slos:
    - {{name: slo, objective: {objective}, sli: {sli}}}
"""
DEFAULT = "{errors: {}}"


KINDS = ("prometheus-rules", "promtool-tests")
SIMULATIONS = (*KINDS, "promtool-simulations")


def compiled(
    folder: Path,
    sli: str = DEFAULT,
    objective: str = "99.9",
    more: str = "",
    kinds: tuple[str, ...] = KINDS,
) -> Path:
    """A folder of rules and tests."""
    specs = folder / "slos"
    specs.mkdir()
    (specs / "a.yaml").write_text(PATH.format(sli=sli, objective=objective, more=more))
    made = pipeline.compile_tree(specs, kinds=kinds)
    assert made.ok, made.found
    for one in made.artifacts:
        target = folder / one.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(yamltext.text(one))
    return folder


def promtool(file: Path) -> tuple[int, str]:
    done = subprocess.run(
        ["promtool", "test", "rules", file], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def written_tests(folder: Path, pattern: str = "**/*.yaml") -> list[dict[str, Any]]:
    files = sorted(folder.glob(f"promtool-tests/{pattern}"))
    return [test for file in files for test in yaml.safe_load(file.read_text())["tests"]]


@pytest.mark.parametrize("sli", SLIS.values(), ids=SLIS)
def test_promtool_holds_every_proof_of_every_kind_of_sli(sli: str, tmp_path: Path) -> None:
    files = sorted(compiled(tmp_path, sli).glob("promtool-tests/*.yaml"))

    assert [promtool(file)[1] for file in files if promtool(file)[0]] == []
    assert len(files) == 4


@pytest.mark.slow
@pytest.mark.parametrize("sli", SLIS.values(), ids=SLIS)
def test_promtool_holds_the_long_proofs_too(sli: str, tmp_path: Path) -> None:
    made = compiled(tmp_path, sli, kinds=SIMULATIONS)
    files = [*made.glob("promtool-tests/long/*.yaml"), *made.glob("promtool-simulations/*.yaml")]

    assert [promtool(file)[1] for file in files if promtool(file)[0]] == []
    assert len(files) in (1, 2)  # what cannot be fed is not simulated


OBJECTIVES = ("50", "90", "99.99", "99.99999")


@pytest.mark.slow
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_any_objective_is_proven_over_days_too(objective: str, tmp_path: Path) -> None:
    files = [*compiled(tmp_path, objective=objective).glob("promtool-tests/long/*.yaml")]

    assert len(files) == 1
    assert promtool(files[0]) == (0, promtool(files[0])[1])


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_any_objective_is_proven(objective: str, tmp_path: Path) -> None:
    files = sorted(compiled(tmp_path, objective=objective).glob("promtool-tests/*.yaml"))

    assert [promtool(file)[1] for file in files if promtool(file)[0]] == []


@pytest.mark.parametrize("objective", ["99.9", "75"], ids=["by pages", "where no page can fire"])
def test_groups_are_proven_apart(objective: str, tmp_path: Path) -> None:
    sli = "{events: {errors: e_total, total: t_total}}"
    folder = compiled(tmp_path, sli, objective, more="groupBy: [region]")

    for file in folder.glob("promtool-tests/*.yaml"):
        assert promtool(file) == (0, promtool(file)[1])
    assert [one for one in written_tests(folder) if "one group burns" in one["name"]]


@pytest.mark.slow
def test_groups_are_proven_apart_over_days_too(tmp_path: Path) -> None:
    sli = "{events: {errors: e_total, total: t_total}}"
    files = [*compiled(tmp_path, sli, more="groupBy: [region]").glob("promtool-tests/long/*.yaml")]

    assert len(files) == 1
    assert promtool(files[0]) == (0, promtool(files[0])[1])


@pytest.mark.slow
def test_every_proof_of_the_shop_holds_with_all_rules_of_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(Path(__file__).parents[1])
    command = [sys.executable, "-m", "burnrules"]
    kinds = [word for kind in SIMULATIONS for word in ("--only", kind)]
    subprocess.run([*command, "generate", "--out", tmp_path, *kinds], check=True)

    done = subprocess.run(
        [*command, "test", tmp_path, "--deep"], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout
    assert "checkout/availability: " in done.stdout
    made = [*tmp_path.glob("promtool-*/**/*.yaml")]
    assert f" proofs in {len(made)} files: all hold" in done.stdout
    assert {one.parent.name for one in made} == {"promtool-tests", "long", "promtool-simulations"}


def test_every_tier_and_guard_is_seen_firing_with_its_texts(tmp_path: Path) -> None:
    folder = compiled(tmp_path)
    rules = yaml.safe_load((folder / "prometheus-rules/checkout.yaml").read_text())
    alerts = [rule for group in rules["groups"] for rule in group["rules"] if "alert" in rule]

    told = [
        (one["alertname"], alert["exp_labels"].get("long_window"))
        for test in written_tests(folder)
        for one in test.get("alert_rule_test", ())
        for alert in one["exp_alerts"]
    ]
    wanted = {
        (rule["alert"], rule["labels"].get("long_window"))
        for rule in alerts
        if rule["labels"].get("slo_path") == "checkout"
    }
    assert wanted <= set(told)


def test_only_keys_that_promtool_2_42_knows_are_written(tmp_path: Path) -> None:
    folder = compiled(tmp_path)
    known = {"name", "interval", "input_series", "alert_rule_test", "promql_expr_test"}

    made = written_tests(folder)
    assert made
    assert all(set(one) <= known for one in made)
    for file in folder.glob("promtool-tests/**/*.yaml"):
        document = yaml.safe_load(file.read_text())
        assert set(document) == {"rule_files", "evaluation_interval", "group_eval_order", "tests"}
        assert (file.parent / document["rule_files"][0]).is_file()


def test_a_missing_rule_file_does_not_pass(tmp_path: Path) -> None:
    folder = compiled(tmp_path)
    (folder / "prometheus-rules/checkout.yaml").unlink()

    files = [*folder.glob("promtool-tests/**/*.yaml")]
    assert len(files) == 5
    assert all(promtool(file)[0] for file in files)


def test_what_is_not_proven_is_said_in_the_name(tmp_path: Path) -> None:
    folder = compiled(tmp_path, SLIS["a native histogram"])

    names = [one["name"] for one in written_tests(folder) if "/slo:" in one["name"]]
    assert names
    assert all("its queries are not proven" in one for one in names)


SCENARIO = [  # design.md, section 3: a total outage at 120, ends 135
    (120, []),
    (121, ["1h"]),
    (122, ["1d", "1h"]),
    (123, ["1d", "1h", "6h"]),
    (139, ["1d", "1h", "6h"]),
    (140, ["1d", "6h"]),
    (168, ["1d", "6h"]),
    (170, ["1d"]),
]


def test_the_scenario_of_the_design_is_reproduced_minute_by_minute(tmp_path: Path) -> None:
    """Pages as in the design; tickets differ, and why.

    The day's ticket comes at 122 instead of 125, because half the budget burns before; the ticket of
    three days wants six hours of history, which the prototype did not ask for.
    """
    folder = compiled(tmp_path, kinds=SIMULATIONS)
    file = folder / "promtool-simulations/checkout.slo.yaml"
    document = yaml.safe_load(file.read_text())
    outage = document["tests"][0]
    alerts = 'count by (long_window) (ALERTS{alertstate="firing", slo_name="slo"})'
    outage["promql_expr_test"] = [
        {
            "expr": alerts,
            "eval_time": f"{minute}m",
            "exp_samples": [{"labels": f'{{long_window="{one}"}}', "value": 1} for one in windows],
        }
        for minute, windows in SCENARIO
    ]
    outage.pop("alert_rule_test", None)
    made = file.with_name("scenario.yaml")
    made.write_text(yaml.safe_dump({**document, "tests": [outage]}))

    assert promtool(file) == (0, promtool(file)[1])
    assert promtool(made)[0] == 0, promtool(made)[1]


def test_equal_specs_give_equal_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    sli = "{events: {errors: e_total, total: t_total}}"
    (tmp_path / "a.yaml").write_text(
        PATH.format(sli=sli, objective="99.9", more="groupBy: [zone, region, tier]")
    )
    program = (
        "import pathlib; from burnrules import pipeline, yamltext; "
        f"made = pipeline.compile_tree(pathlib.Path({str(tmp_path)!r}), kinds=('promtool-tests',)); "
        "print(*map(yamltext.text, made.artifacts))"
    )

    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(texts) == 1
    assert "one group burns" in texts.pop()


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ $labels.region }}", "eu"),
        ('{{ index $labels "region" }}!', "eu!"),
        ("{{ $labels.nothing }}", ""),
        ("a {{- $labels.region -}} b", "aeub"),
        ("{{ $value | humanizePercentage }}", "12.35%"),
        ('{{ "{{" }} stays', "{{ stays"),
        ("{{ $value | humanize }}", None),
        ("{{ if true }}x{{ end }}", None),
        ("{{ unclosed", None),
    ],
)
def test_templates_are_expanded_as_prometheus_does_or_not_at_all(
    template: str, text: str | None
) -> None:
    assert expanded(template, {"region": "eu"}, Decimal("0.123456")) == text


@given(st.decimals("0.000001", "100000", places=9))
def test_percentages_read_as_go_writes_them(value: Decimal) -> None:
    text = percentage(value)

    assert text in (None, f"{float(value * 100):.4g}%")


lines = st.builds(
    lambda start, count, value, slope: Line(
        start * 60_000, 60_000, count, Decimal(value), Decimal(slope)
    ),
    st.integers(0, 20),
    st.integers(1, 30),
    st.integers(0, 100),
    st.integers(0, 9),
)


def points(line: Line) -> list[tuple[int, Decimal]]:
    return [(line.start + n * line.step, line.value + n * line.slope) for n in range(line.count)]


@given(lines, lines, st.integers(0, 90), st.integers(0, 90), st.sampled_from(WORLDS))
def test_lines_sum_as_their_samples_do(
    one: Line, other: Line, end: int, window: int, world: World
) -> None:
    both = (one, other.later(one.end + 60_000))
    low, high = world.since(end * 60_000, window * 60_000), end * 60_000

    kept = [value for line in both for time, value in points(line) if low <= time <= high]
    assert summed(both, low, high) == (sum(kept), len(kept))
    assert added(within(both, low, high)) == (sum(kept), len(kept))
    assert latest(both, low, high) == (kept[-1] if kept else None)


@given(lines, st.integers(0, 12), st.sampled_from(WORLDS))
def test_a_subquery_sees_the_latest_sample_of_five_minutes(
    line: Line, steps: int, world: World
) -> None:
    assert_seen(line, steps * 300_000, world)


def assert_seen(line: Line, high: int, world: World) -> None:
    """A subquery reads what an instant selector would at each of its steps, one by one and all."""
    found: list[Decimal] = []
    for at in range(0, high + 1, 300_000):
        near = [v for t, v in points(line) if world.since(at, 300_000) <= t <= at][-1:]
        assert stepped((line,), at, at, 300_000, world) == (sum(near), len(near))
        found += near
    assert stepped((line,), 0, high, 300_000, world) == (sum(found), len(found))


@settings(max_examples=50)
@given(lines)
def test_the_notation_says_every_sample_and_no_other(line: Line) -> None:
    written = values([line], 60_000).split()
    made: list[Decimal | None] = []
    for one in written:
        if one.startswith("_"):
            made += [None] * int(one[2:] or 1)
            continue
        head, _, count = one.partition("x")
        first, _, slope = head.partition("+")
        made += [Decimal(first) + n * Decimal(slope or 0) for n in range(int(count or 0) + 1)]

    assert made == [None] * (line.start // 60_000) + [value for _, value in points(line)]


@pytest.mark.parametrize("world", WORLDS, ids=["2.42", "3.x"])
def test_a_steady_counter_has_the_same_rate_on_every_server(world: World) -> None:
    line = Line(0, 60_000, 100, Decimal(10**6), Decimal(60))

    found = over_time("rate", (line,), 6 * 60_000, Moment((), 60 * 60_000, world))

    assert found == 1


@given(st.integers(0, 3), st.integers(1, 8), st.integers(2, 15), st.sampled_from(WORLDS))
def test_a_subquery_sees_sparse_samples_until_they_are_forgotten(
    start: int, count: int, gap: int, world: Any
) -> None:
    line = Line(start * 300_000, gap * 300_000, count, Decimal(1), Decimal(2))

    assert_seen(line, 9_000_000, world)


FUNCTIONS = ("rate", "increase", "delta", "sum_over_time", "last_over_time")


@given(lines, st.integers(0, 60), st.integers(1, 60), st.sampled_from([*FUNCTIONS, ""]))
def test_what_is_worked_out_once_is_the_same_on_every_server(
    line: Line, end: int, length: int, function: str
) -> None:
    def value(moment: Moment) -> Decimal | None:
        if not function:
            return moment.latest((line,))
        return over_time(function, (line,), length * 30_000, moment)

    moments = [Moment((), end * 60_000, world) for world in WORLDS]
    found = [value(one) for one in moments]

    assert found[0] == found[1] or not moments[0].shared
