"""What is wrong with policies and Defaults whoever uses them: their texts and templates."""

from collections.abc import Iterator

from burnrules.codes import together as codes
from burnrules.diagnostics import Diagnostic
from burnrules.plan import templates, texts
from burnrules.plan.place import Place
from burnrules.tree import BUILT_IN, Tree


def findings(tree: Tree) -> Iterator[Diagnostic]:
    """Every mistake of a policy that does not depend on an SLO."""
    for name in sorted(tree.policies):
        one = tree.policies[name]
        yield from texts.findings(one.model.spec.texts, Place(one.document, ("spec",)))
    yield from templates.of_tree(tree)
    yield from _unused(tree)


def _unused(tree: Tree) -> Iterator[Diagnostic]:
    """Documents that nobody refers to, where anybody could."""
    if not tree.paths:
        return
    policies, telemetries = {tree.inherited.alerting.policy}, {tree.inherited.telemetry}
    for spec in (one.model.spec for one in tree.paths):
        policies |= {spec.alerting.policy, *(slo.alerting.policy for slo in spec.slos)}
        telemetries.add(spec.telemetry)
    policies |= {one.model.spec.health.alerting.policy for one in tree.telemetries.values()}
    for kind, known, used in (
        ("AlertPolicy", tree.policies, policies),
        ("Telemetry", tree.telemetries, telemetries),
    ):
        for name in sorted(known.keys() - used - {BUILT_IN}):
            place = known[name].document.value(("metadata", "name"))
            said = f"{kind} `{name}` is used by no path"
            yield codes.UNUSED.at(
                place, said, hint="name it in a path or in Defaults, or remove it"
            )
