"""Series that the selectors of an SLI accept, and near misses that they must not."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from burnrules.ir import Labels
from burnrules.promql import samples, tree
from burnrules.promql.tree import Call, Matcher, Node, Selector

COUNTED = frozenset({"rate", "increase", "irate", "resets"})
MOST = 8  # series to choose among; more would be searched for too long
MOST_DECOYS = 24
_OPPOSITE = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}


class Candidate(NamedTuple):
    """A metric and labels; `counter` when some function counts its increase."""

    metric: str
    labels: Labels
    counter: bool


Wanted = Mapping[str, tuple[tuple[str, str], ...]]
"""Conditions beside those of a selector: label to operators and values."""


class _Use(NamedTuple):
    selector: Selector
    counter: bool


def _uses(nodes: Iterable[Node]) -> list[_Use]:
    found: dict[tuple[object, ...], _Use] = {}
    for node in nodes:
        for selector, around in tree.selectors(node):
            counter = any(isinstance(one, Call) and one.name.text in COUNTED for one in around)
            pairs = tuple((one.label, one.operator, one.value) for one in selector.matchers)
            found.setdefault((selector.name, pairs), _Use(selector, counter))
    return list(found.values())


def candidates(nodes: Iterable[Node], wanted: Wanted) -> tuple[Candidate, ...]:
    """One series for every selector, and one for each way of not being in another too."""
    uses = _uses(nodes)
    made: dict[Candidate, None] = {}
    for one in uses:
        made.update(dict.fromkeys(_made(one, one.selector.matchers, wanted)))
    for one in uses:
        for other in uses:
            for extra in _beyond(one.selector, other.selector):
                opposite = Matcher(extra.label, _OPPOSITE[extra.operator], extra.value, 0, 0)
                made.update(dict.fromkeys(_made(one, (*one.selector.matchers, opposite), wanted)))
    return tuple(made)[:MOST]


def _beyond(one: Selector, other: Selector) -> list[Matcher]:
    """What another selector of the same metric asks for beside what this one does."""
    if one is other or one.metric != other.metric:
        return []
    asked = {(m.label, m.operator, m.value) for m in one.matchers}
    return [m for m in other.matchers if (m.label, m.operator, m.value) not in asked]


def _made(use: _Use, matchers: Iterable[Matcher], wanted: Wanted) -> Iterator[Candidate]:
    chosen = _values(conditions(matchers, wanted))
    if chosen is None:
        return
    metric = use.selector.name or chosen.pop("__name__", "")
    if metric:
        chosen.pop("__name__", None)
        yield Candidate(metric, _labels(chosen), use.counter)


def conditions(matchers: Iterable[Matcher], wanted: Wanted) -> dict[str, list[tuple[str, str]]]:
    """Every label that is asked for, and what is asked of it."""
    asked: dict[str, list[tuple[str, str]]] = {label: list(some) for label, some in wanted.items()}
    for one in matchers:
        asked.setdefault(one.label, []).append((one.operator, one.value))
    return asked


def _values(asked: Mapping[str, list[tuple[str, str]]]) -> dict[str, str] | None:
    chosen: dict[str, str] = {}
    for label, some in asked.items():
        value = samples.satisfy(some)
        if value is None:
            return None
        chosen[label] = value
    return chosen


def _labels(chosen: Mapping[str, str]) -> Labels:
    return tuple(sorted((label, value) for label, value in chosen.items() if value))


def decoys(nodes: Iterable[Node], wanted: Wanted) -> tuple[Candidate, ...]:
    """Series that fail one matcher of a selector, mostly by a hair, and that none accepts."""
    uses = _uses(nodes)
    near: dict[Candidate, None] = {}
    for use in uses:
        if use.counter:
            near.update(dict.fromkeys(_misses(use, wanted)))
    kept = [one for one in near if not any(accepts(some.selector, one) for some in uses)]
    return tuple(kept)[:MOST_DECOYS]


def _misses(use: _Use, wanted: Wanted) -> Iterator[Candidate]:
    matchers = use.selector.matchers
    for hit in _made(use, matchers, wanted):
        for failed in matchers:
            others = [one for one in matchers if one is not failed]
            value = dict(hit.labels).get(failed.label, "")
            for text in (f"{value}-other", f"other-{value}"):
                if not samples.fulfils(text, failed.operator, failed.value):
                    exact = Matcher(failed.label, "=", text, 0, 0)
                    yield from _made(use, (*others, exact), wanted)
            if failed.operator in ("!=", "!~"):
                opposite = Matcher(failed.label, _OPPOSITE[failed.operator], failed.value, 0, 0)
                yield from _made(use, (*others, opposite), wanted)


def accepts(selector: Selector, one: Candidate) -> bool:
    """Whether a selector matches a series."""
    if selector.name and selector.name != one.metric:
        return False
    labels = {**dict(one.labels), "__name__": one.metric}
    return all(
        samples.fulfils(labels.get(m.label, ""), m.operator, m.value) for m in selector.matchers
    )
