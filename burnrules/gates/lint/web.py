"""A web metric asks so that it is answered, and reads what is left out."""

from collections.abc import Iterator

from burnrules.codes import gates as codes
from burnrules.gates import traceql
from burnrules.gates.finding import Finding
from burnrules.gates.template import Metric


def check(metric: Metric) -> Iterator[Finding]:
    """What is wrong with a metric that asks over HTTP."""
    if metric.provider != "web":
        return
    path = metric.settings.get("jsonPath")
    tempo = traceql.PATH in str(metric.settings.get("url", ""))
    if tempo and isinstance(path, str) and "series" in path:
        yield Finding(
            codes.ZERO_OMITTED,
            metric.setting("jsonPath"),
            "Tempo leaves out a value of 0 and an empty series: the path then fails",
            hint="leave `jsonPath` out and read `#.value ?? 0` in the conditions",
        )
    sent = [field for field in ("body", "jsonBody") if field in metric.settings]
    method = str(metric.settings.get("method") or "GET")
    if len(sent) == 2 or (sent and method == "GET"):
        said = "both `body` and `jsonBody`" if len(sent) == 2 else f"`{sent[0]}` with GET"
        yield Finding(
            codes.BODY,
            metric.setting(sent[0]),
            f"{said}: Argo refuses it",
            hint="use `method: POST`" if len(sent) == 1 else "leave one out",
            at_key=True,
        )
