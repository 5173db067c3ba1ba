"""What the specs that share a Telemetry read of its spans: services, attributes, thresholds."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from burnrules.plan import sli
from burnrules.spec.path import CriticalPath, Slo
from burnrules.spec.sli import Spans
from burnrules.tree import Spec, Tree


@dataclass(slots=True)
class Uses:
    """Of one Telemetry, in the order of the specs."""

    telemetry: str
    source: str  # the first spec file that uses it
    spans: list[Spans] = field(default_factory=list)
    attributes: set[str] = field(default_factory=set)
    slow: set[tuple[str, Decimal]] = field(default_factory=set)  # service and threshold in seconds
    events: bool = False

    def add(self, spans: Spans | None) -> None:
        """These spans are read."""
        if spans is not None:
            self.spans.append(spans)
            self.attributes |= set(spans.match)
            if spans.error_when is not None:
                self.attributes |= set(spans.error_when.match or ())


def of_tree(tree: Tree) -> tuple[Uses, ...]:
    """By Telemetry."""
    found: dict[str, Uses] = {}
    for one in tree.paths:
        name = tree.telemetry_of(one.model)
        _path(one, found.setdefault(name, Uses(name, one.document.file)))
    return tuple(one for one in found.values() if one.spans)


def _path(one: Spec[CriticalPath], uses: Uses) -> None:
    spec = one.model.spec
    read = [*(_slo(slo, spec.entry, uses) for slo in spec.slos)]
    if spec.indicators:
        from burnrules.plan.indicators import reads  # noqa: PLC0415  # most paths have none

        read += [reads.added(one, spec.entry, uses) for one in spec.indicators]
    if any(read):
        uses.attributes |= set(spec.group_by or ())
    for gate in spec.gates:
        uses.attributes |= set(_of_version(gate))


def _slo(slo: Slo, entry: Spans | None, uses: Uses) -> bool:
    """Whether the SLO reads spans."""
    if not sli.over_spans(slo.sli):
        return False
    spans = sli.spans_of(slo.sli, entry)
    uses.add(spans)
    if slo.sli.latency is not None and spans is not None:
        uses.slow.add((spans.service, slo.sli.latency.threshold))
    uses.attributes |= set(slo.group_by or ())
    return True


def _of_version(gate: object) -> Iterator[str]:
    """The attribute that tells a canary's spans from the others."""
    version = getattr(gate, "version", None)
    attribute = getattr(version, "attribute", None)
    if attribute is not None:
        yield attribute
