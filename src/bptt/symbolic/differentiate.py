"""Gradients by SymPy's own differentiation, entry by entry, as formulas of the kernel."""

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement

from bptt.kernel import formula as f
from bptt.kernel.latex import latex
from bptt.kernel.rules import check_names, sizes_of, symbols_of
from bptt.kernel.shape import SCALAR, Index, ShapeError, Size, show_shape
from bptt.symbolic.entry import OutsideTheLanguage, Reader, entry


class Captured(Exception):
    """SymPy would differentiate by a bound index: it gives a wrong answer there, and no error."""


def derivative(expression: sp.Expr, variable: MatrixElement | sp.Symbol) -> sp.Expr:
    """Differentiate with SymPy, unless an index of the variable is bound in the expression."""
    bound = {limit[0] for item in expression.atoms(sp.Sum) for limit in item.limits}
    caught = {index for index in variable.free_symbols if index in bound}
    if caught:
        names = ", ".join(sorted(str(index) for index in caught))
        raise Captured(f"{variable}: {names} is the name of a bound index in {expression}; take a fresh one")
    result = sp.diff(expression, variable)
    if result.has(sp.Derivative, sp.Subs):
        raise OutsideTheLanguage(f"SymPy left a derivative undone in {result}")
    return result


def diff(y: f.Formula, x: f.Formula) -> f.Formula:
    """Differentiate a scalar by a scalar: ∂y/∂x.

    ``x`` is a scalar symbol or an entry ``X[p, q]``. Where ``X`` is a named formula such as C = A B, it is
    taken as the variable and its definition is put back afterwards. The result prints as ∂y/∂x and means what
    SymPy derived. Raises ShapeError for what is no scalar, ValueError where x does not occur in y.
    """
    for name, arg in (("y", y), ("x", x)):
        if arg.shape != SCALAR:
            raise ShapeError(
                f"{name}: expected a scalar or one entry, got {arg}, which is {show_shape(arg.shape)}"
            )
    # A symbol of the name that a formula bears would become that formula on the way back.
    check_names(y, x)
    body = derived(y, *variable_and_place(x))
    return f.Named(f"diff({y}, {x})", body, f"\\frac{{\\partial {latex(y)}}}{{\\partial {latex(x)}}}")


def grad(y: f.Formula, x: f.Formula) -> f.Formula:
    """Differentiate a scalar by every entry of ``x``: the gradient ∂y/∂x, which has the shape of ``x``.

    ``x`` is a symbol or a named formula that occurs in ``y``. Raises ShapeError where y is no scalar,
    ValueError where x does not occur in y.
    """
    if y.shape != SCALAR:
        raise ShapeError(f"y: a gradient is taken of a scalar, got {y}, which is {show_shape(y.shape)}")
    check_names(y, x)
    row, col = (
        Index(name, d) if isinstance(d, Size) else None
        for name, d in zip(("row", "col"), x.shape, strict=True)
    )
    body = f.ByEntry(row, col, derived(y, x, row, col))
    return f.Named(f"grad({y}, {x})", body, f"\\frac{{\\partial {latex(y)}}}{{\\partial {latex(x)}}}")


def variable_and_place(x: f.Formula) -> tuple[f.Formula, Index | None, Index | None]:
    if isinstance(x, f.Entry):
        return x.args[0], x.row, x.col
    return x, None, None


def derived(y: f.Formula, variable: f.Formula, row: Index | None, col: Index | None) -> f.Formula:
    """Differentiate by the entry (row, col) of a symbol, or of a named formula taken as a variable."""
    if not isinstance(variable, (f.Symbol, f.Named)):
        raise TypeError(f"x: expected a symbol, a named formula or an entry of one, got {variable}")
    symbol = variable if isinstance(variable, f.Symbol) else f.Symbol(variable.name, *variable.shape)
    y = replaced(y, variable, symbol)
    if not any(isinstance(node, f.Symbol) and node.name == symbol.name for node in f.walk(y)):
        raise ValueError(f"x: {variable} does not occur in {y}, so there is nothing to differentiate")
    scope = {index: sp.Dummy(index.name, integer=True) for index in f.free_indices(y)}
    # The variable stands at a place of its own, even where y uses the same index: a delta of that index would
    # be differentiated too, which SymPy cannot do.
    place = [None if index is None else sp.Dummy(index.name, integer=True) for index in (row, col)]
    result = derivative(entry(y, None, None, scope), entry(symbol, place[0], place[1]))
    reader = Reader(symbols_of(y, symbol), sizes_of(y, symbol), scope)
    reader.indices.update(
        {at: index for at, index in zip(place, (row, col), strict=True) if index is not None}
    )
    return replaced(reader.read(result), symbol, variable)


def replaced(root: f.Formula, old: f.Formula, new: f.Formula) -> f.Formula:
    """Put one formula in place of every node of the same kind and name."""
    if old is new:
        return root
    if type(root) is type(old) and root.name == old.name:  # type: ignore[attr-defined]
        return new
    return root.with_args(*(replaced(arg, old, new) for arg in root.args)) if root.args else root
