"""What SLOs of one policy, objective, window and labels alert by: made once for all alike."""

from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from burnrules import burnrate
from burnrules.burnrate import plain
from burnrules.durations import Duration
from burnrules.ir import Guard, Tier
from burnrules.plan import alerts, guards, recordings, texts, tiers
from burnrules.plan.alerts import Alert
from burnrules.plan.settings import Layers, Settings
from burnrules.plan.tiers import Doubt
from burnrules.same import Same
from burnrules.spec.policy import PolicySpec


class Terms(NamedTuple):
    """The alerts of an SLO but for its names and its SLI, and what is doubtful about them."""

    budget: Decimal
    windows: tuple[Duration, ...]  # that its alerts read
    tiers: tuple[Alert[Tier], ...] = ()
    guards: tuple[Alert[Guard], ...] = ()  # those of any kind of SLI
    doubts: tuple[Doubt, ...] = ()


class _Like(NamedTuple):
    """What the terms of an SLO depend on."""

    policy: Same[PolicySpec | None]
    policy_name: str
    objective: Decimal
    window: Duration
    disabled: tuple[str, ...]
    labels: Layers
    annotations: Layers


def of(settings: Settings) -> Terms:
    """The terms of an SLO."""
    layers = (settings.defaults, settings.path.metadata, settings.slo)
    return _terms(
        _Like(
            Same(settings.policy),
            settings.policy_name,
            settings.slo.objective,
            settings.window,
            settings.slo.alerting.disabled,
            Layers(*[tuple(one.labels.items()) for one in layers]),
            Layers(*[tuple(one.annotations.items()) for one in layers]),
        )
    )


@lru_cache(maxsize=1024)
def _terms(like: _Like) -> Terms:
    budget, policy, window = burnrate.budget(like.objective), like.policy.value, like.window
    always = (window,) if recordings.from_source(window) else ()  # recorded like those of a tier
    doubts = [*tiers.unknown(policy, like.policy_name, like.disabled)]
    if policy is None:
        return Terms(budget, recordings.windows((), always), doubts=tuple(doubts))
    rows = tiers.rows(policy, window, like.disabled)
    its_tiers = tiers.tiers(rows, policy, budget, like.labels, like.annotations)
    its_guards = guards.guards(policy, like.labels, like.annotations)
    doubts += tiers.doubts(rows, its_tiers, like.policy_name, budget, window)
    prose = texts.of(policy.texts)
    known = {
        **texts.SHARED,
        "objective": f"{plain(like.objective)}%",
        "budget": alerts.percentage(budget),
        "window": str(window),
    }
    return Terms(
        budget,
        recordings.windows(its_tiers, (*always, *(one.over for one in its_guards if one.over))),
        tuple(alerts.of_tier(one, window, prose, known) for one in its_tiers),
        tuple(alerts.of_guard(one, prose, known) for one in its_guards),
        tuple(doubts),
    )
