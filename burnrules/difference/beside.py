"""Indicators, gates and other rules before and after to what they do otherwise."""

from collections.abc import Iterator

from burnrules.burnrate import plain
from burnrules.difference.words import changed, labels, listed, rules
from burnrules.gateplan import GatePlan
from burnrules.ir import IndicatorPlan, RuleSet


def indicator(old: IndicatorPlan, new: IndicatorPlan) -> Iterator[str]:
    """Facts of an indicator; the last resort is that its rules changed."""
    made = [
        *changed("kind", old.kind, new.kind),
        *changed("limits", _limits(old), _limits(new)),
        *changed("severity", old.severity, new.severity),
        *changed("for", str(old.wait), str(new.wait)),
        *changed("groups", listed(old.groups), listed(new.groups)),
        *labels(old.labels, new.labels),
    ]
    yield from made
    if not made and rules([old.rules]) != rules([new.rules]):
        yield "another query is recorded, or texts change"


def new_indicator(one: IndicatorPlan) -> str:
    """An indicator that was not there before."""
    return f"new indicator: {_limits(one)}"


def _limits(one: IndicatorPlan) -> str:
    said = (f"{a.kind} {plain(a.value)}{f' over {a.over}' if a.over else ''}" for a in one.limits)
    return listed(list(said), "recorded only")


def gate(old: GatePlan, new: GatePlan) -> Iterator[str]:
    """Facts of a gate: what it judges, by which bound, how often."""
    before, now = ({one.name: one for one in plan.metrics} for plan in (old, new))
    yield from (f"judges {name} no more" for name in before if name not in now)
    for name, one in now.items():
        if name not in before:
            yield f"judges {name}"
            continue
        yield from changed(f"{name} bound", plain(before[name].bound), plain(one.bound))
        was = before[name].min_samples
        yield from changed(f"{name} minSamples", str(was), str(one.min_samples))
        if before[name].query != one.query:
            yield f"{name} reads another query"
    if old.controller != new.controller or old.window != new.window:
        yield "how often and how long it looks changes"
    yield from changed("versions", old.version, new.version)


def rule_set(old: RuleSet, new: RuleSet) -> Iterator[str]:
    """How many rules are other ones, where no SLO, indicator or gate says what changed."""
    before, now = set(rules(old.groups)), set(rules(new.groups))
    if before != now:
        made, gone = len(now - before), len(before - now)
        yield f"rules beside those of SLOs: {made} new or changed, {gone} gone or changed"
