"""Flagger reads a MetricTemplate as it was meant, and runs it."""

from collections.abc import Iterator
from typing import Any

from burnrules.codes import gates as codes
from burnrules.diagnostics import shown
from burnrules.gates import flagger, template
from burnrules.gates.finding import Finding
from burnrules.gates.lint.address import without_scheme
from burnrules.promql import parse
from burnrules.promql.tree import Binary, bare, walk


def metric_template(document: Any) -> Iterator[Finding]:
    """What is wrong with a MetricTemplate."""
    name = template.text(template.mapping(document.get("metadata")).get("name"))
    if name in flagger.RESERVED:
        yield Finding(
            codes.FLAGGER_NAME,
            ("metadata", "name"),
            f"`{name}` is the name of a built-in check",
            hint="rename it: a metric called so never reads a template",
        )
    spec = template.mapping(document.get("spec"))
    provider = template.mapping(spec.get("provider"))
    if provider.get("type") != "prometheus":
        return
    address = template.text(provider.get("address"))
    if address:
        yield from without_scheme(address, ("spec", "provider", "address"))
    yield from _query(template.text(spec.get("query")))


def canary(document: Any) -> Iterator[Finding]:
    """What is wrong with the metrics of a Canary."""
    analysis = template.mapping(template.mapping(document.get("spec")).get("analysis"))
    for index, metric in template.indexed(analysis.get("metrics")):
        loc = ("spec", "analysis", "metrics", index)
        name = template.text(metric.get("name"))
        reads_template = "templateRef" in metric
        if reads_template and name in flagger.RESERVED:
            yield Finding(
                codes.FLAGGER_RESERVED,
                (*loc, "name"),
                f"`{name}` runs the built-in check, not the template",
                hint="rename the metric",
            )
        interval = metric.get("interval")
        if interval is None and reads_template:
            yield Finding(
                codes.FLAGGER_NO_INTERVAL,
                loc,
                f"metric `{shown(name)}` has no interval: the query is rendered with `[]`",
                hint="add `interval: 1m`",
            )
        elif interval is not None and not flagger.INTERVAL.fullmatch(str(interval)):
            yield Finding(
                codes.FLAGGER_INTERVAL,
                (*loc, "interval"),
                f"`{shown(str(interval), 20)}` is not minutes or seconds",
                hint="write `60m` for an hour, `90s` for a minute and a half",
            )
        if reads_template and not metric.get("thresholdRange"):
            yield Finding(
                codes.FLAGGER_NO_RANGE,
                loc,
                f"metric `{shown(name)}` has no thresholdRange",
                hint="add `thresholdRange: {max: …}`",
            )


def _query(query: str) -> Iterator[Finding]:
    loc = ("spec", "query")
    unknown = flagger.unknown_functions(query)
    for start, end, said in unknown:
        yield Finding(
            codes.FLAGGER_PLACEHOLDER,
            loc,
            f"Flagger has no `{shown(said)}`",
            hint=f"known: {', '.join(flagger.FUNCTIONS)}, variables.x",
            characters=(start, end),
        )
    if unknown or not query:
        return
    text = flagger.rendered(query)
    if (refusal := parse.error(text)) is not None:
        yield Finding(codes.QUERY_SYNTAX, loc, f"the query is not PromQL: {shown(refusal, 70)}")
    elif not _always_a_value(text):
        yield Finding(
            codes.FLAGGER_NO_DATA,
            loc,
            "no traffic gives no value, which counts as a failed check",
            hint="append `or on() vector(0)` for a max, or accept it and say so",
        )


def _always_a_value(text: str) -> bool:
    node = parse.ast(text)
    root = bare(node) if node is not None else None
    if not isinstance(root, Binary) or root.op.text.lower() != "or":
        return False
    called = [found for found, _ in walk(root.right)]
    return any(text[one.start :].startswith("vector") for one in called)
