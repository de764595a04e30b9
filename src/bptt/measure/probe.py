"""Calls the function under measurement: on copies, at shifted points, with its value checked.

Where a function changes its arguments, returns no scalar or loses the imaginary part, a measurement of it
means nothing. Each of these raises and says what came.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from bptt.arrays import Array, as_double, check_mapping

Function = Callable[..., Any]
Point = dict[str, Array]

IMAGINARY_PART_LOST = (
    "likely abs, np.real, a norm, .conj(), or writing into an array of real dtype. "
    "Keep f analytic, or measure by central differences"
)


def point_and_names(
    arrays: Mapping[str, object], wrt: str | Iterable[str] | None
) -> tuple[Point, tuple[str, ...]]:
    """Return double copies of the arrays, and the names to differentiate by."""
    check_mapping("arrays", arrays)
    names = tuple(arrays) if wrt is None else (wrt,) if isinstance(wrt, str) else tuple(wrt)
    for name in names:
        if name not in arrays:
            raise ValueError(f"wrt: expected names among {', '.join(arrays)}; received {name!r}")
    point: Point = {}
    for name, value in arrays.items():
        # Labels and masks are constants; they keep their dtype.
        constant = name not in names and isinstance(value, np.ndarray) and value.dtype.kind in "iub"
        point[name] = np.array(value) if constant else as_double(f"arrays[{name!r}]", value)
    return point, names


def lifted(point: Point) -> Point:
    """Return the point with all its floating arrays complex, so that f sees one dtype."""
    floating = {name: array.astype(complex) for name, array in point.items() if array.dtype.kind == "f"}
    return {**point, **floating}


def shifted(point: Point, name: str, where: Any, shift: Any) -> Point:
    """Return the point with `shift` added to the entries `where` of one array."""
    array = point[name].copy()
    array[where] += shift
    return {**point, name: array}


def real_value(f: Function, point: Point) -> float:
    """Return f at a real point, a finite real number.

    Raises:
        TypeError: f returns something else than a scalar, one below double precision, or a complex one.
        ValueError: f returns an array or a value that is not finite, or modifies its arguments.
    """
    value = _value(f, point)
    if isinstance(value, complex):
        raise TypeError(f"f: expected a real value for real arrays; received the complex {value}")
    return value


def complex_value(f: Function, point: Point) -> complex | float:
    """Return f at a complex point: a complex number, or a float where f does not depend on the arrays.

    Raises:
        TypeError: as `real_value`, or f cannot take complex arrays.
        ValueError: as `real_value`, or f casts a complex array to a real one.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            return _value(f, point)
    except np.exceptions.ComplexWarning as warning:
        message = f"f: drops the imaginary part that the complex step needs; {IMAGINARY_PART_LOST}"
        raise ValueError(message) from warning
    except TypeError as error:
        error.add_note("f was given complex arrays; if it cannot take them, measure by central differences")
        raise


def _value(f: Function, point: Point) -> complex | float:
    copies = {name: array.copy() for name, array in point.items()}
    value = f(**copies)
    for name, array in point.items():
        if not np.array_equal(array, copies[name]):
            raise ValueError(f"f: expected to leave its arguments as they are; it modified {name}")
    if isinstance(value, bool) or not isinstance(value, (int, float, complex, np.number, np.ndarray)):
        raise TypeError(f"f: expected to return a scalar; received {type(value).__name__}")
    if np.ndim(value) > 0:
        raise ValueError(f"f: expected to return a scalar; received shape {np.shape(value)}")
    if isinstance(value, (np.number, np.ndarray)) and value.dtype.type not in (np.float64, np.complex128):
        raise TypeError(f"f: expected to return double precision for double arrays; received {value.dtype}")
    result: complex | float = value.item() if isinstance(value, (np.number, np.ndarray)) else value
    if not np.isfinite(result):
        raise ValueError(f"f: expected a finite value; received {result}")
    return result
