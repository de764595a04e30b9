"""A formula at chosen sizes as an explicit SymPy matrix, a symbol for each entry."""

from collections.abc import Callable, Mapping
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
        self.known: dict[tuple[f.Formula | int | None, ...], sp.Matrix] = {}

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

    def matrix(self, node: f.Formula, places: Places) -> sp.Matrix:
        """Write a formula out; once for places that differ in indices of which it does not speak."""
        key = (node, *(places.get(index) for index in f.sorted_indices(node)))
        if key not in self.known:
            self.known[key] = RULES[f.kind_of(node)](self, node, places)
        return self.known[key]

    def shape(self, node: f.Formula) -> tuple[int, int]:
        return self.extent(node.shape[0]), self.extent(node.shape[1])


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
    return [at.matrix(node, times or {}) for node in nodes]


def symbol(at: Explicit, node: f.Symbol, places: Places) -> sp.Matrix:
    rows, cols = at.shape(node)
    comma = "," if max(rows, cols) > 9 else ""

    def item(i: int, j: int) -> sp.Expr:
        if node.shape == SCALAR:
            name = node.name
        elif node.shape[1] == 1:
            name = f"{node.name}_{i + 1}"
        else:
            name = f"{node.name.lower()}_{i + 1}{comma}{j + 1}"
        return at.letter(name, node.name, i, j)

    return sp.Matrix(rows, cols, item)


def entrywise(at: Explicit, node: f.Formula, places: Places) -> list[sp.Matrix]:
    """Write the operands out, scalars spread over the whole shape."""
    rows, cols = at.shape(node)
    parts = [(at.matrix(arg, places), arg.shape == SCALAR) for arg in node.args]
    return [sp.ones(rows, cols) * part[0] if everywhere else part for part, everywhere in parts]


def add(at: Explicit, node: f.Add, places: Places) -> sp.Matrix:
    first, *rest = entrywise(at, node, places)
    for part in rest:
        first = first + part
    return first


def times(at: Explicit, node: f.Times, places: Places) -> sp.Matrix:
    first, *rest = entrywise(at, node, places)
    for part in rest:
        first = first.multiply_elementwise(part)
    return first


def matmul(at: Explicit, node: f.MatMul, places: Places) -> sp.Matrix:
    first, *rest = (at.matrix(arg, places) for arg in node.args)
    for part in rest:
        first = first * part
    return first


def inner(at: Explicit, node: f.Inner, places: Places) -> sp.Matrix:
    left, right = (at.matrix(arg, places) for arg in node.args)
    return sp.Matrix([[sum(left.multiply_elementwise(right))]])


def one_entry(at: Explicit, node: f.Entry, places: Places) -> sp.Matrix:
    row, col = (0 if index is None else places[index] for index in (node.row, node.col))
    return sp.Matrix([[at.matrix(node.args[0], places)[row, col]]])


def taken_by(at: Explicit, index: Index, places: Places) -> range:
    """List the positions, or the times, that an index takes."""
    if isinstance(index, Step):
        return range(at.time(index.first, places), at.time(index.last, places) + 1)
    return range(at.extent(index.size))


def sum_over(at: Explicit, node: f.Sum, places: Places) -> sp.Matrix:
    result = sp.zeros(*at.shape(node))
    for n in taken_by(at, node.index, places):
        result = result + at.matrix(node.args[0], {**places, node.index: n})
    return result


def product_over(at: Explicit, node: q.Product, places: Places) -> sp.Matrix:
    result = sp.eye(at.extent(node.shape[0]))
    for n in taken_by(at, node.index, places):
        result = at.matrix(node.args[0], {**places, node.index: n}) * result
    return result


def by_entry(at: Explicit, node: f.ByEntry, places: Places) -> sp.Matrix:
    def item(i: int, j: int) -> sp.Expr:
        here = {index: n for index, n in ((node.row, i), (node.col, j)) if index is not None}
        return at.matrix(node.args[0], {**places, **here})[0, 0]

    return sp.Matrix(*at.shape(node), item)


def every_entry(
    at: Explicit, node: f.Formula, places: Places, change: Callable[[sp.Expr], sp.Expr]
) -> sp.Matrix:
    return at.matrix(node.args[0], places).applyfunc(change)


def series_at(at: Explicit, node: q.At, places: Places) -> sp.Matrix:
    time = at.time(node.moment, places)
    if time in at.histories.get(node.name, {}):
        return at.histories[node.name][time]

    def item(i: int, j: int) -> sp.Expr:
        below = [str(n + 1) for n, d in zip((i, j), node.shape, strict=True) if d != 1]
        return at.letter("_".join([node.name, *below]) + f"^{time}", node.name, i, j, time)

    return sp.Matrix(*at.shape(node), item)


def onehot(at: Explicit, node: q.OneHot, places: Places) -> sp.Matrix:
    label = at.histories[node.name][at.time(node.moment, places)]
    return sp.Matrix(*at.shape(node), lambda i, j: int(i == label))


def same_time(at: Explicit, node: q.SameTime, places: Places) -> sp.Matrix:
    return sp.Matrix([[int(len({at.time(when, places) for when in node.moments}) == 1)]])


def softmax(at: Explicit, node: q.Softmax, places: Places) -> sp.Matrix:
    values = at.matrix(node.args[0], places).applyfunc(sp.exp)
    return values / sum(values)


RULES: dict[type[f.Formula], Callable[..., sp.Matrix]] = {
    f.Symbol: symbol,
    f.Number: lambda at, node, places: sp.Matrix(
        [[sp.Rational(node.value.numerator, node.value.denominator)]]
    ),
    f.Extent: lambda at, node, places: sp.Matrix([[at.extent(node.size)]]),
    f.Ones: lambda at, node, places: sp.ones(*at.shape(node)),
    f.Identity: lambda at, node, places: sp.eye(at.extent(node.shape[0])),
    f.Add: add,
    f.Times: times,
    f.MatMul: matmul,
    f.Transpose: lambda at, node, places: at.matrix(node.args[0], places).T,
    f.Power: lambda at, node, places: every_entry(at, node, places, lambda x: x**node.exponent),
    f.Diag: lambda at, node, places: sp.diag(*at.matrix(node.args[0], places)),
    f.Inner: inner,
    f.Apply: lambda at, node, places: every_entry(at, node, places, function_of(node.function)),
    f.Entry: one_entry,
    f.Sum: sum_over,
    f.ByEntry: by_entry,
    f.Named: lambda at, node, places: at.matrix(node.args[0], places),
    q.At: series_at,
    q.Product: product_over,
    q.OneHot: onehot,
    q.SameTime: same_time,
    q.Softmax: softmax,
}
