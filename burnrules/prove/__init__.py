"""Proofs: what each SLO's rules must do on made-up data, worked out without asking them."""

from collections.abc import Iterator

from burnrules.durations import Duration
from burnrules.ir import PathPlan, SloPlan
from burnrules.prove import inputs, scenarios
from burnrules.prove.inputs import FIVE_MINUTES
from burnrules.prove.proofs import Proof, Script
from burnrules.prove.stage import Stage, stage

DAY = 86_400_000
MOST_SAMPLES = 8_000


def scripts(slo: SloPlan, path: PathPlan) -> Iterator[Script]:
    """The test files of an SLO."""
    on = stage(slo, inputs.of_slo(slo))
    every = far(slo)
    found = tuple(_main(on, every))
    if found:
        yield Script("", Duration(every), found)


def far(slo: SloPlan) -> int:
    """Whole days that no alert's window spans, so that snapshots at this distance do not mix.

    What several of them leave within the SLO's window must stay below promtool's 10,000 samples.
    """
    longest = max((one.long.milliseconds for one in slo.tiers), default=0)
    samples = (4 if slo.groups else 2) * longest // FIVE_MINUTES.milliseconds  # of errors and total
    apart = slo.window.milliseconds * samples // MOST_SAMPLES
    return (max(longest, apart) // DAY + 1) * DAY


def _main(on: Stage, every: int) -> Iterator[Proof]:
    yield from scenarios.burns(on, every)
    yield from scenarios.idle(on, every)
