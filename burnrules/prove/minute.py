"""Proofs minute by minute, from raw series alone: the long ones."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules.prove.act import proof
from burnrules.prove.guards import _changes
from burnrules.prove.history import Phases
from burnrules.prove.proofs import Proof
from burnrules.prove.stage import Given, Stage, minutes

NONE, ALL = Decimal(0), Decimal(1)
HEALTHY, OUTAGE, AFTER = 120, 15, 45  # minutes


def outage(stage: Stage, every: int) -> Iterator[Proof]:
    """Two hours at half the budget, a total outage of a quarter of an hour, and what follows."""
    half = Decimal(stage.slo.budget) / 2
    phases = (
        stage.phase(half, minutes(HEALTHY)),
        stage.phase(ALL, minutes(OUTAGE)),
        stage.phase(NONE, minutes(AFTER)),
    )
    yield from _played(
        stage, every, phases, f"a total outage from minute {HEALTHY} to {HEALTHY + OUTAGE}"
    )


def slow(stage: Stage, every: int) -> Iterator[Proof]:
    """Twenty times the budget from minute 120."""
    ratio = 20 * Decimal(stage.slo.budget)
    if ratio < 1 and stage.inputs.mixes:
        phases = (stage.phase(NONE, minutes(120)), stage.phase(ratio, minutes(60)))
        yield from _played(stage, every, phases, "20 times the budget from minute 120")


def _played(stage: Stage, every: int, phases: Phases, name: str) -> Iterator[Proof]:
    if not stage.actors:
        return
    end = sum(one.length for one in phases)
    given = Given(stage.raw(phases, end, tail=end))
    states = stage.run(given, every, end // every, since=phases[0].length - minutes(10))
    yield proof(stage, name, given, _changes(states))
