"""BR0xx: the file itself."""

from burnrules.codes import error, warning

NOT_YAML = error("BR001", "not YAML", "A file that cannot be read defines no SLO.")
NO_DOCUMENT = error("BR002", "no SLO in the file", "An empty spec file is nearly always a mistake.")
REPEATED_KEY = error("BR003", "repeated key", "YAML readers keep the last of two equal keys.")
UNUSED_ALLOW = warning("BR004", "unused allow", "An `allow` that suppresses nothing hides the next.")
