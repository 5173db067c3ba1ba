"""The shape of Defaults: what holds for the whole tree."""

from typing import Literal

from pydantic import Field

from burnrules.spec.model import AnnotationMap, LabelMap, Model, absent
from burnrules.spec.path import Kubernetes, Metadata, PathAlerting, Window
from burnrules.spec.scalars import LabelName, Name


class Require(Model):
    """What every path must end up with."""

    labels: tuple[LabelName, ...] = ()
    annotations: tuple[LabelName, ...] = ()


class DefaultsSpec(Model):
    """As on a path, for every path."""

    window: Window | None = None
    alerting: PathAlerting = Field(default_factory=absent(PathAlerting))
    telemetry: Name | None = None
    labels: LabelMap = {}
    annotations: AnnotationMap = {}
    kubernetes: Kubernetes = Field(default_factory=absent(Kubernetes))
    require: Require = Field(
        default_factory=absent(Require),
        description="labels and annotations that each path must have",
    )


class Defaults(Model):
    """For the whole tree, at most one."""

    api_version: Literal["burnrules.dev/v1"]
    kind: Literal["Defaults"]
    metadata: Metadata
    spec: DefaultsSpec
