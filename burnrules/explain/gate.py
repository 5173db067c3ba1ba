"""The plan of a gate to what it does, and what its traffic lets it tell."""

from collections.abc import Iterator

from burnrules.explain.page import table, wrapped
from burnrules.gateplan import ArgoGate, FlaggerGate, GateMetric, GateOdds, GatePlan
from burnrules.gates.judging import percent

_HEADS = ("errors", "passes", "aborted", "no verdict")
_ONCE = "measured once"


def lines(one: GatePlan) -> Iterator[str]:
    """What a gate measures, when it fails, and how often it is wrong."""
    yield from _head(one)
    yield ""
    yield "Measures"
    for metric in one.metrics:
        yield from _metric(metric)
    yield ""
    yield "To know"
    for note in one.notes:
        yield from wrapped(f"{note}.", "  - ")


def _head(one: GatePlan) -> Iterator[str]:
    told = one.controller
    yield f"{one.id}: a release gate"
    yield ""
    if one.version:
        yield from wrapped(f"Canary and stable are told apart {one.version}.")
    match told:
        case ArgoGate():
            yield from _argo(one, told)
        case FlaggerGate():
            yield from wrapped(
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
    yield from wrapped(f"Argo Rollouts runs {kind} {one.title} {_RUNS[told.run]}: {looks}.")
    if told.consecutive_successes:
        passes = f"passes after {_count(told.consecutive_successes, 'good look')} in a row"
    else:
        passes = f"passes after {_count(told.count, 'look')}"
    yield from wrapped(
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
    yield from wrapped(f"{one.reading}.", f"  {one.name}: ")
    if one.min_samples:
        yield f"    no verdict below {one.min_samples} requests in the window"
    yield from (f"      {line}" for line in one.query.splitlines())
    if one.odds is not None:
        yield from _odds(one.odds)


def _odds(one: GateOdds) -> Iterator[str]:
    yield f"    at the stated traffic a look sees {one.samples} requests"
    rows = [
        (f"{each.times} x budget", *map(percent, (each.passed, each.aborted, each.inconclusive)))
        for each in one.chances
    ]
    yield from table([_HEADS, *rows], indent=6, justify=str.rjust)
    yield from wrapped(
        f"a canary with {percent(one.bad)} errors, twice what is allowed, passes with "
        f"{percent(one.missed)}; one that errs at the budget is aborted with "
        f"{percent(one.false_abort)}",
        "    ",
    )
    if one.needed is None:
        yield "    no window judges with 5% false aborts and 10% misses"
    else:
        yield from wrapped(
            f"{one.needed} requests a look judge with at most 5% false aborts and 10% misses: a "
            f"window of {one.window or 'any length'} at this traffic",
            "    ",
        )
    if one.verdict:
        yield from wrapped(f"CANNOT JUDGE: {one.verdict}; {one.remedy}", "    ")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
