"""Proofs of quiet: healthy traffic, no errors yet, idle hours, and other groups' trouble."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from burnrules import naming
from burnrules.ir import EventSli, Labels, Matcher, Missing, Tier
from burnrules.prove import claims
from burnrules.prove.act import Act, Moment, Snapshot, first, perform, proof
from burnrules.prove.history import BASE, Phase, Phases
from burnrules.prove.inputs import FIVE_MINUTES, Actor
from burnrules.prove.model import HOUR
from burnrules.prove.proofs import Proof, Sample, Shown
from burnrules.prove.series import Line, Series
from burnrules.prove.stage import Given, Stage, State, minutes

NONE, ALL = Decimal(0), Decimal(1)
OLD = 13  # samples that show that an SLO is not new
DECOY = Decimal(1_000_000)  # events a step, all of them wrong if they were ours


def quickest(stage: Stage) -> tuple[int, Tier] | None:
    """The tier with the shortest long window, and its index."""
    found = [(index, one) for index, one in enumerate(stage.slo.tiers) if one.reachable]
    return min(found, key=lambda one: one[1].long, default=None)


def healthy(stage: Stage, every: int) -> Iterator[Proof]:
    """Half the budget, among strange and broken series; then no error series at all."""
    longest = stage.longest or HOUR.milliseconds
    span = longest + stage.step
    stage = stage.sparing(span)
    half = (stage.phase(stage.slo.budget / 2, longest + 2 * stage.window),)
    clean = (stage.phase(NONE, longest + 2 * stage.window),)
    moments: list[Moment] = [
        partial(_disturbed, stage, half, span),
        partial(_spread, stage, half, clean, span),
    ]
    late = _late(stage)
    if late:
        moments.append(partial(_without, stage, late, clean, span))
    given, states = perform(stage, every, moments)
    given = given + Given(_decoys(stage, every, len(states)))
    shown = [*_constants(stage, every), *(one for state in states for one in _values(stage, state))]
    name = "at half the budget nothing fires, nor without any error series"
    yield proof(
        stage, name if late else "at half the budget nothing fires", given, states, tuple(shown)
    )


def _values(stage: Stage, state: State) -> Iterator[Shown]:
    """Every recording that all servers agree about."""
    slo, key = stage.slo, stage.about.keys[0]
    windows = {one for tier in slo.tiers for one in (tier.long, tier.short)} | {
        FIVE_MINUTES,
        HOUR,
        slo.window,
    }
    recorded = {rule.record for group in slo.rules for rule in group.rules}
    for one in sorted(windows):
        found = [read.ratio(one, key, state.time) for read in state.read]
        if naming.ratio(one) in recorded and (agreed := claims.agreed(found)) is not None:
            yield claims.near(stage, state.time, naming.ratio(one), {key: agreed})
            if one == FIVE_MINUTES:
                yield claims.near(
                    stage, state.time, naming.CURRENT_BURN, {key: agreed / slo.budget}
                )
            if one == slo.window:
                yield claims.near(stage, state.time, naming.PERIOD_BURN, {key: agreed / slo.budget})
    left = claims.agreed([read.remaining(key, state.time) for read in state.read])
    if left is not None:
        yield claims.within(stage, state.time, naming.REMAINING, {key: left}, Decimal("0.01"))


def _constants(stage: Stage, time: int) -> Iterator[Shown]:
    """What dashboards join with: the objective, the budget, and whose SLO it is."""
    slo, nobody = stage.slo, stage.labels(frozenset())
    for name, value in ((naming.OBJECTIVE, 1 - slo.budget), (naming.BUDGET, slo.budget)):
        expr = f"abs({claims.selector(stage, name)} - {claims.number(value)}) < bool 1e-9"
        yield Shown(time, expr, (Sample(nobody),))
    labels = {**dict(nobody), **dict(slo.labels), "__name__": naming.INFO}
    yield Shown(time, claims.selector(stage, naming.INFO), (Sample(tuple(sorted(labels.items()))),))


def _disturbed(stage: Stage, phases: Phases, span: int, end: int) -> Given:
    """A history beside series of the same SLI that have gone bad, where its query can tell."""
    past = stage.past(phases, end, span)
    steps = stage.window // stage.step + 2
    nan = (Line(end - (steps - 1) * stage.step, stage.step, steps, Decimal("NaN")),)
    broken = tuple(
        Series(one.metric, _other(one.labels), nan) for one in stage.actors if one.counter
    )
    key, short = stage.about.keys[0], FIVE_MINUTES
    found = [
        [read.ratio(short, key, end) for read in stage.alone(given, end)]
        for given in (past, past + Given(broken))
    ]
    return past + Given(broken) if found[0] == found[1] else past


def _other(labels: Labels) -> Labels:
    """The labels of another instance of the same series."""
    return tuple(sorted((*labels, ("burnrules_instance", "other"))))


def _spread(stage: Stage, half: Phases, clean: Phases, span: int, end: int) -> Given:
    """Two instances of everything, of which one makes all errors."""
    past = stage.past(half, end, span)
    if not stage.events:
        return past
    more = tuple(Series(one.metric, _other(one.labels), one.lines) for one in stage.raw(clean, end))
    return past + Given(more)


def _late(stage: Stage) -> tuple[Actor, ...]:
    """Series that are not there until something goes wrong for the first time."""
    sli = stage.slo.sli
    if not isinstance(sli, EventSli) or sli.missing is not Missing.ZERO or sli.part_is_good:
        return ()
    found = tuple(one for one in stage.actors if one.counter and not one.good)
    return found if len(found) < len(stage.actors) else ()


def _without(stage: Stage, late: tuple[Actor, ...], phases: Phases, span: int, end: int) -> Given:
    """A history in which some series have not come to be."""
    gone = {(one.metric, one.labels) for one in late}
    past = stage.past(phases, end, span)
    return Given(
        tuple(one for one in past.raw if (one.metric, one.labels) not in gone), past.recorded
    )


def _decoys(stage: Stage, every: int, count: int) -> tuple[Series, ...]:
    steps = stage.window // stage.step + 1
    return tuple(
        Series(
            one.metric,
            one.labels,
            tuple(
                Line(index * every - steps * stage.step, stage.step, steps + 1, BASE, DECOY)
                for index in range(1, count + 1)
            ),
        )
        for one in stage.inputs.decoys
    )


def first_error(stage: Stage, every: int) -> Iterator[Proof]:
    """The first error ever is a total outage: its series begins when it does."""
    found, late = quickest(stage), _late(stage)
    if found is None or not late:
        return
    index, tier = found
    span = max(tier.long, HOUR).milliseconds + stage.step
    clean = stage.phase(NONE, span + stage.window)

    def moment(count: int, end: int) -> Given:
        outage = (stage.phase(ALL, minutes(count)),) if count else ()
        given = _without(stage, late, (clean, *outage), span, end)
        return given + Given(tuple(_begun(stage, one, count, end) for one in late) if count else ())

    began = first(
        lambda count: stage.holds(index, moment(count, every), every), 2, 120, wanted=True
    )
    if began is None:
        return
    moments = [partial(moment, 0), *[partial(moment, began)] * (2 if tier.wait else 1)]
    given, states = perform(stage, every, moments)
    name = f"the first error ever is an outage, and fires after {began} minutes"
    yield proof(stage, name, given, states)


def _begun(stage: Stage, one: Actor, count: int, end: int) -> Series:
    """A series whose first sample already holds the errors of the first step."""
    steps = minutes(count) // stage.step
    slope = stage.phase(ALL, 0).amount(one, stage.step)
    start = end - (steps - 1) * stage.step
    return Series(one.metric, one.labels, (Line(start, stage.step, steps, slope, slope),))


def idle(stage: Stage, every: int) -> Iterator[Proof]:
    """An hour without a request, then an outage."""
    found = quickest(stage)
    if found is None or not any(one.counter for one in stage.actors) or not stage.events:
        return
    index, tier = found
    act = Act(stage, every, max(tier.long.milliseconds, 3 * HOUR.milliseconds))
    before = (
        stage.phase(NONE, tier.long.milliseconds + HOUR.milliseconds),
        Phase(HOUR.milliseconds + stage.window, NONE, NONE),
    )

    def burning(count: int) -> tuple[Phases]:
        outage = (stage.phase(ALL, minutes(count)),) if count else ()
        return ((*before, *outage),)

    began = first(
        lambda count: stage.holds(index, act.given(burning(count), every), every),
        2,
        120,
        wanted=True,
    )
    if began is None:
        return
    snapshots = [Snapshot(burning(0), fires=False), Snapshot(burning(began), fires=bool(began))]
    given, states = act.play(snapshots, waits=tier.wait is not None)
    left = f"{claims.selector(stage, naming.REMAINING)} * 0"
    number = (Sample(stage.labels(stage.about.keys[0]), 0),)
    shown = (
        *(Shown(every, claims.selector(stage, name), ()) for name in _idle_ratios(stage)),
        Shown(every, left, number),
        Shown(states[-1].time, left, number),
    )
    name = "an outage after an idle hour fires, and the budget stays a number"
    yield proof(stage, name, given, states, shown)


def _idle_ratios(stage: Stage) -> list[str]:
    """The ratios over windows that an idle hour fills."""
    windows = {one for tier in stage.slo.tiers for one in (tier.long, tier.short)} | {FIVE_MINUTES}
    return [naming.ratio(one) for one in sorted(windows) if one <= HOUR]


def idle_day(stage: Stage, every: int) -> Iterator[Proof]:
    """A day without a request is told, though the series are there."""
    absent = any(one.kind == "signalAbsent" for one in stage.slo.guards)
    if not stage.events or not absent or not any(one.counter for one in stage.actors):
        return
    day = 24 * HOUR.milliseconds
    stage = stage.sparing(day + HOUR.milliseconds)
    phases = (stage.phase(NONE, HOUR.milliseconds), Phase(day + 2 * HOUR.milliseconds, NONE, NONE))
    labels = stage.labels(frozenset())

    def moment(end: int) -> Given:
        line = Line(end - day - HOUR.milliseconds, stage.step, OLD, ALL)
        past = stage.past(phases, end, day + HOUR.milliseconds)
        return past + Given((), (Series(naming.OBJECTIVE, labels, (line,)),))

    given, states = perform(stage, every, [moment] * 2)
    yield proof(stage, "a day without a request is told", given, states)


def groups(stage: Stage, every: int) -> Iterator[Proof]:
    """One group burns, and only its alert fires."""
    found = quickest(stage)
    if found is None or len(stage.inputs.groups) < 2:
        return
    _, tier = found
    span = max(tier.long, HOUR).milliseconds + stage.step
    stage = stage.sparing(span, tier)
    act = Act(stage, every, span)
    length = max(tier.long, HOUR).milliseconds + 2 * stage.window
    half = (stage.phase(Decimal(stage.slo.budget) / 2, length),)
    burning = (stage.phase((1 + Decimal(tier.threshold)) / 2, length),)
    snapshots = [Snapshot((burning, half), fires=True), Snapshot((half, burning), fires=True)]
    moments: list[Moment] = [
        partial(act.given, one.histories) for one in snapshots for _ in range(2 if tier.wait else 1)
    ]
    late = _late(stage)
    if late:
        moments.append(partial(_only_first, stage, late, half, act.span))
    given, states = perform(stage, every, moments)
    shown: tuple[Shown, ...] = ()
    if late:
        second = dict(sorted(stage.about.keys[1]))
        which = tuple(Matcher(name, "=", text) for name, text in second.items())
        expr = claims.selector(stage, naming.ratio(FIVE_MINUTES), which)
        labels = {**dict(stage.labels(stage.about.keys[1])), "__name__": naming.ratio(FIVE_MINUTES)}
        shown = (Shown(states[-1].time, expr, (Sample(tuple(sorted(labels.items())), 0),)),)
    yield proof(stage, "one group burns, and only its alert fires", given, states, shown)


def _only_first(
    stage: Stage, late: tuple[Actor, ...], phases: Phases, span: int, end: int
) -> Given:
    """One group has errors, the other never had one."""
    others = {(one.metric, one.labels) for one in stage.inputs.actors[1] if not one.good}
    clean = (Phase(phases[0].length, NONE, phases[0].traffic),)
    second = stage.past(clean, end, span, 1)
    kept = tuple(one for one in second.raw if (one.metric, one.labels) not in others)
    return stage.past(phases, end, span) + Given(kept, second.recorded) if late else second


def slices(stage: Stage, every: int) -> Iterator[Proof]:
    """What the query of a time-weighted SLI gives is recorded as it should be."""
    if stage.events or not stage.actors:
        return
    length = 2 * stage.window
    moments = [partial(_only_raw, stage, (Phase(length, ratio, ALL),)) for ratio in (NONE, ALL)]
    given, states = perform(stage, every, moments)
    key = stage.about.keys[0]
    shown = tuple(
        claims.near(stage, index * every, naming.SLICE, {key: ratio})
        for index, ratio in enumerate((NONE, ALL), 1)
    )
    yield proof(stage, "its query reads good as 0 and bad as 1", given, states, shown)


def _only_raw(stage: Stage, phases: Phases, end: int) -> Given:
    return Given(stage.raw(phases, end))
