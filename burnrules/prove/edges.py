"""Proofs of the seams between windows: no increment is lost."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from burnrules import naming
from burnrules.ir import EventSli
from burnrules.prove import claims
from burnrules.prove.history import Phase, raw
from burnrules.prove.proofs import Proof
from burnrules.prove.series import Series
from burnrules.prove.stage import Given, Stage, together

NONE, ALL = Decimal(0), Decimal(1)


def padded(stage: Stage, every: int) -> Iterator[Proof]:
    """Each window reaches one sample further back than it says, so that none falls between two."""
    sli = stage.slo.sli
    if not isinstance(sli, EventSli) or not sli.pad.milliseconds or not stage.inputs.mixes:
        return
    windows = [one.milliseconds for one in stage.about.sources]
    pad = sli.pad.milliseconds
    step = next(
        (one for one in _divisors(every) if all(_between(w, pad, one) for w in windows)), None
    )
    if step is None:
        return
    moments = [partial(_at_the_edge, stage, step, _between(one, pad, step)) for one in windows]
    given = together([moment(index * every) for index, moment in enumerate(moments, 1)])
    key, shown = stage.about.keys[0], []
    for index, one in enumerate(stage.about.sources, 1):
        share = 1 / Decimal(_between(one.milliseconds, pad, step))
        shown.append(claims.near(stage, index * every, naming.ratio(one), {key: share}))
    name = "no error falls between two windows"
    yield Proof(f"{stage.slo.id}: {name}", step, given.raw, tuple(shown))


def _divisors(length: int) -> Iterator[int]:
    """Sample steps that meet every evaluation, the longest first."""
    return (one for one in range(75_000, 999, -100) if length % one == 0)


def _between(window: int, pad: int, step: int) -> int:
    """How many steps back a sample stands that only the padded window holds; 0 if none does."""
    count = (window + pad) // step
    inside = window < count * step < window + pad
    return count if inside and window % step and count >= 4 else 0


def _at_the_edge(stage: Stage, step: int, count: int, end: int) -> Given:
    """All errors happened between the oldest sample of the padded window and the next."""
    before = Phase(2 * step, NONE, Decimal(60_000))
    bad, good = Phase(step, ALL, Decimal(60_000)), Phase((count - 1) * step, NONE, Decimal(60_000))
    phases = (before, bad, good)
    length = (count + 2) * step
    return Given(
        tuple(
            Series(one.metric, one.labels, raw(one, phases, end, length, step))
            for one in stage.actors
        )
    )
