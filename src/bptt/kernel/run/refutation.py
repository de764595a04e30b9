"""Refutations: a run, with numbers, in which two formulas differ."""

from collections.abc import Iterable, Sequence

from bptt.kernel.language.conditions import Condition
from bptt.kernel.language.equations import Equation, values_in
from bptt.kernel.language.formula import Formula, free_indices
from bptt.kernel.language.shape import Index
from bptt.kernel.language.structure import depends_on, in_order, same
from bptt.kernel.language.time import Step
from bptt.kernel.language.wellformed import check_shapes, check_statement
from bptt.kernel.run.evaluate import Place, TooMuch, evaluate, every_index
from bptt.kernel.run.points import FEW, LAST, OTHERS, SMALL_ONES, Points, spread
from bptt.kernel.run.rounded import Value, differ, is_positive, is_zero
from bptt.kernel.run.shown import Reading, apart, inputs

# How many operations the search for a difference may take.
MOST_TO_REFUTE = 300_000
# At how many values of the free indices what is proved already is run.
FEW_SPOTS = 3


class Refuted(Exception):
    """A counterexample: at these sizes and this point, one entry of the two sides differs."""

    def __init__(
        self,
        left: Formula,
        right: Formula,
        given: "Sequence[Equation]",
        place: Place,
        entry: tuple[int, int],
        values: "tuple[Value, Value]",
    ):
        self.left, self.right = left, right
        self.given, self.place = given, place
        self.sizes = place.sizes
        self.point = place.values
        self.indices = {i.name: n for i, n in place.indices.items() if not isinstance(i, Step)}
        self.times = {i.name: n for i, n in place.indices.items() if isinstance(i, Step)}
        self.entry = entry
        self.left_value, self.right_value = values
        super().__init__(left, right)

    def run(self) -> "list[Reading]":
        """List all that must be known to compute both sides by hand: sizes, indices, values, polynomials."""
        return inputs((self.left, self.right), self.given, self.place)

    def where(self) -> str:
        """Say the whole run as one would type it."""
        return ", ".join([reading.typed for reading in self.run()]) or "no input at all"

    def values(self) -> "tuple[str, str]":
        """Write what the left side is there and what the right side."""
        return apart(self.left_value, self.right_value)

    def which(self) -> str:
        """Name the entry in which the sides differ, counted from 1 as in the printed formulas."""
        rows, cols = [self.place.extent(dimension) for dimension in self.left.shape]
        return "" if rows == cols == 1 else f"entry ({self.entry[0] + 1}, {self.entry[1] + 1})"

    def __str__(self) -> str:
        left, right = self.values()
        sides = f"the left side is {left}, the right side {right}"
        if self.which():
            sides = f"{self.which()} of the left side is {left}, that of the right side {right}"
        return f"{self.left} is not {self.right}: with {self.where()}, {sides}"


def refute(
    left: Formula,
    right: Formula,
    given: "Sequence[Equation]" = (),
    conditions: "Sequence[Condition]" = (),
    context: "Sequence[Index]" = (),
    stages: "Sequence[str]" = (SMALL_ONES, OTHERS, LAST),
    points: "Points | None" = None,
) -> int:
    """Compare every entry of two formulas; raise ``Refuted`` where they differ, at small sizes if they do.

    Returns the number of entries compared, all of them equal: evidence, and not a proof. Only points at which
    all that is given holds are looked at. Raises Undecided where all of it would be too much work. ``points``
    are those of other statements about the same things.
    """
    check_shapes(left, right)
    given = with_values((left, right), given)
    free = statement_indices((left, right), given, conditions, context)
    own = [(condition.formula, condition.for_all) for condition in conditions]
    check_statement((left, right), free, given, own)
    sides = [left, right] + [condition.formula for condition in conditions]
    for equation in given:
        sides += [equation.left, equation.right]
    points = points or Points(sides, free)
    points.work.left = MOST_TO_REFUTE
    compared, too_much = 0, None
    for stage in stages:
        if stage == LAST and compared:
            break
        for solved in points.at(stage, given):
            spots = every_index(solved.place, free)
            for spot in spread(spots, FEW_SPOTS) if stage == FEW else spots:
                try:
                    here = solved.at(spot)
                    if all(holds(condition, here) for condition in conditions):
                        compared += compare(left, right, given, here)
                except (ArithmeticError, ValueError):
                    continue  # no value here, such as the logarithm of a negative number
                except TooMuch as error:
                    too_much = error
                    if points.work.left < 0:
                        break
    if too_much and not compared:
        raise too_much
    return compared


def compare(left: Formula, right: Formula, given: "Sequence[Equation]", place: Place) -> int:
    """Compare all entries of two formulas here, and count them."""
    compared = 0
    lefts, rights = evaluate(left, place), evaluate(right, place)
    for i, (us, vs) in enumerate(zip(lefts, rights)):
        for j, (u, v) in enumerate(zip(us, vs)):
            if differ(u, v):
                raise Refuted(left, right, given, place, (i, j), (u, v))
            compared += 1
    return compared


def with_values(sides: "Sequence[Formula]", given: "Iterable[Equation]") -> "tuple[Equation, ...]":
    """List what is given and the equations of the values in a statement, each once."""
    found = list(given)
    for equation in [value for side in sides for value in values_in(side)]:
        if not any(is_said(equation, other) for other in found):
            found.append(equation)
    return tuple(found)


def is_said(one: Equation, other: Equation) -> bool:
    return one.for_all == other.for_all and same(one.left, other.left) and same(one.right, other.right)


def statement_indices(
    sides: "Sequence[Formula]",
    given: "Sequence[Equation]",
    conditions: "Sequence[Condition]",
    context: "Sequence[Index]",
) -> "tuple[Index, ...]":
    """List the free indices of a statement."""
    free = set(context)
    for side in sides:
        free |= free_indices(side)
    for equation in given:
        free |= set(equation.speaks_of()) - set(equation.for_all)
    for condition in conditions:
        free |= free_indices(condition.formula) - set(condition.for_all)
    for index in list(free):
        free |= set(depends_on(index))
    return in_order(free)


def holds(condition: Condition, place: Place) -> bool:
    """Tell whether a condition is known to hold here, for all values of its own indices.

    One of which rounding leaves open whether it holds does not count as one that does.
    """
    entries = [
        entry
        for spot in every_index(place, condition.for_all)
        for row in evaluate(condition.formula, spot)
        for entry in row
    ]
    return all(is_positive(entry) if condition.positive else is_zero(entry) is False for entry in entries)
