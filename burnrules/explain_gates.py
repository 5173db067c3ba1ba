"""The plan of a gate to what it does, and what its traffic lets it tell, for 80 columns."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from textwrap import wrap

from burnrules.burnrate import plain
from burnrules.gateplan import ArgoGate, FlaggerGate, GateMetric, GateOdds, GatePlan

WIDTH = 80
_HEADS = ("errors", "passes", "aborted", "no verdict")
_ONCE = "measured once"


def gate(one: GatePlan) -> str:
    """What a gate measures, when it fails, and how often it is wrong."""
    lines = [*_head(one), "", "Measures"]
    for metric in one.metrics:
        lines += _metric(metric)
    lines += ["", "To know"]
    for note in one.notes:
        lines += _wrapped(f"{note}.", "  - ")
    return "\n".join(lines) + "\n"


def _head(one: GatePlan) -> Iterator[str]:
    told = one.controller
    yield f"{one.id}: a release gate"
    yield ""
    if one.version:
        yield from _wrapped(f"Canary and stable are told apart {one.version}.")
    match told:
        case ArgoGate():
            yield from _argo(one, told)
        case FlaggerGate():
            yield from _wrapped(
                f"Flagger reads a MetricTemplate for each metric over the last {one.window}, every "
                f"{told.interval}; it rolls back after {_count(told.threshold, 'failed check')}."
            )
    yield f"Written at {one.origin.file}:{one.origin.line}."


def _argo(one: GatePlan, told: ArgoGate) -> Iterator[str]:
    kind = "ClusterAnalysisTemplate" if told.cluster else "AnalysisTemplate"
    looks = _ONCE
    if told.interval is not None:
        looks = f"at most {told.count} looks at the last {one.window}, every {told.interval}"
    if told.initial_delay is not None:
        looks += f", the first after {told.initial_delay}"
    yield from _wrapped(f"Argo Rollouts runs {kind} {one.title} {_RUNS[told.run]}: {looks}.")
    if told.consecutive_successes:
        passes = f"passes after {_count(told.consecutive_successes, 'good look')} in a row"
    else:
        passes = f"passes after {_count(told.count, 'look')}"
    yield from _wrapped(
        f"It {passes}, aborts at failed look {told.failure_limit + 1}, and pauses for a person at "
        f"look {told.inconclusive_limit + 1} without a verdict."
    )


_RUNS = {
    "inline": "as a step",
    "background": "beside the steps",
    "prePromotion": "before the promotion",
    "postPromotion": "after the promotion",
}


def _metric(one: GateMetric) -> Iterator[str]:
    yield ""
    yield from _wrapped(f"{one.reading}.", f"  {one.name}: ")
    if one.min_samples:
        yield f"    no verdict below {one.min_samples} requests in the window"
    yield from (f"      {line}" for line in one.query.splitlines())
    if one.odds is not None:
        yield from _odds(one.odds)


def _odds(one: GateOdds) -> Iterator[str]:
    yield f"    at the stated traffic a look sees {one.samples} requests"
    rows = [
        (f"{each.times} x budget", *map(_percent, (each.passed, each.aborted, each.inconclusive)))
        for each in one.chances
    ]
    yield from _table([_HEADS, *rows])
    yield from _wrapped(
        f"a canary with {_percent(one.bad)} errors, twice what is allowed, passes with "
        f"{_percent(one.missed)}; one that errs at the budget is aborted with "
        f"{_percent(one.false_abort)}",
        "    ",
    )
    if one.needed is None:
        yield "    no window judges with 5% false aborts and 10% misses"
    else:
        yield from _wrapped(
            f"{one.needed} requests a look judge with at most 5% false aborts and 10% misses: a "
            f"window of {one.window or 'any length'} at this traffic",
            "    ",
        )
    if one.verdict:
        yield from _wrapped(f"CANNOT JUDGE: {one.verdict}; {one.remedy}", "    ")


def _table(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        yield f"      {'  '.join(cells)}"


def _percent(ratio: Decimal) -> str:
    if 0 < ratio < Decimal("0.0001"):
        return "< 0.01%"
    if Decimal("0.9999") < ratio < 1:
        return "> 99.99%"
    return f"{plain((100 * ratio).quantize(Decimal('0.01')))}%"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _wrapped(text: str, first: str = "") -> Iterable[str]:
    deeper = " " * min(len(first), 4)
    return wrap(text, WIDTH, initial_indent=first, subsequent_indent=deeper, break_on_hyphens=False)
