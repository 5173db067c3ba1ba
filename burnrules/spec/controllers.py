"""The shape of what a gate's controller is told: limits that cannot pass on failures."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from burnrules.spec.model import Model
from burnrules.spec.scalars import Span, Text, Whole, choice, refuse

Provider = Annotated[
    str, *choice("who measures: PromQL, TraceQL over HTTP, or a Job", "prometheus", "web", "job")
]
Scope = Annotated[str, *choice("which kind of template", "namespace", "cluster")]
Run = Annotated[
    str,
    *choice("where the Rollout runs it", "inline", "background", "prePromotion", "postPromotion"),
]
NoData = Annotated[str, *choice("what a look without a number is", "inconclusive", "fail")]
MOST_LOOKS = 1000
SUCCESSES = 3  # in a row, unless fewer looks are left


class Argo(Model):
    """An AnalysisTemplate of Argo Rollouts."""

    provider: Provider = "prometheus"
    job_image: Text | None = Field(None, description="of the Job: with sh, curl and jq")
    scope: Scope = "namespace"
    run: Run = "inline"
    count: Whole | None = Field(None, description="measurements at most; default 5")
    failure_limit: Whole | None = Field(
        None, description="failed looks that are forgiven; default 1 from count 5 on, else 0"
    )
    inconclusive_limit: Whole | None = Field(
        None, description="looks without a verdict that are forgiven; default 2, below count"
    )
    consecutive_success_limit: Whole | None = Field(
        None, description="good looks in a row that pass; 0: off. Argo 1.8 and later; default 3"
    )
    initial_delay: Span | None = Field(None, description="default window + scrapeInterval")
    no_data: NoData | None = Field(None, description="default inconclusive; of a Job fail")

    @property
    def looks(self) -> int:
        """Measurements at most."""
        return 5 if self.count is None else self.count

    @property
    def failures(self) -> int:
        """Failed looks that are forgiven."""
        if self.failure_limit is not None:
            return self.failure_limit
        left = self.looks - (self.consecutive_success_limit or 0)
        return max(0, min(1 if self.looks >= 5 else 0, left))

    @property
    def pauses(self) -> int:
        """Looks without a verdict that are forgiven."""
        if self.inconclusive_limit is not None:
            return self.inconclusive_limit
        return min(2, self.looks - 1)

    @property
    def successes(self) -> int:
        """Good looks in a row that pass; 0: off."""
        if self.consecutive_success_limit is not None:
            return self.consecutive_success_limit
        return min(SUCCESSES, self.looks - self.failures)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not 0 < self.looks <= MOST_LOOKS:
            refuse(f"must be from 1 to {MOST_LOOKS}", "an inline analysis must end", field="count")
        self._limits()
        if (self.job_image is None) == (self.provider == "job"):
            said = "needs jobImage" if self.job_image is None else "has jobImage without a job"
            refuse(said, "provider: job runs it in a container with sh, curl and jq")
        if self.provider == "job" and self.no_data == "inconclusive":
            hint = "a Job ends well or badly, nothing else: write fail"
            refuse("cannot be inconclusive with provider: job", hint, field="noData")
        return self

    def _limits(self) -> None:
        why = "Argo passes a gate that reached its count"
        for field, limit in (
            ("failureLimit", self.failures),
            ("inconclusiveLimit", self.pauses),
        ):
            if limit >= self.looks:
                said = f"is {limit}, not below count {self.looks}"
                refuse(said, f"{why}: {self.looks - 1} or less", field=field)
        if self.failures + self.successes > self.looks:
            refuse(
                f"has count {self.looks}, below failureLimit {self.failures}"
                f" and consecutiveSuccessLimit {self.successes} together",
                f"Argo refuses it: make count {self.failures + self.successes} or more",
            )
        if not self.successes and self.failures + self.pauses >= self.looks:
            refuse(
                f"passes without one good look of {self.looks}",
                f"{why}: set consecutiveSuccessLimit, or lower limits",
            )


class Flagger(Model):
    """MetricTemplates of Flagger, and the analysis that uses them."""

    threshold: Whole = Field(2, description="failed checks before rollback; no data is one")

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.threshold:
            refuse("must be 1 or more", "write e.g. 2", field="threshold")
        return self
