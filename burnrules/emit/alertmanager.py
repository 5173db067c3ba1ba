"""Plan to an Alertmanager snippet: a route for each severity, and pages that silence tickets."""

import posixpath
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from burnrules import naming
from burnrules.artifact import Artifact
from burnrules.ir import Plan, RuleSet, SloPlan

KIND = "alertmanager"
BURNS = 'burn_rate!=""'  # a guard's page must not silence the tickets of a slow burn
OF_AN_SLO = f'{naming.PATH_LABEL}!=""'
IDENTITY = (naming.PATH_LABEL, naming.NAME_LABEL)
FALLBACK = "default"
_ESCAPES = str.maketrans({'"': r"\"", "\\": r"\\"})

Pair = tuple[str, str]  # the louder severity, the one it inhibits


def emit(plan: Plan) -> Iterator[Artifact]:
    """One snippet for all paths, since inhibition rules hold for all; none without alerts."""
    paths = (*plan.paths, *plan.health)
    severities = tuple(dict.fromkeys(one for rules in plan.rule_sets for one in _severities(rules)))
    if not severities:
        return
    document = {
        "route": {"receiver": FALLBACK, "routes": [_route(one) for one in severities]},
        "inhibit_rules": list(_inhibitions([slo for path in paths for slo in path.slos])),
        "receivers": [{"name": name} for name in (FALLBACK, *map(_receiver, severities))],
    }
    source = _source(sorted({path.source for path in paths}))
    yield Artifact(KIND, f"{KIND}/{KIND}.yaml", source, (document,))


def _severities(rules: RuleSet) -> Iterator[str]:
    """Those of every alert: tiers and guards of SLOs, and alerts of indicators."""
    for group in rules.groups:
        yield from (dict(rule.labels)["severity"] for rule in group.rules if rule.alert)


def _route(severity: str) -> dict[str, Any]:
    return {
        "receiver": _receiver(severity),
        "matchers": [OF_AN_SLO, _equals("severity", severity)],
        "group_by": ["alertname", *IDENTITY],
    }


def _receiver(severity: str) -> str:
    return f"slo-{severity}"


def _inhibitions(slos: Sequence[SloPlan]) -> Iterator[dict[str, Any]]:
    """Rules for all SLOs at once, then those of SLOs that such a rule would not fit.

    A label that neither alert has counts as equal, so that the groups of all SLOs may stand in one
    list; without them the page of one group would silence the tickets of every other.
    """
    groups = tuple(sorted({label for slo in slos for label in slo.groups}))
    pairs = tuple(dict.fromkeys(pair for slo in slos for pair in _pairs(slo)))
    contested = {pair for pair in pairs if pair[::-1] in pairs}
    for pair in pairs:
        if pair not in contested:
            yield _inhibition(pair, (), groups)
    for slo in slos:
        apart = not _fits(slo, groups)
        its = (_equals(naming.PATH_LABEL, slo.path), _equals(naming.NAME_LABEL, slo.name))
        for pair in _pairs(slo):
            if apart or pair in contested:
                yield _inhibition(pair, its, slo.groups)


def _pairs(slo: SloPlan) -> Iterator[Pair]:
    """Each severity with every quieter one, as the policy orders them."""
    yield from combinations(dict.fromkeys(tier.severity for tier in slo.tiers), 2)


def _fits(slo: SloPlan, groups: Sequence[str]) -> bool:
    """Whether no label that others group by tells two tiers of this SLO apart."""
    return all(
        len({_fixed(tier.labels, name, index) for index, tier in enumerate(slo.tiers)}) == 1
        for name in groups
        if name not in slo.groups and slo.tiers
    )


def _fixed(labels: Sequence[tuple[str, str]], name: str, index: int) -> str | int:
    """A label's value; a template gives each alert its own, so its tier's index stands for it."""
    value = dict(labels).get(name, "")
    return index if "{{" in value else value


def _inhibition(pair: Pair, its: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    louder, quieter = pair
    return {
        "source_matchers": [*its, BURNS, _equals("severity", louder)],
        "target_matchers": [*its, BURNS, _equals("severity", quieter)],
        "equal": [*IDENTITY, *groups],
    }


def _equals(label: str, value: str) -> str:
    r"""An Alertmanager matcher, in which a backslash and a quote are escaped and nothing else.

    >>> print(_equals("severity", 'a "b" \\ é'))
    severity="a \"b\" \\ é"
    """
    return f'{label}="{value.translate(_ESCAPES)}"'


def _source(files: Sequence[str]) -> str:
    """The one spec, or the folder that holds them all."""
    if len(files) == 1:
        return files[0]
    absolute = {one.startswith("/") for one in files}
    shared = posixpath.commonpath(files) if len(absolute) == 1 else ""
    return shared or "several specs"
