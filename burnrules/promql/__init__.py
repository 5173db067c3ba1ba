"""PromQL: built for rules, read with the place of everything in it, judged by promql_parser."""
