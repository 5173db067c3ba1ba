"""The texts of an AlertPolicy: prose with values, never a program."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from burnrules.plan import texts
from burnrules.plan.texts import BLANK, Prose


@pytest.mark.parametrize(
    "text",
    [
        "[[ 'a' * 1000000000 ]]",
        "[% for i in range(100000) %][% for j in range(100000) %]x[% endfor %][% endfor %]",
        "[[ 9 ** 9 ** 9 ]]",
        "[[ 'x' | center(1000000000) ]]",
        "[[ path.__class__.__mro__ ]][[ path.upper() ]]",
        "[% macro m() %][[ m() ]][% endmacro %][[ m() ]]",
        "[% set x = 1 %]",
        "[[ '%1000000000d' % 1 ]]",
        "[[ factor > 5 ]]",
        "[% include '/etc/passwd' %]",
        "[[ lipsum() ]]",
    ],
)
def test_a_text_that_computes_is_refused_before_it_runs(text: str) -> None:
    [(_, _, said, hint)] = texts._wrong(text)  # noqa: SLF001

    assert "is more than a text" in said or "is no template" in said
    assert hint


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[ path ]]: [[ factor ]]x", "checkout: 14.4x"),
        ("[% if severity == 'page' %]wake up[% else %]look[% endif %]", "wake up"),
        ("[[ labels.team | default('nobody') | upper ]]", "PAYMENTS"),
        ("{{ $labels.slo_path }} [[ path ]]", "{{ $labels.slo_path }} checkout"),
        ("[% if 'team' in labels %][[ labels['team'] ]][% endif %]", "payments"),
    ],
)
def test_a_text_says_its_values(text: str, said: str) -> None:
    values = {
        **BLANK,
        "path": "checkout",
        "factor": "14.4",
        "severity": "page",
        "labels": {"team": "payments"},
    }

    assert texts._wrong(text) == ()  # noqa: SLF001
    assert Prose({("burn", "summary"): text}).render("burn", "summary", values) == said


@given(st.text(max_size=60), st.text(max_size=30))
def test_what_a_user_wrote_is_a_value_and_never_a_template(path: str, team: str) -> None:
    values = {**BLANK, "path": path, "labels": {"team": team}}

    said = Prose({("burn", "summary"): "[[ path ]]|[[ labels.team ]]"}).render(
        "burn", "summary", values
    )

    assert said == f"{path}|{team}"


@given(st.text(alphabet="[]%# pathif'|endif.=", max_size=40))
def test_any_text_is_refused_or_rendered(text: str) -> None:
    if not texts._wrong(text):  # noqa: SLF001
        assert isinstance(
            Prose({("burn", "summary"): text or " "}).render("burn", "summary", BLANK), str
        )
