"""Documents to a tree of typed specs whose names are unique and whose references resolve."""

from burnrules.validate.tree import Spec, Tree, build

__all__ = ["Spec", "Tree", "build"]
