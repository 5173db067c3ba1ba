"""What holds for the health rules of a Telemetry: its policy, labels, words and server."""

from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from burnrules import naming
from burnrules.diagnostics import Diagnostic, Span
from burnrules.ir import Assumption, Labels
from burnrules.plan import texts
from burnrules.plan.guards import WITHOUT_TIERS
from burnrules.plan.place import Place
from burnrules.plan.settings import MONTH_REASON, WINDOW, Chosen, Settings, layered, policy
from burnrules.plan.slo import Source
from burnrules.spec.defaults import DefaultsSpec
from burnrules.spec.path import CriticalPath, Metadata, PathSpec, Slo
from burnrules.spec.policy import PolicySpec
from burnrules.spec.sli import EventsSli, Sli
from burnrules.spec.telemetry import Telemetry
from burnrules.tree import BUILT_IN, Spec, Tree

OBJECTIVE = Decimal("99.9")


class Owner(NamedTuple):
    """A Telemetry with its policy and Defaults, resolved."""

    telemetry: Telemetry
    place: Place  # of the document
    source: Source
    policy_name: str
    policy: PolicySpec | None  # None: recordings only
    policy_place: Place
    defaults: DefaultsSpec

    @property
    def name(self) -> str:
        """The name of its rules, where a path has its own."""
        return naming.health(self.telemetry.metadata.name)

    @property
    def display_name(self) -> str:
        """In texts."""
        meta = self.telemetry.metadata
        return f"Telemetry {meta.display_name or meta.name}"

    @property
    def severities(self) -> tuple[str, ...]:
        """Of the policy, most severe first."""
        tiers = self.policy.tiers if self.policy else ()
        return tuple(one.severity for one in tiers) or (WITHOUT_TIERS,)

    @property
    def labels(self) -> Labels:
        """Of every alert."""
        its = self.policy.labels if self.policy else {}
        meta, health = self.telemetry.metadata, self.telemetry.spec.health
        return layered(self.defaults.labels, its, meta.labels, health.labels)

    @property
    def annotations(self) -> Labels:
        """Of every alert, over the generated ones."""
        its = self.policy.annotations if self.policy else {}
        meta, health = self.telemetry.metadata, self.telemetry.spec.health
        return layered(self.defaults.annotations, its, meta.annotations, health.annotations)

    @property
    def prose(self) -> texts.Prose:
        """The words of the policy."""
        return texts.of(self.policy.texts) if self.policy else texts.Prose()

    def written_labels(self) -> Iterator[tuple[str, Span]]:
        """The labels of the Telemetry, and where they are written."""
        for base in (self.place / "metadata" / "labels", self.place / "spec" / "health" / "labels"):
            for name in base.keys:
                yield name, (base / name).key

    def settings(self, kind: str, said: Decimal | None) -> Settings:
        """The settings of the pipeline's SLO, as if a path had declared it."""
        meta, health = self.telemetry.metadata, self.telemetry.spec.health
        one = Slo.model_construct(
            name=kind,
            objective=objective(said),
            sli=Sli.model_construct(events=EventsSli.model_construct()),
            description=_DESCRIPTIONS[kind],
        )
        own = Metadata.model_construct(
            name=self.name,
            display_name=self.display_name,
            labels={**meta.labels, **health.labels},
            annotations={**meta.annotations, **health.annotations},
        )
        assumed = () if said else (Assumption("objective", str(OBJECTIVE), "built in"),)
        if self.defaults.window is None:
            assumed = (*assumed, Assumption("window", str(WINDOW), MONTH_REASON))
        return Settings(
            path=_path(own, one),
            slo=one,
            place=self.place / "spec" / kind,
            root=self.place,
            window=self.defaults.window or WINDOW,
            group_by=(),
            policy_name=self.policy_name,
            policy=self.policy,
            policy_place=self.policy_place,
            telemetry_name=meta.name,
            telemetry=self.telemetry.spec,
            defaults=self.defaults,
            assumptions=assumed,
        )


def _path(own: Metadata, one: Slo) -> CriticalPath:
    return CriticalPath.model_construct(
        api_version="burnrules.dev/v1",
        kind="CriticalPath",
        metadata=own,
        spec=PathSpec.model_construct(slos=(one,)),
    )


_DESCRIPTIONS = {
    "collector": "Spans that the Collector takes reach their backend: what it refuses or gives up"
    " on is missing from traces, and from SLOs when it comes before the span metrics. The alerts on"
    " its receivers, exporters and processors say where.",
    "tempo": "Spans that are sent to Tempo are taken: what its receivers refuse is lost unless the"
    " sender tries again. TempoDiscardsSpans says which limit was hit.",
}


def objective(said: Decimal | None) -> Decimal:
    """What a pipeline promises: spans not lost, in percent of those received."""
    return OBJECTIVE if said is None else said


def of_telemetry(tree: Tree, one: Spec[Telemetry], source: Source) -> Owner | Diagnostic | None:
    """What holds for a Telemetry; None where a document that it refers to has mistakes."""
    defaults, place, health = tree.inherited, Place(one.document), one.model.spec.health
    name = health.alerting.policy or defaults.alerting.policy or BUILT_IN
    chosen = policy(tree, name, place / "spec" / "health")
    if isinstance(chosen, Diagnostic) and health.alerting.policy is None:
        return None  # Defaults names it: the paths have said so
    if not isinstance(chosen, Chosen):
        return chosen
    return Owner(
        telemetry=one.model,
        place=place,
        source=source,
        policy_name=name,
        policy=chosen.spec,
        policy_place=chosen.place or place,
        defaults=defaults,
    )
