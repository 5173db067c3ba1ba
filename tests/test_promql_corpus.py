"""Agreement with Prometheus: the parser's own cases, as promtool 2.42 and 3.14 judge them."""

import json
from pathlib import Path
from typing import Any

import promql_parser
import pytest

from burnrules.codes import queries as codes
from burnrules.diagnostics import Problem
from burnrules.promql import grammar, parse, tree
from burnrules.promql.fragment import Use, check

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "promql_cases.json"

# Names that only an experimental flag of 3.7 gave a meaning; promql_parser keeps them reserved.
RESERVED = {'anchored{job="test"}', 'smoothed{job="test"}', "sum by (smoothed)(some_metric)"}
# promtool takes it, and its rule fails at every evaluation.
FAILS_LATER = {'label_replace(testmetric, "dst", "value-$1", "src", "(.*")'}


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(CORPUS.read_text())
    assert len(found) > 1000
    return found


def test_what_we_accept_loads_in_prometheus_2_42(cases: list[dict[str, Any]]) -> None:
    accepted = [case for case in cases if check(case["expr"], Use.INSTANT)[0] is not None]

    refused = [case["expr"] for case in accepted if not case["promtool_2_42_accepts"]]
    assert len(accepted) > 500
    assert [text for text in refused if "\ufffd" not in text] == []  # not UTF-8 in the original


def test_what_every_prometheus_accepts_is_refused_for_a_stated_reason_only(
    cases: list[dict[str, Any]],
) -> None:
    stated = {codes.NOT_A_VECTOR.id, codes.FIXED_TIME.id}
    everywhere = [c["expr"] for c in cases if c["promtool_2_42_accepts"] and not c["fail"]]

    refused = {
        text
        for text in everywhere
        for found in check(text, Use.INSTANT)[1]
        if found.code.severity.word == "error" and found.code.id not in stated
    }
    assert refused == RESERVED | FAILS_LATER


def test_the_positions_come_from_a_grammar_that_agrees_with_the_judge(
    cases: list[dict[str, Any]],
) -> None:
    for text in (case["expr"] for case in cases):
        if parse.error(text) is None:
            assert not isinstance(grammar.read(text), Problem), text


def test_both_trees_hold_the_same_selectors(cases: list[dict[str, Any]]) -> None:
    compared = 0
    for text in (case["expr"] for case in cases):
        node = parse.ast(text)
        if node is not None:
            assert sorted(names(node)) == sorted(judged_names(text)), text
            compared += 1
    assert compared > 1000


def names(node: tree.Node) -> list[str]:
    return [f"{found.name}/{len(found.matchers)}" for found, _ in tree.selectors(node)]


def judged_names(text: str) -> list[str]:
    found: list[str] = []

    def visit(expr: Any) -> bool:
        if isinstance(expr, promql_parser.VectorSelector):
            found.append(f"{expr.name or ''}/{len(expr.matchers.matchers)}")
        return True

    promql_parser.walk(promql_parser.parse(parse.plain(text)), visit)
    return found
