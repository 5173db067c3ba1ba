"""The proofs of one SLO, each computed from its own tiers and windows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from burnrules import naming
from burnrules.ir import EventSli, Missing, Tier
from burnrules.prove import claims
from burnrules.prove.history import Phase, Phases
from burnrules.prove.model import HOUR
from burnrules.prove.proofs import Proof, Shown, Told
from burnrules.prove.stage import Given, Stage, State, minutes

ABOVE, BELOW = Fraction("1.02"), Fraction("0.98")
NONE = Fraction(0)
ALL = Fraction(1)
SHORT_OUTAGE = minutes(10)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A history per group, and whether the alert in question must fire after it."""

    histories: tuple[Phases, ...]
    fires: bool


@dataclass(frozen=True, slots=True)
class Act:
    """Snapshots of one stage at a distance that lets none see the others."""

    stage: Stage
    every: int
    span: int  # how far recordings reach back

    def given(self, snapshot: Snapshot, end: int) -> Given:
        """The series of one snapshot."""
        made = Given()
        for group, phases in enumerate(snapshot.histories):
            made = made + self.stage.past(phases, end, self.span, group)
        return made

    def play(self, snapshots: list[Snapshot], waits: bool) -> tuple[Given, list[State]]:
        """All snapshots in turn; with waits, one that fires is shown twice, so that `for` is over."""
        shown = [one for some in snapshots for one in ((some, some) if waits and some.fires else (some,))]
        given = Given()
        for index, one in enumerate(shown, 1):
            given = given + self.given(one, index * self.every)
        return given, self.stage.run(given, self.every, len(shown))


def span(tier: Tier, stage: Stage) -> int:
    """How far back the recordings of a tier's snapshots must reach."""
    return tier.long.milliseconds + stage.step if tier.long > HOUR or not stage.events else 0


def burns(stage: Stage, every: int) -> Iterator[Proof]:
    """One proof a tier: above and below its factor, long enough or not, and over."""
    for index, tier in enumerate(stage.slo.tiers):
        if tier.reachable:
            yield from _burn(Act(stage, every, span(tier, stage)), index, tier)


def _burn(act: Act, index: int, tier: Tier) -> Iterator[Proof]:
    stage = act.stage
    wanted = [*_rates(act, tier), *_lengths(act, tier), *_outage(act, index, tier), *_failures(act, tier)]
    kept = [one for one in wanted if _holds(act, index, one)]
    quiet = [one for one in kept if not one.fires]
    snapshots = [*quiet, *(one for one in kept if one.fires)]
    if not any(one.fires for one in snapshots):
        return
    given, states = act.play(snapshots, waits=stage.waits)
    name = f"{title(tier)} fires above {tier.factor.normalize():f} times the budget, in time, and resets"
    yield proof(act.stage, name, given, states[1:])


def title(tier: Tier) -> str:
    """A tier in a few words."""
    return f"{tier.severity} {tier.long}/{tier.short}"


def _holds(act: Act, index: int, one: Snapshot) -> bool:
    return act.stage.holds(index, act.given(one, act.every), act.every) is one.fires


def _past(act: Act, tier: Tier) -> int:
    return max(tier.long.milliseconds, HOUR.milliseconds) + 2 * act.stage.window


def _rates(act: Act, tier: Tier) -> Iterator[Snapshot]:
    limit = Fraction(tier.threshold)
    for factor, fires in ((BELOW, False), (ABOVE, True)):
        ratio = limit * factor if limit * factor < 1 else (limit + 1) / 2
        yield Snapshot(((act.stage.phase(ratio, _past(act, tier)),),), fires)


def _lengths(act: Act, tier: Tier) -> Iterator[Snapshot]:
    """A burst that is 10 % too brief for the long window, and one that is 10 % longer than needed."""
    limit = Fraction(tier.threshold)
    ratio = act.stage.share(min(limit * 3 / 2, (limit + 1) / 2))
    needed = limit / ratio * tier.long.milliseconds
    for factor, fires in ((Fraction(9, 10), False), (Fraction(11, 10), True)):
        length = minutes(needed * factor / 60_000)
        phases = (act.stage.phase(NONE, _past(act, tier)), act.stage.phase(ratio, length))
        yield Snapshot((phases,), fires)


def _outage(act: Act, index: int, tier: Tier) -> Iterator[Snapshot]:
    """A total outage a minute before and when the tier fires, and when it resets."""
    phase = act.stage.phase
    healthy = phase(Fraction(act.stage.slo.budget) / 2, _past(act, tier))

    def burning(count: int) -> Snapshot:
        return Snapshot(((healthy, phase(ALL, minutes(count))),) if count else ((healthy,),), fires=True)

    longest = tier.long.milliseconds // 60_000 + 10
    guess = int(Fraction(tier.threshold) * tier.long.milliseconds / 60_000) + 1
    first = _first(lambda count: _state(act, index, burning(count)), guess, longest, wanted=True)
    if first is None:
        return
    yield Snapshot(burning(first - 1).histories, fires=False)
    yield burning(first)
    lasted = max(2 * first, SHORT_OUTAGE // 60_000)

    def ended(count: int) -> Snapshot:
        after = (phase(NONE, minutes(count)),) if count else ()
        return Snapshot(((healthy, phase(ALL, minutes(lasted)), *after),), fires=False)

    guess = tier.short.milliseconds // 60_000
    over = _first(lambda count: _state(act, index, ended(count)), guess, longest + lasted, wanted=False)
    if over is not None and over > 0:
        yield Snapshot(ended(over - 1).histories, fires=True)
        yield ended(over)


def _state(act: Act, index: int, snapshot: Snapshot) -> bool | None:
    return act.stage.holds(index, act.given(snapshot, act.every), act.every)


def _first(
    state: Callable[[int], bool | None], guess: int, most: int, *, wanted: bool
) -> int | None:
    """The first count with a state, close to a guess; the state changes once."""
    low, high = -1, max(1, guess)
    while state(high) is not wanted:
        low, high = high, high * 2
        if low > most:
            return None
    while high - low > 1:
        middle = high - 1 if high - low < 6 else (low + high) // 2  # mostly the guess is close
        if state(middle) is wanted:
            high = middle
        else:
            low = middle
    return high


def _failures(act: Act, tier: Tier) -> Iterator[Snapshot]:
    """One failure fewer than the tier wants at low traffic, and just enough."""
    if tier.min_failures < 1 or not act.stage.events:
        return
    stage, limit = act.stage, Fraction(tier.threshold)
    for count, fires in ((tier.min_failures - 1, False), (tier.min_failures, True)):
        rest = min(6, int(count * (1 - limit) / limit / 2))  # at most so many good ones beside
        settled = 0 if tier.long in stage.about.sources else stage.window // 60_000 + 1
        phases = (
            Phase(_past(act, tier), NONE, NONE), stage.few(NONE, rest), stage.few(ALL, count),
            Phase(minutes(settled), NONE, NONE),
        )  # fmt: skip
        if count:
            yield Snapshot((tuple(one for one in phases if one.length),), fires)


def healthy(stage: Stage, every: int) -> Iterator[Proof]:
    """Half the budget: nothing fires, and the ratio is what it is."""
    half = stage.share(Fraction(stage.slo.budget) / 2)
    longest = max((one.long.milliseconds for one in stage.slo.tiers), default=HOUR.milliseconds)
    act = Act(stage, every, longest)
    phases = (stage.phase(half, longest + 2 * stage.window),)
    given, states = act.play([Snapshot((phases,), fires=False)], waits=False)
    shown = [claims.near(stage, every, naming.ratio(w), {stage.about.keys[0]: half}) for w in _windows(stage)]
    yield proof(stage, "at half the budget nothing fires", given, states[1:], tuple(shown))


def _windows(stage: Stage) -> list[object]:
    return []


def idle(stage: Stage, every: int) -> Iterator[Proof]:
    """An hour without a request, then an outage."""
    found = [(index, one) for index, one in enumerate(stage.slo.tiers) if one.reachable]
    if not stage.events or not found or not stage.inputs.actors:
        return
    index, tier = min(found, key=lambda one: one[1].long)
    act = Act(stage, every, max(tier.long.milliseconds, 2 * HOUR.milliseconds))
    before = (
        stage.phase(NONE, tier.long.milliseconds + HOUR.milliseconds),
        Phase(HOUR.milliseconds + stage.window, NONE, NONE),
    )

    def burning(count: int) -> Snapshot:
        outage = (stage.phase(ALL, minutes(count)),) if count else ()
        return Snapshot(((*before, *outage),), fires=True)

    first = _first(lambda count: _state(act, index, burning(count)), 2, 60, wanted=True)
    if first is None:
        return
    snapshots = [Snapshot(burning(0).histories, fires=False), burning(first)]
    given, states = act.play(snapshots, waits=stage.waits)
    left = claims.selector(stage, naming.REMAINING)
    ratio = claims.selector(stage, naming.ratio(stage.about.sources[0]))
    key = stage.about.keys[0]
    shown = (
        Shown(every, ratio, ()),
        Shown(every, f"{left} * 0", claims_samples(stage, key, 0)),
        Shown(states[-1].time, f"{left} * 0", claims_samples(stage, key, 0)),
    )
    yield proof(stage, "an outage after an idle hour pages, and the budget stays a number", given, states[1:], shown)


def claims_samples(stage: Stage, key: frozenset[tuple[str, str]], value: int) -> tuple[claims.Sample, ...]:
    """One sample with the labels of a group."""
    return (claims.Sample(stage.labels(key), value),)


def first_error(stage: Stage, every: int) -> Iterator[Proof]:
    """No error series at all, then the first error ever is an outage."""
    sli = stage.slo.sli
    found = [(index, one) for index, one in enumerate(stage.slo.tiers) if one.reachable]
    if not isinstance(sli, EventSli) or sli.missing is not Missing.ZERO or not found:
        return
    if not any(one.counter and not one.good for one in (stage.inputs.actors or ((),))[0]):
        return
    yield from ()


def proof(
    stage: Stage, name: str, given: Given, states: list[State], more: tuple[Shown, ...] = ()
) -> Proof:
    """A proof that names every alert that fires at each state, with its texts once."""
    shown = [one for state in states for one in claims.firing(stage, state)]
    return Proof(
        f"{stage.slo.id}: {name}",
        stage.step,
        (*given.raw, *given.recorded),
        (*shown, *more),
        texts(stage, states),
    )


def texts(stage: Stage, states: list[State]) -> tuple[Told, ...]:
    """The texts of every alert name, at the last state at which they can be predicted."""
    made: dict[str, Told] = {}
    for name in dict.fromkeys(one.rule.alert for one in stage.alerts):
        for state in states:
            if (one := claims.told(stage, state, name)) is not None:
                made[name] = one
    return tuple(made.values())
