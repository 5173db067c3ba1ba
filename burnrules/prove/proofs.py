"""What a proof is: a name, the series that go in, and what must be seen at certain times."""

from typing import NamedTuple

from burnrules.durations import Duration
from burnrules.ir import Labels
from burnrules.prove.series import Series


class Sample(NamedTuple):
    """One series of an instant vector."""

    labels: Labels  # with `__name__` where the expression keeps it
    value: int = 1


class Shown(NamedTuple):
    """What an expression gives at a time, completely."""

    time: int  # milliseconds
    expr: str
    samples: tuple[Sample, ...]


class Told(NamedTuple):
    """The alerts of one name that fire at a time, completely, as people get to read them."""

    time: int
    alert: str
    alerts: tuple[tuple[Labels, Labels], ...]  # labels and annotations


class Proof(NamedTuple):
    """One unit test."""

    name: str
    interval: int  # milliseconds between samples
    series: tuple[Series, ...]
    shown: tuple[Shown, ...]
    told: tuple[Told, ...] = ()


LONG = ".long"  # scripts about days, which take seconds to run, the others a tenth


class Script(NamedTuple):
    """Proofs that share an evaluation interval: one test file of an SLO."""

    suffix: str  # "", LONG, ".budget", ".signal", ".growth"
    every: Duration
    proofs: tuple[Proof, ...]
