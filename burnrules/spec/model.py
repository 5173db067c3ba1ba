"""What every spec model shares: camelCase keys, no unknown ones, frozen; and the choice of one."""

import re
from collections.abc import Callable
from functools import cache
from typing import Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    TypeAdapter,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from burnrules.spec.scalars import Reads, Text, label, refuse

RESERVED = frozenset(
    {
        "alertname",
        "severity",
        "le",
        "slo_path",
        "slo_name",
        "long_window",
        "short_window",
        "burn_rate",
    }
)


class Model(BaseModel):
    """A mapping of a spec: keys in camelCase, unknown keys refused."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        arbitrary_types_allowed=True,
        defer_build=True,  # a validator of its own for each of forty models costs 60 ms
    )


M = TypeVar("M", bound=BaseModel)


def absent(kind: type[M]) -> Callable[[], M]:
    """What a mapping is that nobody wrote: one frozen value for all, made when first wanted."""

    @cache
    def value() -> M:
        return kind.model_construct()

    return value


class Later:
    """A type whose module is loaded when the first value of it is written: most specs have none.

    Takes what gives the type. The annotation itself is `Any`, except to mypy.
    """

    __slots__ = ("_adapter", "kind")

    def __init__(self, kind: Callable[[], Any]) -> None:
        self.kind = kind
        self._adapter = cache(lambda: TypeAdapter(kind()))

    def _read(self, value: Any) -> Any:
        return self._adapter().validate_python(value)

    def __get_pydantic_core_schema__(self, _: object, __: GetCoreSchemaHandler) -> CoreSchema:
        """What pydantic asks of an annotation."""
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """What pydantic asks of an annotation for editors."""
        return handler(self._adapter().core_schema)


def annotation(field: FieldInfo) -> Any:
    """The type of a field, also of one that is read later."""
    later = next((one for one in field.metadata if isinstance(one, Later)), None)
    return field.annotation if later is None else later.kind()


def written(model: Model, *fields: str) -> tuple[str, ...]:
    """Which of these optional fields have a value, by the names that the spec uses."""
    return tuple(to_camel(one) for one in fields if getattr(model, one) is not None)


def exactly(count: int, model: Model, *fields: str) -> None:
    """Refuse a choice in which not exactly `count` of the fields are written."""
    has = written(model, *fields)
    if len(has) == count:
        return
    names = ", ".join(to_camel(one) for one in fields)
    wanted = {1: "exactly one", 2: "exactly two"}[count]
    kind, verb = ("choice_many", "keep") if len(has) > count else ("choice_none", "write")
    raise PydanticCustomError(
        kind,
        "{message}",
        {
            "message": f"needs {wanted} of {names}; has {' and '.join(has) if has else 'none'}",
            "hint": f"{verb} {'one' if count == 1 else 'two'} of them",
        },
    )


def _static_label(value: Any) -> str:
    found = label(value)
    if found in RESERVED or found.startswith("__"):
        refuse(f"label `{found}` is set by burnrules or by Prometheus", "use another name")
    return found


StaticLabel = Annotated[
    str,
    Reads(_static_label),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": f"^(?!({'|'.join(sorted(RESERVED))})$)(?!__)[a-zA-Z_][a-zA-Z0-9_]*$",
        }
    ),
]
LabelMap = dict[StaticLabel, Text]


def _annotation(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]*", value):
        return label(value)
    return str(value)


AnnotationName = Annotated[
    str,
    Reads(_annotation),
    WithJsonSchema({"type": "string", "pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$"}),
]
AnnotationMap = dict[AnnotationName, Text]
