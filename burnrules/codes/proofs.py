"""BR45x: whether rules can ever have data."""

from burnrules.codes import error, warning

NEVER_MATCHES = error(
    "BR450",
    "selector that nothing matches",
    "No series can satisfy matchers that exclude each other: the SLO never has data.",
)
NO_MATCH_FOUND = warning(
    "BR451",
    "selector that seems to match nothing",
    "No label value was found that its regexes accept together; such an SLO never has data.",
)
