"""One leading signal: its value, its limits, and the group that records and alerts."""

from decimal import Decimal
from typing import NamedTuple

from burnrules.diagnostics import Span
from burnrules.durations import Duration
from burnrules.ir.rules import Assumption, Group, Labels, Matcher, Query


class Limit(NamedTuple):
    """Where an indicator begins to alert; `value` is in its unit, of growth a ratio."""

    kind: str  # max, min, growth
    value: Decimal
    over: Duration | None = None  # growth: how long ago the past is that it is compared with
    beyond: str = ""  # what a value past it is, in words: "above 2s"


class Side(NamedTuple):
    """The series that one side of an indicator reads."""

    metric: str
    matchers: tuple[Matcher, ...]
    unit: Decimal = Decimal(1)  # of a histogram, in seconds


class IndicatorPlan(NamedTuple):
    """One leading signal: its value, its limits, and the group that records and alerts."""

    path: str
    name: str
    kind: str  # latency, fanOut, retries, circuitBreaker, coldStarts, cacheHits, ..., query
    description: str
    subject: str  # what the value is, in words: "the 0.99 quantile of latency"
    value: Query  # one series per group; read over `window`
    window: Duration
    unit: str  # "s", "ratio", "" for a plain number, else the spec's own word
    groups: tuple[str, ...]  # label names, sorted
    limits: tuple[Limit, ...]
    policy: str
    severity: str
    wait: Duration  # `for`
    labels: Labels  # on alerts
    rules: Group
    origin: Span
    assumptions: tuple[Assumption, ...] = ()
    sides: tuple[Side, ...] = ()  # part and whole; of latency the buckets; of a query none
    quantile: Decimal | None = None  # latency

    @property
    def id(self) -> str:
        """`checkout/p99`, as commands and messages name it."""
        return f"{self.path}/{self.name}"
