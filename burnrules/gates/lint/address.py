"""Addresses can be called."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from burnrules.codes import gates as codes
from burnrules.diagnostics import shown
from burnrules.gates.finding import Finding, Loc
from burnrules.gates.template import Filled, Metric

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_LEADING = re.compile(r"\s*\{\{[^}]*\}\}")
_INSIDE = re.compile(r"(?:[^.]+|.+\.svc(?:\.cluster\.local)?|.+\.local|[0-9.]+|\[.*)")


def check(metric: Metric) -> Iterator[Finding]:
    """Addresses without a scheme, and URLs that Go or the server refuses."""
    field = {"prometheus": "address", "web": "url"}.get(metric.provider, "")
    written = metric.settings.get(field)
    if not isinstance(written, str) or not written:
        return
    filled = metric.filled(written)
    leading = _LEADING.match(written)
    unknown = leading is not None and metric.filled(leading[0]).guessed
    if not unknown:
        yield from without_scheme(filled.text, metric.setting(field))
    yield from _characters(metric, field, written)
    if metric.provider == "web" and not unknown:
        yield from _answers_json(metric, filled)


def without_scheme(address: str, loc: Loc) -> Iterator[Finding]:
    """An address that says no protocol."""
    if not _SCHEME.match(address):
        yield Finding(
            codes.ADDRESS,
            loc,
            f"`{shown(address, 50)}` has no scheme",
            hint=f"write `http://{shown(address, 50)}`",
        )


def _characters(metric: Metric, field: str, written: str) -> Iterator[Finding]:
    outside = re.sub(r"\{\{.*?\}\}", lambda found: "x" * len(found[0]), written)
    found = re.search(r"[\s\x00-\x1f\"<>{}|\\^`]", outside.rstrip("\n"))
    if found:
        yield Finding(
            codes.URL,
            metric.setting(field),
            f"{_named(found[0])} in a URL: Argo encodes nothing",
            hint="percent-encode the query; leave `{{args.x}}` as it is",
            characters=(found.start(), found.end()),
        )


def _answers_json(metric: Metric, filled: Filled) -> Iterator[Finding]:
    try:
        host = urlsplit(filled.text).hostname
    except ValueError:
        return
    if host and not _INSIDE.fullmatch(host):
        yield Finding(
            codes.NOT_JSON_PASSES,
            metric.setting("url"),
            f"a page of `{shown(host)}` that is not JSON passes the gate on Argo up to 1.9",
            hint="ask the service inside the cluster, where no proxy or login can answer",
        )


def _named(character: str) -> str:
    names = {" ": "a space", "\n": "a line break", "\t": "a tab"}
    return names.get(
        character, f"`{character}`" if character.isprintable() else "a control character"
    )
