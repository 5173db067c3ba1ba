"""Plan to long promtool unit tests: each SLO from minute to minute, from raw series alone."""

from collections.abc import Iterator

from burnrules import prove, testfile, workers
from burnrules.artifact import Artifact
from burnrules.ir import PathPlan, Plan, SloPlan

KIND = "promtool-simulations"


def emit(plan: Plan) -> Iterator[Artifact]:
    """A test file for each SLO whose events can be made from series."""
    slos = [(path, slo) for path in (*plan.paths, *plan.health) for slo in path.slos]
    for files in workers.spread(_files, slos):
        yield from files


def _files(subject: tuple[PathPlan, SloPlan]) -> list[Artifact]:
    path, slo = subject
    name = f"{KIND}/{slo.path}.{slo.name}.yaml"
    return [
        Artifact(KIND, name, path.source, (testfile.document(path, slo.rules, script, ".."),))
        for script in prove.simulations(slo, path)
    ]
