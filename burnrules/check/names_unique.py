"""No two rules record the same series, and no two groups of a file share a name."""

from collections.abc import Iterator, Sequence

from burnrules.artifact import Artifact
from burnrules.codes import generated as codes
from burnrules.diagnostics import Diagnostic, Span


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """Groups that share a name in a file, and rules alike in name and labels in a kind."""
    series: dict[tuple[str, str, tuple[tuple[str, str], ...]], str] = {}
    judged: set[int] = set()
    for artifact in made:
        for document in artifact.documents:
            groups = _groups(document)
            if id(groups) in judged:
                continue  # these very groups, in another kind of file
            judged.add(id(groups))
            seen: set[str] = set()
            for group in groups:
                if group["name"] in seen:
                    yield codes.SAME_GROUP.at(
                        Span(artifact.source),
                        f"two groups would be named `{group['name']}`",
                        hint="rename an SLO",
                    )
                seen.add(group["name"])
                for rule in group["rules"]:
                    yield from _twice(artifact, rule, series)


def _groups(document: dict) -> Sequence[dict]:  # type: ignore[type-arg]  # a document on its way to YAML
    found = document.get("groups") or document.get("spec", {}).get("groups")
    return found if isinstance(found, list) else ()


def _twice(
    artifact: Artifact,
    rule: dict,  # type: ignore[type-arg]  # as above
    series: dict[tuple[str, str, tuple[tuple[str, str], ...]], str],
) -> Iterator[Diagnostic]:
    name = rule.get("record") or f"{rule['alert']}\n{rule['expr']}"
    key = (artifact.kind, name, tuple(rule.get("labels", {}).items()))
    if key in series:
        yield codes.SAME_SERIES.at(
            Span(artifact.source),
            f"`{rule.get('record') or rule['alert']}` would be made twice, also in {series[key]}",
        )
    series.setdefault(key, artifact.path)
