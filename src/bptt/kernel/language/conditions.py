"""Conditions: that a formula is not zero, or is positive, so that another one has a value."""

from collections.abc import Iterator, Sequence

from bptt.kernel.language.formula import (
    Add,
    Apply,
    ByEntry,
    Entry,
    Extent,
    Formula,
    Inner,
    MatMul,
    Named,
    Number,
    Ones,
    Power,
    Sum,
    Times,
    Transpose,
    free_indices,
)
from bptt.kernel.language.frozen import Frozen, fix
from bptt.kernel.language.series import Softmax
from bptt.kernel.language.shape import Index
from bptt.kernel.language.structure import in_order
from bptt.kernel.language.time import Step


class Condition(Frozen):
    """That every entry of a formula is not zero, or positive, for all values of the indices ``for_all``."""

    formula: Formula
    positive: bool
    for_all: "tuple[Index, ...]"

    def __init__(self, formula: Formula, positive: bool, for_all: "Sequence[Index]" = ()) -> None:
        fix(self, formula=formula, positive=positive, for_all=in_order(for_all))

    def quantified(self, indices: "Sequence[Index]") -> "Condition":
        """Say it for all values of those of the indices of which it speaks."""
        spoken_of = free_indices(self.formula)
        more = tuple(index for index in indices if index in spoken_of and index not in self.for_all)
        return Condition(self.formula, self.positive, self.for_all + more) if more else self

    def __repr__(self) -> str:
        names = [index.range() if isinstance(index, Step) else f"all {index}" for index in self.for_all]
        said = f"{self.formula} > 0" if self.positive else f"{self.formula} is not 0"
        return said + (f" for {', '.join(names)}" if names else "")


def conditions_in(root: Formula, around: "tuple[Index, ...]" = ()) -> "Iterator[Condition]":
    """List what must hold for a formula to have a value, each for all that is bound around it."""
    inside = around + tuple(root.binds())
    if isinstance(root, Power) and root.exponent < 0 and not is_positive(root.args[0]):
        yield Condition(root.args[0], False).quantified(around)
    if isinstance(root, Apply) and repr(root.function) == "log" and not is_positive(root.args[0]):
        yield Condition(root.args[0], True).quantified(around)
    for arg in root.args:
        yield from conditions_in(arg, inside)


def is_positive(node: Formula) -> bool:
    """Tell whether every entry is positive by the way in which a formula is written; False: not known."""
    if isinstance(node, Number):
        return node.value > 0
    if isinstance(node, Apply):
        return node.function.name == "exp" and not node.function.order
    if isinstance(node, (Softmax, Ones, Extent)):
        return True
    if isinstance(node, Sum) and isinstance(node.index, Step):
        return False  # there may be nothing to add
    kept = (Named, Entry, ByEntry, Sum, Add, Times, MatMul, Inner, Transpose, Power)
    return isinstance(node, kept) and all(is_positive(arg) for arg in node.args)
