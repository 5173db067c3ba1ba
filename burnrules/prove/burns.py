"""Proofs of burn alerts: each tier fires above its factor, in time, and resets in time."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache, partial

from burnrules.burnrate import plain
from burnrules.ir import Tier
from burnrules.prove.act import Act, Snapshot, first, proof
from burnrules.prove.history import Phase, Phases
from burnrules.prove.model import HOUR
from burnrules.prove.proofs import Proof
from burnrules.prove.stage import Stage, minutes

ABOVE, BELOW = Decimal("1.02"), Decimal("0.98")
NONE, ALL = Decimal(0), Decimal(1)
SHORT_OUTAGE = 10  # minutes

State = Callable[[tuple[Phases, ...]], bool | None]
"""Whether the alert in question fires after a history of each group."""


def _span(tier: Tier, stage: Stage) -> int:
    """How far back the recordings of a tier's snapshots must reach."""
    summed = stage.about.reaches_back(tier.long) or not stage.events
    return tier.long.milliseconds + stage.step if summed else 0


def burns(stage: Stage, every: int, chosen: Callable[[Tier], bool]) -> Iterator[Proof]:
    """One proof a chosen tier: above and below its factor, long enough or not, and over."""
    for index, tier in enumerate(stage.slo.tiers):
        if tier.reachable and chosen(tier):
            span = _span(tier, stage)
            yield from _burn(Act(stage.sparing(span, tier), every, span), index, tier)


def _burn(act: Act, index: int, tier: Tier) -> Iterator[Proof]:
    state = cache(partial(_state, act, index))  # what the search has seen need not be asked again
    wanted = [
        *_rates(act, tier),
        *_lengths(act, tier),
        *_outage(act, state, tier),
        *_failures(act, tier),
        *_young(act, tier),
    ]
    kept = [one for one in wanted if state(one.histories) is one.fires]
    quiet = [one for one in kept if not one.fires]
    snapshots = [*quiet, *(one for one in kept if one.fires)]
    if not any(one.fires for one in snapshots):
        return
    given, states = act.play(snapshots, waits=tier.wait is not None)
    factor = plain(tier.factor)
    name = f"{title(tier)} fires above {factor} times the budget, in time, and resets"
    yield proof(act.stage, name, given, states)


def title(tier: Tier) -> str:
    """A tier in a few words."""
    return f"{tier.severity} {tier.long}/{tier.short}"


def _state(act: Act, index: int, histories: tuple[Phases, ...]) -> bool | None:
    return act.stage.holds(index, act.given(histories, act.every), act.every)


def _past(act: Act, tier: Tier) -> int:
    return max(tier.long.milliseconds, HOUR.milliseconds) + 2 * act.stage.window


def _rates(act: Act, tier: Tier) -> Iterator[Snapshot]:
    limit = Decimal(tier.threshold)
    for factor, fires in ((BELOW, False), (ABOVE, True)):
        ratio = limit * factor if limit * factor < 1 else (limit + 1) / 2
        yield Snapshot(((act.stage.phase(ratio, _past(act, tier)),),), fires)


def _lengths(act: Act, tier: Tier) -> Iterator[Snapshot]:
    """A burst that is 10 % too brief for the long window."""
    limit = Decimal(tier.threshold)
    ratio = act.stage.share(min(limit * 3 / 2, (limit + 1) / 2))
    needed = limit / ratio * tier.long.milliseconds
    for factor, fires in (((Decimal(9) / 10), False),):
        length = minutes(needed * factor / 60_000)
        phases = (act.stage.phase(NONE, _past(act, tier)), act.stage.phase(ratio, length))
        yield Snapshot((phases,), fires)


def _outage(act: Act, state: State, tier: Tier) -> Iterator[Snapshot]:
    """A total outage a minute before and when the tier fires, and when it resets."""
    phase = act.stage.phase
    before = act.stage.slo.budget / 2
    healthy = phase(before, _past(act, tier))

    def burning(count: int) -> tuple[Phases]:
        return ((healthy, phase(ALL, minutes(count))) if count else (healthy,),)

    longest = tier.long.milliseconds // 60_000 + 10
    guess = act.stage.needed(tier, before)
    began = first(lambda count: state(burning(count)), guess, longest, wanted=True)
    if began is None:
        return
    yield Snapshot(burning(began - 1), fires=False)
    yield Snapshot(burning(began), fires=True)
    lasted = max(2 * began, SHORT_OUTAGE)

    def ended(count: int) -> tuple[Phases]:
        after = (phase(NONE, minutes(count)),) if count else ()
        return ((healthy, phase(ALL, minutes(lasted)), *after),)

    guess = tier.short.milliseconds // 60_000
    over = first(lambda count: state(ended(count)), guess, longest + lasted, wanted=False)
    if over is not None and over > 0:
        yield Snapshot(ended(over - 1), fires=True)
        yield Snapshot(ended(over), fires=False)


def _failures(act: Act, tier: Tier) -> Iterator[Snapshot]:
    """One failure fewer than the tier wants at low traffic, and just enough."""
    if tier.min_failures < 1 or not act.stage.events:
        return
    stage, limit = act.stage, Decimal(tier.threshold)
    for count, fires in ((tier.min_failures - 1, False), (tier.min_failures, True)):
        rest = min(6, int(count * (1 - limit) / limit / 2))  # at most so many good ones beside
        settled = 0 if tier.long in stage.about.sources else stage.window // 60_000 + 1
        phases = (
            Phase(_past(act, tier), NONE, NONE), stage.few(NONE, rest), stage.few(ALL, count),
            Phase(minutes(settled), NONE, NONE),
        )  # fmt: skip
        if count:
            yield Snapshot((tuple(one for one in phases if one.length),), fires)


def _young(act: Act, tier: Tier) -> Iterator[Snapshot]:
    """A new SLO in trouble: no alert until its history reaches beyond the short window."""
    if not act.stage.about.reaches_back(tier.long) or tier.short == tier.long:
        return
    margin = 2 * act.stage.window
    for length, fires in (
        (tier.short.milliseconds - margin, False),
        (tier.short.milliseconds + margin, True),
    ):
        if 0 < length < tier.long.milliseconds:
            yield Snapshot(((act.stage.phase(ALL, length),),), fires)
