"""Whether two formulas have one normal form: then they are equal for all sizes."""

from collections.abc import Sequence

from bptt.kernel.language.equations import Equation
from bptt.kernel.language.formula import Formula
from bptt.kernel.language.series import At
from bptt.kernel.language.shape import Index
from bptt.kernel.language.structure import dimensions
from bptt.kernel.language.time import Moment
from bptt.kernel.language.verdicts import Undecided
from bptt.kernel.proof.index_form import fresh, index_form
from bptt.kernel.proof.normal_form import Key, difference, normal_form, polynomial_key
from bptt.kernel.proof.polynomial import Term


def normal_difference(left: Formula, right: Formula, given: "Sequence[Equation]" = ()) -> "tuple[Term, ...]":
    """List the terms of the normal form of left - right: a = b just where a - b = 0, in every entry.

    A series that is given to be zero at a moment is so at the ends of a sum too, where it is not written.
    """
    row, col = (fresh(dimension) for dimension in left.shape)
    zero = [spot_of(item.left) for item in given if not item.for_all and is_zero(item.right)]
    return difference(index_form(left, row, col), index_form(right, row, col), zero).terms


def is_zero(node: Formula) -> bool:
    row, col = (fresh(dimension) for dimension in node.shape)
    return not normal_form(index_form(node, row, col)).terms


def spot_of(node: At) -> "tuple[object, Moment]":
    """Say of what a series at a moment is an entry, as the index form says it."""
    return (("series", node.name, dimensions(node.shape)), node.moment)


def is_same(left: Formula, right: Formula) -> bool:
    """Tell whether the kernel finds two formulas equal; False where it does not know."""
    try:
        return left.shape == right.shape and normal_difference(left, right) == ()
    except Undecided:
        return False


def normal_key(node: Formula, row: "Index | None", col: "Index | None") -> Key:
    """Name a formula by the normal form of its entry (row, col): equal keys, equal formulas."""
    return polynomial_key(normal_form(index_form(node, row, col)))
