"""BR28x: indicators."""

from burnrules.codes import error, info, warning

PAST_FORGOTTEN = warning(
    "BR280", "growth beyond the retention", "Without a past the alert is silent for ever."
)
NO_EVENTS = error(
    "BR281", "span events not counted", "The connector counts span events only when told to."
)
SEVERITY_UNHEARD = warning(
    "BR282",
    "severity that the policy lacks",
    "Routes and inhibitions are made for the policy's severities; this one may reach nobody.",
)
BEYOND_BUCKETS = error(
    "BR283",
    "limit beyond the last bucket",
    "A quantile is never above the last bucket bound, so the alert could never fire.",
)
BETWEEN_BUCKETS = info(
    "BR284", "limit between bucket bounds", "Between two bounds a quantile is interpolated."
)
OTHER_ROUTES = warning(
    "BR285",
    "downstream spans of other routes",
    "Spans of the whole service divided by requests of one route overstate the fan-out.",
)
ONE_SIDED_GROUP = warning(
    "BR286",
    "group that one side lacks",
    "An attribute of the request is not on the spans beneath it, so no group of both sides meets.",
)
NOT_IN_GRAPH = error(
    "BR287", "group that a service graph lacks", "A service graph knows client and server only."
)
