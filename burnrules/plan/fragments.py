"""Queries that people wrote: checked alone, at their own line, and made ready to be composed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from burnrules.codes import Finding
from burnrules.diagnostics import Diagnostic
from burnrules.ir import WINDOW_MARK, Matcher
from burnrules.plan.place import Place
from burnrules.promql import fragment
from burnrules.promql.uses import Role, Use
from burnrules.promql.windows import Rate

_OVER_TIME = frozenset({"count_over_time", "sum_over_time"})


class Fragment(NamedTuple):
    """A user's query without a mistake of its own."""

    checked: fragment.Fragment

    @property
    def marked(self) -> str:
        """Its text with a mark at each open window."""
        return WINDOW_MARK.join(self.checked.template.pieces)

    @property
    def per_window(self) -> bool:
        """Whether it counts per window, so that a rate needs a division."""
        return self.checked.rate is Rate.PER_WINDOW

    @property
    def over_time(self) -> bool:
        """Whether it counts samples, of which none is lost between two windows."""
        return not _OVER_TIME.isdisjoint(self.checked.over)

    @property
    def matchers(self) -> tuple[Matcher, ...]:
        """The matchers of a bare selector."""
        return tuple(Matcher(one.label, one.operator, one.value) for one in self.checked.matchers)


def read(
    text: str, use: Use, role: Role, place: Place, groups: Sequence[str]
) -> tuple[Fragment | None, tuple[Diagnostic, ...]]:
    """A query for one use, and what is wrong with it at its own characters."""
    checked, found = fragment.check(text, use, role=role, groups=groups)
    told = tuple(_told(one, place) for one in found)
    return (None if checked is None else Fragment(checked)), told


def together(read_ones: Mapping[str, Fragment], place: Place) -> Iterator[Diagnostic]:
    """What keeps the two queries of an SLI from fitting."""
    (name, first), (_, second) = read_ones.items()
    for one in fragment.pair(first.checked, second.checked):
        yield one.code.at((place / name).value, f"`{name}`: {one.message}", hint=one.hint)


def _told(one: Finding, place: Place) -> Diagnostic:
    where = place.within(one.start, one.end)
    return one.code.at(where, f"`{place.loc[-1]}`: {one.message}", hint=one.hint)
