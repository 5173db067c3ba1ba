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


class _Policy(NamedTuple):
    """What the numbers and words of the alerts depend on."""

    spec: Same[PolicySpec | None]
    name: str
    objective: Decimal
    window: Duration
    disabled: tuple[str, ...]


def of(settings: Settings) -> Terms:
    """The terms of an SLO."""
    slo = settings.slo
    policy = _Policy(
        Same(settings.policy),
        settings.policy_name,
        slo.objective,
        settings.window,
        slo.alerting.disabled,
    )
    layers = (settings.defaults, settings.path.metadata, slo)
    labels = Layers(*[tuple(one.labels.items()) for one in layers])
    return _terms(policy, labels, Layers(*[tuple(one.annotations.items()) for one in layers]))


@lru_cache(maxsize=1024)
def _terms(policy: _Policy, labels: Layers, annotations: Layers) -> Terms:
    bare = _bare(policy)
    its_tiers = [alerts.told(one, tiers.told(one.rule, labels, annotations)) for one in bare.tiers]
    its_guards = [
        alerts.told(one, guards.told(one.rule, labels, annotations)) for one in bare.guards
    ]
    different: dict[Tier, Alert[Tier]] = {}
    for one in its_tiers:  # of equal alerts, which Prometheus refuses, the first; a doubt tells
        different.setdefault(one.rule, one)
    return bare._replace(tiers=tuple(different.values()), guards=tuple(its_guards))


@lru_cache(maxsize=1024)
def _bare(policy: _Policy) -> Terms:
    """The terms without what Defaults, paths and SLOs say in labels and annotations."""
    budget, spec, window = burnrate.budget(policy.objective), policy.spec.value, policy.window
    always = (window,) if recordings.from_source(window) else ()  # recorded like those of a tier
    doubts = [*tiers.unknown(spec, policy.name, policy.disabled)]
    if spec is None:
        return Terms(budget, recordings.windows((), always), doubts=tuple(doubts))
    rows = tiers.rows(spec, window, policy.disabled)
    its_tiers = [tiers.tier(one, spec, budget) for one in rows]
    its_guards = [*guards.guards(spec)]
    doubts += tiers.doubts(rows, its_tiers, policy.name, budget, window)
    prose = texts.of(spec.texts)
    known = {
        **texts.SHARED,
        "objective": f"{plain(policy.objective)}%",
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
