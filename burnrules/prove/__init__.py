"""Proofs: what each SLO's rules must do on made-up data, worked out without asking them."""

from collections import Counter
from collections.abc import Iterator, Sequence

from burnrules.durations import Duration
from burnrules.ir import PathPlan, SloPlan, Tier
from burnrules.prove import budget, burns, calm, edges, guards, inputs, minute
from burnrules.prove.inputs import FIVE_MINUTES
from burnrules.prove.proofs import LONG, Proof, Script
from burnrules.prove.stage import Stage, stage

HOUR, DAY = 3_600_000, 86_400_000
SOON = 12 * HOUR
MOST_SAMPLES = 8_000


def scripts(slo: SloPlan, path: PathPlan) -> Iterator[Script]:
    """The test files of an SLO: one for each evaluation interval that its proofs need.

    None where its rules write something of nothing that is not understood: no recordings can be
    given beside it.
    """
    on = _stage(slo, path)
    if on.inputs.why and inputs.of_nothing(slo):
        return
    near = [one for one in slo.tiers if one.long.milliseconds <= SOON]
    quickest = calm.quickest(on)
    near += [quickest[1]] if quickest else []  # calm proofs end in its alert
    apart = far(slo)
    tight = _apart(near) if all(one.long.milliseconds <= DAY for one in near) else apart
    yield from _script("", tight, tuple(_close(on, tight)))
    yield from _script(LONG, apart, tuple(_distant(on, apart)))
    gap = guards.every(slo)
    yield from _script(".budget", budget.every(slo), tuple(budget.budgets(on)))
    yield from _script(".signal", gap, tuple(guards.signals(on)))


def simulations(slo: SloPlan, path: PathPlan) -> Iterator[Script]:
    """An outage and a slow burn of an SLO at each of its evaluations: slow to make and to run."""
    on, every = _stage(slo, path), slo.interval.milliseconds
    yield from _script("", every, (*minute.outage(on, every), *minute.slow(on, every)))


def _script(suffix: str, every: int, proofs: tuple[Proof, ...]) -> Iterator[Script]:
    if proofs:
        yield Script(suffix, Duration(every), proofs)


def _stage(slo: SloPlan, path: PathPlan) -> Stage:
    others = [one for one in path.slos if one.name != slo.name and inputs.of_nothing(one)]
    loud = frozenset(guard.name for one in others for guard in one.guards)
    return stage(slo, inputs.of_slo(slo), _shared(path), loud)


def _shared(path: PathPlan) -> frozenset[str]:
    """Alert names that several SLOs of a path have."""
    names = Counter(
        name
        for slo in path.slos
        for name in {rule.alert for group in slo.rules for rule in group.rules if rule.alert}
    )
    return frozenset(name for name, count in names.items() if count > 1)


def far(slo: SloPlan) -> int:
    """Whole days that no alert's window spans, so that snapshots at this distance do not mix.

    What several of them leave within the SLO's window must stay below promtool's 10,000 samples.
    """
    longest = max((one.long.milliseconds for one in slo.tiers), default=0)
    samples = (4 if slo.groups else 2) * longest // FIVE_MINUTES.milliseconds  # of errors and total
    apart = slo.window.milliseconds * samples // MOST_SAMPLES
    return (max(longest, apart, DAY) // DAY + 1) * DAY


def _apart(tiers: Sequence[Tier]) -> int:
    """Whole hours that no window of these tiers spans, nor what calm proofs look back."""
    longest = max((one.long.milliseconds for one in tiers), default=0)
    return max(longest // HOUR + 2, 6) * HOUR


def _close(on: Stage, every: int) -> Iterator[Proof]:
    """Proofs about hours. Long spans cost: promtool's database compacts while it tests."""
    yield from burns.burns(on, every, lambda tier: tier.long.milliseconds <= SOON)
    yield from calm.first_error(on, every)
    yield from calm.idle(on, every)
    yield from edges.padded(on, every)
    yield from calm.groups(on, every)
    yield from calm.slices(on, every)


def _distant(on: Stage, every: int) -> Iterator[Proof]:
    """Proofs about days."""
    yield from calm.healthy(on, every)
    yield from burns.burns(on, every, lambda tier: tier.long.milliseconds > SOON)
    yield from calm.idle_day(on, every)
