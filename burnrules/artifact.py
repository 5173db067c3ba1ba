"""One output file, still as data, with the queries inside it."""

from typing import Any, NamedTuple

from burnrules.ir import Expr, Group, Kubernetes


class Artifact(NamedTuple):
    """A file to be: its kind, its place under the output folder, and what it says."""

    kind: str
    path: str
    """Posix, relative to the output folder: `prometheus-rules/checkout.yaml`."""
    source: str
    """The spec file it comes from, as the reader of the header would write it."""
    documents: tuple[Any, ...]
    queries: tuple[Expr, ...] = ()
    """Every PromQL text inside it, each with its place in the spec."""
    groups: tuple[Group, ...] = ()
    """Every rule group inside it."""


def metadata(name: str, told: Kubernetes) -> dict[str, Any]:
    """The metadata of an object of the cluster; what is empty is left out."""
    made = {
        "name": name,
        "namespace": told.namespace,
        "labels": dict(told.labels),
        "annotations": dict(told.annotations),
    }
    return {key: value for key, value in made.items() if value}
