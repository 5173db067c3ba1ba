"""A job judges by its exit code, and Kubernetes accepts its pod."""

import re
from collections.abc import Iterator

from burnrules.codes import gates as codes
from burnrules.diagnostics import shown
from burnrules.gates import template
from burnrules.gates.argo import LONGEST_JOB
from burnrules.gates.finding import Finding
from burnrules.gates.template import FAILURE, SUCCESS, Metric

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")


def check(metric: Metric) -> Iterator[Finding]:
    """What is wrong with a metric that runs a job."""
    if metric.provider != "job":
        return
    for field in (SUCCESS, FAILURE):
        if field in metric.data:
            yield Finding(
                codes.JOB_CONDITION,
                metric.at(field),
                f"`{field}` of a job is never evaluated",
                hint="compare in the container and exit 1, or use the web provider",
                at_key=True,
            )
    pod = template.mapping(template.mapping(metric.settings.get("spec")).get("template"))
    policy = template.mapping(pod.get("spec")).get("restartPolicy")
    if policy not in {"Never", "OnFailure"}:
        said = f"restartPolicy `{policy}`" if policy else "no restartPolicy"
        yield Finding(
            codes.JOB_RESTART,
            metric.setting("spec", "template", "spec", *(("restartPolicy",) if policy else ())),
            f"the pod of a job has {said}",
            hint="set `restartPolicy: Never` in the pod's spec",
            at_key=True,
        )
    if not _NAME.fullmatch(metric.name) or len(metric.name) > LONGEST_JOB:
        yield Finding(
            codes.JOB_NAME,
            metric.at("name"),
            f"`{shown(metric.name)}` cannot become part of a job's name",
            hint=f"lower-case letters, digits and dashes, at most {LONGEST_JOB}",
        )
