"""Every TraceQL query that we composed is of the grammar that we compose."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from burnrules.artifact import Artifact
from burnrules.codes import ours
from burnrules.diagnostics import Diagnostic, Span

# ruff: noqa: PLC0415  # a tree without gates must not wait for their grammar

KIND = "argo-analysis"


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """A query of ours that Tempo would refuse."""
    gates = [artifact for artifact in made if artifact.kind == KIND]
    if not gates:
        return
    from burnrules.gates import traceql

    for artifact in gates:
        for document in artifact.documents:
            for query in _queries(document):
                if reason := traceql.error(query):
                    yield ours.TRACEQL.at(
                        Span(artifact.source),
                        f"a TraceQL query composed for this path is wrong: {reason}",
                        hint="this is a bug of burnrules: report it with the spec and this"
                        f" query: {query}",
                    )


def _queries(document: Any) -> Iterator[str]:
    from burnrules.gates import template

    found = template.read(document)
    for metric in found.metrics if found is not None else ():
        if metric.provider == "web":
            yield from parse_qs(urlsplit(str(metric.settings.get("url"))).query).get("q", [])
        if metric.provider == "job":
            for loc, text in template.strings(metric.settings):
                if loc[-1] == "value" and "count_over_time" in text:
                    yield text.replace("$$", "$")
