"""No two rules record the same series, and no two groups of a file share a name."""

from collections.abc import Iterator, Sequence

from burnrules import naming
from burnrules.artifact import Artifact
from burnrules.codes import generated as codes
from burnrules.diagnostics import Diagnostic, Span
from burnrules.ir import Labels, Rule

_Series = dict[tuple[str, Labels], str]  # name and labels to the file


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """Groups that share a name in a file, and rules alike in name and labels in a kind."""
    series: dict[str, _Series] = {}
    judged: set[int] = set()
    for artifact in made:
        if id(artifact.groups) in judged:
            continue  # these very groups, in another kind of file
        judged.add(id(artifact.groups))
        yield from _groups(artifact)
        yield from _rules(artifact, series.setdefault(artifact.kind, {}))


def _groups(artifact: Artifact) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for group in artifact.groups:
        if group.name in seen:
            yield codes.SAME_GROUP.at(
                Span(artifact.source),
                f"two groups would be named `{group.name}`",
                hint="rename an SLO",
            )
        seen.add(group.name)


def _rules(artifact: Artifact, series: _Series) -> Iterator[Diagnostic]:
    for group in artifact.groups:
        for rule in group.rules:
            key = (rule.record or _alert(rule), rule.labels)
            if key in series:
                said, hint = f"`{rule.record}` would be made twice, also in {series[key]}", ""
                if rule.alert:
                    said = f"two alerts `{rule.alert}` would have the same labels"
                    hint = "remove one, or give it a label of its own"
                yield codes.SAME_SERIES.at(rule.expr.origin, said, hint=hint)
            series.setdefault(key, artifact.path)


def _alert(rule: Rule) -> str:
    """What tells an alert from others with its labels: of an SLO only its name.

    Other alerts may get more labels from the series that they read.
    """
    of_an_slo = naming.NAME_LABEL in dict(rule.labels)
    return rule.alert if of_an_slo else f"{rule.alert}\n{rule.expr.text}"
