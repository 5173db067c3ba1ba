"""The tiers of a policy for one SLO: factors, thresholds, and whether they can ever fire."""

from collections.abc import Collection, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from burnrules import burnrate
from burnrules.burnrate import plain, short
from burnrules.codes import Code, meaning
from burnrules.diagnostics import Diagnostic
from burnrules.durations import Duration
from burnrules.ir import Sli, SliceSli, Tier
from burnrules.plan.settings import Layers, Settings, layered
from burnrules.spec import policy as specs
from burnrules.spec.policy import PolicySpec


class Row(NamedTuple):
    """A tier as the policy has it, at the window of an SLO."""

    number: int  # in the policy, from 0
    spec: specs.Tier
    short: Duration
    factor: Decimal
    raised: bool  # to 1
    spent: Decimal  # of the budget, in its long window


class Doubt(NamedTuple):
    """What is wrong or doubtful with the tiers of any SLO of the same terms."""

    code: Code
    message: str
    hint: str = ""
    steps: tuple[str | int, ...] = ()  # from the SLO, or from the policy, to the place
    of_policy: bool = False
    of_slo: bool = True  # so that the message names it

    def at(self, settings: Settings) -> Diagnostic:
        """The finding for one SLO."""
        place = settings.policy_place if self.of_policy else settings.place
        for step in self.steps:
            place /= step
        said = f"{settings.id}: {self.message}" if self.of_slo else self.message
        return self.code.at(place.value, said, hint=self.hint)


def rows(policy: PolicySpec, window: Duration, disabled: Collection[str]) -> tuple[Row, ...]:
    """The tiers that an SLO alerts by, as its policy orders them."""
    return tuple(
        _row(index, one, window)
        for index, one in enumerate(policy.tiers)
        if one.severity not in disabled
    )


def _row(index: int, one: specs.Tier, window: Duration) -> Row:
    factor, raised = _factor(one, window)
    spent = burnrate.spent(factor, window, one.long)
    return Row(index, one, one.short_window, factor, raised, spent)


def _factor(one: specs.Tier, window: Duration) -> tuple[Decimal, bool]:
    """The burn rate at which a tier fires, and whether it had to be raised to 1."""
    if one.burn_rate is not None:
        return one.burn_rate, False
    assert one.budget is not None  # noqa: S101  # the model wants one of both
    factor = burnrate.factor(one.budget, window, one.long)
    return (factor, False) if factor >= 1 else (Decimal(1), True)


def tier(row: Row, policy: PolicySpec, budget: Decimal) -> Tier:
    """A tier with its numbers, and the labels and annotations of its policy."""
    one = row.spec
    return Tier(
        severity=one.severity,
        factor=row.factor,
        threshold=burnrate.threshold(row.factor, budget),
        long=one.long,
        short=row.short,
        min_failures=one.min_failures,
        spent=row.spent,
        raised=row.raised,
        wait=one.for_,
        keep=one.keep_firing_for,
        labels=layered(policy.labels, one.labels),
        annotations=layered(policy.annotations, one.annotations),
    )


def told(one: Tier, labels: Layers, annotations: Layers) -> Tier:
    """The tier with what Defaults, path and SLO say."""
    return one._replace(
        labels=labels.over(one.labels), annotations=annotations.over(one.annotations)
    )


def doubts(
    rows: Sequence[Row], made: Sequence[Tier], policy_name: str, budget: Decimal, window: Duration
) -> Iterator[Doubt]:
    """What is wrong or doubtful with the tiers, with the numbers."""
    for one in rows:
        yield from _window(one, window)
    yield from _reachable(made, policy_name, budget)
    yield from _alike(rows)


def unknown(
    policy: PolicySpec | None, policy_name: str, disabled: Sequence[str]
) -> Iterator[Doubt]:
    """Severities that an SLO does without and its policy does not have."""
    known = dict.fromkeys(one.severity for one in policy.tiers) if policy else {}
    for index, name in enumerate(disabled):
        if name not in known:
            yield Doubt(
                meaning.UNKNOWN_SEVERITY,
                f"policy `{policy_name}` has no severity `{name}`",
                f"it has {', '.join(known) or 'no tiers'}",
                ("alerting", "disabled", index),
                of_slo=False,
            )


def _window(row: Row, window: Duration) -> Iterator[Doubt]:
    one = row.spec
    if one.long > window:
        yield Doubt(
            meaning.WINDOW_TOO_LONG,
            f"the {one.severity} tier looks back {one.long}, the SLO's window is {window}",
            f"use a policy that fits, e.g. tiers: {_fitting(window)}",
        )
    elif row.raised and one.budget is not None:
        would = burnrate.factor(one.budget, window, one.long)
        share = burnrate.spent(Decimal(1), window, one.long) * 100
        yield Doubt(
            meaning.FACTOR_RAISED,
            f"tier {row.number + 1} ({one.severity} {one.long}) would burn at"
            f" {short(would)}; raised to 1, which spends {short(share)} % of the budget",
        )
    elif row.factor < 1:
        yield Doubt(
            meaning.SLOW_BURN,
            f"burnRate {plain(row.factor)} never spends the budget",
            "use 1 or more",
            ("tiers", row.number, "burnRate"),
            of_policy=True,
            of_slo=False,
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


def _reachable(made: Sequence[Tier], policy_name: str, budget: Decimal) -> Iterator[Doubt]:
    if made and not any(tier.reachable for tier in made):
        yield Doubt(
            meaning.NO_TIER_FIRES,
            f"no tier of policy `{policy_name}` can ever fire:"
            f" a burn rate is below {short(1 / budget)}",
            "raise the objective, or give it a policy with lower factors",
            ("objective",),
        )
        return
    for tier in made:
        if not tier.reachable:
            yield Doubt(
                meaning.NEVER_FIRES,
                f"{tier.severity} {tier.long}/{tier.short} needs an error ratio"
                f" above {plain(tier.threshold)} ({plain(tier.factor)} x {plain(budget)}):"
                " it can never fire",
                f"at this objective a burn rate is below {short(1 / budget)};"
                " give the SLO a policy with lower factors",
                ("objective",),
            )


def _alike(rows: Sequence[Row]) -> Iterator[Doubt]:
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        one = row.spec
        key = (one.severity, one.long, row.short, row.factor)
        if key in seen:
            yield Doubt(
                meaning.SAME_TIERS,
                f"two tiers are {one.severity} {one.long}/{row.short} at {plain(row.factor)}",
                "remove one",
                ("tiers", row.number),
                of_policy=True,
                of_slo=False,
            )
        seen.add(key)
        if one.long == row.short:
            yield Doubt(
                meaning.RESETS_LATE,
                f"the {one.severity} tier has one window, {one.long}:"
                " its alert goes on that long after the errors end",
                "leave short out: it is long / 12",
                ("tiers", row.number),
                of_policy=True,
                of_slo=False,
            )


def budget_of_one(settings: Settings, budget: Decimal, sli: Sli) -> Iterator[Diagnostic]:
    """A budget that a single bad evaluation spends."""
    seconds = budget * settings.window.seconds
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
