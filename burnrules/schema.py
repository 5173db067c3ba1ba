"""The spec models to a JSON Schema (draft 2020-12), for editors and other tools."""

import json
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema

from burnrules import spec
from burnrules.durations import Duration

ID = "https://burnrules.dev/schema/v1.json"
_Schema = dict[str, Any]
# What the validators of the models count, which pydantic cannot see.
_EXACTLY = {"Sli": 1, "EventsSli": 2, "RawSli": 1, "CustomErrors": 1, "Compare": 1}
_EITHER = {
    "Tier": ("budget", "burnRate"),
    "Gate": ("argo", "flagger"),
    "Version": ("attribute", "podTemplateHash", "workload"),
}
_FILLED = {"PathSpec": "slos"}
_NOT_BOTH = {"Spans": ("route", "spanName"), "SpanMetrics": ("dialect", "custom")}


class _Generator(GenerateJsonSchema):
    """Defaults as a spec would write them."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, Duration):
            return str(dft)
        if isinstance(dft, BaseModel):
            return {}
        return super().encode_default(dft)


def document() -> dict[str, Any]:
    """The schema of one document: any of the kinds, told apart by `kind`."""
    models: list[tuple[type[BaseModel], Literal["validation"]]] = [
        (model, "validation") for model in spec.KINDS.values()
    ]
    refs, made = models_json_schema(models, schema_generator=_Generator)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": ID,
        "title": "burnrules spec",
        "description": "What users need of critical paths, and how to alert on it.",
        "type": "object",
        "required": ["apiVersion", "kind", "metadata", "spec"],
        "properties": {
            "apiVersion": {"const": spec.API_VERSION},
            "kind": {"enum": list(spec.KINDS)},
        },
        "allOf": [_chosen(kind, refs[model, "validation"]) for kind, model in spec.KINDS.items()],
        "$defs": {
            name: {**_tidied(one), **_choice(name)} for name, one in sorted(made["$defs"].items())
        },
    }


def text() -> str:
    """The schema as a file."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _chosen(kind: str, ref: _Schema) -> _Schema:
    # `if` and not `oneOf`: an editor then completes and reports for the kind that is written.
    asked = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
    return {"if": asked, "then": ref}


def _choice(name: str) -> _Schema:
    """How many of its fields a model takes."""
    if name in _EXACTLY:
        return {"minProperties": _EXACTLY[name], "maxProperties": _EXACTLY[name]}
    if name in _EITHER:
        return {"oneOf": [{"required": [field]} for field in _EITHER[name]]}
    if name in _FILLED:
        return {"allOf": [{"properties": {_FILLED[name]: {"minItems": 1}}}]}
    if name in _NOT_BOTH:
        return {"not": {"required": list(_NOT_BOTH[name])}}
    return {}


def _tidied(schema: Any) -> Any:
    """A schema as people read it: no generated titles, no null, no field that is not there yet."""
    if isinstance(schema, list):
        return [_tidied(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = dict(_kept(schema))
    choices = [one for one in made.get("anyOf", ()) if one != {"type": "null"}]
    if len(choices) == 1 and len(choices) < len(made["anyOf"]):
        del made["anyOf"]
        made = {**choices[0], **made}
    elif choices:
        made["anyOf"] = choices
    if "patternProperties" in made:
        made.setdefault("additionalProperties", False)
    return made


def _kept(schema: _Schema) -> Iterator[tuple[str, Any]]:
    for key, value in schema.items():
        if key == "properties":
            fields = {name: _tidied(one) for name, one in value.items() if not _reserved(one)}
            yield key, fields
        elif key == "default":
            if value not in (None, {}, []):
                yield key, value
        elif key != "title":
            yield key, _tidied(value)


def _reserved(field: _Schema) -> bool:
    """Whether a field may only be left out so far."""
    return set(field) <= {"default", "title", "type"} and field.get("type", "null") == "null"
