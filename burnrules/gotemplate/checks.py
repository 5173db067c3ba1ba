"""Everything wrong with one Prometheus template, in order."""

from burnrules.codes import Finding
from burnrules.codes import templates as codes
from burnrules.gotemplate import grammar
from burnrules.gotemplate.blocks import Walk
from burnrules.gotemplate.values import Place, Values

LONGEST = 20_000


def check(text: str, labels: frozenset[str] | None, *, place: Place) -> tuple[Finding, ...]:
    """Everything wrong with one label or annotation value, in order.

    `labels` are those of the alert's expression, which is all that `$labels` holds; None: unknown.

    """
    if len(text) > LONGEST:
        message = f"template of {len(text)} characters; the limit is {LONGEST}"
        return (Finding(codes.SYNTAX, 0, 2, message, "link to a page instead"),)
    actions = tuple(grammar.actions(text))
    assigned = frozenset(
        target.name
        for action in actions
        if action.pipeline and action.pipeline.assigns
        for target in action.pipeline.targets
    )
    values = Values(labels, place, assigned)
    walk = Walk(values, (one.name for one in actions if one.word in ("define", "block")))
    for action in actions:
        walk.action(action)
    walk.finish()
    return tuple(sorted(values.found, key=lambda one: (one.start, one.end, one.code.id)))
