"""One SLO with every number, name and query that any artifact needs."""

from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from burnrules.diagnostics import Span
from burnrules.durations import Duration
from burnrules.ir.rules import Assumption, Group, Labels, Query


class Missing(Enum):
    """What it means when the second series of an SLI is missing while the total is there."""

    ZERO = "zero"  # no error has happened yet, or no good event
    UNKNOWN = "unknown"  # a bucket that does not exist must read neither as all nor as none


class EventSli(NamedTuple):
    """Events counted per second: a total, and the bad ones or the good ones of them.

    Each query yields one series per group. `pad` is added to every window it is read over, because
    windows that tile exactly still lose the increment between them.
    """

    kind: str  # errors, latency, events, boolGauge
    total: Query
    part: Query
    part_is_good: bool
    missing: Missing
    pad: Duration
    counts: str  # what an event is, in words: "requests"
    wrong: str  # what a bad one did, in words: "failed", "took longer than 400ms"


class SliceSli(NamedTuple):
    """An error ratio per evaluation, averaged over time: `slice` yields 0..1 per group."""

    kind: str  # raw, threshold
    slice: Query
    countable: bool  # a bad evaluation is 1, so that minFailures can count them
    wrong: str  # what a bad evaluation is, in words: "were above 1000"


Sli = EventSli | SliceSli


class Tier(NamedTuple):
    """One row of an alert policy for one SLO, with everything that its alert says.

    `threshold` is the error ratio above which it fires: factor x budget.
    """

    severity: str
    factor: Decimal
    threshold: Decimal
    long: Duration
    short: Duration
    min_failures: int
    spent: (
        Decimal  # share of the whole budget that is gone when the long window has burnt at factor
    )
    raised: bool  # the factor was below 1 and was raised to 1
    wait: Duration | None  # `for`
    keep: Duration | None  # keep_firing_for
    labels: Labels
    annotations: Labels

    @property
    def reachable(self) -> bool:
        """Whether an error ratio can exceed the threshold at all."""
        return self.threshold < 1


class Guard(NamedTuple):
    """One alert beside the burn alerts: absent, invalid, spent or forecast."""

    kind: str  # signalAbsent, signalInvalid, budgetSpent, budgetForecast
    name: str
    severity: str
    wait: Duration
    labels: Labels
    annotations: Labels
    share: Decimal = Decimal(1)  # budgetSpent: of the budget
    exhausts_in: Duration | None = None  # budgetForecast
    over: Duration | None = None  # budgetForecast


class SloPlan(NamedTuple):
    """One SLO with every number, name and query that any artifact needs."""

    path: str
    name: str
    description: str
    objective: Decimal  # percent
    budget: Decimal  # ratio
    window: Duration
    groups: tuple[str, ...]  # label names, sorted
    sli: Sli
    policy: str
    alert_name: str
    tiers: tuple[Tier, ...]
    guards: tuple[Guard, ...]
    labels: Labels  # on alerts and slo_info
    interval: Duration  # of the rule groups
    rules: tuple[Group, ...]
    origin: Span
    assumptions: tuple[Assumption, ...] = ()

    @property
    def id(self) -> str:
        """`checkout/availability`, as commands and messages name it."""
        return f"{self.path}/{self.name}"
