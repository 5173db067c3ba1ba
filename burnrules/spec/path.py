"""The shape of a CriticalPath: its entry, its SLOs, and what they inherit."""

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from burnrules.durations import Duration
from burnrules.spec.model import AnnotationMap, LabelMap, Later, Model, absent
from burnrules.spec.scalars import (
    SPAN_SCHEMA,
    AlertName,
    Attribute,
    Name,
    Objective,
    Reads,
    Text,
    duration,
    refuse,
)
from burnrules.spec.sli import Sli, Spans


def _window(value: Any) -> Any:
    if isinstance(value, dict):
        refuse("is a calendar window, which is not compiled yet", "write a rolling one, e.g. 30d")
    return duration(value)


def _uncompiled(_: Any) -> None:
    refuse("is not compiled yet", "leave it out")


Window = Annotated[Duration, Reads(_window), SPAN_SCHEMA]
Reserved = Annotated[None, Reads(_uncompiled)]


class PathAlerting(Model):
    """Which AlertPolicy."""

    policy: Name | None = Field(None, description="an AlertPolicy document; none: recordings only")


class SloAlerting(Model):
    """How one SLO alerts."""

    policy: Name | None = Field(None, description="an AlertPolicy document; none: recordings only")
    name: AlertName | None = Field(
        None, description="alertname of its burn alerts; default <Path><Slo>BudgetBurn"
    )
    disabled: tuple[Text, ...] = Field((), description="severities whose tiers it does without")


class Kubernetes(Model):
    """Metadata of emitted objects."""

    namespace: Name | None = None
    labels: dict[Text, Text] = Field(
        {}, description="e.g. what the operator's ruleSelector selects"
    )
    annotations: dict[Text, Text] = {}


class Metadata(Model):
    """Identity, and what its alerts carry."""

    name: Name = Field(description="unique among its kind; slo_path on every series")
    display_name: Text | None = Field(None, description="in texts; default: name")
    labels: LabelMap = Field({}, description="on alerts and slo_info, never on SLI series")
    annotations: AnnotationMap = Field({}, description="on alerts")


class Slo(Model):
    """One objective on one SLI."""

    name: Name = Field(description="unique in the path; slo_name on every series")
    display_name: Text | None = None
    description: Text | None = None
    objective: Objective
    sli: Sli
    window: Window | None = Field(None, description="rolling; default: the path's")
    group_by: tuple[Attribute, ...] | None = Field(None, description="replaces the path's")
    labels: LabelMap = {}
    annotations: AnnotationMap = {}
    alerting: SloAlerting = Field(default_factory=absent(SloAlerting))
    budgeting_method: Reserved = None


if TYPE_CHECKING:
    from burnrules.spec.gates import Gate
    from burnrules.spec.indicators import Indicator
else:
    Gate = Indicator = Any


def _indicators() -> Any:
    from burnrules.spec.indicators import Indicator  # noqa: PLC0415  # see `Later`

    return tuple[Indicator, ...]


def _gates() -> Any:
    from burnrules.spec.gates import Gate  # noqa: PLC0415  # see `Later`

    return tuple[Gate, ...]


class PathSpec(Model):
    """What users need of one request path."""

    description: Text | None = None
    telemetry: Name | None = Field(None, description="a Telemetry document")
    alerting: PathAlerting = Field(default_factory=absent(PathAlerting))
    window: Window | None = Field(None, description="rolling, of its SLOs; default 30d")
    entry: Spans | None = Field(None, description="the spans of a user's request")
    group_by: tuple[Attribute, ...] | None = Field(None, description="one budget per value")
    kubernetes: Kubernetes = Field(default_factory=absent(Kubernetes))
    slos: tuple[Slo, ...]
    indicators: Annotated[tuple[Indicator, ...], Later(_indicators)] = Field(
        (), description="leading signals, from traces"
    )
    gates: Annotated[tuple[Gate, ...], Later(_gates)] = Field(
        (), description="checks that a rollout must pass"
    )


class CriticalPath(Model):
    """A user-facing request path: an entry service and route, and the SLOs on it."""

    api_version: Literal["burnrules.dev/v1"]
    kind: Literal["CriticalPath"]
    metadata: Metadata
    spec: PathSpec
