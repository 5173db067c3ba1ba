"""The alerting rules of an SLO: one a tier, and the guards of the SLI and of the budget."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Generic, NamedTuple, TypeVar

from burnrules import burnrate, gotemplate, naming
from burnrules.burnrate import plain, short
from burnrules.durations import Duration
from burnrules.ir import Expr, Guard, Labels, Rule, Sli, SliceSli, Tier
from burnrules.plan.identity import Identity
from burnrules.plan.recordings import DAY, FIVE_MINUTES, HOUR, from_source
from burnrules.plan.texts import Prose, Words
from burnrules.promql import build

BOTH = (naming.PATH_LABEL, naming.NAME_LABEL)


T_co = TypeVar("T_co", Tier, Guard, covariant=True)


class Alert(NamedTuple, Generic[T_co]):
    """An alert of all SLOs of the same terms, but for what is each one's own."""

    rule: T_co
    labels: Labels
    annotations: Mapping[str, str]  # that the specs write
    summary: Words
    description: Words


class Alerting(NamedTuple):
    """What the alerts of one SLO are made from."""

    identity: Identity
    sli: Sli
    window: Duration
    budget: Decimal
    alert_name: str
    values: Mapping[str, str]  # of the texts
    links: Mapping[str, str]

    def rule(self, name: str, text: str, alert: Alert[Tier] | Alert[Guard]) -> Rule:
        """An alerting rule with its labels, its texts, links and annotations."""
        annotations = {
            "summary": alert.summary.said(self.values),
            "description": alert.description.said(self.values),
            **self.links,
            **alert.annotations,
        }
        return Rule(
            record="",
            alert=name,
            expr=Expr(text, self.identity.origin),
            labels=tuple(sorted(alert.labels + self.identity.labels)),
            wait=alert.rule.wait,
            keep=alert.rule.keep if isinstance(alert.rule, Tier) else None,
            annotations=in_reading_order(annotations),
        )


READ_FIRST = ("summary", "description", "runbook_url")


def in_reading_order(annotations: Mapping[str, str]) -> Labels:
    """Annotations as someone who was just woken reads them, the rest by name."""
    first = [(name, annotations[name]) for name in READ_FIRST if name in annotations]
    if len(first) == len(annotations):
        return tuple(first)
    rest = sorted((name, text) for name, text in annotations.items() if name not in READ_FIRST)
    return (*first, *rest)


def of_tier(one: Tier, window: Duration, prose: Prose, known: Mapping[str, Any]) -> Alert[Tier]:
    """The alert of a tier; `known` are the values that all alerts of its terms say."""
    labels = {
        "long_window": str(one.long),
        "short_window": str(one.short),
        "burn_rate": plain(one.factor),
    }
    said = {
        **known,
        "long": str(one.long),
        "short": str(one.short),
        "factor": plain(one.factor),
        "threshold": percentage(one.threshold),
        "spent": percentage(one.spent),
        "exhaustion": rough(burnrate.exhaustion(one.factor, window)),
    }
    return _alert(one, "burn", labels, prose, said)


def of_guard(one: Guard, prose: Prose, known: Mapping[str, Any]) -> Alert[Guard]:
    """The alert of a guard, as that of a tier."""
    labels, said = {}, {**known, "share": percentage(one.share)}
    if one.kind == "budgetSpent" and one.share != 1:
        labels["budget_spent"] = percentage(one.share)
    elif one.over is not None:
        labels = {"exhausts_in": str(one.exhausts_in), "long_window": str(one.over)}
    if one.exhausts_in is not None:
        said |= {"exhaustsIn": str(one.exhausts_in), "over": str(one.over)}
    if one.kind == "signalAbsent":
        said["groups"] = ""
    return _alert(one, one.kind, labels, prose, said)


def told(alert: Alert[T_co], rule: T_co) -> Alert[T_co]:
    """The alert with a rule to which Defaults, path and SLO have added labels and annotations."""
    given, annotations = dict(rule.labels), dict(rule.annotations)
    said = {"labels": given, "annotations": annotations}
    return Alert(
        rule,
        tuple({**given, **dict(alert.labels)}.items()),
        annotations,
        alert.summary.about(said),
        alert.description.about(said),
    )


def _alert(
    one: T_co, kind: str, labels: Mapping[str, str], prose: Prose, known: Mapping[str, Any]
) -> Alert[T_co]:
    said = {**known, "severity": one.severity}
    return Alert(
        one,
        tuple({**labels, "severity": one.severity}.items()),
        {},
        prose.words(kind, "summary", said),
        prose.words(kind, "description", said),
    )


def percentage(ratio: Decimal) -> str:
    """A ratio as people read it: `1.44%`."""
    return f"{short(ratio * 100)}%"


def burn(alerting: Alerting, alert: Alert[Tier]) -> Rule:
    """The alert of one tier."""
    tier, sli = alert.rule, alerting.sli
    compose, failures = _events_burn, tier.min_failures
    if isinstance(sli, SliceSli):
        compose, failures = _slices_burn, failures if sli.countable else 0
    limit = plain(tier.threshold)
    text = alerting.identity.text(compose, tier.long, tier.short, limit, failures)
    return alerting.rule(alerting.alert_name, text, alert)


def _events_burn(own: Identity, long: Duration, short: Duration, limit: str, failures: int) -> str:
    """Both windows above the threshold, enough failures, a long window that reaches back."""
    parts = [*_above(own, long, short, limit)]
    if failures:
        parts.append(f"({build.call('round', _failed(own, long))} >= {failures})")
    if long > HOUR or not from_source(long):
        parts.append(_reaches_back(own, naming.total(FIVE_MINUTES), long, short))
    return build.all_of(*parts)


def _slices_burn(own: Identity, long: Duration, short: Duration, limit: str, failures: int) -> str:
    """The same of evaluations, of which a bad one counts 1."""
    parts = [*_above(own, long, short, limit)]
    if failures:
        failed = build.call("sum_over_time", build.over(own.series(naming.SLICE), long))
        parts.append(f"({build.call('round', failed)} >= {failures})")
    if long > HOUR:
        parts.append(_reaches_back(own, naming.SLICE, long, short))
    return build.all_of(*parts)


def _above(own: Identity, long: Duration, short: Duration, limit: str) -> Iterator[str]:
    for window in dict.fromkeys((long, short)):
        yield f"{own.series(naming.ratio(window))} > {limit}"


def _failed(own: Identity, window: Duration) -> str:
    """How many events failed within a window, from the recorded rates."""
    if from_source(window):
        return f"{own.series(naming.error(window))} * {plain(window.seconds)}"
    rates = build.over(own.series(naming.error(FIVE_MINUTES)), window)
    return f"{build.call('sum_over_time', rates)} * {plain(own.interval.seconds)}"


def _reaches_back(own: Identity, base: str, long: Duration, short: Duration) -> str:
    """A long window of a young SLO is no longer than what there is: as the short one."""
    recent = short if short != long else Duration(long.milliseconds // 12)
    history = build.over(own.series(base), long - recent, offset=recent)
    return build.call("present_over_time", history)


def guard(alerting: Alerting, alert: Alert[Guard]) -> Rule:
    """The alert of one guard."""
    return alerting.rule(alert.rule.name, _guarded(alerting, alert.rule), alert)


def _guarded(alerting: Alerting, one: Guard) -> str:
    """The expression of one guard."""
    own, sliced = alerting.identity, isinstance(alerting.sli, SliceSli)
    match one.kind:
        case "signalAbsent":
            return own.text(_slices_absent if sliced else _events_absent)
        case "signalInvalid":
            return own.text(_slices_invalid if sliced else _events_invalid)
        case "budgetSpent":
            return own.text(_spent, base(alerting.sli), 1 - one.share)
        case _:
            assert one.exhausts_in is not None and one.over is not None  # noqa: S101, PT018  # of this kind
            share = Fraction(one.exhausts_in.milliseconds, alerting.window.milliseconds)
            limit = burnrate.exact(share / Fraction(alerting.budget))
            return own.text(_forecast, one.over, limit)


def base(sli: Sli) -> str:
    """The recording that has a sample whenever the SLI has."""
    return naming.SLICE if isinstance(sli, SliceSli) else naming.total(FIVE_MINUTES)


def _slices_absent(own: Identity) -> str:
    return build.call("absent", own.series(naming.SLICE))


def _events_absent(own: Identity) -> str:
    """Gone now, or there for a day without a single event."""
    total = own.series(naming.total(FIVE_MINUTES))
    events = build.call("sum_over_time", build.over(total, DAY))
    idle = f"{build.aggregate('sum', BOTH, events)} == 0"
    existed = build.over(own.series(naming.OBJECTIVE), HOUR, offset=DAY)
    old = f"and on {build.labels(BOTH)} {build.call('present_over_time', existed)}"
    return build.any_of(build.call("absent", total), build.bracket(f"{idle}\n{old}"))


def _slices_invalid(own: Identity) -> str:
    return f"{own.series(naming.SLICE)} > 1.01"


def _events_invalid(own: Identity) -> str:
    error, total = own.series(naming.error(HOUR)), own.series(naming.total(HOUR))
    return build.any_of(
        f"{error}\n> 1.01 * {total}",
        f"{error}\n< -0.01 * {total}",
        build.lacking(total, error),
        build.lacking(error, total),
    )


def _spent(own: Identity, base: str, left: Decimal) -> str:
    return build.all_of(
        f"{own.series(naming.REMAINING)} <= {plain(left)}",
        build.call("present_over_time", build.over(own.series(base), DAY)),
    )


def _forecast(own: Identity, over: Duration, share: Decimal) -> str:
    """Burnt within the horizon at the rate of late, against what is left, if anything is."""
    burnt, left = own.series(naming.ratio(over)), own.series(naming.REMAINING)
    return build.all_of(f"{burnt} * {plain(share)} > {left}", f"{left} > 0")


def rough(length: Duration) -> str:
    """A length of time in at most two units.

    >>> from burnrules.durations import of
    >>> rough(of("1d5h12m")), rough(of("5h12m"))
    ('1d5h', '5h12m')
    """
    minutes = length.milliseconds // 60_000
    if minutes >= 1440:
        hours = minutes // 60
        return str(Duration(hours * 3_600_000))
    return str(Duration(minutes * 60_000))


def group_text(groups: tuple[str, ...]) -> str:
    """` (http_route={{ $labels.http_route }})`: which group an alert is about."""
    named = [f"{one}={{{{ {gotemplate.reference(one)} }}}}" for one in groups]
    return f" ({', '.join(named)})" if named else ""
