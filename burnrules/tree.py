"""Every spec of a tree, typed, with the places of what is written in it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Generic, NamedTuple, TypeVar

from burnrules.codes import together as codes
from burnrules.diagnostics import Diagnostic, Span, near
from burnrules.source import Document
from burnrules.spec.defaults import Defaults, DefaultsSpec
from burnrules.spec.model import absent
from burnrules.spec.path import CriticalPath
from burnrules.spec.policy import AlertPolicy
from burnrules.spec.telemetry import Telemetry, TelemetrySpec

Kind = CriticalPath | AlertPolicy | Telemetry | Defaults
M_co = TypeVar("M_co", bound=Kind, covariant=True)
BUILT_IN = "default"
NO_POLICY = "none"
_NO_DEFAULTS, _STOCK = absent(DefaultsSpec), absent(TelemetrySpec)


class Spec(NamedTuple, Generic[M_co]):
    """A model and the document that it was read from, for its places."""

    model: M_co
    document: Document

    @property
    def name(self) -> str:
        """Its `metadata.name`."""
        return self.model.metadata.name


class Tree(NamedTuple):
    """Every spec, by kind and name; policies and telemetries may lack the built-in `default`."""

    paths: tuple[Spec[CriticalPath], ...] = ()
    policies: Mapping[str, Spec[AlertPolicy]] = MappingProxyType({})
    telemetries: Mapping[str, Spec[Telemetry]] = MappingProxyType({})
    defaults: Spec[Defaults] | None = None
    broken: frozenset[tuple[str, str]] = frozenset()
    """Kind and name of documents with mistakes: what refers to them is right."""
    configs: Mapping[str, tuple[Document, ...]] = MappingProxyType({})
    """By Telemetry: the documents of the configuration files that it names and that are there."""

    @property
    def inherited(self) -> DefaultsSpec:
        """What every path inherits; nothing where no Defaults document is."""
        return self.defaults.model.spec if self.defaults else _NO_DEFAULTS()

    def telemetry_of(self, path: CriticalPath) -> str:
        """The name of the Telemetry that a path stands on."""
        return path.spec.telemetry or self.inherited.telemetry or BUILT_IN

    def telemetry(self, name: str) -> TelemetrySpec:
        """What a Telemetry says; the built-in one says nothing."""
        found = self.telemetries.get(name)
        return found.model.spec if found else _STOCK()


def unresolved(kind: str, name: str, place: Span, known: Iterable[str]) -> Diagnostic:
    """A reference to nothing: the names that exist, and the nearest."""
    names = sorted(known)
    hint = near(name, names) or f"have: {', '.join(names) or 'none'}"
    return codes.NO_SUCH.at(place, f"no {kind} `{name}` in these files", hint=hint)
