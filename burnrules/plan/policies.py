"""What is wrong with policies and Defaults whoever uses them: their texts and templates."""

from collections.abc import Iterator

from burnrules.diagnostics import Diagnostic
from burnrules.plan import templates, texts
from burnrules.plan.place import Place
from burnrules.tree import Tree


def findings(tree: Tree) -> Iterator[Diagnostic]:
    """Every mistake of a policy that does not depend on an SLO."""
    for name in sorted(tree.policies):
        one = tree.policies[name]
        yield from texts.findings(one.model.spec.texts, Place(one.document, ("spec",)))
    yield from templates.of_tree(tree)
