"""BR220 to BR259: the queries that users write."""

from burnrules.codes import error, info, warning

NOT_PROMQL = error("BR220", "not PromQL", "Prometheus would refuse the rule file.")
QUERY_TOO_LARGE = error(
    "BR221", "query too large", "Parsers recurse: a query beyond these limits can crash them."
)
OTHER_LANGUAGE = error(
    "BR222",
    "another query language",
    "LogQL, MetricsQL and PromQL look alike; Prometheus reads one.",
)
OTHER_PLACEHOLDER = error(
    "BR223",
    "another tool's placeholder",
    "Only the window is filled in, and is written `[$window]`.",
)
TOO_NEW = error(
    "BR224",
    "not in every Prometheus",
    "Rules are to load in Prometheus 2.42 and every 3, without feature flags.",
)
NOT_A_VECTOR = error(
    "BR225", "not an instant vector", "A rule of another type loads, and fails at every evaluation."
)
FIXED_RANGE = error(
    "BR226",
    "fixed range",
    "With a fixed range every window reads the same data: no burn rate at all.",
)
NO_WINDOW = error("BR227", "no window", "Without `[$window]` every window reads the same data.")
WINDOW_MISPLACED = error(
    "BR228", "`$window` in the wrong place", "Only a range can vary by window: `metric[$window]`."
)
NOT_A_SELECTOR = error(
    "BR229", "not a selector", "Functions, ranges and sums are added here; they cannot stand twice."
)
NOT_RE2 = error("BR230", "not RE2", "Prometheus reads RE2: no lookaheads, no backreferences.")
GOOD_AS_ERRORS = error(
    "BR231", "good events as errors", "The SLO would page when all is well, and sleep in an outage."
)
ERRORS_AS_GOOD = error(
    "BR232", "errors as good events", "The SLO would page when all is well, and sleep in an outage."
)
NEVER_POSITIVE = error(
    "BR233", "never positive", "A part less its whole is zero or below: no alert can fire."
)
LABEL_DROPPED = error(
    "BR234", "grouped label dropped", "A budget per label value needs the label in the result."
)
GROUPED_DIFFERENTLY = error(
    "BR235", "grouped differently", "The division would match nothing: no ratio, no alert."
)
RATES_MIXED = error(
    "BR236", "per second and per window mixed", "The ratio would be wrong by the window's length."
)
SAME_QUERY = warning("BR237", "errors equal total", "The error ratio would be 100 % at all times.")
RATE_OF_DERIVED = warning(
    "BR238",
    "rate of a sum or recording",
    "A counter reset hides in a sum, and reads as a burst of events: sum the rates instead.",
)
RATE_OF_GAUGE = warning(
    "BR239", "rate of a gauge", "To rate() each fall of a gauge is a counter reset: nonsense."
)
SUM_OF_COUNTER = warning(
    "BR240", "counter summed over time", "A counter is a running total already; increase() counts."
)
LAST_TWO_SAMPLES = warning(
    "BR241", "irate", "irate() reads the last two samples of a window, and forgets the rest."
)
NOT_COUNTED = warning(
    "BR242", "counts nothing", "Events are counted by rate, increase, sum_ or count_over_time."
)
RATIO_AS_EVENTS = warning(
    "BR243",
    "a ratio as events",
    "A ratio says nothing of how many: a quiet hour weighs as a busy one.",
)
SHIFTED = warning("BR244", "shifted in time", "An SLO that reads the past alerts in the past.")
FIXED_TIME = error("BR245", "fixed time", "With a fixed `@` every evaluation reads the same data.")
COMMENT_REMOVED = info("BR246", "comment removed", "A query becomes part of a longer one.")
PLACEHOLDER_IN_STRING = warning(
    "BR247",
    "placeholder in a string",
    "A dashboard's variable is plain text here: it matches nothing.",
)
ONE_SPELLING = warning(
    "BR248", "one spelling of a bound", "Clients write a bound as 1 or 1.0; an upgrade switches it."
)
