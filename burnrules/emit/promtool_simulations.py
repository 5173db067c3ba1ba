"""Plan to long promtool unit tests: each SLO from minute to minute, from raw series alone."""

from collections.abc import Iterator

from burnrules import prove, testfile
from burnrules.artifact import Artifact
from burnrules.ir import Plan

KIND = "promtool-simulations"


def emit(plan: Plan) -> Iterator[Artifact]:
    """A test file for each SLO whose events can be made from series."""
    for path in (*plan.paths, *plan.health):
        for slo in path.slos:
            for script in prove.simulations(slo, path):
                name = f"{KIND}/{slo.path}.{slo.name}.yaml"
                document = testfile.document(path, slo.rules, script, "..")
                yield Artifact(KIND, name, path.source, (document,))
