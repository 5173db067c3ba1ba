"""The queries that a template asks, with the place of every character."""

from collections.abc import Iterator
from dataclasses import dataclass

from burnrules.gotemplate import grammar
from burnrules.gotemplate.tree import Command, Function, Group, Literal, Pipeline, Type


@dataclass(frozen=True, slots=True)
class Query:
    """A constant query; `at` holds the offset in the template of each character, and of its end."""

    text: str
    at: tuple[int, ...]


def queries(text: str) -> tuple[Query, ...]:
    """Every query that is a constant; one that is put together is known only when it runs.

    >>> [one.text for one in queries('{{ query "up" | first | value }}')]
    ['up']
    """
    pipelines = (one.pipeline for one in grammar.actions(text) if one.pipeline)
    return tuple(query for pipeline in pipelines for query in _in_pipeline(pipeline))


def _in_pipeline(pipeline: Pipeline) -> Iterator[Query]:
    before: Command | None = None
    for command in pipeline.commands:
        for operand in command.operands:
            if isinstance(operand.term, Group):
                yield from _in_pipeline(operand.term.pipeline)
        given = command.operands[1:] or (before.operands if before else ())
        if command.operands[0].term == Function("query") and len(given) == 1:
            constant = given[0].term
            if isinstance(constant, Literal) and constant.type is Type.TEXT:
                yield Query(constant.value, constant.at)
        before = command
