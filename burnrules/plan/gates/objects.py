"""The objects of the cluster that gates become: no two gates the same one."""

from collections.abc import Iterable, Iterator

from burnrules.codes import generated
from burnrules.diagnostics import Diagnostic
from burnrules.gateplan import ArgoGate, GatePlan
from burnrules.ir import PathPlan

_Object = tuple[str, str, str]  # kind, namespace, name


def clashes(paths: Iterable[PathPlan]) -> Iterator[Diagnostic]:
    """Gates of two paths that would become one object of the cluster."""
    first: dict[_Object, GatePlan] = {}
    for path in paths:
        for one in path.gates:
            for made in _objects(path, one):
                other = first.setdefault(made, one)
                if other is not one and other.id != one.id:
                    yield generated.SAME_OBJECT.at(
                        one.origin,
                        f"{one.id} and {other.id} would both be the {made[0]} `{made[2]}`",
                        hint="rename one of the gates",
                    )


def _objects(path: PathPlan, one: GatePlan) -> Iterator[_Object]:
    namespace = path.kubernetes.namespace
    match one.controller:
        case ArgoGate(cluster=True):
            yield "ClusterAnalysisTemplate", "", one.title
        case ArgoGate():
            yield "AnalysisTemplate", namespace, one.title
        case _:
            for metric in one.metrics:
                yield "MetricTemplate", namespace, f"{one.title}-{metric.name}"
