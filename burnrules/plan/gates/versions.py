"""The version of a gate to the matchers that select canary and stable."""

from collections.abc import Iterator

from burnrules.codes import gates as written
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Matcher
from burnrules.plan import matchers, sli, spans
from burnrules.plan.gates.context import Context, Versions
from burnrules.plan.indicators.context import OF_DURATIONS
from burnrules.plan.owner import Owner
from burnrules.spec.gates import Version
from burnrules.spec.indicators import LatencyIndicator, QueryIndicator

# Flagger fills in its own braces; until its text is written, both controllers look alike.
TARGET = "{{args.target}}"


def of(version: Version, owner: Owner) -> Versions:
    """How this version is selected."""
    attribute = version.attribute or version.pod_template_hash or version.workload or ""
    label = matchers.label(owner.names, attribute)
    if version.attribute is not None:
        canary = version.canary or "{{args.canary-version}}"
        stable = version.stable or "{{args.stable-version}}"
        words = f"by {label}, the value of {attribute}"
    elif version.pod_template_hash is not None:
        canary, stable = "{{args.canary-hash}}", "{{args.stable-hash}}"
        words = f"by {label}, the hash of the pod template"
    else:
        canary, stable = TARGET, f"{TARGET}-primary"
        words = f"by {label}, the name of the Deployment"
    return Versions(attribute, Matcher(label, "=", canary), Matcher(label, "=", stable), words)


def findings(context: Context, version: Version) -> Iterator[Diagnostic]:
    """A label that no dimension exports, and values that promoted pods keep."""
    place, owner = context.place / "version", context.owner
    label = of(version, owner).canary.label
    if any(known is not None and label not in known for known in _read(context)):
        yield spans.not_exported(label, owner.names, place / _field(version), named=owner.named)
    if version.canary is not None:
        yield written.STAGE_KEPT.at(
            (place / "canary").value,
            f"`{version.canary}` is fixed: promoted pods keep it, and then count as canary",
            hint="leave it out, and select by a version that every release changes",
        )


def _read(context: Context) -> Iterator[frozenset[str] | None]:
    """The labels of the span metrics that a gate reads; other metrics are the user's own."""
    if context.one.provider != "prometheus":
        return
    names = context.owner.names
    judged = {one.name for one in context.judged}
    for slo in context.owner.path.spec.slos:
        if slo.name in judged and sli.over_spans(slo.sli):
            yield sli.known(slo.sli, names)
    for signal in context.owner.path.spec.indicators:
        own = isinstance(signal.measured, QueryIndicator) or (
            isinstance(signal.measured, LatencyIndicator) and signal.measured.histogram is not None
        )
        if signal.name in context.one.indicators and not own:
            timed = isinstance(signal.measured, OF_DURATIONS)
            yield names.durations.known if timed else names.known


def _field(version: Version) -> str:
    if version.attribute is not None:
        return "attribute"
    return "podTemplateHash" if version.pod_template_hash is not None else "workload"
