"""The results on which a condition is tried: those that its provider can give."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from typing import Any

from burnrules.gates import traceql
from burnrules.gates.expr import tree
from burnrules.gates.expr.evaluate import Outcome
from burnrules.gates.template import FAILURE, SUCCESS, Metric
from burnrules.promql import parse
from burnrules.promql.tree import Call, Node, Type, aggregates, bare, root_type


class Kind(Enum):
    """What a result stands for."""

    VALUE = "value"
    EMPTY = "empty"
    NAN = "nan"
    PARTIAL = "partial"
    SINGLE = "single"


@dataclass(frozen=True, slots=True)
class Probe:
    """One result, what a reader calls it, and the number in it if it is but one."""

    kind: Kind
    name: str
    result: Any
    number: float | None = None

    @property
    def several(self) -> bool:
        """Whether the result is an array."""
        return isinstance(self.result, list)


@dataclass(frozen=True, slots=True)
class Judged:
    """What the conditions said of one result."""

    probe: Probe
    said: Mapping[str, Outcome]

    def says(self, field: str) -> Outcome | None:
        """What one condition said."""
        return self.said.get(field)

    @property
    def passes(self) -> bool:
        """Whether Argo calls the measurement successful; a failure outweighs a success."""
        if not self._known:
            return False
        if FAILURE not in self.said:
            return self.said[SUCCESS] is Outcome.TRUE
        if self.said[FAILURE] is Outcome.TRUE:
            return False
        return self.said.get(SUCCESS, Outcome.TRUE) is Outcome.TRUE

    @property
    def fails(self) -> bool:
        """Whether Argo calls the measurement failed."""
        if not self._known:
            return False
        if FAILURE in self.said:
            return self.said[FAILURE] is Outcome.TRUE
        return self.said[SUCCESS] is Outcome.FALSE

    @property
    def both(self) -> bool:
        """Whether both conditions hold."""
        return len(self.said) == 2 and set(self.said.values()) == {Outcome.TRUE}

    @property
    def neither(self) -> bool:
        """Whether both conditions are there and none holds."""
        return len(self.said) == 2 and set(self.said.values()) == {Outcome.FALSE}

    @property
    def _known(self) -> bool:
        return set(self.said.values()) <= {Outcome.TRUE, Outcome.FALSE}


def of(metric: Metric, conditions: tuple[tree.Node, ...]) -> tuple[Probe, ...]:
    """The results to try; none where what the provider answers is not known."""
    if metric.provider == "prometheus":
        if _scalar(metric):
            return _scalars(conditions)
        return _vectors(conditions)
    if _counts_by_status(metric):
        return _TEMPO
    return ()


def _counts_by_status(metric: Metric) -> bool:
    """Whether a web metric reads Tempo's counts by status as they come."""
    url = str(metric.settings.get("url", ""))
    path = metric.settings.get("jsonPath") or "{$}"
    return (
        metric.provider == "web"
        and traceql.PATH in url
        and "count_over_time" in url
        and "status" in url
        and path in {"{$}", "$", "{@}"}
    )


def grouped(metric: Metric) -> bool:
    """Whether the query surely gives one series for each value of some label."""
    node = _query(metric)
    if node is None:
        return False
    root = bare(node)
    if isinstance(root, Call) and root.name.text == "histogram_quantile" and root.args:
        return bool(set(_labels(bare(root.args[-1]))) - {"le"})
    return bool(_labels(root))


def _labels(node: Node) -> tuple[str, ...]:
    found = aggregates(node)
    return found.labels if found is not None else ()


def _query(metric: Metric) -> Node | None:
    query = metric.settings.get("query")
    if metric.provider != "prometheus" or not isinstance(query, str):
        return None
    return parse.ast(metric.filled(query).text)


def _scalar(metric: Metric) -> bool:
    node = None if metric.settings.get("rangeQuery") else _query(metric)
    return node is not None and root_type(node) is Type.SCALAR


def _numbers(conditions: tuple[tree.Node, ...]) -> tuple[float, ...]:
    """Each bound that is written, what lies between two, and what lies beyond them all."""
    written = sorted({value for node in conditions for value in tree.numbers(node)} | {0.0, 1.0})
    written = [value for value in written if abs(value) < 1e300]
    middles = [(low + high) / 2 for low, high in pairwise(written)]
    return tuple(sorted({*written, *middles, written[0] - 1, written[-1] * 2 + 1}))


def _vectors(conditions: tuple[tree.Node, ...]) -> tuple[Probe, ...]:
    values = (Probe(Kind.VALUE, f"{n:g}", [n], n) for n in _numbers(conditions))
    empty = Probe(Kind.EMPTY, "an empty result", [])
    return (*values, empty, Probe(Kind.NAN, "NaN", [float("nan")]))


def _scalars(conditions: tuple[tree.Node, ...]) -> tuple[Probe, ...]:
    values = (Probe(Kind.VALUE, f"{n:g}", n, n) for n in _numbers(conditions))
    return (*values, Probe(Kind.NAN, "NaN", float("nan")))


def _answer(good: int, bad: int, **more: str) -> dict[str, Any]:
    series = [_series("unset", good), _series("error", bad)]
    return {"series": series, **more}


def _series(status: str, count: int) -> dict[str, Any]:
    labels = [{"key": "status", "value": {"stringValue": status}}]
    return {"labels": labels, "value": float(count)} if count else {"labels": labels}


_TEMPO = (
    Probe(Kind.VALUE, "a million requests without an error", _answer(1_000_000, 0)),
    Probe(Kind.VALUE, "a million requests, half of them failed", _answer(500_000, 500_000)),
    Probe(Kind.VALUE, "a million failed requests", _answer(0, 1_000_000)),
    Probe(Kind.EMPTY, "no spans", {}),
    Probe(Kind.EMPTY, "no series", {"series": []}),
    Probe(Kind.SINGLE, "one request", _answer(1, 0)),
    Probe(Kind.PARTIAL, "a truncated answer", _answer(1_000_000, 0, status="PARTIAL")),
)
