"""BR7xx: release gates that a spec asks for."""

from burnrules.codes import error, warning

TITLE_TOO_LONG = error(
    "BR701", "gate's object name too long", "Kubernetes names that become labels end at 63."
)
NOT_PER_VERSION = error(
    "BR702",
    "cannot be read per version",
    "A number that somebody else computed for all versions dilutes the canary.",
)
NO_LIMIT = error("BR703", "indicator without a limit", "A gate judges by max or min.")
BEYOND_ONE = error("BR704", "bound of 1 or more", "No error ratio exceeds 1: it would never fail.")
NO_TIER = error("BR705", "no tier to take the bound from", "A gate needs a bound to judge by.")
NO_ADDRESS = error("BR706", "no address", "The controller must know whom to ask.")
NOT_IN_TRACES = error(
    "BR707", "cannot be read from traces", "TraceQL counts spans by status and duration only."
)
LOOKS_OVERLAP = warning(
    "BR708", "looks overlap", "Two looks at the same requests are not two opinions."
)
NOT_REWRITABLE = error(
    "BR709", "version cannot be put in", "A selector without the version reads everybody's traffic."
)
FOREIGN_ARGUMENT = error(
    "BR710", "braces that the controller would fill in", "What a spec writes is never a template."
)
TOKEN_KEY = error("BR711", "Flagger's key of a token", "Flagger reads the key `token` only.")
