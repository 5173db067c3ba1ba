"""The version of a gate to the matchers that select canary and stable."""

from collections.abc import Iterator

from burnrules.codes import gates as written
from burnrules.diagnostics import Diagnostic
from burnrules.ir import Matcher
from burnrules.plan import matchers, spans
from burnrules.plan.gates.context import Versions
from burnrules.plan.owner import Owner
from burnrules.plan.place import Place
from burnrules.spec.gates import Version

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


def findings(version: Version, owner: Owner, place: Place) -> Iterator[Diagnostic]:
    """A label that no dimension exports, and values that promoted pods keep."""
    field = _field(version)
    names, label = owner.names, of(version, owner).canary.label
    if names.known is not None and label not in names.known:
        yield spans.not_exported(label, names, place / field, named=owner.named)
    if version.canary is not None:
        yield written.STAGE_KEPT.at(
            (place / "canary").value,
            f"`{version.canary}` is fixed: promoted pods keep it, and then count as canary",
            hint="leave it out, and select by a version that every release changes",
        )


def _field(version: Version) -> str:
    if version.attribute is not None:
        return "attribute"
    return "podTemplateHash" if version.pod_template_hash is not None else "workload"
