"""Which alerts of an SLO must fire, from its tiers and guards: the text of no rule is read here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

from burnrules import naming
from burnrules.durations import Duration
from burnrules.ir import EventSli, Guard, Rule, SloPlan, Tier
from burnrules.prove.evaluate import Key
from burnrules.prove.inputs import FIVE_MINUTES
from burnrules.prove.model import DAY, HOUR, Recordings, errors_in
from burnrules.prove.series import latest, summed

WHOLE = Decimal(1)  # a budget


class Alert(NamedTuple):
    """One alerting rule: the tier or guard it stands for, and the rule as it was planned."""

    of: Tier | Guard
    rule: Rule

    @property
    def wait(self) -> int:
        """The milliseconds of `for`."""
        return self.of.wait.milliseconds if self.of.wait else 0


def alerts(slo: SloPlan) -> tuple[Alert, ...]:
    """Every alert of an SLO, tiers first, in the order of its rules."""
    signals = [one for one in slo.guards if one.kind.startswith("signal")]
    budgets = [one for one in slo.guards if not one.kind.startswith("signal")]
    rules = [rule for group in slo.rules for rule in group.rules if rule.alert]
    owners: tuple[Tier | Guard, ...] = (*slo.tiers, *signals, *budgets)
    return tuple(Alert(one, rule) for one, rule in zip(owners, rules, strict=True))


def conditions(
    alerts: Sequence[Alert], read: Recordings, time: int
) -> tuple[list[dict[Key, Decimal]], list[dict[Key, Decimal]]]:
    """What `values` gives for each alert, with all limits a hair lower and a hair higher."""
    lower, higher = [], []
    for one in alerts:
        read.nudge, read.near = -1, False
        lower.append(values(one, read, time))
        read.nudge = 1
        higher.append(values(one, read, time) if read.near else lower[-1])
    return lower, higher


def values(alert: Alert, read: Recordings, time: int) -> dict[Key, Decimal]:
    """The groups for which the condition of an alert holds, with its value."""
    made: dict[Key, Decimal] = {}
    kind = alert.of.kind if isinstance(alert.of, Guard) else "burn"
    if kind == "signalAbsent":
        return {frozenset(): Decimal(1)} if _absent(read, time) else {}
    for key in read.about.keys:
        value = _CONDITIONS[kind](alert.of, read, key, time)
        if value is not None:
            made[key] = value
    return made


def _burn(tier: Tier, read: Recordings, key: Key, time: int) -> Decimal | None:
    limit = Decimal(tier.threshold)
    long = read.ratio(tier.long, key, time)
    if long is None or not read.above(long, limit):
        return None
    short = read.ratio(tier.short, key, time)
    if short is None or not read.above(short, limit):
        return None
    if tier.min_failures and not _enough(tier, read, key, time):
        return None
    if read.about.reaches_back(tier.long) and not _reaches_back(tier, read, key, time):
        return None
    return long


def _enough(tier: Tier, read: Recordings, key: Key, time: int) -> bool:
    slo, low = read.about.slo, read.world.since(time, tier.long.milliseconds)
    if not isinstance(slo.sli, EventSli):
        if not slo.sli.countable:
            return True
        failed = summed(read.lines(naming.SLICE, key), low, time).total
    elif tier.long in read.about.sources:
        _, errors = read.source(tier.long, key, time)
        failed = (errors or Decimal(0)) * Decimal(tier.long.seconds)
    else:
        lines = read.lines(errors_in(FIVE_MINUTES), key)
        failed = summed(lines, low, time).total * Decimal(slo.interval.seconds)
    return read.above(failed, tier.min_failures - Decimal(1) / 2)  # rounded to whole failures


def _reaches_back(tier: Tier, read: Recordings, key: Key, time: int) -> bool:
    recent = tier.short if tier.short != tier.long else Duration(tier.long.milliseconds // 12)
    end = time - recent.milliseconds
    low = read.world.since(end, (tier.long - recent).milliseconds)
    return latest(read.lines(read.about.base, key), low, end) is not None


def _absent(read: Recordings, time: int) -> bool:
    keys, base = read.about.keys, read.about.base
    if all(read.instant(base, key, time) is None for key in keys):
        return True
    if not isinstance(read.about.slo.sli, EventSli):
        return False
    day = [read.over(base, key, DAY, time) for key in keys]
    idle = any(one.count for one in day) and sum(one.total for one in day) == 0
    return idle and read.was_there(HOUR, DAY, time)


def _invalid(_: Guard, read: Recordings, key: Key, time: int) -> Decimal | None:
    if not isinstance(read.about.slo.sli, EventSli):
        found = read.instant(naming.SLICE, key, time)
        return found if found is not None and read.above(found, Decimal("1.01")) else None
    total, error = read.source(HOUR, key, time)
    if error is None or total is None:
        return total if error is None else error
    outside = read.above(error, Decimal("1.01") * total)
    return error if outside or read.above(-error, Decimal("0.01") * total) else None


def _spent(one: Guard, read: Recordings, key: Key, time: int) -> Decimal | None:
    low = read.world.since(time, DAY.milliseconds)
    if latest(read.lines(read.about.base, key), low, time) is None:
        return None
    left = read.remaining(key, time)
    limit = 1 - Decimal(one.share)
    return left if left is not None and not read.above(left, limit, WHOLE) else None


def _forecast(one: Guard, read: Recordings, key: Key, time: int) -> Decimal | None:
    assert one.exhausts_in is not None and one.over is not None  # noqa: S101, PT018  # of this kind
    slo = read.about.slo
    left, ratio = read.remaining(key, time), read.ratio(one.over, key, time)
    if left is None or ratio is None:
        return None
    share = (Decimal(one.exhausts_in.milliseconds) / slo.window.milliseconds) / Decimal(slo.budget)
    burnt = ratio * share
    soon = read.above(burnt, left) and read.above(left, Decimal(0), WHOLE)
    return burnt if soon else None


_CONDITIONS: Mapping[str, Callable[[Any, Recordings, Key, int], Decimal | None]] = {
    "burn": _burn,
    "signalInvalid": _invalid,
    "budgetSpent": _spent,
    "budgetForecast": _forecast,
}

Firing = Mapping[tuple[int, Key], Decimal]
"""By the index of the alert and its group: the value that its template shows."""


@dataclass(slots=True)
class Lives:
    """The states of alerts from one evaluation to the next."""

    alerts: tuple[Alert, ...]
    since: dict[tuple[int, Key], int] = field(default_factory=dict)
    firing: dict[tuple[int, Key], Decimal] = field(default_factory=dict)
    left: dict[tuple[int, Key], int] = field(default_factory=dict)  # keep_firing_for began

    def step(self, found: Sequence[Mapping[Key, Decimal]], time: int) -> Firing:
        """What fires after an evaluation at which these conditions held, alert by alert."""
        for index, (alert, holds) in enumerate(zip(self.alerts, found, strict=True)):
            for key, value in holds.items():
                began = self.since.setdefault((index, key), time)
                self.left.pop((index, key), None)
                if (index, key) in self.firing or time - began >= alert.wait:
                    self.firing[index, key] = value
        for one in [one for one in self.since if one[1] not in found[one[0]]]:
            self._cease(one, self.alerts[one[0]], time)
        return dict(self.firing)

    def _cease(self, one: tuple[int, Key], alert: Alert, time: int) -> None:
        keep = alert.rule.keep.milliseconds if alert.rule.keep else 0
        if one in self.firing and keep and time - self.left.setdefault(one, time) < keep:
            return
        for states in (self.since, self.firing, self.left):
            states.pop(one, None)
