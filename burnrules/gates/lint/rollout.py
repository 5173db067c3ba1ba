"""An inline analysis ends: Argo refuses a Rollout whose step measures without end."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from burnrules.codes import gates as codes
from burnrules.gates import template
from burnrules.gates.finding import Finding, Loc
from burnrules.gates.template import Template


def check(document: Any, templates: Sequence[Template]) -> Iterator[Finding]:
    """Steps and promotions that use a template which measures without end."""
    strategy = template.mapping(template.mapping(document.get("spec")).get("strategy"))
    endless = {
        (found.kind, found.name): metric.name
        for found in templates
        for metric in found.metrics
        if metric.looks == 0
    }
    canary = template.mapping(strategy.get("canary"))
    for index, step in template.indexed(canary.get("steps")):
        loc: Loc = ("spec", "strategy", "canary", "steps", index, "analysis")
        yield from _endless(loc, template.mapping(step.get("analysis")), endless)
    for field in ("prePromotionAnalysis", "postPromotionAnalysis"):
        loc = ("spec", "strategy", "blueGreen", field)
        analysis = template.mapping(template.mapping(strategy.get("blueGreen")).get(field))
        yield from _endless(loc, analysis, endless)


def _endless(
    loc: Loc, analysis: Mapping[str, Any], endless: Mapping[tuple[str, str], str]
) -> Iterator[Finding]:
    for index, one in template.indexed(analysis.get("templates")):
        kind = template.KINDS[1 if one.get("clusterScope") else 0]
        name = template.text(one.get("templateName"))
        if (kind, name) in endless:
            yield Finding(
                codes.ENDLESS_INLINE,
                (*loc, "templates", index, "templateName"),
                f"`{name[:40]}` measures `{endless[kind, name][:30]}` without end here",
                hint="give the metric a `count`",
            )
