"""Every TraceQL query that we composed is of the grammar that we compose."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from burnrules.artifact import Artifact
from burnrules.codes import ours
from burnrules.diagnostics import Diagnostic, Span
from burnrules.gates import template, traceql


def check(made: Sequence[Artifact]) -> Iterator[Diagnostic]:
    """A query of ours that Tempo would refuse."""
    for artifact in made:
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
    found = template.read(document)
    for metric in found.metrics if found is not None else ():
        if metric.provider == "web":
            yield from parse_qs(urlsplit(str(metric.settings.get("url"))).query).get("q", [])
        if metric.provider == "job":
            for loc, text in template.strings(metric.settings):
                if loc[-1] == "value" and "count_over_time" in text:
                    yield text.replace("$$", "$")
