"""Templates in labels and annotations; promtool, which will run them, is the judge."""

import random
import re
import subprocess
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from burnrules import gotemplate
from burnrules.codes import Finding
from burnrules.diagnostics import Severity
from burnrules.gotemplate import checks, embedded

LABELS = frozenset({"slo_path", "slo_name"})

# What is written, and what whoever is paged reads: value 0.5, path checkout, slo latency.
RENDERED = {
    "plain": ("burns 2 % { } }}", "burns 2 % { } }}"),
    "label": ("{{ $labels.slo_path }}/{{.Labels.slo_name}}", "checkout/latency"),
    "root variable": ("{{ $.Labels.slo_path }} {{ $.Value }}", "checkout 0.5"),
    "pipes": ("{{ $value | humanizePercentage | printf `%s of it` }}", "50% of it"),
    "printf": ('{{ printf "%.3f %s %d%%" $value $labels.slo_path 7 }}', "0.500 checkout 7%"),
    "trimmed": ("a {{- /* reason */ -}} b {{- $value -}} c", "ab0.5c"),
    "branches": ("{{ if gt $value 0.9 }}a{{ else if gt $value 0.4 }}b{{ else }}c{{ end }}", "b"),
    "with": ("{{ with $labels.slo_path }}{{ . }}{{ else }}none{{ end }}", "checkout"),
    "range": ("{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}", None),
    "break": ("{{ range $labels }}{{ break }}{{ end }}ok", "ok"),
    "index": ('{{ index $labels "slo_name" }}', "latency"),
    "variable": ("{{ $p := $labels.slo_path }}{{ $p | toUpper }}", "CHECKOUT"),
    "reassigned": ("{{ $x := 1 }}{{ $x = `a` }}{{ toUpper $x }}", "A"),
    "groups": ('{{ (print "a" ("b" | toUpper)) }}', "aB"),
    "defined": ('{{ define "t" }}<{{ . }}>{{ end }}{{ template "t" $value }}', "<0.5>"),
    "block": ('{{ block "t" .Labels }}{{ .slo_path }}{{ end }}', "checkout"),
    "regex": ('{{ reReplaceAll "(.*)out" "$1" $labels.slo_path }}', "check"),
    "choice": ('{{ or $labels.slo_path "none" }}', "checkout"),
    "equal": ('{{ if eq $labels.slo_path "cart" "checkout" }}yes{{ end }}', "yes"),
    "duration": ("{{ 90 | humanizeDuration }} {{ parseDuration `1h` }}", "1m 30s 3600"),
    "escapes": ('{{ "\\"\\u00e9\\x41\\t" }}{{ \'a\' }}', '"éA\t97'),
    "numbers": ("{{ 0x1F }} {{ 1_000 }} {{ -3 }} {{ .5 }} {{ 1e3 }}", "31 1000 -3 0.5 1000"),
    "new line": ("{{ $value\n | humanize }}", "500m"),
    "braces": ('{{ "{{" }} {{ "}}" }}', "{{ }}"),
    "outer labels": ("{{ $externalLabels.cluster }}.", "."),
    "method": ("{{ (toTime 0.0).UTC.Year }}", "1970"),
}

# What is written, the code, the text under the caret, and words of the message or hint.
# BR260 to BR262 promtool check rules sees too.
REFUSED_BY_PROMTOOL = {
    "unclosed action": ("a {{ $value", "BR260", "{{", "not closed"),
    "one brace": ("{{ $value }", "BR260", "}", "ends with }}"),
    "unclosed quote": ('{{ printf "%f $value }}', "BR260", '"', 'close it with "'),
    "unclosed raw quote": ("{{ `a }}", "BR260", "`", "close it with `"),
    "unclosed comment": ("{{/* reason }}", "BR260", "{{/*", "comment"),
    "space after comment": ("{{/* reason */ }}", "BR260", "{{/* reason */", "comment"),
    "missing end": ("{{ if $value }}a", "BR260", "{{ if $value }}", "`if` is not closed"),
    "needless end": ("a{{ end }}", "BR260", "{{ end }}", "closes nothing"),
    "needless else": ("a{{ else }}", "BR260", "{{ else }}", "belongs to no block"),
    "second else": ("{{ if 1 }}{{ else }}{{ else }}{{ end }}", "BR260", "{{ else }}", "already"),
    "else if of with": ("{{ with 1 }}{{ else if 2 }}{{ end }}", "BR260", "{{ else if 2 }}", "nest"),
    "else with": ("{{ with 1 }}{{ else with 2 }}{{ end }}", "BR260", "with", "3.0"),
    "break outside": ("{{ break }}", "BR260", "{{ break }}", "outside of range"),
    "nothing": ("{{ }}", "BR260", "}}", "empty"),
    "if nothing": ("{{ if }}a{{ end }}", "BR260", "}}", "condition"),
    "comparison as in C": ("{{ if $value > 1 }}a{{ end }}", "BR260", ">", "gt"),
    "equals as in C": ('{{ if $labels.slo_path == "a" }}a{{ end }}', "BR260", "=", "eq"),
    "arithmetic": ("{{ $value * 100 }}", "BR260", "*", "compute in the query"),
    "label with dash": ("{{ $labels.slo-path }}", "BR260", "-", "index $labels"),
    "label in brackets": ('{{ $labels["slo_path"] }}', "BR260", "[", "index $labels"),
    "bad escape": ('{{ "\\d" }}', "BR260", '"\\d"', "backslash"),
    "bad number": ("{{ 089 }}", "BR260", "089", "number"),
    "constant behind a pipe": ("{{ 1 | 2 }}", "BR260", "2", "function"),
    "open parenthesis": ("{{ (print 1 }}", "BR260", "}}", "not closed"),
    "closing parenthesis": ("{{ print 1) }}", "BR260", ")", "no ("),
    "define in a block": ('{{ if 1 }}{{ define "x" }}{{ end }}{{ end }}', "BR260", "", "block"),
    "no name": ("{{ template x }}", "BR260", "x", "quotes"),
    "misspelt function": ("{{ humanise $value }}", "BR261", "humanise", "`humanize`"),
    "function of 3.6": ("{{ now }}", "BR261", "now", "3.6"),
    "function of 3.8": ("{{ urlQueryEscape $labels.slo_path }}", "BR261", "urlQueryEscape", "3.8"),
    "no dollar": ("{{ labels.slo_path }}", "BR261", "labels", "`$labels`"),
    "bare label": ("{{ slo_path }}", "BR261", "slo_path", "`$labels.slo_path`"),
    "sprig": ("{{ $labels.slo_path | upper }}", "BR261", "upper", "toUpper"),
    "misspelt variable": ("{{ $label.slo_path }}", "BR262", "$label", "`$labels`"),
    "variable out of scope": ("{{ if 1 }}{{ $x := 1 }}{{ end }}{{ $x }}", "BR262", "$x", "$value"),
    "variable in define": ('{{ define "x" }}{{ $value }}{{ end }}', "BR262", "$value", "pass ."),
}

# These promtool lets pass: the error is seen by whoever is paged.
REFUSED_WHEN_IT_FIRES = {
    "Helm": ("{{ .Values.team }}", "BR263", "Values", "Helm"),
    "sloth": ("{{ .window }}", "BR263", "window", ".Labels"),
    "Alertmanager": ("{{ .CommonLabels.team }}", "BR263", "CommonLabels", "notification"),
    "lower case": ("{{ .labels.slo_path }}", "BR263", "labels", "`.Labels`"),
    "label as field": ("{{ .slo_path }}", "BR263", "slo_path", "`$labels.slo_path`"),
    "dots in a label": ("{{ $labels.slo_path.name }}", "BR263", "name", "dots"),
    "field of a query": ('{{ (query "up").Value }}', "BR263", "Value", "first"),
    "no such template": ('{{ template "x" }}', "BR263", '{{ template "x" }}', "defined"),
    "undeclared": ("{{ $x = 1 }}", "BR262", "$x", "no variable"),
    "too few": ("{{ humanize }}", "BR264", "humanize", "takes 1 argument; got 0"),
    "too many": ("{{ $value | humanize 1 }}", "BR264", "humanize", "got 2"),
    "text wanted": ("{{ toUpper $value }}", "BR264", "$value", "needs text"),
    "number wanted": ("{{ humanize $labels }}", "BR264", "$labels", "needs a number"),
    "integer beside float": ("{{ if gt $value 1 }}a{{ end }}", "BR264", "1", "1.0"),
    "text beside number": ("{{ eq $labels.slo_path 1 }}", "BR264", "1", "compare"),
    "compare one": ("{{ eq 1 }}", "BR264", "eq", "at least 2"),
    "no function": ("{{ $value 1 }}", "BR264", "$value", "only a function"),
    "nil": ("{{ nil }}", "BR264", "nil", "nil"),
    "range of a number": ("{{ range $value }}a{{ end }}", "BR264", "$value", "range"),
    "length of a number": ("{{ len $value }}", "BR264", "$value", "text"),
    "label by number": ("{{ index $labels 1 }}", "BR264", "1", "by name"),
    "sample wanted": ('{{ query "up" | value }}', "BR264", "value", "first"),
    "whole verb": ('{{ printf "%d" $value }}', "BR264", '"%d"', "%.2f"),
    "too few verbs": ('{{ printf "%s" 1 2 }}', "BR264", '"%s"', "verb"),
    "query as text": ('{{ query "up" }}', "BR264", '{{ query "up" }}', "address"),
}
REFUSED = REFUSED_BY_PROMTOOL | REFUSED_WHEN_IT_FIRES

WARNED = {
    "misspelt label": ("{{ $labels.slo_pat }}", "BR265", "slo_pat", "`slo_path`"),
    "label of the rule": (
        "{{ $labels.severity }}",
        "BR265",
        "severity",
        "those that the rule adds",
    ),
    "label by index": ('{{ index $labels "nosuch" }}', "BR265", '"nosuch"', "slo_name"),
    "query": ('{{ query "up" | first | value }}', "BR267", "query", "record"),
}

IN_LABELS = {
    "value": ("{{ $value }}", "BR266"),
    "value of the dot": ("{{ .Value | humanize }}", "BR266"),
    "value of the root": ("{{ $.Value }}", "BR266"),
    "value by variable": ("{{ $v := $value }}{{ $v }}", "BR266"),
    "value decides": ("{{ if gt $value 0.5 }}page{{ else }}ticket{{ end }}", "BR269"),
}

TWO_AT_ONCE = "{{ humanise $value }} {{ $valu }} {{ if }}x{{ end }} {{ $labels.slo_pth }}"

NASTY = (
    "{{",
    "{{{",
    "{{{{{",
    "{{ $value }}",
    '{{ "',
    "{{- a -}}",
    "  {{/* x */}}  ",
    "{{`}}`{{",
    "{ {",
    "}}{{}}",
    "\\{{\\",
    "a\tb\nc\r\n{{\n}}",
    "{{é}}💥\u202e",
    "$labels %d %% '",
)


@pytest.mark.parametrize(("text", "code", "under", "words"), REFUSED.values(), ids=REFUSED)
def test_a_mistake_is_shown_where_it_stands(text: str, code: str, under: str, words: str) -> None:
    found = gotemplate.check(text, LABELS)

    first = next(one for one in found if one.code.severity is Severity.ERROR)
    assert first.code.id == code
    assert under in text[first.start : first.end]
    assert words in f"{first.message}; {first.hint}"


@pytest.mark.parametrize(("text", "code", "under", "words"), WARNED.values(), ids=WARNED)
def test_what_loads_but_disappoints_is_a_warning(
    text: str, code: str, under: str, words: str
) -> None:
    found = gotemplate.check(text, LABELS)

    assert [(one.code.id, one.code.severity) for one in found] == [(code, Severity.WARNING)]
    assert text[found[0].start : found[0].end] == under
    assert words in f"{found[0].message}; {found[0].hint}"


@pytest.mark.parametrize(("text", "code"), IN_LABELS.values(), ids=IN_LABELS)
def test_a_measured_value_is_kept_out_of_labels_but_not_of_annotations(
    text: str, code: str
) -> None:
    assert gotemplate.check(text, LABELS) == ()
    assert [one.code.id for one in gotemplate.check(text, LABELS, place="label")] == [code]


@pytest.mark.parametrize("text", [text for text, _ in RENDERED.values()], ids=RENDERED)
def test_a_good_template_is_let_through(text: str) -> None:
    assert gotemplate.check(text, LABELS) == ()


def test_labels_are_not_guessed_when_they_are_unknown() -> None:
    assert gotemplate.check("{{ $labels.anything }}", None) == ()
    assert [one.code.id for one in gotemplate.check("{{ $labels.severity }}", None)] == ["BR265"]


def test_every_mistake_of_a_text_is_found_in_one_run() -> None:
    found = gotemplate.check(TWO_AT_ONCE, LABELS)

    assert [one.code.id for one in found] == ["BR261", "BR262", "BR260", "BR265"]


def test_one_mistake_is_one_finding() -> None:
    counts = {name: len(gotemplate.check(text, LABELS)) for name, (text, *_) in REFUSED.items()}

    more = {name for name, count in counts.items() if count > 1}
    assert more == {"field of a query", "sample wanted", "query as text"}  # BR267 as well


def test_messages_fit_the_terminal_and_say_what_to_do() -> None:
    for text, *_ in (REFUSED | WARNED).values():
        for one in gotemplate.check(text, LABELS):
            assert len(one.message) <= 100
            assert not one.message.endswith(".")
            assert one.hint


def test_a_query_is_handed_out_with_the_place_of_each_character() -> None:
    text = '{{ (query "up{a=\\"b\\"}" | first).Value }} {{ query `x` }} {{ "y" | query | len }}'

    found = embedded.queries(text)

    assert [one.text for one in found] == ['up{a="b"}', "x", "y"]
    for one in found:
        assert len(one.at) == len(one.text) + 1
        assert "".join(text[at].replace("\\", '"') for at in one.at[:-1]) == one.text
        assert text[one.at[-1]] in '"`'


def test_a_query_that_is_put_together_when_it_runs_is_not_handed_out() -> None:
    text = "{{ printf `up{job='%s'}` $labels.slo_path | query | first | value }}"

    assert embedded.queries(text) == ()


def test_promtool_agrees_on_what_loads(tmp_path: Path) -> None:
    good = [text for text, _ in RENDERED.values()]
    late = [text for text, *_ in REFUSED_WHEN_IT_FIRES.values()]  # we are stricter
    bad = [text for text, *_ in REFUSED_BY_PROMTOOL.values()]

    refused = _refused(tmp_path, good + late + bad)

    assert {text for text in good + late + bad if text in refused} == set(bad)


def test_promtool_renders_what_we_let_through_and_fails_on_what_we_refuse(tmp_path: Path) -> None:
    good = {f"good_{n}": text for n, (text, _) in enumerate(RENDERED.values())}
    bad = {f"bad_{n}": text for n, (text, *_) in enumerate(REFUSED_WHEN_IT_FIRES.values())}
    rendered = [one or "slo_name=latency;slo_path=checkout;" for _, one in RENDERED.values()]

    shown = _fired(tmp_path, good | bad, {})
    exact = _fired(tmp_path, good, dict(zip(good, rendered, strict=True)))

    wrong = set(re.findall(r'(\w+)="(?:<error expanding template|%!|[^"]*%!|\[0x)', shown))
    assert wrong == set(bad)
    assert "FAILED" not in exact, exact


def test_promtool_agrees_on_any_mixture_of_pieces(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311  # reproducible
    samples = [_mixture(chance) for _ in range(2500)]

    refused = _refused(tmp_path, samples)

    ours = {text for text in samples if _does_not_load(text)}
    assert ours == refused
    assert 500 < len(refused) < 2400


@settings(max_examples=3)
@given(st.lists(st.text('{}"`-/* $a\n\\%é.', max_size=12), min_size=30, max_size=60))
def test_escaped_text_is_read_by_the_pager_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    given_ = {f"a{n}": text for n, text in enumerate((*NASTY, *texts))}
    escaped = {name: gotemplate.escape(text) for name, text in given_.items()}

    out = _fired(tmp_path_factory.mktemp("escape"), escaped, given_)

    assert "FAILED" not in out, out


@given(st.text())
def test_escaped_text_has_no_mistakes(text: str) -> None:
    assert gotemplate.check(gotemplate.escape(text), frozenset(), place="label") == ()


@given(
    st.lists(st.sampled_from(["{{", "}}", *"(|)'\"`$.-_9aé\n\\ ", "if ", "end", "/*"])).map("".join)
)
def test_no_text_is_too_odd_to_judge(text: str) -> None:
    for one in gotemplate.check(text, frozenset(), place="label"):
        assert 0 <= one.start <= one.end <= len(text)
    embedded.queries(text)


HOSTILE = (
    "{{",
    "{{(",
    "{{ a }}",
    '{{ "\\" }}',
    "{{/* }}",
    "{{ if 1 }}",
    "{{ $a := $b.c.d }}",
    "((((",
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_is_judged_at_once(piece: str) -> None:
    text = ("{{ " + piece * checks.LONGEST)[: checks.LONGEST]
    before = time.perf_counter()

    found = gotemplate.check(text, frozenset({"a"}))

    assert found
    assert time.perf_counter() - before < 5
    assert gotemplate.check(text + "x", None)[0].message.startswith("template of 20001")


PIECES = re.findall(
    r"\S+",
    r"""
    {{ }} {{- -}} if else end range with break continue $labels $value $x := = .Labels .Foo . $ ( )
    humanize query printf nosuch "a" `b` 'c' 1 1.5 0x1f -3 089 1_0 true nil | , text { } eq and $i,
    {{/*c*/}} .a.b $labels.job " \ é ² ' {{end}} {{else}} {{with(1)}} {{$x:=1}} {{$x}} "\x41" "\q"
    '\n' 'ab' template define block "t"
    """,
)


def _mixture(chance: random.Random) -> str:
    count = chance.randint(1, 8)
    inner = "".join(chance.choice(PIECES) + chance.choice(("", " ", " ")) for _ in range(count))
    return chance.choice(("{{ %s }}", "{{ %s }}", "{{%s}}{{ end }}", "%s")).replace("%s", inner)


def _does_not_load(text: str) -> bool:
    return any(
        one.code.id in ("BR260", "BR261", "BR262") and not _only_when_it_runs(text, one)
        for one in gotemplate.check(text, None)
    )


def _only_when_it_runs(text: str, found: Finding) -> bool:
    """A variable that is assigned but was never declared: Go sees it when the alert fires."""
    used = re.match(r"[ \t\n]*:?=", text[found.end :])
    used_itself = re.search(r"\$x[ \t\n]*:?=[^}]*$", text[: found.start])
    return found.code.id == "BR262" and bool(used or used_itself)


def _refused(folder: Path, texts: list[str]) -> set[str]:
    """The texts that promtool check rules refuses, in one run."""
    _write(folder, {f"a{n}": text for n, text in enumerate(texts)})
    ran = subprocess.run(
        ["promtool", "check", "rules", "rules.yml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return {texts[int(n)] for n in re.findall(r'annotation "a(\d+)"', ran.stdout + ran.stderr)}


def _fired(folder: Path, annotations: dict[str, str], expected: dict[str, str]) -> str:
    """What promtool test rules says when the alert fires with value 0.5."""
    _write(folder, annotations)
    labels = {"slo_path": "checkout", "slo_name": "latency"}
    series = 'up{slo_path="checkout",slo_name="latency"}'
    alert = {"exp_labels": labels, "exp_annotations": expected}
    case = {
        "interval": "1m",
        "input_series": [{"series": series, "values": "0.5x5"}],
        "alert_rule_test": [{"eval_time": "5m", "alertname": "A", "exp_alerts": [alert]}],
    }
    tests = {"rule_files": ["rules.yml"], "tests": [case]}
    (folder / "tests.yml").write_text(yaml.safe_dump(tests))
    ran = subprocess.run(
        ["promtool", "test", "rules", "tests.yml"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return ran.stdout + ran.stderr


def _write(folder: Path, annotations: dict[str, str]) -> None:
    rule = {"alert": "A", "expr": "up + 0 < 1", "annotations": annotations}
    rules = {"groups": [{"name": "g", "rules": [rule]}]}
    (folder / "rules.yml").write_text(yaml.safe_dump(rules))
