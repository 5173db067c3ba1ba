"""A release gate as it must exist, before any controller's format: frozen, exact."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from burnrules.diagnostics import Span
from burnrules.durations import Duration

Pairs = tuple[tuple[str, str], ...]


class GateArgument(NamedTuple):
    """An argument of a template: with a default, from a secret, or given by the Rollout."""

    name: str
    value: str = ""
    secret: tuple[str, str] | None = None  # name and key
    pod: str = ""  # the Rollout gives the hash of its Latest or Stable pods
    field: str = ""  # the Rollout gives this field of itself

    @property
    def required(self) -> bool:
        """Whether the Rollout must give it."""
        return not self.value and self.secret is None


class GateChance(NamedTuple):
    """How a run ends for a canary whose errors are so many times the budget."""

    times: int
    passed: Decimal
    aborted: Decimal
    inconclusive: Decimal


class GateOdds(NamedTuple):
    """What the traffic of a gate lets it tell."""

    samples: int  # a look
    false_abort: Decimal
    chances: tuple[GateChance, ...]
    bad: Decimal  # the error ratio that it must stop
    missed: Decimal  # the chance that a canary with `bad` passes
    needed: int | None  # samples a look with which it judges well
    window: Duration | None  # the shortest that sees so many
    verdict: str = ""  # why it cannot judge; empty: it can
    remedy: str = ""  # what would mend that


class GateMetric(NamedTuple):
    """One thing that a gate measures, with every text that its controller needs."""

    name: str
    subject: str  # checkout/availability
    reading: str  # what is measured, in words
    query: str  # PromQL or TraceQL
    bound: Decimal
    at_most: bool  # which side of the bound is good
    min_samples: int
    origin: Span
    success: str = ""  # expr; empty for jobs and Flagger
    failure: str = ""
    url: str = ""  # of a web metric
    script: str = ""  # of a job
    environment: Pairs = ()  # of a job
    odds: GateOdds | None = None


@dataclass(frozen=True, slots=True)
class ArgoGate:
    """What Argo Rollouts is told beside the metrics."""

    provider: str  # prometheus, web, job
    image: str  # of a job
    cluster: bool
    run: str  # inline, background, prePromotion, postPromotion
    count: int
    failure_limit: int
    inconclusive_limit: int
    consecutive_successes: int  # 0: off
    initial_delay: Duration | None
    interval: Duration | None  # None: measured once
    arguments: tuple[GateArgument, ...]
    headers: Pairs
    weight: int  # percent of the traffic that the canary has when it is judged


class FlaggerGate(NamedTuple):
    """What Flagger is told beside the metrics."""

    threshold: int
    interval: Duration
    window: Duration
    address: str
    headers: Pairs
    secret: str  # holds the key `token`


class GatePlan(NamedTuple):
    """One gate of a path: its object, how it tells versions apart, and what it measures."""

    path: str
    name: str
    title: str  # of the object: checkout-canary
    controller: ArgoGate | FlaggerGate
    version: str  # how canary and stable are told apart, in words
    window: Duration
    metrics: tuple[GateMetric, ...]
    notes: tuple[str, ...]  # what a reader of the file must know
    origin: Span

    @property
    def id(self) -> str:
        """`checkout/canary`, as commands and messages name it."""
        return f"{self.path}/{self.name}"
