"""The shape of a release gate: what judges which version, against what, by which controller."""

from decimal import Decimal
from typing import Self

from pydantic import Field, model_validator

from burnrules import durations
from burnrules.spec.controllers import Argo, Flagger
from burnrules.spec.model import Model, exactly
from burnrules.spec.scalars import (
    Attribute,
    Name,
    Percent,
    PlainNumber,
    Span,
    Text,
    Whole,
    refuse,
)


class Version(Model):
    """What tells the canary from stable: exactly one label, and perhaps fixed values."""

    attribute: Attribute | None = Field(None, description="has another value with every release")
    pod_template_hash: Attribute | None = Field(
        None, description="label that holds the hash of the pod template; Argo"
    )
    workload: Attribute | None = Field(
        None, description="label that holds the name of the Deployment; Flagger"
    )
    canary: Text | None = Field(None, description="a fixed value instead of an argument")
    stable: Text | None = Field(None, description="a fixed value instead of an argument")

    @model_validator(mode="after")
    def _one(self) -> Self:
        exactly(1, self, "attribute", "pod_template_hash", "workload")
        fixed = self.canary is not None or self.stable is not None
        if fixed and self.attribute is None:
            refuse("has fixed values, which only an attribute can have", "leave them out")
        for field, value in (("canary", self.canary), ("stable", self.stable)):
            if value is not None and "{{" in value:
                why = "has `{{`, which the controller would fill in"
                refuse(why, "write the value itself", field=field)
        if self.stable is not None and self.stable == self.canary:
            refuse("has one value for canary and stable", "they must differ", field="stable")
        return self


class Baseline(Model):
    """What the canary may do worse than stable; the largest of all holds."""

    ratio: PlainNumber | None = Field(None, description="times the error ratio of stable")
    difference: Percent | None = Field(None, description="more than the error ratio of stable")
    floor: Percent = Field(Decimal("0.001"), description="allowed in any case")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.ratio is None and self.difference is None:
            refuse("has neither ratio nor difference", "write e.g. ratio: 2")
        if self.ratio is not None and self.ratio < 1:
            refuse(
                f"is {self.ratio}: a canary as good as stable fails",
                "write 1 or more",
                field="ratio",
            )
        if self.floor >= 1 or (self.difference is not None and self.difference >= 1):
            refuse("allows every request to fail", "write less than 100%")
        return self


class Compare(Model):
    """What a look is compared with: exactly one."""

    burn_rate: PlainNumber | None = Field(
        None, description="fails above this times the error budget"
    )
    baseline: Baseline | None = None
    budget_remaining: Percent | None = Field(
        None, description="of every SLO of the gate, once before the rollout"
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        exactly(1, self, "burn_rate", "baseline", "budget_remaining")
        if self.burn_rate is not None and self.burn_rate <= 0:
            refuse("must be above 0", "1 spends the budget within the window", field="burnRate")
        if self.budget_remaining is not None and not 0 < self.budget_remaining < 1:
            refuse("is outside 0 to 100 %", "write e.g. 20%", field="budgetRemaining")
        return self


class Traffic(Model):
    """What `explain` reckons with."""

    requests_per_second: PlainNumber = Field(description="of the whole service")
    canary_weight: Percent = Field(description="the canary's share of them")

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not 0 < self.requests_per_second <= 10**9:
            refuse("must be above 0 and sensible", "write e.g. 40", field="requestsPerSecond")
        if not 0 < self.canary_weight <= 1:
            refuse("is outside 0 to 100 %", "write e.g. 10%", field="canaryWeight")
        return self


class Gate(Model):
    """A check that a rollout must pass, from the same SLOs that page."""

    name: Name = Field(description="unique in the path; the object is <path>-<name>")
    argo: Argo | None = None
    flagger: Flagger | None = None
    slos: tuple[Name, ...] | None = Field(
        None, description="default: all that can be read per version"
    )
    indicators: tuple[Name, ...] = Field((), description="by their own max or min")
    version: Version | None = None
    compare: Compare | None = Field(
        None, description="default: burnRate of the fastest reachable tier"
    )
    window: Span = Field(
        durations.of("5m"), validate_default=False, description="rate window of a look"
    )
    interval: Span | None = Field(None, description="between looks; default window")
    min_samples: Whole | None = Field(
        None, description="requests in the window below which there is no verdict"
    )
    traffic: Traffic | None = Field(None, description="for explain")

    @property
    def budget_remaining(self) -> Decimal | None:
        """The share of the budget that must be left, if that is what it asks."""
        return None if self.compare is None else self.compare.budget_remaining

    @property
    def provider(self) -> str:
        """Who measures; Flagger asks Prometheus."""
        return "prometheus" if self.argo is None else self.argo.provider

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        exactly(1, self, "argo", "flagger")
        if self.min_samples == 0:
            refuse("must be 1 or more", "without requests there is no verdict", field="minSamples")
        if not self.indicators and self.slos == ():
            refuse("judges by nothing", "name SLOs or indicators", field="slos")
        for field, names in (("slos", self.slos or ()), ("indicators", self.indicators)):
            if len(set(names)) < len(names):
                refuse("names one twice", "leave one out", field=field)
        if self.budget_remaining is not None:
            self._before_the_rollout()
        else:
            self._told_apart()
        return self

    def _before_the_rollout(self) -> None:
        argo = self.argo
        if argo is None or argo.provider != "prometheus":
            hint = "use argo with provider: prometheus"
            refuse("has budgetRemaining, which Argo reads once from Prometheus", hint)
        if argo.count not in (None, 1):
            refuse(
                "looks several times: budgetRemaining is read once", "leave count out", field="argo"
            )
        if self.version is not None:
            hint = "leave version out"
            refuse("tells nothing apart: the budget is everybody's", hint, field="version")
        if self.indicators:
            refuse("have no budget that could remain", "leave them out", field="indicators")

    def _told_apart(self) -> None:
        version = self.version
        if version is None:
            why = "without it the canary is judged by everybody's traffic"
            refuse(f"needs version: {why}", "e.g. version: {attribute: service.version}")
        if self.flagger is not None:
            self._for_flagger(version)
        elif version.workload is not None:
            hint = "use attribute or podTemplateHash"
            refuse("has workload, by which only Flagger tells apart", hint, field="version")
        against_stable = self.compare is not None and self.compare.baseline is not None
        if self.provider != "prometheus" and against_stable:
            refuse("has baseline, which needs two queries in one", "use provider: prometheus")
        if self.provider != "prometheus" and version.attribute is None:
            refuse("has no attribute: traces know no labels", "use attribute", field="version")
        if against_stable and version.canary is not None and version.stable is None:
            refuse("has canary without stable", "write both, or neither", field="version")

    def _for_flagger(self, version: Version) -> None:
        if version.pod_template_hash is not None:
            hint = "use workload: Flagger's canary is a Deployment of its own"
            refuse("has podTemplateHash, which only Argo knows", hint, field="version")
        if version.attribute is not None and version.canary is None:
            hint = "use workload, e.g. workload: k8s.deployment.name"
            refuse("has an attribute, and Flagger knows no version", hint, field="version")
