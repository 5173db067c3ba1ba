"""Tokens: total, positioned, and strings that nothing can break out of."""

import time

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules.promql import lexer, strings
from burnrules.promql.lexer import Kind

unicode_text = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("a:b{c!~'d'}", "NAME OPEN NAME OPERATOR STRING CLOSE", id="selector"),
        pytest.param("[1h:5m]", "OPEN DURATION OPERATOR DURATION CLOSE", id="subquery"),
        pytest.param("[$window:1m]", "OPEN WINDOW OPERATOR DURATION CLOSE", id="window"),
        pytest.param("$windows ${w} {{.w}}", "VARIABLE VARIABLE VARIABLE", id="placeholders"),
        pytest.param("1e5 0x1F .5 1_000 5m", "NUMBER NUMBER NUMBER NUMBER DURATION", id="numbers"),
        pytest.param("`a\\` # b", "STRING COMMENT", id="raw-string"),
        pytest.param('"# not"', "STRING", id="no-comment-in-a-string"),
        pytest.param('x{a="b', "NAME OPEN NAME OPERATOR UNCLOSED", id="unclosed"),
        pytest.param("“a”", "OTHER NAME OTHER", id="typographic"),
    ],
)
def test_a_query_is_cut_where_prometheus_cuts_it(text: str, kinds: str) -> None:
    assert " ".join(token.kind.value for token in lexer.tokens(text)) == kinds


@given(st.text())
def test_any_text_becomes_tokens_that_stand_where_they_say(text: str) -> None:
    tokens = lexer.tokens(text)

    assert all(text[token.start : token.end] == token.text != "" for token in tokens)
    between = "".join(
        text[before:after]
        for before, after in zip(
            [0, *(token.end for token in tokens)],
            [*(token.start for token in tokens), len(text)],
            strict=True,
        )
    )
    assert between.strip(" \t\r\n") == ""


@pytest.mark.parametrize("piece", ['"', "{{", "$", "\\", 'a "', "1", '"\\', "1s", "`", "${", "/*"])
def test_no_text_takes_more_than_linear_time(piece: str) -> None:
    started = time.perf_counter()

    lexer.tokens(piece * 20_000)

    assert time.perf_counter() - started < 2


@given(unicode_text)
def test_a_quoted_value_is_read_back_by_the_parser_byte_for_byte(value: str) -> None:
    selector = promql_parser.parse(f"x{{a={strings.quoted(value)}}}")

    assert [m.value for m in selector.matchers.matchers] == [value]


@given(unicode_text)
def test_a_quoted_value_is_one_token_and_unquotes_to_itself(value: str) -> None:
    (token,) = lexer.tokens(strings.quoted(value))

    assert token.kind is Kind.STRING
    assert strings.unquoted(token.text) == value
