"""Expressions that SLOs of one form share read in each as if composed for it alone."""

from hypothesis import given
from hypothesis import strategies as st

from burnrules.diagnostics import Span
from burnrules.durations import of
from burnrules.plan import identity
from burnrules.plan.identity import Identity
from burnrules.promql import build

NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,40}[a-z0-9])?", fullmatch=True)


def composed(own: Identity, metric: str, groups: int) -> str:
    """Lines that break by the length of what stands in them."""
    summed = build.aggregate("sum", own.groups[:groups], own.series(metric))
    return build.divide(build.call("max_over_time", summed), f"({own.series('total')} > 0)")


@given(NAMES, NAMES, st.sampled_from(["a", "a_long_name" * 5]), st.integers(0, 2))
def test_a_shared_expression_is_the_one_composed_for_the_slo(
    path: str, name: str, metric: str, groups: int
) -> None:
    own = identity.of(path, name, ("region", "zone"), of("1m"), Span("slo.yaml"))

    assert own.text(composed, metric, groups) == composed(own, metric, groups)
    assert own.series("total") == f'total{{slo_path="{path}", slo_name="{name}"}}'


def test_recordings_are_those_of_the_slo_that_asks() -> None:
    both = [
        identity.of(path, "b", (), of("1m"), Span(f"{path}.yaml", 3)) for path in ("one", "two")
    ]

    rules = [[*own.records(lambda own: [("x", own.series("y"))])] for own in both]

    assert [(rule.record, rule.expr.text, rule.expr.origin.file) for [rule] in rules] == [
        ("x", 'y{slo_path="one", slo_name="b"}', "one.yaml"),
        ("x", 'y{slo_path="two", slo_name="b"}', "two.yaml"),
    ]
