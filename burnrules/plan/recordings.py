"""The recording rules of an SLO: two rates, and everything that is read from them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from burnrules import naming
from burnrules.burnrate import plain
from burnrules.diagnostics import Span
from burnrules.durations import Duration, of
from burnrules.ir import EventSli, Expr, Labels, Missing, Rule, Sli, SliceSli, Tier
from burnrules.promql import build

FIVE_MINUTES, HOUR, DAY = of("5m"), of("1h"), of("1d")
LONGEST_STEP_FREE = of("3d")  # longer windows read their recording every five minutes
SAMPLES = 4  # of a rate window, since one may be late or lost
SMALLEST_SUMMED = of("30m")  # below, a window is read from the source: five-minute rates blur it


class Identity(NamedTuple):
    """What every rule of an SLO needs: its labels, its groups, its place."""

    path: str
    name: str
    groups: tuple[str, ...]
    interval: Duration
    origin: Span

    @property
    def labels(self) -> Labels:
        """The two labels that identify every series of the SLO, by name."""
        return ((naming.NAME_LABEL, self.name), (naming.PATH_LABEL, self.path))

    def series(self, name: str) -> str:
        """One recorded series of this SLO; both names are DNS labels, which need no escape."""
        return f'{name}{{{naming.PATH_LABEL}="{self.path}", {naming.NAME_LABEL}="{self.name}"}}'

    def record(self, name: str, text: str, labels: Labels = ()) -> Rule:
        """A recording rule of this SLO."""
        every = tuple(sorted((*self.labels, *labels))) if labels else self.labels
        return Rule(name, "", Expr(text, self.origin), every)


def from_source(window: Duration) -> bool:
    """Whether a window is read from the raw series: the base, the hour, all below half of it."""
    return window in (FIVE_MINUTES, HOUR) or window < SMALLEST_SUMMED


def windows(tiers: Sequence[Tier], more: Sequence[Duration] = ()) -> tuple[Duration, ...]:
    """Every window that tiers and forecasts read, shortest first, the base among them."""
    wanted = {FIVE_MINUTES, HOUR, *more}
    for tier in tiers:
        wanted |= {tier.long, tier.short}
    return tuple(sorted(wanted))


def rates(identity: Identity, sli: Sli, all_windows: Sequence[Duration]) -> Iterator[Rule]:
    """The rules that read the raw series."""
    if isinstance(sli, SliceSli):
        yield identity.record(naming.SLICE, sli.slice.at(FIVE_MINUTES))
        return
    for window in all_windows:
        if from_source(window):
            yield identity.record(naming.total(window), sli.total.at(window + sli.pad))
            yield identity.record(naming.error(window), _errors(identity, sli, window))


def _errors(identity: Identity, sli: EventSli, window: Duration) -> str:
    total, groups = identity.series(naming.total(window)), identity.groups
    part = sli.part.at(window + sli.pad)
    if sli.missing is Missing.ZERO:
        part = build.either(groups, part, build.zero_of(total))
    if not sli.part_is_good:
        return part
    return build.minus(total, groups, build.bracket(part))


def ratios(identity: Identity, sli: Sli, all_windows: Sequence[Duration]) -> Iterator[Rule]:
    """The error ratio over each window."""
    for window in all_windows:
        yield identity.record(naming.ratio(window), ratio(identity, sli, window))


def ratio(identity: Identity, sli: Sli, window: Duration) -> str:
    """The share of events that were errors; no traffic gives no sample."""
    if isinstance(sli, SliceSli):
        return build.call(
            "avg_over_time", build.over(identity.series(naming.SLICE), _reach(window))
        )
    if from_source(window):
        error, total = identity.series(naming.error(window)), identity.series(naming.total(window))
    else:
        error, total = (
            build.call("sum_over_time", build.over(identity.series(name), _reach(window)))
            for name in (naming.error(FIVE_MINUTES), naming.total(FIVE_MINUTES))
        )
    return build.divide(error, f"({total} > 0)")


def _reach(window: Duration) -> str:
    return f"{window}:5m" if window > LONGEST_STEP_FREE else str(window)


def budget(
    identity: Identity, sli: Sli, window: Duration, budget_ratio: Decimal, *, recorded: bool
) -> Iterator[Rule]:
    """The burn rates and what is left of the budget; `recorded`: a tier has this window."""
    literal = plain(budget_ratio)
    if not recorded:
        yield identity.record(naming.ratio(window), ratio(identity, sli, window))
    yield identity.record(
        naming.CURRENT_BURN, build.divide(identity.series(naming.ratio(FIVE_MINUTES)), literal)
    )
    yield identity.record(
        naming.PERIOD_BURN, build.divide(identity.series(naming.ratio(window)), literal)
    )
    yield identity.record(naming.OBJECTIVE, build.call("vector", plain(1 - budget_ratio)))
    yield identity.record(naming.BUDGET, build.call("vector", literal))
    yield identity.record(naming.REMAINING, _remaining(identity, window))
    yield identity.record(naming.EXHAUSTION, _exhaustion(identity, window, budget_ratio))


def _exhaustion(identity: Identity, window: Duration, budget_ratio: Decimal) -> str:
    """Seconds until nothing is left at the burn of the last hour; none while nothing burns."""
    left = build.call("clamp_min", identity.series(naming.REMAINING), "0")
    whole = plain(budget_ratio * window.seconds)
    return build.divide(f"{left} * {whole}", f"({identity.series(naming.ratio(HOUR))} > 0)")


def _remaining(identity: Identity, window: Duration) -> str:
    """1 - period burn rate, scaled by how much of the window the SLO has existed."""
    step = HOUR if window >= DAY else FIVE_MINUTES
    steps = max(1, window.milliseconds // step.milliseconds)
    seen = build.call(
        "count_over_time", build.over(identity.series(naming.OBJECTIVE), f"{window}:{step}")
    )
    objective = identity.series(naming.OBJECTIVE)  # until the first full step: one of them
    young = build.bracket(f"{seen}\nor\n0 * {objective} + 1")
    existed = build.call("clamp_max", f"{young} / {steps}", "1")
    burnt = build.times(
        identity.series(naming.PERIOD_BURN),
        (naming.PATH_LABEL, naming.NAME_LABEL),
        existed,
        spread=True,
    )
    return f"1 - {burnt}" if "\n" not in burnt else f"1 -\n{burnt}"


def info(identity: Identity, labels: Labels) -> Rule:
    """Who owns the SLO and what it promises, as labels to join on."""
    return identity.record(naming.INFO, build.call("vector", "1"), labels)
