"""What the rules of an SLO must record, from its numbers alone: no rule is read here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from burnrules import naming
from burnrules.durations import Duration, of
from burnrules.ir import EventSli, Missing, SloPlan
from burnrules.prove.evaluate import Key, Vector, compiled
from burnrules.prove.inputs import FIVE_MINUTES, read
from burnrules.prove.series import (
    LOOKBACK,
    WORLDS,
    Line,
    Lines,
    Moment,
    Series,
    Sum,
    World,
    appended,
    in_order,
    latest,
    stepped,
    summed,
)

HOUR, DAY = of("1h"), of("1d")
LONGEST_STEP_FREE = of("3d")
NOBODY: Key = frozenset()  # the group of what is recorded once an SLO
HAIR = Decimal(1) / 10**9  # more than floats are ever off, less than anybody cares about

events_in, errors_in = lru_cache(naming.total), lru_cache(naming.error)  # asked at every evaluation

Counts = tuple[Decimal | None, Decimal | None]  # total and errors; None: no sample
Records = Mapping[tuple[str, Key], Lines]


class Subject(NamedTuple):
    """An SLO with its queries read, once for all simulations."""

    slo: SloPlan
    sources: tuple[Duration, ...]  # windows that are read from the raw series
    queries: Mapping[Duration, tuple[Callable[[Moment], Vector], ...]]
    keys: tuple[Key, ...]

    @property
    def base(self) -> str:
        """The recording that has a sample whenever the SLI has."""
        return events_in(FIVE_MINUTES) if isinstance(self.slo.sli, EventSli) else naming.SLICE

    def reaches_back(self, window: Duration) -> bool:
        """Whether an alert over this long window asks for a history beyond the short one."""
        if isinstance(self.slo.sli, EventSli):
            return window not in self.sources  # what is summed is no longer than what there is
        return window > HOUR


def subject(slo: SloPlan, keys: tuple[Key, ...], *, raw: bool) -> Subject:
    """An SLO to simulate; `raw` says that its queries can be evaluated."""
    records = {rule.record for group in slo.rules for rule in group.rules}
    windows = {FIVE_MINUTES, HOUR, slo.window}
    windows |= {one for tier in slo.tiers for one in (tier.long, tier.short)}
    sources = tuple(one for one in sorted(windows) if events_in(one) in records)
    if not isinstance(slo.sli, EventSli):
        sources = (FIVE_MINUTES,)
    queries = {one: tuple(map(compiled, read(slo, one))) for one in sources} if raw else {}
    return Subject(slo, sources, queries, (*keys, *_of_nothing(queries.values(), keys)))


def _of_nothing(
    queries: Iterable[tuple[Callable[[Moment], Vector], ...]], keys: tuple[Key, ...]
) -> Iterable[Key]:
    """The groups that queries give where there is no series: `or vector(0)` has no label."""
    moment = Moment((), 0, WORLDS[0])
    found = dict.fromkeys(key for some in queries for query in some for key in query(moment))
    return [key for key in found if key not in keys]


@dataclass(slots=True)
class Raw:
    """What the queries of an SLO give on series: once where it is the same in every world."""

    about: Subject
    series: Sequence[Series]
    known: dict[tuple[Duration, int, World], Mapping[Key, Counts]] = field(default_factory=dict)

    def counts(self, window: Duration, time: int, world: World) -> Mapping[Key, Counts]:
        """What those of a window give each group: total and part, or slice and nothing."""
        known = self.known.get((window, time, world))
        if known is not None:
            return known
        moment = Moment(self.series, time, world)
        found = [query(moment) for query in self.about.queries.get(window, ())]
        total, part = (*found, {}, {})[:2]
        made = {key: (_number(total.get(key)), _number(part.get(key))) for key in self.about.keys}
        for one in WORLDS if moment.shared else (world,):
            self.known[window, time, one] = made
        return made


@dataclass(slots=True)
class Recordings:
    """Everything recorded so far in one world: given from before, or written at an evaluation."""

    about: Subject
    world: World
    raw: Raw
    given: Records
    written: dict[tuple[str, Key], list[Line]] = field(default_factory=dict)
    gone: dict[tuple[str, Key], int] = field(default_factory=dict)  # when last marked stale
    nudge: int = -1  # limits are a hair lower, or higher
    near: bool = False  # whether a hair could have made a difference
    known: dict[tuple[Duration, Key, int], Decimal | None] = field(default_factory=dict)
    left: dict[tuple[Key, int], Decimal | None] = field(default_factory=dict)  # of the budget
    sorted_lines: dict[tuple[str, Key], Lines] = field(default_factory=dict)

    def evaluate(self, time: int) -> None:
        """The rules of five minutes, which others read again later, and the objective."""
        slices = not isinstance(self.about.slo.sli, EventSli)
        for key, (total, part) in self.raw.counts(FIVE_MINUTES, time, self.world).items():
            if slices:
                self._write(naming.SLICE, key, time, total)
                continue
            self._write(events_in(FIVE_MINUTES), key, time, total)
            given = self.instant(events_in(FIVE_MINUTES), key, time) if total is None else total
            self._write(errors_in(FIVE_MINUTES), key, time, self._errors(given, part))
        self._write(naming.OBJECTIVE, NOBODY, time, Decimal(1))

    def source(self, window: Duration, key: Key, time: int) -> Counts:
        """Total and errors that are recorded at an evaluation from raw series.

        Those of more than five minutes are worked out when somebody asks: no rule reads them later.
        """
        if window == FIVE_MINUTES:
            names = (events_in(window), errors_in(window))
            return self.instant(names[0], key, time), self.instant(names[1], key, time)
        total, part = self.raw.counts(window, time, self.world)[key]
        if total is None:
            total = self.instant(events_in(window), key, time)
        errors = self._errors(total, part)
        return total, self.instant(errors_in(window), key, time) if errors is None else errors

    def _errors(self, total: Decimal | None, part: Decimal | None) -> Decimal | None:
        sli = self.about.slo.sli
        assert isinstance(sli, EventSli)  # noqa: S101  # the caller looked
        if part is None and sli.missing is Missing.ZERO and total is not None:
            part = Decimal(0)
        if part is None or not sli.part_is_good:
            return part
        return None if total is None else total - part

    def above(self, value: Decimal, limit: Decimal, scale: Decimal | None = None) -> bool:
        """Whether a value exceeds a limit that is moved by a hair, of the limit or of `scale`.

        Nothing is claimed about values that floats could put on either side.
        """
        gap, hair = value - limit, HAIR * (abs(limit) if scale is None else scale)
        if abs(gap) > 2 * hair:
            return gap > 0
        self.near = True
        return gap > self.nudge * hair

    def _write(self, name: str, key: Key, time: int, value: Decimal | None) -> None:
        points = self.written.setdefault((name, key), [])
        if value is not None:
            appended(points, time, value)
            self.sorted_lines.pop((name, key), None)
        elif points and points[-1].end > self.gone.get((name, key), -1):
            self.gone[name, key] = time  # Prometheus marks a series that its rule stopped giving

    def lines(self, name: str, key: Key) -> Lines:
        """All samples of a recording."""
        known = self.sorted_lines.get((name, key))
        if known is None:
            given, written = self.given.get((name, key), ()), self.written.get((name, key), ())
            known = self.sorted_lines[name, key] = in_order(given, written)
        return known

    def instant(self, name: str, key: Key, time: int) -> Decimal | None:
        """What an instant selector reads."""
        low = max(self.gone.get((name, key), -1) + 1, self.world.since(time, LOOKBACK))
        return latest(self.lines(name, key), low, time)

    def over(self, name: str, key: Key, window: Duration, time: int) -> Sum:
        """What a range reads; beyond three days it is a subquery of five-minute steps."""
        low, lines = self.world.since(time, window.milliseconds), self.lines(name, key)
        if window <= LONGEST_STEP_FREE:
            return summed(lines, low, time)
        return stepped(lines, low, time, LOOKBACK, self.world)

    def ratio(self, window: Duration, key: Key, time: int) -> Decimal | None:
        """The error ratio over a window."""
        wanted = window, key, time
        if wanted not in self.known:
            self.known[wanted] = self._ratio(window, key, time)
        return self.known[wanted]

    def _ratio(self, window: Duration, key: Key, time: int) -> Decimal | None:
        if not isinstance(self.about.slo.sli, EventSli):
            return self.over(naming.SLICE, key, window, time).mean
        if window in self.about.sources:
            total, error = self.source(window, key, time)
            return None if error is None or not total or total < 0 else error / total
        errors = self.over(errors_in(FIVE_MINUTES), key, window, time)
        if not errors.count:
            return None
        events = self.over(events_in(FIVE_MINUTES), key, window, time)
        return errors.total / events.total if events.total > 0 else None

    def remaining(self, key: Key, time: int) -> Decimal | None:
        """What is left of the budget, scaled by how much of the window the SLO has existed."""
        if (key, time) not in self.left:
            ratio = self.ratio(self.about.slo.window, key, time)
            spent = None if ratio is None else ratio / self.about.slo.budget * self._existed(time)
            self.left[key, time] = None if spent is None else 1 - spent
        return self.left[key, time]

    def _existed(self, time: int) -> Decimal:
        window = self.about.slo.window
        step = HOUR if window >= DAY else FIVE_MINUTES
        low = self.world.since(time, window.milliseconds)
        lines = self.lines(naming.OBJECTIVE, NOBODY)
        seen = _seen(lines, low, time, step.milliseconds, self.world)
        steps = max(1, window.milliseconds // step.milliseconds)
        return min((Decimal(seen) / steps), Decimal(1))

    def was_there(self, window: Duration, offset: Duration, time: int) -> bool:
        """Whether the objective was recorded within a window that ended `offset` ago."""
        end = time - offset.milliseconds
        low = self.world.since(end, window.milliseconds)
        return latest(self.lines(naming.OBJECTIVE, NOBODY), low, end) is not None


@lru_cache(maxsize=512)  # most proofs of an SLO are evaluated, and record it, at the same times
def _seen(lines: Lines, low: int, high: int, step: int, world: World) -> int:
    return stepped(lines, low, high, step, world).count


def _number(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) and value.is_finite() else None


__all__ = ["Raw", "Recordings", "Records", "Subject", "subject"]
