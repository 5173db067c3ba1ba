"""Good events where errors are asked for, and the reverse."""

import re
from collections.abc import Iterator
from enum import Enum
from itertools import groupby
from typing import NamedTuple

from burnrules.codes import Finding
from burnrules.codes import queries as codes
from burnrules.diagnostics import shown
from burnrules.promql import samples, tree
from burnrules.promql.finding import at
from burnrules.promql.tree import Binary, Matcher, Node, Selector, Wrapped


class Verdict(NamedTuple):
    """Labels that say how an event ended, with values for good and for bad ones."""

    labels: frozenset[str]
    good: tuple[str, ...]
    bad: tuple[str, ...]


class Ending(Enum):
    """How an event ended."""

    GOOD = "good"
    BAD = "bad"


_NAMES = {
    Ending.GOOD: re.compile("success|succeeded|(?:^|_)ok(?:_|$)"),
    Ending.BAD: re.compile("err|fail|fault|exception|timeout|time_out|reject|drop|abort|lost"),
}
"""What a metric's own name says: `graphql_errors_total{code="200"}` counts errors."""

_VERDICTS = (
    Verdict(
        frozenset(
            {"code", "http_code", "http_response_status_code", "http_status", "http_status_code"}
            | {"response_code", "status", "status_code"}
        ),
        ("200", "204"),
        ("500", "503"),
    ),
    Verdict(
        frozenset({"otel_status_code", "status_code"}),
        ("STATUS_CODE_OK", "STATUS_CODE_UNSET"),
        ("STATUS_CODE_ERROR",),
    ),
    Verdict(frozenset({"grpc_code", "grpc_status", "code"}), ("OK",), ("Internal", "Unavailable")),
    Verdict(frozenset({"success", "ok"}), ("true", "1", "yes"), ("false", "0", "no")),
    Verdict(frozenset({"error", "failed"}), ("false", "0", "no"), ("true", "1", "yes")),
    Verdict(
        frozenset({"outcome", "result", "status"}),
        ("success", "SUCCESS", "ok"),
        ("error", "ERROR", "failure", "failed", "SERVER_ERROR"),
    ),
)


def good_as_errors(node: Node) -> Iterator[Finding]:
    """Selectors of good events that a query of errors adds up."""
    signs = tuple(_signed(node))
    if any(not plus for _, plus in signs):
        # `total - good` counts errors; what is taken away decides, and is not judged here.
        return
    for found, _ in signs:
        if found.metric.endswith("_bucket") and (bound := _bound(found)):
            said = f'`le="{shown(bound.value)}"` selects requests FASTER than that: the good part'
            hint = "count errors as `..._count - ..._bucket`, or write an SLI of kind `latency`"
            yield at(bound, codes.GOOD_AS_ERRORS, said, hint)
        for matcher in _deciding(found, Ending.GOOD):
            said = f"`{_written(matcher)}` selects good events, not errors"
            hint = "move the query to `good`, or match the errors"
            yield at(matcher, codes.GOOD_AS_ERRORS, said, hint)


def errors_as_good(node: Node) -> Iterator[Finding]:
    """Selectors of errors that a query of good events adds up."""
    for found, plus in _signed(node):
        for matcher in _deciding(found, Ending.BAD) if plus else ():
            said = f"`{_written(matcher)}` selects errors, not good events"
            hint = "move the query to `errors`, or match the good events"
            yield at(matcher, codes.ERRORS_AS_GOOD, said, hint)


def _written(matcher: Matcher) -> str:
    return shown(f'{matcher.label}{matcher.operator}"{matcher.value}"')


def _bound(found: Selector) -> Matcher | None:
    bounds = (m for m in found.matchers if m.label == "le" and m.operator in ("=", "=~"))
    return next((m for m in bounds if "Inf" not in m.value), None)


def _deciding(found: Selector, ending: Ending) -> Iterator[Matcher]:
    """The matchers that let through events of this ending only, unless something speaks against."""
    other = Ending.BAD if ending is Ending.GOOD else Ending.GOOD
    if _NAMES[other].search(found.metric) or any(_endings(found, other)):
        return
    yield from _endings(found, ending)


def _endings(found: Selector, ending: Ending) -> Iterator[Matcher]:
    # All matchers of a label count together: `code=~"4..|5..",code!~"5.."`.
    for label, of_label in groupby(sorted(found.matchers, key=_label), key=_label):
        together = tuple(of_label)
        verdicts = (_passed(together, v) for v in _VERDICTS if label in v.labels)
        if {ending} in verdicts:
            yield together[0]


def _passed(together: tuple[Matcher, ...], verdict: Verdict) -> set[Ending]:
    """The endings of the events that matchers let through, as far as a verdict knows them."""
    samples_of = {Ending.GOOD: verdict.good, Ending.BAD: verdict.bad}
    return {ending for ending, values in samples_of.items() if _any(together, values)}


def _label(matcher: Matcher) -> str:
    return matcher.label


def _any(matchers: tuple[Matcher, ...], values: tuple[str, ...]) -> bool:
    return any(
        all(samples.fulfils(value, m.operator, m.value) for m in matchers) for value in values
    )


def _signed(node: Node) -> Iterator[tuple[Selector, bool]]:
    """Selectors that add to the value (True) or are taken from it (False)."""
    waiting: list[tuple[Node, bool]] = [(node, True)]
    while waiting:
        current, plus = waiting.pop()
        match current:
            case Selector():
                yield current, plus
            case Wrapped():
                waiting.append((current.of, plus is not (current.sign == "-")))
            case Binary():
                if current.op.text.lower() in _BOTH_SIDES:
                    waiting.append((current.right, plus is not (current.op.text == "-")))
                waiting.append((current.left, plus))
            case _:
                waiting += [(child, plus) for child in reversed(tree.children(current))]


_BOTH_SIDES = frozenset({"+", "-", "*", "or"})
"""A divisor, and what only filters, says nothing of what is counted."""
