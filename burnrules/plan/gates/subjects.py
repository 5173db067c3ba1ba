"""What a gate names: whether it exists, and can be judged by."""

from collections.abc import Iterable, Iterator

from burnrules.codes import releases as codes
from burnrules.codes import together
from burnrules.diagnostics import Diagnostic, near
from burnrules.plan.gates.context import READABLE, Context, per_version
from burnrules.spec.indicators import FanOut


def findings(context: Context) -> Iterator[Diagnostic]:
    """SLOs and indicators that are not there or cannot be read for one version."""
    yield from _slos(context)
    yield from _indicators(context)


def _slos(context: Context) -> Iterator[Diagnostic]:
    spec = context.owner.path.spec
    known = [one.name for one in spec.slos]
    for name in context.one.slos or ():
        if name not in known:
            yield _unknown(context, "SLO", name, known)
            continue
        plan = context.slos.get(name)
        if plan is None or context.one.budget_remaining is not None or per_version(plan):
            continue
        yield codes.NOT_PER_VERSION.at(
            context.slo_place(name).value,
            f"SLO `{name}` cannot be read per version: its SLI is {plan.sli.kind}",
            hint=f"name SLOs by {', '.join(READABLE)}",
        )
    complete = len(context.slos) == len(known)  # else an SLO has said what is wrong with it
    if complete and not context.judged and not context.one.indicators:
        yield codes.NOT_PER_VERSION.at(
            context.place.value,
            f"{context.id}: no SLO of the path can be read per version",
            hint=f"add one by {', '.join(READABLE)}, or name indicators",
        )


def _indicators(context: Context) -> Iterator[Diagnostic]:
    written = {one.name: one for one in context.owner.path.spec.indicators}
    for index, name in enumerate(context.one.indicators):
        place = (context.place / "indicators" / index).value
        if name not in written:
            yield _unknown(context, "indicator", name, written)
            continue
        measured = written[name].measured
        plan = context.indicators.get(name)
        if isinstance(measured, FanOut) and measured.source == "serviceGraph":
            yield codes.NOT_PER_VERSION.at(
                place,
                f"indicator `{name}` cannot be read per version: a service graph has none",
                hint="use source: spans",
            )
        elif context.one.provider != "prometheus":
            yield codes.NOT_IN_TRACES.at(
                place,
                f"indicator `{name}` cannot be counted by TraceQL",
                hint="use provider: prometheus",
            )
        elif plan is not None and not any(one.kind in ("max", "min") for one in plan.limits):
            yield codes.NO_LIMIT.at(
                place,
                f"indicator `{name}` has neither max nor min",
                hint="give it one; growth is not judged",
            )


def _unknown(context: Context, kind: str, name: str, known: Iterable[str]) -> Diagnostic:
    field, written = ("slos", context.one.slos or ())
    if kind == "indicator":
        field, written = ("indicators", context.one.indicators)
    names = sorted(known)
    return together.NO_SUCH.at(
        (context.place / field / written.index(name)).value,
        f"path `{context.owner.path.metadata.name}` has no {kind} `{name}`",
        hint=near(name, names) or f"it has {', '.join(names) or 'none'}",
    )
