"""Proofs of the budget: spent and not yet spent, soon spent, weighted by events."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from burnrules import naming
from burnrules.burnrate import plain
from burnrules.prove import claims
from burnrules.prove.act import proof
from burnrules.prove.inputs import FIVE_MINUTES
from burnrules.prove.model import HOUR
from burnrules.prove.proofs import Proof
from burnrules.prove.series import Line, Lines, Series
from burnrules.prove.stage import Given, Stage

ABOVE, BELOW = Decimal("1.02"), Decimal("0.98")
EARLY = (Decimal(3) / 4)  # of the window is busy and good, the rest quiet and worse
LIGHT, WORSE = (Decimal(1) / 10), 4


@dataclass(frozen=True, slots=True)
class Story:
    """The recorded rates of a whole window, two pieces of it, by coarse samples between evaluations."""

    stage: Stage
    every: int
    pieces: tuple[tuple[Decimal, Decimal], tuple[Decimal, Decimal]]  # traffic, ratio

    @property
    def step(self) -> int:
        """Between two samples: an hour, or as much less as a short window needs."""
        window = self.stage.slo.window.milliseconds
        return HOUR.milliseconds if window >= 24 * HOUR.milliseconds else FIVE_MINUTES.milliseconds

    @property
    def count(self) -> int:
        """Evaluations until the window is full, and one more for `for`."""
        return -(-self.stage.slo.window.milliseconds // self.every) + 1

    @property
    def turn(self) -> int:
        """When the second piece begins."""
        window = self.stage.slo.window.milliseconds
        return (self.count * self.every - int(window * (1 - EARLY))) // self.step * self.step

    @property
    def true_ratio(self) -> Decimal:
        """Errors of all events of the window."""
        (busy, good), (quiet, worse) = self.pieces
        events = busy * EARLY + quiet * (1 - EARLY)
        return (busy * EARLY * good + quiet * (1 - EARLY) * worse) / events

    def given(self) -> Given:
        """The recordings; the objective was recorded too, so that the SLO is not young."""
        stage, key = self.stage, self.stage.about.keys[0]
        ratios = [ratio for _, ratio in self.pieces]
        made = [
            Series(naming.OBJECTIVE, stage.labels(frozenset()), self._lines((Decimal(1), Decimal(1))))
        ]
        if stage.events:
            totals = [traffic for traffic, _ in self.pieces]
            errors = [traffic * ratio for traffic, ratio in self.pieces]
            made.append(Series(naming.total(FIVE_MINUTES), stage.labels(key), self._lines((totals[0], totals[1]))))
            made.append(Series(naming.error(FIVE_MINUTES), stage.labels(key), self._lines((errors[0], errors[1]))))
        else:
            made.append(Series(naming.SLICE, stage.labels(key), self._lines((ratios[0], ratios[1]))))
        return Given((), tuple(made))

    def _lines(self, values: tuple[Decimal, Decimal]) -> Lines:
        """Nothing stands at an evaluation: there the rules write."""
        made: list[Line] = []
        for index in range(self.count):
            start, end = index * self.every + self.step, (index + 1) * self.every - self.step
            for value, low, high in ((values[0], start, min(end, self.turn - self.step)), (values[1], max(start, self.turn), end)):
                if high >= low:
                    made.append(Line(low, self.step, (high - low) // self.step + 1, value))
        return tuple(made)


def budgets(stage: Stage, every: int) -> Iterator[Proof]:
    """Around each share at which somebody is told, the budget just is or is not spent."""
    yield _uneven(stage, every)
    for spent in sorted(_shares(stage)):
        if spent * Decimal(stage.slo.budget) < 1:
            yield _even(stage, every, spent)


def _shares(stage: Stage) -> set[Decimal]:
    made: set[Decimal] = set()
    for one in stage.slo.guards:
        if one.kind == "budgetSpent":
            made |= {Decimal(one.share) * BELOW, Decimal(one.share) * ABOVE}
        elif one.kind == "budgetForecast" and one.exhausts_in is not None:
            ahead = (Decimal(one.exhausts_in.milliseconds) / stage.slo.window.milliseconds)
            limit = 1 / (1 + ahead)  # at an even rate, this much and what comes is all of it
            made |= {limit * BELOW, (1 + limit) / 2}
    return made


def _even(stage: Stage, every: int, spent: Decimal) -> Proof:
    ratio = Decimal(stage.slo.budget) * spent
    busy = Decimal(stage.traffic)
    return _told(stage, Story(stage, every, ((busy, ratio), (busy, ratio))), spent, "")


def _uneven(stage: Stage, every: int) -> Proof:
    """Half the budget is spent, most of it by quiet hours: a mean of ratios would say otherwise."""
    half = Decimal(stage.slo.budget) / 2
    light = LIGHT if stage.events else Decimal(1)
    good = half * (EARLY + light * (1 - EARLY)) / (EARLY + WORSE * light * (1 - EARLY))
    busy = Decimal(stage.traffic)
    pieces = ((busy, good), (busy * light, good * WORSE))
    how = ", each event counting once" if stage.events else ""
    return _told(stage, Story(stage, every, pieces), (Decimal(1) / 2), how)


def _told(stage: Stage, story: Story, spent: Decimal, how: str) -> Proof:
    given = story.given()
    states = stage.run(given, story.every, story.count)
    key, end = stage.about.keys[0], story.count * story.every
    shown = [
        claims.near(stage, end, naming.PERIOD_BURN, {key: spent}),
        claims.within(stage, end, naming.REMAINING, {key: 1 - spent}, (Decimal(1) / 100)),
    ]
    text = f"{plain(Decimal(f'{spent * 100:.4g}'))} % of the budget is spent after {stage.slo.window}{how}"
    return proof(stage, text, given, states[-1:], tuple(shown), step=story.step)
