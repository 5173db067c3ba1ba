"""Specs together: one name one spec, every reference to something that exists."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from burnrules.codes import together as codes
from burnrules.diagnostics import Diagnostic, Span
from burnrules.source import Document
from burnrules.spec.defaults import Defaults
from burnrules.spec.path import CriticalPath
from burnrules.spec.policy import AlertPolicy
from burnrules.spec.telemetry import Telemetry
from burnrules.validate import shape

M = TypeVar("M", CriticalPath, AlertPolicy, Telemetry, Defaults)
BUILT_IN = "default"
NO_POLICY = "none"


@dataclass(frozen=True, slots=True)
class Spec(Generic[M]):
    """A model and the document that it was read from, for its places."""

    model: M
    document: Document


@dataclass(frozen=True, slots=True)
class Tree:
    """Every spec, by kind and name; policies and telemetries may lack the built-in `default`."""

    paths: tuple[Spec[CriticalPath], ...] = ()
    policies: Mapping[str, Spec[AlertPolicy]] = field(default_factory=dict)
    telemetries: Mapping[str, Spec[Telemetry]] = field(default_factory=dict)
    defaults: Spec[Defaults] | None = None


def build(documents: Iterable[Document]) -> tuple[Tree, tuple[Diagnostic, ...]]:
    """The tree of all valid documents, and every mistake in and between them."""
    specs, found = [], []
    for document in documents:
        made, wrong = shape.model(document)
        found += wrong
        if made is not None:
            specs.append(Spec(made, document))  # type: ignore[type-var]  # KINDS holds these four
    found += _taken(specs)
    defaults = next((one for one in specs if isinstance(one.model, Defaults)), None)
    tree = Tree(
        tuple(sorted((one for one in specs if isinstance(one.model, CriticalPath)), key=_name)),
        {_name(one): one for one in specs if isinstance(one.model, AlertPolicy)},
        {_name(one): one for one in specs if isinstance(one.model, Telemetry)},
        defaults,
    )
    return tree, tuple(found)


def _name(one: Spec) -> str:  # type: ignore[type-arg]  # any kind
    return one.model.metadata.name


def _taken(specs: list[Spec]) -> Iterator[Diagnostic]:  # type: ignore[type-arg]
    first: dict[tuple[str, str], Span] = {}
    for one in specs:
        kind, place = one.model.kind, one.document.value(("metadata", "name"))
        key = (kind, "" if kind == "Defaults" else _name(one))
        if kind == "AlertPolicy" and _name(one) == NO_POLICY:
            yield codes.NAME_TAKEN.at(place, "AlertPolicy `none` is built in and cannot be defined")
        if key in first:
            there = first[key]
            what = "Defaults" if kind == "Defaults" else f"{kind} `{_name(one)}`"
            hint = "one Defaults for the whole tree" if kind == "Defaults" else "rename one"
            message = f"{what} is already defined at {there.file}:{there.line}"
            yield codes.NAME_TAKEN.at(place, message, hint=hint)
        first.setdefault(key, place)
        if isinstance(one.model, CriticalPath):
            yield from _slo_names(one)


def _slo_names(one: Spec[CriticalPath]) -> Iterator[Diagnostic]:
    first: dict[str, Span] = {}
    for index, slo in enumerate(one.model.spec.slos):
        place = one.document.value(("spec", "slos", index, "name"))
        if slo.name in first:
            message = f"slo `{slo.name}` of path `{_name(one)}` is already defined at line {first[slo.name].line}"
            yield codes.NAME_TAKEN.at(place, message, hint="rename one")
        first.setdefault(slo.name, place)


def unresolved(kind: str, name: str, place: Span, known: Iterable[str]) -> Diagnostic:
    """A reference to nothing: the names that exist, and the nearest."""
    names = sorted(known)
    close = difflib.get_close_matches(name, names, 1, 0.6)
    hint = f"did you mean `{close[0]}`?" if close else f"have: {', '.join(names) or 'none'}"
    return codes.NO_SUCH.at(place, f"no {kind} `{name}` in these files", hint=hint)
