"""What a proof may be given: equations for the value of a series at a moment, used once and carried along."""

from collections.abc import Sequence

from bptt.kernel.formula import Formula, Named, Ones, bound_by, formula, free_indices, walk
from bptt.kernel.latex import latex
from bptt.kernel.polynomial import Undecided
from bptt.kernel.sequence import At, Series, moved
from bptt.kernel.shape import SCALAR, ShapeError, show_shape
from bptt.kernel.time import Step, at_most, moment


class Equation:
    """That a series has at one moment the value of a formula, for every value of the steps in it.

    ``everywhere`` says that a sum over such a step has been taken since, which needs the equation at all its
    moments; the induction hypothesis, which is known at one moment only, is no such equation. ``definition``
    says that it says what the series is, rather than something about it.
    """

    def __init__(
        self, left: Formula, right: object, everywhere: bool = False, definition: bool = False
    ) -> None:
        if not isinstance(left, At):
            raise TypeError(f"left: expected a series at a moment such as h[t], got {left}")
        right = formula(right)
        if right.shape == SCALAR != left.shape:
            right = right * Ones(*left.shape)
        if left.shape != right.shape:
            raise ShapeError(
                f"given {left} = {right}: {show_shape(left.shape)} is not {show_shape(right.shape)}"
            )
        if any(isinstance(node, At) and str(node) == str(left) for node in walk(right)):
            raise ValueError(
                f"circular: given {left} = {right}, the right side is said by the left side itself"
            )
        self.left, self.right = left, right
        self.everywhere = everywhere
        self.definition = definition

    @property
    def value(self) -> Named:
        """The right side, which prints as the left side: h[t] as it is computed, to be differentiated."""
        return Named(str(self.left), self.right, latex(self.left))

    def steps(self) -> "tuple[Step, ...]":
        """List the free steps that it speaks of."""
        free = free_indices(self.left) | free_indices(self.right)
        return tuple(sorted((item for item in free if isinstance(item, Step)), key=lambda item: item.name))

    def made_general(self) -> "Equation":
        return Equation(self.left, self.right, True, self.definition)

    def __repr__(self) -> str:
        ranges = [item.range() for item in self.steps()]
        return f"{self.left} = {self.right}" + (f" for {', '.join(ranges)}" if ranges else "")


class Recurrence:
    """The value of a series at every moment of a step's range, as in h[t] = tanh(W @ h[t-1] + U @ x[t])."""

    def __init__(self, series: Series, step: Step, value: object) -> None:
        if not isinstance(step, Step):
            raise TypeError(f"step: expected a Step, got {step!r}")
        self.series, self.step = series, step
        self.formula = Equation(series[step], value).right  # which refuses what has another shape

    def __getitem__(self, when: object) -> Equation:
        """Give the equation at a moment, which must lie in the declared range."""
        here = moment(when)
        if not (at_most(self.step.first, here) and at_most(here, self.step.last)):
            raise ValueError(f"{self.series}[{here}] is declared for {self.step.range()} only")
        return Equation(self.series[here], moved(self.formula, {self.step: here}), definition=True)


def defined(series: Series, when: object, value: object) -> Equation:
    """Say what a series is at one moment, such as where it starts."""
    return Equation(series[when], value, definition=True)


def with_given(root: Formula, given: "Sequence[Equation]") -> Formula:
    """Put the right sides of equations in place of their left sides: each once, in the order given."""
    for equation in given:
        root = replaced(root, equation)
    return root


def replaced(root: Formula, equation: Equation) -> Formula:
    if isinstance(root, At):
        same = root.name == equation.left.name and root.moment == equation.left.moment
        return equation.right if same else root
    spoken_of = free_indices(equation.left) | free_indices(equation.right)
    for index in bound_by(root):
        if index in spoken_of:
            raise Undecided(f"{index} is bound in {root} and free in what is given, {equation}")
    return root.with_args(*(replaced(arg, equation) for arg in root.args)) if root.args else root
