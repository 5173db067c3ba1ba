"""BR9xx: our own bugs; each asks for a report."""

from burnrules.codes import error

COMPOSED = error(
    "BR901", "composed query does not parse", "burnrules made this query, so burnrules is wrong."
)
GATE = error("BR902", "composed gate is wrong", "burnrules made it, so burnrules is wrong.")
TRACEQL = error(
    "BR903", "composed TraceQL is wrong", "burnrules made this query, so burnrules is wrong."
)
