"""TraceQL: what we make is what our grammar knows, and no value breaks out of it."""

import ast
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules.durations import Duration, of
from burnrules.gates import go_durations, literals, traceql
from burnrules.gates.template import placeholders
from burnrules.gates.traceql import Argument, Attribute, Kind, Scope, Selection

CHECKOUT = Selection(
    (
        Attribute(Scope.RESOURCE, "service.name", "=", "checkout"),
        Attribute(Scope.RESOURCE, "service.version", "=", Argument("canary-version")),
    )
)

attributes = st.builds(
    Attribute,
    st.sampled_from(Scope),
    st.text(min_size=1, max_size=20),
    st.sampled_from(["=", "!=", "=~", "!~"]),
    st.text(max_size=30)
    | st.builds(Argument, st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True)),
)
selections = st.builds(
    Selection,
    st.lists(attributes, max_size=4).map(tuple),
    st.sampled_from(Kind),
    st.booleans(),
    st.none() | st.integers(1, 10**8).map(Duration),
)


def test_the_address_is_the_one_that_a_released_tempo_was_seen_to_answer() -> None:
    found = traceql.url("{{args.tempo-url}}", traceql.by_status(CHECKOUT), of("5m"))

    assert found == (
        "{{args.tempo-url}}/api/metrics/query?since=5m&q=%7B%20resource.service.name%20%3D%20"
        "%22checkout%22%20%26%26%20resource.service.version%20%3D%20%22{{args.canary-version}}%22"
        "%20%26%26%20kind%20%3D%20server%20%7D%20%7C%20count_over_time()%20by%20(status)"
    )


@given(selections)
def test_every_query_that_we_make_conforms_whatever_the_values(selection: Selection) -> None:
    assert traceql.error(traceql.by_status(selection)) is None
    assert traceql.error(traceql.count(selection)) is None


@given(selections)
def test_a_url_carries_the_whole_query_and_only_our_own_arguments(selection: Selection) -> None:
    query = traceql.by_status(selection)

    url = traceql.url("http://tempo:3200/", query, of("5m"))

    assert not set(url) & set(' \n\t"<>|\\^`')
    assert parse_qs(urlsplit(url).query)["q"] == [query]
    ours = [a.value.name for a in selection.attributes if isinstance(a.value, Argument)]
    assert [found.argument for found in placeholders(url)] == ours


@given(st.text())
def test_a_value_means_itself_in_a_string(text: str) -> None:
    assert ast.literal_eval(literals.string(text)) == text


@pytest.mark.parametrize(
    "query",
    [
        '{ deployment.stage = "canary" && kind = server } | count_over_time() by (status)',
        '{ resource.a = "x" && kind = server } | rate() | error()',
        "{ kind = server } | histogram_quantile(0.99, duration)",
        "{ kind = server } | count_over_time() by (status) ",
        '{ resource.a = "x"" && kind = server } | count_over_time()',
        '{ resource.a = "x" || kind = server } | count_over_time()',
        '{ resource.a = "x" && } | count_over_time()',
        "({ kind = server } | rate()) / ({ kind = server } | rate())",
        "{ kind = server && duration > 1d } | count_over_time()",
        "{  } | count_over_time()",
    ],
)
def test_what_is_not_ours_is_refused(query: str) -> None:
    assert traceql.error(query)


def test_names_with_dashes_are_quoted() -> None:
    label = "k8s.pod.label.rollouts-pod-template-hash"
    selection = Selection((Attribute(Scope.RESOURCE, label, "=", Argument("canary-hash")),))

    assert f'resource."{label}" = ' in traceql.count(selection)


def test_failed_and_slow_spans_are_counted_by_threshold() -> None:
    selection = Selection((), failed=True, longer_than=of("400ms"))

    assert traceql.count(selection) == (
        "{ kind = server && status = error && duration > 400ms } | count_over_time()"
    )


@given(st.integers(0, 10**12).map(Duration))
def test_go_reads_the_durations_that_we_write(duration: Duration) -> None:
    assert go_durations.parse(go_durations.text(duration)) == duration


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("1h30m", 5_400_000),
        ("1.5h", 5_400_000),
        ("500us", 0),
        ("-5m", -300_000),
        ("0", 0),
        ("1d", None),
        ("30", None),
        ("5 m", None),
        ("", None),
        ("m", None),
        ("9" * 60, None),
        ("99999999999h", None),
    ],
)
def test_durations_are_those_of_go(written: str, milliseconds: int | None) -> None:
    found = go_durations.parse(written)

    assert found == (None if milliseconds is None else Duration(milliseconds))
