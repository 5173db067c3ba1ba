"""What a user hears about a query, and under which characters the caret stands."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules.codes import Code, Finding
from burnrules.codes import queries as codes
from burnrules.diagnostics import Severity
from burnrules.promql import labels, parse, syntax
from burnrules.promql.fragment import Fragment, Rate, Role, Use, check, pair


def findings(text: str, use: Use = Use.EVENTS, role: Role = Role.VALUE) -> tuple[Finding, ...]:
    return check(text, use, role=role)[1]


def fragment(text: str, use: Use = Use.EVENTS) -> Fragment:
    made, _ = check(text, use)
    assert made is not None
    return made


# Each row: a query, the code, the characters under the caret, a piece of the message or hint.
SYNTAX = [
    ("", codes.NOT_PROMQL, "", "empty"),
    ("  ", codes.NOT_PROMQL, "  ", "empty"),
    ("# only", codes.NOT_PROMQL, "# only", "empty"),
    ("sum(rate(x[$window])", codes.NOT_PROMQL, "(", "never closed"),
    ("sum(rate(x[$window])))", codes.NOT_PROMQL, ")", "closes nothing"),
    ('x{a="b}', codes.NOT_PROMQL, '"', "the string is never closed"),
    ('x{a="b"', codes.NOT_PROMQL, "{", "never closed"),
    ("rate(x[$window", codes.NOT_PROMQL, "[", "never closed"),
    ("x == 0[$window]", codes.NOT_PROMQL, "[", "a range must follow a selector"),
    ("rate((a + b)[$window])", codes.NOT_PROMQL, "[", "a range must follow a selector"),
    ("x +", codes.NOT_PROMQL, "+", "the query ends here"),
    ("* x", codes.NOT_PROMQL, "*", "a metric, function or number is expected"),
    ("a b", codes.NOT_PROMQL, "b", "an operator is expected"),
    ("a = 1", codes.NOT_PROMQL, "=", "to compare, write `==`"),
    ("x{a=b}", codes.NOT_PROMQL, "b", "a quoted value is expected"),
    ('x{a=="b"}', codes.NOT_PROMQL, "==", "`=`, `!=`, `=~` or `!~` is expected"),
    ('x{a="b" c="d"}', codes.NOT_PROMQL, "c", "`,` or `}` is expected"),
    ("x{a=“b”}", codes.NOT_PROMQL, "“", "typographic"),
    ("a\u00a0+ b", codes.NOT_PROMQL, "\u00a0", "no-break space"),
    ("a && b", codes.NOT_PROMQL, "&", "write `and`"),
    ("a || b", codes.NOT_PROMQL, "|", "write `or`"),
    ("http.server.duration", codes.NOT_PROMQL, "http.server.duration", "http_server_duration"),
    ("rat(x[$window])", codes.NOT_PROMQL, "rat", "did you mean `rate`?"),
    ("sum(rate(x))", codes.NOT_PROMQL, "rate(x)", "wants a range vector"),
    ("rate(x[5 m])", codes.NOT_PROMQL, "5 m", "without a space"),
    ("max_over_time(x[$window:5 m])", codes.NOT_PROMQL, "5 m", "without a space"),
    ("rate(x[5min])", codes.NOT_PROMQL, "5min", "is not a duration"),
    ("rate(x[])", codes.NOT_PROMQL, "x[]", "no duration"),
    ("rate(x[0s])", codes.NOT_PROMQL, "0s", "holds no sample"),
    ("rate(x[30m1h])", codes.NOT_PROMQL, "30m1h", "is not a duration"),
    ('{a=~".*"}', codes.NOT_PROMQL, '{a=~".*"}', "not empty"),
    ("a / on", codes.NOT_PROMQL, "on", "labels are expected"),
    ("a / on b", codes.NOT_PROMQL, "b", "labels are expected"),
    ("x > 1e400", codes.NOT_PROMQL, "1e400", "too large"),
    ("rate(-x[$window])", codes.NOT_PROMQL, "-x[$window]", "before a range vector"),
    ("sum(a = 1)", codes.NOT_PROMQL, "=", "to compare, write `==`"),
    ("sum(a b)", codes.NOT_PROMQL, "b", "`,` or `)` is expected"),
    ("(a, b) + 1", codes.NOT_PROMQL, "(a, b)", "one expression is expected"),
    ("a + on (b)", codes.NOT_PROMQL, ")", "the query ends here"),
    ("on (b)", codes.NOT_PROMQL, "on", "a metric, function or number is expected"),
    ("sum by (a) x", codes.NOT_PROMQL, "x", "`(` is expected after `sum`"),
    ('x{a="b" or c="d"}', codes.NOT_PROMQL, "or", "MetricsQL"),
    ("x{a=\ud800}", codes.NOT_PROMQL, "\ud800", "quote it"),
    ('x{a="\ud800"}', codes.NOT_PROMQL, 'x{a="\ud800"}', "not UTF-8"),
    ("sum by b (x)", codes.NOT_PROMQL, "b", "labels are expected"),
    ('label_replace(x, "a-b", "", "c", "")', codes.NOT_PROMQL, '"a-b"', "not a label name"),
    ('x{a=~"(?!b)"}', codes.NOT_RE2, 'a=~"(?!b)"', "not RE2"),
    ('x{a=~"a++"}', codes.NOT_RE2, 'a=~"a++"', "not RE2"),
    ('label_replace(x, "a", "", "c", "(")', codes.NOT_RE2, '"("', "not RE2"),
]
MISFITS = [
    ("1 and x", codes.NOT_PROMQL, "and", "one of its sides is a scalar"),
    ("1 > 2", codes.NOT_PROMQL, ">", "write `> bool`"),
    ("x[5m] + 1", codes.NOT_PROMQL, "+", "a range vector"),
    ("x + bool y", codes.NOT_PROMQL, "bool", "goes with comparisons"),
    ("x * group_left (a) y", codes.NOT_PROMQL, "group_left (a)", "needs `on (...)`"),
    ("x and on (a) group_left y", codes.NOT_PROMQL, "group_left", "takes no"),
    ("x * on (a) group_left (a) y", codes.NOT_PROMQL, "group_left (a)", "stands in `on`"),
    ("sum(x) offset 5m", codes.NOT_PROMQL, "offset", "must follow a selector"),
    ("rate(x offset 5m [1h])", codes.NOT_PROMQL, "offset", "stands before the range"),
    ("x[5m][1h:1m]", codes.NOT_PROMQL, "[1h:1m]", "reads an instant vector"),
    ('x{a:b="c"}', codes.NOT_PROMQL, "a:b", "a label has no `:`"),
]
FOREIGN = [
    ("rate(x[{{.window}}])", codes.OTHER_PLACEHOLDER, "{{.window}}", "did you mean `$window`"),
    ("rate(x[{{.Window}}])", codes.OTHER_PLACEHOLDER, "{{.Window}}", "did you mean `$window`"),
    ("rate(x[{{ window }}])", codes.OTHER_PLACEHOLDER, "{{ window }}", "did you mean `$window`"),
    ("rate(x[${window}])", codes.OTHER_PLACEHOLDER, "${window}", "did you mean `$window`"),
    ("rate(x[$windw])", codes.OTHER_PLACEHOLDER, "$windw", "did you mean `$window`"),
    ("rate(x[$__rate_interval])", codes.OTHER_PLACEHOLDER, "$__rate_interval", "`$window`"),
    ("x > $limit", codes.OTHER_PLACEHOLDER, "$limit", "write the value itself"),
    ('count_over_time({a="b"} |= "c" [5m])', codes.OTHER_LANGUAGE, "|=", "LogQL"),
    ('rate({a="b"} | json [5m])', codes.OTHER_LANGUAGE, "|", "LogQL"),
    ('bytes_rate({a="b"}[5m])', codes.OTHER_LANGUAGE, "bytes_rate", "LogQL"),
    ("rate(x[$window]) keep_metric_names", codes.OTHER_LANGUAGE, "keep_metric_names", "MetricsQL"),
    ("x default 0", codes.OTHER_LANGUAGE, "default", "MetricsQL"),
    ("WITH (a = b) a", codes.OTHER_LANGUAGE, "WITH", "MetricsQL"),
    ("range_sum(x)", codes.OTHER_LANGUAGE, "range_sum", "MetricsQL"),
]
VERSIONS = [
    ("limitk(1, x)", codes.TOO_NEW, "limitk", "2.54 and is experimental"),
    ("mad_over_time(x[5m])", codes.TOO_NEW, "mad_over_time", "2.49"),
    ("holt_winters(x[5m], 0.5, 0.5)", codes.TOO_NEW, "holt_winters", "Prometheus 3 has no"),
    ("rate(x[300])", codes.TOO_NEW, "300", "write `300s`"),
    ("rate(x[5m * 2])", codes.TOO_NEW, "5m * 2", "duration expression"),
    ("x > 10m", codes.TOO_NEW, "10m", "as a number"),
    ("x > 1_000", codes.TOO_NEW, "1_000", "write `1000`"),
    ('{"a.b"}', codes.TOO_NEW, '"a.b"', "Prometheus 3"),
    ('sum by ("a.b") (x)', codes.TOO_NEW, '"a.b"', "Prometheus 3"),
    ("a + fill(0) b", codes.TOO_NEW, "fill", "3.10"),
]
WINDOWS = [
    ("sum(rate(x[5m]))", codes.FIXED_RANGE, "[5m]", "write `[$window]`"),
    ("max_over_time(rate(x[1m])[1h:1m])", codes.FIXED_RANGE, "[1h:1m]", "every window would read"),
    ("sum(x)", codes.NO_WINDOW, "sum(x)", "metric[$window]"),
    ("rate(x[1h:$window])", codes.WINDOW_MISPLACED, "$window", "never its step"),
    ("rate(x[$window]) / $window", codes.WINDOW_MISPLACED, "$window", "only in brackets"),
    ("x[$window]", codes.NOT_A_VECTOR, "x[$window]", "a function is missing"),
    ("1 + 1", codes.NOT_A_VECTOR, "1 + 1", "a scalar"),
    ('"x"', codes.NOT_A_VECTOR, '"x"', "a string"),
    ("rate(x[$window] offset 5m)", codes.SHIFTED, "offset 5m", "reads the past"),
    ("rate(x[$window] @ end())", codes.SHIFTED, "@ end()", "changes nothing"),
    ("rate(x[$window] @ 1600000000)", codes.FIXED_TIME, "@ 1600000000", "for ever"),
    ("rate(x[$window]) # why", codes.COMMENT_REMOVED, "# why", "comment"),
    ('rate(x{a=~"$svc"}[$window])', codes.PLACEHOLDER_IN_STRING, '"$svc"', "as it stands"),
]
TRAPS = [
    ("rate(a:b[$window])", codes.RATE_OF_DERIVED, "rate(a:b[$window])", "avg_over_time"),
    ("rate(sum(x)[$window:1m])", codes.RATE_OF_DERIVED, "rate(sum(x)[$window:1m])", "sum(rate("),
    ("irate(x[$window])", codes.LAST_TWO_SAMPLES, "irate", "write `rate`"),
    ("rate(up[$window])", codes.RATE_OF_GAUGE, "rate(up[$window])", "gauge"),
    ("sum_over_time(x_total[$window])", codes.SUM_OF_COUNTER, "sum_over_time(x_total[$window])",
     "running total"),
    ("avg(rate(x[$window]))", codes.NOT_COUNTED, "avg", "write `sum`"),
    ('x_bucket{le="1"}', codes.ONE_SPELLING, 'le="1"', 'le=~"1(\\\\.0)?"'),
    ('x_bucket{le="3.0"}', codes.ONE_SPELLING, 'le="3.0"', 'le=~"3(\\\\.0)?"'),
    ("max_over_time(x[$window])", codes.NOT_COUNTED, "max_over_time(x[$window])", "no events"),
    ("rate(x[$window]) / rate(y[$window])", codes.RATIO_AS_EVENTS,
     "rate(x[$window]) / rate(y[$window])", "`errors` and `total`"),
    ("rate(x[$window]) + increase(y[$window])", codes.RATES_MIXED, "increase(y[$window])",
     "at once"),
    ('rate(a_bucket{le="1"}[$window]) - rate(a_count[$window])', codes.NEVER_POSITIVE,
     'rate(a_bucket{le="1"}[$window]) - rate(a_count[$window])', "never positive"),
    ('sum(rate(a_bucket{le="1"}[$window])) - sum(rate(a_bucket{le="+Inf"}[$window]))',
     codes.NEVER_POSITIVE,
     'sum(rate(a_bucket{le="1"}[$window])) - sum(rate(a_bucket{le="+Inf"}[$window]))', "swap"),
    ('rate(a{b="c"}[$window]) - rate(a[$window])', codes.NEVER_POSITIVE,
     'rate(a{b="c"}[$window]) - rate(a[$window])', "part less its whole"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "marked", "said"), [*SYNTAX, *MISFITS, *FOREIGN, *VERSIONS, *WINDOWS, *TRAPS]
)
def test_a_mistake_is_named_where_it_stands(text: str, code: Code, marked: str, said: str) -> None:
    found = [f for f in findings(text) if f.code == code]

    assert [text[f.start : f.end] for f in found] == [marked]
    assert said in f"{found[0].message} | {found[0].hint}"


@pytest.mark.parametrize(("text", "code", "marked", "said"), [*SYNTAX, *MISFITS, *FOREIGN])
def test_what_is_not_promql_gives_one_finding_and_no_fragment(
    text: str, code: Code, marked: str, said: str
) -> None:
    made, found = check(text, Use.EVENTS, role=Role.ERRORS, groups=["a"])

    assert made is None
    assert [f.code for f in found] == [code]


@pytest.mark.parametrize(
    "text", [row[0] for row in [*SYNTAX, *MISFITS, *FOREIGN, *VERSIONS, *TRAPS]]
)
def test_messages_fit_a_line_and_read_alike(text: str) -> None:
    for found in findings(text):
        assert len(found.message) <= 100
        assert not found.message.endswith(".")
        assert not found.message[0].isupper() or found.message.startswith("Prometheus")


GOOD = [
    ('x_bucket{le="0.5"}', 'le="0.5"'),
    ('sum(rate(x_bucket{le=~"0.5|1"}[$window]))', 'le=~"0.5|1"'),
    ('rate(x{success="true"}[$window])', 'success="true"'),
    ('rate(x{code=~"2.."}[$window])', 'code=~"2.."'),
    ('rate(x{code!~"5.."}[$window])', 'code!~"5.."'),
    ('rate(x{status_code="STATUS_CODE_OK"}[$window])', 'status_code="STATUS_CODE_OK"'),
    ('rate(x{grpc_code="OK"}[$window])', 'grpc_code="OK"'),
    ('rate(x{outcome="success"}[$window])', 'outcome="success"'),
    ('rate(x{error="false"}[$window])', 'error="false"'),
]
BAD = [
    'rate(x{code=~"5.."}[$window])',
    'rate(x{code!~"2.."}[$window])',
    'rate(x{code=~"4..|5.."}[$window])',
    'rate(x{status_code="STATUS_CODE_ERROR"}[$window])',
    'rate(x{success="false"}[$window])',
    'sum(rate(x_count[$window])) - sum(rate(x_bucket{le="0.5"}[$window]))',
    'sum(rate(x[$window])) - sum(rate(x{code=~"2.."}[$window]))',
    'rate(x{method="GET",status="weird"}[$window])',
    'rate(x{code="404"}[$window])',
    'rate(x{code=~"4..|5..",code!~"5.."}[$window])',
    'rate(x{code="200",error="true"}[$window])',
    'rate(graphql_errors_total{code="200"}[$window])',
]


@pytest.mark.parametrize(("text", "marked"), GOOD)
def test_good_events_are_refused_as_errors(text: str, marked: str) -> None:
    (found,) = findings(text, role=Role.ERRORS)

    assert found.code == codes.GOOD_AS_ERRORS
    assert text[found.start : found.end] == marked


@pytest.mark.parametrize("text", BAD)
def test_errors_are_taken_as_errors(text: str) -> None:
    assert findings(text, role=Role.ERRORS) == ()


@pytest.mark.parametrize("text", [text for text, _ in GOOD])
def test_good_events_are_taken_as_good_events(text: str) -> None:
    assert findings(text, role=Role.GOOD) == ()


@pytest.mark.parametrize("text", BAD[:5])
def test_errors_are_refused_as_good_events(text: str) -> None:
    assert [f.code for f in findings(text, role=Role.GOOD)] == [codes.ERRORS_AS_GOOD]


@pytest.mark.parametrize(
    "text",
    [
        "sum by (a) (rate(x[$window]))",
        "avg_over_time(rate(x[5m])[$window:1m])",
        'sum(rate(x{route!~"health.*"}[$window])) or vector(0)',
        "sum(rate(a[$window])) + sum(rate(b[$window]))",
        "sum(increase(x_total[$window]))",
        'sum by (a,) (rate(x{b="c",}[$window]))',
        'max(rate(a{b="c"}[$window])) - max(rate(a[$window]))',
        "rate(x{a=`\\d+`}[$window])",
        r'rate(x{a=~"\\Qa.b\\E"}[$window])',
    ],
)
def test_a_sound_query_draws_no_remark(text: str) -> None:
    assert findings(text) == ()


@pytest.mark.parametrize("text", ["max(x)", "rate(x[5m])", "x offset 1d", "x > 3 and on () y"])
def test_a_query_that_is_read_as_it_stands_may_hold_fixed_ranges(text: str) -> None:
    assert findings(text, Use.INSTANT) == ()


@pytest.mark.parametrize("text", ["rate(x[$window])", "max_over_time(x[$window:1m])"])
def test_a_query_that_is_read_as_it_stands_knows_no_window(text: str) -> None:
    assert [f.code for f in findings(text, Use.INSTANT)] == [codes.WINDOW_MISPLACED]


@pytest.mark.parametrize("text", ["rate(x[5m])", "x[5m]", "x offset 5m", "sum(x)", "-x", "x > 1"])
def test_only_a_selector_is_taken_for_a_selector(text: str) -> None:
    assert [f.code for f in findings(text, Use.SELECTOR)] == [codes.NOT_A_SELECTOR]
    assert findings('x{a="b"}', Use.SELECTOR) == ()


def test_a_raw_query_is_never_rated_for_the_user() -> None:
    assert [f.code for f in findings("x", Use.RAW)] == [codes.NO_WINDOW]


@pytest.mark.parametrize(
    ("text", "marked", "hint"),
    [
        ("sum by (b) (rate(x[$window]))", "by (b)", "write `by (b, a)`"),
        ("sum(rate(x[$window]))", "sum(rate(x[$window]))", "write `sum by (a) (...)`"),
        ("max by (a) (sum without (a) (rate(x[$window])))", "without (a)", "leave `a` out"),
        ("rate(x[$window]) * on (b) y", "rate(x[$window]) * on (b) y", "keep the label"),
    ],
)
def test_a_dropped_label_is_traced_to_what_drops_it(text: str, marked: str, hint: str) -> None:
    _, found = check(text, Use.EVENTS, groups=["a"])

    assert [text[f.start : f.end] for f in found if f.code == codes.LABEL_DROPPED] == [marked]
    assert hint in found[-1].hint


@pytest.mark.parametrize(
    ("text", "label", "kept"),
    [
        ("x", "a", True),
        ('x{a=""}', "a", False),
        ("sum by (a) (x)", "a", True),
        ("sum by (a) (x)", "b", False),
        ("sum without (a) (x)", "b", True),
        ("topk(3, x)", "a", True),
        ('count_values("a", x)', "a", True),
        ('label_replace(sum(x), "a", "$1", "b", "(.*)")', "a", True),
        ("histogram_quantile(0.9, sum by (le, a) (x))", "le", False),
        ("sum(x) * on () group_left (a) y", "a", True),
        ("x * on (b) y", "a", False),
        ("x * ignoring (a) y", "a", False),
        ("x and on (b) y", "a", True),
        ("sum by (a) (x) or vector(0)", "a", True),
        ("vector(1)", "a", False),
        ('absent(x{a="b"})', "a", True),
        ('absent(x{a=~"b"})', "a", False),
        ("x * scalar(y)", "a", True),
        ("2 * x", "a", True),
        ("sum by (a) (x) / sum by (a, b) (y)", "b", False),
    ],
)
def test_the_labels_of_a_result_are_known(text: str, label: str, kept: object) -> None:
    node = syntax.read(text)

    assert not isinstance(node, Finding)
    assert labels.carried(node).has(label) is kept


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("x", Rate.NONE),
        ("sum(rate(x[$window]))", Rate.PER_SECOND),
        ("sum(rate(x[$window] offset 5m))", Rate.PER_SECOND),
        ("increase(x[$window])", Rate.PER_WINDOW),
        ("count_over_time(x[$window:1m])", Rate.PER_WINDOW),
        ("avg_over_time(a:rate5m[$window])", Rate.PER_SECOND),
        ("avg_over_time(a[$window])", Rate.NONE),
    ],
)
def test_it_is_known_what_a_query_counts_by(text: str, rate: Rate) -> None:
    assert fragment(text).rate is rate


def test_a_fragment_says_what_it_is() -> None:
    made = fragment("sum by (b, a) (rate(x{c=`\\d`}[$window])) # why\n / 1e3")

    assert made.text == 'sum by (b, a) (rate(x{c="\\\\d"}[$window]))\n / 1e3'
    assert made.template.at("1h") == 'sum by (b, a) (rate(x{c="\\\\d"}[1h]))\n / 1e3'
    assert (made.bare, made.groups, made.metrics) == (False, None, ("x",))
    assert fragment("sum by (b, a) (rate(x[$window]))").groups == frozenset({"a", "b"})
    assert fragment("sum(rate(x[$window]))").groups == frozenset()
    assert fragment('{__name__="x",a="b"}').bare
    assert fragment('{__name__="x",a="b"}').metrics == ("x",)
    assert [m.label for m in fragment('{__name__="x",a="b"}').matchers] == ["a"]
    assert fragment("sum(rate(x[$window] offset 1m))").over == frozenset({"rate"})


@pytest.mark.parametrize(
    ("errors", "total", "expected"),
    [
        pytest.param("x", " x ", [codes.SAME_QUERY], id="same"),
        pytest.param(
            "sum by (a) (rate(x[$window]))",
            "sum(rate(y[$window]))",
            [codes.GROUPED_DIFFERENTLY],
            id="groups",
        ),
        pytest.param(
            "sum(rate(x[$window]))",
            "sum(increase(y[$window]))",
            [codes.RATES_MIXED],
            id="rates",
        ),
        pytest.param("x", "y", [], id="bare"),
        pytest.param("sum(rate(x[$window]))", "y", [], id="one-bare"),
    ],
)
def test_two_queries_of_one_ratio_must_fit(errors: str, total: str, expected: list[Code]) -> None:
    assert [f.code for f in pair(fragment(errors), fragment(total))] == expected


@pytest.mark.parametrize(
    "text",
    [
        "a" * (parse.LONGEST + 1),
        "(" * 5_000 + "a" + ")" * 4_000,
        "+".join("a" * 4_000),
        "-" * 9_000 + "a",
        "^".join("a" * 4_000),
        "sum(" * 2_000,
        "a[" * 3_000,
        " or ".join("a" * 2_000),
        "a" + " offset 1m" * 900,
        "{" * 9_000,
    ],
)
def test_a_query_that_would_crash_the_parser_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    made, found = check(text, Use.EVENTS)

    assert made is None
    assert [f.code for f in found] == [codes.QUERY_TOO_LARGE]
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "text",
    [
        "(" * 100 + "a" + ")" * 100,
        "sum(" * 100 + "a" + ")" * 100,
        "-" * 100 + "a",
        "+".join("a" * 301),
        "^".join("a" * 101),
        "(a + " * 100 + "a" + ")" * 100,
        "sum by (a) (1 - " * 100 + "a" + ")" * 100,
    ],
)
def test_a_query_at_the_limit_is_read(text: str) -> None:
    made, found = check(text, Use.INSTANT, role=Role.ERRORS, groups=["a"])

    assert made is not None or [f.code for f in found] == [codes.LABEL_DROPPED]


@pytest.mark.parametrize(
    "text", ["x[1e400]", "x offset NaN", "x[1e18]", "x @ 1e300", "x[400y]", "x[-Inf]", "x[9" * 2]
)
def test_numbers_that_make_the_parser_panic_never_reach_it(
    text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert check(text, Use.INSTANT)[0] is None
    assert parse.error(text) is not None
    assert capfd.readouterr() == ("", "")


WORDS = """
    x a:b sum rate ( ) { } [ ] $window 5m 1h30m : , by without on group_left offset @ bool and or
    unless atan2 + - * / ^ == = =~ !~ "a" 'b' `c` 1 1e400 NaN le code "2.." " # |= $x {{.window}}
    start topk fill label_replace absent vector time count_values irate . \\
"""
pieces = st.lists(
    st.sampled_from([*WORDS.split(), "\n", "\u00a0"]),
    max_size=25,
)


@given(st.one_of(st.text(), pieces.map(" ".join), pieces.map("".join)), st.sampled_from(Use))
def test_no_text_breaks_the_check_and_every_caret_is_inside(text: str, use: Use) -> None:
    for role in Role:
        made, found = check(text, use, role=role, groups=["a"])

        assert all(0 <= f.start <= f.end <= len(text) for f in found)
        broken = any(f.code.severity is Severity.ERROR for f in found)
        assert (made is None) == broken
        if made is not None:
            assert parse.of_ours(made.template.at("5m")) is None
