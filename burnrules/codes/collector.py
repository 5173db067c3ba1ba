"""BR5xx: Collector and Tempo configurations."""

from burnrules.codes import error, info, warning

NOT_A_COLLECTOR = error(
    "BR500", "no Collector configuration", "Names and labels are read from a configuration."
)
VERSION_UNKNOWN = warning(
    "BR501", "unknown Collector version", "Metric names depend on the version that runs."
)
NAMES_DEPEND = info(
    "BR502", "names depend on the version", "Another Collector version gives metrics other names."
)
CONNECTOR_UNCLEAR = error(
    "BR503", "no such span-metrics connector", "Rules must stand on one producer of metrics."
)
UNRESOLVED = error(
    "BR504", "known only at run time", "A name with an unset variable cannot stand in a rule."
)
UNDEFINED = error("BR510", "component is not configured", "The Collector refuses to start.")
EMPTY_PIPELINE = error("BR511", "pipeline without an end", "The Collector refuses to start.")
HALF_CONNECTED = error(
    "BR512", "connector used on one side only", "The Collector refuses to start."
)
USED_TWICE = error("BR513", "component named twice", "The Collector refuses to start.")
CYCLE = error("BR514", "pipelines feed each other", "The Collector refuses to start.")
REFUSED_SETTING = error("BR515", "setting the Collector refuses", "The Collector refuses to start.")
TOO_NEW = error(
    "BR516", "not in this version", "The Collector refuses names and keys that it does not know."
)
GONE = error(
    "BR517", "gone from this version", "The Collector refuses names and keys that it does not know."
)
SAMPLED_FIRST = error(
    "BR520", "sampling before span metrics", "Metrics of kept traces show neither rate nor errors."
)
FILTERED_FIRST = info(
    "BR521", "filter before span metrics", "Spans that are dropped count in no SLO."
)
BIASED_FILTER = warning(
    "BR522", "filter by outcome before span metrics", "A filter on status or duration bends SLIs."
)
NO_BUCKET = error(
    "BR523", "threshold is no bucket bound", "A histogram knows only what lies below its bounds."
)
UNBOUNDED = warning(
    "BR525", "unbounded dimension", "Each value of a dimension is a series per bucket."
)
LABEL_EXCLUDED = warning(
    "BR526", "default dimension excluded", "Without status or kind there is no error SLI."
)
EXCLUDED_IN_VAIN = warning(
    "BR527", "exclusion without effect", "Dimensions are excluded by their dotted name."
)
NO_LIMIT = warning(
    "BR528", "no cardinality limit", "Unbounded span names have taken down many a Prometheus."
)
NO_EFFECT = info(
    "BR529", "setting without effect", "A guard that does nothing is taken for one that does."
)
REPLICAS_COLLIDE = warning(
    "BR530", "replicas without an identity", "Counters of two writers in one series jump back."
)
TRACES_SPLIT = warning(
    "BR531", "traces split over replicas", "A tail sampler decides on the spans that it sees."
)
DELTA = error("BR532", "delta temporality into Prometheus", "Prometheus counters are cumulative.")
NO_EXEMPLARS = info(
    "BR533", "exemplars are off", "Exemplars lead from a burning SLO to a failing trace."
)
EXEMPLARS_LOST = warning(
    "BR534", "exemplars cannot arrive", "Text-format scrapes carry no exemplars."
)
SUFFIXES_IGNORED = warning(
    "BR535", "suffix setting ignored", "Names gain suffixes with the upgrade to 0.154."
)
DOUBLE_PREFIX = warning(
    "BR536", "two namespaces", "Each prefix is added, and rules for either name find nothing."
)
RESOURCE_LABELS = warning(
    "BR537", "resource attributes as labels", "Every restart and pod begins all series anew."
)
SLOW_FLUSH = error(
    "BR538", "flush too slow for the rate window", "A rate needs several samples in its window."
)
CONNECTOR_UNUSED = warning(
    "BR539", "connector in no pipeline", "The Collector starts without it and says nothing."
)
TEMPO_SLACK = warning(
    "BR540", "spans reach Tempo too late", "Tempo makes no metrics from spans that ended earlier."
)
LEGACY_PROCESSOR = warning(
    "BR541", "removed spanmetrics processor", "The processor left the Collector with 0.96."
)
NEVER_EXPIRES = info(
    "BR542", "series never expire", "Series of services long gone are exported forever."
)
EXPIRES_EARLY = warning(
    "BR543", "series expire early", "A counter that comes back begins at zero: events are lost."
)
VOLATILE_RESOURCE = warning(
    "BR544", "volatile resource attributes", "Each new process id starts its counters anew."
)
ENRICHED_LATE = warning(
    "BR545", "dimension set too late", "The connector sees spans before the attribute is there."
)
DECIDED_EARLY = warning(
    "BR546", "sampling decided early", "Traces slower than the wait are judged unfinished."
)
BLIND_COLLECTOR = warning(
    "BR547", "Collector metrics out of reach", "A Collector that nobody watches loses spans unseen."
)
LABELS_REMOVED = warning(
    "BR548", "span metrics rewritten", "Rules need the labels that the connector sets."
)
NATIVE_TO_SCRAPE = warning(
    "BR549", "native histograms over a text scrape", "Older exporters drop them silently."
)
COUNTED_TWICE = warning(
    "BR550", "spans counted twice", "One connector counts all that its pipelines hand it."
)
NO_METRICS_OUT = info(
    "BR551", "span metrics reach no Prometheus", "Metrics that nobody stores carry no SLO."
)
LIMITER_LATE = info(
    "BR552", "memory limiter not first", "What comes before the limiter is held in memory."
)
LABEL_SHARED = warning(
    "BR553", "two dimensions, one label", "Their values are joined, and no selector fits them."
)
INGESTION_DIFFERS = warning(
    "BR554", "another way into Prometheus", "The way decides how bucket bounds are spelt."
)
