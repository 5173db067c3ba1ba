"""BR3xx: specs together."""

from burnrules.codes import error, warning

NAME_TAKEN = error(
    "BR301", "name taken", "Two specs of one name would overwrite each other's rules."
)
NO_SUCH = error(
    "BR302", "no such document", "A reference that does not resolve changes alerts silently."
)
REQUIRED = error("BR303", "required label or annotation missing", "Defaults.require asks for it.")
UNUSED = warning("BR304", "document not used", "What nothing refers to has no effect.")
