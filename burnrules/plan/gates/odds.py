"""The traffic of a gate to what it can tell: chances of a wrong verdict, and what would do."""

from decimal import Decimal

from burnrules.durations import Duration
from burnrules.gateplan import GateChance, GateOdds
from burnrules.gates import judging, samples
from burnrules.gates.chances import Chances, Gate
from burnrules.gates.conditions import NoData
from burnrules.gates.judging import Traffic
from burnrules.plan.gates.context import Context
from burnrules.plan.recordings import SAMPLES

CHECKS = 10  # of Flagger, which has no count of its own
NEAR = Decimal("1.25")
TWICE = 2  # what a gate must stop is twice what it allows


def minimum(context: Context, budget: Decimal, threshold: Decimal) -> int:
    """The requests of a window below which there is no verdict."""
    if context.one.min_samples is not None:
        return context.one.min_samples
    # next to the budget no number of requests would do: a clean look is then all that is asked
    near = threshold < budget * NEAR
    return samples.minimum(Decimal(0) if near else budget, threshold)


def of(context: Context, budget: Decimal, threshold: Decimal, min_samples: int) -> GateOdds | None:
    """What the stated traffic lets one metric tell; None where no traffic is stated."""
    traffic = context.one.traffic
    if traffic is None or not 0 < threshold < 1:
        return None
    seen = Traffic(traffic.requests_per_second, traffic.canary_weight)
    gate = _gate(context, seen.samples(context.one.window), threshold, min_samples)
    bad = min(Decimal(1), TWICE * threshold)
    found = judging.judgement(gate, budget, bad)
    doubt = judging.doubt(gate, found, seen)
    needed = None if found.needed is None else max(found.needed, min_samples)
    return GateOdds(
        samples=gate.samples,
        false_abort=_chance(context, 1, found.at_budget).aborted,
        chances=tuple(
            _chance(context, times, one) for times, one in ((1, found.at_budget), *found.at_times)
        ),
        bad=bad,
        missed=found.at_bad.passed,
        needed=needed,
        window=None if needed is None else _window(context, seen, needed),
        verdict="" if doubt is None else doubt.message,
        remedy="" if doubt is None else doubt.hint,
    )


def _chance(context: Context, times: int, one: Chances) -> GateChance:
    """How the run ends; where no data fails, what would be inconclusive for want of it aborts."""
    if context.no_data is NoData.FAIL and one.inconclusive == 1:
        return GateChance(times, Decimal(0), Decimal(1), Decimal(0))
    return GateChance(times, one.passed, one.aborted, one.inconclusive)


def _window(context: Context, seen: Traffic, needed: int) -> Duration | None:
    """The shortest window that sees so many requests, and enough samples of each series."""
    found = seen.window_for(needed)
    return None if found is None else max(found, context.owner.sample * SAMPLES)


def _gate(context: Context, seen: int, threshold: Decimal, min_samples: int) -> Gate:
    argo, flagger = context.one.argo, context.one.flagger
    if argo is not None:
        return Gate(seen, threshold, argo.looks, argo.failures, argo.successes, min_samples)
    assert flagger is not None  # noqa: S101  # the model wants one of both
    failures = min(flagger.threshold, CHECKS) - 1
    return Gate(seen, threshold, CHECKS, failures, min_samples=min_samples)
