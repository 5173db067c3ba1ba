"""Every artifact kind, in the order in which users see them: plan to files."""

from collections.abc import Collection, Iterator
from importlib import import_module

from burnrules.artifact import Artifact
from burnrules.ir import Plan

EMITTERS = (
    "prometheus-rules",
    "prometheus-operator",
    "promtool-tests",
    "promtool-simulations",
    "alertmanager",
    "argo-analysis",
    "flagger-metrics",
    "otel-collector",
)
"""A kind is the module here that emits it, its folder, and the word behind `--only`."""

PROOFS = frozenset({"promtool-tests", "promtool-simulations"})  # slow, and find nothing in specs
ON_REQUEST = "promtool-simulations"  # more work than all others together
USUAL = tuple(kind for kind in EMITTERS if kind != ON_REQUEST)
_OF_GATES = frozenset({"argo-analysis", "flagger-metrics"})


def artifacts(plan: Plan, kinds: Collection[str]) -> tuple[Artifact, ...]:
    """The files of these kinds."""
    gated = any(path.gates for path in plan.paths)
    wanted = [kind for kind in EMITTERS if kind in kinds and (gated or kind not in _OF_GATES)]
    return tuple(one for kind in wanted for one in _emitted(kind, plan))


def _emitted(kind: str, plan: Plan) -> Iterator[Artifact]:
    """What a kind's module makes; most runs want few of them, and proofs are half of all code."""
    made: Iterator[Artifact] = import_module(f"burnrules.emit.{kind.replace('-', '_')}").emit(plan)
    return made
