"""What holds for a path and for each of its SLOs: built in < Defaults < path < SLO."""

from collections.abc import Iterator
from typing import NamedTuple

from burnrules import durations
from burnrules.codes import meaning, shape, together
from burnrules.diagnostics import Diagnostic
from burnrules.durations import Duration
from burnrules.ir import Assumption, Labels
from burnrules.plan.place import Place
from burnrules.spec.defaults import DefaultsSpec
from burnrules.spec.path import CriticalPath, Slo
from burnrules.spec.policy import PolicySpec, built_in
from burnrules.spec.telemetry import TelemetrySpec
from burnrules.tree import BUILT_IN, NO_POLICY, Spec, Tree, unresolved

WINDOW = durations.of("30d")
MONTH_REASON = "built in: 30 days, rolling"


class Settings(NamedTuple):
    """Everything that one SLO inherits, resolved."""

    path: CriticalPath
    slo: Slo
    place: Place  # of the SLO
    root: Place  # of the document
    window: Duration
    group_by: tuple[str, ...]
    policy_name: str
    policy: PolicySpec | None  # None: recordings only
    policy_place: Place  # of the policy's spec; of the SLO when it is built in
    telemetry_name: str
    telemetry: TelemetrySpec
    defaults: DefaultsSpec
    assumptions: tuple[Assumption, ...]

    @property
    def id(self) -> str:
        """`checkout/availability`."""
        return f"{self.path.metadata.name}/{self.slo.name}"

    @property
    def own_labels(self) -> dict[str, str]:
        """Labels of Defaults, path and SLO, the nearest last."""
        return {**self.defaults.labels, **self.path.metadata.labels, **self.slo.labels}


def of_path(tree: Tree, one: Spec[CriticalPath]) -> Iterator[Settings | Diagnostic]:
    """The settings of each SLO of a path, or why there are none."""
    defaults, root = tree.inherited, Place(one.document)
    spec = one.model.spec
    if not spec.slos:
        yield shape.EMPTY.at(
            (root / "spec" / "slos").value, "spec.slos is empty", hint="a path needs an SLO"
        )
    telemetry_name = tree.telemetry_of(one.model)
    if ("Telemetry", telemetry_name) in tree.broken:
        return
    if telemetry_name not in (*tree.telemetries, BUILT_IN):
        yield dangling(tree, root / "spec" / "telemetry", "Telemetry", telemetry_name)
        return
    yield from _required(defaults, one, root)
    for index, slo in enumerate(spec.slos):
        place = root / "spec" / "slos" / index
        name = slo.alerting.policy or spec.alerting.policy or defaults.alerting.policy or BUILT_IN
        chosen = policy(tree, name, place if slo.alerting.policy else root / "spec")
        if chosen is None:
            continue
        if isinstance(chosen, Diagnostic):
            yield chosen
            continue
        yield Settings(
            path=one.model,
            slo=slo,
            place=place,
            root=root,
            window=slo.window or spec.window or defaults.window or WINDOW,
            group_by=slo.group_by if slo.group_by is not None else spec.group_by or (),
            policy_name=name,
            policy=chosen.spec,
            policy_place=chosen.place or place,
            telemetry_name=telemetry_name,
            telemetry=tree.telemetry(telemetry_name),
            defaults=defaults,
            assumptions=tuple(_assumed(slo, one.model, defaults, tree)),
        )


def _assumed(
    slo: Slo, path: CriticalPath, defaults: DefaultsSpec, tree: Tree
) -> Iterator[Assumption]:
    if not (slo.window or path.spec.window or defaults.window):
        yield Assumption("window", str(WINDOW), MONTH_REASON)
    if not (slo.alerting.policy or path.spec.alerting.policy or defaults.alerting.policy):
        where = (
            "the document of that name"
            if BUILT_IN in tree.policies
            else "built in: the tiers of the SRE workbook"
        )
        yield Assumption("alert policy", BUILT_IN, where)
    if not (path.spec.telemetry or defaults.telemetry):
        where = (
            "the document of that name"
            if BUILT_IN in tree.telemetries
            else "built in: a stock span_metrics connector, scraped by Prometheus 3"
        )
        yield Assumption("telemetry", BUILT_IN, where)


class Chosen(NamedTuple):
    """A policy that was asked for by its name."""

    spec: PolicySpec | None  # None: recordings only
    place: Place | None  # of its spec; None: it is built in


def policy(tree: Tree, name: str, asked: Place) -> Chosen | Diagnostic | None:
    """The policy of a name, `alerting.policy` below a place; None where it has mistakes itself."""
    if ("AlertPolicy", name) in tree.broken:
        return None
    if name == NO_POLICY:
        return Chosen(None, None)
    found = tree.policies.get(name)
    if found is not None:
        return Chosen(found.model.spec, Place(found.document, ("spec",)))
    if name == BUILT_IN:
        return Chosen(built_in(), None)
    return dangling(tree, asked / "alerting" / "policy", "AlertPolicy", name)


def dangling(tree: Tree, place: Place, kind: str, name: str) -> Diagnostic:
    """A reference to no document, where it is written: on the path, or in Defaults."""
    known = tree.telemetries if kind == "Telemetry" else tree.policies
    names = {*known, BUILT_IN, *((NO_POLICY,) if kind == "AlertPolicy" else ())}
    span = place.value
    if tree.defaults is not None and place.document.written(place.loc) is None:
        span = tree.defaults.document.value(("spec", *place.loc[1:]))
    return unresolved(kind, name, span, names)


def _required(defaults: DefaultsSpec, one: Spec[CriticalPath], root: Place) -> Iterator[Diagnostic]:
    meta = one.model.metadata
    has = {
        "label": {*defaults.labels, *meta.labels},
        "annotation": {*defaults.annotations, *meta.annotations},
    }
    for what, wanted in (
        ("label", defaults.require.labels),
        ("annotation", defaults.require.annotations),
    ):
        for name in wanted:
            if name not in has[what]:
                yield together.REQUIRED.at(
                    (root / "metadata").key,
                    f"path `{meta.name}` has no {what} `{name}`, which Defaults requires",
                    hint=f"add `{name}:` to metadata.{what}s",
                )


class Layers(NamedTuple):
    """What Defaults, a path and its SLO say, each for itself."""

    defaults: Labels
    path: Labels
    slo: Labels

    def over(self, policy: Labels) -> Labels:
        """All of it, what a policy says between Defaults and path."""
        return layered(self.defaults, policy, self.path, self.slo)


def layered(*layers: dict[str, str] | Labels) -> Labels:
    """Labels or annotations of several layers, the last one wins, by name."""
    written = [layer for layer in layers if layer]
    if not written:
        return ()
    merged = dict(written[0])
    for layer in written[1:]:
        merged |= layer
    return tuple(sorted(merged.items()))


def label_findings(settings: Settings, groups: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Static labels that a group label of the same name would collide with."""
    for name in settings.own_labels:
        if name in groups:
            where = settings.place / "labels" / name
            if name not in settings.slo.labels:
                where = settings.root / "metadata" / "labels" / name
            yield meaning.LABEL_GROUPED.at(
                where.key,
                f"`{name}` is a static label and {settings.id} groups by it",
                hint="drop one of both",
            )
