"""Proofs: the only place where "equal for all sizes" is concluded."""

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from bptt.kernel.evaluate import KNOWN, Matrix, Place, Value, evaluate
from bptt.kernel.formula import (
    Apply,
    Entry,
    Extent,
    Formula,
    Named,
    Power,
    Symbol,
    bound_by,
    free_indices,
    walk,
)
from bptt.kernel.index_form import Undecided, fresh, index_form
from bptt.kernel.normal_form import Key, difference, normal_form, polynomial_key
from bptt.kernel.shape import Index, ShapeError, Size, show_shape


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
        self.indices = {index.name: value for index, value in place.indices.items()}
        self.entry = entry
        self.left_value, self.right_value = values
        super().__init__(left, right)

    def where(self) -> str:
        """Name the sizes and the entry, counted from 1 as in the printed formulas."""
        sizes = ", ".join(f"{name} = {size}" for name, size in self.sizes.items())
        indices = ", ".join(f"{name} = {value + 1}" for name, value in self.indices.items())
        entry = "" if self.left.shape == (1, 1) else f"entry ({self.entry[0] + 1}, {self.entry[1] + 1})"
        return "; ".join(part for part in (sizes, indices, entry) if part) or "one point"

    def __str__(self) -> str:
        return (
            f"{self.left} is not {self.right}: at {self.where()} the left side is "
            f"{show_value(self.left_value)}, the right side {show_value(self.right_value)}"
        )


class Proof:
    """That two formulas are equal for all sizes; made by ``decide`` and by nothing else."""

    def __init__(self, left: Formula, right: Formula, assumes: Sequence[str], made_by: object = None) -> None:
        if made_by is not DECIDED:
            raise TypeError("a Proof is made by a rule of the kernel, not by hand")
        self.left, self.right = left, right
        self.assumes = tuple(assumes)
        self.sizes = sizes_of(left, right)
        self.indices = tuple(sorted(free_indices(left) | free_indices(right), key=lambda index: index.name))

    def holds_for(self) -> str:
        """Say in words for what the equality is proved."""
        names = [size.name for size in self.sizes] + [index.name for index in self.indices]
        return f"all {', '.join(names)}" if names else "all values"

    def __repr__(self) -> str:
        return f"proved for {self.holds_for()}: {self.left} = {self.right}"


DECIDED = object()


def decide(left: Formula, right: Formula) -> Proof:
    """Prove that two formulas are equal for all sizes, or raise ``Undecided``."""
    check_names(left, right)
    check_shapes(left, right)
    row, col = (fresh(dimension) for dimension in left.shape)
    rest = difference(index_form(left, row, col), index_form(right, row, col))
    if rest.terms:
        raise Undecided(
            f"{left} and {right} could not be brought to one normal form: {len(rest.terms)} terms are left"
        )
    return Proof(left, right, assumptions(left, right), DECIDED)


def assumptions(*sides: Formula) -> list[str]:
    """List what must hold for the sides to have a value at all."""
    nodes = [node for side in sides for node in walk(side)]
    assumes = []
    if any(isinstance(node, Power) and node.exponent < 0 for node in nodes):
        assumes.append("every denominator is non-zero")
    if any(isinstance(node, Apply) and repr(node.function) == "log" for node in nodes):
        assumes.append("every logarithm is of a positive number")
    return assumes


def refute(left: Formula, right: Formula) -> int:
    """Compare every entry of two formulas at unequal sizes; raise ``Refuted`` where they differ.

    Returns the number of entries compared, all of them equal: evidence, and not a proof.
    """
    check_names(left, right)
    check_shapes(left, right)
    compared = 0
    tolerance = 1e-9 if is_rounded(left) or is_rounded(right) else 0
    for place in places(left, right):
        try:
            lefts, rights = evaluate(left, place), evaluate(right, place)
            for i, (us, vs) in enumerate(zip(lefts, rights)):
                for j, (u, v) in enumerate(zip(us, vs)):
                    if differ(u, v, tolerance):
                        raise Refuted(left, right, place, (i, j), (u, v))
                    compared += 1
        except (ArithmeticError, ValueError):
            continue  # no value here, such as the logarithm of a negative number; another point is positive
    return compared


def prove(left: Formula, right: Formula) -> Proof:
    """Refute by a run if possible, else prove for all sizes, else raise ``Undecided``."""
    if not refute(left, right):
        raise Undecided(f"{left} and {right} have no value at any point that was tried")
    return decide(left, right)


def normal_key(node: Formula, row: "Index | None", col: "Index | None") -> Key:
    """Name a formula by the normal form of its entry (row, col): equal keys, equal formulas."""
    return polynomial_key(normal_form(index_form(node, row, col)))


def sizes_of(*sides: Formula) -> tuple[Size, ...]:
    """List the symbolic sizes that formulas speak of, in the order in which they appear."""
    found: list[object] = []
    for node in (node for side in sides for node in walk(side)):
        found += node.shape
        found += [index.size for index in bound_by(node)]
        if isinstance(node, Entry):
            found += [index.size for index in (node.row, node.col) if index is not None]
        if isinstance(node, Extent):
            found.append(node.size)
    return tuple(size for size in dict.fromkeys(found) if isinstance(size, Size))


def symbols_of(*sides: Formula) -> tuple[Symbol, ...]:
    """List the symbols of formulas, each name once."""
    named = {node.name: node for side in sides for node in walk(side) if isinstance(node, Symbol)}
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
        row, col = (fresh(dimension) for dimension in self.node.shape)
        return not difference(index_form(self.node, row, col), index_form(other.node, row, col)).terms

    __hash__ = None  # type: ignore[assignment]


def places(left: Formula, right: Formula) -> "Iterator[Place]":
    """List the points at which two sides are compared: unequal sizes, every value of every free index."""
    names = [size.name for size in sizes_of(left, right)]
    free = free_indices(left) | free_indices(right)
    for concrete in unequal_sizes(names):
        for signs in ((-1, 1), (1,)):
            yield from every_index(Place(concrete, point(symbols_of(left, right), concrete, signs)), free)


def every_index(place: Place, free: "set[Index]") -> "list[Place]":
    """List one place for each value that the free indices can take together."""
    spots = [place]
    for index in sorted(free, key=lambda index: index.name):
        spots = [spot.at(index, n) for spot in spots for n in range(place.extent(index.size))]
    return spots


def unequal_sizes(names: "list[str]") -> "list[dict[str, int]]":
    """Choose three assignments of different sizes; a single size takes 2, 3 and 4.

    Size 1 hides transposes and two equal sizes hide swapped factors, so neither is used.
    """
    count = max(len(names), 3)
    upwards = list(range(2, 2 + count))
    orders = (upwards, upwards[::-1], upwards[1:] + upwards[:1])
    return [dict(zip(names, order)) for order in orders]


def point(
    symbols: "Sequence[Symbol]", concrete: "Mapping[str, int]", signs: "Sequence[int]"
) -> "dict[str, Matrix]":
    """Draw exact values strictly between -1 and 1 and never 0, always the same ones.

    At 0 and at 1 a wrong formula agrees by accident: there a factor is lost, or 1 - h**2 vanishes.
    """
    draw = random.Random(1)
    values: dict[str, Matrix] = {}
    for item in symbols:
        rows, cols = (d if isinstance(d, int) else concrete[d.name] for d in item.shape)
        values[item.name] = [
            [Fraction(draw.choice(signs) * draw.randrange(1, 97), 97) for _ in range(cols)]
            for _ in range(rows)
        ]
    return values


def is_rounded(node: Formula) -> bool:
    """Tell whether a formula has values that no rational number states exactly."""
    return any(isinstance(part, Apply) and repr(part.function) in KNOWN for part in walk(node))


def differ(left: Value, right: Value, tolerance: float) -> bool:
    """Tell a real difference from rounding; a tolerance of 0 compares exactly."""
    if not tolerance:
        return left != right
    left, right = float(left), float(right)
    return abs(left - right) > tolerance * (1 + abs(left) + abs(right))


def show_value(value: Value) -> str:
    return f"{float(value):.6g}"
