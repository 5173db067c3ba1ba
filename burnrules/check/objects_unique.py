"""No two objects of one kind would overwrite each other in the cluster."""

from collections.abc import Iterator, Sequence
from typing import Any

from burnrules.artifact import Artifact
from burnrules.codes import generated as codes
from burnrules.diagnostics import Diagnostic, Span

Identity = tuple[str, str, str]


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """Objects that share kind, namespace and name."""
    seen: dict[Identity, str] = {}
    for artifact in made:
        for document in artifact.documents:
            identity = _identity(document)
            if identity is None:
                continue
            kind, _, name = identity
            if identity in seen:
                yield codes.SAME_OBJECT.at(
                    Span(artifact.source),
                    f"two gates would be the {kind} `{name}`, one of them of {seen[identity]}",
                    hint="rename one of the gates",
                )
            seen.setdefault(identity, artifact.source)


def _identity(document: Any) -> Identity | None:
    if not isinstance(document, dict) or "kind" not in document:
        return None
    meta = document["metadata"]
    return document["kind"], meta.get("namespace", ""), meta["name"]
