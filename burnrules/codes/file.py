"""BR0xx: the file itself."""

from burnrules.codes import error, warning

NOT_YAML = error("BR001", "not YAML", "A file that cannot be read defines no SLO.")
NO_DOCUMENT = error("BR002", "no SLO in the file", "An empty spec file is nearly always a mistake.")
REPEATED_KEY = error("BR003", "repeated key", "YAML readers keep the last of two equal keys.")
UNUSED_ALLOW = warning(
    "BR004", "unused allow", "An `allow` that suppresses nothing hides the next."
)
NOT_TEXT = error(
    "BR005", "not plain UTF-8 text", "Editors and YAML readers disagree about such bytes."
)
ODD_ENCODING = warning("BR006", "unusual encoding", "Most tools expect UTF-8 without a mark.")
TOO_LARGE = error(
    "BR007", "too large", "Limits keep a hostile or misplaced file from stopping the run."
)
EMPTY_VALUE = error(
    "BR008", "key without a value", "What belongs to the key is usually misindented."
)
TAG = error("BR009", "tag", "Tags make readers build objects; a spec is plain data.")
KEY_NOT_TEXT = error("BR010", "key is not text", "Every key of a spec is a field or a label name.")
MERGE_KEY = error(
    "BR011", "merge key", "YAML 1.2 has no merge keys, and readers merge differently."
)
TEMPLATE = error("BR012", "template, not YAML", "Unquoted braces are a mapping to a YAML reader.")
AMBIGUOUS_SCALAR = warning("BR013", "ambiguous text", "Other tools would read another value here.")
BAD_ALIAS = error("BR014", "alias without a value", "An alias repeats a value written before it.")
UNREADABLE = error("BR015", "file not readable", "A file that is passed over hides its SLOs.")
FOREIGN_KIND = warning("BR016", "not a spec", "The document is skipped; it defines nothing.")
OTHER_FORMAT = error("BR017", "spec of another tool", "Its fields mean something else here.")
COLLECTOR_CONFIG = error(
    "BR018", "Collector configuration", "It tells where numbers come from only."
)
API_VERSION = error(
    "BR019", "unknown apiVersion", "Fields may mean something else in that version."
)
UNKNOWN_KIND = error("BR020", "unknown kind", "Only the four kinds of spec define anything.")
ALLOW_WITHOUT_REASON = warning("BR021", "allow without a reason", "The next reader must know why.")
NOT_ALLOWED = warning(
    "BR022", "finding cannot be allowed", "What it reports would break the rules."
)
