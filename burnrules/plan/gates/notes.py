"""What a reader of a gate's file must know, in whole sentences."""

from collections.abc import Iterator

from burnrules.durations import Duration
from burnrules.gateplan import ArgoGate, FlaggerGate
from burnrules.plan.gates.context import Context
from burnrules.plan.gates.odds import CHECKS

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
CHANCES = f"chances are reckoned over {CHECKS} checks; the Canary says how many there are"
SAMPLED = (
    "traces must be sampled whatever their outcome: where all errors are kept and one good trace in"
    " ten, an error ratio of 1 % reads as 9 %"
)
LABEL = "the Rollout's label app.kubernetes.io/version must hold what the canary sends as {version}"
BORN = (
    "errors that happen before the first scrape of a series are not counted: PromQL sees increases"
)


def of(context: Context, controller: ArgoGate | FlaggerGate) -> tuple[str, ...]:
    """The notes of one gate."""
    if isinstance(controller, FlaggerGate):
        reckoned = (CHANCES,) if context.one.traffic is not None else ()
        return (FLAGGER, BORN, *reckoned)
    return tuple(_argo(context, controller))


def _argo(context: Context, one: ArgoGate) -> Iterator[str]:
    yield ROW if one.consecutive_successes else EXPR
    match one.provider:
        case "web":
            yield NOT_JSON
            yield VALUES
            yield SAMPLED
        case "job":
            yield JOB
            yield IMAGE
            yield SAMPLED
        case _:
            if not context.owner.telemetry.prometheus.url:
                yield CONTROLLER
            if context.one.budget_remaining is None:
                yield BORN
    version = context.one.version
    if version is not None and any(argument.field for argument in one.arguments):
        yield LABEL.format(version=version.attribute)
    if one.initial_delay is not None:
        yield from _times(one, one.initial_delay)


def _times(one: ArgoGate, delay: Duration) -> Iterator[str]:
    length = delay + (one.interval or Duration(0)) * (one.count - 1)
    if one.run == "background":
        yield f"guards for {length} at most, and not after"
        yield f"a rollout that ends within {delay} is not measured, which Argo passes"
    else:
        yield f"holds the rollout for {length} at most"
