"""A document to a typed spec, or what is wrong with it in our own words."""

import difflib
import re
import types
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from burnrules import spec
from burnrules.codes import shape as codes
from burnrules.diagnostics import Diagnostic, Span
from burnrules.source import MOST_FOUND, Document
from burnrules.spec.model import annotation
from burnrules.spec.scalars import shown
from burnrules.tree import Kind
from burnrules.validate.foreign import FOREIGN

Loc = tuple[str | int, ...]
_WANTED = {
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dict_type": "a mapping",
    "tuple_type": "a list",
    "list_type": "a list",
    "string_type": "text",
}
_FORMS = {
    "a mapping": "write `key: value` lines, or {key: value}",
    "a list": "write each item behind `- `, or [one, two]",
    "text": "write a text",
}


def model(document: Document) -> tuple[Kind | None, tuple[Diagnostic, ...]]:
    """The document as the model of its kind, or every mistake in it, one finding each."""
    kind = spec.KINDS[document.data["kind"]]
    try:
        return kind.model_validate(document.data), ()
    except ValidationError as refused:
        findings = _findings(kind, document, refused.errors(include_url=False))
        return None, tuple(islice(findings, MOST_FOUND))


def _findings(
    kind: type[BaseModel], document: Document, errors: list[ErrorDetails]
) -> Iterator[Diagnostic]:
    guesses = {
        (*_loc(one)[:-1], _guess(kind, _loc(one)))
        for one in errors
        if one["type"] == "extra_forbidden"
    }
    for one in errors:
        if one["type"] == "missing" and _loc(one) in guesses:
            continue  # the misspelt key beside it is the same mistake
        if _unread(one):
            continue
        yield _finding(kind, document, one)


def _unread(one: ErrorDetails) -> bool:
    """Whether the value, or one of a choice, is none that `source` could read, and so reported."""
    if one["type"] in ("choice_none", "choice_many"):
        here = one["input"]
        return isinstance(here, dict) and any(value is None for value in here.values())
    return one["type"] != "missing" and one["input"] is None


def _finding(kind: type[BaseModel], document: Document, one: ErrorDetails) -> Diagnostic:
    loc, field = _loc(one), dotted(_loc(one))
    match one["type"]:
        case "extra_forbidden":
            return _unknown(kind, document, loc)
        case "missing":
            message = f"{dotted(loc[:-1]) or 'the document'} lacks `{loc[-1]}`"
            return codes.MISSING_FIELD.at(document.key(loc[:-1]), message, hint=f"add `{loc[-1]}:`")
        case "choice_many" | "choice_none" | "burnrules":
            return _own(document, one)
        case "literal_error":
            wanted = one.get("ctx", {}).get("expected", "")
            message = f"{field} must be {wanted}; got {shown(one['input'])}"
            return codes.WRONG_VALUE.at(document.value(loc), message, hint=f"write {wanted}")
    wanted = _WANTED.get(one["type"])
    if wanted is None:
        raise AssertionError(f"no words for pydantic's {one['type']}: {one['msg']}")
    message = f"{field}: expected {wanted}, got {shown(one['input'])}"
    return codes.WRONG_VALUE.at(document.value(loc), message, hint=_FORMS[wanted])


def _own(document: Document, one: ErrorDetails) -> Diagnostic:
    ctx = one.get("ctx", {})
    loc = (*_loc(one), ctx["field"]) if ctx.get("field") else _loc(one)
    message, hint = f"{dotted(loc)} {ctx['message']}", ctx.get("hint", "")
    if one["type"] != "burnrules":
        return codes.CHOICE.at(document.key(loc), message, hint=hint)
    if "is not compiled yet" in ctx["message"]:
        return codes.RESERVED.at(document.key(loc), message, hint=hint)
    at_key = "[key]" in one["loc"]
    place: Span = document.key(loc) if at_key else document.value(loc)
    if at_key:
        message = f"{dotted(loc[:-1])}: {ctx['message']}"
    return codes.WRONG_VALUE.at(place, message, hint=hint)


def _unknown(kind: type[BaseModel], document: Document, loc: Loc) -> Diagnostic:
    key, known = str(loc[-1]), _fields(kind, loc[:-1])
    close = _guess(kind, loc)
    foreign = _foreign(key, loc)
    if foreign and foreign.split()[0].rstrip(":") != close and (key in FOREIGN or not close):
        hint = f"here that is {foreign}"
    elif close:
        hint = f"did you mean `{close}`?"
    else:
        hint = f"known here: {', '.join(known)}"
    where = f" in {dotted(loc[:-1])}" if len(loc) > 1 else ""
    return codes.UNKNOWN_FIELD.at(
        document.key(loc), f"unknown field {shown(key)}{where}", hint=hint
    )


def _foreign(key: str, loc: Loc) -> str:
    """What another tool's word is called here; only the inner word where the outer is written."""
    near = difflib.get_close_matches(key, FOREIGN, 1, 0.85)
    said = FOREIGN[near[0]] if near else ""
    outer, _, inner = said.partition(": {")
    return f"`{inner.split(':')[0]}`" if inner and (outer,) == loc[-2:-1] else said


def _guess(kind: type[BaseModel], loc: Loc) -> str:
    known = _fields(kind, loc[:-1])
    key = re.sub(r"_(\w)", lambda found: found[1].upper(), str(loc[-1]))
    found = difflib.get_close_matches(key, known, 1, 0.72)
    return found[0] if found else ""


def _loc(one: ErrorDetails) -> Loc:
    return tuple(step for step in one["loc"] if step != "[key]")


def dotted(loc: Loc) -> str:
    """A place in a document as people write it: `spec.slos[0].objective`."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step[:60]}" for step in loc)
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u202e\u2066-\u2069]", "?", text.lstrip("."))


def _fields(kind: type[BaseModel], loc: Loc) -> tuple[str, ...]:
    """The keys that the mapping at `loc` may have; empty where it may have any."""
    here: Any = kind
    for step in loc:
        here = _step(here, step)
    if isinstance(here, type) and issubclass(here, BaseModel):
        return tuple(info.alias or name for name, info in here.model_fields.items())
    return ()


def _step(here: Any, step: str | int) -> Any:
    if isinstance(here, type) and issubclass(here, BaseModel):
        for name, info in here.model_fields.items():
            if step in (info.alias, name):
                return _bare(annotation(info))
        return None
    arguments = get_args(here)
    if isinstance(step, int):
        return _bare(arguments[0]) if arguments else None
    return _bare(arguments[1]) if get_origin(here) in (dict, Mapping) else None


def _bare(kind: Any) -> Any:
    if get_origin(kind) in (Union, types.UnionType):
        return next(one for one in get_args(kind) if one is not types.NoneType)
    return kind
