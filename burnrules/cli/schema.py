"""`burnrules schema`: the JSON Schema of the spec, for editors."""

from burnrules.cli.report import write

EXAMPLES = "Example: burnrules schema > slos/.burnrules.schema.json"


def command() -> None:
    """Print the JSON Schema of the spec; editors complete and check specs with it.

    The first line of a spec tells the editor:
    # yaml-language-server: $schema=.burnrules.schema.json
    """
    from burnrules import schema

    write(schema.text())
