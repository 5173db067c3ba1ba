"""Whether Prometheus can expand the label and annotation templates that people wrote."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from burnrules import gotemplate, naming
from burnrules.codes import templates as codes
from burnrules.diagnostics import Diagnostic
from burnrules.plan.place import Place
from burnrules.plan.settings import Settings
from burnrules.tree import Tree

if TYPE_CHECKING:  # loaded with the first one that is written
    from burnrules.spec.indicators import Indicator

# `$labels` holds what the expression gives, not the labels that the rule adds.
ON_SERIES = frozenset({naming.PATH_LABEL, naming.NAME_LABEL})
ON_INDICATOR = frozenset({naming.PATH_LABEL, naming.INDICATOR_LABEL})
FIELDS: tuple[tuple[str, Literal["label", "annotation"]], ...] = (
    ("labels", "label"),
    ("annotations", "annotation"),
)


def of_tree(tree: Tree) -> Iterator[Diagnostic]:
    """Templates of policies, Telemetry and Defaults, whose alerts' own labels are unknown here."""
    for name in sorted(tree.policies):
        one = tree.policies[name]
        place, spec = Place(one.document, ("spec",)), one.model.spec
        yield from _maps(spec, place, None)
        for index, tier in enumerate(spec.tiers):
            yield from _maps(tier, place / "tiers" / index, None)
        yield from _maps(spec.signal_absent, place / "signalAbsent", None)
        yield from _maps(spec.signal_invalid, place / "signalInvalid", None)
        for index, spent in enumerate(spec.budget_spent or ()):
            yield from _maps(spent, place / "budgetSpent" / index, None)
        for index, forecast in enumerate(spec.budget_forecast):
            yield from _maps(forecast, place / "budgetForecast" / index, None)
    for name in sorted(tree.telemetries):
        telemetry = tree.telemetries[name]
        root = Place(telemetry.document)
        yield from _maps(telemetry.model.metadata, root / "metadata", None)
        yield from _maps(telemetry.model.spec.health, root / "spec" / "health", None)
    if tree.defaults is not None:
        yield from _maps(tree.defaults.model.spec, Place(tree.defaults.document, ("spec",)), None)


def of_slo(settings: Settings, groups: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Templates of a path and of one SLO, against the labels of the series that it alerts on."""
    if settings.place.loc[-1] == 0:  # once a path
        yield from _maps(settings.path.metadata, settings.root / "metadata", None)
    yield from _maps(settings.slo, settings.place, ON_SERIES | set(groups))


def of_indicator(one: "Indicator", place: Place, groups: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Templates of an indicator, against the labels of its series."""
    yield from _maps(one, place, ON_INDICATOR | set(groups))


def _maps(model: object, place: Place, labels: frozenset[str] | None) -> Iterator[Diagnostic]:
    for field, kind in FIELDS:
        for name, text in getattr(model, field, {}).items():
            where = place / field / name
            for one in gotemplate.check(text, labels, place=kind):
                message = f"{kind} `{name}`: {one.message}"
                yield one.code.at(where.within(one.start, one.end), message, hint=one.hint)
            yield from _queries(text, where)


def _queries(text: str, where: Place) -> Iterator[Diagnostic]:
    if "query" not in text:
        return
    from burnrules.codes import Finding  # noqa: PLC0415
    from burnrules.gotemplate import embedded  # noqa: PLC0415  # as below
    from burnrules.promql import syntax  # noqa: PLC0415  # 40 ms for what hardly anyone writes

    for query in embedded.queries(text):
        wrong = syntax.read(query.text)
        if isinstance(wrong, Finding):
            span = where.within(query.at[wrong.start], query.at[wrong.end])
            said = f"query in the template: {wrong.message}"
            yield codes.BAD_QUERY.at(span, said, hint=wrong.hint or "write it in PromQL")
