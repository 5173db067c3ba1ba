"""The shape of an AlertPolicy: when and how to alert."""

from decimal import Decimal
from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from burnrules import durations
from burnrules.durations import Duration
from burnrules.spec.model import AnnotationMap, LabelMap, Model, absent, exactly
from burnrules.spec.path import Metadata
from burnrules.spec.scalars import (
    AlertName,
    Flag,
    Percent,
    PlainNumber,
    Severity,
    Span,
    Text,
    Whole,
    refuse,
)

_MOST_ALERTS = 20


class Tier(Model):
    """One row: how much of the budget, over which windows, and how loudly."""

    severity: Severity
    budget: Percent | None = Field(
        None, description="share of the budget spent in long when it fires"
    )
    burn_rate: PlainNumber | None = Field(None, description="the factor itself, instead of budget")
    long: Span = Field(description="long window")
    short: Span | None = Field(
        None, description="short window, by which it resets; default long / 12"
    )
    min_failures: Whole = Field(0, description="failed events in long below which it is quiet")
    for_: Span | None = Field(None, alias="for")
    keep_firing_for: Span | None = None
    labels: LabelMap = {}
    annotations: AnnotationMap = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        exactly(1, self, "budget", "burn_rate")
        if self.short is not None and self.short > self.long:
            said = f"{self.short} is longer than long, {self.long}; they look swapped"
            refuse(said, f"write long: {self.short}, short: {self.long}", field="short")
        if self.short is None and self.long.milliseconds < 12_000:
            said = f"{self.long} is below 12s, so that long / 12 is no window"
            refuse(said, "write a longer one, or short too", field="long")
        if self.budget is not None and not 0 < self.budget <= 1:
            said = f"{(self.budget * 100).normalize():f}% is outside 0 to 100 %"
            refuse(said, "a share of the budget, e.g. 2%", field="budget")
        if self.burn_rate is not None and self.burn_rate <= 0:
            refuse("must be above 0", "1 spends the budget within the window", field="burnRate")
        return self

    @property
    def short_window(self) -> Duration:
        """The short window, `long / 12` in whole seconds unless it is written."""
        return self.short or Duration(self.long.milliseconds // 12_000 * 1000)


class Guard(Model):
    """An alert on the SLI itself."""

    severity: Severity | None = Field(None, description="default: that of the last tier")
    for_: Span = Field(durations.of("15m"), alias="for", validate_default=False)
    name: AlertName | None = Field(None, description="alertname")
    disabled: Flag = False
    labels: LabelMap = {}
    annotations: AnnotationMap = {}


class BudgetSpent(Model):
    """An alert when a share of the budget is gone."""

    share: Percent
    severity: Severity | None = None
    labels: LabelMap = {}

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not 0 < self.share <= 10:
            refuse("must be above 0 % and at most 1000 %", "e.g. 75%", field="share")
        return self


class BudgetForecast(Model):
    """An alert when the budget will be gone soon at the burn of late."""

    exhausts_in: Span = Field(description="fires when the budget is gone before that")
    over: Span = Field(durations.of("6h"), description="the window whose burn is extrapolated")
    for_: Span = Field(durations.of("15m"), alias="for")
    severity: Severity | None = None
    labels: LabelMap = {}


class TextPair(Model):
    """Jinja2 with [[ ]] and [% %]."""

    summary: Text | None = None
    description: Text | None = None


class Texts(Model):
    """The prose of alerts, for a whole organisation."""

    burn: TextPair = Field(default_factory=absent(TextPair))
    signal_absent: TextPair = Field(default_factory=absent(TextPair))
    signal_invalid: TextPair = Field(default_factory=absent(TextPair))
    budget_spent: TextPair = Field(default_factory=absent(TextPair))
    budget_forecast: TextPair = Field(default_factory=absent(TextPair))
    indicator: TextPair = Field(default_factory=absent(TextPair))
    health: TextPair = Field(default_factory=absent(TextPair))


class PolicySpec(Model):
    """When to alert, how loudly, and in which words."""

    description: Text | None = None
    tiers: tuple[Tier, ...] = Field(description="most severe first; []: no burn alerts")
    signal_absent: Guard = Field(default_factory=absent(Guard))
    signal_invalid: Guard = Field(default_factory=absent(Guard))
    budget_spent: tuple[BudgetSpent, ...] | None = Field(None, description="default: one at 100 %")
    budget_forecast: tuple[BudgetForecast, ...] = ()
    labels: LabelMap = {}
    annotations: AnnotationMap = {}
    texts: Texts = Field(default_factory=absent(Texts))

    @model_validator(mode="after")
    def _few(self) -> Self:
        for field, alerts in (
            ("tiers", self.tiers),
            ("budgetSpent", self.budget_spent or ()),
            ("budgetForecast", self.budget_forecast),
        ):
            if len(alerts) > _MOST_ALERTS:
                said = f"has {len(alerts)} entries, each an alert of every SLO"
                refuse(said, f"write {_MOST_ALERTS} at most", field=field)
        return self


class AlertPolicy(Model):
    """When and how to alert."""

    api_version: Literal["burnrules.dev/v1"]
    kind: Literal["AlertPolicy"]
    metadata: Metadata
    spec: PolicySpec


@cache
def built_in() -> PolicySpec:
    """The policy `default`: the SRE workbook's tiers (chapter 5), pages from three failures on."""
    rows = (
        ("page", "0.02", "1h", 3),
        ("page", "0.05", "6h", 3),
        ("ticket", "0.10", "1d", 0),
        ("ticket", "0.10", "3d", 0),
    )
    return PolicySpec.model_construct(
        tiers=tuple(
            Tier.model_construct(
                severity=severity,
                budget=Decimal(share),
                long=durations.of(long),
                min_failures=least,
            )
            for severity, share, long, least in rows
        )
    )
