"""A gateway Collector as the rules need it, before it is written as a configuration."""

from dataclasses import dataclass
from decimal import Decimal

from burnrules.durations import Duration


@dataclass(frozen=True, slots=True)
class KeepErrors:
    """Keep traces in which a span has error status."""

    name: str


@dataclass(frozen=True, slots=True)
class KeepSlow:
    """Keep traces of a service that take longer than a threshold of its SLOs."""

    name: str
    service: str
    milliseconds: int


@dataclass(frozen=True, slots=True)
class KeepMatching:
    """Keep traces in which a span meets one of these OTTL conditions."""

    name: str
    conditions: tuple[str, ...]


Policy = KeepErrors | KeepSlow | KeepMatching


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which traces are kept; what the rules count is not sampled."""

    policies: tuple[Policy, ...]
    percentage: Decimal  # of all other traces; 100: everything is kept
    drop: tuple[str, ...]  # OTTL conditions of spans that nobody looks for
    wait: Duration
    backends: str  # host of the second tier, "" for one tier

    @property
    def everything(self) -> bool:
        """Whether all traces are kept."""
        return self.percentage == 100


@dataclass(frozen=True, slots=True)
class Spanmetrics:
    """What the connector must be told for the names that the rules read."""

    namespace: str
    unit: str  # ms, s
    buckets: tuple[str, ...]  # Go durations
    dimensions: tuple[str, ...]  # attributes
    events: bool
    flush: Duration


@dataclass(frozen=True, slots=True)
class Storage:
    """Where metrics and traces go; a `$` of the spec's is doubled, as the Collector wants it."""

    ingestion: str  # scrape, otlp, remoteWrite
    strategy: str  # of translation; "": the default
    metrics_url: str
    metrics_tenant: str
    traces_tenant: str


@dataclass(frozen=True, slots=True)
class Gateway:
    """One Telemetry's gateway Collector."""

    name: str
    source: str
    release: int  # the minor version of the Collector
    metrics: Spanmetrics
    sampling: Sampling
    storage: Storage
