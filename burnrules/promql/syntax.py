"""A text to the tree of a query, or what keeps it from being one, at the very characters."""

import re
from collections.abc import Iterator
from itertools import chain

from burnrules.codes import Finding
from burnrules.codes import queries as codes
from burnrules.diagnostics import Problem, near, shown
from burnrules.promql import bind, functions, grammar, lexer, operators, parse, regex, tree, windows
from burnrules.promql.finding import Placed, at
from burnrules.promql.lexer import Kind, Token
from burnrules.promql.tree import Call, Literal, Node, Selector


def read(text: str) -> Node | Finding:
    """The tree of a query that promql_parser takes, or the first thing that is wrong with it."""
    if too_large := parse.too_large(text):
        return Finding(
            codes.QUERY_TOO_LARGE, 0, len(text), too_large, "split it by recording rules"
        )
    tokens = lexer.code(text)
    if not tokens:
        return Finding(codes.NOT_PROMQL, 0, len(text), "the query is empty", "write a metric")
    if foreign := next(_dotted(text, tokens), None) or next(_foreign(tokens), None):
        return foreign
    node = grammar.read(text)
    if isinstance(node, Problem):
        return at(node, codes.NOT_PROMQL, node.message, node.hint)
    first = chain.from_iterable(check(node) for check in _CHECKS)
    return next(first, None) or _refused(text, node) or node


def asides(text: str) -> Iterator[Finding]:
    """What is PromQL, and still not what its author means: comments, placeholders in strings."""
    for token in lexer.tokens(text):
        if token.kind is Kind.COMMENT:
            said = "the comment is not carried into rules"
            yield at(token, codes.COMMENT_REMOVED, said, "write it as a YAML comment")
        elif token.kind is Kind.STRING and (found := _IN_STRING.search(token.text)):
            said = f"`{shown(found[0])}` in a string is matched as it stands"
            hint = "nothing is filled in but `[$window]`; write the value itself"
            yield at(token, codes.PLACEHOLDER_IN_STRING, said, hint)


_IN_STRING = re.compile(
    r"\$\{\w+(?::\w+)?\}|(?<=[\"'`])\$[a-zA-Z]\w*(?=[\"'`])|\{\{[^{}]*\}\}|\[\[\w+\]\]"
)


def _foreign(tokens: tuple[Token, ...]) -> Iterator[Finding]:
    """What no reader of PromQL gets past, each kind of mistake in its own words."""
    for token, before, after in zip(tokens, (None, *tokens), (*tokens[1:], None), strict=False):
        if token.kind is Kind.VARIABLE:
            yield _placeholder(token)
        elif token.kind is Kind.UNCLOSED:
            start = token.start
            hint = f"close it with {token.text[0]}"
            yield Finding(codes.NOT_PROMQL, start, start + 1, "the string is never closed", hint)
        elif token.kind is Kind.OTHER:
            yield _other(token)
        elif token.text in ("|", "|=", "|~"):
            yield _piped(token, after)
        elif token.kind is Kind.NUMBER:
            yield from _number(token)
        elif token.kind is Kind.NAME and (said := _other_word(token, before, after)):
            yield at(token, codes.OTHER_LANGUAGE, said, "this query goes to Prometheus: use PromQL")
    if misplaced := _bare_window(tokens):
        yield misplaced


def _placeholder(token: Token) -> Finding:
    name = token.text.strip("${} .")
    meant = near(name, _WINDOWS)
    hint = "did you mean `$window`? it is written `[$window]`" if meant else _ONLY_WINDOW
    said = f"`{shown(token.text)}` is not filled in here"
    return at(token, codes.OTHER_PLACEHOLDER, said, hint)


_WINDOWS = ("window", "__rate_interval", "__interval", "__range", "interval", "rate_interval")
_ONLY_WINDOW = "write the value itself; only the window varies, as `[$window]`"


def _number(token: Token) -> Iterator[Finding]:
    if "_" in token.text:
        said = f"`{shown(token.text)}` with `_` needs Prometheus 2.54"
        yield at(token, codes.TOO_NEW, said, f"write `{shown(token.text.replace('_', ''))}`")
    elif parse.overflows(token.text):
        yield at(token, codes.NOT_PROMQL, f"`{shown(token.text)}` is too large", "write `Inf`")


def _piped(token: Token, after: Token | None) -> Finding:
    if token.text == "|" and after and after.text == "|":
        return at(token, codes.NOT_PROMQL, "`||` is not PromQL", "write `or`")
    said = f"`{token.text}` is LogQL, and reads logs"
    return at(token, codes.OTHER_LANGUAGE, said, "record the logs' count as a metric, and use that")


_CHARACTERS = {
    "&": ("`&` is not PromQL", "write `and`"),
    "!": ("`!` is not PromQL", "to exclude, write `unless` or `!=`"),
    ";": ("`;` is not PromQL", "write one query"),
    "\\": ("`\\` stands outside a string", "quote the text"),
    "\u00a0": ("a no-break space is not PromQL", "type a plain space"),
    "\ufeff": ("a byte order mark is not PromQL", "leave it out"),
    "$": ("`$` begins no placeholder", "the window is written `[$window]`"),
}
_TYPOGRAPHIC = "\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb\u00b4"


def _other(token: Token) -> Finding:
    if token.text in _TYPOGRAPHIC:
        said, hint = f"`{token.text}` is a typographic quote", 'type a plain `"`'
    else:
        plain = (f"`{shown(token.text)}` is not PromQL", "quote it, or leave it out")
        said, hint = _CHARACTERS.get(token.text, plain)
    return at(token, codes.NOT_PROMQL, said, hint)


_DOTTED = re.compile(r"[a-zA-Z_][\w:]*+(?:\.[a-zA-Z_][\w:]*+)+")


def _dotted(text: str, tokens: tuple[Token, ...]) -> Iterator[Finding]:
    names = {token.start for token in tokens if token.kind is Kind.NAME}
    found = (match for match in _DOTTED.finditer(text) if match.start() in names)
    for match in found:
        hint = f"Prometheus names it `{shown(match[0].replace('.', '_'))}`"
        said = f"`{shown(match[0])}` is not a metric or label name"
        yield Finding(codes.NOT_PROMQL, match.start(), match.end(), said, hint)


def _other_word(token: Token, before: Token | None, after: Token | None) -> str:
    word, follows = token.text.lower(), after.text if after else ""
    if follows == "(" and token.text in functions.LOGQL:
        return f"`{token.text}` is LogQL"
    if follows == "(" and (word == "with" or token.text in functions.METRICSQL):
        return f"`{shown(token.text)}` is MetricsQL"
    operand = before is not None and before.kind in (Kind.CLOSE, Kind.NAME, Kind.NUMBER)
    if operand and word in ("keep_metric_names", "default", "if", "ifnot", "limit"):
        return f"`{word}` is MetricsQL"
    return ""


def _bare_window(tokens: tuple[Token, ...]) -> Finding | None:
    inside = False
    for token in tokens:
        inside = token.text == "[" or (inside and token.text != "]")
        if token.kind is Kind.WINDOW and not inside:
            said, hint = "`$window` stands only in brackets", "write `metric[$window]`"
            return at(token, codes.WINDOW_MISPLACED, said, hint)
    return None


_KNOWN = functions.FUNCTIONS | functions.NEW_FUNCTIONS.keys() | functions.GONE.keys()


def _unknown_functions(node: Node) -> Iterator[Finding]:
    for found, _ in tree.walk(node):
        if isinstance(found, Call) and found.name.text not in _KNOWN:
            name = found.name.text
            hint = near(name, _KNOWN | functions.AGGREGATORS) or "see PromQL's list of functions"
            said = f"there is no function `{shown(name)}`"
            yield at(found.name, codes.NOT_PROMQL, said, hint)


def _regexes(node: Node) -> Iterator[Finding]:
    for found, _ in tree.walk(node):
        if isinstance(found, Selector):
            for matcher in found.matchers:
                if "~" in matcher.operator:
                    yield from _regex(matcher, matcher.value, f"of `{shown(matcher.label)}`")
        elif isinstance(found, Call) and found.name.text in ("label_join", "label_replace"):
            yield from _label_made(found)


def _regex(place: Placed, pattern: str, where: str) -> Iterator[Finding]:
    if reason := regex.error(pattern):
        said = f"the regex {where} is not RE2: {reason}"
        hint = "RE2 has no lookaheads; escape `\\` as `\\\\` in PromQL strings"
        yield at(place, codes.NOT_RE2, said, hint)


def _label_made(call: Call) -> Iterator[Finding]:
    """The label and the regex, which promtool does not look at: the rule fails when evaluated."""
    made = call.args[1] if len(call.args) > 1 else None
    if isinstance(made, Literal) and not _LABEL.fullmatch(tree.value(made)):
        said = f"{shown(made.token.text)} is not a label name"
        yield at(made, codes.NOT_PROMQL, said, "letters, digits and `_`, a letter first")
    last = call.args[-1] if len(call.args) == 5 else None
    if isinstance(last, Literal) and call.name.text == "label_replace":
        yield from _regex(last, tree.value(last), "of `label_replace`")


_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


_CHECKS = (windows.durations_written, _unknown_functions, _regexes, operators.misfits)
_NAMED = re.compile(r"`(\w+)` (?:wants|takes)")


def _refused(text: str, node: Node) -> Finding | None:
    # Prometheus 2 had this name; promql_parser knows only that of Prometheus 3.
    asked = bind.template(text).at("5m")
    for old, new in functions.GONE.items():
        if old in asked:
            asked = re.sub(rf"\b{old}\b", new, asked)
    refusal = parse.refusal(text, asked)
    if refusal is None:
        return None
    hint = "wrap a range in a function such as `rate`" if "got a range vector" in refusal else ""
    if named := _NAMED.match(refusal):
        hint = "give it a range in brackets" if "wants a range vector" in refusal else hint
        for found, _ in tree.walk(node):
            if isinstance(found, Call) and found.name.text == named[1]:
                return at(found, codes.NOT_PROMQL, refusal, hint)
    return at(node, codes.NOT_PROMQL, refusal, hint)
