"""Every generated name: series, groups, alerts, labels."""

import re

from burnrules.durations import Duration

PATH_LABEL = "slo_path"
NAME_LABEL = "slo_name"

OBJECTIVE = "slo:objective:ratio"
BUDGET = "slo:error_budget:ratio"
CURRENT_BURN = "slo:current_burn_rate:ratio"
PERIOD_BURN = "slo:period_burn_rate:ratio"
REMAINING = "slo:period_error_budget_remaining:ratio"
INFO = "slo_info"
SLICE = "slo:sli_error:slice"

EXHAUSTION = "slo:budget_exhaustion:seconds"
INDICATOR = "slo:indicator:value"
INDICATOR_LABEL = "indicator"

SIGNAL_ABSENT = "SLOSignalAbsent"
SIGNAL_INVALID = "SLOSignalInvalid"
BUDGET_EXHAUSTED = "SLOBudgetExhausted"
BUDGET_SPENT = "SLOBudgetSpent"
BUDGET_FORECAST = "SLOBudgetForecast"


def total(window: Duration) -> str:
    """The recorded rate of all events over a window."""
    return f"slo:sli_total:rate{window}"


def error(window: Duration) -> str:
    """The recorded rate of bad events over a window."""
    return f"slo:sli_error:rate{window}"


def ratio(window: Duration) -> str:
    """The recorded error ratio over a window."""
    return f"slo:sli_error:ratio_rate{window}"


def path_requests(window: Duration) -> str:
    """The recorded rate of a path's entry requests, per route and group."""
    return f"slo:path_requests:rate{window}"


def path_errors(window: Duration) -> str:
    """The recorded rate of a path's entry requests that are errors, per route and group."""
    return f"slo:path_errors:rate{window}"


def path_error_ratio(window: Duration) -> str:
    """The recorded share of errors among a path's entry requests, per route and group."""
    return f"slo:path_errors:ratio_rate{window}"


def path_latency(percentile: int, window: Duration) -> str:
    """A recorded percentile of the duration of a path's entry requests, in seconds.

    >>> from burnrules import durations
    >>> path_latency(99, durations.of("5m"))
    'slo:path_latency_seconds:p99_rate5m'
    """
    return f"slo:path_latency_seconds:p{percentile}_rate{window}"


def path_group(path: str) -> str:
    """The group of a path's own recordings; no name of an SLO has a colon."""
    return f"{path}:entry"


def indicator_alert(path: str, indicator: str, word: str) -> str:
    """The alertname of an indicator's limit; `word` is High, Low or Growing."""
    return f"{camel(path)}{camel(indicator)}{word}"


def health(telemetry: str) -> str:
    """What stands for a path in the health rules of a Telemetry, and names their file."""
    return f"telemetry-{telemetry}"


def health_group(path: str, kind: str) -> str:
    """The group of a Telemetry's health alerts; no name of an SLO has a colon."""
    return f"{path}:{kind}"


def group(path: str, slo: str) -> str:
    """The group of an SLO's recordings and burn alerts."""
    return f"{path}-{slo}"


def budget_group(path: str, slo: str) -> str:
    """The group of an SLO's budget."""
    return f"{path}-{slo}-budget"


def camel(name: str) -> str:
    """`product-page` as `ProductPage`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("-"))


def burn_alert(path: str, slo: str) -> str:
    """The alertname of all burn alerts of an SLO."""
    return f"{camel(path)}{camel(slo)}BudgetBurn"


def label(attribute: str) -> str:
    """The label that Prometheus's translation makes of an attribute name.

    >>> label("http.route"), label("k8s.pod.label.app-x")
    ('http_route', 'k8s_pod_label_app_x')
    """
    return re.sub(r"[^a-zA-Z0-9_]", "_", attribute)
