"""Documents to a tree of typed specs whose names are unique; a mistake never hides another."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from burnrules.codes import together as codes
from burnrules.codes.file import TOO_LARGE
from burnrules.diagnostics import Diagnostic
from burnrules.source import MOST_FOUND, Document, too_many
from burnrules.spec.defaults import Defaults
from burnrules.spec.path import CriticalPath
from burnrules.spec.policy import AlertPolicy
from burnrules.spec.telemetry import Telemetry
from burnrules.tree import NO_POLICY, Kind, Spec, Tree
from burnrules.validate import shape

_MOST_SLOS = 20_000
_NAME = ("metadata", "name")


def tree(documents: Iterable[Document]) -> tuple[Tree, tuple[Diagnostic, ...]]:
    """The tree of all valid documents, and every mistake in and between them."""
    specs: list[Spec[Kind]] = []
    found: list[Diagnostic] = []
    broken: set[tuple[str, str]] = set()
    for _, its in groupby(documents, key=lambda document: document.file):
        wrong: list[Diagnostic] = []
        for document in its:
            made, more = shape.model(document) if len(wrong) < MOST_FOUND else (None, ())
            wrong += more
            if made is not None:
                specs.append(Spec(made, document))
            else:
                broken.add((str(document.data["kind"]), _name(document)))
        found += [*wrong, too_many(wrong[-1].span)] if len(wrong) >= MOST_FOUND else wrong
    found += [*_taken(specs), *_flood(specs)]
    return _sorted(specs)._replace(broken=frozenset(broken)), tuple(found)


def _flood(specs: list[Spec[Kind]]) -> Iterator[Diagnostic]:
    """Drops the paths where there are more than fit into the memory of a machine, and says so."""
    count = 0
    for one in specs:
        if isinstance(one.model, CriticalPath):
            spec = one.model.spec
            count += len(spec.slos) + len(spec.indicators) + len(spec.gates)
        if count > _MOST_SLOS:
            said = f"the tree has more than {_MOST_SLOS:,} SLOs, indicators and gates"
            yield TOO_LARGE.at(one.document.value(()), said, hint="compile it in parts")
            specs[:] = [other for other in specs if not isinstance(other.model, CriticalPath)]
            return


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
    first: dict[tuple[str, str], Document] = {}
    for one in specs:
        kind, document = one.model.kind, one.document
        key = (kind, "" if kind == "Defaults" else one.name)
        if kind == "AlertPolicy" and one.name == NO_POLICY:
            said = "AlertPolicy `none` is built in and cannot be defined"
            yield codes.NAME_TAKEN.at(document.value(_NAME), said, hint="rename it")
        if key in first:
            there = first[key].value(_NAME)
            what = "Defaults" if kind == "Defaults" else f"{kind} `{one.name}`"
            hint = "one Defaults for the whole tree" if kind == "Defaults" else "rename one"
            said = f"{what} is already defined at {there.file}:{there.line}"
            yield codes.NAME_TAKEN.at(document.value(_NAME), said, hint=hint)
        first.setdefault(key, document)
        if isinstance(one.model, CriticalPath):
            yield from _slo_names(one.model, document)


def _slo_names(path: CriticalPath, document: Document) -> Iterator[Diagnostic]:
    """SLOs and indicators: a rule group is named after each, and gates refer to both."""
    first: dict[str, tuple[str | int, ...]] = {}
    for kind, key, named in (
        ("slo", "slos", [one.name for one in path.spec.slos]),
        ("indicator", "indicators", [one.name for one in path.spec.indicators]),
    ):
        for index, name in enumerate(named):
            place = ("spec", key, index, "name")
            if name in first:
                line = document.value(first[name]).line
                said = f"{kind} `{name}` of path `{path.metadata.name}` is already defined"
                yield codes.NAME_TAKEN.at(
                    document.value(place), f"{said} at line {line}", hint="rename one"
                )
            first.setdefault(name, place)
