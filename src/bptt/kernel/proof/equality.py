"""Whether two formulas have one normal form: then they are equal for all sizes."""

from bptt.kernel.language.formula import Formula
from bptt.kernel.language.shape import Index
from bptt.kernel.language.verdicts import Undecided
from bptt.kernel.proof.index_form import fresh, index_form
from bptt.kernel.proof.normal_form import Key, difference, normal_form, polynomial_key
from bptt.kernel.proof.polynomial import Term


def normal_difference(left: Formula, right: Formula) -> "tuple[Term, ...]":
    """List the terms of the normal form of left - right: a = b just where a - b = 0, in every entry."""
    row, col = (fresh(dimension) for dimension in left.shape)
    return difference(index_form(left, row, col), index_form(right, row, col)).terms


def is_same(left: Formula, right: Formula) -> bool:
    """Tell whether the kernel finds two formulas equal; False where it does not know."""
    try:
        return left.shape == right.shape and normal_difference(left, right) == ()
    except Undecided:
        return False


def normal_key(node: Formula, row: "Index | None", col: "Index | None") -> Key:
    """Name a formula by the normal form of its entry (row, col): equal keys, equal formulas."""
    return polynomial_key(normal_form(index_form(node, row, col)))
