"""Whether an expression that we composed is PromQL: the hot path, which loads the parser alone."""

import re
from functools import lru_cache

import promql_parser

# ruff: noqa: PLC0415  # 40 ms that a good expression need not pay

SAFE_LENGTH, SAFE_BRACKETS = 20_000, 100
# Begins with a plain character, by which it is found at once, and looks back from there. Also finds
# `=~` at the end of a text, whose quote it takes for a start: then nothing parses.
_REGEX = re.compile(r'~(?<=[=!]~)\s*"((?:[^"\\\n]++|\\[\\"])*+)"')


def error(text: str) -> str | None:
    """Why Prometheus would refuse a composed expression; None if it takes it.

    What could be too deep for promql_parser, and what it refuses, is looked at by `parse`. Regexes
    are judged by RE2, the dialect that Prometheus speaks, once each; promql_parser, which would
    compile them as Rust's every time, for as long as the rest takes, reads texts in their place.
    """
    if len(text) > SAFE_LENGTH or text.count("(") > SAFE_BRACKETS:
        return _slowly(text)
    read = without_regexes(text)
    if read is None:
        return _slowly(text)
    try:
        promql_parser.parse(read)
    except ValueError:
        return _slowly(text)
    return None


def without_regexes(text: str) -> str | None:
    """The same expression without regexes that RE2 takes; what it refuses makes it none at all.

    None where it has other than double quotes.
    """
    if "~" not in text:
        return text
    if "'" in text or "`" in text or "#" in text:
        return None
    return _REGEX.sub(_without_regex, text)


def _without_regex(found: re.Match[str]) -> str:
    negated = found.string[found.start() - 1] == "!"
    return f"={_equal(found[1])}" if negated else _equal(found[1])


@lru_cache(maxsize=4096)
def _equal(literal: str) -> str:
    """What stands behind `=` for a regex: a text that is empty where the regex takes nothing."""
    from burnrules.promql import regex, strings

    pattern = strings.unquoted(f'"{literal}"')
    if regex.error(pattern) is not None:
        return "~"  # no expression at all, so that it is looked at slowly
    return '""' if regex.accepts(pattern, "") else '"x"'


def _slowly(text: str) -> str | None:
    from burnrules.promql import parse

    return parse.of_ours(text)
