"""BR9xx: our own bugs; each asks for a report."""

from burnrules.codes import error

COMPOSED = error(
    "BR901", "composed query does not parse", "burnrules made this query, so burnrules is wrong."
)
