"""Whether an expression that we composed is PromQL: the hot path, which loads the parser alone."""

import promql_parser

SAFE_LENGTH, SAFE_BRACKETS = 20_000, 100


def error(text: str) -> str | None:
    """Why Prometheus would refuse a composed expression; None if it takes it.

    What could be too deep for promql_parser, and what it refuses, is looked at by `parse`.
    """
    if len(text) <= SAFE_LENGTH and text.count("(") <= SAFE_BRACKETS:
        try:
            promql_parser.parse(text)
        except ValueError:
            return _slowly(text)
        return None
    return _slowly(text)


def _slowly(text: str) -> str | None:
    from burnrules.promql import parse  # noqa: PLC0415  # 40 ms that a good expression need not pay

    return parse.composed(text)
