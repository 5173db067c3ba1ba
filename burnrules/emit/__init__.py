"""Every artifact kind, in the order in which users see them: plan to files."""

from collections.abc import Callable, Collection, Iterator

from burnrules.artifact import Artifact
from burnrules.emit import (
    alertmanager,
    otel_collector,
    prometheus_operator,
    prometheus_rules,
)
from burnrules.ir import Plan

Emit = Callable[[Plan], Iterator[Artifact]]


def _promtool_tests(plan: Plan) -> Iterator[Artifact]:
    from burnrules.emit import promtool_tests  # noqa: PLC0415  # proofs are half of all modules

    return promtool_tests.emit(plan)


def _promtool_simulations(plan: Plan) -> Iterator[Artifact]:
    from burnrules.emit import promtool_simulations  # noqa: PLC0415  # as above

    return promtool_simulations.emit(plan)


def _argo_analysis(plan: Plan) -> Iterator[Artifact]:
    if not any(path.gates for path in plan.paths):
        return iter(())
    from burnrules.emit import argo_analysis  # noqa: PLC0415  # most trees have no gates

    return argo_analysis.emit(plan)


def _flagger_metrics(plan: Plan) -> Iterator[Artifact]:
    if not any(path.gates for path in plan.paths):
        return iter(())
    from burnrules.emit import flagger_metrics  # noqa: PLC0415  # as above

    return flagger_metrics.emit(plan)


EMITTERS: dict[str, Emit] = {
    "prometheus-rules": prometheus_rules.emit,
    "prometheus-operator": prometheus_operator.emit,
    "promtool-tests": _promtool_tests,
    "promtool-simulations": _promtool_simulations,
    "alertmanager": alertmanager.emit,
    "argo-analysis": _argo_analysis,
    "flagger-metrics": _flagger_metrics,
    "otel-collector": otel_collector.emit,
}

PROOFS = frozenset({"promtool-tests", "promtool-simulations"})  # slow, and find nothing in specs
ON_REQUEST = "promtool-simulations"  # more work than all others together
USUAL = tuple(kind for kind in EMITTERS if kind != ON_REQUEST)


def artifacts(plan: Plan, kinds: Collection[str]) -> tuple[Artifact, ...]:
    """The files of these kinds."""
    return tuple(one for kind, emit in EMITTERS.items() if kind in kinds for one in emit(plan))
