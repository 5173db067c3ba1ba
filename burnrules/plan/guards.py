"""The guards of a policy for one SLO: signal absent and invalid, budget spent and soon spent."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules import naming
from burnrules.durations import Duration
from burnrules.ir import EventSli, Guard, Labels, Sli
from burnrules.plan.settings import Layers
from burnrules.spec.policy import BudgetSpent, PolicySpec

SPENT_WAIT = Duration(300_000)
WITHOUT_TIERS = "ticket"
SPENT_ONCE = (BudgetSpent.model_construct(share=Decimal(1)),)


def guards(policy: PolicySpec, labels: Layers, annotations: Layers) -> tuple[Guard, ...]:
    """The guards of an SLO, whatever its SLI."""
    return tuple(_guards(policy, labels, annotations))


def fits(one: Guard, sli: Sli) -> bool:
    """Whether a guard makes sense for an SLI: one that is good or bad is never above 1."""
    return one.kind != "signalInvalid" or isinstance(sli, EventSli) or not sli.countable


def _guards(policy: PolicySpec, labels: Layers, annotations: Layers) -> Iterator[Guard]:
    last = policy.tiers[-1].severity if policy.tiers else WITHOUT_TIERS
    told = annotations._replace(path=_of_burns(annotations.path), slo=_of_burns(annotations.slo))
    for kind, one, name in (
        ("signalAbsent", policy.signal_absent, naming.SIGNAL_ABSENT),
        ("signalInvalid", policy.signal_invalid, naming.SIGNAL_INVALID),
    ):
        if not one.disabled:
            yield Guard(
                kind,
                one.name or name,
                one.severity or last,
                one.for_,
                labels.over(policy.labels, one.labels),
                told.over(policy.annotations, one.annotations),
            )
    annotated = told.over(policy.annotations)
    for spent in SPENT_ONCE if policy.budget_spent is None else policy.budget_spent:
        name = naming.BUDGET_EXHAUSTED if spent.share >= 1 else naming.BUDGET_SPENT
        severity, its = spent.severity or last, labels.over(policy.labels, spent.labels)
        yield Guard("budgetSpent", name, severity, SPENT_WAIT, its, annotated, share=spent.share)
    for soon in policy.budget_forecast:
        yield Guard(
            "budgetForecast",
            naming.BUDGET_FORECAST,
            soon.severity or last,
            soon.for_,
            labels.over(policy.labels, soon.labels),
            annotated,
            exhausts_in=soon.exhausts_in,
            over=soon.over,
        )


def _of_burns(annotations: Labels) -> Labels:
    """A path's or SLO's annotations without its own words for a burn: no data is another story."""
    return tuple(one for one in annotations if one[0] not in ("summary", "description"))
