"""The recording rules of an SLO: two rates, and everything that is read from them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from burnrules import naming
from burnrules.burnrate import plain
from burnrules.durations import Duration, of
from burnrules.ir import EventSli, Labels, Missing, Rule, Sli, SliceSli, Tier
from burnrules.plan.identity import Identity, Series
from burnrules.promql import build

FIVE_MINUTES, HOUR, DAY = of("5m"), of("1h"), of("1d")
LONGEST_STEP_FREE = of("3d")  # longer windows read their recording every five minutes
SAMPLES = 4  # of a rate window, since one may be late or lost
SMALLEST_SUMMED = of("30m")  # below, a window is read from the source: five-minute rates blur it


def from_source(window: Duration) -> bool:
    """Whether a window is read from the raw series: the base, the hour, all below half of it."""
    return window in (FIVE_MINUTES, HOUR) or window < SMALLEST_SUMMED


def windows(tiers: Sequence[Tier], more: Sequence[Duration] = ()) -> tuple[Duration, ...]:
    """Every window that tiers and forecasts read, shortest first, the base among them."""
    wanted = {FIVE_MINUTES, HOUR, *more}
    for tier in tiers:
        wanted |= {tier.long, tier.short}
    return tuple(sorted(wanted))


def rates(own: Identity, sli: Sli, all_windows: Sequence[Duration]) -> Iterator[Rule]:
    """The rules that read the raw series."""
    if isinstance(sli, SliceSli):
        yield own.record(naming.SLICE, sli.slice.at(FIVE_MINUTES))
        return
    for window in all_windows:
        if from_source(window):
            yield own.record(naming.total(window), sli.total.at(window + sli.pad))
            yield own.record(naming.error(window), _errors(own, sli, window))


def _errors(own: Identity, sli: EventSli, window: Duration) -> str:
    total, groups = own.series(naming.total(window)), own.groups
    part = sli.part.at(window + sli.pad)
    if sli.missing is Missing.ZERO:
        part = build.either(groups, part, build.zero_of(total))
    if not sli.part_is_good:
        return part
    return build.minus(total, groups, build.bracket(part))


def ratios(own: Identity, sli: Sli, all_windows: Sequence[Duration]) -> Iterator[Rule]:
    """The error ratio over each window."""
    return own.records(_ratios, type(sli), tuple(all_windows))


def _ratios(own: Identity, kind: type[Sli], windows: Sequence[Duration]) -> Iterator[Series]:
    ratio = _slice_ratio if kind is SliceSli else _event_ratio
    for window in windows:
        yield naming.ratio(window), ratio(own, window)


def _slice_ratio(own: Identity, window: Duration) -> str:
    """The share of evaluations that were bad."""
    return build.call("avg_over_time", build.over(own.series(naming.SLICE), _reach(window)))


def _event_ratio(own: Identity, window: Duration) -> str:
    """The share of events that were errors; no traffic gives no sample."""
    if from_source(window):
        error, total = own.series(naming.error(window)), own.series(naming.total(window))
    else:
        error, total = (
            build.call("sum_over_time", build.over(own.series(name), _reach(window)))
            for name in (naming.error(FIVE_MINUTES), naming.total(FIVE_MINUTES))
        )
    return build.divide(error, f"({total} > 0)")


def _reach(window: Duration) -> str:
    return f"{window}:5m" if window > LONGEST_STEP_FREE else str(window)


def budget(own: Identity, window: Duration, budget_ratio: Decimal) -> Iterator[Rule]:
    """The burn rates and what is left of the budget; they read the ratio over the window."""
    return own.records(_budget, window, budget_ratio)


def _budget(own: Identity, window: Duration, budget_ratio: Decimal) -> Iterator[Series]:
    yield naming.CURRENT_BURN, _burn_rate(own, FIVE_MINUTES, budget_ratio)
    yield naming.PERIOD_BURN, _burn_rate(own, window, budget_ratio)
    yield naming.OBJECTIVE, build.call("vector", plain(1 - budget_ratio))
    yield naming.BUDGET, build.call("vector", plain(budget_ratio))
    yield naming.REMAINING, _remaining(own, window)
    yield naming.EXHAUSTION, _exhaustion(own, window, budget_ratio)


def _burn_rate(own: Identity, window: Duration, budget_ratio: Decimal) -> str:
    return build.divide(own.series(naming.ratio(window)), plain(budget_ratio))


def _exhaustion(own: Identity, window: Duration, budget_ratio: Decimal) -> str:
    """Seconds until nothing is left at the burn of the last hour; none while nothing burns."""
    left = build.call("clamp_min", own.series(naming.REMAINING), "0")
    whole = plain(budget_ratio * window.seconds)
    return build.divide(f"{left} * {whole}", f"({own.series(naming.ratio(HOUR))} > 0)")


def _remaining(own: Identity, window: Duration) -> str:
    """1 - period burn rate, scaled by how much of the window the SLO has existed."""
    step = HOUR if window >= DAY else FIVE_MINUTES
    steps = max(1, window.milliseconds // step.milliseconds)
    objective = own.series(naming.OBJECTIVE)
    seen = build.call("count_over_time", build.over(objective, f"{window}:{step}"))
    young = build.bracket(f"{seen}\nor\n0 * {objective} + 1")  # until the first full step: one
    existed = build.call("clamp_max", f"{young} / {steps}", "1")
    burnt = build.times(
        own.series(naming.PERIOD_BURN),
        (naming.PATH_LABEL, naming.NAME_LABEL),
        existed,
        spread=True,
    )
    return f"1 - {burnt}" if "\n" not in burnt else f"1 -\n{burnt}"


def info(own: Identity, labels: Labels) -> Rule:
    """Who owns the SLO and what it promises, as labels to join on."""
    return own.record(naming.INFO, build.call("vector", "1"), labels)
