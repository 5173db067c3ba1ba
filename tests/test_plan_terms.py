"""What SLOs alike share, and what stays each one's own."""

import io
from pathlib import Path

import burnrules
from burnrules.ir import Rule

PATH = """
apiVersion: burnrules.dev/v1
kind: CriticalPath
metadata: {name: checkout}
spec:
  entry: {service: checkout}
  alerting: {policy: ours}
  slos:
    - {name: pay, objective: 99.9, labels: {team: payments}, sli: {errors: {}}}
    - {name: buy, objective: 99.9, labels: {team: shop}, sli: {errors: {}}}
    - {name: all, objective: 99.9, description: 5 % may fail, sli: {errors: {}}}
"""
POLICY = """
---
apiVersion: burnrules.dev/v1
kind: AlertPolicy
metadata: {name: ours}
spec:
"""


def alerts(policy: str) -> list[Rule]:
    text = PATH + POLICY + policy
    made = burnrules.compile_tree(Path("-"), kinds=(), stdin=io.BytesIO(text.encode()))
    assert made.ok, made.found
    rules = [rule for one in made.plan.rule_sets for group in one.groups for rule in group.rules]
    return [rule for rule in rules if rule.alert]


def of(rules: list[Rule], slo: str, severity: str) -> list[dict[str, str]]:
    """The labels of the burn alerts of an SLO."""
    labels = [dict(rule.labels) for rule in rules]
    return [
        one
        for one in labels
        if (one["slo_name"], one["severity"]) == (slo, severity) and "burn_rate" in one
    ]


def test_slos_of_one_policy_and_objective_keep_their_own_labels() -> None:
    rules = alerts("  tiers: [{severity: page, budget: 2%, long: 1h, labels: {tier: first}}]")

    [pay], [buy], [every] = (of(rules, slo, "page") for slo in ("pay", "buy", "all"))

    assert (pay["team"], buy["team"], "team" in every) == ("payments", "shop", False)
    assert {one["tier"] for one in (pay, buy, every)} == {"first"}


def test_a_text_of_the_policy_says_the_labels_and_the_words_of_each_slo() -> None:
    rules = alerts(
        "  tiers: [{severity: page, budget: 2%, long: 1h}]\n"
        "  texts: {burn: {summary: '[[ slo ]] of [[ labels.team ]] [[ factor ]] [[ objective ]]'}}"
    )

    burns = [rule for rule in rules if "burn_rate" in dict(rule.labels)]
    said = [dict(rule.annotations)["summary"] for rule in burns]

    assert sorted(said) == sorted(
        ["pay of payments 14.4 99.9%", "buy of shop 14.4 99.9%", "all of  14.4 99.9%"]
    )


def test_a_percent_sign_of_a_description_is_said_as_it_stands() -> None:
    rules = alerts("  tiers: [{severity: page, budget: 2%, long: 1h}]")

    said = [dict(rule.annotations)["description"] for rule in rules]

    assert any(text.endswith(" 5 % may fail") for text in said)
    assert not any("%%" in text or "%(" in text for text in said)


def test_policies_of_one_name_in_two_trees_are_not_mixed_up() -> None:
    first, second = (
        of(alerts(f"  tiers: [{{severity: page, burnRate: {rate}, long: 1h}}]"), "pay", "page")
        for rate in (14, 9)
    )

    assert [one["burn_rate"] for one in first] == ["14"]
    assert [one["burn_rate"] for one in second] == ["9"]


def test_of_equal_tiers_the_first_stands_where_the_policy_has_it() -> None:
    rows = (("page", "2%", "1h"), ("ticket", "10%", "1d"), ("page", "2%", "1h"))
    tiers = ", ".join(f"{{severity: {s}, budget: {b}, long: {w}}}" for s, b, w in rows)

    burns = [dict(rule.labels) for rule in alerts(f"  tiers: [{tiers}]")]

    of_pay = [one for one in burns if one["slo_name"] == "pay" and "burn_rate" in one]
    assert [one["severity"] for one in of_pay] == ["page", "ticket"]
