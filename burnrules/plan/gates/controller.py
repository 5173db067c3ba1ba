"""What a controller is told beside the metrics: limits, arguments, addresses, no secrets."""

from collections.abc import Iterator
from decimal import Decimal

from burnrules import durations
from burnrules.codes import gates as written
from burnrules.codes import meaning
from burnrules.codes import releases as codes
from burnrules.diagnostics import Diagnostic
from burnrules.durations import Duration
from burnrules.gateplan import ArgoGate, FlaggerGate, GateArgument, GateMetric, Pairs
from burnrules.gates.template import placeholders
from burnrules.plan.gates.context import Context
from burnrules.plan.place import Place
from burnrules.plan.recordings import SAMPLES
from burnrules.spec.controllers import Argo, Flagger

TENTH = Decimal("0.1")
SHORTEST, LONGEST = durations.of("1m"), durations.of("24h")  # that Tempo answers
LABEL = "metadata.labels['app.kubernetes.io/version']"
_GIVEN = (
    GateArgument("canary-version", field=LABEL),
    GateArgument("stable-version"),
    GateArgument("canary-hash", pod="Latest"),
    GateArgument("stable-hash", pod="Stable"),
)


def argo(context: Context, one: Argo, metrics: tuple[GateMetric, ...]) -> ArgoGate:
    """What Argo Rollouts is told."""
    before = context.one.budget_remaining is not None
    count = 1 if before else one.looks
    headers = _headers(context)
    return ArgoGate(
        provider=one.provider,
        image=one.job_image or "",
        cluster=one.scope == "cluster",
        run=one.run,
        count=count,
        failure_limit=0 if before else one.failures,
        inconclusive_limit=0 if before else one.pauses,
        consecutive_successes=min(one.successes, count),
        initial_delay=None if before else one.initial_delay or delay(context),
        interval=None if count == 1 else context.one.interval or context.one.window,
        arguments=tuple(_arguments(context, metrics)),
        headers=headers,
        weight=max(1, int((context.weight or TENTH) * 100)),
    )


def flagger(context: Context, one: Flagger) -> FlaggerGate:
    """What Flagger is told."""
    server = context.owner.telemetry.prometheus
    return FlaggerGate(
        threshold=one.threshold,
        interval=context.one.interval or context.one.window,
        window=context.one.window,
        address=server.url or "",
        headers=(("X-Scope-OrgID", server.tenant),) if server.tenant else (),
        secret=server.token_secret.name if server.token_secret else "",
    )


def delay(context: Context) -> Duration:
    """How long a canary must have run before a look sees it alone."""
    return context.one.window + context.owner.server.scrape_interval


def findings(context: Context) -> Iterator[Diagnostic]:
    """Addresses that nobody said, and times that do not fit."""
    yield from _addresses(context)
    yield from _braces(context)
    if context.one.budget_remaining is not None:
        return
    yield from _times(context)


def _addresses(context: Context) -> Iterator[Diagnostic]:
    telemetry, one = context.owner.telemetry, context.one
    if one.provider != "prometheus" and (telemetry.tempo is None or not telemetry.tempo.url):
        yield codes.NO_ADDRESS.at(
            (context.place / "argo" / "provider").value,
            f"{context.id} asks Tempo, and its Telemetry has no tempo.url",
            hint="add tempo: {url: 'http://tempo-query-frontend.tempo:3200'} to the Telemetry",
        )
    if one.flagger is None:
        return
    if not telemetry.prometheus.url:
        yield codes.NO_ADDRESS.at(
            (context.place / "flagger").key,
            f"{context.id} asks Prometheus, and its Telemetry has no prometheus.url",
            hint="add url: 'http://prometheus.monitoring:9090' to prometheus of the Telemetry",
        )
    token = telemetry.prometheus.token_secret
    if token is not None and token.key != "token":
        yield codes.TOKEN_KEY.at(
            (context.place / "flagger").key,
            f"tokenSecret has its token under `{token.key}`, and Flagger reads `token`",
            hint="name the key `token`",
        )


def _braces(context: Context) -> Iterator[Diagnostic]:
    """A text beside the queries that Argo would take for an argument."""
    argo = context.one.argo
    if argo is not None and argo.job_image is not None and "{{" in argo.job_image:
        yield codes.FOREIGN_ARGUMENT.at(
            (context.place / "argo" / "jobImage").value,
            f"{context.id}: jobImage has `{{{{`, which Argo takes for an argument",
            hint="write its value",
        )


def _tenant(context: Context) -> str:
    telemetry = context.owner.telemetry
    if context.one.provider == "prometheus":
        return telemetry.prometheus.tenant or ""
    return (telemetry.tempo.tenant if telemetry.tempo else None) or ""


def _times(context: Context) -> Iterator[Diagnostic]:
    one, place = context.one, context.place
    yield from _window(context, place / "window")
    if one.interval is not None and one.interval < one.window:
        yield codes.LOOKS_OVERLAP.at(
            (place / "interval").value,
            f"interval {one.interval} is shorter than the window {one.window}: looks overlap",
            hint=f"write interval: {one.window}, or leave it out",
        )
    asked = one.argo.initial_delay if one.argo is not None else None
    if asked is not None and asked < delay(context):
        yield written.DELAY_SHORT.at(
            (place / "argo" / "initialDelay").value,
            f"initialDelay {asked} is below window and scrape interval, {delay(context)}:"
            " the first look reaches before the canary",
            hint=f"write {delay(context)}, or leave it out",
        )


def _window(context: Context, place: Place) -> Iterator[Diagnostic]:
    one, sample = context.one, context.owner.sample
    if one.provider == "prometheus":
        if one.window < sample * SAMPLES:
            yield meaning.SHORT_WINDOW.at(
                place.value,
                f"{context.id}: the window {one.window} is below {SAMPLES} x {sample},"
                " the larger of scrape and flush interval",
                hint=f"write window: {sample * SAMPLES} or longer",
            )
    elif not SHORTEST <= one.window <= LONGEST:
        yield codes.NOT_IN_TRACES.at(
            place.value,
            f"{context.id}: Tempo does not answer for the last {one.window}",
            hint=f"write {SHORTEST} to {LONGEST}: it leaves out what is newer than 30s",
        )


def _arguments(context: Context, metrics: tuple[GateMetric, ...]) -> Iterator[GateArgument]:
    telemetry = context.owner.telemetry
    server, tempo = telemetry.prometheus, telemetry.tempo
    if context.one.provider != "prometheus":
        yield GateArgument("tempo-url", value=(tempo.url if tempo else None) or "")
    else:
        if server.url:
            yield GateArgument("prometheus-address", value=server.url)
        if server.token_secret:
            secret = (server.token_secret.name, server.token_secret.key)
            yield GateArgument("prometheus-token", secret=secret)
    used = {found.argument for one in metrics for found in placeholders(one.query)}
    yield from (one for one in _GIVEN if one.name in used)


def _headers(context: Context) -> Pairs:
    made = (("X-Scope-OrgID", _tenant(context)),) if _tenant(context) else ()
    if context.one.provider == "prometheus" and context.owner.telemetry.prometheus.token_secret:
        return (*made, ("Authorization", "Bearer {{args.prometheus-token}}"))
    return made
