"""Calls the function under measurement: on copies, at shifted points, with its value checked.

Where a function changes its arguments, returns no scalar or loses the imaginary part, a measurement of it
means nothing. Each of these raises and says what came.
"""

import warnings
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from bptt.arrays import as_double
from bptt.measure.containers import named

Function = Callable[..., Any]
# Name -> array, and what stands among arrays without being one, such as the name of an activation.
Point = dict[str, Any]

DIFFERENCES = "measure by central differences (method='central differences')"
KEPT = "np.zeros(shape, W.dtype)"
INTO_REAL = "output from dtype('complex128')", "output array is not acceptable"  # what NumPy says of out=
IMAGINARY_PART_LOST = (
    "likely float(), math.log, abs, np.real, a norm, .conj(), or writing into an array of real dtype. "
    f"Keep f analytic, an array as {KEPT}, or {DIFFERENCES}"
)


def point_and_names(
    arrays: Mapping[str, object], wrt: str | Iterable[str] | None
) -> tuple[Point, tuple[str, ...]]:
    """Return double copies of the arrays, and the names to differentiate by.

    A name of a container stands for all floating arrays in it.
    """
    found = named("arrays", arrays)
    asked = tuple(arrays) if wrt is None else (wrt,) if isinstance(wrt, str) else tuple(wrt)
    names: list[str] = []
    for one in asked:
        within = [
            name
            for path, (name, value) in found.items()
            if name == one or (path[0] == one and not _is_constant(value))
        ]
        if not within:
            raise ValueError(f"wrt: expected names among {', '.join(arrays)}; received {one!r}")
        names += within
    point: Point = {}
    for name, value in found.values():
        # Labels and masks are constants; they keep their dtype.
        if name in names or not _is_constant(value):
            point[name] = as_double(f"arrays[{name!r}]", value)
        else:
            point[name] = value.copy() if isinstance(value, np.ndarray) else value
    return point, tuple(names)


def _is_constant(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "iub"
    return value is None or isinstance(value, (str, int, np.integer)) or callable(value)


def lifted(point: Point) -> Point:
    """Return the point with all its floating arrays complex, so that f sees one dtype."""
    return {**point, **{name: array.astype(complex) for name, array in floating(point)}}


def floating(point: Point) -> list[tuple[str, Any]]:
    """List the floating arrays of a point."""
    return [(name, x) for name, x in point.items() if isinstance(x, np.ndarray) and x.dtype.kind == "f"]


def shifted(point: Point, name: str, where: Any, shift: Any) -> Point:
    """Return the point with `shift` added to the entries `where` of one array."""
    array = point[name].copy()
    array[where] += shift
    return {**point, name: array}


def real_value(f: Function, point: Point, single: bool = False) -> float:
    """Return f at a real point, a finite real number.

    Raises:
        TypeError: f returns something else than a scalar, a complex one, or, unless it may be `single`, one
            below double precision.
        ValueError: f returns an array or a value that is not finite, or modifies its arguments.
    """
    copies = _copies(point)
    value = _scalar(f(**copies), point, copies, single)
    if isinstance(value, complex):
        raise TypeError(f"f: expected a real value for real arrays; received the complex {value}")
    return value


def complex_value(f: Function, point: Point) -> complex | float:
    """Return f at a complex point: a complex number, or a float where f does not depend on the arrays.

    Raises:
        TypeError: as `real_value`, or f cannot take complex arrays.
        ValueError: as `real_value`, or f casts a complex array to a real one.
    """
    copies = _copies(point)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            value = f(**copies)
    except np.exceptions.ComplexWarning as warning:
        message = f"f: drops the imaginary part that the complex step needs; {IMAGINARY_PART_LOST}"
        raise ValueError(message) from warning
    except (TypeError, ValueError) as error:
        # At the real point it ran.
        buffer = any(text in str(error) for text in INTO_REAL)
        way = f"it writes into an array of real dtype. Make it as {KEPT}, or " if buffer else ""
        message = f"f: takes real arrays, but not those of the complex step ({error}); {way}{DIFFERENCES}"
        raise TypeError(message) from error
    return _scalar(value, point, copies, single=False)


def _same(array: Any, given: Any) -> bool:
    return np.array_equal(array, given, equal_nan=isinstance(array, np.ndarray) and array.dtype.kind in "fc")


def _copies(point: Point) -> Point:
    return {name: x.copy() if isinstance(x, np.ndarray) else x for name, x in point.items()}


def _scalar(value: Any, point: Point, given: Point, single: bool) -> complex | float:
    for name, array in point.items():
        if not _same(array, given[name]):
            raise ValueError(
                f"f: expected to leave its arguments as they are; it modified {name}. Let f work on a copy"
            )
    if isinstance(value, bool) or not isinstance(value, (int, float, complex, np.number, np.ndarray)):
        hint = ". Give the loss alone: lambda **arrays: f(**arrays)[0]" if isinstance(value, tuple) else ""
        raise TypeError(f"f: expected to return a scalar; received {type(value).__name__}{hint}")
    if np.ndim(value) > 0:
        hint = "for a function that returns arrays and its backward function there is vjpcheck"
        raise ValueError(f"f: expected to return a scalar; received shape {np.shape(value)}; {hint}")
    doubles = (np.float64, np.complex128, np.float32) if single else (np.float64, np.complex128)
    if isinstance(value, (np.number, np.ndarray)) and value.dtype.type not in doubles:
        raise TypeError(
            f"f: expected to return double precision for double arrays; received {value.dtype}. Let f keep "
            f"the dtype of its arguments, as by {KEPT}, or {DIFFERENCES}"
        )
    result: complex | float = value.item() if isinstance(value, (np.number, np.ndarray)) else value
    if not np.isfinite(result):
        raise ValueError(f"f: expected a finite value; received {result}")
    return result
