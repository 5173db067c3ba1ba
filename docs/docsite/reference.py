"""The JSON Schema of the spec to its reference, one table a model."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import burnrules

_Schema = dict[str, Any]
_FORMS = {"([0-9]+y)?": "duration", "*%$": "percentage", "(us|ms|s|m)": "latency"}


def spec(kind: str) -> str:
    """Every field of a kind of document, and of what is in it."""
    definitions = _definitions()
    lines: list[str] = []
    for name in _reached(kind, definitions):
        one = definitions[name]
        if "properties" not in one:
            continue
        heading = "Document" if name == kind else name
        lines += [f"## {heading} {{#{name.lower()}}}", "", one.get("description", ""), ""]
        lines += [*_choice(one), *_table(one), ""]
    return "\n".join(lines)


@cache
def _definitions() -> _Schema:
    return dict(burnrules.json_schema()["$defs"])


def _reached(name: str, definitions: _Schema) -> list[str]:
    """The models below one, each once, in the order in which a reader meets them."""
    found, waiting = list[str](), [name]
    while waiting:
        current = waiting.pop(0)
        if current not in found and current in definitions:
            found.append(current)
            waiting = [*_references(definitions[current]), *waiting]
    return found


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"].rpartition("/")[2]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _choice(one: _Schema) -> Iterator[str]:
    if one.get("minProperties") and one.get("minProperties") == one.get("maxProperties"):
        count = {1: "one", 2: "two"}[one["minProperties"]]
        yield from (f"Takes exactly {count} of these.", "")
    if "oneOf" in one:
        names = [f"`{each['required'][0]}`" for each in one["oneOf"]]
        yield from (f"Takes exactly one of {' and '.join(names)}.", "")
    if "not" in one:
        names = [f"`{each}`" for each in one["not"]["required"]]
        yield from (f"Takes one of {' and '.join(names)} at most.", "")


def _table(one: _Schema) -> Iterator[str]:
    yield "| field | form | default | meaning |"
    yield "|---|---|---|---|"
    for name, field in one["properties"].items():
        required = name in one.get("required", ())
        default = "**required**" if required else _default(field)
        meaning = field.get("description") or _meant(field)
        meaning = "" if meaning in ("a text", "a Prometheus duration") else meaning
        examples = ", ".join(f"`{example}`" for example in field.get("examples", ()))
        said = "; ".join(part for part in (meaning, f"e.g. {examples}" if examples else "") if part)
        yield f"| `{name}` | {_form(field)} | {default} | {_cell(said)} |"


def _meant(field: _Schema) -> str:
    """What the model says of itself, where a field does not say more."""
    return str(_definitions().get(next(_references(field), ""), {}).get("description", ""))


def _default(field: _Schema) -> str:
    value = field.get("default")
    if value is None:
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _form(field: _Schema) -> str:
    if "$ref" in field:
        return _definition(field["$ref"].rpartition("/")[2])
    choices = field.get("enum", [field["const"]] if "const" in field else [])
    if choices:
        return " or ".join(f"`{value}`" for value in choices)
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_form(each) for each in field["anyOf"]))
    return _typed(field)


def _typed(field: _Schema) -> str:
    match field.get("type"):
        case "array":
            return f"list of {_form(field.get('items', {}))}"
        case "object":
            named = field.get("patternProperties", {}).values()
            values = [field.get("additionalProperties"), *named]
            value = next((each for each in values if isinstance(each, dict)), {})
            return f"map to {_form(value)}"
        case "string":
            return _text(field)
        case other:
            return str(other or "any")


def _definition(name: str) -> str:
    one = _definitions().get(name, {})
    return f"[{name}](#{name.lower()})" if "properties" in one else _form(one)


def _text(field: _Schema) -> str:
    pattern = field.get("pattern", "")
    for part, word in _FORMS.items():
        if part in pattern:
            return word
    return "name" if pattern.startswith("^[a-z0-9]") else "text"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
