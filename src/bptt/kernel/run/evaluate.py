"""The value of a formula at concrete sizes, by loops over nested lists.

It shares no code with the index form or the normal form, so that one can be held against the other. Exact
values are computed with exactly; only tanh, exp and log are rounded, and carry a bound on what was lost.
"""

import cmath
import math
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction

from bptt.kernel.language import formula as f
from bptt.kernel.language import series as q
from bptt.kernel.language.frozen import Frozen, fix
from bptt.kernel.language.shape import SCALAR, Dimension, Index
from bptt.kernel.language.time import Horizon, Moment, Step
from bptt.kernel.language.verdicts import Undecided
from bptt.kernel.run import rounded
from bptt.kernel.run.rounded import Dual, Rounded, Value

Matrix = list[list[Value]]
# A matrix for a symbol; for a series one for each time, and for labels a position for each time.
Given = Matrix | Mapping[int, Matrix] | Mapping[int, int]

# How many operations one call may take, and how long an exact number may grow.
MOST_WORK = 2 * 10**6
LONGEST = f.LONGEST
LONG, TOLL = 10**60, 50  # beyond this, a number costs as much as so many short ones


class TooMuch(Undecided):
    """A value that takes too much work, or too many digits."""


class Work:
    """How many operations are left, for all that is computed with one of these."""

    def __init__(self, left: int = MOST_WORK) -> None:
        self.left = left

    def spend(self, operations: int) -> None:
        self.left -= operations
        if self.left < 0:
            raise TooMuch("evaluation takes too long here; choose smaller sizes, or name a part and ask less")

    def measured(self, value: Value) -> Value:
        """Give a value back, unless it is too long to compute with."""
        if isinstance(value, Dual):
            self.measured(value.value)
            self.measured(value.slope)
        elif isinstance(value, Fraction):
            longest = max(abs(value.numerator), value.denominator)
            if longest > LONG:
                self.spend(TOLL)
                if longest > LONGEST:
                    raise TooMuch("a value has more than 300 digits here")
        return value


class Place(Frozen):
    """Where a formula is evaluated: sizes, the values of its symbols and of its free indices.

    The value of a size is its number, that of an index its position from 0, that of a step its time. What a
    series is at times that are not listed, ``repeats`` says: what it is at so many times from a first one on.
    """

    sizes: "Mapping[str, int]"
    values: "Mapping[str, Given]"
    indices: "Mapping[Index, int]"
    work: Work
    repeats: "tuple[int, int] | None"
    known: "dict[tuple[f.Formula, tuple[int | None, ...]], Matrix]"

    def __init__(
        self,
        sizes: Mapping[str, int],
        values: Mapping[str, Given],
        indices: "Mapping[Index, int] | None" = None,
        work: "Work | None" = None,
        repeats: "tuple[int, int] | None" = None,
    ) -> None:
        fix(self, sizes=sizes, values=values, indices=indices or {}, work=work or Work(), repeats=repeats)
        # What has been computed here: under a node and the values of its free indices.
        fix(self, known={})

    def at(self, index: Index, value: int) -> "Place":
        """The same place with one more index fixed."""
        indices = dict(self.indices)
        indices[index] = value
        return self.with_indices(indices)

    def with_indices(self, indices: "Mapping[Index, int]") -> "Place":
        """The same place with these values of the free indices."""
        place: Place = object.__new__(type(self))
        parts = {"sizes": self.sizes, "values": self.values, "indices": indices}
        fix(place, work=self.work, repeats=self.repeats, known=self.known, **parts)
        return place

    def extent(self, dimension: Dimension) -> int:
        return dimension if isinstance(dimension, int) else self.size(dimension.name)

    def size(self, name: str) -> int:
        if name not in self.sizes:
            raise ValueError(f"{name}: no size is given")
        return self.sizes[name]

    def position(self, index: Index) -> int:
        if index not in self.indices:
            raise ValueError(f"{index}: no value is given for this index")
        return self.indices[index]

    def time(self, when: Moment) -> int:
        """Count a moment from its base."""
        if when.base is None:
            return when.offset
        base = when.base
        start = self.size(base.name) if isinstance(base, Horizon) else self.position(base)
        return start + when.offset

    def taken_by(self, index: Index) -> range:
        """List the values that an index or a step takes here."""
        if isinstance(index, Step):
            values = range(self.time(index.first), self.time(index.last) + 1)
        else:
            values = range(self.extent(index.size))
        self.work.spend(max(values.stop - values.start, 0))
        return values

    def value(self, name: str) -> Given:
        """Look up a symbol, or all of a series."""
        if name not in self.values:
            raise ValueError(f"{name}: no value is given")
        return self.values[name]

    def at_time(self, name: str, when: Moment) -> "Matrix | int":
        """Look up a series or labels at a moment."""
        values, time = self.value(name), self.time(when)
        if self.repeats is not None and isinstance(values, dict) and time not in values:
            first, period = self.repeats
            time = first + (time - first) % period
        if not isinstance(values, dict) or time not in values:
            raise ValueError(f"{name}: no value is given for time {time}")
        return values[time]

    def named(self, node: f.Named) -> Matrix:
        """Compute what a name stands for."""
        return evaluate(node.args[0], self)


def every_index(place: Place, free: "Iterable[Index]") -> "list[Place]":
    """List one place for each value that indices can take together, a step after those it depends on."""
    spots = [place]
    for index in free:
        spots = [spot.at(index, n) for spot in spots for n in spot.taken_by(index)]
    return spots


def evaluate(node: f.Formula, place: Place) -> Matrix:
    """Compute all entries of a formula, as a list of rows; once for places that differ in other indices.

    Raises ValueError or ArithmeticError where it has no value, and Undecided where that is too much work.
    """
    if not node.args:
        return RULES[type(node)](node, place)
    if not hasattr(node, "free"):
        f.free_indices(node)
    key = (node, tuple([place.indices.get(index) for index in node.free]))
    if key not in place.known:
        place.known[key] = RULES[f.kind_of(node)](node, place)
    return place.known[key]


def shaped(node: f.Formula, place: Place, entry: Callable[[int, int], Value]) -> Matrix:
    """Fill the node's shape entry by entry."""
    rows, cols = [place.extent(dimension) for dimension in node.shape]
    place.work.spend(rows * cols)
    measured = place.work.measured
    return [[measured(entry(i, j)) for j in range(cols)] for i in range(rows)]


def plus(place: Place, products: "list[tuple[Value, Value]]") -> Value:
    """Add up products of pairs."""
    work = place.work
    work.spend(len(products))
    result: Value = Fraction(0)
    for a, b in products:
        result = work.measured(result + (a if b is ONE else a * b))
    return result


ONE = Fraction(1)


def symbol(node: f.Symbol, place: Place) -> Matrix:
    return checked(node, place, place.value(node.name))


def checked(node: "f.Symbol | q.At", place: Place, value: object) -> Matrix:
    """Refuse a value of another shape."""
    rows, cols = [place.extent(dimension) for dimension in node.shape]
    if not isinstance(value, list) or len(value) != rows or any(len(row) != cols for row in value):
        raise ValueError(f"{node.name}: expected {rows} rows of {cols}, got {value!r}")
    return value


def entrywise(node: f.Formula, place: Place, combine: Callable[[Value, Value], Value]) -> Matrix:
    """Combine the operands entry by entry, a scalar operand with every entry."""
    parts = [(evaluate(arg, place), arg.shape == SCALAR) for arg in node.args]

    def entry(i: int, j: int) -> Value:
        work = place.work
        work.spend(len(parts))
        value, everywhere = parts[0]
        result: Value = value[0][0] if everywhere else value[i][j]
        for value, everywhere in parts[1:]:
            result = work.measured(combine(result, value[0][0] if everywhere else value[i][j]))
        return result

    return [[entry(0, 0)]] if node.shape == SCALAR else shaped(node, place, entry)


def matmul(node: f.MatMul, place: Place) -> Matrix:
    result = evaluate(node.args[0], place)
    for factor in node.args[1:]:
        result = multiplied(place, result, evaluate(factor, place))
    return result


def multiplied(place: Place, left: Matrix, right: Matrix) -> Matrix:
    columns = range(len(right[0]))
    return [[plus(place, [(a, bs[j]) for a, bs in zip(row, right)]) for j in columns] for row in left]


def transpose(node: f.Transpose, place: Place) -> Matrix:
    value = evaluate(node.args[0], place)
    return shaped(node, place, lambda i, j: value[j][i])


def power(node: f.Power, place: Place) -> Matrix:
    value = evaluate(node.args[0], place)

    def entry(i: int, j: int) -> Value:
        base = value[i][j]
        exact = base.value if isinstance(base, Dual) else base
        # Before it is computed: no power may be too long.
        length = digits(exact) if isinstance(exact, Fraction) and exact not in (-1, 0, 1) else 0
        if length * abs(node.exponent) > digits(Fraction(LONGEST)):
            raise TooMuch(f"a value has more than 300 digits here: {node}")
        return base**node.exponent

    return shaped(node, place, entry)


def digits(value: Fraction) -> int:
    """Count the digits of a number to base 2, or some few more."""
    return len(bin(max(abs(value.numerator), value.denominator) - 1)) - len("0b")


def diag(node: f.Diag, place: Place) -> Matrix:
    value = evaluate(node.args[0], place)
    return shaped(node, place, lambda i, j: value[i][0] if i == j else Fraction(0))


def inner(node: f.Inner, place: Place) -> Matrix:
    left, right = [evaluate(arg, place) for arg in node.args]
    return [[plus(place, [(a, b) for us, vs in zip(left, right) for a, b in zip(us, vs)])]]


def apply(node: f.Apply, place: Place) -> Matrix:
    value = evaluate(node.args[0], place)
    compute = numeric_function(node.function)
    return shaped(node, place, lambda i, j: compute(value[i][j]))


def entry(node: f.Entry, place: Place) -> Matrix:
    value = evaluate(node.args[0], place)
    row, col = [0 if index is None else place.position(index) for index in (node.row, node.col)]
    return [[value[row][col]]]


def sum_over(node: f.Sum, place: Place) -> Matrix:
    values = [evaluate(node.args[0], place.at(node.index, n)) for n in place.taken_by(node.index)]
    if node.shape == SCALAR:
        return [[plus(place, [(value[0][0], ONE) for value in values])]]
    return shaped(node, place, lambda i, j: plus(place, [(value[i][j], ONE) for value in values]))


def by_entry(node: f.ByEntry, place: Place) -> Matrix:
    def value(i: int, j: int) -> Value:
        here = place
        for index, position in ((node.row, i), (node.col, j)):
            here = here if index is None else here.at(index, position)
        return evaluate(node.args[0], here)[0][0]

    return shaped(node, place, value)


def product_over(node: q.Product, place: Place) -> Matrix:
    result = shaped(node, place, lambda i, j: Fraction(int(i == j)))
    for n in place.taken_by(node.index):
        result = multiplied(place, evaluate(node.args[0], place.at(node.index, n)), result)
    return result


def at(node: q.At, place: Place) -> Matrix:
    return checked(node, place, place.at_time(node.name, node.moment))


def onehot(node: q.OneHot, place: Place) -> Matrix:
    label = place.at_time(node.name, node.moment)
    return shaped(node, place, lambda i, j: Fraction(int(i == label)))


def same_time(node: q.SameTime, place: Place) -> Matrix:
    x, y = [place.time(when) for when in node.moments]
    return [[Fraction(int(x == y))]]


def softmax(node: q.Softmax, place: Place) -> Matrix:
    exponential = numeric_function(f.exp)
    values = [exponential(row[0]) for row in evaluate(node.args[0], place)]
    whole = plus(place, [(value, ONE) for value in values])
    return shaped(node, place, lambda i, j: values[i] / whole)


# Each for floats, for numbers known within a bound, and its value at the one point where that is exact.
KNOWN: "dict[str, tuple[Callable[[float], float], Callable[[Rounded], Rounded], tuple[int, int]]]" = {
    "tanh": (math.tanh, rounded.tanh, (0, 0)),
    "exp": (math.exp, rounded.exp, (0, 1)),
    "log": (math.log, rounded.log, (1, 0)),
}
# MicroPython's cmath has no tanh.
OF_COMPLEX: "dict[str, Callable[[complex], complex]]" = {
    "tanh": lambda z: 1 - 2 / (cmath.exp(2 * z) + 1),
    "exp": cmath.exp,
    "log": cmath.log,
}
SLOPES: "dict[str, Callable[[Value, Value], Value]]" = {
    "tanh": lambda x, y: Fraction(1) - y * y,
    "exp": lambda x, y: y,
    "log": lambda x, y: Fraction(1) / x,
}


def numeric_function(function: f.Function) -> Callable[[Value], Value]:
    """Choose the function to compute: the known one, or a fixed polynomial in place of an unknown one.

    What holds for every differentiable function holds for this polynomial and its own derivatives too.
    """
    if repr(function) in KNOWN:
        return known_function(function.name)
    coefficients = polynomial(function)

    def compute(x: Value) -> Value:
        result: Value = Fraction(0)
        for coefficient in reversed(coefficients):
            result = result * x + coefficient
        return result

    return compute


def known_function(name: str) -> Callable[[Value], Value]:
    of_float, of_rounded, (where, exactly) = KNOWN[name]

    def compute(x: Value) -> Value:
        if isinstance(x, Dual):
            value = compute(x.value)
            return Dual(value, SLOPES[name](x.value, value) * x.slope)
        if isinstance(x, float):
            return of_float(x)
        if isinstance(x, complex):
            return OF_COMPLEX[name](x)
        return Fraction(exactly) if x == where else of_rounded(rounded.rounded(x))

    return compute


def polynomial(function: f.Function) -> "list[Fraction]":
    """List the coefficients of the polynomial that is taken for an unknown function, the constant first.

    They are small and follow from its name; those of a derivative are derived from them.
    """
    seed = 0
    for letter in function.name:
        seed = 31 * seed + ord(letter)
    whole = (1 + seed // 105 % 4, 1 + seed % 7, -1 - seed // 7 % 5, 1 + seed // 35 % 3, 1 + seed % 3)
    coefficients = [Fraction(c) for c in whole]
    for _ in range(function.order):
        coefficients = [n * c for n, c in enumerate(coefficients)][1:]
    return coefficients


RULES: "dict[type[f.Formula], Callable[..., Matrix]]" = {
    f.Symbol: symbol,
    f.Number: lambda node, place: [[node.value]],
    f.Extent: lambda node, place: [[Fraction(place.extent(node.size))]],
    f.Ones: lambda node, place: shaped(node, place, lambda i, j: Fraction(1)),
    f.Identity: lambda node, place: shaped(node, place, lambda i, j: Fraction(int(i == j))),
    f.Add: lambda node, place: entrywise(node, place, lambda a, b: a + b),
    f.Times: lambda node, place: entrywise(node, place, lambda a, b: a * b),
    f.MatMul: matmul,
    f.Transpose: transpose,
    f.Power: power,
    f.Diag: diag,
    f.Inner: inner,
    f.Apply: apply,
    f.Entry: entry,
    f.Sum: sum_over,
    f.ByEntry: by_entry,
    f.Named: lambda node, place: place.named(node),
    q.At: at,
    q.Product: product_over,
    q.OneHot: onehot,
    q.SameTime: same_time,
    q.Softmax: softmax,
}
