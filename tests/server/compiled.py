"""Specs to rule files, by the compiler itself."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from burnrules import pipeline, yamltext
from burnrules.pipeline import Compilation

KINDS = ("prometheus-rules", "alertmanager")


def compiled(folder: Path, spec: str) -> Compilation:
    """What a spec becomes; any finding that stops it fails the test."""
    specs = folder / "slos"
    specs.mkdir()
    (specs / "spec.yaml").write_text(spec, "utf-8")
    made = pipeline.compile_tree(specs, kinds=KINDS)
    assert made.ok, made.found
    return made


def document(made: Compilation, kind: str) -> Mapping[str, Any]:
    """The one document of a kind."""
    (artifact,) = (one for one in made.artifacts if one.kind == kind)
    read: Mapping[str, Any] = yaml.safe_load(yamltext.text(artifact))
    return read


def rules(made: Compilation, *records: str) -> Iterator[Mapping[str, Any]]:
    """The recording rules of these names, in order."""
    for group in document(made, "prometheus-rules")["groups"]:
        yield from (rule for rule in group["rules"] if rule.get("record") in records)


def expression(made: Compilation, slo: str, record: str) -> str:
    """The query behind one recorded series of an SLO."""
    (found,) = (rule["expr"] for rule in rules(made, record) if rule["labels"]["slo_name"] == slo)
    return str(found)


def at_interval(made: Compilation, interval: str) -> str:
    """The rule file with its groups evaluated more often, its expressions untouched."""
    groups = document(made, "prometheus-rules")["groups"]
    return yamltext.dump({"groups": [{**group, "interval": interval} for group in groups]})
