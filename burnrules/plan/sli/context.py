"""What every kind of SLI is compiled from, and the counting that span and histogram SLIs share."""

from typing import NamedTuple

from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.durations import Duration
from burnrules.ir import Assumption, Matcher, Query, Server, Sli, SpanNames
from burnrules.plan import spans
from burnrules.plan.place import Place
from burnrules.plan.settings import Settings
from burnrules.promql import build
from burnrules.spec.sli import Spans

NO_PAD = Duration(0)


class Context(NamedTuple):
    """What an SLI is compiled in: its settings, the producer's names, the server, its groups."""

    settings: Settings
    names: SpanNames
    server: Server
    groups: tuple[str, ...]
    place: Place  # of the kind's mapping
    named: bool

    @property
    def pad(self) -> Duration:
        """What closes the gap between two windows over span metrics: one interval of its samples.

        A scrape samples a counter more often than it is flushed; a push brings one sample a flush.
        Padding scraped windows by the flush lets them overlap, and errors in step with the clock
        count up to 1.47 times (tests/server/test_clock.py).
        """
        scrape = self.server.scrape_interval
        return scrape if self.server.ingestion == "scrape" else max(scrape, self.names.flush)


class Compiled(NamedTuple):
    """An SLI, or why there is none; how often its samples come, and what was assumed."""

    sli: Sli | None
    found: tuple[Diagnostic, ...] = ()
    assumptions: tuple[Assumption, ...] = ()


def selection(
    own: Spans | None, context: Context
) -> tuple[spans.Selection | None, tuple[Diagnostic, ...]]:
    """The series of an SLI's own spans, or of the path's entry."""
    entry = context.settings.path.spec.entry
    chosen = own or entry
    if chosen is None:
        where = context.place
        message = f"{context.settings.id} reads spans, and the path has no entry"
        return None, (
            meaning.NO_ENTRY.at(where.key, message, hint="add spec.entry, or spans here"),
        )
    place = context.place / "spans" if own else context.settings.root / "spec" / "entry"
    return spans.selection(chosen, context.names, place, named=context.named)


def counted(metric: str, alternatives: tuple[tuple[Matcher, ...], ...], context: Context) -> Query:
    """The rate of a counter's series, summed by group; alternatives are disjoint."""
    return Query(build.rates(metric, alternatives, context.groups))
