"""Series as a few straight lines of samples, so that sums over days cost nothing and stay exact."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import NamedTuple, TypeVar

from burnrules.ir import Labels

Seen = TypeVar("Seen")

POINT = 60_000  # the step of a line of one sample
LOOKBACK = 300_000  # milliseconds in which an instant selector still sees a sample


class World(NamedTuple):
    """What differs between the servers a proof holds for.

    Ranges are closed up to Prometheus 2.x and left-open since 3.0.
    """

    left_open: bool

    def since(self, end: int, length: int) -> int:
        """The first millisecond of a range."""
        return end - length + self.left_open


ROUNDING = Decimal("1e-24")
WORLDS = (World(left_open=False), World(left_open=True))


class Line(NamedTuple):
    """`count` samples from `start` on, `step` milliseconds apart, each `slope` more."""

    start: int
    step: int
    count: int  # type: ignore[assignment]  # hides a method of tuples, which nobody calls
    value: Decimal
    slope: Decimal = Decimal(0)

    @property
    def end(self) -> int:
        """The time of the last sample."""
        return self.start + (self.count - 1) * self.step

    def at(self, index: int) -> Decimal:
        """One sample."""
        return self.value + index * self.slope if self.slope else self.value

    @property
    def last(self) -> Decimal:
        """The last sample."""
        return self.at(self.count - 1)

    def later(self, time: int) -> "Line":
        """The same samples, later."""
        return Line(self.start + time, self.step, self.count, self.value, self.slope)

    def clip(self, low: int, high: int) -> "tuple[Line, ...]":
        """The samples within a closed interval, as one line or none."""
        start, step, count, value, slope = self
        first = max(0, -((start - low) // step))
        count = min(count - 1, (high - start) // step) - first + 1
        if count <= 0:
            return ()
        value = value + first * slope if slope and first else value
        return (Line(start + first * step, step, count, value, slope),)


Lines = tuple[Line, ...]  # in order, and none begins before the last one ends
START: Callable[[Line], int] = itemgetter(0)


class Series(NamedTuple):
    """A metric name, labels in order, and samples in order of time."""

    metric: str
    labels: Labels
    lines: Lines


def in_order(*some: Iterable[Line]) -> Lines:
    """Lines from several places in order of time."""
    return tuple(sorted(chain(*some), key=START))


def within(lines: Lines, low: int, high: int) -> Lines:
    """The samples within a closed interval."""
    first = bisect_left(lines, (low,))  # lines compare by their start
    last = bisect_left(lines, (high + 1,), first)
    made = lines[first:last]
    if made and made[-1].end > high:
        made = (*made[:-1], *made[-1].clip(low, high))
    return (*lines[first - 1].clip(low, high), *made) if first else made


def latest(lines: Lines, low: int, high: int) -> Decimal | None:
    """The last sample within a closed interval; None when it has none."""
    index = bisect_left(lines, (high + 1,)) - 1
    if index < 0:
        return None
    start, step, count, value, slope = lines[index]
    last = min(count - 1, (high - start) // step)
    if start + last * step < low:
        return None
    return value + last * slope if slope else value


@dataclass(slots=True)
class Moment:
    """What a query is evaluated on, when and where; and whether every server sees the same."""

    series: Sequence[Series]
    time: int
    world: World
    shared: bool = True

    def read(self, lines: Lines, length: int) -> Lines:
        """The samples of a range that ends now."""
        border = self.time - length
        found = within(lines, border, self.time)
        if found and found[0].start == border:
            return self.either(found, within(found, border + 1, self.time))
        return found

    def latest(self, lines: Lines) -> Decimal | None:
        """What an instant selector sees now."""
        border = self.time - LOOKBACK
        found = latest(lines, border + 1, self.time)
        return self.either(latest(lines, border, self.time), None) if found is None else found

    def either(self, closed: Seen, left_open: Seen) -> Seen:
        """What this server sees, where ranges with their left end give another value."""
        self.shared = self.shared and closed == left_open
        return left_open if self.world.left_open else closed


def alike(one: Decimal, other: Decimal, size: Decimal) -> bool:
    """Equal but for the last of the 28 digits that decimals have."""
    return abs(one - other) <= ROUNDING * abs(size)


def appended(lines: list[Line], time: int, value: Decimal) -> None:
    """One more sample; steady series stay one line."""
    last = lines[-1] if lines else None
    if last is not None and time - last.end <= LOOKBACK:
        gap, rise = time - last.end, value - last.last
        if last.count == 1 or (gap == last.step and alike(rise, last.slope, value)):
            slope = rise if last.count == 1 else last.slope
            lines[-1] = Line(last.start, gap, last.count + 1, last.value, slope)
            return
    lines.append(Line(time, POINT, 1, value))


class Sum(NamedTuple):
    """Samples together."""

    total: Decimal
    count: int  # type: ignore[assignment]  # as above

    @property
    def mean(self) -> Decimal | None:
        """Their average; None of no samples."""
        return self.total / self.count if self.count else None


def added(lines: Iterable[Line]) -> Sum:
    """All samples together."""
    total, samples = Decimal(0), 0
    for _, _, count, value, slope in lines:
        total += (value + (value + (count - 1) * slope)) * count / 2 if slope else value * count
        samples += count
    return Sum(total, samples)


def summed(lines: Lines, low: int, high: int) -> Sum:
    """The samples within a closed interval together, without making lines of them."""
    total, samples = Decimal(0), 0
    begun = max(0, bisect_left(lines, (low,)) - 1)
    for start, step, count, value, slope in lines[begun : bisect_left(lines, (high + 1,), begun)]:
        first = 0 if start >= low else -((start - low) // step)
        last = count - 1 if start + (count - 1) * step <= high else (high - start) // step
        if first <= last:
            many = last - first + 1
            total += (2 * value + (first + last) * slope) * many / 2 if slope else value * many
            samples += many
    return Sum(total, samples)


def stepped(lines: Lines, low: int, high: int, step: int, world: World) -> Sum:
    """What a subquery reads at each multiple of `step`, to which lines are aligned, together."""
    begun = max(0, bisect_left(lines, (low,)) - 1)
    known = lines[begun : bisect_left(lines, (high + 1,), begun)]
    total, count = Decimal(0), 0
    for line, following in zip(known, (*map(START, known[1:]), high + 1), strict=False):
        if low <= line.start and following <= high:
            one = _whole(line, following, step, world)
        else:
            one = added(_steps(line, (low, high, following), step, world))
        total, count = total + one.total, count + one.count
    return Sum(total, count)


@lru_cache(maxsize=4096)  # the same lines are in the windows of many evaluations
def _whole(line: Line, following: int, step: int, world: World) -> Sum:
    return added(_steps(line, (line.start, following, following), step, world))


def _steps(line: Line, bounds: tuple[int, int, int], step: int, world: World) -> Iterator[Line]:
    """What it reads of one line: its samples, and the last one until it is forgotten."""
    low, high, following = bounds
    if line.end + LOOKBACK < low:
        return
    if line.step > LOOKBACK:
        yield from _sparse(line, bounds, step, world)
        return
    first = -(-max(line.start, low) // step) * step
    count = (min(line.end, high) - first) // step + 1
    if count > 0:
        value = line.at((first - line.start) // line.step)
        yield Line(first, step, count, value, line.slope * (step // line.step))
    yield from _seen(line.end, line.last, (max(low, line.end + 1), high, following), step, world)


def _sparse(line: Line, bounds: tuple[int, int, int], step: int, world: World) -> Iterator[Line]:
    """Samples so far apart that each is forgotten before the next comes."""
    low, high, _ = bounds
    single = 0
    if step >= LOOKBACK and not line.start % step and not line.step % step:
        single = line.count - 1  # all but the last one, in one go
        shown = (0, LOOKBACK) if step == LOOKBACK and not world.left_open else (0,)
        for later in shown if single else ():
            seen = Line(line.start + later, line.step, single, line.value, line.slope)
            yield from within((seen,), low, high)
    for one in range(single, line.count):
        yield from _seen(line.start + one * line.step, line.at(one), bounds, step, world)


def _seen(
    time: int, value: Decimal, bounds: tuple[int, int, int], step: int, world: World
) -> Iterator[Line]:
    """The steps at which a lone sample is the latest one."""
    low, high, following = bounds
    first = -(-max(time, low) // step) * step
    last = min(high, following - 1, time + LOOKBACK - world.left_open)
    if last >= first:
        yield Line(first, step, (last - first) // step + 1, value)
