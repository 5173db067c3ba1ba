"""Every artifact kind, in the order in which users see them: plan to files."""

from collections.abc import Callable, Collection, Iterator

from burnrules.artifact import Artifact
from burnrules.emit import (
    alertmanager,
    argo_analysis,
    flagger_metrics,
    otel_collector,
    prometheus_operator,
    prometheus_rules,
)
from burnrules.ir import Plan

Emit = Callable[[Plan], Iterator[Artifact]]


def _promtool_tests(plan: Plan) -> Iterator[Artifact]:
    from burnrules.emit import promtool_tests  # noqa: PLC0415  # proofs are half of all modules

    return promtool_tests.emit(plan)


EMITTERS: dict[str, Emit] = {
    "prometheus-rules": prometheus_rules.emit,
    "prometheus-operator": prometheus_operator.emit,
    "promtool-tests": _promtool_tests,
    "alertmanager": alertmanager.emit,
    "argo-analysis": argo_analysis.emit,
    "flagger-metrics": flagger_metrics.emit,
    "otel-collector": otel_collector.emit,
}


def artifacts(plan: Plan, kinds: Collection[str]) -> tuple[Artifact, ...]:
    """The files of these kinds."""
    return tuple(one for kind, emit in EMITTERS.items() if kind in kinds for one in emit(plan))
