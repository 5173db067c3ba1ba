"""Rule groups as Prometheus reads them, in plain files and in PrometheusRule resources alike."""

from functools import lru_cache
from typing import Any, NamedTuple

from burnrules.ir import Expr, Group, Plan, Rule, RuleSet
from burnrules.yamltext import Shared


class RuleFile(NamedTuple):
    """The groups of a rule set as data, and every expression in them."""

    rules: RuleSet
    groups: Shared
    queries: tuple[Expr, ...]


def files(plan: Plan) -> tuple[RuleFile, ...]:
    """One a rule set; the same objects for every kind of artifact that holds them."""
    return _files(_Same(plan))


class _Same:
    """A plan as a key: this very object, since to hash what it holds takes longer than to emit."""

    __slots__ = ("plan",)

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def __hash__(self) -> int:
        return id(self.plan)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.plan is self.plan


@lru_cache(maxsize=1)
def _files(of: _Same) -> tuple[RuleFile, ...]:
    return tuple(map(_file, of.plan.rule_sets))


def _file(rules: RuleSet) -> RuleFile:
    queries = tuple(rule.expr for group in rules.groups for rule in group.rules)
    return RuleFile(rules, Shared(map(_group, rules.groups)), queries)


def _group(group: Group) -> dict[str, Any]:
    made: dict[str, Any] = {"name": group.name, "interval": str(group.interval)}
    if group.query_offset is not None:
        made["query_offset"] = str(group.query_offset)
    made["rules"] = [_rule(rule) for rule in group.rules]
    return made


def _rule(rule: Rule) -> dict[str, Any]:
    made: dict[str, Any] = {"record": rule.record} if rule.record else {"alert": rule.alert}
    made["expr"] = rule.expr.text
    if rule.wait is not None:
        made["for"] = str(rule.wait)
    if rule.keep is not None:
        made["keep_firing_for"] = str(rule.keep)
    made["labels"] = dict(rule.labels)
    if rule.annotations:
        made["annotations"] = dict(rule.annotations)
    return made
