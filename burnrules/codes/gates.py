"""BR6xx: release gates, ours and those that stand in a file already."""

from burnrules.codes import error, info, warning

# What the controller itself refuses, once the run has begun.
NO_GATE = warning(
    "BR600", "no gate in the file", "`lint-gates` reads templates of Argo and Flagger."
)
NO_METRIC = error("BR601", "no metric", "Argo refuses a run that measures nothing.")
METRIC_REPEATED = error("BR602", "metric name taken", "Names are unique over all merged templates.")
PROVIDER = error("BR603", "not one provider", "A metric is measured by exactly one provider.")
LIMIT_RANGE = error(
    "BR604", "limit out of range", "Argo ends the run in error, and the rollout aborts."
)
COUNT_TOO_SMALL = error(
    "BR605", "count below the limits", "Argo ends the run in error, and the rollout aborts."
)
NOT_A_DURATION = error("BR606", "not a Go duration", "Argo reads h, m and s; there is no day.")
INTERVAL_MISSING = error("BR607", "count without interval", "Argo refuses it when the run begins.")
ARGUMENT_UNKNOWN = error("BR608", "argument not declared", "Every measurement fails to resolve it.")
ARGUMENT_UNUSED = warning("BR609", "argument not used", "What it should select is not selected.")
ARGUMENT_NOT_TEXT = error(
    "BR610", "argument is not text", "The CRD takes text as an argument only."
)
ARGUMENT_REPEATED = error(
    "BR611", "argument declared twice", "Only one of two values can be meant."
)
ARGUMENT_UNRESOLVED = error(
    "BR612", "argument never resolved", "Argo reads fieldRef on Rollouts only."
)
PLACEHOLDER = error(
    "BR613", "braces that are no argument", "Argo resolves `{{args.name}}`, no more."
)
FIELD_UNKNOWN = error("BR614", "unknown field", "The cluster drops or refuses it: it does nothing.")
ENDLESS = info(
    "BR615", "measured without end", "An inline analysis refuses a metric without count."
)
ENDLESS_INLINE = error(
    "BR616", "inline analysis without end", "Argo calls the Rollout InvalidSpec."
)
PATTERN = error("BR617", "not a pattern", "dryRun and measurementRetention take a Go regex.")
ARGUMENT_DROPPED = error("BR618", "argument declared nowhere", "Argo drops it without a word.")
ARGUMENT_MISSING = error("BR619", "argument not given", "The run cannot start: InvalidSpec.")

# Conditions and limits that do not judge.
CONDITION_SYNTAX = error(
    "BR620", "condition is not expr", "Every measurement is an error: an abort."
)
CONDITION_TYPE = error(
    "BR621",
    "condition does not fit the result",
    "A vector is an array: five errors abort the rollout.",
)
NO_DATA_ERROR = error(
    "BR622", "no data is an error", "No traffic for five measurements is an abort."
)
NO_DATA_PASSES = error("BR623", "no data passes", "A canary without traffic is promoted unseen.")
NAN_PASSES = error("BR624", "NaN passes", "0/0 is NaN; what is not below a bound is not good.")
NO_CONDITION = error("BR625", "no condition", "Argo calls every measurement successful.")
NO_DATA_FAILS = warning("BR626", "no data fails", "An idle canary is aborted like a broken one.")
OVERLAP = error("BR627", "both conditions hold", "The failure wins where both hold.")
GAP = warning("BR628", "neither condition holds", "The point between the bounds is inconclusive.")
BAND = info("BR629", "inconclusive band", "Between the bounds the rollout pauses for a person.")
FEW_SAMPLES_PASS = warning(
    "BR630", "no minimum of spans", "One good request would promote a canary."
)
LIMIT_REACHES_COUNT = error(
    "BR631", "limit equals count", "Argo passes a gate that reached its count."
)
PARTIAL_PASSES = warning(
    "BR632", "truncated answer passes", "Tempo says PARTIAL of what it cut off."
)
SERIES_IGNORED = warning("BR634", "only one series judged", "`result[0]` is whichever comes first.")
NOT_PORTABLE = warning("BR633", "newer expr only", "Argo up to 1.9 reads expr 1.15.")

# Jobs.
JOB_CONDITION = error(
    "BR640", "condition of a job", "Argo reads the exit code of a job, nothing else."
)
JOB_RESTART = error("BR641", "job without restartPolicy", "Kubernetes refuses the pod.")
JOB_NAME = error("BR642", "job name", "The metric's name becomes part of a Kubernetes name.")

# Answers over HTTP.
ZERO_OMITTED = error(
    "BR650", "zero is left out", "Tempo omits a value of 0: the path fails when all is well."
)
NOT_JSON_PASSES = warning(
    "BR651", "login page passes", "Argo up to 1.9 passes a 2xx answer that is not JSON."
)
URL = error("BR652", "not a URL", "Argo encodes nothing: the request fails.")
BODY = error("BR653", "body not sent", "Argo refuses a body with GET, and two bodies.")
ADDRESS = error("BR654", "address without scheme", "Without http:// no request can be made.")

# Queries in PromQL.
QUERY_SYNTAX = error("BR660", "query is not PromQL", "Every measurement is an error: an abort.")
MIXED = warning(
    "BR661", "canary and stable mixed", "Everybody's traffic dilutes the canary's errors."
)
NUMERATOR_ABSENT = warning(
    "BR662", "empty without errors", "No error series yet makes the whole ratio empty."
)
DELAY_SHORT = warning("BR663", "measured too early", "The window still reaches before the canary.")
STATUS_CODE = error("BR664", "status_code value", "Span metrics write STATUS_CODE_ERROR.")
SPAN_METRIC = warning("BR665", "no such span metric", "No producer writes this name by default.")
TIMEOUT = error("BR666", "timeout", "Seconds as a whole number; 0 is over at once.")
STAGE_KEPT = warning("BR667", "stage as a version", "Promotion does not restart the process.")

# Queries in TraceQL.
TRACEQL_SCOPE = error("BR670", "attribute without scope", "Tempo refuses it: unknown identifier.")
TRACEQL_FUNCTION = error("BR671", "no such TraceQL function", "Tempo refuses the query.")
TRACEQL_NAME = error(
    "BR672", "attribute called name", "`span.name` is an attribute; it matches nothing."
)
TRACEQL_ARITHMETIC = error("BR673", "TraceQL arithmetic", "No released Tempo divides two queries.")
TRACEQL_QUANTILE = warning(
    "BR674", "TraceQL quantile", "Its buckets are powers of two: off by up to 2."
)
TRACEQL_KIND = warning("BR675", "spans of every kind", "Internal spans swamp the error ratio.")
TRACEQL_SAMPLED = warning("BR676", "sampled TraceQL", "A sampled answer is a guess at the ratio.")

# Flagger.
FLAGGER_RESERVED = error(
    "BR680", "reserved metric name", "Flagger runs its own check, not the template."
)
FLAGGER_INTERVAL = error("BR681", "Flagger interval", "The CRD takes minutes or seconds: `60m`.")
FLAGGER_NO_INTERVAL = error("BR682", "no interval", "The query is rendered with an empty `[]`.")
FLAGGER_PLACEHOLDER = error(
    "BR683", "unknown template function", "Flagger fails to render the query."
)
FLAGGER_NO_DATA = warning(
    "BR684", "no data rolls back", "Flagger counts no data as a failed check."
)
FLAGGER_NO_RANGE = warning("BR685", "no thresholdRange", "Flagger then fails whatever is above 0.")
FLAGGER_NAME = warning(
    "BR686", "template named as a built-in", "A metric of this name never reads it."
)

# Gates that a spec asks for.
CANNOT_JUDGE = warning("BR690", "gate cannot judge", "Too few requests to tell good from bad.")
