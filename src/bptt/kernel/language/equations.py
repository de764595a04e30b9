"""What a proof may be given: equations for the value of a series at a moment, used once and carried along."""

from collections.abc import Sequence

from bptt.kernel.language.formula import Formula, Named, Ones, Sum, bound_by, formula, free_indices, walk
from bptt.kernel.language.latex import latex
from bptt.kernel.language.series import At, Series, moved
from bptt.kernel.language.shape import SCALAR, ShapeError, show_shape
from bptt.kernel.language.time import Moment, Step, at_most, depth, moment
from bptt.kernel.proof.equality import is_same
from bptt.kernel.proof.polynomial import Undecided


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


def sides_of(given: "Sequence[Equation]") -> "list[Formula]":
    """List the sides of equations; what is given everywhere speaks of no one step and binds its own."""
    sides: list[Formula] = []
    for equation in given:
        for side in (equation.left, equation.right):
            # A step before those on which its range depends, whose sums stand around its own.
            for step in sorted(equation.steps(), key=depth, reverse=True) if equation.everywhere else ():
                own = Step(f"{step.name}_everywhere", step.horizon, step.first, step.last)
                side = Sum(own, moved(side, {step: Moment(own)}))
            sides.append(side)
    return sides


def check_given(left: Formula, right: Formula, given: "Sequence[Equation]") -> None:
    """Refuse to be given what is to be proved, or two values for one thing.

    That a definition says just what is claimed is noticed by its words: in other words it is a small proof.
    """
    seen: set[object] = set()
    for equation in given:
        same = (lambda one, other: str(one) == str(other)) if equation.definition else is_same
        for side, other in ((left, right), (right, left)):
            if is_same(equation.left, side) and same(equation.right, other):
                raise ValueError(f"circular: {equation} is given where {left} = {right} is to be proved")
        key = (equation.left.name, equation.left.moment)
        if key in seen:
            raise ValueError(f"{equation.left} is given twice")
        seen.add(key)
    check_values([left, right] + sides_of(given), given)


def check_values(sides: "Sequence[Formula]", given: "Sequence[Equation]") -> None:
    """Refuse a value that prints as a variable of the claim, unless it is given that the two are equal."""
    nodes = [node for side in sides for node in walk(side)]
    variables = {str(node) for node in nodes if isinstance(node, At)}
    known = {str(equation.left): equation.right for equation in given}
    for node in nodes:
        if not isinstance(node, Named) or node.name not in variables:
            continue
        if node.name not in known or not is_same(node.args[0], known[node.name]):
            raise ValueError(
                f"{node.name} is a variable here and the name of {node.args[0]}: give their equation"
            )
