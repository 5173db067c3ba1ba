"""Every rule can have data: for each selector there is a series that it would match."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from burnrules.artifact import Artifact
from burnrules.codes import proofs as codes
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Expr
from burnrules.promql import samples, strings

_KIND = "prometheus-rules"
_WINDOW = re.compile(r"\[[^\]\[{}\"]*\]")  # rules that differ only in it have the same selectors
_BRACES = re.compile(r'\{[^{}"]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^{}"]*+)*+\}')
_MATCHER = re.compile(r'([\w.]+)"?\s*(=~|!~|!=|=)\s*"((?:[^"\\]++|\\.)*+)"')
_LONGEST = 40


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """A rule of which every selector of raw series asks for what no label value can be.

    Of alternatives some may be empty: that is how they are kept apart.
    """
    rules = [artifact for artifact in made if artifact.kind == _KIND]
    for expr in {
        _WINDOW.sub("", one.text): one for file in rules for one in _doubts(file)
    }.values():
        yield from _never(expr)


def _doubts(file: Artifact) -> Iterator[Expr]:
    """The queries with braces that are doubtful."""
    for group in file.groups:
        # A group says most of its braces a dozen times.
        braces = set(_BRACES.findall("\n".join([rule.expr.text for rule in group.rules])))
        if doubtful := [one for one in braces if _doubtful(one)]:
            for rule in group.rules:
                if any(one in rule.expr.text for one in doubtful):
                    yield rule.expr


@lru_cache(maxsize=4096)  # the SLOs of a path read the same series
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
    return samples.satisfy([(operator, strings.unquoted(f'"{value}"'))]) is not None


def _never(expr: Expr) -> Iterator[Diagnostic]:
    from burnrules.promql import contradictions  # noqa: PLC0415  # a grammar that few specs need

    found = contradictions.of(expr.text)
    if found is None:
        return
    said = ", ".join(f"{one.label}{one.operator}{one.value}" for one in found.asked)
    sure = any(one.operator == "=" for one in found.asked)
    code = codes.NEVER_MATCHES if sure else codes.NO_MATCH_FOUND
    why = "which no series can satisfy" if sure else "and no such value was found"
    yield code.at(
        expr.origin,
        f"`{_short(found.metric)}` is read where `{_short(said)}`, {why}",
        hint=f"drop one of the matchers of `{found.label}`",
    )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
