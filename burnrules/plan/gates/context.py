"""What a gate is compiled in: its path, what it may judge, and the versions it tells apart."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from burnrules.diagnostics import Diagnostic
from burnrules.gates.conditions import NoData
from burnrules.ir import EventSli, IndicatorPlan, Matcher, SloPlan
from burnrules.plan.owner import Owner
from burnrules.plan.place import Place
from burnrules.spec.gates import Gate

Found = tuple[Diagnostic, ...]
READABLE = ("errors", "latency", "events")


class Versions(NamedTuple):
    """How canary and stable are selected; `words` for a reader."""

    attribute: str
    canary: Matcher
    stable: Matcher
    words: str


class Context(NamedTuple):
    """One gate, and what it is compiled in."""

    owner: Owner
    one: Gate
    place: Place
    slos: Mapping[str, SloPlan]
    indicators: Mapping[str, IndicatorPlan]
    versions: Versions | None

    @property
    def id(self) -> str:
        """`checkout/canary`."""
        return f"{self.owner.path.metadata.name}/{self.one.name}"

    @property
    def no_data(self) -> NoData:
        """What a look without a number is."""
        argo = self.one.argo
        fails = argo is None or argo.no_data == "fail" or argo.provider == "job"
        return NoData.FAIL if fails else NoData.INCONCLUSIVE

    @property
    def weight(self) -> Decimal | None:
        """The canary's share of the traffic, if it is said."""
        return None if self.one.traffic is None else self.one.traffic.canary_weight

    @property
    def judged(self) -> tuple[SloPlan, ...]:
        """The SLOs of the gate."""
        if self.one.slos is None:
            before = self.one.budget_remaining is not None
            return tuple(one for one in self.slos.values() if before or per_version(one))
        return tuple(self.slos[name] for name in self.one.slos if name in self.slos)

    def slo_place(self, name: str) -> Place:
        """Where the gate names an SLO, or the gate."""
        written = self.one.slos or ()
        return self.place / "slos" / written.index(name) if name in written else self.place

    def guard(self) -> EventSli | None:
        """The SLI whose events are counted for what counts none itself."""
        every = (*self.judged, *self.slos.values())
        return next(
            (one.sli for one in every if isinstance(one.sli, EventSli) and per_version(one)), None
        )


def per_version(one: SloPlan) -> bool:
    """Whether a version selector can be put into the SLI."""
    return isinstance(one.sli, EventSli) and one.sli.kind in READABLE
