"""The plan: what must exist, before any format is chosen; frozen, exact, free of spec models."""

from typing import TYPE_CHECKING, NamedTuple

from burnrules.gateway import Gateway
from burnrules.ir.indicator import IndicatorPlan, Limit, Side
from burnrules.ir.rules import (
    SECONDS_MARK,
    WINDOW,
    WINDOW_MARK,
    Assumption,
    Example,
    Expr,
    Group,
    Kubernetes,
    Labels,
    Matcher,
    Query,
    Rule,
    RuleSet,
)
from burnrules.ir.slo import EventSli, Guard, Missing, Sli, SliceSli, SloPlan, Tier
from burnrules.ir.telemetry import Server, SpanNames, TelemetryPlan

if TYPE_CHECKING:  # a dozen types that most trees have none of
    from burnrules.gateplan import GatePlan

__all__ = [
    "SECONDS_MARK",
    "WINDOW",
    "WINDOW_MARK",
    "Assumption",
    "EventSli",
    "Example",
    "Expr",
    "Group",
    "Guard",
    "IndicatorPlan",
    "Kubernetes",
    "Labels",
    "Limit",
    "Matcher",
    "Missing",
    "PathPlan",
    "Plan",
    "Query",
    "Rule",
    "RuleSet",
    "Server",
    "Side",
    "Sli",
    "SliceSli",
    "SloPlan",
    "SpanNames",
    "TelemetryPlan",
    "Tier",
]


class PathPlan(NamedTuple):
    """One critical path: the unit of files and objects."""

    name: str
    source: str
    kubernetes: Kubernetes
    slos: tuple[SloPlan, ...]
    groups: tuple[Group, ...] = ()  # beside those of its SLOs
    indicators: tuple[IndicatorPlan, ...] = ()
    gates: "tuple[GatePlan, ...]" = ()
    examples: tuple[Example, ...] = ()  # of alerts that are no SLO's

    @property
    def rule_set(self) -> RuleSet:
        """All rules of the path."""
        groups = tuple(group for slo in self.slos for group in slo.rules)
        groups += tuple(indicator.rules for indicator in self.indicators)
        return RuleSet(self.name, self.source, self.kubernetes, (*groups, *self.groups))


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
