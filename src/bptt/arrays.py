"""Checks of array arguments: a refusal names the argument, what was expected and what came.

Nothing is coerced silently. A list, an integer array or a mixture of precisions is refused, since the
gradient of such a thing comes out truncated, or in another precision than the reader thinks.
"""

import cmath
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Doubles = npt.NDArray[np.float64]

REAL = (np.float32, np.float64)
REAL_OR_COMPLEX = (np.float32, np.float64, np.complex64, np.complex128)
_SINGLE = (np.float32, np.complex64)
_AXES = {"rows": 0, "columns": 1}


def check_array(name: str, value: object, dtypes: tuple[type, ...] = REAL_OR_COMPLEX) -> None:
    """Check that `value` is a non-empty array of one of `dtypes` with finite entries.

    Raises:
        TypeError: not a NumPy array, or of another dtype.
        ValueError: no entries, or one that is NaN or infinite (the first is named; indices count from 0).
    """
    # Subclasses are refused too: `*` on np.matrix is a matrix product, and np.asarray would drop a mask.
    if type(value) is not np.ndarray:
        hint = f" (write np.array({name}, dtype=float))" if isinstance(value, (list, tuple)) else ""
        raise TypeError(f"{name}: expected a NumPy array; received {type(value).__name__}{hint}")
    if value.dtype.type not in dtypes:
        expected = " or ".join(dtype.__name__ for dtype in dtypes)
        hint = f" (write {name}.astype(float))" if value.dtype.kind in "iu" else ""
        raise TypeError(f"{name}: expected dtype {expected}; received {value.dtype}{hint}")
    if value.size == 0:
        raise ValueError(f"{name}: expected every size to be at least 1; received shape {value.shape}")
    # A finite sum of squares has finite terms, and is quickly had; one that overflows says nothing.
    if cmath.isfinite(np.vdot(value, value)):
        return
    finite = np.isfinite(value)
    if not finite.all():
        index = tuple(int(i) for i in np.argwhere(~finite)[0])
        raise ValueError(f"{name}: expected finite entries; received {value[index]} at {list(index)}")


def check_indices(name: str, value: object, size: int) -> None:
    """Check that `value` is an array of integers from 0 to size − 1.

    Raises:
        TypeError: not a NumPy array, or not of integers.
        ValueError: one that is out of range (the first is named).
    """
    if type(value) is not np.ndarray or value.dtype.kind not in "iu":
        received = value.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"{name}: expected a NumPy array of integers; received {received}")
    if value.size and (value.min() < 0 or value.max() >= size):
        place = tuple(int(i) for i in np.argwhere((value < 0) | (value >= size))[0])
        raise ValueError(
            f"{name}: expected indices from 0 to {size - 1}; received {value[place]} at {list(place)}"
        )


def check_mapping(name: str, value: object) -> None:
    """Check that `value` maps names to arrays; raises TypeError otherwise."""
    if not isinstance(value, Mapping):
        raise TypeError(f"{name}: expected a mapping from names to arrays; received {type(value).__name__}")


def check_matrices(dtypes: tuple[type, ...] = REAL_OR_COMPLEX, /, **matrices: Array) -> None:
    """Check that each argument is a matrix of one of `dtypes` with finite entries, and all of one precision.

    Real and complex matrices of one precision may meet: under the complex step some factors are complex.

    Raises:
        TypeError: not an array, of another dtype, or single and double precision mixed.
        ValueError: not of rank 2, an empty size, NaN or infinity.
    """
    for name, matrix in matrices.items():
        check_array(name, matrix, dtypes)
        if matrix.ndim != 2:
            raise ValueError(f"{name}: expected a matrix (rank 2); received shape {matrix.shape}")
    check_precision(**matrices)


def check_precision(**arrays: Array) -> None:
    """Check that all arrays are single precision or all are double, real or complex; raises TypeError."""
    precisions = {array.dtype.type in _SINGLE: name for name, array in arrays.items()}
    if len(precisions) == 2:
        received = " with ".join(f"{name} of dtype {arrays[name].dtype}" for name in precisions.values())
        raise TypeError(f"{' and '.join(arrays)}: expected one precision; received {received}")


def check_shape(name: str, array: Array, shape: tuple[int, ...], why: str) -> None:
    """Check that an array has exactly this shape, and say why it must; raises ValueError otherwise."""
    if array.shape != shape:
        # Axes of size 1 apart the shapes may agree: nothing but this one way to write it can be meant.
        same = [size for size in array.shape if size != 1] == [size for size in shape if size != 1]
        hint = f" (write {name}.reshape{shape})" if same else ""
        raise ValueError(f"{name}: expected shape {shape}, {why}; received shape {array.shape}{hint}")


def check_instance(name: str, value: object, kind: type) -> None:
    """Check that `value` is of this class; raises TypeError otherwise."""
    if not isinstance(value, kind):
        raise TypeError(f"{name}: expected {kind.__name__}; received {type(value).__name__}")


def check_choice(name: str, value: object, choices: tuple[str, ...], *others: str) -> None:
    """Check that `value` is one of the words a caller may choose from; raises ValueError otherwise.

    What may stand there in place of a word is described by `others`, and is the caller's to check.
    """
    if value not in choices:
        raise ValueError(
            f"{name}: expected {' or '.join((*map(repr, choices), *others))}; received {value!r}"
        )


def check_count(name: str, value: object) -> None:
    """Check that `value` is a number of steps, at least 1; raises TypeError or ValueError otherwise."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name}: expected a whole number of steps; received {type(value).__name__}")
    if value < 1:
        raise ValueError(f"{name}: expected at least 1 step; received {value}")


def check_conform(name: str, matrix: Array, side: str, other: str, partner: Array, partner_side: str) -> None:
    """Check that `matrix` has as many rows or columns (`side`) as `partner` has rows or columns.

    Raises:
        ValueError: it has not; both shapes are named.
    """
    size = partner.shape[_AXES[partner_side]]
    if matrix.shape[_AXES[side]] != size:
        expected = f"{size} {side}, as many as {other} of shape {partner.shape} has {partner_side}"
        raise ValueError(f"{name}: expected {expected}; received shape {matrix.shape}")


def rows(z: Array) -> Array:
    """Write all axes before the last as one: (T, B, H) becomes (T·B, H). A view of z, if z is in C order."""
    return z.reshape(-1, z.shape[-1])


def outline(thing: object, arrays: Mapping[str, Array]) -> str:
    """Write what a collection of arrays holds: the shape of each, and the precision of all."""
    shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
    precisions = ", ".join(dict.fromkeys(str(array.dtype) for array in arrays.values()))
    return f"{type(thing).__name__}({shapes}; {precisions})"


def as_double(name: str, value: object) -> Doubles:
    """Return a float64 copy of a real tensor: an array of any rank, or a float, which is a tensor of rank 0.

    Raises:
        TypeError: neither an array nor a float, or not of dtype float32 or float64.
        ValueError: no entries, NaN or infinity.
    """
    # NumPy turns a 0-d array into a scalar at the first operation: a scalar parameter's gradient is one.
    tensor = np.array(value) if isinstance(value, (float, np.floating)) else value
    check_array(name, tensor, REAL)
    return np.array(tensor, dtype=np.float64)
