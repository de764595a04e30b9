"""What is given of all values of a step, read from right to left: a part of a formula becomes its series.

With h[s] = tanh(a[s]) for 1 ≤ s ≤ T given, tanh(a[t-1]) is h[t-1] wherever t runs from 2 on at the earliest.
"""

from collections.abc import Sequence

from bptt.kernel.language.equations import Equation
from bptt.kernel.language.formula import Formula, Symbol, free_indices, walk
from bptt.kernel.language.series import At, OneHot, moved
from bptt.kernel.language.structure import unique
from bptt.kernel.language.time import Moment, Step, steps_in
from bptt.kernel.proof.equality import is_same


def folded(root: Formula, given: "Sequence[Equation]") -> Formula:
    """Put a series in place of each part that is what is given of it, from the inside outwards.

    Completeness only: in which order, and that only those equations are used that are said of one step.
    """
    definitions = []
    for item in given:
        step = item.for_all[0] if len(item.for_all) == 1 else None
        if isinstance(step, Step):
            definitions.append(Definition(item, step))
    return inside(root, definitions)


def inside(root: Formula, definitions: "Sequence[Definition]") -> Formula:
    if not root.args or not definitions:
        return root
    # What is bound here is another thing than what such an equation speaks of.
    here = [item for item in definitions if not set(root.binds()) & item.speaks_of]
    args = [inside(arg, here) for arg in root.args]
    if any(new is not old for new, old in zip(args, root.args)):
        root = root.with_args(*args)
    for definition in definitions:
        root = definition.put_for(root)
    return root


class Definition:
    """An equation that is said of all values of one step, ready to be found in formulas."""

    def __init__(self, equation: Equation, step: Step) -> None:
        self.equation, self.step = equation, step
        self.speaks_of = set(equation.speaks_of()) - {step}
        self.names = names_in(equation.right)
        self.anchor = next(
            (node for node in walk(equation.right) if isinstance(node, At) and node.moment.base is step), None
        )

    def put_for(self, part: Formula) -> Formula:
        """Give the series at the moment at which the equation says it is this part; else the part.

        For a moment of its range the equation holds; where the right side there and the part have one normal
        form, they are equal wherever both have values, and that they have is supposed by the theorem. The
        moment may speak only of what is free in the part: else it would say something outside of its sum.
        """
        if part.shape != self.equation.left.shape or names_in(part) != self.names:
            return part
        for when in self.moments_in(part):
            if not self.step.takes(when) or not set(steps_in(when)) <= free_indices(part):
                continue
            left, right = (
                moved(side, {self.step: when}) for side in (self.equation.left, self.equation.right)
            )
            if is_same(part, right):
                return left
        return part

    def moments_in(self, part: Formula) -> "list[Moment]":
        """List the moments at which it may be this part. Completeness only."""
        if self.anchor is None:
            return []
        return unique(
            node.moment - self.anchor.moment.offset
            for node in walk(part)
            if isinstance(node, At) and node.name == self.anchor.name
        )


def names_in(root: Formula) -> "set[str]":
    """List the names that a formula is made of. Completeness only: where they differ it is not compared."""
    return {node.name for node in walk(root) if isinstance(node, (Symbol, At, OneHot))}
