"""`lint-gates`: every known defect is found at its place, and right gates are left alone."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from cluster import FILES, refusals
from hypothesis import given, settings
from hypothesis import strategies as st

from burnrules.codes import Code, gates
from burnrules.diagnostics import Diagnostic, Span
from burnrules.gates import lint, template
from burnrules.gates.lint import files
from burnrules.source import Reading, read

CASES = Path(__file__).with_name("gates")
FACTS = Path(__file__).parents[2] / "shared" / "facts"
RIGHT = (CASES / "right/gate.yaml").read_text()


def linted(text: str) -> tuple[Diagnostic, ...]:
    return files.check([read("gate.yaml", text.encode(), Reading.FOREIGN)])


def shown(found: Diagnostic) -> str:
    span = found.span
    place = f"{span.line}:{span.column}-{span.end_line}:{span.end_column}"
    return f"{place} {found.severity.word}[{found.code}] {found.message}\n  hint: {found.hint}\n"


@pytest.mark.parametrize("case", ["canary-article", "tracing-article"])
def test_a_published_example_gets_these_findings_at_these_places(case: str) -> None:
    found = linted((CASES / case / "gate.yaml").read_text())

    assert "".join(map(shown, found)) == (CASES / case / "findings.txt").read_text()


# The defects that facts/release-gates.md tells of each, so that new goldens cannot lose one.
KNOWN = {
    "canary-article": [
        gates.JOB_CONDITION,
        gates.JOB_RESTART,
        gates.TRACEQL_SCOPE,
        gates.TRACEQL_FUNCTION,
        gates.TRACEQL_NAME,
        gates.STAGE_KEPT,
    ],
    "tracing-article": [gates.CONDITION_TYPE, gates.SPAN_METRIC, gates.STATUS_CODE, gates.MIXED],
}


@pytest.mark.parametrize(("case", "known"), KNOWN.items(), ids=KNOWN)
def test_every_known_defect_of_a_published_example_is_found(case: str, known: list[Code]) -> None:
    found = {one.code for one in linted((CASES / case / "gate.yaml").read_text())}

    assert {code.id for code in known} <= found


def test_right_gates_are_left_alone() -> None:
    assert linted(RIGHT) == ()


MISTAKES = [
    pytest.param(row["replace"], row["with"], row["findings"], id=row["mistake"])
    for row in yaml.safe_load((CASES / "mistakes.yaml").read_text())
]
Marked = list[dict[str, str]]  # a code, and the text at which it is shown


def marked(text: str, span: Span) -> str:
    line = text.splitlines()[span.line - 1]
    return line[span.column - 1 : span.end_column - 1 if span.end_line == span.line else None]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES)
def test_one_mistake_gets_its_own_findings_where_it_stands(
    old: str, new: str, expected: Marked
) -> None:
    assert RIGHT.count(old) == 1
    text = RIGHT.replace(old, new)

    found = linted(text)

    assert [one.code for one in found] == [code for each in expected for code in each], found
    for one, each in zip(found, expected, strict=True):
        assert marked(text, one.span).startswith(each[one.code])


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES)
def test_messages_are_short_and_say_what_to_do(old: str, new: str, expected: Marked) -> None:
    for one in linted(RIGHT.replace(old, new)):
        assert len(one.message) <= 100
        assert not one.message.endswith(".")
        first = one.message.split()[0]
        assert (
            first[0].islower() or first[0] == "`" or first in {"Tempo", "NaN", "TraceQL", "Flagger"}
        )


def test_bounds_that_only_the_rollout_knows_are_not_compared() -> None:
    text = RIGHT.replace("result[0] <= 0.01", "result[0] < {{args.good}}")
    text = text.replace("result[0] > 0.01", "result[0] > {{args.bad}}")

    found = linted(
        text.replace(
            "  - name: canary-hash\n  m",
            "  - name: canary-hash\n  - name: good\n  - name: bad\n  m",
        )
    )

    assert {one.code for one in found} == {gates.ARGUMENT_MISSING.id}


def test_a_file_without_a_gate_says_so() -> None:
    found = linted("apiVersion: v1\nkind: ConfigMap\n")

    assert [one.code for one in found] == [gates.NO_GATE.id]


def test_every_code_has_a_mistake_that_provokes_it() -> None:
    provoked = {code for row in MISTAKES for each in row.values[2] for code in each}
    defined = {one.id for one in vars(gates).values() if isinstance(one, Code)}

    elsewhere = {gates.NO_GATE.id, gates.CANNOT_JUDGE.id}
    assert defined - elsewhere == provoked


JUDGED = [one for one in yaml.safe_load_all(RIGHT) if one["kind"] in FILES]


@pytest.mark.parametrize("document", JUDGED, ids=lambda one: one["metadata"]["name"])
def test_what_we_call_right_is_what_the_cluster_accepts(document: dict[str, Any]) -> None:
    assert refusals(document) == []


def published() -> str:
    facts = (FACTS / "release-gates.md").read_text()
    section = facts[facts.index("### 5.3") :]
    return section.split("```yaml\n")[1].split("```")[0]


def test_the_gates_that_were_verified_on_real_controllers_are_left_alone() -> None:
    assert linted(published()) == ()


WORDS = st.sampled_from(
    [
        *("name", "value", "count", "interval", "initialDelay", "failureLimit"),
        *("inconclusiveLimit", "provider", "prometheus", "web", "job", "query"),
        *("url", "address", "spec", "metrics", "args", "template"),
        *("successCondition", "failureCondition", "templates", "analysis", "steps", "body"),
        *("timeout", "jsonPath", "targetRef", "templateRef", "dryRun", "metricName"),
    ]
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-2, 9)
    | st.sampled_from(
        [
            "5m",
            "1d",
            "{{args.a}}",
            "{{{args.a}}}",
            "{{",
            "result[0] < 1",
            "sum(up[5m])",
            "http://a b",
        ]
    )
    | st.text("{}()[]|&<=\"' .ax1#\n", max_size=30)
)
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5)
)


@given(
    kind=st.sampled_from([*template.KINDS, "MetricTemplate", "Canary", "Rollout"]),
    spec=ANYTHING,
    metric=st.dictionaries(WORDS, ANYTHING, max_size=8),
    provider=st.sampled_from(["prometheus", "web", "job"]),
    settings_=st.dictionaries(WORDS, ANYTHING, max_size=6),
)
@settings(max_examples=300)
def test_no_document_whatever_its_shape_breaks_the_linter(
    kind: str, spec: Any, metric: dict[str, Any], provider: str, settings_: dict[str, Any]
) -> None:
    judged = {**metric, "provider": {provider: settings_}}
    group = (
        "flagger.app/v1beta1" if kind in {"MetricTemplate", "Canary"} else "argoproj.io/v1alpha1"
    )
    for one in (spec, {"args": [{"name": "a"}], "metrics": [judged, metric]}):
        document = {"apiVersion": group, "kind": kind, "spec": one}

        assert all(found.message for found in lint.findings(document))


@given(st.text("ab{}/ args.", max_size=40), st.text("xyz[]", max_size=8))
def test_places_in_a_query_survive_the_filling_in_of_arguments(text: str, value: str) -> None:
    written = f"{text} ! {{{{args.a}}}} ? {text}"

    filled = template.filled(written, {"a": value})

    for sign in "!?":
        at = filled.text.index(sign)
        assert filled.original(at, at + 1) == (written.index(sign), written.index(sign) + 1)
