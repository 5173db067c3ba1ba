"""Regexes as Prometheus reads them, and label values for them."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from burnrules.promql import regex, samples

matchers = st.lists(
    st.tuples(
        st.sampled_from(["=", "!=", "=~", "!~"]),
        st.text(st.sampled_from(list("ab05.*+?|()[]{}\\^$/:PQEdws,- ")), max_size=25),
    ),
    min_size=1,
    max_size=4,
)


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("5..", "500"),
        ("2..|3..", "200"),
        (".*PaymentService/Charge", "PaymentService/Charge"),
        ("GET|POST", "GET"),
        ("([A-Z]+ )?/checkout", "/checkout"),
        (r"400(\.0)?", "400"),
        (r"\d{3}", "000"),
        (r"\Qa.b\E", "a.b"),
        (".+", "a"),
        ("(?i)abc", "abc"),
    ],
)
def test_a_value_for_a_regex_is_what_a_person_would_write(pattern: str, value: str) -> None:
    assert samples.satisfy([("=~", pattern)]) == value


@pytest.mark.parametrize("pattern", ["a(", "(?!x)", "*", r"\C", "(?<n>a)", "a{2000}", "a)(b"])
def test_a_regex_that_prometheus_refuses_has_a_reason_and_no_value(pattern: str) -> None:
    assert regex.error(pattern)
    assert samples.satisfy([("=~", pattern)]) is None
    assert samples.satisfy([("!~", pattern)]) is None
    assert not regex.accepts(pattern, "a")


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        pytest.param([("=~", "5..")], "500", id="regex"),
        pytest.param([("=~", "5.."), ("!=", "500")], "511", id="regex-but"),
        pytest.param([("!~", "health.*")], "", id="absent-will-do"),
        pytest.param([("!=", "")], "a", id="present"),
        pytest.param([("=~", "a.*"), ("=~", ".*b")], "ab", id="two-regexes"),
        pytest.param([("=", "a"), ("!=", "a")], None, id="contradiction"),
        pytest.param([("=~", ".+"), ("!~", ".*")], None, id="nothing-left"),
    ],
)
def test_one_value_satisfies_all_matchers_of_a_label(
    wanted: list[tuple[str, str]], value: str | None
) -> None:
    assert samples.satisfy(wanted) == value


@given(matchers)
def test_a_value_that_is_offered_satisfies_every_matcher(wanted: list[tuple[str, str]]) -> None:
    value = samples.satisfy(wanted)

    assume(value is not None)
    assert all(samples.fulfils(str(value), operator, text) for operator, text in wanted)


@given(st.text())
def test_an_escaped_text_matches_itself_and_nothing_else(text: str) -> None:
    assert regex.accepts(regex.escape(text), text)
    assert not regex.accepts(regex.escape(text), text + "x")


def test_half_a_character_is_refused_in_words() -> None:
    assert regex.error("\ud800") == "it is not UTF-8"
    assert samples.satisfy([("=~", "\ud800")]) is None
