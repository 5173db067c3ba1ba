"""What holds for a path as a whole: its indicators and its own recordings stand on it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from burnrules.diagnostics import Diagnostic
from burnrules.durations import Duration
from burnrules.ir import Server, SpanNames
from burnrules.plan.place import Place
from burnrules.plan.settings import Chosen, policy
from burnrules.plan.slo import Source
from burnrules.spec.defaults import DefaultsSpec
from burnrules.spec.path import CriticalPath
from burnrules.spec.policy import PolicySpec
from burnrules.spec.sli import Spans
from burnrules.spec.telemetry import TelemetrySpec
from burnrules.tree import BUILT_IN, Spec, Tree


class Owner(NamedTuple):
    """A path with its Telemetry, policy and Defaults, resolved."""

    path: CriticalPath
    root: Place  # of the document
    names: SpanNames
    server: Server
    named: bool  # the dialect was chosen by name, so that its labels are not sure
    telemetry: TelemetrySpec
    policy_name: str
    policy: PolicySpec | None  # None: recordings only
    defaults: DefaultsSpec
    paths: tuple[Spec[CriticalPath], ...] = ()  # of the tree

    @property
    def sample(self) -> Duration:
        """How often span metrics change: the larger of scrape and flush interval."""
        return max(self.server.scrape_interval, self.names.flush)

    @property
    def others(self) -> Iterator[Spans]:
        """Entries of the other paths."""
        entries = (one.model.spec.entry for one in self.paths if one.model is not self.path)
        return (entry for entry in entries if entry is not None)


def of_path(
    tree: Tree, one: Spec[CriticalPath], sources: Mapping[str, Source]
) -> Owner | Diagnostic | None:
    """What holds for a path; None where a document that it refers to has mistakes of its own."""
    spec, root = one.model.spec, Place(one.document)
    defaults, telemetry_name = tree.inherited, tree.telemetry_of(one.model)
    policy_name = spec.alerting.policy or defaults.alerting.policy or BUILT_IN
    source = sources.get(telemetry_name)
    if source is None:
        return None
    chosen = policy(tree, policy_name, root / "spec")
    if not isinstance(chosen, Chosen):
        return chosen
    return Owner(
        path=one.model,
        root=root,
        names=source.names,
        server=source.server,
        named=source.named,
        telemetry=tree.telemetry(telemetry_name),
        policy_name=policy_name,
        policy=chosen.spec,
        defaults=defaults,
        paths=tree.paths,
    )
