"""BR4xx: what would be generated."""

from burnrules.codes import error

SAME_SERIES = error(
    "BR401", "name and labels taken", "Two rules of one name and labels overwrite each other."
)
SAME_GROUP = error(
    "BR402", "group name taken", "Prometheus refuses a file with two groups of one name."
)
SAME_OBJECT = error(
    "BR403", "object name taken", "The second one that is applied replaces the first."
)
