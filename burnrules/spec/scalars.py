"""The scalar types of the spec: what may be written, and what is said when it is not.

Values arrive as YAML 1.2 text (`str`), `Number` (text that is a number), `bool`, `None`, lists and
mappings. Every validator answers with an exact value or a refusal in our own words.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, NamedTuple, NoReturn

from pydantic import GetCoreSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from burnrules import durations
from burnrules.diagnostics import near
from burnrules.durations import Duration
from burnrules.source import Number

_DNS = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_ATTRIBUTE = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*([.\-/][a-zA-Z0-9_]+)*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
_LATENCY = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,12})?)(us|ms|s|m)")
_PERCENT = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,20})?)\s*%")
_SECONDS = {"us": Decimal("0.000001"), "ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60)}
_LONGEST_NUMBER = 32
_LONGEST_TEXT = 10_000
_FINEST = Decimal("0.0000001")


@dataclass(frozen=True, slots=True)
class Reads:
    """A scalar is what this function makes of it.

    As pydantic's `PlainValidator`, which inspects the function and builds a schema of the type
    too, so that the schema of a spec would take twice as long to build.
    """

    function: Callable[[Any], Any]

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        """What pydantic asks of an annotation."""
        return core_schema.no_info_plain_validator_function(
            self.function, json_schema_input_schema=core_schema.any_schema()
        )


def refuse(message: str, hint: str = "", *, field: str = "") -> NoReturn:
    """Say what is wrong with a value, or a field of it; `validate` adds its name and place."""
    said = {"message": message, "hint": hint, "field": field}
    raise PydanticCustomError("burnrules", "{message}", said)


def shown(value: object) -> str:
    """A value as the writer of the spec would recognise it, control characters escaped."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case dict():
            return "a mapping"
        case list():
            return "a list"
    text = re.sub(
        r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]",
        lambda c: f"\\u{ord(c.group()):04x}",
        str(value),
    )
    return f"`{text if len(text) <= 60 else text[:57] + '...'}`"


def text(value: Any, longer: str = "shorten it, and link to the rest") -> str:
    """Any text that is not empty and has no control character but line feed and tab."""
    if isinstance(value, Number):
        refuse(f"must be text; YAML read the number {value}", f'quote it: "{value}"')
    if isinstance(value, bool):
        refuse(f"must be text; YAML read {shown(value)}", f'quote it: "{shown(value)}"')
    if not isinstance(value, str):
        refuse(f"must be text; got {shown(value)}", "write a text")
    if len(value) > _LONGEST_TEXT:
        refuse(f"is longer than 10 kB ({len(value)} characters)", longer)
    if not value.strip():
        refuse("is empty", "write a text, or leave the key out")
    if _CONTROL.search(value):
        refuse(f"has a control character: {shown(value)}", "remove it")
    return str(value)


def severity(value: Any) -> str:
    """A value of the label `severity`: one line, since Alertmanager routes by it."""
    written = text(value)
    if "\n" in written or "{{" in written or len(written) > 100:
        refuse(f"is no severity: {shown(written)}", "one word, e.g. page")
    return written


def alert_name(value: Any) -> str:
    """An alertname: one line, since people search for it; Prometheus expands no template in it."""
    written = text(value)
    if "\n" in written or "{{" in written or len(written) > 200:
        refuse(f"is no alert name: {shown(written)}", "one line of text without a template")
    return written


def name(value: Any) -> str:
    """A DNS label, since names become label values, file names and Kubernetes names."""
    written = text(value)
    if len(written) > 63 or not _DNS.fullmatch(written):
        seen = _INVISIBLE.sub("", written).lower()
        better = re.sub(r"[^a-z0-9]+", "-", seen).strip("-")[:63].strip("-")
        hint = f"try `{better}`" if better else "use a-z, 0-9 and -"
        refuse(f"must be a DNS label (a-z, 0-9, -; at most 63); got {shown(written)}", hint)
    return written


def label(value: Any) -> str:
    """A label name that every Prometheus version takes."""
    written = text(value)
    if not _LABEL.fullmatch(written):
        better = re.sub(r"[^a-zA-Z0-9_]+", "_", written).strip("_")
        better = f"_{better}" if better[:1].isdigit() else better
        refuse(f"{shown(written)} is not a label name", f"try `{better}`" if better else "")
    return written


def attribute(value: Any) -> str:
    """A label name, or an attribute name with dots as the application sets it."""
    written = text(value)
    if len(written) > 200 or not _ATTRIBUTE.fullmatch(written):
        refuse(f"{shown(written)} is not an attribute name", "e.g. http.route, or a label name")
    return written


def number(value: Any) -> Decimal:
    """A finite number, exact."""
    if isinstance(value, bool) or not isinstance(value, Number | str | int | Decimal):
        refuse(f"must be a number; got {shown(value)}", "write it in digits, e.g. 99.9")
    try:
        found = Decimal(str(value)) if len(str(value)) <= _LONGEST_NUMBER else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        comma = re.fullmatch(r"(\d+),(\d+)", str(value))
        refuse(
            f"must be a number; got {shown(value)}",
            f"write {comma[1]}.{comma[2]}" if comma else "write it in digits, e.g. 99.9",
        )
    if found and (not -20 <= found.adjusted() <= 20 or len(found.as_tuple().digits) > 20):
        refuse(f"must be a number of sensible size; got {shown(value)}", "use fewer digits")
    return found


def objective(value: Any) -> Decimal:
    """The share of good events in percent: `99.9` or `99.9%`, strictly between 0 and 100."""
    if isinstance(value, bool):
        refuse(f"must be a number in percent; got the boolean {shown(value)}", "e.g. 99.9")
    if isinstance(value, str) and re.fullmatch(r"(?i)[-+]?\.?(nan|inf)", value):
        refuse("is not a finite number", "write a percentage, e.g. 99.9")
    found = number(value[:-1].strip() if isinstance(value, str) and value.endswith("%") else value)
    if found == 100:
        refuse("100 leaves no error budget: every burn rate is infinite", "below 100, e.g. 99.99")
    if 100 - _FINEST < found < 100:
        refuse(f"{found} leaves a budget that no counter can show", "write 99.9999 or less")
    if not 0 < found < 100:
        refuse(f"{found} is outside 0 to 100", "write a percentage, e.g. 99.9")
    if found < 1:
        refuse(f"{found} means {found} %", f"for a ratio write {(found * 100).normalize():f}")
    return found


def percent(value: Any) -> Decimal:
    """A share as a ratio: `2%` is 0.02; the sign must be written."""
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        hint = f"write {value}%" if isinstance(value, Number) else "write a number and the sign"
        refuse(f"must be a percentage with its sign, e.g. 2%; got {shown(value)}", hint)
    return Decimal(found[1]).scaleb(-2)


def duration(value: Any) -> Duration:
    """A Prometheus duration above 0."""
    if isinstance(value, Number):
        refuse(
            f"needs a unit, e.g. 30d; got {value}",
            f"write {value}s, {value}m, {value}h or {value}d",
        )
    if not isinstance(value, str):
        refuse(f"must be a duration, e.g. 30d; got {shown(value)}", "write e.g. 30d")
    found = durations.parse(value)
    if found is None:
        refuse(f"is not a duration: {shown(value)}", _duration_hint(value))
    if not found.milliseconds:
        refuse("must be above 0", "write e.g. 5m")
    return found


def _duration_hint(written: str) -> str:
    if re.fullmatch(r"\d+(M|mo|month|months)", written):
        return "months differ in length; write days, e.g. 30d"
    if words := re.fullmatch(r"(\d+)\s*(min|minutes?|mins)", written):
        return f"write {words[1]}m"
    if words := re.fullmatch(r"(\d+)\s+(ms|[smhdwy])", written):
        return f"write {words[1]}{words[2]}"
    if durations.parse(written.removeprefix("-")):
        return f"a length of time has no sign: write {written[1:]}"
    return "units are ms, s, m, h, d, w, y, largest first, e.g. 1h30m"


def latency(value: Any) -> Decimal:
    """A latency in seconds: `400ms` is 0.4."""
    if isinstance(value, Number):
        refuse(f"needs a unit, e.g. 400ms; got {value}", f"write {value}s or {value}ms")
    found = _LATENCY.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        words = re.fullmatch(r"([0-9.]{1,12})\s*(ms|milli|s|m)[a-z]*", str(value))
        unit = {"milli": "ms"}.get(words[2], words[2]) if words else ""
        hint = f"write {words[1]}{unit}" if words else "units are us, ms, s, m"
        refuse(f"must be a latency, e.g. 400ms or 1.5s; got {shown(value)}", hint)
    seconds = Decimal(found[1]) * _SECONDS[found[2]]
    if not seconds:
        refuse("must be above 0", "write e.g. 400ms")
    return seconds


def whole(value: Any) -> int:
    """A whole number from 0 on."""
    found = number(value)
    if found != found.to_integral_value() or not 0 <= found < 10**9:
        refuse(f"must be a whole number from 0 on; got {shown(value)}", "write e.g. 10")
    return int(found)


def flag(value: Any) -> bool:
    """`true` or `false`; YAML 1.1's `yes` and `on` are text here."""
    if not isinstance(value, bool):
        refuse(f"must be true or false; got {shown(value)}", "write true or false, without quotes")
    return value


def one_of(*words: str) -> Callable[[Any], str]:
    """A validator for a closed choice of words."""

    def validator(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            refuse(
                f"must be one of {', '.join(words)}; got {shown(value)}",
                near(str(value), words) or "write one of these",
            )
        return str(value)

    return validator


class Match(NamedTuple):
    """What one attribute must be: `equals`, `not`, `regex`, `notRegex` with values, or `exists`."""

    how: str
    values: tuple[str, ...] = ()
    exists: bool = True


def match(value: Any) -> Match:
    """A matcher: a value, a list of values, or one of not, regex, notRegex, exists."""
    if not isinstance(value, dict):
        return Match("equals", _values(value))
    if len(value) != 1:
        refuse(
            f"needs exactly one of not, regex, notRegex, exists; has {', '.join(value) or 'none'}",
            "write e.g. {not: GET}",
        )
    [(how, wanted)] = value.items()
    match how:
        case "exists":
            return Match("exists", exists=flag(wanted))
        case "not":
            return Match("not", _values(wanted))
        case "regex" | "notRegex":
            return Match(how, (text(wanted),))
    known = ("not", "regex", "notRegex", "exists")
    refuse(f"{shown(how)} is no matcher", near(str(how), known) or f"there are {', '.join(known)}")


def _values(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        if not value:
            refuse("is an empty list: it matches nothing", "name a value, or leave it out")
        return tuple(dict.fromkeys(_value(one) for one in value))
    return (_value(value),)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, Number) else text(value)


def _status_class(value: Any) -> str:
    written = str(value)
    if isinstance(value, bool) or not re.fullmatch(r"[1-5](xx|[0-9][0-9])", written):
        refuse(
            f"must be a status such as 422 or a class such as 5xx; got {shown(value)}", "e.g. 5xx"
        )
    return written


def _grpc_status(value: Any) -> str:
    written = str(value).upper()
    if written.isdigit() and int(written) < len(GRPC):
        return GRPC[int(written)]
    if written not in GRPC:
        refuse(
            f"must be a gRPC status; got {shown(value)}",
            near(written.lower(), GRPC) or "e.g. UNAVAILABLE",
        )
    return written


GRPC = (
    "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND",
    "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED",
    "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
)  # fmt: skip


def _url(value: Any) -> str:
    written = text(value)
    parts = re.fullmatch(r"https?://([^/\s?#]+)([^\s]*)", written)
    if parts is None:
        refuse(
            f"must be a URL with http:// or https://; got {shown(written)}",
            "put https:// before it",
        )
    if "@" in parts[1]:
        refuse("holds credentials", "use tokenSecret, or the scheduler's own secrets")
    return written.rstrip("/")


def _promql(value: Any) -> str:
    return text(value, "record a part of it first")


def _schema(kind: str, description: str, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": kind, "description": description, **more})


_DURATION = r"^([0-9]+y)?([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$"
_VALUES = {"type": ["string", "number", "boolean"]}
_SOME = {"anyOf": [_VALUES, {"type": "array", "items": _VALUES, "minItems": 1}]}

Text = Annotated[
    str, Reads(text), _schema("string", "a text", minLength=1, maxLength=_LONGEST_TEXT)
]
Severity = Annotated[
    str, Reads(severity), _schema("string", "a severity", minLength=1, maxLength=100)
]
AlertName = Annotated[
    str, Reads(alert_name), _schema("string", "an alertname", minLength=1, maxLength=200)
]
Name = Annotated[
    str,
    Reads(name),
    _schema("string", "a DNS label", pattern=f"^{_DNS.pattern}$", maxLength=63),
]
LabelName = Annotated[
    str, Reads(label), _schema("string", "a label name", pattern=f"^{_LABEL.pattern}$")
]
Attribute = Annotated[
    str,
    Reads(attribute),
    _schema(
        "string",
        "an attribute name such as http.route, or a label name",
        pattern=f"^{_ATTRIBUTE.pattern}$",
    ),
]
Objective = Annotated[
    Decimal,
    Reads(objective),
    WithJsonSchema(
        {
            "description": "good events in percent, below 100",
            "examples": [99.9],
            "anyOf": [
                {"type": "number", "minimum": 1, "exclusiveMaximum": 100},
                {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)?\s*%?$"},
            ],
        }
    ),
]
Percent = Annotated[
    Decimal,
    Reads(percent),
    _schema(
        "string", "a percentage with its sign", pattern=f"^{_PERCENT.pattern}$", examples=["2%"]
    ),
]
PlainNumber = Annotated[Decimal, Reads(number), _schema("number", "a number")]
Whole = Annotated[int, Reads(whole), _schema("integer", "a whole number", minimum=0)]
Flag = Annotated[bool, Reads(flag), _schema("boolean", "true or false")]
SPAN_SCHEMA = _schema(
    "string", "a Prometheus duration", pattern=_DURATION, minLength=2, examples=["30d", "1h30m"]
)
Span = Annotated[Duration, Reads(duration), SPAN_SCHEMA]
Latency = Annotated[
    Decimal,
    Reads(latency),
    _schema(
        "string",
        "a latency with its unit",
        pattern=f"^{_LATENCY.pattern}$",
        examples=["400ms", "1.5s"],
    ),
]
PromQL = Annotated[
    str,
    Reads(_promql),
    _schema("string", "a PromQL expression", minLength=1, maxLength=_LONGEST_TEXT),
]
Url = Annotated[
    str,
    Reads(_url),
    _schema("string", "an http or https URL without credentials", pattern="^https?://"),
]
Matcher = Annotated[
    Match,
    Reads(match),
    WithJsonSchema(
        {
            "description": "a value, a list (any of), or one of not, regex, notRegex, exists",
            "anyOf": [
                _SOME,
                *(
                    {
                        "type": "object",
                        "additionalProperties": False,
                        "required": [key],
                        "properties": {key: shape},
                    }
                    for key, shape in (
                        ("not", _SOME),
                        ("regex", {"type": "string"}),
                        ("notRegex", {"type": "string"}),
                        ("exists", {"type": "boolean"}),
                    )
                ),
            ],
        }
    ),
]
StatusClass = Annotated[
    str,
    Reads(_status_class),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "description": "a status, or a class such as 5xx",
            "examples": ["5xx", 422],
        }
    ),
]
GrpcStatus = Annotated[
    str,
    Reads(_grpc_status),
    WithJsonSchema(
        {
            "type": ["string", "integer"],
            "description": "a gRPC status by name or number",
            "examples": ["UNAVAILABLE", 14],
        }
    ),
]


def choice(description: str, *words: str) -> tuple[Reads, WithJsonSchema]:
    """The annotations of a closed choice: `Annotated[str, *choice("…", "a", "b")]`."""
    return Reads(one_of(*words)), _schema("string", description, enum=list(words))
