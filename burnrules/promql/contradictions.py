"""A query to the first matchers that leave it without data: no label value fulfils them all."""

from typing import NamedTuple

from burnrules.diagnostics import Problem
from burnrules.promql import grammar, samples, tree
from burnrules.promql.tree import Matcher, Selector


class Contradiction(NamedTuple):
    """A metric, and what is asked of one of its labels that no value can be."""

    metric: str
    label: str
    asked: tuple[Matcher, ...]


def of(text: str) -> Contradiction | None:
    """Why a query reads nothing; None if one of its selectors of raw series could match.

    A text that is no query reads nothing either, but that is not for here to say.
    """
    node = grammar.read(text)
    if isinstance(node, Problem):
        return None
    raw = [one for one, _ in tree.selectors(node) if not one.metric.startswith("slo:")]
    impossible = [(one, label) for one in raw if (label := _impossible(one))]
    if not raw or len(impossible) < len(raw):
        return None
    selector, label = impossible[0]
    asked = tuple(one for one in selector.matchers if one.label == label)
    return Contradiction(selector.metric, label, asked)


def _impossible(selector: Selector) -> str:
    """The first label whose matchers no value fulfils; empty when there is none."""
    asked: dict[str, list[tuple[str, str]]] = {}
    for one in selector.matchers:
        asked.setdefault(one.label, []).append((one.operator, one.value))
    return next((label for label, some in asked.items() if samples.satisfy(some) is None), "")
