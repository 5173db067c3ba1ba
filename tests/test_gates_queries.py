"""The queries of a gate, run by promtool on canaries that are good, bad, idle and new."""

import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from burnrules.durations import Duration, of
from burnrules.gates import queries
from burnrules.gates.lint import prometheus
from burnrules.gates.queries import Baseline, Look
from burnrules.gates.template import Metric
from burnrules.ir import WINDOW_MARK, EventSli, Matcher, Missing, Query

CANARY = Matcher("version", "=", "{{args.canary-version}}")
STABLE = Matcher("version", "=", "{{args.stable-version}}")
LOOK = Look(of("5m"), 500)
BASELINE = Baseline(Decimal(2), Decimal("0.01"), Decimal("0.001"))


def counted(matchers: str) -> Query:
    return Query(f"sum by (zone) (rate(requests_total{matchers}[{WINDOW_MARK}]))")


def sli(*, good: bool = False) -> EventSli:
    part = '{code!~"5.."}' if good else '{code=~"5.."}'
    return EventSli(
        kind="errors",
        total=counted(""),
        part=counted(part),
        part_is_good=good,
        missing=Missing.ZERO,
        pad=Duration(0),
        counts="requests",
        wrong="failed",
    )


def series(version: str, code: int, per_minute: int) -> dict[str, str]:
    labels = f'version="{version}", code="{code}", zone="a"'
    return {"series": f"requests_total{{{labels}}}", "values": f"0+{per_minute}x20"}


# requests a minute: of the new version, failed and not, and of the old
SCENES: dict[str, tuple[tuple[int | None, int | None], tuple[int, int], str | None]] = {
    "canary good": ((1, 999), (1, 999), "1E-03"),
    "canary bad": ((50, 950), (1, 999), "5E-02"),
    "stable bad, canary good": ((1, 999), (500, 500), "1E-03"),
    "no error series": ((None, 1000), (1, 999), "0"),
    "nothing but errors": ((1000, None), (1, 999), "1"),
    "no traffic": ((0, 0), (1, 999), None),
    "no series": ((None, None), (1, 999), None),
    "too little traffic": ((9, 1), (1, 999), None),
}


def values(
    folder: Path,
    query: str,
    new: tuple[int | None, int | None],
    old: tuple[int, int],
    value: str | None,
) -> subprocess.CompletedProcess[str]:
    """promtool, on whether the query gives this value, or nothing."""
    resolved = query.replace(CANARY.value, "v2").replace(STABLE.value, "v1")
    rounded = f"round(({resolved}) * 1000000) / 1000000"  # floats
    found = [series("v1", 500, old[0]), series("v1", 200, old[1])]
    found += [
        series("v2", code, n) for code, n in zip((500, 200), new, strict=True) if n is not None
    ]
    samples = [] if value is None else [{"labels": "{}", "value": float(value)}]
    test = {
        "interval": "1m",
        "input_series": found,
        "promql_expr_test": [{"expr": rounded, "eval_time": "15m", "exp_samples": samples}],
    }
    (folder / "test.yaml").write_text(yaml.safe_dump({"tests": [test]}))
    return subprocess.run(
        ["promtool", "test", "rules", "test.yaml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("good", [False, True], ids=["bad events", "good events"])
@pytest.mark.parametrize(("new", "old", "value"), SCENES.values(), ids=SCENES)
def test_a_look_reads_the_canary_alone_and_only_with_enough_requests(
    tmp_path: Path,
    new: tuple[int | None, int | None],
    old: tuple[int, int],
    value: str | None,
    *,
    good: bool,
) -> None:
    query = queries.error_ratio(sli(good=good), CANARY, LOOK)

    assert query is not None
    judged = values(tmp_path, query, new, old, value)
    assert judged.returncode == 0, judged.stderr + judged.stdout


# canary 1 % in all but the first; allowed is the largest of twice stable, stable + 1 %, 0.1 %
COMPARED: dict[str, tuple[tuple[int, int], tuple[int, int], str | None]] = {
    "both perfect": ((0, 1000), (0, 1000), "0"),
    "stable perfect": ((10, 990), (0, 1000), "1"),
    "stable worse": ((10, 990), (100, 900), "0.05"),
    "stable a little": ((10, 990), (10, 990), "0.5"),
    "stable idle": ((10, 990), (0, 0), None),
    "canary idle": ((0, 0), (10, 990), None),
}


@pytest.mark.parametrize(("new", "old", "value"), COMPARED.values(), ids=COMPARED)
def test_a_canary_is_compared_with_what_stable_allows(
    tmp_path: Path, new: tuple[int, int], old: tuple[int, int], value: str | None
) -> None:
    query = queries.against_baseline(sli(), CANARY, STABLE, LOOK, BASELINE)

    assert query is not None
    judged = values(tmp_path, query, new, old, value)
    assert judged.returncode == 0, judged.stderr + judged.stdout


def test_our_own_linter_finds_nothing_in_what_we_ask() -> None:
    for query in (
        queries.error_ratio(sli(), CANARY, LOOK),
        queries.against_baseline(sli(), CANARY, STABLE, LOOK, BASELINE),
    ):
        data = {
            "interval": "5m",
            "initialDelay": "6m",
            "provider": {"prometheus": {"query": query}},
        }

        assert list(prometheus.check(Metric((), data, {}))) == []


def test_braces_that_are_data_are_not_taken_for_an_argument() -> None:
    odd = EventSli(
        kind="errors",
        total=counted('{route="/{{id}}"}'),
        part=counted('{route="/{{id}}",code="500"}'),
        part_is_good=False,
        missing=Missing.ZERO,
        pad=Duration(0),
        counts="requests",
        wrong="failed",
    )

    query = queries.error_ratio(odd, CANARY, LOOK)

    assert query is not None
    assert query.replace(CANARY.value, "").count("{{") == 0
    assert r"/\x7b\x7bid" in query
