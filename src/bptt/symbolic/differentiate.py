"""Gradients by SymPy's own differentiation, entry by entry, as formulas of the kernel."""

from collections.abc import Mapping

import sympy as sp
from sympy.matrices.expressions.matexpr import MatrixElement

from bptt.kernel.language import formula as f
from bptt.kernel.language import series as q
from bptt.kernel.language.shape import SCALAR, Index, Shape, ShapeError, Size, show_shape
from bptt.kernel.language.structure import in_order
from bptt.kernel.language.time import at_most
from bptt.kernel.language.wellformed import check_statement, sizes_of, symbols_of
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
    check_written(y, x)
    return f.Derivative("diff", y, [x], derived(y, *variable_and_place(x)))


def grad(y: f.Formula, x: f.Formula) -> f.Formula:
    """Differentiate a scalar by every entry of ``x``: the gradient ∂y/∂x, which has the shape of ``x``.

    ``x`` is a symbol, a series at a moment such as ``h[t]``, or a named formula that occurs in ``y``. Raises
    ShapeError where y is no scalar, ValueError where x does not occur in y.
    """
    if y.shape != SCALAR:
        raise ShapeError(f"y: a gradient is taken of a scalar, got {y}, which is {show_shape(y.shape)}")
    check_written(y, x)
    row, col = places(("row", "col"), x.shape)
    return f.Derivative("grad", y, [x], f.ByEntry(row, col, derived(y, x, row, col)))


def immediate(y: f.Named, x: f.Formula) -> f.Formula:
    """Differentiate what ``y`` names by x alone, all else in it held fixed: the immediate gradient ∂⁺y/∂x.

    Every name within what ``y`` names is held fixed, and so is every series at a moment: the total derivative
    counts what x does through them too. ``y`` is a named scalar, or an entry of a named column such as
    ``states[t].value[i]``. Raises ValueError where x does not occur but through a name.
    """
    names = Timeless(y)
    held = names.opened(y)
    if not any(is_kind(node, variable_and_place(x)[0]) for node in f.walk(held)):
        raise ValueError(f"x: {x} does not occur in {y} but through what is held fixed, names and series")
    return f.Derivative("immediate", y, [x], names.back(grad(held, x).args[0]))


def jacobian(y: f.Formula, x: f.Formula) -> f.Formula:
    """Differentiate a column by a column: the Jacobian ∂y/∂x, a row for each entry of y.

    ``y`` and ``x`` are columns, x as in ``grad``. Raises ShapeError where one of them is no column.
    """
    for name, arg in (("y", y), ("x", x)):
        if arg.shape[1] != 1:
            raise ShapeError(f"{name}: a Jacobian is of columns, got {arg}, which is {show_shape(arg.shape)}")
    check_written(y, x)
    row, col = places(("of_y", "by_x"), (y.shape[0], x.shape[0]))
    one = y if row is None else f.Entry(y, row, None)
    return f.Derivative("jacobian", y, [x], f.ByEntry(row, col, derived(one, x, col, None)))


def check_written(y: f.Formula, x: f.Formula) -> None:
    """Refuse what is differentiated and by what where two things in them print alike."""
    check_statement((y, x), in_order(f.free_indices(y) | f.free_indices(x)))


def places(names: tuple[str, str], shape: Shape) -> tuple[Index | None, Index | None]:
    """Make an index for each dimension that is not 1."""
    row, col = (Index(name, d) if isinstance(d, Size) else None for name, d in zip(names, shape, strict=True))
    return row, col


def variable_and_place(x: f.Formula) -> tuple[f.Formula, Index | None, Index | None]:
    if isinstance(x, f.Entry):
        return x.args[0], x.row, x.col
    return x, None, None


def derived(y: f.Formula, variable: f.Formula, row: Index | None, col: Index | None) -> f.Formula:
    """Differentiate by the entry (row, col) of a symbol, a series at a moment, or a named formula."""
    if not isinstance(variable, (f.Symbol, f.Named, q.At)):
        raise TypeError(f"x: expected a symbol, a named formula or a series at a moment, got {variable}")
    if not any(is_kind(node, variable) for node in f.walk(y)):
        raise ValueError(f"x: {variable} does not occur in {y}, so there is nothing to differentiate")
    if isinstance(variable, q.At) and any(
        isinstance(node, f.Named) and node.name == str(variable) for node in f.walk(y)
    ):
        raise ValueError(f"x: {variable} is computed in {y}, which is no function of its own value")
    if isinstance(variable, f.Named):
        names = Timeless(y)
        symbol = names.symbol(variable)
        return names.back(term_by_term(replaced(y, variable, symbol), symbol, row, col))
    return term_by_term(y, variable, row, col)


def term_by_term(y: f.Formula, variable: f.Formula, row: Index | None, col: Index | None) -> f.Formula:
    """Differentiate the terms of a sum over time one by one, what is under it by SymPy."""
    if not any(is_kind(node, variable) for node in f.walk(y)):
        return f.Number(0)
    if not any(isinstance(node, f.Sum) and node.index.size.is_time for node in f.walk(y)):
        return at_each_moment(y, variable, row, col)
    if isinstance(y, f.Named):
        return term_by_term(y.args[0], variable, row, col)
    if isinstance(y, f.Add):
        return f.Add(*(term_by_term(arg, variable, row, col) for arg in y.args))
    if isinstance(y, f.Sum):
        return f.Sum(y.index, term_by_term(y.args[0], variable, row, col))
    if isinstance(y, f.Times) and isinstance(y.args[0], f.Number) and len(y.args) == 2:
        return y.args[0] * term_by_term(y.args[1], variable, row, col)
    raise OutsideTheLanguage(f"{y}: a sum over time within a product or a function is not differentiated")


def at_each_moment(y: f.Formula, variable: f.Formula, row: Index | None, col: Index | None) -> f.Formula:
    """Differentiate by a series at a moment: by its value at each moment of y that may be that one."""
    if not isinstance(variable, q.At):
        return by_sympy(y, variable, row, col)
    result: f.Formula = f.Number(0)
    nodes = [node for node in f.walk(y) if isinstance(node, q.At) and node.name == variable.name]
    for here in {node.moment: node for node in nodes}.values():
        x, at = variable.moments[0], here.moments[0]
        if at_most(x + 1, at) or at_most(at + 1, x):
            continue
        part = by_sympy(y, here, row, col)
        result = result + (part if x == at else q.SameTime(x, at) * part)
    return result


def is_kind(node: f.Formula, variable: f.Formula) -> bool:
    """Tell whether a node is the variable; of a series, at whatever moment."""
    kind = f.Symbol if isinstance(variable, f.Symbol) else type(variable)
    return isinstance(node, kind) and node.name == variable.name  # type: ignore[attr-defined]


def by_sympy(y: f.Formula, variable: f.Formula, row: Index | None, col: Index | None) -> f.Formula:
    """Let SymPy differentiate; what has a moment is a symbol of its own for it, each moment another one."""
    timed = Timeless(y)
    symbol = variable if isinstance(variable, f.Symbol) else timed.symbol(variable)
    y = timed.forward(y)
    scope = {index: sp.Dummy(index.name, integer=True) for index in f.free_indices(y)}
    # The variable stands at a place of its own, even where y uses the same index: a delta of that index would
    # be differentiated too, which SymPy cannot do.
    place = [None if index is None else sp.Dummy(index.name, integer=True) for index in (row, col)]
    result = derivative(entry(y, None, None, scope), entry(symbol, place[0], place[1]))
    reader = Reader(symbols_of(y, symbol), sizes_of(y, symbol), scope)
    reader.indices.update(
        {at: index for at, index in zip(place, (row, col), strict=True) if index is not None}
    )
    return timed.back(reader.read(result))


class Timeless:
    """Turns each series at a moment and each label into a symbol of its own, and back."""

    def __init__(self, y: f.Formula) -> None:
        self.taken = {
            node.name for node in f.walk(y) if isinstance(node, (f.Symbol, f.Named, q.At, q.OneHot))
        }
        self.symbols: dict[tuple[object, ...], tuple[f.Symbol, f.Formula]] = {}

    def symbol(self, node: f.Formula) -> f.Symbol:
        """Give the symbol that stands for a node of a moment, or for a named formula."""
        moments = node.moments if isinstance(node, q.Timed) else ()
        key = (type(node), getattr(node, "name", ""), moments)
        if key not in self.symbols:
            number = len(self.taken)
            while f"at{number}" in self.taken:
                number += 1
            self.taken.add(f"at{number}")
            self.symbols[key] = (f.Symbol(f"at{number}", *node.shape), node)
        return self.symbols[key][0]

    def opened(self, y: f.Formula) -> f.Formula:
        """Write out what a formula names, but put a symbol for every name within that."""
        if isinstance(y, f.Named):
            return self.held(y.args[0])
        return y.with_args(*(self.opened(arg) for arg in y.args)) if y.args else y

    def held(self, node: f.Formula) -> f.Formula:
        if isinstance(node, f.Named):
            return self.symbol(node)
        return node.with_args(*(self.held(arg) for arg in node.args)) if node.args else node

    def forward(self, node: f.Formula) -> f.Formula:
        if isinstance(node, q.Timed):
            return self.symbol(node)
        return node.with_args(*(self.forward(arg) for arg in node.args)) if node.args else node

    def back(self, node: f.Formula) -> f.Formula:
        if isinstance(node, f.Symbol):
            return next((timed for symbol, timed in self.symbols.values() if symbol.name == node.name), node)
        return node.with_args(*(self.back(arg) for arg in node.args)) if node.args else node


def replaced(root: f.Formula, old: f.Formula, new: f.Formula) -> f.Formula:
    """Put one formula in place of every node of the same kind and name."""
    if old is new:
        return root
    if type(root) is type(old) and root.name == old.name:  # type: ignore[attr-defined]
        return new
    return root.with_args(*(replaced(arg, old, new) for arg in root.args)) if root.args else root


def differential(y: f.Formula, variations: Mapping[f.Formula, f.Formula | int]) -> f.Formula:
    """Vary what ``y`` is made of, each symbol or series at a moment by its own variation: the change of y.

    It is, entry by entry, the sum over all that is varied of SymPy's derivative times the variation.
    """
    row, col = places(("of_row", "of_col"), y.shape)
    one = y if y.shape == SCALAR else f.Entry(y, row, col)
    change: f.Formula = f.Number(0)
    varied = {variable: f.formula(variation) for variable, variation in variations.items()}
    for variable, variation in varied.items():
        if variable.shape != variation.shape:
            raise ShapeError(
                f"{variable} is {show_shape(variable.shape)} and is varied by {variation}, "
                f"which is {show_shape(variation.shape)}"
            )
        change = change + f.Inner(grad(one, variable), variation)
    body = change if y.shape == SCALAR else f.ByEntry(row, col, change)
    return f.Derivative("differential", y, list(varied), body, list(varied.values()))
