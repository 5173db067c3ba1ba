"""The alerting rules of an SLO: one a tier, and the guards of the SLI and of the budget."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from burnrules import burnrate, gotemplate, naming
from burnrules.burnrate import plain, short
from burnrules.durations import Duration
from burnrules.ir import EventSli, Expr, Guard, Labels, Rule, Sli, SliceSli, Tier
from burnrules.plan.recordings import DAY, FIVE_MINUTES, HOUR, Identity, from_source
from burnrules.plan.texts import Prose
from burnrules.promql import build

BOTH = (naming.PATH_LABEL, naming.NAME_LABEL)


class Alerting(NamedTuple):
    """What the alerts of one SLO are made from."""

    identity: Identity
    sli: Sli
    window: Duration
    budget: Decimal
    alert_name: str
    prose: Prose
    values: Mapping[str, Any]  # of the texts; those of the SLO
    links: Labels = ()

    def rule(self, name: str, text: str, kind: str, of_one: Tier | Guard, **values: Any) -> Rule:
        """An alerting rule with its labels, and the annotations of its policy and prose."""
        said = {**self.values, "severity": of_one.severity, "labels": dict(of_one.labels), **values}
        said["annotations"] = dict(of_one.annotations)
        generated = {
            "summary": self.prose.render(kind, "summary", said),
            "description": self.prose.render(kind, "description", said),
        }
        annotations = {**generated, **dict(self.links), **dict(of_one.annotations)}
        labels = {**dict(of_one.labels), **dict(self.identity.labels), "severity": of_one.severity}
        if isinstance(of_one, Tier):
            labels |= {
                "long_window": str(of_one.long),
                "short_window": str(of_one.short),
                "burn_rate": plain(of_one.factor),
            }
        elif name == naming.BUDGET_SPENT:
            labels["budget_spent"] = percentage(of_one.share)
        elif of_one.over is not None:
            labels |= {"exhausts_in": str(of_one.exhausts_in), "long_window": str(of_one.over)}
        return Rule(
            record="",
            alert=name,
            expr=Expr(text, self.identity.origin),
            labels=tuple(sorted(labels.items())),
            wait=of_one.wait,
            keep=of_one.keep if isinstance(of_one, Tier) else None,
            annotations=in_reading_order(annotations),
        )


READ_FIRST = ("summary", "description", "runbook_url")


def in_reading_order(annotations: Mapping[str, str]) -> Labels:
    """Annotations as someone who was just woken reads them, the rest by name."""
    first = [(name, annotations[name]) for name in READ_FIRST if name in annotations]
    rest = sorted((name, text) for name, text in annotations.items() if name not in READ_FIRST)
    return (*first, *rest)


def percentage(ratio: Decimal) -> str:
    """A ratio as people read it: `1.44%`."""
    return f"{short(ratio * 100)}%"


def burn(alerting: Alerting, tier: Tier) -> Rule:
    """Both windows above the threshold, enough failures, a long window that reaches back."""
    identity, limit = alerting.identity, plain(tier.threshold)
    parts = [f"{identity.series(naming.ratio(tier.long))} > {limit}"]
    if tier.short != tier.long:
        parts.append(f"{identity.series(naming.ratio(tier.short))} > {limit}")
    if tier.min_failures and (failures := failed(alerting, tier.long)):
        parts.append(f"({build.call('round', failures)} >= {tier.min_failures})")
    if tier.long > HOUR or _summed(alerting.sli, tier.long):
        recent = tier.short if tier.short != tier.long else Duration(tier.long.milliseconds // 12)
        history = build.over(identity.series(base(alerting.sli)), tier.long - recent, offset=recent)
        parts.append(build.call("present_over_time", history))
    return alerting.rule(
        alerting.alert_name, build.all_of(*parts), "burn", tier,
        long=str(tier.long), short=str(tier.short), factor=plain(tier.factor),
        threshold=percentage(tier.threshold), spent=percentage(tier.spent),
        exhaustion=rough(burnrate.exhaustion(tier.factor, alerting.window)),
    )  # fmt: skip


def _summed(sli: Sli, window: Duration) -> bool:
    """Whether a window is a sum of recorded rates, which a young SLO has too few of."""
    return isinstance(sli, EventSli) and not from_source(window)


def base(sli: Sli) -> str:
    """The recording that has a sample whenever the SLI has."""
    return naming.SLICE if isinstance(sli, SliceSli) else naming.total(FIVE_MINUTES)


def failed(alerting: Alerting, window: Duration) -> str:
    """How many events failed within a window, from the recorded rates; empty: uncountable."""
    identity, sli = alerting.identity, alerting.sli
    if isinstance(sli, SliceSli):
        if not sli.countable:
            return ""
        return build.call("sum_over_time", build.over(identity.series(naming.SLICE), window))
    if from_source(window):
        return f"{identity.series(naming.error(window))} * {plain(window.seconds)}"
    summed = build.call(
        "sum_over_time", build.over(identity.series(naming.error(FIVE_MINUTES)), window)
    )
    return f"{summed} * {plain(identity.interval.seconds)}"


def guard(alerting: Alerting, one: Guard) -> Rule:
    """The alert of one guard."""
    expressions = {
        "signalAbsent": _absent,
        "signalInvalid": _invalid,
        "budgetSpent": _spent,
        "budgetForecast": _forecast,
    }
    values: dict[str, Any] = {"share": percentage(one.share)}
    if one.exhausts_in is not None:
        values |= {"exhaustsIn": str(one.exhausts_in), "over": str(one.over)}
    if one.kind == "signalAbsent":
        values["groups"] = ""
    return alerting.rule(one.name, expressions[one.kind](alerting, one), one.kind, one, **values)


def _absent(alerting: Alerting, _: Guard) -> str:
    """Gone now, or there for a day without a single event."""
    identity = alerting.identity
    gone = build.call("absent", identity.series(base(alerting.sli)))
    if isinstance(alerting.sli, SliceSli):
        return gone
    events = build.call(
        "sum_over_time", build.over(identity.series(naming.total(FIVE_MINUTES)), DAY)
    )
    idle = f"{build.aggregate('sum', BOTH, events)} == 0"
    existed = build.over(identity.series(naming.OBJECTIVE), HOUR, offset=DAY)
    old = f"and on {build.labels(BOTH)} {build.call('present_over_time', existed)}"
    return build.any_of(gone, build.bracket(f"{idle}\n{old}"))


def _invalid(alerting: Alerting, _: Guard) -> str:
    identity = alerting.identity
    if isinstance(alerting.sli, SliceSli):
        return f"{identity.series(naming.SLICE)} > 1.01"
    error, total = identity.series(naming.error(HOUR)), identity.series(naming.total(HOUR))
    return build.any_of(
        f"{error}\n> 1.01 * {total}",
        f"{error}\n< -0.01 * {total}",
        build.lacking(total, error),
        build.lacking(error, total),
    )


def _spent(alerting: Alerting, one: Guard) -> str:
    identity = alerting.identity
    left = f"{identity.series(naming.REMAINING)} <= {plain(1 - one.share)}"
    return build.all_of(
        left, build.call("present_over_time", build.over(identity.series(base(alerting.sli)), DAY))
    )


def _forecast(alerting: Alerting, one: Guard) -> str:
    """Burnt within the horizon at the rate of late, against what is left, if anything is."""
    assert one.exhausts_in is not None and one.over is not None  # noqa: S101, PT018  # of this kind
    identity = alerting.identity
    share = Fraction(one.exhausts_in.milliseconds, alerting.window.milliseconds) / Fraction(
        alerting.budget
    )
    burnt = f"{identity.series(naming.ratio(one.over))} * {plain(burnrate.exact(share))}"
    left = identity.series(naming.REMAINING)
    return build.all_of(f"{burnt} > {left}", f"{left} > 0")


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
