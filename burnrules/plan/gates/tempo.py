"""SLOs of a gate to metrics that Tempo answers: over HTTP, or asked by a Job."""

from decimal import Decimal

from burnrules.burnrate import plain
from burnrules.codes import releases as codes
from burnrules.diagnostics import Diagnostic
from burnrules.gateplan import GateMetric, Pairs
from burnrules.gates import conditions, go_durations, traceql
from burnrules.gates.argo import LONGEST_JOB
from burnrules.gates.traceql import Selection
from burnrules.ir import SloPlan
from burnrules.plan.gates import odds, traces
from burnrules.plan.gates.bounds import Bound
from burnrules.plan.gates.context import Context, Versions

ADDRESS = "{{args.tempo-url}}"
_SCRIPT = """\
set -eu
ask() {
  curl --fail --silent --show-error --retry 2 --max-time 30 --get \\
    ${TENANT:+--header "X-Scope-OrgID: $TENANT"} --data-urlencode "q=$1" \\
    --data-urlencode "since=$SINCE" "$TEMPO/api/metrics/query"
}
ask "$ALL" > /tmp/all.json
ask "$SLOW" > /tmp/slow.json
jq --exit-status --slurp --argjson least "$LEAST" --argjson bound "$BOUND" '
  def failed: any(.labels[]?; .key == "status" and .value.stringValue == "error");
  def spans(f): [.series[]? | select(f) | .value // 0] | add // 0;
  (.[0] | spans(COUNTED)) as $all | (.[1] | spans(WRONG)) as $bad |
  "\\($bad) of \\($all) spans",
  (length == 2 and all(.[]; .status == null) and $all >= $least and $bad <= $bound * $all)
' /tmp/all.json /tmp/slow.json
"""


def over_http(
    context: Context, versions: Versions, slo: SloPlan, bound: Bound
) -> GateMetric | Diagnostic:
    """The canary's spans by status, in one question; slow ones would need a second."""
    chosen = traces.selection(context, versions, slo)
    if isinstance(chosen, Diagnostic):
        return chosen
    if traces.threshold(context, slo) is not None:
        return codes.NOT_IN_TRACES.at(
            context.slo_place(slo.name).value,
            f"SLO `{slo.name}`: one TraceQL query cannot count slow spans and all spans",
            hint="use provider: job, which asks twice, or provider: prometheus",
        )
    least = odds.minimum(context, slo.budget, bound.ratio)
    query = traceql.by_status(chosen)
    judged = conditions.tempo_errors(bound.ratio, least, no_data=context.no_data)
    made = _metric(context, slo, bound, least)
    return made._replace(
        query=query,
        url=traceql.url(ADDRESS, query, context.one.window),
        success=judged.success,
        failure=judged.failure,
    )


def by_job(
    context: Context, versions: Versions, slo: SloPlan, bound: Bound
) -> GateMetric | Diagnostic:
    """The canary's spans, asked and compared in a container: its exit code is the verdict."""
    chosen = traces.selection(context, versions, slo)
    if isinstance(chosen, Diagnostic):
        return chosen
    least = odds.minimum(context, slo.budget, bound.ratio)
    made = _metric(context, slo, bound, least)
    limit = traces.threshold(context, slo)
    without = traces.without_errors(context, slo)
    counted = "failed | not" if without else "true"
    wrong = "failed" if limit is None else counted
    slow = chosen._replace(longer_than=limit)
    return made._replace(
        name=_job_name(context, slo),
        query=traceql.by_status(chosen),
        script=_SCRIPT.replace("COUNTED", counted).replace("WRONG", wrong),
        environment=_environment(context, chosen, slow, (least, bound.ratio)),
    )


def _environment(
    context: Context, every: Selection, slow: Selection, limits: tuple[int, Decimal]
) -> Pairs:
    tempo = context.owner.telemetry.tempo
    tenant = tempo.tenant if tempo is not None else None
    values = (
        ("ALL", traceql.by_status(every)),
        ("SLOW", traceql.by_status(slow)),
        ("LEAST", str(max(limits[0], 1))),
        ("BOUND", plain(limits[1])),
        ("SINCE", go_durations.text(context.one.window)),
        ("TEMPO", ADDRESS),
        ("TENANT", tenant or ""),
    )
    # Kubernetes fills in $(NAME) of other variables, and takes $$ for a dollar
    return tuple((name, value.replace("$", "$$")) for name, value in values)


def _metric(context: Context, slo: SloPlan, bound: Bound, least: int) -> GateMetric:
    return GateMetric(
        name=slo.name,
        subject=slo.id,
        reading=f"share of spans that {slo.sli.wrong}; fails above {bound.words}",
        query="",
        bound=bound.ratio,
        at_most=True,
        min_samples=least,
        origin=context.slo_place(slo.name).value,
        odds=odds.of(context, slo.budget, bound.ratio, least),
    )


def _job_name(context: Context, slo: SloPlan) -> str:
    if len(slo.name) <= LONGEST_JOB:
        return slo.name
    index = [one.name for one in context.judged].index(slo.name)
    return f"{slo.name[: LONGEST_JOB - 4].rstrip('-')}-{index}"
