"""What Argo's controller refuses in a template, as its `ValidateMetric` and resolver do.

None of this is refused when the template is applied: the run ends in error, which aborts the
rollout (facts/release-gates.md, 2).
"""

import re
from collections.abc import Callable, Collection, Iterator

from burnrules.codes import gates as codes
from burnrules.diagnostics import near, shown
from burnrules.gates import go_durations, template
from burnrules.gates.finding import Finding, Loc
from burnrules.gates.template import Metric, Template, placeholders, strings

PROVIDERS = (
    *("prometheus", "kayenta", "web", "datadog", "wavefront", "newRelic", "job", "cloudWatch"),
    *("graphite", "influxdb", "skywalking", "plugin"),
)
_SPEC = ("metrics", "dryRun", "measurementRetention", "args", "templates")
_METRIC = (
    *("name", "interval", "initialDelay", "count", "successCondition", "failureCondition"),
    *("failureLimit", "inconclusiveLimit", "consecutiveErrorLimit", "consecutiveSuccessLimit"),
    "provider",
)
LONGEST_JOB = 24  # the name of a job's metric: `<run UID>.<name>.<n>` is cut to 63
_MOST_OF_A_TEXT = 10  # who sees ten of a kind knows
_LIMITS = (
    ("failureLimit", 0, -1),
    ("inconclusiveLimit", 0, 0),
    ("consecutiveErrorLimit", 4, 0),
    ("consecutiveSuccessLimit", 0, 0),
)


def violations(found: Template) -> Iterator[Finding]:
    """Everything that the controller refuses, or that the cluster drops without a word."""
    yield from _spec(found)
    yield from _arguments(found)
    yield from _arguments_used(found)
    yield from _patterns(found)
    for metric in found.metrics:
        for rule in _RULES:
            yield from rule(metric)


def _spec(found: Template) -> Iterator[Finding]:
    yield from _unknown(found.spec, ("spec",), _SPEC)
    if not found.metrics and not found.spec.get("templates"):
        yield Finding(
            codes.NO_METRIC,
            ("spec",),
            "the template has no metric",
            hint="add one to `metrics`, or name other templates in `templates`",
        )
    seen: set[str] = set()
    for metric in found.metrics:
        if metric.name in seen:
            message = f"a metric named `{shown(metric.name)}` stands above already"
            yield Finding(codes.METRIC_REPEATED, metric.at("name"), message, hint="rename one")
        seen.add(metric.name)


def _arguments(found: Template) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, one in found.arguments:
        loc = ("spec", "args", index)
        name = template.text(one.get("name"))
        if name in seen:
            yield Finding(
                codes.ARGUMENT_REPEATED,
                (*loc, "name"),
                f"argument `{shown(name)}` is declared twice",
            )
        seen.add(name)
        value = one.get("value")
        if value is not None and type(value) is not str:
            yield Finding(
                codes.ARGUMENT_NOT_TEXT,
                (*loc, "value"),
                f"the value of `{shown(name)}` is not text",
                hint=f'quote it: "{shown(_as_text(value))}"',
            )
        if "fieldRef" in template.mapping(one.get("valueFrom")):
            yield Finding(
                codes.ARGUMENT_UNRESOLVED,
                (*loc, "valueFrom", "fieldRef"),
                f"nothing resolves the fieldRef of `{shown(name)}` in a template",
                hint="give only the name here, and fieldRef in the Rollout's `analysis.args`",
                at_key=True,
            )


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _arguments_used(found: Template) -> Iterator[Finding]:
    declared = {template.text(one.get("name")): index for index, one in found.arguments}
    used: set[str] = set()
    for metric in found.metrics:
        for loc, text in strings(metric.data, metric.loc):
            tags = {text[one.start : one.end]: one for one in reversed([*placeholders(text)])}
            used.update(one.argument for one in tags.values())
            wrong = [one for one in tags.items() if one[1].argument not in declared]
            for tag, each in wrong[-_MOST_OF_A_TEXT:]:
                place = (each.start, each.end)
                if each.argument:
                    yield _undeclared(loc, each.argument, place, declared)
                else:
                    yield _no_argument(loc, tag, place, closed=each.closed)
    if found.spec.get("templates"):
        return  # another template may use it
    for name in sorted(declared.keys() - used):
        yield Finding(
            codes.ARGUMENT_UNUSED,
            ("spec", "args", declared[name], "name"),
            f"argument `{shown(name)}` is used by no metric",
            hint=f"put `{{{{args.{shown(name)}}}}}` where it belongs, or remove it",
        )


def _undeclared(
    loc: Loc, argument: str, place: tuple[int, int], declared: Collection[str]
) -> Finding:
    return Finding(
        codes.ARGUMENT_UNKNOWN,
        loc,
        f"argument `{shown(argument)}` is not declared",
        hint=near(argument, declared) or f"add `- name: {shown(argument)}` to `spec.args`",
        characters=place,
    )


def _no_argument(loc: Loc, tag: str, place: tuple[int, int], *, closed: bool) -> Finding:
    if not closed:
        message, hint = "`{{` is not closed: Argo cannot resolve it", "close it, or write `{ {`"
    elif tag.startswith("{{{"):
        message = f"`{shown(tag)}` is read as `{shown(tag[2:-2])}`, which is no argument"
        hint = "put a space between the braces of the selector and those of the argument"
    else:
        message = f"`{shown(tag)}` is no argument: Argo cannot resolve it"
        hint = "Argo resolves `{{args.name}}` only; Helm renders before: escape one for the other"
    return Finding(codes.PLACEHOLDER, loc, message, hint=hint, characters=place)


def _patterns(found: Template) -> Iterator[Finding]:
    for field in ("dryRun", "measurementRetention"):
        for index, one in template.indexed(found.spec.get(field)):
            pattern = template.text(one.get("metricName"))
            if pattern.startswith(("*", "+", "?")):
                yield Finding(
                    codes.PATTERN,
                    ("spec", field, index, "metricName"),
                    f"`{shown(pattern)}` is no regular expression",
                    hint="write `.*` for all metrics, `^name$` for one",
                )


def _fields(metric: Metric) -> Iterator[Finding]:
    yield from _unknown(metric.data, metric.loc, _METRIC)


def _one_provider(metric: Metric) -> Iterator[Finding]:
    names = list(template.mapping(metric.data.get("provider")))
    if len(names) != 1:
        said = (
            "no provider" if not names else f"{len(names)} providers: {shown(', '.join(names), 60)}"
        )
        yield Finding(
            codes.PROVIDER, metric.at("provider"), f"the metric has {said}", hint="give exactly one"
        )
    elif names[0] not in PROVIDERS:
        yield Finding(
            codes.PROVIDER,
            metric.at("provider", names[0]),
            f"there is no provider `{shown(names[0])}`",
            hint=near(names[0], PROVIDERS),
            at_key=True,
        )


def _limits(metric: Metric) -> Iterator[Finding]:
    for field, default, least in _LIMITS:
        value = metric.whole(field, default)
        if value is not None and value < least:
            message = f"`{field}` is {value}; the least is {least}"
            yield Finding(codes.LIMIT_RANGE, metric.at(field), message)
    if metric.whole("failureLimit") == -1 and metric.whole("consecutiveSuccessLimit") == 0:
        yield Finding(
            codes.LIMIT_RANGE,
            metric.at("failureLimit"),
            "`failureLimit: -1` without `consecutiveSuccessLimit` leaves nothing to decide",
            hint="set `consecutiveSuccessLimit`, or a failureLimit of 0 or more",
        )


def _count(metric: Metric) -> Iterator[Finding]:
    count, failures = metric.whole("count"), metric.whole("failureLimit")
    successes, pauses = metric.whole("consecutiveSuccessLimit"), metric.whole("inconclusiveLimit")
    if count is None or count <= 0:
        return
    if failures is not None and successes is not None and count < failures + successes:
        limits = f"failureLimit {failures} and consecutiveSuccessLimit {successes}"
        yield Finding(
            codes.COUNT_TOO_SMALL,
            metric.at("count"),
            f"count {count} is below {limits} together",
            hint=f"make it {failures + successes} or more",
        )
    if pauses is not None and count < pauses:
        yield Finding(
            codes.COUNT_TOO_SMALL,
            metric.at("count"),
            f"count {count} is below inconclusiveLimit {pauses}",
            hint="an inconclusiveLimit must be smaller than the count",
        )
    if count > 1 and not metric.data.get("interval"):
        message = f"count {count} without an interval"
        hint = "add an `interval` of at least the query's window"
        yield Finding(codes.INTERVAL_MISSING, metric.at("count"), message, hint=hint)


def _durations(metric: Metric) -> Iterator[Finding]:
    for field in ("interval", "initialDelay"):
        value = metric.data.get(field)
        if value is None or value == "":
            continue
        written = metric.filled(str(value))
        if not written.guessed and go_durations.parse(written.text) is None:
            yield Finding(
                codes.NOT_A_DURATION,
                metric.at(field),
                f"`{shown(written.text)}` is not a duration to Argo",
                hint=_go_form(written.text),
            )


def _go_form(written: str) -> str:
    days = re.fullmatch(r"([0-9]{1,4})d", written)
    if days:
        return f"write `{int(days[1]) * 24}h`"
    seconds = f": `{shown(written)}s` if seconds are meant" if written.isdigit() else ""
    return f"write hours, minutes and seconds, as `1h30m`{seconds}"


def _unknown(data: object, loc: Loc, known: Collection[str]) -> Iterator[Finding]:
    for key in template.mapping(data):
        if key not in known:
            yield Finding(
                codes.FIELD_UNKNOWN,
                (*loc, key),
                f"unknown field `{shown(key)}`",
                hint=near(key, known),
                at_key=True,
            )


_RULES: tuple[Callable[[Metric], Iterator[Finding]], ...] = (
    _fields,
    _one_provider,
    _limits,
    _count,
    _durations,
)
