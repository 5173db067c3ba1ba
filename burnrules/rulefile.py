"""Rule groups as Prometheus reads them, in plain files and in PrometheusRule resources alike."""

from typing import Any

from burnrules.ir import Expr, Group, Rule, RuleSet


def groups(rules: RuleSet) -> list[dict[str, Any]]:
    """All groups of a rule set."""
    return [_group(group) for group in rules.groups]


def queries(rules: RuleSet) -> tuple[Expr, ...]:
    """Every expression of a rule set."""
    return tuple(rule.expr for group in rules.groups for rule in group.rules)


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
