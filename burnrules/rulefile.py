"""Rule groups as Prometheus reads them, in plain files and in PrometheusRule resources alike."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from burnrules import yamltext
from burnrules.ir import Expr, Group, Labels, Plan, Rule, RuleSet
from burnrules.same import Same

_PAD = "  "  # as below `groups:` of a plain file, where most runs need them
_DEEPER = f"{_PAD}{' ' * 8}"  # where the lines of a rule's texts begin


class RuleFile(NamedTuple):
    """The groups of a rule set, written, and every expression in them."""

    rules: RuleSet
    groups: yamltext.Shared
    queries: tuple[Expr, ...]


def files(plan: Plan) -> tuple[RuleFile, ...]:
    """One a rule set; the same objects for every kind of artifact that holds them."""
    return _files(Same(plan))


@lru_cache(maxsize=1)
def _files(of: Same[Plan]) -> tuple[RuleFile, ...]:
    return tuple(map(_file, of.value.rule_sets))


def _file(rules: RuleSet) -> RuleFile:
    queries = tuple(rule.expr for group in rules.groups for rule in group.rules)
    return RuleFile(rules, yamltext.Shared(lines(rules.groups), _PAD), queries)


def lines(groups: Iterable[Group]) -> str:
    """The list of groups as YAML behind `_PAD`; most of what a run writes, so written directly."""
    return "".join(line for group in groups for line in _group(group))


def _group(group: Group) -> Iterator[str]:
    name = yamltext.string(group.name, f"{_PAD}    ")
    yield f"{_PAD}- name: {name}\n{_PAD}  interval: {group.interval}\n"
    if group.query_offset is not None:
        yield f"{_PAD}  query_offset: {group.query_offset}\n"
    yield f"{_PAD}  rules:\n"
    yield from map(_rule, group.rules)


def _rule(rule: Rule) -> str:
    what, name = ("record", rule.record) if rule.record else ("alert", rule.alert)
    head = f"{_PAD}    - {what}: {yamltext.string(name, _DEEPER)}\n"
    expr = yamltext.string(rule.expr.text, _DEEPER)
    wait = "" if rule.wait is None else f"{_PAD}      for: {rule.wait}\n"
    keep = "" if rule.keep is None else f"{_PAD}      keep_firing_for: {rule.keep}\n"
    labels = _shared_labels(rule.labels) if rule.record else _labels(rule.labels)
    more = _said("annotations", rule.annotations) if rule.annotations else ""
    return f"{head}{_PAD}      expr: {expr}\n{wait}{keep}{labels}{more}"


def _labels(labels: Labels) -> str:
    return _said("labels", labels) if labels else f"{_PAD}      labels: {{}}\n"


_shared_labels = lru_cache(maxsize=1024)(_labels)  # all recordings of an SLO have the same


def _said(what: str, texts: Labels) -> str:
    return f"{_PAD}      {what}:\n{yamltext.entries(texts, _DEEPER)}"
