"""Plan to Collector configurations: span metrics of everything, then traces, sampled."""

from collections.abc import Iterator
from typing import Any

from burnrules.artifact import Artifact
from burnrules.gateway import Gateway, KeepErrors, KeepMatching, KeepSlow, Policy, Storage
from burnrules.ir import Plan

KIND = "otel-collector"
FORWARD, DROP, SAMPLE, TRACES = (
    "forward/kept", "filter/health_checks", "tail_sampling", "otlp/traces",
)  # fmt: skip
LIMITER = {"check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 20}
OTLP = {"protocols": {"grpc": {"endpoint": "0.0.0.0:4317"}, "http": {"endpoint": "0.0.0.0:4318"}}}
TENANT = "X-Scope-OrgID"
PROMETHEUS = "${env:PROMETHEUS_URL:-http://prometheus:9090}"
BACKEND = "${env:TRACES_ENDPOINT:-tempo:4317}"

Section = dict[str, Any]


def emit(plan: Plan) -> Iterator[Artifact]:
    """One gateway a Telemetry, and beside it its second tier where it has one."""
    for one in plan.gateways:
        yield Artifact(KIND, f"{KIND}/{one.name}.yaml", one.source, (_gateway(one),))
        if _balanced(one):
            path = f"{KIND}/{one.name}.sampler.yaml"
            yield Artifact(KIND, path, one.source, (_sampler(one),))


def _balanced(one: Gateway) -> bool:
    return bool(one.sampling.backends) and not one.sampling.everything


def _gateway(one: Gateway) -> Section:
    """Everything is counted first; what is sampled comes after the connector."""
    connector, stored = _connector(one), _stored(one)
    balancer = "load_balancing" if one.release >= 153 else "loadbalancing"
    kept = [balancer] if _balanced(one) else [FORWARD]
    pipelines: Section = {
        "traces/in": {
            "receivers": ["otlp"],
            "processors": ["memory_limiter"],
            "exporters": [connector, *kept],
        },
        "metrics/spans": {"receivers": [connector], "processors": [], "exporters": [stored]},
    }
    made: Section = {
        "extensions": {"health_check": {"endpoint": "0.0.0.0:13133"}},
        "receivers": {"otlp": OTLP},
        "processors": {"memory_limiter": LIMITER},
        "connectors": {connector: _span_metrics(one)},
        "exporters": {stored: _store(one.storage, one.release)},
        "service": {
            "extensions": ["health_check"],
            "telemetry": _telemetry(one),
            "pipelines": pipelines,
        },
    }
    if _balanced(one):
        made["exporters"][balancer] = _balancer(one)
    else:
        made["connectors"][FORWARD] = {}
        pipelines["traces/kept"] = _kept(one, made, [FORWARD])
    return made


def _sampler(one: Gateway) -> Section:
    """The second tier, which gets all spans of a trace."""
    made: Section = {
        "extensions": {"health_check": {"endpoint": "0.0.0.0:13133"}},
        "receivers": {"otlp": OTLP},
        "processors": {"memory_limiter": LIMITER},
        "exporters": {},
        "service": {"extensions": ["health_check"], "telemetry": _telemetry(one)},
    }
    line = _kept(one, made, ["otlp"])
    line["processors"] = ["memory_limiter", *line["processors"]]
    made["service"]["pipelines"] = {"traces/kept": line}
    return made


def _kept(one: Gateway, made: Section, receivers: list[str]) -> Section:
    """The pipeline of traces that are kept; its components are put into `made`."""
    processors: Section = {}
    if one.sampling.drop:
        conditions = {"span": list(one.sampling.drop)}
        processors[DROP] = {"error_mode": "ignore", "traces": conditions}
    if not one.sampling.everything:
        processors[SAMPLE] = _sampling(one)
    processors["batch"] = {}
    made["processors"] |= processors
    made["exporters"][TRACES] = {
        "endpoint": BACKEND,
        **_headers(one.storage.traces_tenant),
        "tls": {"insecure": True},
    }
    return {"receivers": receivers, "processors": list(processors), "exporters": [TRACES]}


def _connector(one: Gateway) -> str:
    return "span_metrics" if one.release >= 151 else "spanmetrics"


def _span_metrics(one: Gateway) -> Section:
    wanted = one.metrics
    made: Section = {
        "namespace": wanted.namespace,
        "histogram": {"unit": wanted.unit, "explicit": {"buckets": list(wanted.buckets)}},
        "dimensions": [{"name": name} for name in wanted.dimensions],
        "exemplars": {"enabled": True},
        "metrics_flush_interval": str(wanted.flush),
    }
    if wanted.events:
        made["events"] = {"enabled": True, "dimensions": [{"name": "event.name"}]}
    if one.release >= 92:
        made["resource_metrics_key_attributes"] = ["service.name", "service.namespace"]
    if one.release >= 125:
        made["aggregation_cardinality_limit"] = 10_000
    if one.release >= 153:
        made["series_expiration"] = "24h"
    elif one.release >= 97:
        made["metrics_expiration"] = "24h"
    return made


def _stored(one: Gateway) -> str:
    if one.storage.ingestion == "remoteWrite":
        return "prometheus_remote_write" if one.release >= 154 else "prometheusremotewrite"
    return "otlphttp/prometheus" if one.storage.ingestion == "otlp" else "prometheus"


def _store(storage: Storage, release: int) -> Section:
    url = storage.metrics_url or PROMETHEUS
    if storage.ingestion == "otlp":
        metrics = f"{url}/api/v1/otlp/v1/metrics"
        return {"metrics_endpoint": metrics, **_headers(storage.metrics_tenant)}
    if storage.ingestion == "remoteWrite":
        made: Section = {"endpoint": f"{url}/api/v1/write", **_headers(storage.metrics_tenant)}
        return made | _strategy(storage, since=151, release=release)
    made = {
        "endpoint": "0.0.0.0:8889",
        "enable_open_metrics": True,
        "metric_expiration": "10m",
    }
    return made | _strategy(storage, since=132, release=release)


def _strategy(storage: Storage, *, since: int, release: int) -> Section:
    if not storage.strategy:
        return {}
    if release >= since:
        return {"translation_strategy": storage.strategy}
    return {"add_metric_suffixes": False}


def _headers(tenant: str) -> Section:
    return {"headers": {TENANT: tenant}} if tenant else {}


def _balancer(one: Gateway) -> Section:
    return {
        "routing_key": "traceID",
        "protocol": {"otlp": {"tls": {"insecure": True}}},
        "resolver": {"dns": {"hostname": one.sampling.backends, "port": 4317}},
    }


def _sampling(one: Gateway) -> Section:
    rest = {
        "name": "sample of the rest",
        "type": "probabilistic",
        "probabilistic": {"sampling_percentage": one.sampling.percentage},
    }
    return {
        "decision_wait": str(one.sampling.wait),
        "num_traces": 100_000,
        "policies": [*(_policy(policy) for policy in one.sampling.policies), rest],
    }


def _policy(one: Policy) -> Section:
    match one:
        case KeepErrors():
            codes = {"status_codes": ["ERROR"]}
            return {"name": one.name, "type": "status_code", "status_code": codes}
        case KeepSlow():
            slow = {"threshold_ms": one.milliseconds}
            its = {"key": "service.name", "values": [one.service]}
            both = [
                {"name": "slow", "type": "latency", "latency": slow},
                {"name": "service", "type": "string_attribute", "string_attribute": its},
            ]
            return {"name": one.name, "type": "and", "and": {"and_sub_policy": both}}
        case KeepMatching():
            condition = {"error_mode": "ignore", "span": list(one.conditions)}
            return {"name": one.name, "type": "ottl_condition", "ottl_condition": condition}


def _telemetry(one: Gateway) -> Section:
    """Its own metrics, where Prometheus finds them and by names that last."""
    if one.release < 119:
        return {"metrics": {"level": "normal", "address": "0.0.0.0:8888"}}
    exporter = {
        "host": "0.0.0.0",  # noqa: S104  # a scraper in Kubernetes reaches no other
        "port": 8888,
        "without_type_suffix": True,
        "without_units": True,
        "without_scope_info": True,
    }
    pull = {"pull": {"exporter": {"prometheus": exporter}}}
    return {"metrics": {"level": "normal", "readers": [pull]}}
