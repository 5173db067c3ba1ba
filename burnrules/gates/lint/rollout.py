"""A Rollout's analyses end and are given the arguments that their templates declare."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from burnrules.codes import gates as codes
from burnrules.diagnostics import shown
from burnrules.gates import template
from burnrules.gates.finding import Finding, Loc
from burnrules.gates.template import Template

_STRATEGY: Loc = ("spec", "strategy")
_PROMOTIONS = ("prePromotionAnalysis", "postPromotionAnalysis")


def check(document: Any, templates: Sequence[Template]) -> Iterator[Finding]:
    """What is wrong between a Rollout and the templates it names, of those that are known."""
    known = {(found.kind, found.name): found for found in templates}
    for loc, analysis, waits in _analyses(document):
        used = [(index, known[key]) for index, key in _named(analysis) if key in known]
        if waits:
            yield from _endless(loc, used)
        if len(used) == len(template.indexed(analysis.get("templates"))):
            yield from _arguments(loc, analysis, [found for _, found in used])


def _analyses(document: Any) -> Iterator[tuple[Loc, Mapping[str, Any], bool]]:
    """Every analysis with its place, and whether the rollout waits for its end."""
    strategy = template.mapping(template.mapping(document.get("spec")).get("strategy"))
    canary = template.mapping(strategy.get("canary"))
    if background := template.mapping(canary.get("analysis")):
        yield (*_STRATEGY, "canary", "analysis"), background, False
    for index, step in template.indexed(canary.get("steps")):
        if inline := template.mapping(step.get("analysis")):
            yield (*_STRATEGY, "canary", "steps", index, "analysis"), inline, True
    for field in _PROMOTIONS:
        if promotion := template.mapping(template.mapping(strategy.get("blueGreen")).get(field)):
            yield (*_STRATEGY, "blueGreen", field), promotion, True


def _named(analysis: Mapping[str, Any]) -> Iterator[tuple[int, tuple[str, str]]]:
    for index, one in template.indexed(analysis.get("templates")):
        kind = template.KINDS[1 if one.get("clusterScope") else 0]
        yield index, (kind, template.text(one.get("templateName")))


def _endless(loc: Loc, used: Sequence[tuple[int, Template]]) -> Iterator[Finding]:
    for index, found in used:
        for metric in found.metrics:
            if metric.looks == 0:
                yield Finding(
                    codes.ENDLESS_INLINE,
                    (*loc, "templates", index, "templateName"),
                    f"`{shown(found.name)}` measures `{shown(metric.name, 30)}` without end here",
                    hint="give the metric a `count`",
                )


def _arguments(
    loc: Loc, analysis: Mapping[str, Any], used: Sequence[Template]
) -> Iterator[Finding]:
    if not used or any(found.spec.get("templates") for found in used):
        return
    declared = {template.text(one.get("name")): one for each in used for _, one in each.arguments}
    given = {template.text(one.get("name")): i for i, one in template.indexed(analysis.get("args"))}
    for name in sorted(given.keys() - declared.keys()):
        yield Finding(
            codes.ARGUMENT_DROPPED,
            (*loc, "args", given[name], "name"),
            f"no template here declares `{shown(name)}`: Argo drops it",
            hint="declare it in the template's `spec.args`, or remove it",
        )
    for name in sorted(declared.keys() - given.keys()):
        if "value" not in declared[name] and "valueFrom" not in declared[name]:
            yield Finding(
                codes.ARGUMENT_MISSING,
                loc,
                f"argument `{shown(name)}` has no default and is not given here",
                hint=f"add it to `args`, as `- name: {shown(name)}` with a value or valueFrom",
                at_key=True,
            )
