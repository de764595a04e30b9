"""A second opinion on derivatives: the slope of what was differentiated, against what it is said to be.

SymPy says what a derivative is. Here it is computed with dual numbers, which know no rules but those for a
sum, a product, a power and the functions of one number; no code is shared with what differentiates.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from bptt.kernel.language.formula import Derivative, Entry, Formula, Named, Symbol, free_indices, walk
from bptt.kernel.language.frozen import fix
from bptt.kernel.language.series import At
from bptt.kernel.language.shape import Index
from bptt.kernel.language.structure import depends_on, in_order
from bptt.kernel.language.verdicts import Undecided
from bptt.kernel.run.evaluate import MOST_WORK, Given, Matrix, Place, TooMuch, evaluate, every_index
from bptt.kernel.run.points import FEW, LAST, Points, spread
from bptt.kernel.run.rounded import Dual, Value, differ
from bptt.kernel.run.shown import apart, inputs

# At how many values of its free indices a derivative is looked at.
FEW_SPOTS = 3

# A direction: by what each entry of each varied formula changes.
Direction = list[tuple[Formula, Matrix]]


class WrongDerivative(AssertionError):
    """A derivative is not the slope of what was differentiated: nothing that rests on it counts."""


class Varied(Place):
    """A place at which some formulas grow with a number that is varied, and all else stands still.

    With ``holds_names``, what a name within a named formula stands for stands still too.
    """

    still: Place
    grown: "dict[str, Matrix]"
    holds_names: bool
    inside: bool

    def __init__(self, place: Place, direction: Direction, holds_names: bool, inside: bool = False) -> None:
        values: dict[str, Given] = dict(place.values)
        grown: dict[str, Matrix] = {}
        for by, slopes in direction:
            matrix = [
                [Dual(value, slope) for value, slope in zip(us, vs)]
                for us, vs in zip(evaluate(by, place), slopes)
            ]
            if isinstance(by, Symbol):
                values[by.name] = matrix
            elif isinstance(by, At):
                times: dict[int, Matrix] = dict(values[by.name])  # type: ignore[arg-type]
                times[place.time(by.moment)] = matrix
                values[by.name] = times
            elif isinstance(by, Named):
                grown[by.name] = matrix
            else:
                raise TypeError(f"by: nothing can be varied as {by}")
        super().__init__(place.sizes, values, place.indices, place.work, place.repeats)
        fix(self, still=place, grown=grown, holds_names=holds_names, inside=inside)

    def with_indices(self, indices: "Mapping[Index, int]") -> "Varied":
        place = super().with_indices(indices)
        fix(place, still=self.still, grown=self.grown, holds_names=self.holds_names, inside=self.inside)
        return place  # type: ignore[return-value]

    def named(self, node: Named) -> Matrix:
        if node.name in self.grown:
            return self.grown[node.name]
        if not self.holds_names:
            return evaluate(node.args[0], self)
        if self.inside:
            return evaluate(node.args[0], self.still.with_indices(self.indices))
        return evaluate(node.args[0], self.within_a_name())

    def within_a_name(self) -> "Varied":
        """The same place where names stand still: what is computed there is not what it is outside."""
        place: Varied = object.__new__(Varied)
        parts = {"sizes": self.sizes, "values": self.values, "indices": self.indices, "known": {}}
        fix(place, work=self.work, repeats=self.repeats, still=self.still, grown=self.grown, **parts)
        fix(place, holds_names=self.holds_names, inside=True)
        return place


def check_derivatives(sides: "Sequence[Formula]") -> None:
    """Raise WrongDerivative where a derivative in formulas is not the slope of what it is the derivative of.

    Raises Undecided where one has a value at no point that was tried. One that was looked at is not again.
    """
    for side in sides:
        for node in walk(side):
            if isinstance(node, Derivative) and node not in SEEN:
                check_derivatives((node.of,) + node.by)
                check_derivative(node)
                SEEN.add(node)


# The derivatives that were found right.
SEEN: "set[Derivative]" = set()


def check_derivative(node: Derivative) -> None:
    """Compare a derivative with slopes, at the first sizes at which it has a value."""
    body = node.args[0]
    formulas = (node.of, body) + node.by + node.along
    free: set[Index] = set()
    for formula in formulas:
        free |= free_indices(formula)
    for index in list(free):
        free |= set(depends_on(index))
    points = Points(formulas, in_order(free))
    points.work.left = MOST_WORK
    for stage in (FEW, LAST):
        for solved in points.at(stage, ()):
            compared = 0
            for place in spread(every_index(solved.place, free), FEW_SPOTS):
                try:
                    for entry, slope, said in slopes(node, place):
                        compared += 1
                        if differ(slope, said):
                            raise WrongDerivative(message(node, place, entry, slope, said))
                except (ArithmeticError, ValueError, TooMuch):
                    continue  # no value here
            if compared:
                return
    raise Undecided(f"{node}: no point was found at which it has a value, so that nobody looked at it")


def slopes(node: Derivative, place: Place) -> "Iterator[tuple[tuple[int, int], Value, Value]]":
    """List the entries of a derivative here, each as it is measured and as it is said to be."""
    body = evaluate(node.args[0], place)
    if node.kind == "differential":
        changes = [evaluate(formula, place) for formula in node.along]
        grown = grow(node, place, list(zip(node.by, changes)))
        for i, row in enumerate(grown):
            for j, slope in enumerate(row):
                yield (i, j), slope, body[i][j]
        return
    by = node.by[0]
    for p, q, direction in unit_directions(by, place):
        grown = grow(node, place, [direction])
        if node.kind == "jacobian":
            for i, row in enumerate(grown):
                yield (i, p), row[0], body[i][p]
        else:
            yield (p, q), grown[0][0], body[p][q]


def unit_directions(by: Formula, place: Place) -> "Iterator[tuple[int, int, tuple[Formula, Matrix]]]":
    """Vary one entry after another; of an entry that one alone, which the derivative has at (0, 0)."""
    whole = by.args[0] if isinstance(by, Entry) else by
    rows, cols = [range(place.extent(dimension)) for dimension in whole.shape]
    if isinstance(by, Entry):
        row, col = [0 if index is None else place.position(index) for index in (by.row, by.col)]
        yield 0, 0, (whole, unit(rows, cols, row, col))
        return
    for p in rows:
        for q in cols:
            yield p, q, (whole, unit(rows, cols, p, q))


def unit(rows: "Sequence[int]", cols: "Sequence[int]", p: int, q: int) -> Matrix:
    return [[Fraction(int((i, j) == (p, q))) for j in cols] for i in rows]


def grow(node: Derivative, place: Place, direction: Direction) -> "list[list[Value]]":
    """Compute how fast what was differentiated grows in a direction."""
    values = evaluate(node.of, Varied(place, direction, node.kind == "immediate"))
    return [[value.slope if isinstance(value, Dual) else Fraction(0) for value in row] for row in values]


def message(node: Derivative, place: Place, entry: "tuple[int, int]", slope: Value, said: Value) -> str:
    given = ", ".join([reading.typed for reading in inputs((node.of, node.args[0]), (), place)])
    measured, printed = apart(slope, said)
    return (
        f"{node} is no derivative of {node.of}: with {given}, its entry ({entry[0] + 1}, {entry[1] + 1}) "
        f"is {printed}, and the slope that is measured there is {measured}"
    )
