"""What a proof is: a name, the series that go in, and what must be seen at certain times."""

from dataclasses import dataclass

from burnrules.durations import Duration
from burnrules.ir import Labels
from burnrules.prove.series import Series


@dataclass(frozen=True, slots=True)
class Sample:
    """One series of an instant vector."""

    labels: Labels  # with `__name__` where the expression keeps it
    value: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """What an expression gives at a time, completely."""

    time: int  # milliseconds
    expr: str
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """The alerts of one name that fire at a time, completely, as people get to read them."""

    time: int
    alert: str
    alerts: tuple[tuple[Labels, Labels], ...]  # labels and annotations


@dataclass(frozen=True, slots=True)
class Proof:
    """One unit test."""

    name: str
    interval: int  # milliseconds between samples
    series: tuple[Series, ...]
    shown: tuple[Shown, ...]
    told: tuple[Told, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Proofs that share an evaluation interval: one test file of an SLO."""

    suffix: str  # "", ".waits", ".deep"
    every: Duration
    proofs: tuple[Proof, ...]
    deep: bool = False
