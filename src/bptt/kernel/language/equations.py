"""Equations for the value of a series at a moment: what it is by definition, or what is supposed of it."""

from collections.abc import Callable, Sequence

from bptt.kernel.language.formula import Derivative, Formula, Named, Ones, formula, free_indices, walk
from bptt.kernel.language.frozen import Frozen, fix
from bptt.kernel.language.latex import latex
from bptt.kernel.language.series import At, Series, moved
from bptt.kernel.language.shape import SCALAR, Index, ShapeError, show_shape
from bptt.kernel.language.structure import in_order, same
from bptt.kernel.language.time import Step, moment


class Equation(Frozen):
    """That a series has at one moment the value of a formula.

    It is said for all values of the indices ``for_all``, each within its range. Any other index that it
    speaks of has the value that it has in the statement around. ``definition`` says that it tells what the
    series is, rather than something about it.
    """

    left: At
    right: Formula
    for_all: "tuple[Index, ...]"
    definition: bool

    def __init__(
        self, left: Formula, right: object, for_all: "Sequence[Index]" = (), definition: bool = False
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
        if any(isinstance(node, At) and same(node, left) for node in walk(right)):
            raise ValueError(
                f"circular: given {left} = {right}, the right side is said by the left side itself"
            )
        fix(self, left=left, right=right, for_all=in_order(for_all), definition=definition)

    @property
    def value(self) -> "Value":
        """The right side, which prints as the left side: h[t] as it is computed, to be differentiated."""
        return Value(self)

    def speaks_of(self) -> "tuple[Index, ...]":
        """List the indices that stand in it, a step after those on which its range depends."""
        return in_order(free_indices(self.left) | free_indices(self.right))

    def ranges_over(self, context: "Sequence[Index]" = ()) -> "tuple[Index, ...]":
        """List the indices of which it says over what they range, where a context is known."""
        return tuple(
            index
            for index in self.speaks_of()
            if index not in context and (isinstance(index, Step) or index in self.for_all)
        )

    def quantified(self, indices: "Sequence[Index]") -> "Equation":
        """Say it for all values of those of the indices that it speaks of."""
        more = [index for index in indices if index in self.speaks_of() and index not in self.for_all]
        return Equation(self.left, self.right, self.for_all + tuple(more), self.definition) if more else self

    def within(self, context: "Sequence[Index]") -> str:
        """Write it where a context is known: of the rest it says over what it ranges."""
        names = [
            index.range() if isinstance(index, Step) else f"all {index}"
            for index in self.ranges_over(context)
        ]
        return f"{self.left} = {self.right}" + (f" for {', '.join(names)}" if names else "")

    def __repr__(self) -> str:
        return self.within(())


class Value(Named):
    """The right side of an equation, which prints as the left one: a series as it is computed.

    A statement in which it stands lists the equation among what it supposes, so that what is printed is true
    of the series and not of this formula alone.
    """

    equation: Equation

    def __init__(self, equation: Equation) -> None:
        fix(self, equation=equation)
        self.define(str(equation.left), equation.right, latex(equation.left))

    def renamed(self, change: "Callable[[Formula], Formula]") -> Formula:
        said = self.equation
        return Value(Equation(change(said.left), change(said.right), said.for_all, said.definition))


class Recurrence(Frozen):
    """The value of a series at every moment of a step's range, as in h[t] = tanh(W @ h[t-1] + U @ x[t])."""

    series: Series
    step: Step
    formula: Formula

    def __init__(self, series: Series, step: Step, value: object) -> None:
        if not isinstance(step, Step):
            raise TypeError(f"step: expected a Step, got {step!r}")
        # The equation refuses what has another shape.
        fix(self, series=series, step=step, formula=Equation(series[step], value).right)

    def __getitem__(self, when: object) -> Equation:
        """Give the equation at a moment, which must lie in the declared range."""
        here = moment(when)
        if not self.step.takes(here):
            raise ValueError(f"{self.series}[{here}] is declared for {self.step.range()} only")
        return Equation(self.series[here], moved(self.formula, {self.step: here}), definition=True)


def defined(series: Series, when: object, value: object) -> Equation:
    """Say what a series is at one moment, such as where it starts."""
    return Equation(series[when], value, definition=True)


def values_in(root: Formula, around: "tuple[Index, ...]" = ()) -> "list[Equation]":
    """List the equations whose values stand in a formula, each said for all that is bound around it."""
    found = [root.equation.quantified(around)] if isinstance(root, Value) else []
    inside = around + tuple(root.binds())
    for arg in printed_in(root):
        found += values_in(arg, inside)
    return found


def printed_in(root: Formula) -> "list[Formula]":
    """List the formulas that are printed where a node is: of a derivative, what it is of and by.

    A name is printed without what it means; its definition is a line of its own.
    """
    if isinstance(root, Derivative):
        return [root.of] + list(root.by)
    return list(root.args)
