"""Two plans to what the step from one to the other does to alerting, in words."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from burnrules.difference import beside, slo
from burnrules.gateplan import GatePlan
from burnrules.ir import IndicatorPlan, Plan, RuleSet, SloPlan

T = TypeVar("T")
_MARKDOWN = re.compile(r"([\\`*_\[\]<>|~#&@])")


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one SLO, indicator, gate or set of rules; one phrase a fact."""

    subject: str  # checkout/availability
    phrases: tuple[str, ...]


def changes(old: Plan, new: Plan) -> tuple[Change, ...]:
    """Everything that alerts otherwise, by subject; equal rules give no change."""
    found = [
        *_compared(_slos(old), _slos(new), slo.phrases, slo.added),
        *_compared(_indicators(old), _indicators(new), beside.indicator, beside.new_indicator),
        *_compared(_gates(old), _gates(new), beside.gate, lambda _: "new gate"),
    ]
    told = {one.subject.partition("/")[0] for one in found}
    found += [
        one
        for one in _compared(
            _rule_sets(old), _rule_sets(new), beside.rule_set, lambda _: "new rules"
        )
        if one.subject not in told
    ]
    return tuple(sorted(found, key=lambda one: one.subject))


def text(found: Sequence[Change]) -> str:
    """A line a subject."""
    lines = (f"{one.subject}: {'; '.join(one.phrases)}\n" for one in found)
    return "".join(lines) or "no change of alerting\n"


def markdown(found: Sequence[Change]) -> str:
    """A comment for a review."""
    if not found:
        return "### Alerting\n\nNo change.\n"
    lines = ["### Alerting", ""]
    for one in found:
        lines += [f"- **{_escaped(one.subject)}**", *(f"  - {_escaped(a)}" for a in one.phrases)]
    return "\n".join(lines) + "\n"


def _compared(
    old: Mapping[str, T],
    new: Mapping[str, T],
    phrases: Callable[[T, T], Iterable[str]],
    added: Callable[[T], str],
) -> Iterator[Change]:
    for subject in sorted({*old, *new}):
        if subject not in new:
            yield Change(subject, ("removed",))
        elif subject not in old:
            yield Change(subject, (added(new[subject]),))
        elif made := tuple(phrases(old[subject], new[subject])):
            yield Change(subject, made)


def _slos(plan: Plan) -> dict[str, SloPlan]:
    return {one.id: one for path in (*plan.paths, *plan.health) for one in path.slos}


def _indicators(plan: Plan) -> dict[str, IndicatorPlan]:
    return {one.id: one for path in plan.paths for one in path.indicators}


def _gates(plan: Plan) -> dict[str, GatePlan]:
    return {f"{one.id} (gate)": one for path in plan.paths for one in path.gates}


def _rule_sets(plan: Plan) -> dict[str, RuleSet]:
    return {one.name: one for one in plan.rule_sets}


def _escaped(said: str) -> str:
    return _MARKDOWN.sub(r"\\\1", " ".join(said.split())).replace("-\\>", "→")
