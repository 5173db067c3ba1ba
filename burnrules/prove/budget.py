"""Proofs of the budget: spent and not yet spent, soon spent, weighted by events."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from burnrules import naming
from burnrules.burnrate import plain
from burnrules.ir import SloPlan
from burnrules.prove import claims
from burnrules.prove.act import proof
from burnrules.prove.inputs import FIVE_MINUTES
from burnrules.prove.model import HOUR, errors_in, events_in
from burnrules.prove.proofs import Proof
from burnrules.prove.series import LOOKBACK, Line, Lines, Series
from burnrules.prove.stage import Given, Stage

MINUTE, DAY = 60_000, 86_400_000
ABOVE, BELOW = Decimal("1.02"), Decimal("0.98")
EARLY = Decimal("0.75")  # of the window is busy and good, the rest quiet and worse
LIGHT, WORSE = Decimal("0.1"), 4


class Chapter(NamedTuple):
    """One whole window: how much of the budget is spent in it, and whether evenly."""

    spent: Decimal
    even: bool = True
    left: bool = False  # nothing comes any more since two days

    def pieces(self, stage: Stage) -> tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]:
        """Traffic and error ratio, early and late."""
        busy, ratio = Decimal(stage.traffic), stage.slo.budget * self.spent
        if not stage.events and stage.unasked is not None:  # one more evaluation
            count = _Parts.of(stage.slo, 0).samples
            ratio += (ratio - stage.unasked) / count
        if self.even:
            return (busy, ratio), (busy, ratio)
        light = LIGHT if stage.events else Decimal(1)
        early = _early(stage.slo)
        late = 1 - early
        good = ratio * (early + light * late) / (early + WORSE * light * late)
        return (busy, good), (busy * light, good * WORSE)


def every(slo: SloPlan) -> int:
    """Whole days that hold the window, so that chapters do not mix."""
    return -(-slo.window.milliseconds // DAY) * DAY


def budgets(stage: Stage) -> Iterator[Proof]:
    """Around each share at which somebody is told, the budget just is or is not spent."""
    chapters = [Chapter(Decimal("0.5"), even=False)]
    for spent, told in sorted(_shares(stage)):
        if spent * stage.slo.budget < 1:
            chapters += [Chapter(spent)] * (2 if told else 1)
    if stage.slo.window.milliseconds > 12 * DAY and len(chapters) > 1:
        chapters.append(Chapter(chapters[-1].spent, left=True))
    given = Given((), _series(stage, chapters))
    states = stage.run(given, every(stage.slo), len(chapters))[1:]
    key, shown = stage.about.keys[0], []
    for state, chapter in zip(states, chapters, strict=True):
        left = {key: 1 - chapter.spent}
        if chapter.left:
            continue  # what matters is that nothing fires
        shown.append(claims.near(stage, state.time, naming.PERIOD_BURN, {key: chapter.spent}))
        shown.append(claims.within(stage, state.time, naming.REMAINING, left, Decimal("0.01")))
    numbers = ", ".join(
        f"{plain(one.spent * 100)} %" for one in dict.fromkeys(chapters) if not one.left
    )
    name = f"the budget is what is left when {numbers} of it is spent"
    made = proof(stage, name, given, states, tuple(shown))
    yield made._replace(interval=_step(stage.slo))


def _shares(stage: Stage) -> set[tuple[Decimal, bool]]:
    """Shares of the budget, and whether somebody is told when that much is spent."""
    made: set[tuple[Decimal, bool]] = set()
    for one in stage.slo.guards:
        if one.kind == "budgetSpent":
            made |= {(one.share * BELOW, False), (one.share * ABOVE, True)}
        elif one.kind == "budgetForecast" and one.exhausts_in is not None:
            ahead = one.exhausts_in.per(stage.slo.window)
            limit = round(1 / (1 + ahead), 4)  # at an even rate, this and what comes is all of it
            made |= {(limit * BELOW, False), ((1 + limit) / 2, True)}
    return made


def _step(slo: SloPlan) -> int:
    """Between two samples: an hour, or as much less as a short window needs to be cut in four."""
    if slo.window.milliseconds >= 3 * DAY:
        return HOUR.milliseconds
    return FIVE_MINUTES.milliseconds if slo.window.milliseconds >= DAY else MINUTE


class _Parts(NamedTuple):
    """The early and the late samples of a window that ends at zero."""

    begin: int
    early: int  # so many
    turn: int
    late: int

    @property
    def samples(self) -> int:
        """All samples."""
        return self.early + self.late

    @classmethod
    def of(cls, slo: SloPlan, cut: int) -> "_Parts":
        """Without the last `cut` milliseconds, nor what an evaluation reads as what is there now.

        Rules write that: nothing else may stand there.
        """
        step, window = _step(slo), slo.window.milliseconds
        begin, turn = step - window, -int(window * (1 - EARLY)) // step * step
        last = min(-cut - step, (-LOOKBACK - 1) // step * step)
        return cls(begin, (turn - begin) // step, turn, (last - turn) // step + 1)


def _early(slo: SloPlan) -> Decimal:
    """The share of samples that are early ones; an hour apart, what is missing is too little."""
    if _step(slo) == HOUR.milliseconds:
        return EARLY
    parts = _Parts.of(slo, 0)
    return Decimal(parts.early) / parts.samples


def _series(stage: Stage, chapters: Sequence[Chapter]) -> tuple[Series, ...]:
    """The recordings; the objective was recorded too, so that the SLO is not young."""
    key = stage.about.keys[0]
    pieces = [one.pieces(stage) for one in chapters]
    objective = [(Decimal(1), Decimal(1))] * len(chapters)
    ends = [2 * DAY if one.left else 0 for one in chapters]
    made = [
        Series(
            naming.OBJECTIVE,
            stage.labels(frozenset()),
            _lines(stage, objective, [0] * len(chapters)),
        )
    ]
    if not stage.events:
        slices = [(early[1], late[1]) for early, late in pieces]
        return (*made, Series(naming.SLICE, stage.labels(key), _lines(stage, slices, ends)))
    totals = [(early[0], late[0]) for early, late in pieces]
    errors = [(early[0] * early[1], late[0] * late[1]) for early, late in pieces]
    for name, values in ((events_in(FIVE_MINUTES), totals), (errors_in(FIVE_MINUTES), errors)):
        made.append(Series(name, stage.labels(key), _lines(stage, values, ends)))
    return tuple(made)


def _lines(stage: Stage, values: Sequence[tuple[Decimal, Decimal]], ends: Sequence[int]) -> Lines:
    """The samples of each chapter, early and late."""
    step, apart = _step(stage.slo), every(stage.slo)
    made: list[Line] = []
    for index, ((early, late), cut) in enumerate(zip(values, ends, strict=True), 1):
        end, parts = index * apart, _Parts.of(stage.slo, cut)
        made.append(Line(end + parts.begin, step, parts.early, early))
        made.append(Line(end + parts.turn, step, parts.late, late))
    return tuple(made)
