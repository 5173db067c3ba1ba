"""Plan to promtool unit tests: what the rules of each SLO must do, and what they must not."""

from collections.abc import Iterator, Sequence
from typing import Any

from burnrules import prove, testfile, workers
from burnrules.artifact import Artifact
from burnrules.ir import Example, Group, IndicatorPlan, Matcher, PathPlan, Plan, SloPlan
from burnrules.promql import build
from burnrules.prove import guards, indicators
from burnrules.prove.proofs import LONG, Script

KIND = "promtool-tests"


def emit(plan: Plan) -> Iterator[Artifact]:
    """A test file for each SLO and indicator, and for each evaluation interval that it needs."""
    subjects = [one for path in (*plan.paths, *plan.health) for one in _subjects(path)]
    for files in workers.spread(_files, subjects):
        yield from files


Subject = tuple[PathPlan, SloPlan | IndicatorPlan | None]


def _subjects(path: PathPlan) -> Iterator[Subject]:
    """A path as a whole, and everything in it that is proven by itself."""
    yield path, None
    yield from ((path, one) for one in path.slos)
    yield from ((path, one) for one in path.indicators)


def _files(subject: Subject) -> list[Artifact]:
    path, one = subject
    if one is None:
        return [*_whole(path)]
    name = f"{path.name}.{one.name}"
    if isinstance(one, IndicatorPlan):
        return [_file(path, name, (one.rules,), script) for script in indicators.scripts(one)]
    return [_file(path, name, one.rules, script) for script in prove.scripts(one, path)]


def _whole(path: PathPlan) -> Iterator[Artifact]:
    for script in guards.absent(path.name, path.slos):
        groups = [group for slo in path.slos for group in slo.rules]
        yield _file(path, path.name, groups, script)
    if path.examples:
        name = f"{KIND}/{path.name}.health.yaml"
        yield Artifact(KIND, name, path.source, (_examples(path),))


def _file(path: PathPlan, name: str, groups: Sequence[Group], script: Script) -> Artifact:
    folder, up = (f"{KIND}/long", "../..") if script.suffix == LONG else (KIND, "..")
    document = testfile.document(path, groups, script, up)
    return Artifact(KIND, f"{folder}/{name}{script.suffix}.yaml", path.source, (document,))


def _examples(path: PathPlan) -> dict[str, Any]:
    """Alerts that are no SLO's, each on series that make it fire and on others."""
    of_slos = {group.name for slo in path.slos for group in slo.rules}
    groups = [group for group in path.rule_set.groups if group.name not in of_slos]
    return testfile.given(path, groups, "30m", map(_example, path.examples), "..")


def _example(one: Example) -> dict[str, Any]:
    firing = build.selector(
        "ALERTS", (Matcher("alertname", "=", one.alert), Matcher("alertstate", "=", "firing"))
    )
    return {
        "name": f"{one.alert} {'fires' if one.fires else 'rests'}",
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in one.series],
        "promql_expr_test": [
            {
                "expr": build.call("count", firing),
                "eval_time": str(one.at),
                "exp_samples": [{"labels": "{}", "value": 1}] if one.fires else [],
            }
        ],
    }
