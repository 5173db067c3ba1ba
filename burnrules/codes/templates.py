"""BR26x: Prometheus templates in labels and annotations."""

from burnrules.codes import error, warning

SYNTAX = error(
    "BR260", "template does not parse", "Prometheus refuses the whole rule file that holds it."
)
UNKNOWN_FUNCTION = error(
    "BR261",
    "unknown function in a template",
    "Prometheus refuses the whole rule file that holds it.",
)
UNDEFINED_VARIABLE = error(
    "BR262",
    "undefined variable in a template",
    "Only $labels, $value, $externalLabels and $externalURL are given.",
)
NO_SUCH_FIELD = error(
    "BR263",
    "no such field or template",
    "It loads, and whoever is paged reads an error instead of the text.",
)
WRONG_ARGUMENTS = error(
    "BR264",
    "wrong arguments in a template",
    "It loads, and whoever is paged reads an error instead of the text.",
)
NO_SUCH_LABEL = warning(
    "BR265",
    "label that the alert has not",
    "The template writes nothing where the label should be.",
)
VALUE_IN_LABEL = error(
    "BR266",
    "measured value in a label",
    "Labels are what an alert is: with every new value the alert resolves and another one fires.",
)
QUERY = warning(
    "BR267",
    "query in a template",
    "It runs for every firing series at every evaluation, and fails apart from the alert.",
)
BAD_QUERY = error(
    "BR268",
    "query in a template is not PromQL",
    "It loads, and whoever is paged reads an error instead of the text.",
)
VALUE_DECIDES = warning(
    "BR269",
    "measured value decides a label",
    "When the value crosses the limit the alert resolves and another one fires.",
)
