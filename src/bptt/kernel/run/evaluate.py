"""The value of a formula at concrete sizes, by loops over nested lists.

It shares no code with the index form or the normal form, so that one can be held against the other. Exact
values are computed with exactly; only tanh, exp and log are rounded, so that whatever holds without knowing
more of them than that they are functions holds without any rounding error.
"""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from bptt.kernel.language import formula as f
from bptt.kernel.language import series as q
from bptt.kernel.language.shape import SCALAR, Dimension, Index
from bptt.kernel.language.time import Horizon, Moment, Step

Value = Fraction | float
Matrix = list[list[Value]]
# A matrix for a symbol; for a series one for each time, and for labels a position for each time.
Given = Matrix | Mapping[int, Matrix] | Mapping[int, int]


class Place:
    """Where a formula is evaluated: sizes, the values of its symbols and of its free indices.

    The value of a size is its number, that of an index its position from 0, that of a step its time.
    """

    def __init__(
        self,
        sizes: Mapping[str, int],
        values: Mapping[str, Given],
        indices: "Mapping[Index, int] | None" = None,
    ) -> None:
        self.sizes = sizes
        self.values = values
        self.indices = indices or {}
        # What has been computed here: under a node and the values of its free indices. The node is kept too.
        self.known: dict[tuple[int, tuple[int | None, ...]], tuple[f.Formula, Matrix]] = {}

    def at(self, index: Index, value: int) -> "Place":
        """The same place with one more index fixed."""
        indices = dict(self.indices)
        indices[index] = value
        place = Place(self.sizes, self.values, indices)
        place.known = self.known
        return place

    def extent(self, dimension: Dimension) -> int:
        return dimension if isinstance(dimension, int) else self.sizes[dimension.name]

    def time(self, when: Moment) -> int:
        """Count a moment from its base."""
        if when.base is None:
            return when.offset
        start = self.sizes[when.base.name] if isinstance(when.base, Horizon) else self.indices[when.base]
        return start + when.offset

    def taken_by(self, index: Index) -> range:
        """List the values that an index or a step takes here."""
        if isinstance(index, Step):
            return range(self.time(index.first), self.time(index.last) + 1)
        return range(self.extent(index.size))

    def at_time(self, name: str, when: Moment) -> "Matrix | int":
        """Look up a series or labels at a moment."""
        values = self.values[name]
        if not isinstance(values, Mapping) or self.time(when) not in values:
            raise ValueError(f"{name}: no value is given for time {self.time(when)}")
        return values[self.time(when)]


def evaluate(node: f.Formula, place: Place) -> Matrix:
    """Compute all entries of a formula, as a list of rows; once for places that differ in other indices."""
    if not node.args:
        return RULES[f.kind_of(node)](node, place)
    if node.free is None:
        f.free_indices(node)
    key = (id(node), tuple([place.indices.get(index) for index in node.free or ()]))
    if key not in place.known:
        place.known[key] = (node, RULES[f.kind_of(node)](node, place))
    return place.known[key][1]


def shaped(node: f.Formula, place: Place, entry: Callable[[int, int], Value]) -> Matrix:
    """Fill the node's shape entry by entry."""
    rows, cols = (place.extent(dimension) for dimension in node.shape)
    return [[entry(i, j) for j in range(cols)] for i in range(rows)]


def symbol(node: f.Symbol, place: Place) -> Matrix:
    value = place.values[node.name]
    return checked(node, place, value)


def checked(node: "f.Symbol | q.At", place: Place, value: object) -> Matrix:
    """Refuse a value of another shape."""
    rows, cols = (place.extent(dimension) for dimension in node.shape)
    if not isinstance(value, list) or len(value) != rows or any(len(row) != cols for row in value):
        raise ValueError(f"{node.name}: expected {rows} rows of {cols}, got {value!r}")
    return value


def entrywise(node: f.Formula, place: Place, combine: Callable[[Value, Value], Value]) -> Matrix:
    """Combine the operands entry by entry, a scalar operand with every entry."""
    parts = [(evaluate(arg, place), arg.shape == SCALAR) for arg in node.args]

    def entry(i: int, j: int) -> Value:
        result: Value | None = None
        for value, everywhere in parts:
            here = value[0][0] if everywhere else value[i][j]
            result = here if result is None else combine(result, here)
        assert result is not None
        return result

    return shaped(node, place, entry)


def matmul(node: f.MatMul, place: Place) -> Matrix:
    result = evaluate(node.args[0], place)
    for factor in node.args[1:]:
        right = evaluate(factor, place)
        result = [
            [sum(row[k] * right[k][j] for k in range(len(right))) for j in range(len(right[0]))]
            for row in result
        ]
    return result


def transpose(node: f.Transpose, place: Place) -> Matrix:
    value = evaluate(node.args[0], place)
    return shaped(node, place, lambda i, j: value[j][i])


def power(node: f.Power, place: Place) -> Matrix:
    value = evaluate(node.args[0], place)
    return shaped(node, place, lambda i, j: value[i][j] ** node.exponent)


def diag(node: f.Diag, place: Place) -> Matrix:
    value = evaluate(node.args[0], place)
    return shaped(node, place, lambda i, j: value[i][0] if i == j else Fraction(0))


def inner(node: f.Inner, place: Place) -> Matrix:
    left, right = (evaluate(arg, place) for arg in node.args)
    return [[sum(a * b for us, vs in zip(left, right) for a, b in zip(us, vs))]]


def apply(node: f.Apply, place: Place) -> Matrix:
    value = evaluate(node.args[0], place)
    compute = numeric_function(node.function)
    return shaped(node, place, lambda i, j: compute(value[i][j]))


def entry(node: f.Entry, place: Place) -> Matrix:
    value = evaluate(node.args[0], place)
    row, col = (0 if index is None else place.indices[index] for index in (node.row, node.col))
    return [[value[row][col]]]


def sum_over(node: f.Sum, place: Place) -> Matrix:
    values = [evaluate(node.args[0], place.at(node.index, n)) for n in place.taken_by(node.index)]
    return shaped(node, place, lambda i, j: sum((value[i][j] for value in values), Fraction(0)))


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
        left = evaluate(node.args[0], place.at(node.index, n))
        result = [[sum(a * row[j] for a, row in zip(us, result)) for j in range(len(us))] for us in left]
    return result


def at(node: q.At, place: Place) -> Matrix:
    return checked(node, place, place.at_time(node.name, node.moment))


def onehot(node: q.OneHot, place: Place) -> Matrix:
    label = place.at_time(node.name, node.moment)
    return shaped(node, place, lambda i, j: Fraction(int(i == label)))


def same_time(node: q.SameTime, place: Place) -> Matrix:
    x, y = (place.time(when) for when in node.moments)
    return [[Fraction(int(x == y))]]


def softmax(node: q.Softmax, place: Place) -> Matrix:
    exponential = numeric_function(f.exp)
    values = [exponential(row[0]) for row in evaluate(node.args[0], place)]
    return [[value / sum(values)] for value in values]


KNOWN: dict[str, Callable[[Value], float]] = {"tanh": math.tanh, "exp": math.exp, "log": math.log}


def numeric_function(function: f.Function) -> Callable[[Value], Value]:
    """Choose the function to compute: the known one, or a fixed polynomial in place of an unknown one.

    What holds for every differentiable function holds for this polynomial and its own derivatives too.
    """
    if repr(function) in KNOWN:
        known = KNOWN[repr(function)]
        return lambda x: known(x) if isinstance(x, float) else Fraction(known(x))
    if function.name in KNOWN:
        raise ValueError(f"{function} is not used: SymPy differentiates {function.name} to a formula")
    seed = 0
    for letter in function.name:
        seed = 31 * seed + ord(letter)
    coefficients = [Fraction(1 + (seed * n + n**3) % 11, 2 + n) for n in range(1, 7)]
    for _ in range(function.order):
        coefficients = [n * c for n, c in enumerate(coefficients)][1:]

    def compute(x: Value) -> Value:
        result: Value = Fraction(0)
        for coefficient in reversed(coefficients):
            result = result * x + coefficient
        return result

    return compute


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
    f.Named: lambda node, place: evaluate(node.args[0], place),
    q.At: at,
    q.Product: product_over,
    q.OneHot: onehot,
    q.SameTime: same_time,
    q.Softmax: softmax,
}
