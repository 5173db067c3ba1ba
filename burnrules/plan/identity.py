"""What makes the rules of one SLO its own: its two labels; all else it shares with its like."""

from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple, TypeVarTuple

from burnrules import naming
from burnrules.diagnostics import Span
from burnrules.durations import Duration
from burnrules.ir import Expr, Labels, Rule

_MARK = "\x02"  # no spec can hold control characters
About = TypeVarTuple("About")
Series = tuple[str, str]  # the name of what is recorded, and its expression


class _Like(NamedTuple):
    """What a composed text depends on but for the names."""

    braces: str  # marks, as many as the braces of the SLO have characters
    groups: tuple[str, ...]
    interval: Duration


class Identity(NamedTuple):
    """What every rule of an SLO needs: its labels, its groups, its place."""

    path: str
    name: str
    groups: tuple[str, ...]
    interval: Duration
    origin: Span
    labels: Labels  # the two that identify every series of the SLO, by name
    braces: str  # the same as a selector; both are DNS labels, which need no escape
    like: _Like

    def series(self, name: str) -> str:
        """One recorded series of this SLO."""
        return f"{name}{self.braces}"

    def text(self, compose: "Callable[[Identity, *About], str]", *about: *About) -> str:
        """The expression that `compose` makes for this SLO.

        It is composed once for all SLOs whose selectors are as long, since lines break by length.
        """
        return _text(compose, self.like, about).replace(self.like.braces, self.braces)

    def records(
        self, compose: "Callable[[Identity, *About], Iterable[Series]]", *about: *About
    ) -> Iterator[Rule]:
        """The recording rules that `compose` makes for this SLO; composed as seldom."""
        marks, braces = self.like.braces, self.braces
        for name, template in _series(compose, self.like, about):
            yield self.record(name, template.replace(marks, braces))

    def record(self, name: str, text: str, labels: Labels = ()) -> Rule:
        """A recording rule of this SLO."""
        every = tuple(sorted((*self.labels, *labels))) if labels else self.labels
        return Rule(name, "", Expr(text, self.origin), every)


def of(path: str, name: str, groups: tuple[str, ...], interval: Duration, origin: Span) -> Identity:
    """The identity of an SLO by its path and name."""
    labels = ((naming.NAME_LABEL, name), (naming.PATH_LABEL, path))
    braces = f'{{{naming.PATH_LABEL}="{path}", {naming.NAME_LABEL}="{name}"}}'
    like = _Like(_MARK * len(braces), groups, interval)
    return Identity(path, name, groups, interval, origin, labels, braces, like)


def _anyone(like: _Like) -> Identity:
    return Identity("", "", like.groups, like.interval, Span(""), (), like.braces, like)


@lru_cache(maxsize=4096)
def _text(compose: Callable[..., str], like: _Like, about: tuple[Hashable, ...]) -> str:
    return compose(_anyone(like), *about)


@lru_cache(maxsize=4096)
def _series(
    compose: Callable[..., Iterable[Series]], like: _Like, about: tuple[Hashable, ...]
) -> tuple[Series, ...]:
    return tuple(compose(_anyone(like), *about))
