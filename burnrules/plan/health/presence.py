"""Whether what is watched is there at all."""

from collections.abc import Iterator

from burnrules.plan.health import names
from burnrules.plan.health.watched import (
    QUARTER_HOUR,
    Alert,
    Urgency,
    Watched,
)
from burnrules.plan.recordings import FIVE_MINUTES
from burnrules.promql import build

_OWN = {"collector": names.UPTIME, "tempo": ("tempo_build_info",)}
_WORDS = {"collector": "Collector", "tempo": "Tempo"}


def alerts(one: Watched) -> Iterator[Alert]:
    """Everything down, one of it down, or nothing that the selector finds."""
    word = _WORDS[one.kind]
    up = build.selector("up", one.selector)
    all_down = f"{build.aggregate('max', ('job',), up)} == 0"
    yield Alert(
        f"{word}Down",
        all_down,
        FIVE_MINUTES,
        Urgency.LOUD,
        f"{word} is down: {{{{ $labels.job }}}} answers no scrape",
        f"No target of {{{{ $labels.job }}}} has answered for 5m. {_blind(one.kind)} See whether"
        " its pods run, what they logged last (a configuration that does not load is the usual"
        " cause after a rollout), and roll back what changed.",
    )
    yield Alert(
        f"{word}InstanceDown",
        f"{up} == 0\nunless on (job)\n{build.bracket(all_down)}",
        QUARTER_HOUR,
        Urgency.QUIET,
        f"{word} {{{{ $labels.instance }}}} is down",
        "The others of its job answer. What it held in memory is lost, and traces that were"
        " spread over it are incomplete. See why it does not come back: memory, a volume, a node.",
    )
    own = "\nor\n".join(build.selector(name, one.selector) for name in _OWN[one.kind])
    yield Alert(
        f"{word}NeverSeen",
        f"{build.call('absent', up)}\nand on ()\n{build.call('absent', own)}",
        QUARTER_HOUR,
        Urgency.LOUD,
        f"{word} is not there: no series has the labels of its selector",
        "Neither `up` nor a metric of its own carries the labels that the Telemetry document"
        f" selects {word} by, so none of these alerts can fire. {_blind(one.kind)} If it runs, its"
        " scrape job is gone or was renamed: mend the job, or the selector.",
    )


def _blind(kind: str) -> str:
    if kind == "tempo":
        return "Traces are lost, and span metrics if its generator makes them."
    return "Span metrics stop, so that no SLO on them can alert, and traces are lost."
