"""One entry of a formula as a SymPy expression, and back.

The sizes stay symbols and every contraction gets a Dummy of its own: no Sum is ever written by hand, because
SymPy renames nothing when two bound names meet.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import cache
from typing import Any

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement

from bptt.kernel.language import formula as f
from bptt.kernel.language import series as q
from bptt.kernel.language.shape import SCALAR, Dimension, Index, Size

Position = Any  # a SymPy expression, or None for the only position of a dimension 1
Scope = Mapping[Index, Any]


class OutsideTheLanguage(Exception):
    """SymPy returned something that the kernel's formulas cannot say."""


class Element(MatrixElement):
    """An entry of a matrix, at a place that is not looked at again whenever an expression is made anew.

    SymPy asks each time whether it lies in the matrix. Ours do: they run over the whole of a dimension.
    """

    def __new__(cls, matrix: sp.MatrixSymbol, row: sp.Expr, col: sp.Expr) -> "Element":
        return sp.Expr.__new__(cls, matrix, sp.sympify(row), sp.sympify(col))


class Sum(sp.Sum):
    """A sum to the end of a dimension, which is a symbol: SymPy would look all through it to find one."""

    is_number = False


def size(dimension: Dimension) -> sp.Expr:
    """Make the SymPy symbol of a size, the same one each time."""
    return (
        sp.Symbol(dimension.name, integer=True, positive=True)
        if isinstance(dimension, Size)
        else sp.Integer(1)
    )


def last(dimension: Dimension) -> sp.Expr:
    """Give the last position of a dimension, counted from 0."""
    return size(dimension) - 1


def dummy(dimension: Dimension) -> Position:
    """Make a fresh bound index over a dimension, or None for the dimension 1."""
    return sp.Dummy("i", integer=True) if isinstance(dimension, Size) else None


@cache
def unknown_function(name: str, order: int) -> type[sp.Function]:
    """Make a SymPy function whose derivative is another such function, f', rather than a ``Subs``."""

    def fdiff(self: Any, argindex: int = 1) -> sp.Expr:
        return unknown_function(name, order + 1)(self.args[0])

    return type(name + "'" * order, (sp.Function,), {"fdiff": fdiff, "nargs": 1})


def function_of(function: f.Function) -> Callable[[sp.Expr], sp.Expr]:
    """Choose SymPy's own tanh, exp or log, or a function of which only the derivative's name is known."""
    known = {"tanh": sp.tanh, "exp": sp.exp, "log": sp.log}
    return known.get(repr(function)) or unknown_function(function.name, function.order)


def entry(node: f.Formula, row: Position = None, col: Position = None, scope: Scope | None = None) -> sp.Expr:
    """Write the entry (row, col) of a formula in SymPy; ``scope`` gives its free indices."""
    rule = RULES.get(f.kind_of(node))
    if rule is None:
        raise OutsideTheLanguage(f"{node}: {type(node).__name__} is not differentiated")
    return rule(node, row, col, scope or {})


def summed(body: sp.Expr, index: Position, dimension: Dimension) -> sp.Expr:
    return body if index is None else Sum(body, (index, 0, last(dimension)))


def symbol(node: f.Symbol, row: Position, col: Position, scope: Scope) -> sp.Expr:
    if node.shape == SCALAR:
        return sp.Symbol(node.name)
    matrix = sp.MatrixSymbol(node.name, size(node.shape[0]), size(node.shape[1]))
    return Element(matrix, 0 if row is None else row, 0 if col is None else col)


def spread(arg: f.Formula, row: Position, col: Position, scope: Scope) -> sp.Expr:
    """Write the entry of an operand that may be a scalar."""
    return entry(arg, None, None, scope) if arg.shape == SCALAR else entry(arg, row, col, scope)


def matmul(node: f.MatMul, row: Position, col: Position, scope: Scope) -> sp.Expr:
    inner = [(dummy(factor.shape[1]), factor.shape[1]) for factor in node.args[:-1]]
    rows = [row, *(index for index, _ in inner)]
    cols = [*(index for index, _ in inner), col]
    body = sp.Mul(*(entry(arg, i, j, scope) for arg, i, j in zip(node.args, rows, cols, strict=True)))
    for index, dimension in inner:
        body = summed(body, index, dimension)
    return body


def delta(row: Position, col: Position, dimension: Dimension) -> sp.Expr:
    """Write a Kronecker delta that carries its range: without it SymPy contracts to a Piecewise."""
    return sp.Integer(1) if row is None else sp.KroneckerDelta(row, col, (0, last(dimension)))


def inner(node: f.Inner, row: Position, col: Position, scope: Scope) -> sp.Expr:
    left, right = node.args
    i, j = (dummy(dimension) for dimension in left.shape)
    body = entry(left, i, j, scope) * entry(right, i, j, scope)
    return summed(summed(body, i, left.shape[0]), j, left.shape[1])


def one_entry(node: f.Entry, row: Position, col: Position, scope: Scope) -> sp.Expr:
    i, j = (None if index is None else scope[index] for index in (node.row, node.col))
    return entry(node.args[0], i, j, scope)


def sum_over(node: f.Sum, row: Position, col: Position, scope: Scope) -> sp.Expr:
    index = dummy(node.index.size)
    return summed(entry(node.args[0], row, col, {**scope, node.index: index}), index, node.index.size)


def by_entry(node: f.ByEntry, row: Position, col: Position, scope: Scope) -> sp.Expr:
    places = {index: place for index, place in ((node.row, row), (node.col, col)) if index is not None}
    return entry(node.args[0], None, None, {**scope, **places})


def softmax(node: q.Softmax, row: Position, col: Position, scope: Scope) -> sp.Expr:
    index = dummy(node.shape[0])
    whole = summed(sp.exp(entry(node.args[0], index, None, scope)), index, node.shape[0])
    return sp.exp(entry(node.args[0], row, None, scope)) / whole


RULES: dict[type[f.Formula], Callable[..., sp.Expr]] = {
    f.Symbol: symbol,
    f.Number: lambda node, row, col, scope: sp.Rational(node.value.numerator, node.value.denominator),
    f.Extent: lambda node, row, col, scope: size(node.size),
    f.Ones: lambda node, row, col, scope: sp.Integer(1),
    f.Identity: lambda node, row, col, scope: delta(row, col, node.shape[0]),
    f.Add: lambda node, row, col, scope: sp.Add(*(spread(arg, row, col, scope) for arg in node.args)),
    f.Times: lambda node, row, col, scope: sp.Mul(*(spread(arg, row, col, scope) for arg in node.args)),
    f.MatMul: matmul,
    f.Transpose: lambda node, row, col, scope: entry(node.args[0], col, row, scope),
    f.Power: lambda node, row, col, scope: entry(node.args[0], row, col, scope) ** node.exponent,
    f.Diag: lambda node, row, col, scope: (
        delta(row, col, node.shape[0]) * entry(node.args[0], row, None, scope)
    ),
    f.Inner: inner,
    f.Apply: lambda node, row, col, scope: function_of(node.function)(entry(node.args[0], row, col, scope)),
    f.Entry: one_entry,
    f.Sum: sum_over,
    f.ByEntry: by_entry,
    f.Named: lambda node, row, col, scope: entry(node.args[0], row, col, scope),
    q.Softmax: softmax,
}


class Reader:
    """Reads a SymPy expression back as a formula, with the symbols and free indices it was made from."""

    def __init__(self, symbols: Iterable[f.Symbol], sizes: Iterable[Size], scope: Scope) -> None:
        self.symbols = {item.name: item for item in symbols}
        self.sizes = {size(item): item for item in sizes}
        self.indices = {place: index for index, place in scope.items()}

    def read(self, expression: sp.Expr) -> f.Formula:
        """Translate an expression, or raise OutsideTheLanguage at what the kernel has no word for."""
        if isinstance(expression, sp.Rational):
            return f.Number(Fraction(int(expression.p), int(expression.q)))
        if isinstance(expression, MatrixElement):
            arg = self.symbols[expression.parent.name]
            return f.Entry(
                arg, self.place(expression.i, arg.shape[0]), self.place(expression.j, arg.shape[1])
            )
        if isinstance(expression, sp.Symbol):
            return self.symbol(expression)
        if isinstance(expression, sp.KroneckerDelta):
            i, j = (self.index(place) for place in expression.args[:2])
            return f.delta(i, j)
        if isinstance(expression, sp.Add):
            return f.Add(*(self.read(arg) for arg in expression.args))
        if isinstance(expression, sp.Mul):
            return f.Times(*(self.read(arg) for arg in expression.args))
        if isinstance(expression, sp.Pow) and expression.exp.is_Integer:
            return f.Power(self.read(expression.base), int(expression.exp))
        if isinstance(expression, sp.Sum):
            return self.sum(expression)
        if isinstance(expression, sp.Function) and len(expression.args) == 1:
            name = type(expression).__name__
            return f.Apply(f.Function(name.rstrip("'"), name.count("'")), self.read(expression.args[0]))
        raise OutsideTheLanguage(f"{type(expression).__name__}: {expression}")

    def symbol(self, expression: sp.Symbol) -> f.Formula:
        if expression in self.sizes:
            return f.Extent(self.sizes[expression])
        if expression.name in self.symbols and not isinstance(expression, sp.Dummy):
            return self.symbols[expression.name]
        raise OutsideTheLanguage(f"the symbol {expression}")

    def place(self, position: sp.Expr, dimension: Dimension) -> Index | None:
        return None if dimension == 1 else self.index(position)

    def index(self, position: sp.Expr) -> Index:
        if position not in self.indices:
            raise OutsideTheLanguage(f"the position {position}")
        return self.indices[position]

    def sum(self, expression: sp.Sum) -> f.Formula:
        """Translate a sum; each of its limits must run over the whole of one size."""
        inside = Reader(self.symbols.values(), self.sizes.values(), {})
        inside.indices = dict(self.indices)
        opened = []
        for bound, low, high in expression.limits:
            if low != 0 or high + 1 not in self.sizes:
                raise OutsideTheLanguage(f"a sum from {low} to {high}")
            index = Index(f"s{len(inside.indices)}", self.sizes[high + 1])
            inside.indices[bound] = index
            opened.append(index)
        body = inside.read(expression.function)
        for index in opened:
            body = f.Sum(index, body)
        return body
