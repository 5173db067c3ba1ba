"""Every rule can have data: for each selector there is a series that it would match."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from burnrules.artifact import Artifact
from burnrules.codes import proofs as codes
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Expr
from burnrules.promql import grammar, lexer, samples, tree
from burnrules.promql.reader import Problem
from burnrules.promql.tree import Selector

_KIND = "prometheus-rules"
_WINDOW = re.compile(r"\[[^\]\[{}\"]*\]")  # rules that differ only in it have the same selectors
_BRACES = re.compile(r'\{((?:[^{}"]++|"(?:[^"\\]++|\\.)*+")*+)\}')
_MATCHER = re.compile(r'([\w.]+)"?\s*(=~|!~|!=|=)\s*"((?:[^"\\]++|\\.)*+)"')
_LONGEST = 40


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """A rule of which every selector of raw series asks for what no label value can be.

    Of alternatives some may be empty: that is how they are kept apart.
    """
    exprs = (one for artifact in made if artifact.kind == _KIND for one in artifact.queries)
    for expr in {
        _WINDOW.sub("", one.text): one
        for one in exprs
        if any(map(_doubtful, _BRACES.findall(one.text)))
    }.values():
        yield from _never(expr)


@lru_cache(maxsize=65536)  # an SLO says the same braces in each of its windows
def _doubtful(braces: str) -> bool:
    """Whether matchers could exclude each other: two on a label, or a regex that fits nothing.

    What is doubtful is read by the grammar, which costs a hundred times more.
    """
    asked = _MATCHER.findall(braces)
    labels = [label for label, _, _ in asked]
    return len(set(labels)) < len(labels) or any(
        "~" in operator and not _matches(operator, value) for _, operator, value in asked
    )


@lru_cache(maxsize=4096)
def _matches(operator: str, value: str) -> bool:
    return samples.satisfy([(operator, lexer.unquoted(f'"{value}"'))]) is not None


def _never(expr: Expr) -> Iterator[Diagnostic]:
    node = grammar.read(expr.text)
    if isinstance(node, Problem):
        return  # queries_parse has said so
    raw = [one for one, _ in tree.selectors(node) if not one.metric.startswith("slo:")]
    impossible = [(one, label) for one in raw if (label := _impossible(one))]
    if not raw or len(impossible) < len(raw):
        return
    selector, label = impossible[0]
    asked = [one for one in selector.matchers if one.label == label]
    sure = any(one.operator == "=" for one in asked)
    said = ", ".join(f"{one.label}{one.operator}{one.value}" for one in asked)
    code = codes.NEVER_MATCHES if sure else codes.NO_MATCH_FOUND
    why = "which no series can satisfy" if sure else "and no such value was found"
    yield code.at(
        expr.origin,
        f"`{_short(selector.metric)}` is read where `{_short(said)}`, {why}",
        hint=f"drop one of the matchers of `{label}`",
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _impossible(selector: Selector) -> str:
    """The first label whose matchers no value fulfils; empty when there is none."""
    asked: dict[str, list[tuple[str, str]]] = {}
    for one in selector.matchers:
        asked.setdefault(one.label, []).append((one.operator, one.value))
    return next((label for label, some in asked.items() if samples.satisfy(some) is None), "")
