"""An SLO on a stage: histories go in, series and what must fire after each come out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain
from typing import NamedTuple

from burnrules import naming
from burnrules.durations import Duration
from burnrules.ir import EventSli, Labels, SloPlan, Tier
from burnrules.prove import history, model
from burnrules.prove.alerts import Alert, Firing, Lives, alerts, conditions
from burnrules.prove.evaluate import Key
from burnrules.prove.history import Phase, Phases
from burnrules.prove.inputs import FIVE_MINUTES, Actor, Inputs, step
from burnrules.prove.model import HOUR, LONGEST_STEP_FREE, Raw, Recordings, Subject
from burnrules.prove.series import WORLDS, Line, Lines, Series, in_order

MOST_TRAFFIC = 10**12  # beyond, counters would not be exact
MOST_READ = 9_000  # samples in a window: promtool takes 10,000
CLOSEST = 6 * HOUR.milliseconds  # snapshots stand no closer, nor closer than they reach back


@dataclass(frozen=True, slots=True)
class Given:
    """What stands in the database: raw series, and recordings from before."""

    raw: tuple[Series, ...] = ()
    recorded: tuple[Series, ...] = ()

    def later(self, time: int) -> "Given":
        """The same, later."""
        return Given(_later(self.raw, time), _later(self.recorded, time))

    def __add__(self, other: "Given") -> "Given":
        return together((self, other))


def together(some: Sequence[Given]) -> Given:
    """All that several leave, each series once."""
    if len(some) == 1:
        return some[0]
    raw = _merged(chain.from_iterable(one.raw for one in some))
    return Given(raw, _merged(chain.from_iterable(one.recorded for one in some)))


def _later(series: Iterable[Series], time: int) -> tuple[Series, ...]:
    return tuple(
        Series(metric, labels, tuple([line.later(time) for line in lines]))
        for metric, labels, lines in series
    )


def _merged(series: Iterable[Series]) -> tuple[Series, ...]:
    """Series of the same name and labels as one."""
    lines: dict[tuple[str, Labels], list[Line]] = {}
    for one in series:
        lines.setdefault((one.metric, one.labels), []).extend(one.lines)
    return tuple(Series(metric, labels, in_order(some)) for (metric, labels), some in lines.items())


class State(NamedTuple):
    """What fires after one evaluation, for every server a proof holds for."""

    time: int
    worlds: tuple[Firing, ...]
    read: tuple[Recordings, ...]  # one of each range semantics, as it was then

    @property
    def agreed(self) -> bool:
        """Whether the same alerts fire everywhere."""
        return all(one.keys() == self.worlds[0].keys() for one in self.worlds)


@dataclass(frozen=True, eq=False)
class Stage:
    """An SLO, the series that make its events, and the step of all samples."""

    about: Subject
    inputs: Inputs
    alerts: tuple[Alert, ...]
    step: int
    shared: frozenset[str]  # alert names that other SLOs of the path have too
    loud: frozenset[str]  # names of guards that may fire for other SLOs of the path without data
    known: dict[tuple[Phases, int, int], Given] = field(default_factory=dict)  # pasts that end at 0

    @cached_property
    def slo(self) -> SloPlan:
        """The SLO itself."""
        return self.about.slo

    @cached_property
    def window(self) -> int:
        """What the five-minute recording reads, in milliseconds."""
        sli = self.slo.sli
        pad = sli.pad.milliseconds if isinstance(sli, EventSli) else 0
        return FIVE_MINUTES.milliseconds + pad

    @cached_property
    def events(self) -> bool:
        """Whether the SLI counts events, of which raw series can be made."""
        return isinstance(self.slo.sli, EventSli)

    @cached_property
    def actors(self) -> tuple[Actor, ...]:
        """The raw series of the first group; none when the queries are not understood."""
        return self.inputs.actors[0] if self.inputs.actors else ()

    @cached_property
    def traffic(self) -> int:
        """Events a second, so many that two in ten thousand of the budget are one of them."""
        wanted = min(int(5_000 / self.slo.budget), MOST_TRAFFIC)
        return int("1" + "0" * len(str(wanted)))

    def share(self, ratio: Decimal) -> Decimal:
        """The nearest ratio that is a whole number of errors a second: counters must stay whole."""
        return Decimal(round(ratio * self.traffic)) / self.traffic

    def phase(self, ratio: Decimal, length: int) -> Phase:
        """A phase of busy traffic, in whole minutes."""
        return Phase(-(-length // 60_000) * 60_000, self.share(ratio), Decimal(60 * self.traffic))

    def few(self, ratio: Decimal, count: int) -> Phase:
        """So many events, one at each sample: counters must stay whole."""
        return Phase(count * self.step, ratio, Decimal(60_000) / self.step)

    def needed(self, tier: Tier, before: Decimal) -> int:
        """About how many minutes of a total outage make a tier fire, on top of a ratio before."""
        needed = (tier.threshold - before) / (1 - before) * tier.long.milliseconds / 60_000
        late = 0 if tier.long in self.about.sources else 2  # what is summed looks back itself
        return int(needed + late) + 1

    @cached_property
    def unasked(self) -> Decimal | None:
        """What the rules record of the first group where there is no series; None: nothing."""
        read = next(self.alone(Given(), 0))
        return read.instant(self.about.base, self.about.keys[0], 0)

    @cached_property
    def longest(self) -> int:
        """The longest window of its alerts, in milliseconds."""
        return max((one.long.milliseconds for one in self.slo.tiers), default=0)

    def dense(self, span: int) -> bool:
        """Whether recordings over `span` may stand at every step: promtool reads only so many.

        The longest window that reads them one by one reads what every snapshot within it has left.
        """
        whole = self.slo.window.milliseconds if self.slo.window <= LONGEST_STEP_FREE else 0
        snapshots = max(1, -(-max(self.longest, whole) // max(span, CLOSEST)))
        return snapshots * span <= MOST_READ * self.step

    def sparing(self, span: int, *tiers: Tier) -> "Stage":
        """The same; where it must, with samples only as close as these tiers want them."""
        return self if self.dense(span) else replace(self, step=step(tiers), known={})

    def labels(self, key: Key) -> Labels:
        """The labels of a recorded series."""
        return _recorded_as(self.slo.path, self.slo.name, key)

    def past(self, phases: Phases, end: int, span: int, group: int = 0) -> Given:
        """A history that ends at an evaluation: raw for an hour, recorded for `span`.

        The same one ends at several: where a search tries it, and once or twice in a proof.
        """
        if (phases, span, group) not in self.known:
            self.known[phases, span, group] = self._past(phases, span, group)
        return self.known[phases, span, group].later(end)

    def _past(self, phases: Phases, span: int, group: int) -> Given:
        labels = self.labels(self.about.keys[group])
        apart = self.step if self.dense(span) else FIVE_MINUTES.milliseconds
        if not self.events:
            until = 0 if self.unasked is None else -1
            lines = _slices(phases, span, until, apart)
            return Given((), (Series(naming.SLICE, labels, lines),))
        raw = self.raw(phases, 0, group)
        if not span:
            return Given(raw)
        names = (naming.total(FIVE_MINUTES), naming.error(FIVE_MINUTES))
        found = history.recorded(phases, span, apart, self.window)
        return Given(raw, tuple(map(Series, names, (labels, labels), found)))

    def raw(
        self, phases: Phases, end: int, group: int = 0, tail: int | None = None
    ) -> tuple[Series, ...]:
        """The raw series of one group over the last hour, or `tail` milliseconds."""
        if not self.inputs.actors:
            return ()
        length = HOUR.milliseconds + self.window if tail is None else tail
        return tuple(
            Series(one.metric, one.labels, history.raw(one, phases, end, length, self.step))
            for one in self.inputs.actors[group]
        )

    def run(self, given: Given, every: int, count: int, *, since: int = 0) -> list[State]:
        """The states after each of `count` evaluations beyond the one at zero.

        Before `since`, rules record and no alert's condition may hold: nobody looks.
        """
        recorded = {(one.metric, self._key(one.labels)): one.lines for one in given.recorded}
        raw = Raw(self.about, given.raw)
        reads = [Recordings(self.about, world, raw, recorded) for world in WORLDS]
        lives = [(Lives(self.alerts), Lives(self.alerts)) for _ in reads]
        states = []
        for time in range(0, count * every + 1, every):
            firing: list[Firing] = []
            for read, some in zip(reads, lives, strict=True):
                read.evaluate(time)
                if time >= since:
                    found = conditions(self.alerts, read, time)
                    firing += [life.step(one, time) for life, one in zip(some, found, strict=True)]
            if time >= since:
                states.append(State(time, tuple(firing), tuple(reads)))
        return states

    def _key(self, labels: Labels) -> Key:
        return frozenset(one for one in labels if one[0] in self.slo.groups)

    def holds(self, index: int, given: Given, time: int) -> bool | None:
        """Whether an alert's condition holds at a lone evaluation; None where servers differ."""
        found = {
            bool(one)
            for read in self.alone(given, time)
            for (one,) in conditions((self.alerts[index],), read, time)
        }
        return found.pop() if len(found) == 1 else None

    def alone(self, given: Given, time: int) -> Iterator[Recordings]:
        """The recordings of one lone evaluation, on every server a proof holds for."""
        recorded = {(one.metric, self._key(one.labels)): one.lines for one in given.recorded}
        raw = Raw(self.about, given.raw)
        for world in WORLDS:
            read = Recordings(self.about, world, raw, recorded)
            read.evaluate(time)
            yield read


def _slices(phases: Phases, span: int, until: int, step: int) -> Lines:
    made: list[Line] = []
    time = -history.duration(phases)
    for one in phases:
        first = time // step * step + step
        time += one.length
        made += Line(first, step, (time - first) // step + 1, one.ratio).clip(-span, until)
    return history.joined(made)


@lru_cache(maxsize=64)  # an SLO has one or two, and asks for each alert and recording
def _recorded_as(path: str, name: str, key: Key) -> Labels:
    own = {naming.PATH_LABEL: path, naming.NAME_LABEL: name}
    return tuple(sorted({**dict(key), **own}.items()))


def stage(
    slo: SloPlan,
    inputs: Inputs,
    shared: frozenset[str] = frozenset(),
    loud: frozenset[str] = frozenset(),
) -> Stage:
    """The stage of one SLO."""
    about = model.subject(slo, inputs.groups, raw=bool(inputs.actors))
    return Stage(about, inputs, alerts(slo), step(slo.tiers), shared, loud)


def minutes(count: int | Decimal) -> int:
    """Milliseconds of whole minutes."""
    return int(count) * 60_000


__all__ = ["Duration", "Given", "Stage", "State", "minutes", "stage", "together"]
