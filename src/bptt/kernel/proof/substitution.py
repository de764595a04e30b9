"""What is given, put into a formula: right sides in place of left sides."""

from collections.abc import Sequence

from bptt.kernel.language.equations import Equation
from bptt.kernel.language.formula import Formula
from bptt.kernel.language.series import At
from bptt.kernel.language.structure import same
from bptt.kernel.language.verdicts import Undecided


def with_given(root: Formula, given: "Sequence[Equation]") -> Formula:
    """Put the right sides of equations in place of their left sides: each once, in the order given.

    Completeness only: each once, and in which order. One that is said of all values of a step is not
    used: which of them is meant would have to be found.
    """
    for equation in given:
        if not equation.for_all:
            root = replaced(root, equation)
    return root


def replaced(root: Formula, equation: Equation) -> Formula:
    """Put the right side of one equation in place of its left side, and refuse where an index is captured.

    Where the equation holds, both are equal. What it speaks of is free wherever it is put.
    """
    if isinstance(root, At):
        return equation.right if same(root, equation.left) else root
    for index in root.binds():
        if index in equation.speaks_of():
            raise Undecided(f"{index} is bound in {root} and free in what is given, {equation}")
    return root.with_args(*(replaced(arg, equation) for arg in root.args)) if root.args else root
