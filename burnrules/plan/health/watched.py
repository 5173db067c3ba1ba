"""What a family of health alerts is made from, and what one of them is."""

from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from burnrules.burnrate import plain
from burnrules.durations import Duration, of
from burnrules.ir import Matcher, Query, SpanNames
from burnrules.plan.alerts import percentage
from burnrules.plan.recordings import FIVE_MINUTES, HOUR
from burnrules.promql import build

TEN_MINUTES, QUARTER_HOUR = of("10m"), of("15m")
COMPONENT_BURN = 6  # what a tier of six hours has in the SRE workbook; the SLO itself pages faster


class Urgency(Enum):
    """Which severity of the policy an alert gets."""

    LOUD = "first"
    QUIET = "last"


class Watched(NamedTuple):
    """One process that is watched: its series, its version, and what the pipeline promises."""

    kind: str  # collector, tempo
    selector: tuple[Matcher, ...]
    release: int | None  # the minor version of the Collector, None if not declared
    budget: Decimal
    names: SpanNames
    scrape: Duration

    @property
    def overflow(self) -> str:
        """The label of what a connector counts beyond its limit of series."""
        return "otel.metric.overflow" if self.names.utf8 else "otel_metric_overflow"

    @property
    def limit(self) -> Decimal:
        """The share of lost spans of one component above which it alerts."""
        return min(COMPONENT_BURN * self.budget, (1 + self.budget) / 2)


class Alert(NamedTuple):
    """One health alert; `summary` and `description` may hold Prometheus's own templates."""

    name: str
    expr: str
    wait: Duration
    urgency: Urgency
    summary: str
    description: str


def rated(names: tuple[str, ...], matchers: tuple[Matcher, ...]) -> str:
    """The rate of a counter under each of its names, series by series: a fleet may show several."""
    rates = [build.call("rate", build.ranged(build.selector(name, matchers))) for name in names]
    return rates[0] if len(rates) == 1 else "\nor\n".join(rates)


def summed(names: tuple[str, ...], matchers: tuple[Matcher, ...], by: tuple[str, ...] = ()) -> str:
    """The rate of a counter, added up after its names are joined."""
    return build.aggregate("sum", by, rated(names, matchers))


def pooled(rates: tuple[str, ...], by: tuple[str, ...] = ()) -> str:
    """The sum of several counters, of which any may be absent until it first counts."""
    marked = [
        build.call("label_replace", one, '"counter"', f'"{index}"', '""', '""')
        for index, one in enumerate(rates, 1)
    ]
    return build.aggregate("sum", by, "\nor\n".join(marked))


def burning(part: str, total: str, limit: Decimal) -> str:
    """A share above a limit for an hour, and still for the last five minutes."""
    shares = []
    for window in (HOUR, FIVE_MINUTES):
        whole = build.bracket(f"{Query(total).at(window)} > 0")
        shares.append(f"{build.divide(Query(part).at(window), whole)} > {plain(limit)}")
    return build.all_of(*shares)


def shown(limit: Decimal) -> str:
    """A limit in words: `0.6%`."""
    return percentage(limit)
