"""A gateway Collector as the rules need it, before it is written as a configuration."""

from decimal import Decimal
from typing import NamedTuple

from burnrules.durations import Duration


class KeepErrors(NamedTuple):
    """Keep traces in which a span has error status."""

    name: str


class KeepSlow(NamedTuple):
    """Keep traces of a service that take longer than a threshold of its SLOs."""

    name: str
    service: str
    milliseconds: int


class KeepMatching(NamedTuple):
    """Keep traces in which a span meets one of these OTTL conditions."""

    name: str
    conditions: tuple[str, ...]


Policy = KeepErrors | KeepSlow | KeepMatching


class Sampling(NamedTuple):
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


class Spanmetrics(NamedTuple):
    """What the connector must be told for the names that the rules read."""

    namespace: str
    unit: str  # ms, s
    buckets: tuple[str, ...]  # Go durations
    dimensions: tuple[str, ...]  # attributes
    events: bool
    flush: Duration


class Storage(NamedTuple):
    """Where metrics and traces go; a `$` of the spec's is doubled, as the Collector wants it."""

    ingestion: str  # scrape, otlp, remoteWrite
    strategy: str  # of translation; "": the default
    metrics_url: str
    metrics_tenant: str
    traces_tenant: str


class Gateway(NamedTuple):
    """One Telemetry's gateway Collector."""

    name: str
    source: str
    release: int  # the minor version of the Collector
    metrics: Spanmetrics
    sampling: Sampling
    storage: Storage
