"""The guards of a policy for one SLO: signal absent and invalid, budget spent and soon spent."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from burnrules import naming
from burnrules.durations import Duration
from burnrules.ir import EventSli, Guard, Sli
from burnrules.plan.settings import Settings, layered
from burnrules.spec.policy import BudgetSpent, PolicySpec

SPENT_WAIT = Duration(300_000)
WITHOUT_TIERS = "ticket"
SPENT_ONCE = (BudgetSpent.model_construct(share=Decimal(1)),)


def guards(settings: Settings, sli: Sli) -> tuple[Guard, ...]:
    """The guards that this SLO alerts by."""
    return tuple(_guards(settings, settings.policy, sli)) if settings.policy else ()


def _guards(settings: Settings, policy: PolicySpec, sli: Sli) -> Iterator[Guard]:
    for kind, one, name in (
        ("signalAbsent", policy.signal_absent, naming.SIGNAL_ABSENT),
        ("signalInvalid", policy.signal_invalid, naming.SIGNAL_INVALID),
    ):
        if not one.disabled and (kind == "signalAbsent" or _may_contradict(sli)):
            said = _said(settings, policy, one.severity, one.labels, one.annotations)
            yield Guard(kind=kind, name=one.name or name, wait=one.for_, **said)
    for spent in SPENT_ONCE if policy.budget_spent is None else policy.budget_spent:
        name = naming.BUDGET_EXHAUSTED if spent.share >= 1 else naming.BUDGET_SPENT
        said = _said(settings, policy, spent.severity, spent.labels, {})
        yield Guard(kind="budgetSpent", name=name, wait=SPENT_WAIT, share=spent.share, **said)
    for soon in policy.budget_forecast:
        yield Guard(
            kind="budgetForecast",
            name=naming.BUDGET_FORECAST,
            wait=soon.for_,
            exhausts_in=soon.exhausts_in,
            over=soon.over,
            **_said(settings, policy, soon.severity, soon.labels, {}),
        )


def _may_contradict(sli: Sli) -> bool:
    """Whether errors can exceed events: an evaluation that is good or bad is never above 1."""
    return isinstance(sli, EventSli) or not sli.countable


def _said(
    settings: Settings,
    policy: PolicySpec,
    severity: str | None,
    labels: dict[str, str],
    annotations: dict[str, str],
) -> dict[str, Any]:
    """Severity, labels and annotations of a guard, from Defaults, policy, path and SLO."""
    path, slo, defaults = settings.path.metadata, settings.slo, settings.defaults
    last = policy.tiers[-1].severity if policy.tiers else WITHOUT_TIERS
    return {
        "severity": severity or last,
        "labels": layered(defaults.labels, policy.labels, labels, path.labels, slo.labels),
        "annotations": layered(
            defaults.annotations,
            policy.annotations,
            annotations,
            _of_burns(path.annotations),
            _of_burns(slo.annotations),
        ),
    }


def _of_burns(annotations: dict[str, str]) -> dict[str, str]:
    """A path's or SLO's annotations without its own words for a burn: no data is another story."""
    return {
        name: text for name, text in annotations.items() if name not in ("summary", "description")
    }
