"""SLI `events`: two of errors, good and total, as queries."""

from burnrules.diagnostics import Diagnostic
from burnrules.ir import EventSli, Missing, Query
from burnrules.plan import fragments
from burnrules.plan.sli.context import NO_PAD, Compiled, Context
from burnrules.promql import build
from burnrules.promql.uses import Role, Use
from burnrules.spec.sli import EventsSli


def compiled(one: EventsSli, context: Context) -> Compiled:
    """Both queries, each checked alone and against the other."""
    read: dict[str, fragments.Fragment] = {}
    found: list[Diagnostic] = []
    for name, text, role in (
        ("errors", one.errors, Role.ERRORS),
        ("good", one.good, Role.GOOD),
        ("total", one.total, Role.TOTAL),
    ):
        if text is not None:
            fragment, wrong = fragments.read(
                text, Use.EVENTS, role, context.place / name, context.groups
            )
            found += wrong
            if fragment is not None:
                read[name] = fragment
    if len(read) < 2:
        return Compiled(None, tuple(found))
    found += fragments.together(read, context.place)
    queries = {name: _query(fragment, context) for name, fragment in read.items()}
    total = queries.get("total") or _both(queries["good"], queries["errors"], context)
    part_is_good = "errors" not in queries
    pad = NO_PAD if any(one.over_time for one in read.values()) else context.server.scrape_interval
    part = queries["good" if part_is_good else "errors"]
    return Compiled(
        EventSli(
            "events",
            total,
            part,
            part_is_good=part_is_good,
            missing=Missing.ZERO,
            pad=pad,
            counts="events",
            wrong="failed",
        ),
        tuple(found),
    )


def _query(fragment: fragments.Fragment, context: Context) -> Query:
    text = fragment.marked
    if fragment.checked.bare:
        rated = build.sane(build.call("rate", build.ranged(text)))
        return Query(build.aggregate("sum", context.groups, rated))
    if fragment.checked.groups == frozenset(context.groups):
        made = build.sane(build.bracket(text))
    else:
        made = build.aggregate("sum", context.groups, build.sane(build.bracket(text)))
    return Query(build.per_second(build.bracket(made)) if fragment.per_window else made)


def _both(good: Query, errors: Query, context: Context) -> Query:
    """All events where only good and bad ones are counted; one side may have no series yet."""
    first, second = build.bracket(good.template), build.bracket(errors.template)
    left = build.bracket(build.either(context.groups, first, build.zero_of(second)))
    right = build.bracket(build.either(context.groups, second, build.zero_of(first)))
    return Query(build.plus(left, context.groups, right))
