"""Proofs of indicators: the value of made-up series, and when each limit alerts."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from burnrules import naming
from burnrules.burnrate import plain
from burnrules.durations import Duration, of
from burnrules.ir import IndicatorPlan, Labels, Limit, Matcher, Rule, Side
from burnrules.promql import build, samples
from burnrules.prove.expand import expanded
from burnrules.prove.proofs import Proof, Sample, Script, Shown
from burnrules.prove.series import Line, Series

MINUTE, HOUR = 60_000, of("1h").milliseconds
STEPS = (60_000, 30_000, 15_000, 10_000, 5_000, 1_000)
HAIR = Decimal("0.000001")
PART, WHOLE = 1, 4  # so that every share ends: a quarter, or a fifth where the part is in the whole
_OPPOSITE = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


class Grid(NamedTuple):
    """The times of a proof's samples."""

    step: int
    end: int

    def line(self, slope: Decimal) -> Line:
        """A counter that grows from zero."""
        return Line(0, self.step, self.end // self.step + 1, Decimal(0), slope)


def scripts(plan: IndicatorPlan) -> Iterator[Script]:
    """The test files of an indicator: of its value and limits, and of its growth."""
    every = plan.rules.interval.milliseconds
    rules = dict(zip(plan.limits, plan.rules.rules[1:], strict=False))  # none without a policy
    levels = [(limit, rule) for limit, rule in rules.items() if limit.over is None]
    proofs = [*_values(plan, _grid(plan, every))]
    for limit, rule in levels:
        proofs += _level(plan, limit, rule)
    if proofs:
        yield Script("", Duration(every), tuple(proofs))
    for limit, rule in rules.items():
        apart = _apart(plan, limit)
        if apart:
            yield Script(".growth", Duration(apart), tuple(_growth(plan, limit, rule)))


def _grid(plan: IndicatorPlan, every: int) -> Grid:
    """Samples so near that a window has four, up to an evaluation that sees a full window."""
    step = next((one for one in STEPS if one * 4 <= plan.window.milliseconds), STEPS[-1])
    return Grid(step, -(-(plan.window.milliseconds + 2 * step) // every) * every)


def _values(plan: IndicatorPlan, grid: Grid) -> Iterator[Proof]:
    if plan.quantile is not None and len(plan.sides) == 1:
        yield from _quantile(plan, plan.sides[0], plan.quantile, grid)
    elif len(plan.sides) == 2:
        yield from _shares(plan, plan.sides[0], plan.sides[1], grid)


def _quantile(plan: IndicatorPlan, side: Side, level: Decimal, grid: Grid) -> Iterator[Proof]:
    """All observations in one bucket: the quantile lies as far in it as its level says."""
    labels = _labels(side.matchers, plan.groups)
    if labels is None:
        return
    expected = (1 + level) * side.unit  # between 1 and 2 of its unit
    for name, rate, shown in (
        ("all in one bucket", 60, _near(plan, grid.end, expected)),
        ("no observations", 0, Shown(grid.end, _selector(plan), ())),
    ):
        series = tuple(
            Series(side.metric, _sorted((*labels, ("le", le))), (grid.line(Decimal(rate * many)),))
            for le, many in (("1", 0), ("2", 1), ("+Inf", 1))
        )
        yield Proof(f"{plan.id}: {name}", grid.step, series, (shown,))


def _shares(plan: IndicatorPlan, part: Side, whole: Side, grid: Grid) -> Iterator[Proof]:
    """Part and whole; the whole without the part; and neither."""
    found, rest = _labels(part.matchers, plan.groups), _labels(whole.matchers, plan.groups, part)
    if found is None or rest is None or (part.metric, found) == (whole.metric, rest):
        return
    if any(dict(found)[name] != dict(rest)[name] for name in plan.groups):
        return  # nothing says that the two are of one group
    within = part.metric == whole.metric and _accepted(found, whole.matchers)
    both = PART + WHOLE if within or plan.kind == "queueWait" else WHOLE
    for name, few, many, shown in (
        ("a part", PART, WHOLE, _near(plan, grid.end, Decimal(PART) / both)),
        ("nothing to find", None, WHOLE, _near(plan, grid.end, Decimal(0))),
        ("no traffic", 0, 0, Shown(grid.end, _selector(plan), ())),
    ):
        series = [Series(whole.metric, rest, (grid.line(Decimal(60 * many)),))]
        if few is not None:
            series.append(Series(part.metric, found, (grid.line(Decimal(60 * few)),)))
        yield Proof(f"{plan.id}: {name}", grid.step, tuple(series), (shown,))


def _labels(
    matchers: Sequence[Matcher], groups: Sequence[str], unlike: Side | None = None
) -> Labels | None:
    """Labels that pass all matchers and, where that can be, not all of `unlike`."""
    wanted: dict[str, list[tuple[str, str]]] = {}
    for one in matchers:
        wanted.setdefault(one.label, []).append((one.op, one.value))
    for group in groups:
        wanted.setdefault(group, []).append(("!=", ""))
    made = _satisfied(wanted)
    if made is None or unlike is None or not _accepted(made, unlike.matchers):
        return made
    for one in unlike.matchers:
        apart = {name: [*some] for name, some in wanted.items()}
        apart.setdefault(one.label, []).append((_OPPOSITE[one.op], one.value))
        if (other := _satisfied(apart)) is not None:
            return other
    return made


def _satisfied(wanted: dict[str, list[tuple[str, str]]]) -> Labels | None:
    found = {name: samples.satisfy(some) for name, some in wanted.items()}
    if any(text is None for text in found.values()):
        return None
    return _sorted((name, text) for name, text in found.items() if text)


def _accepted(labels: Labels, matchers: Sequence[Matcher]) -> bool:
    own = dict(labels)
    return all(samples.fulfils(own.get(one.label, ""), one.op, one.value) for one in matchers)


def _level(plan: IndicatorPlan, limit: Limit, rule: Rule) -> Iterator[Proof]:
    """Beyond the limit for as long as it must last, for less, and at the limit."""
    every, wait = plan.rules.interval.milliseconds, plan.wait.milliseconds
    late = every * (-(-wait // every) + 1)
    grid = Grid(every, late)
    far = abs(limit.value) / 2 or Decimal(1)
    beyond = limit.value - far if limit.kind == "min" else limit.value + far
    early = (_silent(rule, late - 2 * every),) if late > 2 * every else ()
    shown = (*early, *_fires(plan, rule, late, beyond))
    yield _recorded(plan, f"beyond {limit.kind}", grid, beyond, shown)
    at = (_silent(rule, late),)
    yield _recorded(plan, f"at {limit.kind}", grid, limit.value, at)


def _recorded(
    plan: IndicatorPlan, name: str, grid: Grid, value: Decimal, shown: tuple[Shown, ...]
) -> Proof:
    line = Line(0, grid.step, grid.end // grid.step + 1, value)
    series = (Series(naming.INDICATOR, _own(plan), (line,)),)
    return Proof(f"{plan.id}: {name}", grid.step, series, shown)


def _apart(plan: IndicatorPlan, limit: Limit) -> int:
    """How far apart two evaluations are, at the second of which growth alerts; 0: it cannot.

    The values that it fires for must not be its past already.
    """
    if limit.over is None:
        return 0
    wait, over = plan.wait.milliseconds, limit.over.milliseconds
    apart = max(-(-wait // MINUTE), over // 8 // MINUTE, 5) * MINUTE
    return apart if apart + 35 * MINUTE < over else 0


def _growth(plan: IndicatorPlan, limit: Limit, rule: Rule) -> Iterator[Proof]:
    """More than the limit above its past, no more than it, and without a past."""
    assert limit.over is not None  # noqa: S101  # scripts() asked
    apart, over = _apart(plan, limit), limit.over.milliseconds
    first = -(-(over + HOUR) // apart) * apart
    last = first + apart
    past = Line(0, MINUTE, (last - over + HOUR // 2) // MINUTE + 1, Decimal(4))
    grown = 4 * (1 + limit.value)
    for name, lines, value in (
        ("growing", (past,), grown * Decimal("1.01")),
        ("growing less", (past,), grown * Decimal("0.99")),
        ("without a past", (), grown * 2),
    ):
        now = Line(first - 4 * MINUTE, MINUTE, (apart // MINUTE) + 5, value)
        series = (Series(naming.INDICATOR, _own(plan), (*lines, now)),)
        fires = name == "growing"
        shown = (*_fires(plan, rule, last, value),) if fires else (_silent(rule, last),)
        yield Proof(f"{plan.id}: {name}", MINUTE, series, shown)


def _own(plan: IndicatorPlan) -> Labels:
    """The labels of the recorded value of one group."""
    own = {naming.PATH_LABEL: plan.path, naming.INDICATOR_LABEL: plan.name}
    return _sorted({**dict.fromkeys(plan.groups, "one"), **own}.items())


def _selector(plan: IndicatorPlan) -> str:
    own = ((naming.PATH_LABEL, plan.path), (naming.INDICATOR_LABEL, plan.name))
    return build.selector(naming.INDICATOR, [Matcher(name, "=", text) for name, text in own])


def _near(plan: IndicatorPlan, time: int, value: Decimal) -> Shown:
    """The one group has this value, but for the last digits of floats."""
    side = plan.sides[-1]
    labels = dict(_labels(side.matchers, plan.groups) or ())
    groups = {name: labels[name] for name in plan.groups}
    own = {naming.PATH_LABEL: plan.path, naming.INDICATOR_LABEL: plan.name}
    expr = f"abs({_selector(plan)} - {plain(value)}) < bool {plain(HAIR)}"
    return Shown(time, expr, (Sample(_sorted({**groups, **own}.items())),))


def _alerts(rule: Rule) -> str:
    names = dict(rule.labels)
    known = [("alertname", rule.alert), ("alertstate", "firing")]
    known += [(one, names[one]) for one in (naming.PATH_LABEL, naming.INDICATOR_LABEL)]
    return build.selector("ALERTS", [Matcher(name, "=", text) for name, text in known])


def _silent(rule: Rule, time: int) -> Shown:
    return Shown(time, _alerts(rule).replace("\n", " "), ())


def _fires(plan: IndicatorPlan, rule: Rule, time: int, value: Decimal) -> Iterator[Shown]:
    """The alert with all its labels; nothing where one of them cannot be predicted."""
    have = dict(_own(plan))
    made = {name: expanded(text, have, value) for name, text in rule.labels}
    if any(text is None for text in made.values()):
        return
    # Prometheus leaves the template itself on ALERTS where it expands to nothing
    told = {**have, **{name: made[name] or text for name, text in rule.labels}}
    told |= {"__name__": "ALERTS", "alertname": rule.alert, "alertstate": "firing"}
    labels = _sorted((name, text) for name, text in told.items() if text)
    yield Shown(time, _alerts(rule).replace("\n", " "), (Sample(labels),))


def _sorted(pairs: Iterable[tuple[str, str]]) -> Labels:
    return tuple(sorted(pairs))
