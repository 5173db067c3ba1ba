"""Whether a text is PromQL, as promql_parser judges it, never at the price of a crash."""

import re
from itertools import pairwise

import promql_parser

from burnrules import durations
from burnrules.diagnostics import Problem, shown
from burnrules.promql import composed, grammar, lexer, regex, strings
from burnrules.promql.lexer import Kind, Token
from burnrules.promql.tree import Node

LONGEST = 10_000
"""Characters in a query that someone writes."""
DEEPEST = 100
"""Levels of brackets, signs and powers: parsers recurse, and promql_parser dies of 20,000."""
OPERATORS = 300
"""Operators in a query: a chain is a deep tree, and its time is quadratic."""

_COMPOSED_LONGEST = 200_000
_COMPOSED_OPERATORS = 2_000


def error(text: str) -> str | None:
    """Why a query is not PromQL, in our words; None if it is."""
    return too_large(text) or refusal(text, text)


def refusal(text: str, asked: str) -> str | None:
    """Why promql_parser refuses a query that is not too large; `asked` is it with a window."""
    return _dangerous(text) or _refusal(plain(asked))


def of_ours(text: str) -> str | None:
    """Why an expression that we composed is not PromQL, its regexes as RE2 reads them.

    What `composed.error` cannot decide at once ends here.
    """
    if len(text) > _COMPOSED_LONGEST:
        return f"it has more than {_COMPOSED_LONGEST:,} characters"
    # An upper bound of the depth and length of a chain, much cheaper than tokens.
    brackets = text.count("(")
    operators = text.count("+") + text.count("-") + text.count("*") + text.count(" or ")
    if brackets > DEEPEST or operators > OPERATORS:
        return _composed_slowly(text)
    return _refusal(text) or (_not_re2(lexer.code(text)) if "~" in text else None)


def _composed_slowly(text: str) -> str | None:
    tokens = lexer.code(text)
    if _depth(tokens) > 2 * DEEPEST or _operators(tokens) > _COMPOSED_OPERATORS:
        return "it is nested too deeply"
    return _refusal(text)


def ast(text: str) -> Node | None:
    """The tree of a query; None if it is not PromQL."""
    if error(text) is not None:
        return None
    node = grammar.read(text)
    return None if isinstance(node, Problem) else node


def too_large(text: str) -> str | None:
    """Which limit a query exceeds: characters, nesting or operators."""
    if len(text) > LONGEST:
        return f"the query has {len(text):,} characters; the limit is {LONGEST:,}"
    tokens = lexer.code(text)
    if _depth(tokens) > DEEPEST:
        return f"brackets nest deeper than {DEEPEST} levels"
    if (count := _operators(tokens)) > OPERATORS:
        return f"the query has {count} operators; the limit is {OPERATORS}"
    return None


def _depth(tokens: tuple[Token, ...]) -> int:
    depth = deepest = inside = 0
    operand = False
    for token in tokens:
        if token.kind is Kind.OPEN:
            depth += 1
            deepest = max(depth, deepest)
        elif token.kind is Kind.CLOSE:
            depth -= 1
        elif token.text == "^" or (token.text in "+-" and not operand):
            inside += 1
        operand = token.kind not in (Kind.OPERATOR, Kind.OPEN, Kind.COMMA)
    return deepest + inside


_CHAINS = grammar.BINARY | {"@", "offset", "["}


def _operators(tokens: tuple[Token, ...]) -> int:
    return sum(token.text.lower() in _CHAINS for token in tokens)


def plain(text: str) -> str:
    """The same query without backtick strings: promql_parser reads their backslashes as escapes."""
    if "`" not in text:
        return text
    raw = [t for t in lexer.tokens(text) if t.kind is Kind.STRING and t.text[0] == "`"]
    for token in reversed(raw):
        text = (
            text[: token.start] + strings.quoted(strings.unquoted(token.text)) + text[token.end :]
        )
    return text


def _dangerous(text: str) -> str | None:
    """What makes promql_parser panic, times beyond what it can hold, and what only it takes."""
    before = ""
    for token in lexer.code(text):
        if token.text == "\f":
            return "a form feed is no space in PromQL"
        if token.kind is Kind.DURATION and durations.parse(token.text) is None:
            return f"`{shown(token.text)}` is not a duration"
        if _huge(token) if before else _overflows(token):
            return f"the number `{shown(token.text)}` is too large"
        # Signs may stand between `offset`, `@`, `[`, `:` and their number.
        word = token.text.lower()
        before = word if word in _TIMES or (before and word in "+-") else ""
    return None


_TIMES = frozenset({"[", ":", "offset", "@"})


def overflows(number: str) -> bool:
    """Whether a number may be beyond what 64 bits of floating point hold."""
    found = _EXPONENT.search(number)
    return len(number) > 30 or bool(found and int(found[1]) > 300)


_EXPONENT = re.compile(r"^[^xX]*[eE]\+?([0-9]+)$")


def _overflows(token: Token) -> bool:
    return token.kind is Kind.NUMBER and overflows(token.text)


def _huge(token: Token) -> bool:
    if token.text.lower() in ("inf", "nan"):
        return True
    return token.kind is Kind.NUMBER and (len(token.text) > 11 or "e" in token.text.lower())


def _refusal(text: str) -> str | None:
    quick = composed.without_regexes(text)
    if quick not in (None, text) and _verdict(quick) is None:
        return None
    return _verdict(text)


def _verdict(text: str) -> str | None:
    try:
        promql_parser.parse(text)
    except UnicodeEncodeError:
        return "a character in it is not UTF-8"
    except ValueError as refused:
        said = str(refused)
        return _refused_regex(text) if said.startswith(_REGEX) else _in_our_words(said)
    except OverflowError:
        return "a duration in it is too long"
    except BaseException as panic:
        # Rust panics derive from BaseException, and their class cannot be imported.
        if type(panic).__name__ != "PanicException":
            raise  # pragma: no cover - Ctrl-C within microseconds
        return "a number or duration in it is out of bounds"
    return None


_REGEX = "illegal regex for"


def _refused_regex(text: str) -> str | None:
    """promql_parser reads Rust's regexes; what counts is whether RE2 takes them all."""
    made, tokens = text, lexer.code(text)
    if reason := _not_re2(tokens):
        return reason
    for value in reversed(_regexes(tokens)):
        made = f'{made[: value.start]}"x"{made[value.end :]}'
    return None if made == text else _refusal(made)


def _not_re2(tokens: tuple[Token, ...]) -> str | None:
    for value in _regexes(tokens):
        if reason := regex.error(strings.unquoted(value.text)):
            return f"the regex {shown(value.text)} is not RE2: {reason}"
    return None


def _regexes(tokens: tuple[Token, ...]) -> list[Token]:
    return [
        value
        for operator, value in pairwise(tokens)
        if operator.text in ("=~", "!~") and value.kind is Kind.STRING
    ]


_WORDS = (
    (r"expected type (\w+) in call to function '(\w+)', got (\w+)", r"`\2` wants \1, got \3"),
    (r"expected type (\w+) in aggregation expression, got (\w+)", r"\1 is expected, got \2"),
    (
        r"expected (at least |at most )?(\d+) argument\(s\) in call to '(\w+)', got (\d+)",
        r"`\3` takes \1\2 argument(s), got \4",
    ),
    (r"unknown function with name '(\w+)'", r"there is no function `\1`"),
    (r"vector selector must contain .*", "a selector needs a name or a matcher that is not empty"),
    (r"set operator '(\w+)' not allowed in .*", r"`\1` joins vectors, not scalars"),
    (r"unknown escape sequence '(.*)'", r"`\\\1` is no escape in a string; write `\\\\\1`"),
    (r"invalid promql query", "it is not PromQL"),
)
_TYPES = {
    "vector": "an instant vector",
    "matrix": "a range vector such as metric[5m]",
    "scalar": "a number",
    "string": "a string",
}


def _in_our_words(refusal: str) -> str:
    first = refusal.split("\n", 1)[0].strip()
    for pattern, words in _WORDS:
        if found := re.fullmatch(pattern, first):
            said = found.expand(words)
            break
    else:
        said = re.sub(r"'([^']*)'", r"`\1`", first[:1].lower() + first[1:])
    wants = re.sub(r"(?<=wants )\w+|(?<=got )[a-z]+", lambda t: _TYPES.get(t[0], t[0]), said)
    return wants.replace("got a range vector such as metric[5m]", "got a range vector")
