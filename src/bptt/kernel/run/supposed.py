"""Points changed so that what is given holds there."""

from collections.abc import Sequence

from bptt.kernel.language import formula as f
from bptt.kernel.language import series as q
from bptt.kernel.language.equations import Equation
from bptt.kernel.language.formula import Structure
from bptt.kernel.language.structure import depends_on, dimensions, in_order, own
from bptt.kernel.language.time import Step
from bptt.kernel.run.evaluate import Given, Matrix, Place, evaluate, every_index
from bptt.kernel.run.rounded import Rounded


class Solved:
    """A point, changed so that what is given holds there; once for all values of indices it is silent on."""

    def __init__(self, place: Place, given: "Sequence[Equation]") -> None:
        self.place, self.given = place, given
        self.spoken_of = in_order(
            {index for item in given for index in item.speaks_of() if index not in item.for_all}
        )
        self.spoken_of = in_order(
            {other for index in self.spoken_of for other in (index,) + depends_on(index)}
        )
        self.known: dict[tuple[int, ...], Place | ValueError] = {}

    def at(self, spot: Place) -> Place:
        """Give the place with the indices of a spot; ValueError where what is given does not hold."""
        if not self.given:
            return spot
        key = tuple([spot.indices[index] for index in self.spoken_of])
        if key not in self.known:
            try:
                self.known[key] = where_given(spot, self.given)
            except (ValueError, ArithmeticError) as error:
                self.known[key] = ValueError(str(error))
        found = self.known[key]
        if isinstance(found, ValueError):
            raise found
        return found.with_indices(spot.indices)


def where_given(place: Place, given: "Sequence[Equation]") -> Place:
    """Change the values of the series until all that is given holds; ValueError where that does not end.

    What is said of all values of a step is given at each of them, so a recurrence is run from its start to
    its end, or back. Where rounding leaves it open whether two equations say the same of one value, it is not
    taken to hold.
    """
    asked = [(item, spot.indices) for item in given for spot in every_index(place, item.for_all)]
    values: dict[str, Given] = dict(place.values)
    origin: dict[tuple[str, int], tuple[Equation, Place]] = {}
    for _ in range(len(asked) + 1):
        changed = False
        for equation, indices in asked:
            here = Place(place.sizes, values, indices, place.work, place.repeats)
            value = evaluate(equation.right, here)
            name, time = equation.left.name, here.time(equation.left.moment)
            if evaluate(equation.left, here) != value:
                times: dict[int, Matrix] = dict(values[name])  # type: ignore[arg-type]
                times[time] = value
                values[name] = times
                origin[name, time] = (equation, here)
                changed = True
            elif is_rounded(value) and not is_one(origin[name, time], (equation, here)):
                raise ValueError(f"whether {equation.left} has two values cannot be told from rounded ones")
        if not changed:
            return Place(place.sizes, values, place.indices, place.work, place.repeats)
        asked = list(reversed(asked))
    raise ValueError("what is given does not hold at one point")


def is_one(known: "tuple[Equation, Place]", other: "tuple[Equation, Place]") -> bool:
    """Tell whether two equations, each at its place, say the same of a value by the way they are written."""
    (one, here), (two, there) = known, other
    if one is two and here.indices == there.indices:
        return True
    return instance(one.right, here) == instance(two.right, there)


def is_rounded(value: Matrix) -> bool:
    return any(isinstance(entry, Rounded) for row in value for entry in row)


def instance(node: f.Formula, place: Place, depth: int = 0) -> Structure:
    """Describe a formula with its moments and indices as numbers, sums over time written out."""
    if isinstance(node, f.Named):
        return instance(node.args[0], place, depth)
    if isinstance(node, q.Timed):
        times = tuple([place.time(when) for when in node.moments])
        return (type(node).__name__, getattr(node, "name", ""), dimensions(node.shape), times)
    if isinstance(node, (f.Sum, q.Product)) and isinstance(node.index, Step):
        return ("over time", type(node).__name__) + tuple(
            [instance(node.args[0], place.at(node.index, time), depth) for time in place.taken_by(node.index)]
        )
    inside = place
    for index in node.binds():
        # No position is negative: these numbers tell the bound indices from one another, and from free ones.
        depth += 1
        inside = inside.at(index, -depth)
    said: Structure
    if isinstance(node, (f.Entry, f.ByEntry)):
        said = tuple([-1000 if i is None else inside.position(i) for i in (node.row, node.col)])
    else:
        said = own(node, {})
    return (type(node).__name__, said) + tuple([instance(arg, inside, depth) for arg in node.args])
