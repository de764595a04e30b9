"""Proofs: the only place where "equal for all sizes" is concluded."""

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from bptt.kernel.evaluate import KNOWN, Given, Matrix, Place, Value, evaluate
from bptt.kernel.formula import (
    Add,
    Apply,
    ByEntry,
    Entry,
    Extent,
    Formula,
    Inner,
    MatMul,
    Named,
    Number,
    Ones,
    Power,
    Sum,
    Symbol,
    Times,
    Transpose,
    bound_by,
    free_indices,
    walk,
)
from bptt.kernel.given import Equation, with_given
from bptt.kernel.index_form import fresh, index_form
from bptt.kernel.normal_form import Key, difference, normal_form, polynomial_key
from bptt.kernel.polynomial import Term, Undecided
from bptt.kernel.sequence import At, Labels, OneHot, Series, Softmax, Timed, moved
from bptt.kernel.shape import Index, Shape, ShapeError, Size, show_shape
from bptt.kernel.time import Horizon, Moment, Step, steps_in


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


class Proof:
    """That two formulas are equal for all sizes, given what it lists; only the kernel makes one."""

    def __init__(
        self,
        left: Formula,
        right: Formula,
        assumes: Sequence[str],
        made_by: object = None,
        given: "tuple[Equation, ...]" = (),
    ) -> None:
        if made_by is not DECIDED:
            raise TypeError("a Proof is made by a rule of the kernel, not by hand")
        self.left, self.right = left, right
        self.given = given
        self.conditions = tuple(dict.fromkeys(assumes))
        self.sizes = sizes_of(left, right)
        self.indices = tuple(sorted(free_indices(left) | free_indices(right), key=lambda index: index.name))

    @property
    def assumes(self) -> "tuple[str, ...]":
        """List all that must hold for the equality to hold, as text."""
        return self.conditions + tuple(dict.fromkeys(str(equation) for equation in self.given))

    def holds_for(self) -> str:
        """Say in words for what the equality is proved."""
        names = [size.name for size in self.sizes]
        names += [index.range() if isinstance(index, Step) else index.name for index in self.indices]
        return f"all {', '.join(names)}" if names else "all values"

    def __repr__(self) -> str:
        given = f", given {' and '.join(self.assumes)}" if self.given else ""
        return f"proved for {self.holds_for()}{given}: {self.left} = {self.right}"


DECIDED = object()


def decide(left: Formula, right: Formula, given: "Sequence[Equation]" = ()) -> Proof:
    """Prove that two formulas are equal for all sizes, or raise ``Undecided``.

    What is given is used by putting right sides in place of left sides, each once and in the order given; the
    proof lists it.
    """
    check_names(left, right, *sides_of(given))
    check_shapes(left, right)
    check_given(left, right, given)
    us, vs = (with_given(side, given) for side in (left, right))
    rest = normal_difference(us, vs)
    if rest:
        raise Undecided(
            f"{left} and {right} could not be brought to one normal form: {len(rest)} terms are left"
        )
    assumes = assumptions(left, right, *sides_of(given))
    return Proof(left, right, assumes, DECIDED, tuple(given))


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


def is_same(left: Formula, right: Formula) -> bool:
    """Tell whether the kernel finds two formulas equal; False where it does not know."""
    try:
        return left.shape == right.shape and normal_difference(left, right) == ()
    except Undecided:
        return False


def normal_difference(left: Formula, right: Formula) -> "tuple[Term, ...]":
    """List the terms of the normal form of left - right."""
    row, col = (fresh(dimension) for dimension in left.shape)
    return difference(index_form(left, row, col), index_form(right, row, col)).terms


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


def assumptions(*sides: Formula) -> list[str]:
    """List what must hold for the sides to have a value at all."""
    nodes = [node for side in sides for node in walk(side)]
    assumes = []
    below = [node.args[0] for node in nodes if isinstance(node, Power) and node.exponent < 0]
    if not all(is_positive(node) for node in below):
        assumes.append("every denominator is non-zero")
    logs = [node.args[0] for node in nodes if isinstance(node, Apply) and repr(node.function) == "log"]
    if not all(is_positive(node) for node in logs):
        assumes.append("every logarithm is of a positive number")
    return assumes


def is_positive(node: Formula) -> bool:
    """Tell whether every entry is positive by the way in which a formula is written; False: not known."""
    if isinstance(node, Number):
        return node.value > 0
    if isinstance(node, Apply):
        return repr(node.function) == "exp"
    if isinstance(node, (Softmax, Ones, Extent)):
        return True
    if isinstance(node, Sum) and isinstance(node.index, Step):
        return False  # there may be nothing to add
    kept = (Named, Entry, ByEntry, Sum, Add, Times, MatMul, Inner, Transpose, Power)
    return isinstance(node, kept) and all(is_positive(arg) for arg in node.args)


def refute(left: Formula, right: Formula, given: "Sequence[Equation]" = ()) -> int:
    """Compare every entry of two formulas at unequal sizes; raise ``Refuted`` where they differ.

    Returns the number of entries compared, all of them equal: evidence, and not a proof. Only points at which
    all that is given holds are looked at.
    """
    check_names(left, right, *sides_of(given))
    check_shapes(left, right)
    compared = 0
    tolerance = 1e-9 if any(is_rounded(side) for side in [left, right] + sides_of(given)) else 0
    for free in places(left, right, *sides_of(given)):
        try:
            place = where_given(free, given)
            lefts, rights = evaluate(left, place), evaluate(right, place)
            for i, (us, vs) in enumerate(zip(lefts, rights)):
                for j, (u, v) in enumerate(zip(us, vs)):
                    if differ(u, v, tolerance):
                        raise Refuted(left, right, place, (i, j), (u, v))
                    compared += 1
        except (ArithmeticError, ValueError):
            continue  # no value here, such as the logarithm of a negative number; another point is positive
    return compared


def where_given(place: Place, given: "Sequence[Equation]") -> Place:
    """Change the values of the series until all that is given holds; ValueError where that does not end.

    What holds everywhere is given at each of its moments, so a recurrence is run from its start to its end.
    """
    asked = [(equation, spot.indices) for equation in given for spot in spots_of(equation, place)]
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


def spots_of(equation: Equation, place: Place) -> "list[Place]":
    """List the moments at which an equation is given: all of its range, or the one that is looked at."""
    return every_index(place, set(equation.steps())) if equation.everywhere else [place]


def prove(left: Formula, right: Formula, given: "Sequence[Equation]" = ()) -> Proof:
    """Refute by a run if possible, else prove for all sizes, else raise ``Undecided``."""
    check_given(left, right, given)
    if not refute(left, right, given):
        raise Undecided(f"{left} and {right} have no value at any point that was tried")
    return decide(left, right, given)


def normal_key(node: Formula, row: "Index | None", col: "Index | None") -> Key:
    """Name a formula by the normal form of its entry (row, col): equal keys, equal formulas."""
    return polynomial_key(normal_form(index_form(node, row, col)))


def sizes_of(*sides: Formula) -> tuple[Size, ...]:
    """List the symbolic sizes that formulas speak of, in the order in which they appear."""
    found: list[object] = []
    for node in (node for side in sides for node in walk(side)):
        found += node.shape
        found += [index.size for index in bound_by(node) + node.uses()]
        if isinstance(node, Timed):
            found += [when.base for when in node.moments]
        if isinstance(node, Extent):
            found.append(node.size)
    return tuple(size for size in dict.fromkeys(found) if isinstance(size, Size))


def symbols_of(*sides: Formula) -> tuple[Symbol, ...]:
    """List the symbols of formulas, each name once."""
    named = {node.name: node for side in sides for node in walk(side) if isinstance(node, Symbol)}
    return tuple(named[name] for name in sorted(named))


def series_of(*sides: Formula) -> "tuple[Series | Labels, ...]":
    """List the series and labels of formulas, each name once."""
    nodes = [node for side in sides for node in walk(side)]
    named: dict[str, Series | Labels] = {node.name: node.series for node in nodes if isinstance(node, At)}
    named.update((node.name, node.label.labels) for node in nodes if isinstance(node, OneHot))
    return tuple(named[name] for name in sorted(named))


def check_shapes(left: Formula, right: Formula) -> None:
    """Raise ShapeError unless both sides have one shape."""
    if left.shape != right.shape:
        raise ShapeError(
            f"{left} = {right}: {left} is {show_shape(left.shape)}, {right} is {show_shape(right.shape)}"
        )


def check_names(*sides: Formula) -> None:
    """Refuse a claim in which one name stands for two things: what is printed would not be what is proved."""
    nodes = [node for side in sides for node in walk(side)]
    free = {index for side in sides for index in free_indices(side)}
    meanings: list[tuple[str, str, object]] = [(size.name, "a size", size) for size in sizes_of(*sides)]
    meanings += [(index.name, f"a free index over {index.size}", index) for index in free]
    for node in nodes:
        if isinstance(node, Symbol):
            meanings.append((node.name, f"a {show_shape(node.shape)} symbol", node.shape))
        elif isinstance(node, At):
            meanings.append((node.name, f"a {show_shape(node.shape)} series", ("series", node.shape)))
        elif isinstance(node, OneHot):
            meanings.append((node.name, f"labels out of {node.shape[0]}", ("labels", node.shape)))
        elif isinstance(node, Apply):
            meanings.append((node.function.name, "a function", "function"))
        elif isinstance(node, Named):
            meanings.append((node.name, f"a name for {node.args[0]}", Meaning(node.args[0])))
    first: dict[str, tuple[str, object]] = {}
    for name, kind, meaning in meanings:
        before = first.setdefault(name, (kind, meaning))
        if before[1] != meaning:
            raise ValueError(
                f"{name!r} is {before[0]} and {kind} in one claim: give one of them another name"
            )
    for side in sides:
        check_bound_names(side, {index.name for index in free})


def check_bound_names(node: Formula, around: "set[str]") -> None:
    """Refuse a sum over i where i already means something, be it free or the index of a sum around it."""
    if isinstance(node, Named):
        # A name is printed without what it means, which is a line of its own.
        around = {index.name for index in free_indices(node)}
    for index in bound_by(node):
        for other in free_indices(node):
            if isinstance(other, Step) and index in steps_in(other.first) + steps_in(other.last):
                raise ValueError(f"{other.range()} depends on {index}, which is bound in {node}")
        if index.name in around:
            raise ValueError(
                f"{index.name!r} is bound in {node}, where there is another index of that name: "
                "a free and a bound index, or two bound ones, need two names"
            )
        around = around | {index.name}
    for arg in node.args:
        check_bound_names(arg, around)


class Meaning:
    """What a name stands for; equal where the kernel finds one normal form."""

    def __init__(self, node: Formula) -> None:
        self.node = node

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Meaning) or self.node.shape != other.node.shape:
            return False
        # A name is mostly used many times for one and the same formula.
        return self.node is other.node or not normal_difference(self.node, other.node)

    __hash__ = None  # type: ignore[assignment]


def places(*sides: Formula) -> "Iterator[Place]":
    """List the points at which two sides are compared: unequal sizes, every value of every free index."""
    found = sizes_of(*sides)
    free = {index for side in sides for index in free_indices(side)}
    horizons = [size.name for size in found if isinstance(size, Horizon)]
    for concrete in unequal_sizes([size.name for size in found], horizons):
        for signs in ((-1, 1), (1,)):
            values = point(symbols_of(*sides) + series_of(*sides), concrete, signs)
            yield from every_index(Place(concrete, values), free)


def every_index(place: Place, free: "set[Index]") -> "list[Place]":
    """List one place for each value that the free indices can take together."""
    spots = [place]
    # A step comes after those on which its range depends.
    for index in sorted(free, key=lambda index: (depth(index), index.name)):
        spots = [spot.at(index, n) for spot in spots for n in spot.taken_by(index)]
    return spots


def depth(index: Index) -> int:
    return len(steps_in(index.first) + steps_in(index.last)) if isinstance(index, Step) else 0


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
