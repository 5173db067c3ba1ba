"""Which functions and operators PromQL has, and which Prometheus reads them."""

from typing import NamedTuple

OLDEST = "2.42"
"""The oldest Prometheus that generated rules are made for."""


class Newcomer(NamedTuple):
    """What not every Prometheus from 2.42 to the newest 3 reads without a feature flag."""

    since: str
    experimental: bool
    instead: str = ""

    @property
    def reason(self) -> str:
        """Why a rule cannot rely on it, to follow its name."""
        flag = " and is experimental" if self.experimental else ""
        return f"needs Prometheus {self.since}{flag}"


NEW_FUNCTIONS: dict[str, Newcomer] = {
    "double_exponential_smoothing": Newcomer("3.0", experimental=True),
    "end": Newcomer("3", experimental=True),
    "first_over_time": Newcomer("3.7", experimental=False),
    "histogram_avg": Newcomer("2.51", experimental=False, instead="divide the sum by the count"),
    "histogram_quantiles": Newcomer("3", experimental=True, instead="use `histogram_quantile`"),
    "histogram_stddev": Newcomer("2.47", experimental=False),
    "histogram_stdvar": Newcomer("2.47", experimental=False),
    "info": Newcomer("3.0", experimental=True, instead="join with `* on (...) group_left (...)`"),
    "mad_over_time": Newcomer("2.49", experimental=True),
    "max_of": Newcomer("3", experimental=True),
    "min_of": Newcomer("3", experimental=True),
    "range": Newcomer("3", experimental=True),
    "sort_by_label": Newcomer("2.49", experimental=True, instead="a rule needs no order: leave it"),
    "sort_by_label_desc": Newcomer("2.49", experimental=True, instead="a rule needs no order"),
    "start": Newcomer("3", experimental=True),
    "start_timestamp": Newcomer("3", experimental=True),
    "step": Newcomer("3", experimental=True),
    "ts_of_first_over_time": Newcomer("3.7", experimental=True),
    "ts_of_last_over_time": Newcomer("3.5", experimental=True),
    "ts_of_max_over_time": Newcomer("3.5", experimental=True),
    "ts_of_min_over_time": Newcomer("3.5", experimental=True),
}
NEW_AGGREGATORS: dict[str, Newcomer] = {
    "limitk": Newcomer("2.54", experimental=True, instead="use `topk`"),
    "limit_ratio": Newcomer("2.54", experimental=True),
}
NEW_WORDS: dict[str, Newcomer] = {
    "fill": Newcomer("3.10", experimental=True, instead="write `or on (...) (0 * ...)`"),
    "fill_left": Newcomer("3.10", experimental=True, instead="write `or on (...) (0 * ...)`"),
    "fill_right": Newcomer("3.10", experimental=True, instead="write `or on (...) (0 * ...)`"),
    "anchored": Newcomer("3.7", experimental=True, instead="leave it out"),
    "smoothed": Newcomer("3.7", experimental=True, instead="leave it out"),
}
GONE: dict[str, str] = {"holt_winters": "double_exponential_smoothing"}
"""Functions that Prometheus 3 renamed; their new names need a feature flag."""

_STABLE = """
    abs absent absent_over_time acos acosh asin asinh atan atanh avg_over_time ceil changes clamp
    clamp_max clamp_min cos cosh count_over_time day_of_month day_of_week day_of_year days_in_month
    deg delta deriv exp floor histogram_count histogram_fraction histogram_quantile histogram_sum
    hour idelta increase irate label_join label_replace last_over_time ln log10 log2 max_over_time
    min_over_time minute month pi predict_linear present_over_time quantile_over_time rad rate
    resets round scalar sgn sin sinh sort sort_desc sqrt stddev_over_time stdvar_over_time
    sum_over_time tan tanh time timestamp vector year
"""
FUNCTIONS = frozenset(_STABLE.split())
"""What every Prometheus from 2.42 on reads."""

PARAMETERISED = frozenset({"bottomk", "count_values", "limit_ratio", "limitk", "quantile", "topk"})
SELECTING = frozenset({"bottomk", "limit_ratio", "limitk", "topk"})
"""Aggregators that keep whole series, labels and all."""
AGGREGATORS = PARAMETERISED | frozenset(
    {"avg", "count", "group", "max", "min", "stddev", "stdvar", "sum"}
)
PER_SECOND = frozenset({"irate", "rate"})
PER_WINDOW = frozenset({"count_over_time", "increase", "sum_over_time"})

SET_OPERATORS = frozenset({"and", "or", "unless"})
WORD_OPERATORS = SET_OPERATORS | {"atan2"}
LABEL_LISTS = frozenset({"by", "group_left", "group_right", "ignoring", "on", "without"})
WORDS = WORD_OPERATORS | LABEL_LISTS | {"bool", "offset"}
"""Keywords, in lower case: PromQL does not look at their case."""

_METRICSQL = """
    aggr_over_time alias ascent_over_time bitmap_and buckets_limit count_eq_over_time
    count_gt_over_time count_le_over_time count_ne_over_time default_rollup distinct
    distinct_over_time drop_common_labels geomean hoeffding_bound_lower increase_prometheus
    increase_pure interpolate keep_last_value keep_next_value label_copy label_del label_keep
    label_map label_match label_move label_set label_transform label_uppercase label_value lag
    lifetime limit_offset median median_over_time mode_over_time outliersk prometheus_buckets
    quantiles range_avg range_max range_sum rate_over_sum remove_resets rollup rollup_increase
    rollup_rate running_sum scrape_interval share share_gt_over_time share_le_over_time
    sort_by_label_numeric sum2 topk_avg topk_last topk_max topk_min union zscore
"""
METRICSQL = frozenset(_METRICSQL.split())
"""Functions of MetricsQL that PromQL has not."""
LOGQL = frozenset(
    {"bytes_over_time", "bytes_rate", "label_format", "line_format", "logfmt", "unpack", "unwrap"}
)
"""Words of LogQL that PromQL has not."""
