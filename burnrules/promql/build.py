"""The one place that spells PromQL: every composed expression is made by these functions.

Expressions are laid out for a person: what is longer than a line is broken at its brackets. User
text enters as label values (escaped by `quoted`) or as a fragment that was checked on its own.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from burnrules.ir import SECONDS_MARK, WINDOW_MARK, Matcher
from burnrules.promql.strings import quoted

WIDTH = 96
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def selector(metric: str, matchers: Sequence[Matcher] = ()) -> str:
    """A vector selector; names that only UTF-8 Prometheus knows are quoted."""
    inside = [f"{label(name)}{operator}{quoted(value)}" for name, operator, value in matchers]
    name = metric
    if not _METRIC.fullmatch(metric):
        name, inside = "", [quoted(metric), *inside]
    if not inside:
        return name
    flat = f"{name}{{{', '.join(inside)}}}"
    if len(flat) <= WIDTH - 20:
        return flat
    return f"{name}{{\n{_lines(inside)}\n}}"


@lru_cache(maxsize=1024)  # all series of a producer have the same few
def label(name: str) -> str:
    """A label name, quoted when only UTF-8 Prometheus knows it."""
    return name if _LABEL.fullmatch(name) else quoted(name)


def labels(names: Sequence[str]) -> str:
    """A label list in round brackets."""
    return f"({', '.join(label(name) for name in names)})"


def ranged(vector: str) -> str:
    """A selector over the open window."""
    return f"{vector}[{WINDOW_MARK}]"


def over(series: str, window: object, *, offset: object = None) -> str:
    """A selector over a fixed window or subquery range."""
    shift = f" offset {offset}" if offset is not None else ""
    return f"{series}[{window}]{shift}"


def call(function: str, *arguments: str) -> str:
    """A function call."""
    flat = f"{function}({', '.join(arguments)})"
    if len(flat) <= WIDTH and "\n" not in flat:
        return flat
    return f"{function}(\n{_lines(arguments)}\n)"


def aggregate(operator: str, groups: Sequence[str], inner: str) -> str:
    """`sum by (G) (inner)`; without groups `sum(inner)`."""
    head = f"{operator} by {labels(groups)} " if groups else operator
    flat = f"{head}({inner})"
    if len(flat) <= WIDTH and "\n" not in flat:
        return flat
    return f"{head}(\n{_indent(inner)}\n)"


def rates(metric: str, alternatives: Sequence[Sequence[Matcher]], groups: Sequence[str]) -> str:
    """The rate of a counter's series over the open window, by group; alternatives are disjoint."""
    each = [call("rate", ranged(selector(metric, some))) for some in alternatives]
    union = each[0] if len(each) == 1 else bracket("\nor\n".join(each))
    return aggregate("sum", groups, sane(union))


def sane(counts: str) -> str:
    """A rate without what a bad series would leave in thirty days of sums: NaN, Inf, below 0."""
    return f"{counts} >= 0 < Inf"


def finite(value: str) -> str:
    """A value that is neither NaN nor infinite."""
    return f"{value} > -Inf < Inf"


def bracket(inner: str) -> str:
    """The expression in round brackets."""
    if len(inner) <= WIDTH - 2 and "\n" not in inner:
        return f"({inner})"
    return f"(\n{_indent(inner)}\n)"


def divide(numerator: str, denominator: str) -> str:
    """Numerator by denominator."""
    return _join(numerator, "/", denominator)


def minus(left: str, groups: Sequence[str], right: str) -> str:
    """What is left of `left`, group by group."""
    return _join(left, f"- on {labels(groups)}", right)


def plus(left: str, groups: Sequence[str], right: str) -> str:
    """The sum of both, group by group."""
    return _join(left, f"+ on {labels(groups)}", right)


def times(left: str, groups: Sequence[str], right: str, *, spread: bool = False) -> str:
    """The product, group by group; `spread` lets one right side serve many left ones."""
    many = " group_left ()" if spread else ""
    return _join(left, f"* on {labels(groups)}{many}", right)


def either(groups: Sequence[str], first: str, second: str) -> str:
    """The first, and the second for groups that the first lacks."""
    return _join(first, f"or on {labels(groups)}", second)


def zero_of(series: str) -> str:
    """A 0 wherever a series has a value."""
    return f"(0 * {series})"


def all_of(*parts: str) -> str:
    """All hold, on the same labels."""
    return "\nand ".join(parts)


def any_of(*parts: str) -> str:
    """Any holds; labels of the parts are disjoint or the same alert is meant."""
    return "\nor\n".join(parts)


def lacking(series: str, other: str) -> str:
    """Where a series has a value and the other has none."""
    return bracket(_join(series, "unless", other))


def per_second(counts: str) -> str:
    """Counts of a window as a rate per second."""
    return f"{counts} / {SECONDS_MARK}"


def _join(left: str, operator: str, right: str) -> str:
    flat = f"{left} {operator} {right}"
    if len(flat) <= WIDTH and "\n" not in flat:
        return flat
    return f"{left}\n{operator}\n{right}"


def _lines(parts: Sequence[str]) -> str:
    return _indent(",\n".join(parts))


def _indent(text: str) -> str:
    return "  " + text.replace("\n", "\n  ")
