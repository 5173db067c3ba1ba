"""The plan: what must exist, before any format is chosen; frozen, exact, free of spec models."""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from burnrules.diagnostics import Span
from burnrules.durations import Duration
from burnrules.gateplan import GatePlan
from burnrules.gateway import Gateway

Labels = tuple[tuple[str, str], ...]
WINDOW = "$window"


class Expr(NamedTuple):
    """A PromQL text, and the place in a spec that it comes from."""

    text: str
    origin: Span


class Matcher(NamedTuple):
    """One label matcher; `op` is `=`, `!=`, `=~` or `!~`, the value unescaped."""

    label: str
    op: str
    value: str


WINDOW_MARK, SECONDS_MARK = "\x00", "\x01"  # no spec can hold control characters


class Query(NamedTuple):
    """A PromQL text whose window is left open; the marks stand for it and for its seconds."""

    template: str

    def at(self, window: Duration) -> str:
        """The query read over `window`."""
        filled = self.template.replace(WINDOW_MARK, str(window))
        return filled.replace(SECONDS_MARK, f"{window.seconds.normalize():f}")

    @property
    def text(self) -> str:
        """The query as a person would write it, with `$window`."""
        return self.template.replace(WINDOW_MARK, WINDOW).replace(SECONDS_MARK, WINDOW)


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


class Rule(NamedTuple):
    """One recording rule (`record`) or alerting rule (`alert`); one of both names is set."""

    record: str
    alert: str
    expr: Expr
    labels: Labels
    wait: Duration | None = None
    keep: Duration | None = None
    annotations: Labels = ()


class Group(NamedTuple):
    """Rules that are evaluated in order, one after the other."""

    name: str
    interval: Duration
    rules: tuple[Rule, ...]
    query_offset: Duration | None = None


class Assumption(NamedTuple):
    """Something the spec did not say and the compiler filled in: what, and why or from where."""

    subject: str
    value: str
    reason: str


class SloPlan(NamedTuple):
    """One SLO with every number, name and query that any artifact needs."""

    path: str
    name: str
    display_name: str
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


class Kubernetes(NamedTuple):
    """Metadata of emitted objects."""

    namespace: str = ""
    labels: Labels = ()
    annotations: Labels = ()


class RuleSet(NamedTuple):
    """Rule groups that make one file and one object: those of a path, or those of a Telemetry."""

    name: str
    source: str
    kubernetes: Kubernetes
    groups: tuple[Group, ...]


class Example(NamedTuple):
    """Series, in promtool's notation, on which an alert of ours fires, or rests."""

    alert: str
    series: tuple[tuple[str, str], ...]  # with the values of each
    at: Duration
    fires: bool


class PathPlan(NamedTuple):
    """One critical path: the unit of files and objects."""

    name: str
    display_name: str
    description: str
    source: str
    kubernetes: Kubernetes
    slos: tuple[SloPlan, ...]
    groups: tuple[Group, ...] = ()  # beside those of its SLOs
    assumptions: tuple[Assumption, ...] = ()
    indicators: tuple[IndicatorPlan, ...] = ()
    gates: tuple[GatePlan, ...] = ()
    examples: tuple[Example, ...] = ()  # of alerts that are no SLO's

    @property
    def rule_set(self) -> RuleSet:
        """All rules of the path."""
        groups = tuple(group for slo in self.slos for group in slo.rules)
        groups += tuple(indicator.rules for indicator in self.indicators)
        return RuleSet(self.name, self.source, self.kubernetes, (*groups, *self.groups))


class SpanNames(NamedTuple):
    """How one producer names span metrics, resolved for one Telemetry document.

    `calls` is a counter, `duration` a histogram base name (no `_bucket`), `unit` the seconds in one
    unit of it; `labels` maps attribute names (`service.name`) to label names; `kinds` maps
    span kinds (`server`) to the label and value that select them; `buckets` are the bounds in
    seconds, None when unknown; `known` holds every label that is sure to arrive, None when unknown.
    """

    producer: str
    calls: str
    duration: str
    unit: Decimal
    native: bool
    labels: Mapping[str, str]
    kinds: Mapping[str, Matcher]
    error: tuple[Matcher, ...]
    buckets: tuple[Decimal, ...] | None
    known: frozenset[str] | None
    flush: Duration
    utf8: bool = False
    duration_known: frozenset[str] | None = None  # where calls and duration differ
    notes: tuple[Assumption, ...] = ()
    error_calls: str = ""  # a counter of errors of its own, instead of `error`
    events: str | None = None  # a counter of span events; "": there is none; None: nobody said
    events_known: frozenset[str] | None = None  # labels of that counter


class Server(NamedTuple):
    """What the Prometheus that evaluates the rules does with names and times."""

    version: tuple[int, int]
    ingestion: str  # scrape, otlp, remoteWrite
    spelling_known: bool  # whether the spec declared the ingestion path
    scrape_interval: Duration
    rule_interval: Duration
    query_offset: Duration | None = None
    retention: Duration | None = None
    url: str = ""


class TelemetryPlan(NamedTuple):
    """One Telemetry: what its producer calls things, and who evaluates the rules."""

    name: str
    source: str  # the spec file; "" for the built-in one
    names: SpanNames
    server: Server
    named: bool  # the dialect was chosen by name, not read from a configuration


class Plan(NamedTuple):
    """Everything that the artifacts are made from."""

    paths: tuple[PathPlan, ...]
    health: tuple[PathPlan, ...] = ()  # of Telemetry documents; what is a path here is a pipeline
    gateways: tuple[Gateway, ...] = ()  # of Telemetry documents that name no configuration
    telemetries: tuple[TelemetryPlan, ...] = ()

    @property
    def rule_sets(self) -> tuple[RuleSet, ...]:
        """Everything that becomes a rule file."""
        return tuple(path.rule_set for path in (*self.paths, *self.health))
