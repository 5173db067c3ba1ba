"""An AnalysisTemplate's data, leniently read: metrics, arguments, texts with arguments put in."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from burnrules.gates.finding import Loc

KINDS = ("AnalysisTemplate", "ClusterAnalysisTemplate")
SUCCESS, FAILURE = "successCondition", "failureCondition"
_DEEPEST = 50
_LONGEST = 20_000  # longer than any query that is read
_ARGUMENT = re.compile(r"args\.([A-Za-z0-9_.-]+)")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")


class Placeholder(NamedTuple):
    """`{{…}}` in a text; `argument` is empty when it is none, `closed` false without `}}`."""

    start: int
    end: int
    tag: str
    closed: bool

    @property
    def argument(self) -> str:
        """The argument it stands for, or nothing."""
        found = _ARGUMENT.fullmatch(self.tag.strip())
        return found[1] if found and self.closed else ""


class Filled(NamedTuple):
    """A text whose placeholders are replaced, and the way back to the offsets of the original."""

    text: str
    moves: tuple[tuple[int, int, int, int], ...]  # start and end here, start and end there
    guessed: bool  # an argument had no default: its value is made up

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Where characters of this text stand in the original."""
        return self._back(start)[0], self._back(max(start, end - 1))[1]

    def _back(self, offset: int) -> tuple[int, int]:
        shift = 0
        for here, here_end, there, there_end in self.moves:
            if offset < here:
                break
            if offset < here_end:
                return there, there_end
            shift = there_end - here_end
        return offset + shift, offset + shift + 1


class Metric(NamedTuple):
    """One metric of a template, with the defaults of the template's arguments."""

    loc: Loc
    data: Mapping[str, Any]
    defaults: Mapping[str, str]

    @property
    def name(self) -> str:
        """Its name, or nothing."""
        return text(self.data.get("name"))

    @property
    def provider(self) -> str:
        """The provider, if there is exactly one."""
        found = list(mapping(self.data.get("provider")))
        return found[0] if len(found) == 1 else ""

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the provider is told."""
        return mapping(mapping(self.data.get("provider")).get(self.provider))

    def at(self, *steps: str | int) -> Loc:
        """The place of something within this metric."""
        return (*self.loc, *steps)

    def setting(self, *steps: str | int) -> Loc:
        """The place of something that the provider is told."""
        return self.at("provider", self.provider, *steps)

    def whole(self, field: str, default: int = 0) -> int | None:
        """A count or limit; None where only the Rollout knows it, or it is no number."""
        value = self.data.get(field)
        if value is None or value == "":
            return default
        return whole(self.filled(str(value)).text)

    @property
    def looks(self) -> int | None:
        """How often it is measured at most: 0 without end, None if that is an argument."""
        count = self.whole("count")
        if count == 0 and not self.data.get("interval"):
            return 1
        return count

    def filled(self, written: str) -> Filled:
        """A text as Argo resolves it, with a likely value where only the Rollout knows it."""
        return filled(written, self.defaults)


class Template(NamedTuple):
    """An AnalysisTemplate or ClusterAnalysisTemplate."""

    kind: str
    name: str
    spec: Mapping[str, Any]

    @property
    def arguments(self) -> tuple[tuple[int, Mapping[str, Any]], ...]:
        """The declared arguments that are mappings, with their position."""
        return indexed(self.spec.get("args"))

    @property
    def defaults(self) -> dict[str, str]:
        """Arguments that have a value here."""
        return {
            text(one.get("name")): str(one["value"])
            for _, one in self.arguments
            if isinstance(one.get("value"), str | int)
        }

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The metrics that are mappings."""
        defaults = self.defaults
        return tuple(
            Metric(("spec", "metrics", index), one, defaults)
            for index, one in indexed(self.spec.get("metrics"))
        )


def read(data: Any) -> Template | None:
    """The template that a document holds, if it is one."""
    document = mapping(data)
    kind = text(document.get("kind"))
    if kind not in KINDS or not text(document.get("apiVersion")).startswith("argoproj.io/"):
        return None
    name = text(mapping(document.get("metadata")).get("name"))
    return Template(kind, name, mapping(document.get("spec")))


def placeholders(written: str) -> Iterator[Placeholder]:
    """Every `{{` with the `}}` that Argo takes for its end."""
    start = written.find("{{")
    while start >= 0:
        end = written.find("}}", start + 2)
        if end < 0:
            yield Placeholder(start, len(written), written[start + 2 :], closed=False)
            return
        yield Placeholder(start, end + 2, written[start + 2 : end], closed=True)
        start = written.find("{{", end + 2)


def filled(written: str, defaults: Mapping[str, str]) -> Filled:
    """A text with every argument replaced by its default, or by what can stand in its place."""
    if len(written) > _LONGEST:
        return Filled(written, (), guessed=True)
    pieces: list[str] = []
    moves: list[tuple[int, int, int, int]] = []
    length = behind = 0
    guessed = False
    for found in placeholders(written):
        if not found.argument:
            continue
        value = defaults.get(found.argument)
        guessed |= value is None
        pieces.append(written[behind : found.start])
        length += found.start - behind
        value = _likely("".join(pieces), written[found.end :]) if value is None else value
        pieces.append(value)
        moves.append((length, length + len(value), found.start, found.end))
        length, behind = length + len(value), found.end
    return Filled("".join([*pieces, written[behind:]]), tuple(moves), guessed)


def strings(data: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str]]:
    """Every text within data, with its place."""
    if isinstance(data, str):
        yield loc, data
    elif len(loc) > _DEEPEST:
        return
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from strings(value, (*loc, str(key)))
    elif isinstance(data, list | tuple):
        for index, value in enumerate(data):
            yield from strings(value, (*loc, index))


def mapping(value: Any) -> Mapping[str, Any]:
    """The value, if it is a mapping; else an empty one."""
    return value if isinstance(value, Mapping) else {}


def indexed(value: Any) -> tuple[tuple[int, Mapping[str, Any]], ...]:
    """The mappings of a list, with their positions."""
    items = value if isinstance(value, list | tuple) else ()
    return tuple((index, one) for index, one in enumerate(items) if isinstance(one, Mapping))


def text(value: Any) -> str:
    """The value, if it is text; else nothing."""
    return value if isinstance(value, str) else ""


def whole(value: Any) -> int | None:
    """A whole number, however it is written, or None."""
    if isinstance(value, bool):
        return None
    written = str(value)
    return int(written) if _WHOLE.fullmatch(written) else None


def _likely(before: str, after: str) -> str:
    before = _ESCAPED.sub("", before)
    if before.count('"') % 2 or before.count("'") % 2:
        return "x"
    if before.rstrip().endswith(("[", ":", "offset")):
        return "5m"
    if after.lstrip().startswith(("{", "[")):
        return "x"
    if before.count("{") > before.count("}"):
        return 'x="x"'
    return "1"
