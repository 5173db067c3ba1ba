"""The guards of a policy for one SLO: signal absent and invalid, budget spent and soon spent."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules import naming
from burnrules.durations import Duration
from burnrules.ir import Guard
from burnrules.plan.settings import Settings, layered
from burnrules.spec import policy as specs

SPENT_WAIT = Duration(300_000)
WITHOUT_TIERS = "ticket"


def guards(settings: Settings) -> tuple[Guard, ...]:
    """The guards that this SLO alerts by."""
    return tuple(_guards(settings)) if settings.policy else ()


def _guards(settings: Settings) -> Iterator[Guard]:
    policy = settings.policy
    assert policy is not None  # noqa: S101  # guards() asked
    for kind, one, name in (
        ("signalAbsent", policy.signal_absent, naming.SIGNAL_ABSENT),
        ("signalInvalid", policy.signal_invalid, naming.SIGNAL_INVALID),
    ):
        if not one.disabled:
            yield _guard(
                settings,
                kind,
                one.name or name,
                one.severity,
                one.for_,
                one.labels,
                one.annotations,
            )
    spent = policy.budget_spent
    if spent is None:
        spent = (specs.BudgetSpent.model_construct(share=Decimal(1)),)
    for share in spent:
        name = naming.BUDGET_EXHAUSTED if share.share >= 1 else naming.BUDGET_SPENT
        yield _guard(
            settings,
            "budgetSpent",
            name,
            share.severity,
            SPENT_WAIT,
            share.labels,
            {},
            share=share.share,
        )
    for soon in policy.budget_forecast:
        yield _guard(
            settings, "budgetForecast", naming.BUDGET_FORECAST, soon.severity, soon.for_, soon.labels, {},
            exhausts_in=soon.exhausts_in, over=soon.over,
        )  # fmt: skip


def _guard(  # noqa: PLR0913  # the parts of a guard, from four different models
    settings: Settings,
    kind: str,
    name: str,
    severity: str | None,
    wait: Duration,
    labels: dict[str, str],
    annotations: dict[str, str],
    *,
    share: Decimal = Decimal(1),
    exhausts_in: Duration | None = None,
    over: Duration | None = None,
) -> Guard:
    policy = settings.policy
    assert policy is not None  # noqa: S101  # guards() asked
    path, slo, defaults = settings.path.metadata, settings.slo, settings.defaults
    return Guard(
        kind=kind,
        name=name,
        severity=severity or (policy.tiers[-1].severity if policy.tiers else WITHOUT_TIERS),
        wait=wait,
        labels=layered(defaults.labels, policy.labels, labels, path.labels, slo.labels),
        annotations=layered(
            defaults.annotations, policy.annotations, annotations, path.annotations, slo.annotations
        ),
        share=share,
        exhausts_in=exhausts_in,
        over=over,
    )
