"""The tiers of a policy for one SLO: factors, thresholds, and whether they can ever fire."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules import burnrate
from burnrules.burnrate import plain, short
from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.durations import Duration
from burnrules.ir import Sli, SliceSli, Tier
from burnrules.plan.settings import Settings, layered
from burnrules.spec import policy as specs


def tiers(settings: Settings) -> tuple[Tier, ...]:
    """The tiers that this SLO alerts by, as its policy orders them."""
    if settings.policy is None:
        return ()
    wanted = [
        one for one in settings.policy.tiers if one.severity not in settings.slo.alerting.disabled
    ]
    made = (_tier(one, settings) for one in wanted)
    return tuple(dict.fromkeys(made))  # Prometheus refuses two equal alerts; `_alike` tells of them


def _tier(one: specs.Tier, settings: Settings) -> Tier:
    budget = burnrate.budget(settings.slo.objective)
    factor, raised = factor_of(one, settings.window)
    policy = settings.policy
    assert policy is not None  # noqa: S101  # tiers() asked
    path, slo = settings.path.metadata, settings.slo
    return Tier(
        severity=one.severity,
        factor=factor,
        threshold=burnrate.threshold(factor, budget),
        long=one.long,
        short=one.short_window,
        min_failures=one.min_failures,
        spent=burnrate.spent(factor, settings.window, one.long),
        raised=raised,
        wait=one.for_,
        keep=one.keep_firing_for,
        labels=layered(
            settings.defaults.labels, policy.labels, one.labels, path.labels, slo.labels
        ),
        annotations=layered(
            settings.defaults.annotations,
            policy.annotations,
            one.annotations,
            path.annotations,
            slo.annotations,
        ),
    )


def factor_of(one: specs.Tier, window: Duration) -> tuple[Decimal, bool]:
    """The burn rate at which a tier fires, and whether it had to be raised to 1."""
    if one.burn_rate is not None:
        return one.burn_rate, False
    assert one.budget is not None  # noqa: S101  # the model wants one of both
    factor = burnrate.factor(one.budget, window, one.long)
    return (factor, False) if factor >= 1 else (Decimal(1), True)


def findings(settings: Settings, made: tuple[Tier, ...], sli: Sli) -> Iterator[Diagnostic]:
    """What is wrong or doubtful with the tiers of an SLO, with the numbers."""
    yield from _severities(settings)
    if settings.policy is None:
        return
    yield from _windows(settings)
    yield from _reachable(settings, made)
    yield from _alike(settings)
    yield from _budget_of_one(settings, sli)


def _severities(settings: Settings) -> Iterator[Diagnostic]:
    policy = settings.policy
    known = dict.fromkeys(one.severity for one in policy.tiers) if policy else {}
    for index, name in enumerate(settings.slo.alerting.disabled):
        if name not in known:
            yield meaning.UNKNOWN_SEVERITY.at(
                (settings.place / "alerting" / "disabled" / index).value,
                f"policy `{settings.policy_name}` has no severity `{name}`",
                hint=f"it has {', '.join(known) or 'no tiers'}",
            )


def _windows(settings: Settings) -> Iterator[Diagnostic]:
    policy = settings.policy
    for index, one in enumerate(policy.tiers if policy else ()):
        if one.severity in settings.slo.alerting.disabled:
            continue
        if one.long > settings.window:
            yield meaning.WINDOW_TOO_LONG.at(
                settings.place.value,
                f"{settings.id}: the {one.severity} tier looks back {one.long},"
                f" the SLO's window is {settings.window}",
                hint=f"use a policy that fits, e.g. tiers: {_fitting(settings.window)}",
            )
            continue
        factor, raised = factor_of(one, settings.window)
        if raised and one.budget is not None:
            would = burnrate.factor(one.budget, settings.window, one.long)
            share = burnrate.spent(Decimal(1), settings.window, one.long) * 100
            yield meaning.FACTOR_RAISED.at(
                settings.place.value,
                f"{settings.id}: tier {index + 1} ({one.severity} {one.long}) would burn at"
                f" {short(would)}; raised to 1, which spends {short(share)} % of the budget",
            )
        elif factor < 1:
            yield meaning.SLOW_BURN.at(
                (settings.policy_place / "tiers" / index / "burnRate").value,
                f"burnRate {plain(factor)} never spends the budget",
                hint="use 1 or more",
            )


def _fitting(window: Duration) -> str:
    """Tiers in the proportions of the SRE workbook, scaled from 30 days to this window."""
    rows = (("page", "2%", 720), ("page", "5%", 120), ("ticket", "10%", 10))
    parts = []
    for severity, share, divisor in rows:
        minutes = max(1, window.milliseconds // 60_000 // divisor)
        parts.append(
            f"{{severity: {severity}, budget: {share}, long: {Duration(minutes * 60_000)}}}"
        )
    return f"[{', '.join(parts)}]"


def _reachable(settings: Settings, made: tuple[Tier, ...]) -> Iterator[Diagnostic]:
    budget = burnrate.budget(settings.slo.objective)
    if made and not any(tier.reachable for tier in made):
        yield meaning.NO_TIER_FIRES.at(
            (settings.place / "objective").value,
            f"{settings.id}: no tier of policy `{settings.policy_name}` can ever fire:"
            f" a burn rate is below {short(1 / budget)}",
            hint="raise the objective, or give it a policy with lower factors",
        )
        return
    for tier in made:
        if not tier.reachable:
            yield meaning.NEVER_FIRES.at(
                (settings.place / "objective").value,
                f"{settings.id}: {tier.severity} {tier.long}/{tier.short} needs an error ratio"
                f" above {plain(tier.threshold)} ({plain(tier.factor)} x {plain(budget)}):"
                " it can never fire",
                hint=f"at this objective a burn rate is below {short(1 / budget)};"
                " give the SLO a policy with lower factors",
            )


def _alike(settings: Settings) -> Iterator[Diagnostic]:
    policy = settings.policy
    seen: set[tuple[object, ...]] = set()
    for index, one in enumerate(policy.tiers if policy else ()):
        if one.severity in settings.slo.alerting.disabled:
            continue
        factor, _ = factor_of(one, settings.window)
        short_window = one.short_window
        key = (one.severity, one.long, short_window, factor)
        if key in seen:
            yield meaning.SAME_TIERS.at(
                (settings.policy_place / "tiers" / index).value,
                f"two tiers are {one.severity} {one.long}/{short_window} at {plain(factor)}",
                hint="remove one",
            )
        seen.add(key)
        if one.long == short_window:
            yield meaning.RESETS_LATE.at(
                (settings.policy_place / "tiers" / index).value,
                f"the {one.severity} tier has one window, {one.long}:"
                " its alert goes on that long after the errors end",
                hint="leave short out: it is long / 12",
            )


def _budget_of_one(settings: Settings, sli: Sli) -> Iterator[Diagnostic]:
    seconds = burnrate.budget(settings.slo.objective) * settings.window.seconds
    every = settings.telemetry.prometheus.rule_interval
    if seconds < every.seconds:
        yield meaning.TINY_BUDGET.at(
            (settings.place / "objective").value,
            f"the budget of {settings.id} is {short(seconds)} s per {settings.window},"
            f" less than one evaluation of {every}",
            hint="lower the objective"
            if isinstance(sli, SliceSli)
            else "lower the objective, or set minFailures",
        )
