"""Exact values: what may be compared without a tolerance."""

from typing import Any

import sympy as sp


def exact(value: Any) -> Any:
    """Turn a value into SymPy's, refusing floats: an exact comparison needs exact values."""
    array = value.tolist() if hasattr(value, "tolist") else value
    result = sp.Matrix(array) if isinstance(array, list) else sp.sympify(array)
    if result.atoms(sp.Float):
        raise TypeError(f"value: expected exact numbers, got floats in {value!r}")
    return sp.ImmutableMatrix(result) if isinstance(result, sp.MatrixBase) else result


def same(value: Any, printed: Any) -> bool:
    if isinstance(value, sp.MatrixBase) != isinstance(printed, sp.MatrixBase):
        return False
    if isinstance(value, sp.MatrixBase):
        return value.shape == printed.shape and all(sp.expand(entry) == 0 for entry in value - printed)
    return bool(sp.expand(value - printed) == 0)
