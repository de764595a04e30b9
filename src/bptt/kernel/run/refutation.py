"""Refutations: a run, with numbers, in which two formulas differ."""

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from bptt.kernel.language.conditions import Condition
from bptt.kernel.language.equations import Equation, values_in
from bptt.kernel.language.formula import Apply, Formula, Symbol, free_indices, walk
from bptt.kernel.language.series import Labels, Series, Softmax
from bptt.kernel.language.shape import Index, Shape
from bptt.kernel.language.structure import depends_on, in_order, same
from bptt.kernel.language.time import Horizon, Step
from bptt.kernel.language.wellformed import check_shapes, check_statement, series_of, sizes_of, symbols_of
from bptt.kernel.run.evaluate import KNOWN, Given, Matrix, Place, Value, evaluate


class Refuted(Exception):
    """A counterexample: at these sizes and this point, one entry of the two sides differs."""

    def __init__(
        self,
        left: Formula,
        right: Formula,
        place: Place,
        entry: tuple[int, int],
        values: "tuple[Value, Value]",
    ):
        self.left, self.right = left, right
        self.sizes = place.sizes
        self.point = place.values
        self.indices = {i.name: n for i, n in place.indices.items() if not isinstance(i, Step)}
        self.times = {i.name: n for i, n in place.indices.items() if isinstance(i, Step)}
        self.entry = entry
        self.left_value, self.right_value = values
        super().__init__(left, right)

    def where(self) -> str:
        """Name the sizes and the entry, counted from 1 as in the printed formulas."""
        sizes = ", ".join(f"{name} = {size}" for name, size in self.sizes.items())
        counted = [(name, value + 1) for name, value in self.indices.items()]
        indices = ", ".join(f"{name} = {value}" for name, value in counted + list(self.times.items()))
        entry = "" if self.left.shape == (1, 1) else f"entry ({self.entry[0] + 1}, {self.entry[1] + 1})"
        return "; ".join(part for part in (sizes, indices, entry) if part) or "one point"

    def __str__(self) -> str:
        return (
            f"{self.left} is not {self.right}: at {self.where()} the left side is "
            f"{show_value(self.left_value)}, the right side {show_value(self.right_value)}"
        )


def refute(
    left: Formula,
    right: Formula,
    given: "Sequence[Equation]" = (),
    conditions: "Sequence[Condition]" = (),
    context: "Sequence[Index]" = (),
) -> int:
    """Compare every entry of two formulas at unequal sizes; raise ``Refuted`` where they differ.

    Returns the number of entries compared, all of them equal: evidence, and not a proof. Only points at which
    all that is given holds are looked at.
    """
    check_shapes(left, right)
    given = with_values((left, right), given)
    free = statement_indices((left, right), given, conditions, context)
    check_statement((left, right), free, given)
    sides = [left, right] + [condition.formula for condition in conditions]
    for equation in given:
        sides += [equation.left, equation.right]
    compared = 0
    tolerance = 1e-9 if any(is_rounded(side) for side in sides) else 0
    for spot in places(sides, free):
        try:
            place = where_given(spot, given)
            if not all(holds(condition, place) for condition in conditions):
                continue
            lefts, rights = evaluate(left, place), evaluate(right, place)
            for i, (us, vs) in enumerate(zip(lefts, rights)):
                for j, (u, v) in enumerate(zip(us, vs)):
                    if differ(u, v, tolerance):
                        raise Refuted(left, right, place, (i, j), (u, v))
                    compared += 1
        except (ArithmeticError, ValueError):
            continue  # no value here, such as the logarithm of a negative number; another point is positive
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
    """Tell whether a condition holds here, for all values of its own indices."""
    entries = [
        entry
        for spot in every_index(place, condition.for_all)
        for row in evaluate(condition.formula, spot)
        for entry in row
    ]
    return all(entry > 0 if condition.positive else entry != 0 for entry in entries)


def where_given(place: Place, given: "Sequence[Equation]") -> Place:
    """Change the values of the series until all that is given holds; ValueError where that does not end.

    What is said of all values of a step is given at each of them, so a recurrence is run from its start to
    its end.
    """
    asked = [(item, spot.indices) for item in given for spot in every_index(place, item.for_all)]
    for _ in range(len(asked) + 1):
        changed = False
        for equation, indices in asked:
            here = Place(place.sizes, place.values, indices)
            value = evaluate(equation.right, here)
            if evaluate(equation.left, here) != value:
                name, values = equation.left.name, dict(place.values)
                times: dict[int, Matrix] = dict(values[name])  # type: ignore[arg-type]
                times[here.time(equation.left.moment)] = value
                values[name] = times
                place, changed = Place(place.sizes, values, place.indices), True
        if not changed:
            return place
    raise ValueError("what is given does not hold at one point")


def places(sides: "Sequence[Formula]", free: "Sequence[Index]") -> "Iterator[Place]":
    """List the points at which two sides are compared: unequal sizes, every value of every free index."""
    found = list(sizes_of(*sides)) + [index.size for index in free]
    names = list(dict.fromkeys(size.name for size in found))
    horizons = list(dict.fromkeys(size.name for size in found if isinstance(size, Horizon)))
    for concrete in unequal_sizes(names, horizons):
        for signs in ((-1, 1), (1,)):
            values = point(symbols_of(*sides) + series_of(*sides), concrete, signs)
            yield from every_index(Place(concrete, values), free)


def every_index(place: Place, free: "Iterable[Index]") -> "list[Place]":
    """List one place for each value that indices can take together, a step after those it depends on."""
    spots = [place]
    for index in free:
        spots = [spot.at(index, n) for spot in spots for n in spot.taken_by(index)]
    return spots


def unequal_sizes(names: "list[str]", horizons: "Sequence[str]" = ()) -> "list[dict[str, int]]":
    """Choose three assignments of different sizes; a single size takes 2, 3 and 4.

    Size 1 hides transposes and two equal sizes hide swapped factors, so neither is used. A horizon is also
    tried at 1, where there is no step before and none after.
    """
    count = max(len(names), 3)
    upwards = list(range(2, 2 + count))
    orders = (upwards, upwards[::-1], upwards[1:] + upwards[:1])
    chosen = [dict(zip(names, order)) for order in orders]
    if horizons:
        chosen.append(dict(chosen[0]))
        chosen[-1].update((name, 1) for name in horizons)
    return chosen


# Times before 1 and after T at which a series is given values, for boundary terms.
EARLIEST, MARGIN = -3, 4


def point(
    names: "Sequence[Symbol | Series | Labels]", concrete: "Mapping[str, int]", signs: "Sequence[int]"
) -> "dict[str, Given]":
    """Draw exact values strictly between -1 and 1 and never 0, always the same ones.

    At 0 and at 1 a wrong formula agrees by accident: there a factor is lost, or 1 - h**2 vanishes. So it does
    where two neighbouring labels are equal.
    """
    draw = random.Random(1)

    def drawn(shape: Shape) -> Matrix:
        rows, cols = (d if isinstance(d, int) else concrete[d.name] for d in shape)
        return [
            [Fraction(draw.choice(signs) * draw.randrange(1, 97), 97) for _ in range(cols)]
            for _ in range(rows)
        ]

    times = range(EARLIEST, max(concrete.values(), default=1) + MARGIN + 1)
    values: dict[str, Given] = {}
    for item in names:
        if isinstance(item, Symbol):
            values[item.name] = drawn(item.shape)
        elif isinstance(item, Series):
            values[item.name] = {time: drawn(item.shape) for time in times}
        else:
            count, label, chosen = concrete[item.size.name], 0, dict[int, int]()
            for time in times:
                label = (label + draw.randrange(1, max(count, 2))) % count
                chosen[time] = label
            values[item.name] = chosen
    return values


def is_rounded(node: Formula) -> bool:
    """Tell whether a formula has values that no rational number states exactly."""
    return any(
        isinstance(part, Softmax) or (isinstance(part, Apply) and repr(part.function) in KNOWN)
        for part in walk(node)
    )


def differ(left: Value, right: Value, tolerance: float) -> bool:
    """Tell a real difference from rounding; a tolerance of 0 compares exactly."""
    if not tolerance:
        return left != right
    left, right = float(left), float(right)
    return abs(left - right) > tolerance * (1 + abs(left) + abs(right))


def show_value(value: Value) -> str:
    return f"{float(value):.6g}"
