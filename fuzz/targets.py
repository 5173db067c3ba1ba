"""Where text of strangers comes in, one function each; it returns, whatever the bytes."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import product

from burnrules import allow, collector, gotemplate, load, pipeline, source, yamltext
from burnrules.collector import Needs
from burnrules.diagnostics import Diagnostic, ordered
from burnrules.emit import EMITTERS, PROOFS
from burnrules.gates.lint import files as gates
from burnrules.gotemplate import values
from burnrules.promql import fragment
from burnrules.render import Format, render
from burnrules.source import Read, Reading

_QUICK = tuple(kind for kind in EMITTERS if kind not in PROOFS)
_PLACES = (frozenset({"job", "severity"}), None)


def spec(raw: bytes) -> None:
    """The bytes of a spec file, compiled to files."""
    made = pipeline.compiled([load.specs(source.read("slo.yaml", raw))], _QUICK)
    _shown(made.found, *made.sources.items())
    if made.ok:
        for artifact in made.artifacts:
            yamltext.text(artifact)


def collector_configuration(raw: bytes) -> None:
    """The bytes of a Collector's or Tempo's configuration, linted for an SLO."""
    read = source.read("gateway.yaml", raw, Reading.FOREIGN)
    found = [*read.found]
    if read.documents:
        made = collector.read(read.documents, "0.158.0", ())
        found += collector.lint(made, Needs(thresholds=((Decimal("0.4"), None),)))
    _judged(found, read)


def analysis_template(raw: bytes) -> None:
    """The bytes of a file with gates, linted."""
    read = source.read("gate.yaml", raw, Reading.FOREIGN)
    _judged(list(gates.check([read])), read)


def promql(raw: bytes) -> None:
    """A query of a spec, checked for every use it may have."""
    text = raw.decode("utf-8", "replace")
    for use, role in product(fragment.Use, fragment.Role):
        checked, found = fragment.check(text, use, role=role, groups=("job",))
        _placed(text, found)
        if checked is not None:
            fragment.pair(checked, checked)


def go_template(raw: bytes) -> None:
    """A label or annotation of a spec, checked as the template that it becomes."""
    text = raw.decode("utf-8", "replace")
    for labels in _PLACES:
        for place in ("label", "annotation"):
            _placed(text, gotemplate.check(text, labels, place=place))
    gotemplate.escape(text)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "spec": spec,
    "collector": collector_configuration,
    "analysis-template": analysis_template,
    "promql": promql,
    "go-template": go_template,
}


def _judged(found: list[Diagnostic], read: Read) -> None:
    _shown(ordered(list(allow.apply(found, {read.file: read.text}))), (read.file, read.text))


def _shown(found: tuple[Diagnostic, ...], *sources: tuple[str, str]) -> None:
    """Findings in every format; none of them may be a bug of ours."""
    bugs = [one for one in found if one.code.startswith("BR9")]
    assert not bugs, bugs
    for form in Format:
        render(found, dict(sources), form, color=True)


def _placed(text: str, found: Iterable[fragment.Finding | values.Finding]) -> None:
    wrong = [one for one in found if not 0 <= one.start <= one.end <= len(text)]
    assert not wrong, wrong
