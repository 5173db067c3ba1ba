"""The functions that templates of Prometheus 2.42 may call, and those that people expect there."""

from dataclasses import dataclass

from burnrules.diagnostics import near
from burnrules.gotemplate.tree import Type


@dataclass(frozen=True, slots=True)
class Signature:
    """What a function takes and gives; `more` is the type of any further arguments."""

    takes: tuple[Type, ...]
    gives: Type
    more: Type | None = None
    least: int | None = None  # the last of `takes` may be left out down to this many

    @property
    def fewest(self) -> int:
        """The smallest number of arguments."""
        return len(self.takes) if self.least is None else self.least

    @property
    def wants(self) -> str:
        """How many arguments it takes, in words."""
        if self.more is not None:
            return f"at least {self.fewest}"
        most = len(self.takes)
        return str(most) if most == self.fewest else f"{self.fewest} to {most}"

    def fits(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return self.fewest <= count and (self.more is not None or count <= len(self.takes))

    def wanted(self, index: int) -> Type:
        """The type of one argument."""
        return self.takes[index] if index < len(self.takes) else self.more or Type.ANY


_ANY, _TEXT, _NUMBER, _BOOL = Type.ANY, Type.TEXT, Type.NUMBER, Type.BOOL
_COMPARE = Signature((_ANY, _ANY), _BOOL)
_PRINT = Signature((), _TEXT, _ANY)
_HUMANIZE = Signature((_NUMBER,), _TEXT)
_CHANGE = Signature((_TEXT,), _TEXT)
_CHOOSE = Signature((_ANY,), _ANY, _ANY)

SIGNATURES = {
    "query": Signature((_TEXT,), Type.SAMPLES),
    "first": Signature((Type.SAMPLES,), Type.SAMPLE),
    "label": Signature((_TEXT, Type.SAMPLE), _TEXT),
    "value": Signature((Type.SAMPLE,), Type.FLOAT),
    "strvalue": Signature((Type.SAMPLE,), _TEXT),
    "sortByLabel": Signature((_TEXT, Type.SAMPLES), Type.SAMPLES),
    "args": Signature((), _ANY, _ANY),
    "reReplaceAll": Signature((_TEXT, _TEXT, _TEXT), _TEXT),
    "match": Signature((_TEXT, _TEXT), _BOOL),
    "safeHtml": Signature((_TEXT,), _ANY),
    "title": _CHANGE,
    "toUpper": _CHANGE,
    "toLower": _CHANGE,
    "graphLink": _CHANGE,
    "tableLink": _CHANGE,
    "stripPort": _CHANGE,
    "stripDomain": _CHANGE,
    "humanize": _HUMANIZE,
    "humanize1024": _HUMANIZE,
    "humanizeDuration": _HUMANIZE,
    "humanizePercentage": _HUMANIZE,
    "humanizeTimestamp": _HUMANIZE,
    "toTime": Signature((_NUMBER,), _ANY),
    "parseDuration": Signature((_TEXT,), Type.FLOAT),
    "pathPrefix": Signature((), _TEXT),
    "externalURL": Signature((), _TEXT),
    "and": _CHOOSE,
    "or": _CHOOSE,
    "not": Signature((_ANY,), _BOOL),
    "len": Signature((_ANY,), Type.INT),
    "index": _CHOOSE,
    "slice": Signature((_ANY,) * 4, _ANY, least=1),
    "call": _CHOOSE,
    "print": _PRINT,
    "println": _PRINT,
    "printf": Signature((_TEXT,), _TEXT, _ANY),
    "html": _PRINT,
    "js": _PRINT,
    "urlquery": _PRINT,
    "eq": Signature((_ANY, _ANY), _BOOL, _ANY),
    "ne": _COMPARE,
    "lt": _COMPARE,
    "le": _COMPARE,
    "gt": _COMPARE,
    "ge": _COMPARE,
}
VARIABLES = {
    "$labels": Type.LABELS,
    "$externalLabels": Type.MAP,
    "$externalURL": Type.TEXT,
    "$value": Type.FLOAT,
}
FIELDS = {
    Type.DATA: {
        "Labels": Type.LABELS,
        "ExternalLabels": Type.MAP,
        "ExternalURL": Type.TEXT,
        "Value": Type.FLOAT,
    },
    Type.SAMPLE: {"Labels": Type.MAP, "Value": Type.FLOAT},
}
_NEWER = {"toDuration": "3.6", "now": "3.6", "urlQueryEscape": "3.8"}
_ELSEWHERE = {
    "default": 'write {{ or $labels.name "default" }}',
    "upper": "write toUpper",
    "lower": "write toLower",
    "urlquery_escape": "write urlquery",
    "safeUrl": "write urlquery",
    "quote": 'write {{ printf "%q" $labels.name }}',
    "include": "it is Helm's: render the file with Helm first",
    "tpl": "it is Helm's: render the file with Helm first",
    "toYaml": "it is Helm's: render the file with Helm first",
    "contains": "write {{ match `regex` $labels.name }}",
    "hasPrefix": "write {{ match `^regex` $labels.name }}",
    "regexMatch": "write match",
    "replace": 'write {{ reReplaceAll "regex" "by" $labels.name }}',
    "reReplace": "write reReplaceAll",
    "join": "it is Alertmanager's and works in its notification templates only",
    "date": "it is Alertmanager's and works in its notification templates only",
    "round": 'write {{ printf "%.0f" $value }}, or round in the query',
    "add": "templates have no arithmetic; compute in the query",
    "sub": "templates have no arithmetic; compute in the query",
    "mul": "templates have no arithmetic; compute in the query",
    "mulf": "templates have no arithmetic; compute in the query",
    "div": "templates have no arithmetic; compute in the query",
}


def newer(name: str) -> str:
    """The version of Prometheus that brought a function, if that was after 2.42."""
    return _NEWER.get(name, "")


def instead(name: str, labels: frozenset[str] | None) -> str:
    """What to write instead of a function that is none."""
    if "$" + name in VARIABLES:
        return f"did you mean `${name}`?"
    if name in _ELSEWHERE:
        return _ELSEWHERE[name]
    if labels and name in labels:
        return f"did you mean `$labels.{name}`?"
    return near(name, SIGNATURES) or "labels are read as $labels.name, the value as $value"
