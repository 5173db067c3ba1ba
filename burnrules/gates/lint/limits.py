"""Limits decide before the count is reached, since Argo passes a gate that got that far."""

from collections.abc import Iterator

from burnrules.codes import gates as codes
from burnrules.gates.finding import Finding
from burnrules.gates.template import Metric


def check(metric: Metric) -> Iterator[Finding]:
    """Limits that are never exceeded, and metrics that never end."""
    looks = metric.looks
    if looks == 0:
        yield Finding(
            codes.ENDLESS,
            metric.at("interval"),
            "interval without count: it is measured until the rollout ends",
            hint="add a `count` if an analysis step shall use it",
        )
    if not looks or metric.whole("consecutiveSuccessLimit") != 0:
        return
    for field, what in (("failureLimit", "failed"), ("inconclusiveLimit", "was inconclusive")):
        limit = metric.whole(field)
        if limit is not None and limit >= looks and metric.data.get(field) is not None:
            yield Finding(
                codes.LIMIT_REACHES_COUNT,
                metric.at(field),
                f"{field} {limit} with count {looks}: passes when every measurement {what}",
                hint=f"make it {looks - 1} or less, and set `consecutiveSuccessLimit`",
            )
