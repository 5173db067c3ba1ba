"""A PromQL query can be read, is never empty for a healthy canary, and reads the canary alone."""

import re
from collections.abc import Callable, Iterator

from burnrules import durations
from burnrules.codes import gates as codes
from burnrules.diagnostics import shown
from burnrules.durations import Duration
from burnrules.gates import go_durations
from burnrules.gates.finding import Finding
from burnrules.gates.lint import versions
from burnrules.gates.template import Filled, Metric, placeholders, whole
from burnrules.promql import parse, regex
from burnrules.promql.tree import Aggregate, Binary, Node, Range, Selector, bare, selectors, walk

_ERRORS = re.compile(r"(?i)\^?\(?5|err|fail")
_OF_SPANS = re.compile(r"span_?metrics|(?:^|_)calls(?:_|$)|^duration_|^latency_")
_SPAN_METRICS = re.compile(
    r"traces_spanmetrics_(?:calls_total|latency(?:_bucket|_count|_sum)?|size_total)"
    r"|traces_spanmetrics_duration_(?:milliseconds|seconds)(?:_bucket|_count|_sum)?"
    r"|traces_span_metrics_(?:calls_total|duration(?:_milliseconds|_seconds)?(?:_bucket|_count|_sum)?)"
)


def check(metric: Metric) -> Iterator[Finding]:
    """What is wrong with the query of a Prometheus metric."""
    if metric.provider != "prometheus":
        return
    yield from _timeout(metric)
    query = metric.settings.get("query")
    if not isinstance(query, str) or any(not one.argument for one in placeholders(query)):
        return
    filled = metric.filled(query)
    if (refusal := parse.error(filled.text)) is not None:
        yield Finding(
            codes.QUERY_SYNTAX,
            metric.setting("query"),
            f"the query is not PromQL: {shown(refusal, 70)}",
        )
        return
    node = parse.ast(filled.text)
    if node is not None:
        for rule in _RULES:
            yield from rule(metric, filled, node)


def _timeout(metric: Metric) -> Iterator[Finding]:
    timeout = metric.settings.get("timeout")
    if timeout is not None and ((seconds := whole(timeout)) is None or seconds < 1):
        yield Finding(
            codes.TIMEOUT,
            metric.setting("timeout"),
            f"timeout `{shown(str(timeout), 20)}` is not a number of seconds above 0",
            hint="write whole seconds: `timeout: 30`",
        )


def _mixed(metric: Metric, filled: Filled, node: Node) -> Iterator[Finding]:
    found = list(selectors(node))
    if any(selector.metric.startswith("kube_") for selector, _ in found):
        return  # versions come from the join
    if not metric.data.get("interval") and all(":" in selector.metric for selector, _ in found):
        return  # one look before the rollout asks whether budget is left, of everybody
    for selector, around in found:
        read = ":" in selector.metric or any(isinstance(one, Range) for one in around)
        if read and not _selects_version(metric, filled, selector):
            recorded = ": it is recorded for the whole service" if ":" in selector.metric else ""
            name = shown(selector.metric) or "a selector"
            yield Finding(
                codes.MIXED,
                metric.setting("query"),
                f"`{name}` is read for canary and stable alike{recorded}",
                hint="select the canary by a version or pod hash argument in every selector",
                characters=filled.original(selector.start, selector.end),
            )
            return


def _selects_version(metric: Metric, filled: Filled, selector: Selector) -> bool:
    query = str(metric.settings["query"])
    start, end = filled.original(selector.start, selector.end)
    arguments = [one.argument for one in placeholders(query[start:end])]
    if any(versions.named(argument) for argument in arguments):
        return True
    return any(versions.named(matcher.label) for matcher in selector.matchers)


def _numerator(metric: Metric, filled: Filled, node: Node) -> Iterator[Finding]:
    for found, _ in walk(node):
        if not isinstance(found, Binary) or found.op.text != "/":
            continue
        left = bare(found.left)
        if isinstance(left, Aggregate) and _only_errors(left, found.right):
            yield Finding(
                codes.NUMERATOR_ABSENT,
                metric.setting("query"),
                "the ratio is empty until the first error has happened",
                hint="write `(sum(errors) or vector(0)) / sum(total)`"
                if left.grouping is None
                else "write `(errors or 0 * total) / total`, each with its own `by`",
                characters=filled.original(found.left.start, found.left.end),
            )


def _only_errors(numerator: Node, denominator: Node) -> bool:
    total = {selector.metric: set(_matching(selector)) for selector, _ in selectors(denominator)}
    for selector, _ in selectors(numerator):
        narrower = set(_matching(selector)) - total.get(selector.metric, set())
        if selector.metric in total and any(
            operator in {"=", "=~"} and _ERRORS.match(value) for _, operator, value in narrower
        ):
            return True
        if selector.metric not in total and re.search(r"(?i)error|fail", selector.metric):
            return True
    return False


def _matching(selector: Selector) -> Iterator[tuple[str, str, str]]:
    for one in selector.matchers:
        value = one.value.removeprefix("STATUS_CODE_")
        yield one.label, one.operator, value


def _delay(metric: Metric, _: Filled, node: Node) -> Iterator[Finding]:
    windows = [one[0] for one in walk(node) if isinstance(one[0], Range)]
    longest = max((_length(one) for one in windows), default=Duration(0))
    delay = go_durations.parse(metric.filled(str(metric.data.get("initialDelay") or "0")).text)
    if not metric.data.get("interval") or delay is None or delay >= longest:
        return
    said = f"initialDelay {delay}" if metric.data.get("initialDelay") else "no initialDelay"
    yield Finding(
        codes.DELAY_SHORT,
        metric.at("initialDelay") if metric.data.get("initialDelay") else metric.at("interval"),
        f"{said}, and the query reads the last {longest}",
        hint=f"set `initialDelay` to {go_durations.text(longest)} and a scrape interval more",
    )


def _length(found: Range) -> Duration:
    written = "".join(token.text for token in found.window)
    return durations.parse(written) or Duration(0)


def _status_code(metric: Metric, filled: Filled, node: Node) -> Iterator[Finding]:
    for selector, _ in selectors(node):
        if not _OF_SPANS.search(selector.metric):
            continue
        for one in selector.matchers:
            if one.label != "status_code" or "!" in one.operator:
                continue
            wrong = [v for v in one.value.split("|") if v.upper() in {"ERROR", "OK", "UNSET"}]
            if wrong and not _means_status(one.operator, one.value, wrong[0]):
                yield Finding(
                    codes.STATUS_CODE,
                    metric.setting("query"),
                    f"span metrics never write `{wrong[0]}` as status_code",
                    hint=f'write `status_code="STATUS_CODE_{wrong[0].upper()}"`',
                    characters=filled.original(one.start, one.end),
                )


def _means_status(operator: str, value: str, word: str) -> bool:
    right = f"STATUS_CODE_{word.upper()}"
    if operator == "=":
        return value == right
    return regex.error(value) is not None or regex.accepts(value, right)


def _span_metric(metric: Metric, filled: Filled, node: Node) -> Iterator[Finding]:
    for selector, _ in selectors(node):
        name = selector.metric
        if not name.startswith(("traces_spanmetrics_", "traces_span_metrics_")):
            continue
        if not _SPAN_METRICS.fullmatch(name):
            yield Finding(
                codes.SPAN_METRIC,
                metric.setting("query"),
                f"no producer writes `{shown(name, 60)}` by default",
                hint="Tempo: `traces_spanmetrics_latency_bucket`, in seconds; the connector: "
                "`traces_span_metrics_duration_milliseconds_bucket`",
                characters=filled.original(selector.start, selector.end),
            )


_RULES: tuple[Callable[[Metric, Filled, Node], Iterator[Finding]], ...] = (
    _mixed,
    _numerator,
    _delay,
    _status_code,
    _span_metric,
)
