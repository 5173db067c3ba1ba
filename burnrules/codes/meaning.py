"""BR2xx: what a spec means."""

from burnrules.codes import error, info, warning

NO_ENTRY = error(
    "BR201", "no spans to read", "An SLI on spans needs an entry, or spans of its own."
)
NEVER_FIRES = warning(
    "BR202",
    "tier never fires",
    "An error ratio is at most 1, so a threshold of 1 cannot be exceeded.",
)
NO_TIER_FIRES = error(
    "BR203", "no tier can fire", "An SLO that cannot page or ticket is not watched."
)
WINDOW_TOO_LONG = error(
    "BR204",
    "alert window longer than the SLO's",
    "It would read data that the budget has forgotten.",
)
SAME_TIERS = warning("BR205", "two tiers alike", "Both alerts would always fire together.")
SLOW_BURN = warning(
    "BR206",
    "burn rate below 1",
    "Such a burn never spends the budget, so nothing need be done about it.",
)
FACTOR_RAISED = info("BR207", "factor raised to 1", "A slower burn does not spend the budget.")
TINY_BUDGET = warning(
    "BR208",
    "budget below one evaluation",
    "A single bad evaluation spends it; alerts will be noise.",
)
NO_BUCKET = error(
    "BR209",
    "threshold is no bucket bound",
    "A histogram is exact at its bounds only; between them it guesses.",
)
SHORT_WINDOW = error(
    "BR210", "window below four samples", "rate() needs two samples, and one may be late or lost."
)
RETENTION = warning(
    "BR211", "retention below the window", "The budget would be read from half its data."
)
LABEL_NOT_SURE = warning(
    "BR212", "label that may not exist", "A matcher on a label that nobody exports selects nothing."
)
NOT_IN_DIALECT = error(
    "BR213", "dialect lacks this", "The producer exports nothing that could answer."
)
LABEL_GROUPED = error(
    "BR214",
    "static label is also grouped by",
    "The rule's label overwrites the group's, and alerts collide.",
)
LABEL_RESERVED = error("BR215", "reserved label", "burnrules or Prometheus sets this label itself.")
UNKNOWN_SEVERITY = error(
    "BR216", "no such severity", "A severity that no tier has switches nothing off."
)
NO_UNIT = error("BR217", "unit unknown", "A threshold in the wrong unit is wrong a thousandfold.")
HISTOGRAM_SUFFIX = error(
    "BR218", "histogram by its series", "burnrules reads _count and _bucket of it itself."
)
BAD_TEXT = error("BR219", "text template", "The text of an alert could not be rendered.")
RESETS_LATE = warning(
    "BR270", "one window", "With short = long the alert goes on for a whole window."
)
LABEL_NOT_EXPORTED = error(
    "BR272",
    "label that is not exported",
    "A matcher on a label that nobody exports selects nothing.",
)
