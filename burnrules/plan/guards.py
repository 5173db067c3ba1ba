"""The guards of a policy for one SLO: signal absent and invalid, budget spent and soon spent."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules import naming
from burnrules.durations import Duration
from burnrules.ir import EventSli, Guard, Labels, Sli
from burnrules.plan.settings import Layers, layered
from burnrules.spec.policy import BudgetSpent, PolicySpec

SPENT_WAIT = Duration(300_000)
WITHOUT_TIERS = "ticket"
SPENT_ONCE = (BudgetSpent.model_construct(share=Decimal(1)),)


def guards(policy: PolicySpec) -> Iterator[Guard]:
    """The guards of a policy, whatever the SLI, with the labels and annotations of the policy."""
    last = policy.tiers[-1].severity if policy.tiers else WITHOUT_TIERS
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
                layered(policy.labels, one.labels),
                layered(policy.annotations, one.annotations),
            )
    annotations = layered(policy.annotations)
    for spent in SPENT_ONCE if policy.budget_spent is None else policy.budget_spent:
        name = naming.BUDGET_EXHAUSTED if spent.share >= 1 else naming.BUDGET_SPENT
        severity, labels = spent.severity or last, layered(policy.labels, spent.labels)
        yield Guard(
            "budgetSpent", name, severity, SPENT_WAIT, labels, annotations, share=spent.share
        )
    for soon in policy.budget_forecast:
        yield Guard(
            "budgetForecast",
            naming.BUDGET_FORECAST,
            soon.severity or last,
            soon.for_,
            layered(policy.labels, soon.labels),
            annotations,
            exhausts_in=soon.exhausts_in,
            over=soon.over,
        )


def fits(one: Guard, sli: Sli) -> bool:
    """Whether a guard makes sense for an SLI: one that is good or bad is never above 1."""
    return one.kind != "signalInvalid" or isinstance(sli, EventSli) or not sli.countable


def told(one: Guard, labels: Layers, annotations: Layers) -> Guard:
    """The guard with what Defaults, path and SLO say."""
    its = Layers(annotations.defaults, _of_burns(annotations.path), _of_burns(annotations.slo))
    return one._replace(labels=labels.over(one.labels), annotations=its.over(one.annotations))


def _of_burns(annotations: Labels) -> Labels:
    """A path's or SLO's annotations without its own words for a burn: no data is another story."""
    return tuple(one for one in annotations if one[0] not in ("summary", "description"))
