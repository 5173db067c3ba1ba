"""Queries that load, and mean something else than their author thinks."""

import re
from collections.abc import Iterator

from burnrules.codes import Finding
from burnrules.codes import queries as codes
from burnrules.diagnostics import shown
from burnrules.promql import functions, tree
from burnrules.promql.finding import at
from burnrules.promql.tree import Aggregate, Binary, Call, Node, Range, Selector

_GAUGES = (
    "_celsius",
    "_current",
    "_gauge",
    "_in_flight",
    "_in_progress",
    "_info",
    "_ratio",
    "_state",
    "_status",
    "_utilization",
)
_COUNTERS = ("_total", "_count", "_bucket")


def traps(node: Node) -> Iterator[Finding]:
    """Functions over what they cannot read rightly."""
    for found, _ in tree.walk(node):
        if isinstance(found, Call) and found.args and isinstance(found.args[0], Range):
            yield from _over(found, found.args[0])


def spellings(node: Node) -> Iterator[Finding]:
    """Bucket bounds that are written `1` by one client and `1.0` by another."""
    for found, _ in tree.selectors(node):
        for matcher in found.matchers:
            whole = _WHOLE.fullmatch(matcher.value)
            if matcher.label == "le" and matcher.operator == "=" and whole:
                said = f'`le="{shown(matcher.value)}"` is one of two spellings of this bound'
                hint = f'write `le=~"{whole[1]}(\\\\.0)?"`'
                yield at(matcher, codes.ONE_SPELLING, said, hint)


_WHOLE = re.compile(r"([0-9]+)(?:\.0)?")
_RESET_AWARE = frozenset({"increase", "irate", "rate"})


def _over(call: Call, of: Range) -> Iterator[Finding]:
    name, inner = call.name.text, tree.bare(of.of)
    metric = inner.metric if isinstance(inner, Selector) else ""
    if name == "irate":
        said = "`irate` reads the last two samples and forgets the rest of the window"
        yield at(call.name, codes.LAST_TWO_SAMPLES, said, "write `rate`")
    if name in _RESET_AWARE:
        yield from _rate_of(call, inner, metric)
    elif name == "sum_over_time" and metric.endswith(_COUNTERS):
        said = f"`sum_over_time` adds up the running total of `{shown(metric)}`"
        yield at(call, codes.SUM_OF_COUNTER, said, "write `increase` to count its events")


def _rate_of(call: Call, inner: Node, metric: str) -> Iterator[Finding]:
    name = call.name.text
    if ":" in metric:
        said = f"`{name}` of the recording `{shown(metric)}`: resets hide in it"
        hint = "take the rate of the raw counter; a recorded rate is averaged: `avg_over_time`"
        yield at(call, codes.RATE_OF_DERIVED, said, hint)
    elif isinstance(inner, Aggregate):
        said = f"`{name}` of `{inner.op}`: a counter reset hides in it"
        hint = f"write `{inner.op}({name}(...[$window]))`"
        yield at(call, codes.RATE_OF_DERIVED, said, hint)
    elif metric == "up" or metric.endswith(_GAUGES):
        said = f"`{name}` of `{shown(metric)}`, which looks like a gauge"
        yield at(call, codes.RATE_OF_GAUGE, said, "write `avg_over_time`, or `delta`")


def never_positive(node: Node) -> Iterator[Finding]:
    """A part less its whole: `bucket - count`, `errors - total`."""
    for found, _ in tree.walk(node):
        if isinstance(found, Binary) and found.op.text == "-":
            part, whole = _single(found.left), _single(found.right)
            if part and whole and _is_part(part, whole):
                less = f"`{shown(part.metric)}` less `{shown(whole.metric)}`"
                said = f"{less} is never positive: a part less its whole"
                yield at(found, codes.NEVER_POSITIVE, said, "swap the sides of `-`")


def _single(node: Node) -> Selector | None:
    """The one selector of a sum or rate; None where more stands around it."""
    node = tree.bare(node)
    while isinstance(node, Aggregate | Call | Range):
        if isinstance(node, Aggregate | Call):
            if node.name.text.lower() not in _ADDITIVE or len(node.args) != 1:
                return None
            node = tree.bare(node.args[0])
        else:
            node = tree.bare(node.of)
    return node if isinstance(node, Selector) else None


_ADDITIVE = functions.PER_WINDOW | {"rate", "sum"}


def _is_part(part: Selector, whole: Selector) -> bool:
    if part.metric == "" or not _matchers(whole) <= _matchers(part):
        return False
    base = part.metric.removesuffix("_bucket")
    if part.metric != base and _bounded(part):
        return whole.metric == f"{base}_count" or (whole.metric, _bounded(whole)) == (
            part.metric,
            False,
        )
    return part.metric == whole.metric and _matchers(whole) < _matchers(part)


def _matchers(found: Selector) -> set[tuple[str, str, str]]:
    """All matchers but the name's and the bucket's."""
    every = ((m.label, m.operator, m.value) for m in found.matchers)
    return {matcher for matcher in every if matcher[0] not in ("__name__", "le")}


def _bounded(found: Selector) -> bool:
    """Whether a selector reads buckets with a finite bound."""
    bounds = [m for m in found.matchers if m.label == "le" and m.operator in ("=", "=~")]
    return bool(bounds) and all("Inf" not in m.value for m in bounds)
