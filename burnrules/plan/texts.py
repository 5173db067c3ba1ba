"""The prose of alerts: jinja2 templates with `[[ ]]` and `[% %]`, whose values are never templates.

Prometheus's own `{{ $labels.x }}` stands in these templates as plain text and is expanded by
Prometheus when an alert fires.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from burnrules import gotemplate
from burnrules.burnrate import short
from burnrules.codes import meaning
from burnrules.diagnostics import Diagnostic
from burnrules.plan.place import Place
from burnrules.spec.policy import Texts

VARIABLES = (
    "path", "slo", "displayName", "description", "objective", "budget", "window", "severity",
    "long", "short", "factor", "threshold", "share", "indicator", "limit", "labels", "annotations",
)  # fmt: skip
OURS = (
    "groups", "exhaustion", "spent", "counts", "wrong", "over", "exhaustsIn", "value", "summary",
)  # fmt: skip

_SAID = re.compile(r"\[\[.*?\]\]|\[%.*?%\]", re.DOTALL)
BLANK = dict.fromkeys((*VARIABLES, *OURS), "")
OF_ONE_SLO = ("path", "slo", "displayName", "description", "groups", "counts", "wrong")
SHARED = {name: "" for name in BLANK if name not in OF_ONE_SLO}
"""Values that SLOs of the same terms have in common."""

BUILT_IN: Mapping[str, tuple[str, str]] = {
    "health": ("[[ summary ]]", "[[ description ]]"),  # what each alert says for itself
    "burn": (
        "[[ displayName ]] burns its error budget [[ pace ]][[ groups ]]",
        (
            "More than [[ threshold ]] of the [[ counts ]] [[ wrong ]] over the last [[ long ]]"
            "[[ still ]] (now {{ $value | humanizePercentage }} over [[ long"
            " ]]; the objective is [[ objective ]] over [[ window ]]). At this rate [[ spent ]]"
            " of the error budget is spent every [[ long ]], and all of it within [[ exhaustion"
            " ]].[[ note ]]"
        ),
    ),
    "signalAbsent": (
        "[[ displayName ]] has no data: nobody would be told if it failed",
        (
            "The series that count its [[ counts ]] are gone, or no event came for a whole day."
            " Its burn alerts cannot fire until they are back. Check that the service runs, that"
            " its telemetry arrives, and that no metric was renamed."
        ),
    ),
    "signalInvalid": (
        "[[ displayName ]] counts errors and events that contradict each other[[ groups ]]",
        (
            "Over the last hour there were more errors than events, or one of both was not"
            " counted at all, so the error ratio and the budget are wrong. Check that both count"
            " the same events: same spans, same labels, a bucket that exists."
        ),
    ),
    "budgetSpent": (
        ("[[ displayName ]] has spent [[ part ]] of its error budget[[ groups ]]"),
        (
            "Left of the error budget of [[ window ]]: {{ $value | humanizePercentage }}"
            " (objective [[ objective ]]; below 0% it is missed). Until old errors leave the"
            " window, every new one makes it worse: hold risky changes."
        ),
    ),
    "budgetForecast": (
        "[[ displayName ]] will have spent its error budget within [[ exhaustsIn ]][[ groups ]]",
        (
            "At the rate of the last [[ over ]], the rest of the error budget of [[ window ]]"
            " (objective [[ objective ]]) is gone within [[ exhaustsIn ]]."
        ),
    ),
    "indicator": (
        "[[ displayName ]] is [[ wrong ]][[ groups ]]",
        (
            "Now [[ counts ]] is [[ value ]][[ lately ]],"
            " which is [[ wrong ]]. This is an early sign, not yet a missed objective: look before"
            " the budget burns.[[ note ]]"
        ),
    ),
}


_PHRASES: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], str]]] = {
    # What built-in texts say of values; before it, the value that is known last.
    "note": ("description", lambda values: note(values["description"])),
    "pace": ("factor", lambda values: _pace(values["factor"])),
    "still": (
        "short",
        lambda values: (
            "" if values["short"] == values["long"] else f" and over the last {values['short']}"
        ),
    ),
    "part": ("share", lambda values: "all" if values["share"] == "100%" else values["share"]),
    "lately": (
        "window",
        lambda values: values["window"] and f" over the last {values['window']}",
    ),
}


def note(description: str) -> str:
    """What someone wrote of an SLO or an indicator, behind the text of its alert."""
    return description and f" {description}"


def _pace(factor: str) -> str:
    """A burn rate for someone who was asleep: three digits, and 1 in words."""
    if Decimal(factor or 1) <= 1:
        return "faster than it lasts"
    return f"{short(Decimal(factor), 3)} times too fast"


class Words(NamedTuple):
    """A text in which the values that many alerts share are filled in."""

    text: str
    known: Mapping[str, Any] | None  # of a policy's own text; None: a format of what is missing

    def said(self, values: Mapping[str, Any]) -> str:
        """The text with the values of one alert; those that are known stand."""
        if self.known is None:
            # Values and nothing else: jinja2, which takes a fifth of a short run to load, can wait.
            return self.text % values
        return str(_template(self.text).render({**values, **self.known}))

    def about(self, more: Mapping[str, Any]) -> "Words":
        """The text with more values filled in, such as no built-in text says."""
        return self if self.known is None else self._replace(known={**self.known, **more})


class Prose(NamedTuple):
    """The templates of one policy: its own texts over the built-in ones."""

    own: Mapping[tuple[str, str], str] = MappingProxyType({})

    def words(self, kind: str, part: str, known: Mapping[str, Any]) -> Words:
        """`summary` or `description` of a kind of alert, as far as its values are known."""
        own = self.own.get((kind, part))
        if own is not None:
            return Words(own, known)
        return Words(_filled(BUILT_IN[kind][part == "description"], known), None)

    def render(self, kind: str, part: str, values: Mapping[str, Any]) -> str:
        """`summary` or `description` of one alert, all of whose values are known."""
        return self.words(kind, part, values).said({})


_VALUE = re.compile(r"\[\[ (\w+) \]\]")


def _filled(source: str, known: Mapping[str, Any]) -> str:
    """A built-in text as a format of the values that are not known yet."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        last, phrase = _PHRASES.get(name, (name, None))
        if last not in known:
            return f"%({name})s"
        said: str = phrase(known) if phrase else known[name]
        return said.replace("%", "%%")

    return _VALUE.sub(value, source.replace("%", "%%"))


def of(texts: Texts) -> Prose:
    """The prose of a policy."""
    if not texts.model_fields_set:
        return Prose()
    sound = ((kind, part, text) for kind, part, text in _written(texts) if not any(_wrong(text)))
    return Prose({(kind, part): text for kind, part, text in sound})


def _written(texts: Texts) -> Iterator[tuple[str, str, str]]:
    for kind, info in type(texts).model_fields.items():
        for part in ("summary", "description"):
            if text := getattr(getattr(texts, kind), part):
                yield info.alias or kind, part, text


def findings(texts: Texts, place: Place) -> Iterator[Diagnostic]:
    """Templates that jinja2 or Prometheus would refuse, and names that no alert can fill in."""
    for kind, part, text in _written(texts):
        where = place / "texts" / kind / part
        for start, end, message, hint in _wrong(text):
            span = where.within(start, end)
            yield meaning.BAD_TEXT.at(span, f"texts.{kind}.{part} {message}", hint=hint)
        for one in gotemplate.check(text, None):
            message = f"texts.{kind}.{part}: {one.message}"
            yield one.code.at(where.within(one.start, one.end), message, hint=one.hint)


@cache
def _wrong(text: str) -> tuple[tuple[int, int, str, str], ...]:
    """What is wrong with an own text, from where to where, and what to do about it."""
    from jinja2 import TemplateError, meta  # noqa: PLC0415  # only own texts need it

    try:
        parsed = _environment().parse(text)
        unfit = _unfit(parsed)
        if not unfit:  # jinja2 reckons constants while it compiles: `"a" * 10 ** 10`
            _template(text)
    except TemplateError as refused:
        said = f"is no template: {_reason(refused.message or '')}"
        return ((0, len(text), said, "values stand in [[ ]], blocks in [% %]"),)
    except (RecursionError, SyntaxError, MemoryError):  # of Python, which jinja2 compiles to
        return ((0, len(text), "nests too deep", "write it flatter"),)
    if unfit:
        hint = "texts have values, [% if %] with == and in, and filters that change case"
        return ((0, len(text), f"is more than a text: {unfit}", hint),)
    unknown = sorted(meta.find_undeclared_variables(parsed) - {*VARIABLES, *OURS})
    hint = f"there are {', '.join(VARIABLES)}"
    return tuple(
        (*_use(text, name), f"names `{name}`, which no alert has", hint) for name in unknown
    )


_FILTERS = frozenset({"capitalize", "default", "lower", "title", "trim", "upper"})
_COMPARISONS = frozenset({"eq", "ne", "in", "notin"})


def _unfit(parsed: Any) -> str:
    """What a text holds that could take long, grow large or fail: loops, arithmetic, macros."""
    from jinja2 import nodes  # noqa: PLC0415  # as above

    fit = (
        nodes.Output, nodes.TemplateData, nodes.Name, nodes.If, nodes.CondExpr, nodes.Compare,
        nodes.And, nodes.Or, nodes.Not, nodes.Concat, nodes.Getattr, nodes.Getitem,
    )  # fmt: skip
    for node in parsed.find_all(nodes.Node):
        match node:
            case nodes.Filter(name=name) if name in _FILTERS:
                continue
            case nodes.Operand(op=op) if op in _COMPARISONS:
                continue
            case nodes.Const(value=str()) | nodes.Template():
                continue
        if not isinstance(node, fit):
            return f"`{getattr(node, 'name', '') or type(node).__name__.lower()}`"
    return ""


def _use(text: str, name: str) -> tuple[int, int]:
    """Where a text first uses a name."""
    for said in _SAID.finditer(text):
        if found := re.compile(rf"\b{re.escape(name)}\b").search(text, said.start(), said.end()):
            return found.span()
    return 0, len(text)


_REASONS = (
    (r"got '(.+)'$", "`{}` is not expected"),
    (r"[Nn]o (filter|test) named '(.+?)'", "there is no {} `{}`"),
    (r"unknown tag '(.+?)'", "there is no tag `{}`"),
    (r"unexpected '(.+)'$", "`{}` is not expected"),
)


def _reason(said: str) -> str:
    """Why jinja2 refuses a text, in our words."""
    for pattern, words in _REASONS:
        if found := re.search(pattern, said):
            return words.format(*found.groups())
    return "a value or a block is not closed"


@cache
def _environment() -> Any:
    from jinja2 import ChainableUndefined  # noqa: PLC0415  # 20 ms that --version need not pay
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415

    made: Any = ImmutableSandboxedEnvironment(
        block_start_string="[%", block_end_string="%]",
        variable_start_string="[[", variable_end_string="]]",
        comment_start_string="[#", comment_end_string="#]",
        # Unknown names are refused before; a label that this alert lacks leaves its place empty.
        undefined=ChainableUndefined, autoescape=False, keep_trailing_newline=True,
    )  # fmt: skip

    def member(of: Any, name: str) -> Any:
        """A label or annotation; never a method, which prints as an address in memory."""
        found = of.get(name) if isinstance(of, Mapping) else None
        return made.undefined(name=name) if found is None else found

    made.getattr = made.getitem = member
    return made


@cache
def _template(source: str) -> Any:
    return _environment().from_string(source)
