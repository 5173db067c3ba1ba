"""Documents to a tree of typed specs whose names are unique; a mistake never hides another."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from burnrules.codes import together as codes
from burnrules.diagnostics import Diagnostic, Span
from burnrules.source import Document
from burnrules.spec.defaults import Defaults
from burnrules.spec.path import CriticalPath
from burnrules.spec.policy import AlertPolicy
from burnrules.spec.telemetry import Telemetry
from burnrules.tree import NO_POLICY, Kind, Spec, Tree
from burnrules.validate import shape


def tree(documents: Iterable[Document]) -> tuple[Tree, tuple[Diagnostic, ...]]:
    """The tree of all valid documents, and every mistake in and between them."""
    specs: list[Spec[Kind]] = []
    found: list[Diagnostic] = []
    broken: set[tuple[str, str]] = set()
    for document in documents:
        made, wrong = shape.model(document)
        found += wrong
        if made is not None:
            specs.append(Spec(made, document))
        else:
            broken.add((str(document.data["kind"]), _name(document)))
    found += _taken(specs)
    return replace(_sorted(specs), broken=frozenset(broken)), tuple(found)


def _name(document: Document) -> str:
    meta = document.data.get("metadata")
    return str(meta.get("name")) if isinstance(meta, dict) else ""


def _sorted(specs: list[Spec[Kind]]) -> Tree:
    paths: list[Spec[CriticalPath]] = []
    policies: dict[str, Spec[AlertPolicy]] = {}
    telemetries: dict[str, Spec[Telemetry]] = {}
    defaults: Spec[Defaults] | None = None
    for one in specs:
        match one.model:
            case CriticalPath() as model:
                paths.append(Spec(model, one.document))
            case AlertPolicy() as model:
                policies.setdefault(one.name, Spec(model, one.document))
            case Telemetry() as model:
                telemetries.setdefault(one.name, Spec(model, one.document))
            case Defaults() as model:
                defaults = defaults or Spec(model, one.document)
    return Tree(tuple(sorted(paths, key=lambda one: one.name)), policies, telemetries, defaults)


def _taken(specs: list[Spec[Kind]]) -> Iterator[Diagnostic]:
    first: dict[tuple[str, str], Span] = {}
    for one in specs:
        kind, place = one.model.kind, one.document.value(("metadata", "name"))
        key = (kind, "" if kind == "Defaults" else one.name)
        if kind == "AlertPolicy" and one.name == NO_POLICY:
            said = "AlertPolicy `none` is built in and cannot be defined"
            yield codes.NAME_TAKEN.at(place, said, hint="rename it")
        if key in first:
            there = first[key]
            what = "Defaults" if kind == "Defaults" else f"{kind} `{one.name}`"
            hint = "one Defaults for the whole tree" if kind == "Defaults" else "rename one"
            said = f"{what} is already defined at {there.file}:{there.line}"
            yield codes.NAME_TAKEN.at(place, said, hint=hint)
        first.setdefault(key, place)
        if isinstance(one.model, CriticalPath):
            yield from _slo_names(one.model, one.document)


def _slo_names(path: CriticalPath, document: Document) -> Iterator[Diagnostic]:
    """SLOs and indicators: a rule group is named after each, and gates refer to both."""
    first: dict[str, int] = {}
    listed = [("slo", "slos", one.name, index) for index, one in enumerate(path.spec.slos)]
    listed += [
        ("indicator", "indicators", one.name, index)
        for index, one in enumerate(path.spec.indicators)
    ]
    for kind, key, name, index in listed:
        place = document.value(("spec", key, index, "name"))
        if name in first:
            said = f"{kind} `{name}` of path `{path.metadata.name}` is already defined"
            yield codes.NAME_TAKEN.at(place, f"{said} at line {first[name]}", hint="rename one")
        first.setdefault(name, place.line)
