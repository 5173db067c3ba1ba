"""Claims about what would be written: each is broken once, and says so."""

from pathlib import Path

import pytest

import burnrules
from burnrules import check, emit
from burnrules.artifact import Artifact
from burnrules.check import names_unique, queries_parse
from burnrules.diagnostics import Severity, Span
from burnrules.durations import of
from burnrules.ir import Expr, Group, Rule

ROOT = Path(__file__).parent.parent
PLACE = Span("checkout.yaml", 7, 5, 7, 9)


def _recording() -> Rule:
    return Rule("slo:x", "", Expr("1", PLACE), (("slo_path", "a"),))


def _alert(severity: str) -> Rule:
    return Rule("", "Burn", Expr("x > 1", PLACE), (("severity", severity),))


def _file(*rules: Rule, name: str = "a", kind: str = "prometheus-rules") -> Artifact:
    groups = (Group(name, of("1m"), rules),)
    return Artifact(kind, f"{kind}/{name}.yaml", "a.yaml", (), groups=groups)


@pytest.mark.parametrize(
    "text", ["sum(", "rate(x[5m]", "a b", "x[5m] offset", "sum by (a rate(x[5m]))", ""]
)
def test_a_query_of_ours_that_does_not_parse_is_called_our_bug(text: str) -> None:
    artifact = Artifact(
        "prometheus-rules", "prometheus-rules/a.yaml", "a.yaml", (), (Expr(text, PLACE),)
    )

    [found] = queries_parse.check([artifact])

    assert (found.code, found.severity, found.span) == ("BR901", Severity.ERROR, PLACE)
    assert "bug of burnrules" in found.hint


@pytest.mark.parametrize(
    ("provider", "code"),
    [
        pytest.param({"prometheus": {}, "web": {}}, "BR902", id="GATE"),
        pytest.param(
            {"web": {"url": "http://t/api/metrics/query?q=%7B%7D+%7C+rate()"}},
            "BR903",
            id="TRACEQL",
        ),
    ],
)
def test_a_gate_that_we_composed_badly_is_our_bug(provider: dict, code: str) -> None:
    metric = {"name": "a", "successCondition": "true", "provider": provider}
    document = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AnalysisTemplate",
        "metadata": {"name": "a"},
        "spec": {"metrics": [metric]},
    }
    made = Artifact("argo-analysis", "a.yaml", "spec.yaml", (document,))

    found = [one for one in check.artifacts([made]) if one.code == code]

    assert found
    assert "bug of burnrules" in found[0].hint


def test_two_rules_that_record_one_series_are_found() -> None:
    [found] = names_unique.check([_file(_recording()), _file(_recording(), name="b")])

    assert found.code == "BR401"
    assert found.message == "`slo:x` would be made twice, also in prometheus-rules/a.yaml"


def test_the_same_series_in_two_kinds_of_file_is_meant() -> None:
    again = _file(_recording(), kind="prometheus-operator")

    assert not [*names_unique.check([_file(_recording()), again])]


def test_alerts_of_one_name_differ_by_their_labels() -> None:
    assert not [*names_unique.check([_file(_alert("page"), _alert("ticket"))])]
    assert [one.code for one in names_unique.check([_file(_alert("page"), _alert("page"))])] == [
        "BR401"
    ]


def test_two_groups_of_one_name_in_a_file_are_found() -> None:
    twice = (Group("a", of("1m"), ()), Group("a", of("1m"), ()))
    artifact = Artifact("prometheus-rules", "prometheus-rules/a.yaml", "a.yaml", (), groups=twice)

    assert [one.code for one in names_unique.check([artifact])] == ["BR402"]


def test_the_example_makes_every_claim_true() -> None:
    made = burnrules.compile_tree(ROOT / "slos")

    assert made.artifacts
    assert check.artifacts(made.artifacts) == ()
    assert {one.kind for one in made.artifacts} <= set(emit.EMITTERS)


def test_one_damaged_query_of_the_example_is_found() -> None:
    made = burnrules.compile_tree(ROOT / "slos", kinds=("prometheus-rules",))
    first = made.artifacts[0]
    broken = first._replace(queries=(*first.queries, Expr("sum((", PLACE)))

    assert [one.code for one in check.artifacts((broken,))] == ["BR901"]
