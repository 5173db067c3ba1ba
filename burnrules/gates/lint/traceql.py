"""TraceQL that stands in a URL or in a job's command is read by a released Tempo, and meant."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import unquote

from burnrules.codes import Code
from burnrules.codes import gates as codes
from burnrules.diagnostics import shown
from burnrules.gates.finding import Finding, Loc
from burnrules.gates.lint import versions
from burnrules.gates.template import Metric, strings
from burnrules.gates.traceql import PATH

_FUNCTIONS = frozenset(
    {"rate", "count_over_time", "sum_over_time", "min_over_time", "max_over_time", "avg_over_time"}
    | {"quantile_over_time", "histogram_over_time", "compare", "topk", "bottomk", "count", "avg"}
    | {"min", "max", "sum", "by", "select", "coalesce", "with"}
)
_INTRINSICS = frozenset(
    {"name", "status", "statusMessage", "kind", "duration", "traceDuration", "rootName", "parent"}
    | {"rootServiceName", "nestedSetParent", "nestedSetLeft", "nestedSetRight", "childCount"}
    | {"true", "false", "nil", "error", "ok", "unset", "server", "client", "producer", "consumer"}
    | {"internal", "unspecified"}
)
_MOST_OF_A_KIND = 10
_LONGEST = 20_000  # longer than a script that holds a query
_QUERY = re.compile(r"\{[^{}]*\}\s*\|\s*[a-z_]+")
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|`[^`]*`')
_NAME = re.compile(r"(?<![\w.:\"])[A-Za-z_][A-Za-z0-9_]*(?:[.:][A-Za-z_][\w.-]*)*")
_PIPE = re.compile(r"\|\s*([a-z_]+)\s*\(")
_ARITHMETIC = re.compile(r"\)\s*[-+*/]\s*\(\s*\{|\)\s*\)\s*[-+*/]\s*\(")
_REQUESTS = re.compile(r"\bkind\s*=|span:kind\s*=|nestedSetParent\s*<\s*0|\bparent\s*=\s*nil")
_SCOPED = ("resource.", "span.", "parent.", "event.", "link.", "instrumentation.")
_INTRINSIC_SCOPES = ("span:", "trace:", "event:", "link:", "instrumentation:")


@dataclass(frozen=True, slots=True)
class _Query:
    """A TraceQL text, and where it was found; encoded ones have no place of their own."""

    text: str
    written: str  # with its arguments
    loc: Loc
    start: int | None

    def finding(self, code: Code, place: tuple[int, int], message: str, hint: str) -> Finding:
        start = self.start
        characters = None if start is None else (start + place[0], start + place[1])
        return Finding(code, self.loc, message, hint=hint, characters=characters)


def check(metric: Metric) -> Iterator[Finding]:
    """What is wrong with the TraceQL of one metric."""
    for query in _queries(metric):
        bare = _STRING.sub(lambda found: '"' + " " * (len(found[0]) - 2) + '"', query.text)
        yield from islice(_scopes(query, bare), _MOST_OF_A_KIND)
        yield from islice(_functions(query, bare), _MOST_OF_A_KIND)
        yield from _whole(query, bare)
        yield from _release(query)


def _queries(metric: Metric) -> Iterator[_Query]:
    if metric.provider == "web":
        url = metric.settings.get("url")
        if isinstance(url, str) and PATH in url and (text := _parameter(url)):
            yield _Query(_hidden(text), text, metric.setting("url"), None)
    if metric.provider == "job":
        for loc, written in strings(metric.settings, metric.setting()):
            text = _hidden(written) if len(written) <= _LONGEST else ""
            if found := _QUERY.search(text):
                yield _Query(_until_quote(text, found.start()), written, loc, found.start())


def _parameter(url: str) -> str:
    found = re.search(r"[?&](?:q|query)=([^&]*(?:&&[^&=]*[^&]*)*)", url)
    return unquote(found[1].replace("+", " ")) if found else ""


def _hidden(text: str) -> str:
    """The text with arguments replaced by as many letters, so that braces are TraceQL's own."""
    return re.sub(r"\{\{[^}]*\}\}", lambda found: "x" * len(found[0]), text)


def _until_quote(text: str, start: int) -> str:
    """A query within a command, up to the quote that ends it."""
    if not start:
        return text  # no shell has quoted it
    quote = "'" if text[start - 1] == "'" else ""
    end = text.find(quote, start) if quote else -1
    found = text[start:] if end < 0 else text[start:end]
    return found.replace('\\"', ' "')  # as long as before


def _release(query: _Query) -> Iterator[Finding]:
    whole = (0, query.text.find("}") + 1)
    if not versions.named(query.written):
        yield query.finding(
            codes.MIXED,
            whole,
            "spans of canary and stable are counted alike",
            'add `resource.service.version = "{{args.canary-version}}"`',
        )
    if found := re.search(r"[\w.]*stage\s*=\s*\"[^\"{]*\"", query.text):
        yield query.finding(
            codes.STAGE_KEPT,
            found.span(),
            "a promoted pod keeps its stage: from then on stable counts as canary",
            "select by `resource.service.version`, or by the pod's template hash",
        )


def _scopes(query: _Query, bare: str) -> Iterator[Finding]:
    for spanset in re.finditer(r"\{([^{}]*)\}", bare):
        for found in _NAME.finditer(spanset[1]):
            name = found[0]
            place = (spanset.start(1) + found.start(), spanset.start(1) + found.end())
            if re.fullmatch(r"\d.*", name) or name.startswith(_INTRINSIC_SCOPES):
                continue
            if name == "span.name":
                yield query.finding(
                    codes.TRACEQL_NAME,
                    place,
                    "`span.name` is an attribute called name, not the span's name",
                    "write `name` or `span:name`",
                )
            elif not name.startswith(_SCOPED) and name.split(".", 1)[0] not in _INTRINSICS:
                yield query.finding(
                    codes.TRACEQL_SCOPE,
                    place,
                    f"attribute `{shown(name)}` has no scope: Tempo refuses the query",
                    f"write `resource.{shown(name)}` or `span.{shown(name)}`",
                )


def _functions(query: _Query, bare: str) -> Iterator[Finding]:
    for found in _PIPE.finditer(bare):
        if found[1] not in _FUNCTIONS:
            known = "quantile_over_time(duration, .99)" if "quantile" in found[1] else ""
            yield query.finding(
                codes.TRACEQL_FUNCTION,
                found.span(1),
                f"TraceQL has no `{shown(found[1])}`",
                f"write `{known}`, or count spans with `duration > 300ms`"
                if known
                else "select `status = error`, or count_over_time() by (status)",
            )
        elif found[1] in {"quantile_over_time", "histogram_over_time"}:
            yield query.finding(
                codes.TRACEQL_QUANTILE,
                found.span(1),
                f"`{found[1]}` reads buckets of powers of two: off by up to a factor of 2",
                "count the spans with `duration > 300ms` instead",
            )


def _whole(query: _Query, bare: str) -> Iterator[Finding]:
    if found := _ARITHMETIC.search(bare):
        yield query.finding(
            codes.TRACEQL_ARITHMETIC,
            found.span(),
            "two queries are divided: no released Tempo reads that",
            "use `count_over_time() by (status)` and divide in the conditions",
        )
    if found := re.search(r"\bwith\s*\(\s*sample", bare):
        yield query.finding(
            codes.TRACEQL_SAMPLED,
            found.span(),
            "a sampled answer judges a release",
            "drop the hint",
        )
    if re.match(r"\s*\(?\s*\{", bare) and not _REQUESTS.search(bare):
        yield query.finding(
            codes.TRACEQL_KIND,
            (0, min(len(bare), bare.find("}") + 1)),
            "spans of every kind are counted, not requests",
            "add `kind = server`, or `nestedSetParent < 0` for root spans",
        )
