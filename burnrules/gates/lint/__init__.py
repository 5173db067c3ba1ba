"""A document with a gate to what is wrong with it: one module a check, over plain data."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from burnrules.gates import argo, template
from burnrules.gates.finding import Finding
from burnrules.gates.lint import (
    address,
    conditions,
    flagger,
    job,
    limits,
    prometheus,
    rollout,
    traceql,
    web,
)
from burnrules.gates.template import Metric, Template

Check = Callable[[Metric], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    conditions.check,
    limits.check,
    prometheus.check,
    address.check,
    web.check,
    traceql.check,
    job.check,
)


def is_gate(data: Any) -> bool:
    """Whether a document holds something that judges a release."""
    return template.read(data) is not None or _flagger(data) is not None


def findings(data: Any, templates: Sequence[Template] = ()) -> Iterator[Finding]:
    """What is wrong with one document; `templates` are those that a Rollout may name."""
    if (found := template.read(data)) is not None:
        yield from argo.violations(found)
        for metric in found.metrics:
            for check in CHECKS:
                yield from check(metric)
    elif (linted := _flagger(data)) is not None:
        yield from linted(data)
    elif template.mapping(data).get("kind") == "Rollout":
        yield from rollout.check(data, templates)


def _flagger(data: Any) -> Callable[[Any], Iterator[Finding]] | None:
    document = template.mapping(data)
    if not template.text(document.get("apiVersion")).startswith("flagger.app/"):
        return None
    kinds = {"MetricTemplate": flagger.metric_template, "Canary": flagger.canary}
    return kinds.get(template.text(document.get("kind")))
