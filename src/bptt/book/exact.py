"""Exact values: what may be compared without a tolerance."""

from collections.abc import Mapping
from typing import Any

import sympy as sp

from bptt.kernel import Formula, Size
from bptt.symbolic import explicit


def exact(value: Any) -> Any:
    """Turn a value into SymPy's, refusing floats: an exact comparison needs exact values."""
    result = of_sympy(value)
    if result.atoms(sp.Float):
        raise TypeError(f"value: expected exact numbers, got floats in {value!r}")
    return result


def held(value: Any) -> Any:
    """Turn a value into SymPy's, a float into the fraction that it holds: 80.0 is 80, and 0.1 no tenth."""
    result = of_sympy(value)
    return result.xreplace({number: sp.Rational(number) for number in result.atoms(sp.Float)})


def of_sympy(value: Any) -> Any:
    """Turn a value into SymPy's number, expression or matrix; raises TypeError where it is none."""
    array = value.tolist() if hasattr(value, "tolist") else value
    try:
        result = sp.ImmutableMatrix(array) if isinstance(array, (list, tuple)) else sp.sympify(array)
    except (TypeError, ValueError):  # SymPy has no word for it, or the rows differ in length
        result = None
    if not all(isinstance(entry, sp.Expr) for entry in getattr(result, "flat", lambda: [result])()):
        raise TypeError(f"value: expected a number or a matrix of numbers, got {value!r}")
    return result


def same(value: Any, printed: Any) -> bool:
    """Compare two exact values; a matrix is no number, and shapes count."""
    if isinstance(value, sp.MatrixBase) != isinstance(printed, sp.MatrixBase):
        return False
    if isinstance(value, sp.MatrixBase):
        return value.shape == printed.shape and all(sp.expand(entry) == 0 for entry in value - printed)
    return bool(sp.expand(value - printed) == 0)


def value_at(left: Any, at: Mapping[Any, Any]) -> Any:
    """Put exact values into a formula of the kernel, or into a SymPy expression.

    ``at`` maps matrix symbols of the formula to matrices, or SymPy symbols to numbers.
    """
    if not isinstance(left, Formula):
        return exact(exact(left).subs(at))
    values = {symbol: exact(value) for symbol, value in at.items()}
    sizes: dict[str, int] = {}
    for symbol, value in values.items():
        for dimension, extent in zip(symbol.shape, value.shape, strict=True):
            if isinstance(dimension, Size) and sizes.setdefault(dimension.name, extent) != extent:
                raise ValueError(f"{symbol}: expected {dimension} = {sizes[dimension.name]}, got {extent}")
    entries = {
        entry: value[i, j]
        for symbol, value in values.items()
        for (i, j), entry in positions(explicit(symbol, **sizes))
    }
    result = explicit(left, **sizes).subs(entries)
    return exact(result[0, 0] if result.shape == (1, 1) else result.tolist())


def positions(matrix: Any) -> list[tuple[tuple[int, int], Any]]:
    return [((i, j), matrix[i, j]) for i in range(matrix.rows) for j in range(matrix.cols)]
