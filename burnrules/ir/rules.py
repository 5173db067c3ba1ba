"""Rules as they must exist: expressions, recordings, alerts, groups, and what became of them."""

from typing import NamedTuple

from burnrules.diagnostics import Span
from burnrules.durations import Duration

Labels = tuple[tuple[str, str], ...]
WINDOW = "$window"
WINDOW_MARK, SECONDS_MARK = "\x00", "\x01"  # no spec can hold control characters


class Expr(NamedTuple):
    """A PromQL text, and the place in a spec that it comes from."""

    text: str
    origin: Span


class Matcher(NamedTuple):
    """One label matcher; `op` is `=`, `!=`, `=~` or `!~`, the value unescaped."""

    label: str
    op: str
    value: str


class Query(NamedTuple):
    """A PromQL text whose window is left open; the marks stand for it and for its seconds."""

    template: str

    def at(self, window: Duration) -> str:
        """The query read over `window`."""
        filled = self.template.replace(WINDOW_MARK, str(window))
        if SECONDS_MARK not in filled:
            return filled
        return filled.replace(SECONDS_MARK, f"{window.seconds.normalize():f}")

    @property
    def text(self) -> str:
        """The query as a person would write it, with `$window`."""
        return self.template.replace(WINDOW_MARK, WINDOW).replace(SECONDS_MARK, WINDOW)


class Rule(NamedTuple):
    """One recording rule (`record`) or alerting rule (`alert`); one of both names is set."""

    record: str
    alert: str
    expr: Expr
    labels: Labels
    wait: Duration | None = None
    keep: Duration | None = None
    annotations: Labels = ()


class Group(NamedTuple):
    """Rules that are evaluated in order, one after the other."""

    name: str
    interval: Duration
    rules: tuple[Rule, ...]
    query_offset: Duration | None = None


class Kubernetes(NamedTuple):
    """Metadata of emitted objects."""

    namespace: str = ""
    labels: Labels = ()
    annotations: Labels = ()


class RuleSet(NamedTuple):
    """Rule groups that make one file and one object: those of a path, or those of a Telemetry."""

    name: str
    source: str
    kubernetes: Kubernetes
    groups: tuple[Group, ...]


class Example(NamedTuple):
    """Series, in promtool's notation, on which an alert of ours fires, or rests."""

    alert: str
    series: tuple[tuple[str, str], ...]  # with the values of each
    at: Duration
    fires: bool


class Assumption(NamedTuple):
    """Something the spec did not say and the compiler filled in: what, and why or from where."""

    subject: str
    value: str
    reason: str
