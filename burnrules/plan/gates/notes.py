"""What a reader of a gate's file must know, in whole sentences."""

from collections.abc import Iterator

from burnrules.durations import Duration
from burnrules.gateplan import ArgoGate, FlaggerGate
from burnrules.plan.gates.context import Context

ROW = "needs Argo Rollouts 1.8 or later: consecutiveSuccessLimit"
EXPR = "needs Argo Rollouts 1.6 or later"
NOT_JSON = (
    "Argo Rollouts up to 1.9 passes a measurement whose 2xx answer is not JSON: the address must"
    " be one where no login page or proxy can answer"
)
VALUES = "values of arguments go into a URL as they are: a version must be safe in one"
JOB = "a Job has two outcomes: no data, too few spans and a truncated answer fail"
IMAGE = "the image needs sh, curl and jq, and a /tmp that it can write"
CONTROLLER = (
    "no address: the controller's ARGO_ROLLOUTS_PROMETHEUS_ADDRESS is asked, since the Telemetry"
    " has no prometheus.url"
)
FLAGGER = "no data, or fewer requests than the minimum, is a failed check: Flagger knows no other"
BORN = (
    "errors that happen before the first scrape of a series are not counted: PromQL sees increases"
)


def of(context: Context, controller: ArgoGate | FlaggerGate) -> tuple[str, ...]:
    """The notes of one gate."""
    if isinstance(controller, FlaggerGate):
        return (FLAGGER, BORN)
    return tuple(_argo(context, controller))


def _argo(context: Context, one: ArgoGate) -> Iterator[str]:
    yield ROW if one.consecutive_successes else EXPR
    match one.provider:
        case "web":
            yield NOT_JSON
            yield VALUES
        case "job":
            yield JOB
            yield IMAGE
        case _:
            if not context.owner.telemetry.prometheus.url:
                yield CONTROLLER
            if context.one.budget_remaining is None:
                yield BORN
    if one.run == "inline" and one.interval is not None:
        length = (one.initial_delay or Duration(0)) + one.interval * (one.count - 1)
        yield f"holds its step for {length} at most"
    if one.run == "background":
        yield f"a rollout that ends within {one.initial_delay} is not measured, which Argo passes"
