"""A formula at chosen sizes as an explicit SymPy matrix, a symbol for each entry."""

import operator
from collections.abc import Callable, Iterable, Mapping
from functools import reduce
from typing import Any

import sympy as sp

from bptt.kernel.language import formula as f
from bptt.kernel.language import series as q
from bptt.kernel.language.shape import SCALAR, Dimension, Index
from bptt.kernel.language.time import Horizon, Moment, Step
from bptt.symbolic.entry import function_of

# The position of each index, counted from 0, and the time of each step.
Places = Mapping[Index, int]
# What a series is at each time, and which position, from 0, a label has.
Histories = Mapping[str, Mapping[int, Any]]
# The entries, row by row: a matrix of SymPy costs more to make than the little that is computed with it.
Rows = list[list[sp.Expr]]


class Explicit:
    """Writes formulas out at fixed sizes; the symbol A becomes the matrix of a_11, a_12, ..."""

    def __init__(
        self,
        sizes: Mapping[str, int],
        histories: Histories | None = None,
        entry: Callable[[str], sp.Expr] = sp.Symbol,
    ) -> None:
        for name, value in sizes.items():
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise ValueError(f"{name}: expected a size of at least 1, got {value!r}")
        self.sizes = sizes
        self.histories = histories or {}
        self.entry = entry
        self.meanings: dict[str, tuple[str, int, int]] = {}
        self.known: dict[tuple[f.Formula | int | None, ...], Rows] = {}

    def letter(self, name: str, *meaning: Any) -> sp.Expr:
        """Make the SymPy symbol of an entry; no two entries may share one, as those of A and a would."""
        if self.meanings.setdefault(name, meaning) != meaning:
            raise ValueError(
                f"{name} would stand in {self.meanings[name][0]} and in {meaning[0]}: rename one of them"
            )
        return self.entry(name)

    def extent(self, dimension: Dimension) -> int:
        if isinstance(dimension, int):
            return dimension
        if dimension.name not in self.sizes:
            raise ValueError(f"{dimension.name}: this size is in the formula and was not given a value")
        return self.sizes[dimension.name]

    def time(self, when: Moment, places: Places) -> int:
        if when.base is None:
            return when.offset
        start = self.extent(when.base) if isinstance(when.base, Horizon) else places[when.base]
        return start + when.offset

    def rows(self, node: f.Formula, places: Places) -> Rows:
        """Write a formula out; once for places that differ in indices of which it does not speak."""
        key = (node, *(places.get(index) for index in f.sorted_indices(node)))
        if key not in self.known:
            self.known[key] = RULES[f.kind_of(node)](self, node, places)
        return self.known[key]

    def filled(self, node: f.Formula, item: Callable[[int, int], sp.Expr]) -> Rows:
        """Fill the shape of a node entry by entry."""
        rows, cols = (range(self.extent(dimension)) for dimension in node.shape)
        return [[item(i, j) for j in cols] for i in rows]


def explicit(node: f.Formula, **sizes: int) -> sp.Matrix:
    """Write a formula out, such as ``explicit(A @ B, n=3, k=4, m=2)``; entries are counted from 1."""
    return written_out(node, sizes=sizes)[0]


def written_out(
    *nodes: f.Formula,
    sizes: Mapping[str, int],
    histories: Histories | None = None,
    times: Places | None = None,
    entry: Callable[[str], sp.Expr] = sp.Symbol,
) -> list[sp.Matrix]:
    """Write several formulas out over the same symbols.

    A series without a history has symbols such as h_1^2 at each time; ``times`` are those of free steps.
    ``entry`` makes of the name of an entry what stands for it, such as a number.
    """
    at = Explicit(sizes, histories, entry)
    for node in nodes:
        free = ", ".join(sorted(index.name for index in f.free_indices(node) - set(times or {})))
        if free:
            raise ValueError(f"{node}: expected a formula without free indices, got {free}")
    return [sp.Matrix(at.rows(node, times or {})) for node in nodes]


def symbol(at: Explicit, node: f.Symbol, places: Places) -> Rows:
    comma = "," if max(map(at.extent, node.shape)) > 9 else ""

    def item(i: int, j: int) -> sp.Expr:
        if node.shape == SCALAR:
            name = node.name
        elif node.shape[1] == 1:
            name = f"{node.name}_{i + 1}"
        else:
            name = f"{node.name.lower()}_{i + 1}{comma}{j + 1}"
        return at.letter(name, node.name, i, j)

    return at.filled(node, item)


def entrywise(
    at: Explicit, node: f.Formula, places: Places, combine: Callable[[sp.Expr, sp.Expr], sp.Expr]
) -> Rows:
    """Combine the operands entry by entry, a scalar operand with every entry."""
    parts = [(at.rows(arg, places), arg.shape == SCALAR) for arg in node.args]
    return at.filled(
        node,
        lambda i, j: reduce(
            combine, [rows[0][0] if everywhere else rows[i][j] for rows, everywhere in parts]
        ),
    )


def total(entries: Iterable[sp.Expr]) -> sp.Expr:
    return sum(entries, sp.S.Zero)


def multiplied(left: Rows, right: Rows) -> Rows:
    columns = list(zip(*right, strict=True))
    return [[total(a * b for a, b in zip(row, column, strict=True)) for column in columns] for row in left]


def inner(at: Explicit, node: f.Inner, places: Places) -> Rows:
    left, right = (at.rows(arg, places) for arg in node.args)
    pairs = (pair for us, vs in zip(left, right, strict=True) for pair in zip(us, vs, strict=True))
    return [[total(a * b for a, b in pairs)]]


def diag(at: Explicit, node: f.Diag, places: Places) -> Rows:
    column = at.rows(node.args[0], places)
    return at.filled(node, lambda i, j: column[i][0] if i == j else sp.S.Zero)


def identity(at: Explicit, node: f.Formula, places: Places) -> Rows:
    return at.filled(node, lambda i, j: sp.Integer(i == j))


def one_entry(at: Explicit, node: f.Entry, places: Places) -> Rows:
    row, col = (0 if index is None else places[index] for index in (node.row, node.col))
    return [[at.rows(node.args[0], places)[row][col]]]


def taken_by(at: Explicit, index: Index, places: Places) -> range:
    """List the positions, or the times, that an index takes."""
    if isinstance(index, Step):
        return range(at.time(index.first, places), at.time(index.last, places) + 1)
    return range(at.extent(index.size))


def sum_over(at: Explicit, node: f.Sum, places: Places) -> Rows:
    values = [at.rows(node.args[0], {**places, node.index: n}) for n in taken_by(at, node.index, places)]
    return at.filled(node, lambda i, j: total(rows[i][j] for rows in values))


def product_over(at: Explicit, node: q.Product, places: Places) -> Rows:
    result = identity(at, node, places)
    for n in taken_by(at, node.index, places):
        result = multiplied(at.rows(node.args[0], {**places, node.index: n}), result)
    return result


def by_entry(at: Explicit, node: f.ByEntry, places: Places) -> Rows:
    def item(i: int, j: int) -> sp.Expr:
        here = {index: n for index, n in ((node.row, i), (node.col, j)) if index is not None}
        return at.rows(node.args[0], {**places, **here})[0][0]

    return at.filled(node, item)


def every_entry(at: Explicit, node: f.Formula, places: Places, change: Callable[[sp.Expr], sp.Expr]) -> Rows:
    return [[change(item) for item in row] for row in at.rows(node.args[0], places)]


def series_at(at: Explicit, node: q.At, places: Places) -> Rows:
    time = at.time(node.moment, places)
    if time in at.histories.get(node.name, {}):
        known = at.histories[node.name][time]
        return at.filled(node, lambda i, j: known[i, j])

    def item(i: int, j: int) -> sp.Expr:
        below = [str(n + 1) for n, d in zip((i, j), node.shape, strict=True) if d != 1]
        return at.letter("_".join([node.name, *below]) + f"^{time}", node.name, i, j, time)

    return at.filled(node, item)


def onehot(at: Explicit, node: q.OneHot, places: Places) -> Rows:
    label = at.histories[node.name][at.time(node.moment, places)]
    return at.filled(node, lambda i, j: sp.Integer(i == label))


def same_time(at: Explicit, node: q.SameTime, places: Places) -> Rows:
    return [[sp.Integer(len({at.time(when, places) for when in node.moments}) == 1)]]


def softmax(at: Explicit, node: q.Softmax, places: Places) -> Rows:
    values = every_entry(at, node, places, sp.exp)
    whole = total(value for (value,) in values)
    return [[value / whole] for (value,) in values]


RULES: dict[type[f.Formula], Callable[..., Rows]] = {
    f.Symbol: symbol,
    f.Number: lambda at, node, places: [[sp.Rational(node.value.numerator, node.value.denominator)]],
    f.Extent: lambda at, node, places: [[sp.Integer(at.extent(node.size))]],
    f.Ones: lambda at, node, places: at.filled(node, lambda i, j: sp.S.One),
    f.Identity: identity,
    f.Add: lambda at, node, places: entrywise(at, node, places, operator.add),
    f.Times: lambda at, node, places: entrywise(at, node, places, operator.mul),
    f.MatMul: lambda at, node, places: reduce(multiplied, [at.rows(arg, places) for arg in node.args]),
    f.Transpose: lambda at, node, places: [
        list(row) for row in zip(*at.rows(node.args[0], places), strict=True)
    ],
    f.Power: lambda at, node, places: every_entry(at, node, places, lambda x: x**node.exponent),
    f.Diag: diag,
    f.Inner: inner,
    f.Apply: lambda at, node, places: every_entry(at, node, places, function_of(node.function)),
    f.Entry: one_entry,
    f.Sum: sum_over,
    f.ByEntry: by_entry,
    f.Named: lambda at, node, places: at.rows(node.args[0], places),
    q.At: series_at,
    q.Product: product_over,
    q.OneHot: onehot,
    q.SameTime: same_time,
    q.Softmax: softmax,
}
