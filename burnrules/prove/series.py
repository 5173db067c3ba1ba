"""Series as a few straight lines of samples, so that sums over days cost nothing and stay exact."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from burnrules.ir import Labels

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


@dataclass(frozen=True, slots=True)
class Line:
    """`count` samples from `start` on, `step` milliseconds apart, each `slope` more."""

    start: int
    step: int
    count: int
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

    @property
    def total(self) -> Decimal:
        """The sum of all samples."""
        if not self.slope:
            return self.value * self.count
        return (self.value + self.last) * self.count / 2

    def clip(self, low: int, high: int) -> "Line | None":
        """The samples within a closed interval."""
        if low <= self.start and self.end <= high:
            return self
        first = max(0, -((self.start - low) // self.step))
        last = min(self.count - 1, (high - self.start) // self.step)
        if last < first:
            return None
        start = self.start + first * self.step
        return Line(start, self.step, last - first + 1, self.at(first), self.slope)


Lines = tuple[Line, ...]


class Series(NamedTuple):
    """A metric name, labels in order, and samples in order of time."""

    metric: str
    labels: Labels
    lines: Lines


def within(lines: Lines, low: int, high: int) -> Lines:
    """The samples within a closed interval."""
    made = []
    for one in lines:
        end = one.start + (one.count - 1) * one.step  # inline: asked more often than all else
        if low <= one.start and end <= high:
            made.append(one)
        elif one.start <= high and end >= low and (clipped := one.clip(low, high)) is not None:
            made.append(clipped)
    return tuple(made)


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


def stepped(lines: Lines, low: int, high: int, step: int, world: World) -> Iterator[Line]:
    """What a subquery reads at each multiple of `step`, to which lines are aligned."""
    for index, line in enumerate(lines):
        if line.end + LOOKBACK < low:
            continue
        following = lines[index + 1].start if index + 1 < len(lines) else high + 1
        if line.step > LOOKBACK:
            yield from _sparse(line, (low, high, following), step, world)
            continue
        first = -(-max(line.start, low) // step) * step
        count = (min(line.end, high) - first) // step + 1
        if count > 0:
            value = line.at((first - line.start) // line.step)
            yield Line(first, step, count, value, line.slope * (step // line.step))
        last = (max(low, line.end + 1), high, following)
        yield from _seen(line.end, line.last, last, step, world)


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
