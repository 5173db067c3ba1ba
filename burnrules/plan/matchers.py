"""Matchers of a spec to matchers of PromQL."""

from collections.abc import Sequence

from burnrules import naming
from burnrules.ir import Matcher, SpanNames
from burnrules.promql import regex
from burnrules.spec.scalars import Match


def label(names: SpanNames, attribute: str) -> str:
    """The label that holds an attribute; a name without a dot is its own label."""
    if "." not in attribute:
        return attribute
    known = names.labels.get(attribute)
    if known is not None:
        return known
    return attribute if names.utf8 else naming.label(attribute)


def labelled(names: SpanNames, attributes: Sequence[str]) -> dict[str, int]:
    """The labels that hold attributes, each with the index of the first that asks for it."""
    found: dict[str, int] = {}
    for index, attribute in enumerate(attributes):
        found.setdefault(label(names, attribute), index)
    return found


def of(name: str, how: Match) -> tuple[Matcher, ...]:
    """The matchers that hold exactly when the spec's matcher does."""
    match how.how:
        case "exists":
            return (Matcher(name, "!=" if how.exists else "=", ""),)
        case "regex":
            return (Matcher(name, "=~", how.values[0]),)
        case "notRegex":
            return (Matcher(name, "!~", how.values[0]),)
        case "not":
            return (any_of(name, how.values, negate=True),)
    return (any_of(name, how.values),)


def any_of(name: str, values: tuple[str, ...], *, negate: bool = False) -> Matcher:
    """One matcher for any, or none, of several exact values."""
    if len(values) == 1:
        return Matcher(name, "!=" if negate else "=", values[0])
    return Matcher(name, "!~" if negate else "=~", "|".join(regex.escape(one) for one in values))


def negated(one: Matcher) -> Matcher:
    """The matcher that holds exactly when this one does not."""
    opposite = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}
    return Matcher(one.label, opposite[one.op], one.value)
