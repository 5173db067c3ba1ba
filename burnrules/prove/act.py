"""Histories that end at evaluations far apart, so that one test can hold several."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from burnrules.ir import Guard
from burnrules.prove import claims
from burnrules.prove.alerts import Alert
from burnrules.prove.history import Phases
from burnrules.prove.proofs import Proof, Shown, Told
from burnrules.prove.stage import Given, Stage, State, together


class Snapshot(NamedTuple):
    """A history per group, and whether the alert in question must fire after it."""

    histories: tuple[Phases, ...]
    fires: bool


class Act(NamedTuple):
    """Snapshots of one stage at a distance that lets none see the others."""

    stage: Stage
    every: int
    span: int  # how far recordings reach back

    def given(self, histories: tuple[Phases, ...], end: int) -> Given:
        """The series of a history per group."""
        return together(
            [self.stage.past(one, end, self.span, group) for group, one in enumerate(histories)]
        )

    def play(self, snapshots: Sequence[Snapshot], *, waits: bool) -> tuple[Given, list[State]]:
        """Snapshots in turn; with waits, one that fires is shown twice, so that `for` is over."""
        moments: list[Moment] = []
        for one in snapshots:
            moments += [partial(self.given, one.histories)] * (2 if waits and one.fires else 1)
        return perform(self.stage, self.every, moments)


def first(
    state: Callable[[int], bool | None], guess: int, most: int, *, wanted: bool
) -> int | None:
    """The first count with a state, which changes once; leaps from a guess that is mostly close."""
    low, high, leap = -1, max(1, guess), 1
    if state(high) is wanted:
        while (low := max(-1, high - leap)) >= 0 and state(low) is wanted:
            high, leap = low, 2 * leap
    else:
        low = high
        while state(high := low + leap) is not wanted:
            low, leap = high, 2 * leap
            if low > most:
                return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if state(middle) is wanted else (middle, high)
    return high


Moment = Callable[[int], Given]
"""What a history leaves behind when it ends at this time."""


def perform(stage: Stage, every: int, moments: Sequence[Moment]) -> tuple[Given, list[State]]:
    """Moments in turn, one at each evaluation after the first, and what fires at each."""
    given = together([moment(index * every) for index, moment in enumerate(moments, 1)])
    return given, stage.run(given, every, len(moments))[1:]


def proof(
    stage: Stage,
    name: str,
    given: Given,
    states: Sequence[State],
    more: tuple[Shown, ...] = (),
) -> Proof:
    """A proof that names every alert that fires at each state, with its texts once."""
    shown = [one for state in states for one in claims.firing(stage, state)]
    return Proof(
        f"{stage.slo.id}: {name}{_bypassed(stage)}",
        stage.step,
        (*given.raw, *given.recorded),
        (*shown, *more),
        texts(stage, given, states),
    )


def _bypassed(stage: Stage) -> str:
    """What a reader must know when the SLI's own queries could not be fed."""
    return f" (its queries are not proven: {stage.inputs.why})" if stage.inputs.why else ""


def texts(stage: Stage, given: Given, states: Sequence[State]) -> tuple[Told, ...]:
    """The texts of every alert name, at the last state at which they can be predicted.

    Other SLOs of the path may read the same raw series and have guards of the same name.
    """
    names = {one.rule.alert: None for one in stage.alerts if _alone(stage, given, one)}
    found = (
        next((one for state in reversed(states) if (one := claims.told(stage, state, name))), None)
        for name in names
    )
    return tuple(one for one in found if one is not None)


def _alone(stage: Stage, given: Given, one: Alert) -> bool:
    if isinstance(one.of, Guard):
        noisy = one.of.kind == "signalAbsent" or one.rule.alert in stage.loud
        return not noisy and not given.raw
    return one.rule.alert not in stage.shared or not given.raw
