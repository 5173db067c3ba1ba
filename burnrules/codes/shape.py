"""BR1xx: the shape of a spec."""

from burnrules.codes import error, warning

WRONG_VALUE = error("BR101", "wrong value", "A value of the wrong form would be guessed at.")
UNKNOWN_FIELD = error(
    "BR102",
    "unknown field",
    "A misspelt field that is ignored leaves an alert other than was meant.",
)
MISSING_FIELD = error("BR103", "missing field", "There is no default that would be right for all.")
CHOICE = error("BR104", "exactly one", "Of several alternatives only one can be meant.")
EMPTY = error(
    "BR105", "empty list", "An empty list where something must be means that it was lost."
)
RESERVED = error("BR106", "not compiled yet", "Its shape is fixed, its rules are not there yet.")
DESCRIPTION_DIFFERS = warning(
    "BR107", "description names another objective", "One of the two numbers is out of date."
)
