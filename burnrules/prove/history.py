"""What happened before an instant, as phases, and the series that such a history leaves behind."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from burnrules.prove.inputs import Actor
from burnrules.prove.series import Line, Lines, alike

BASE = Decimal(10**9)  # where counters stand before: far from the zero that rate() looks for


class Phase(NamedTuple):
    """A length of time with steady traffic (events a minute) and error ratio."""

    length: int  # milliseconds
    ratio: Decimal
    traffic: Decimal

    def amount(self, actor: Actor, step: int) -> Decimal:
        """By how much a counter grows a step, or where a gauge stands."""
        level = actor.good + (actor.bad - actor.good) * self.ratio
        return level * self.traffic * step / 60_000 if actor.counter else level


Phases = tuple[Phase, ...]


def duration(phases: Phases) -> int:
    """The milliseconds of all phases."""
    return sum(one.length for one in phases)


def raw(actor: Actor, phases: Phases, end: int, tail: int, step: int) -> Lines:
    """The samples of one series over the last `tail` milliseconds before `end`."""
    made: list[Line] = []
    start = max(end - tail, end - duration(phases)) // step * step
    value, time = (BASE if actor.counter else phases[0].amount(actor, step)), start
    made.append(Line(start, step, 1, value))
    for until, phase in _until(phases, end):
        count = (until - time) // step
        if count <= 0:
            continue
        amount = phase.amount(actor, step)
        slope = amount if actor.counter else Decimal(0)
        first = value + amount if actor.counter else amount
        made.append(Line(time + step, step, count, first, slope))
        value, time = made[-1].last, made[-1].end
    return joined(made)


def _until(phases: Phases, end: int) -> Iterator[tuple[int, Phase]]:
    time = end - duration(phases)
    for one in phases:
        time += one.length
        yield time, one


def joined(lines: Sequence[Line]) -> Lines:
    """The same samples in as few lines as possible."""
    made: list[Line] = []
    for line in lines:
        last = made[-1] if made else None
        if last is not None and last.end + last.step == line.start and last.step == line.step:
            rise = line.value - last.last
            slope = rise if last.count == 1 else last.slope
            fits_last = alike(rise, slope, line.value)
            if fits_last and (line.count == 1 or alike(line.slope, slope, line.value)):
                made[-1] = Line(last.start, last.step, last.count + line.count, last.value, slope)
                continue
        made.append(line)
    return tuple(made)


class Recorded(NamedTuple):
    """The two recordings that a history leaves: events and errors per second."""

    total: Lines
    error: Lines


def recorded(phases: Phases, span: int, step: int, window: int) -> Recorded:
    """Rates over `window` at every step of the last `span` milliseconds before time zero."""
    start = -duration(phases)
    marks = tuple(_marks(phases, start))
    bounds = (0, *(one.time for one in marks))
    cuts = sorted({-step, *bounds, *(one + window for one in bounds)})
    total: list[Line] = []
    error: list[Line] = []
    time = -(-max(start, -span) // step) * step
    for cut in cuts:
        last = min(cut, -step) // step * step
        if last < time:
            continue
        count = (last - time) // step + 1
        begun, ended = _rate(marks, time, window), _rate(marks, last, window)
        for lines, first, final in zip((total, error), begun, ended, strict=True):
            slope = (final - first) / (count - 1) if count > 1 else Decimal(0)
            lines.append(Line(time, step, count, first, slope))
        time = last + step
    return Recorded(joined(total), joined(error))


class _Mark(NamedTuple):
    """Where a phase begins, and what happened until then."""

    time: int
    events: Decimal
    errors: Decimal
    phase: Phase

    def until(self, time: int) -> tuple[Decimal, Decimal]:
        """How many events and errors there were until a time in the phase, or after the last."""
        spent = min(time - self.time, self.phase.length)
        happened = self.phase.traffic * spent / 60_000
        return self.events + happened, self.errors + happened * self.phase.ratio


def _marks(phases: Phases, start: int) -> Iterator[_Mark]:
    events = errors = Decimal(0)
    for one in phases:
        mark = _Mark(start, events, errors, one)
        yield mark
        start += one.length
        events, errors = mark.until(start)


def _rate(marks: Sequence[_Mark], time: int, window: int) -> tuple[Decimal, Decimal]:
    """Events and errors a second; the first phase had always been."""
    seconds = Decimal(window) / 1000
    (events, errors), (before, wrong) = (
        marks[max(0, bisect_left(marks, (one,)) - 1)].until(one) for one in (time, time - window)
    )
    return (events - before) / seconds, (errors - wrong) / seconds
