"""The load-balancing exporter: backends that fail."""

from collections.abc import Iterator

from burnrules.ir import Matcher
from burnrules.plan.health import names
from burnrules.plan.health.watched import (
    QUARTER_HOUR,
    Alert,
    Urgency,
    Watched,
    burning,
    shown,
    summed,
)

BY = ("endpoint", "job")


def alerts(one: Watched) -> Iterator[Alert]:
    """A backend of the second tier takes no spans."""
    forms = names.of(one.release, names.BACKEND_OUTCOME)
    failed = summed(forms, (*one.selector, Matcher("success", "=", "false")), BY)
    yield Alert(
        "CollectorBackendFails",
        burning(failed, summed(forms, one.selector, BY), one.limit),
        QUARTER_HOUR,
        Urgency.QUIET,
        "Collector backend {{ $labels.endpoint }} fails ({{ $labels.job }})",
        f"More than {shown(one.limit)} of what was balanced to it failed over the last hour (now"
        " {{ $value | humanizePercentage }}). Traces of this backend are incomplete, and decisions"
        " on them wrong. See whether the pod is there and ready; an address that is gone means a"
        " resolver that is too slow: shorten its interval, or use the k8s resolver.",
    )
