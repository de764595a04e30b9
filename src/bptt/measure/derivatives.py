"""Measures derivatives of any real scalar function of arrays, perturbing one entry at a time.

    complex step           ∂f/∂x ≈ Im f(x + iη) / η,                  η = 2⁻¹⁰⁰, exact to rounding
    central differences    ∂f/∂x ≈ (f(x + η) − f(x − η)) / 2η,        η = ∛ε max(1, |x|), about ten digits

f is called with the arrays as keyword arguments, `f(**arrays)`: once or twice for every entry, and a few
times more for every array, to see that it can be measured. Measuring is done in double precision: float32
arrays are converted, exactly, before f sees them. The code knows no formula of any gradient; that
independence is what a measurement is worth.
"""

import math
from collections.abc import Iterable, Mapping
from itertools import pairwise

import numpy as np

from bptt.arrays import Doubles
from bptt.measure.containers import by_name
from bptt.measure.probe import (
    IMAGINARY_PART_LOST,
    Function,
    Point,
    complex_value,
    lifted,
    point_and_names,
    real_value,
    shifted,
)
from bptt.measure.progress import progress

# Nothing cancels in the complex step, so it may be tiny; a power of two multiplies without rounding.
COMPLEX_STEP = 2.0**-100
# Balances the truncation error η² against the rounding error ε/η.
DIFFERENCE_STEP = float(np.finfo(np.float64).eps) ** (1 / 3)


def complex_step(
    f: Function, arrays: Mapping[str, object], wrt: str | Iterable[str] | None = None
) -> dict[str, Doubles]:
    """Measure the gradient of f by the complex step, ∂f/∂x = Im f(x + iη)/η with η = 2⁻¹⁰⁰.

    f sees every floating array as complex128 and must be analytic: arithmetic, products, exp, tanh and the
    like. Each array's gradient is confirmed by a real directional derivative, so that an f that loses the
    imaginary part on the way raises instead of seeming constant. Not resolved are derivatives smaller than
    η² = 6e-61 times the third derivative, and those below 1e-278, which underflow.

    Args:
        f: called as f(**arrays); returns a real scalar for real arrays and a complex one for complex arrays.
        arrays: name -> real array of any shape, or a float; or a list, tuple, dictionary or dataclass of
            them. Outside `wrt` also integer or boolean arrays.
        wrt: the name or names to differentiate by; all if not given.

    Returns:
        name -> ∂f/∂(that array), float64, of its shape; an array in a container has a name such as `p["W"]`.

    Raises:
        TypeError: an array that is not real floating; f returns no scalar, a complex one for real arrays, or
            one below double precision.
        ValueError: an unknown name in `wrt`; NaN or infinity in an array or a value of f; f modifies an
            argument, drops the imaginary part, or has a kink at this point.

    Measured: on functions whose gradients are known, exact to rounding.
    Source: [squire1998].
    """
    (point, names), f = point_and_names(arrays, wrt), by_name(f, arrays)
    value = real_value(f, point)
    return {name: confirmed_gradient(f, point, name, value)[0] for name in names}


def confirmed_gradient(f: Function, point: Point, name: str, value: float) -> tuple[Doubles, bool]:
    """Return the gradient by one array, by the complex step, and whether there is a kink near the point."""
    complex_point, gradient = lifted(point), np.empty(point[name].shape)
    stays_real = True
    for index in progress(f"gradient by {name}", np.ndindex(gradient.shape), gradient.size):
        moved = complex_value(f, shifted(complex_point, name, index, 1j * COMPLEX_STEP))
        gradient[index] = moved.imag / COMPLEX_STEP
        stays_real = stays_real and not isinstance(moved, complex)
    # If f stayed real throughout, it must not move at all: no rounding is allowed for.
    rounding = 0.0 if stays_real else 1e2 * float(np.finfo(np.float64).eps) * abs(value)
    direction = confirming_direction(point[name])
    along, scale = np.sum(gradient * direction), np.sum(np.abs(gradient * direction))
    return gradient, confirm(f, point, name, float(along), float(scale), rounding)


def central_differences(
    f: Function,
    arrays: Mapping[str, object],
    wrt: str | Iterable[str] | None = None,
    *,
    step: float = DIFFERENCE_STEP,
) -> dict[str, Doubles]:
    """Measure the gradient of f by central differences, (f(x + η) − f(x − η))/2η with η = step · max(1, |x|).

    For functions that cannot take complex arrays. The error is about ε^(2/3) = 4e-11 times f and its third
    derivative, whatever the size of the gradient: a vanishing gradient drowns in it.

    Args:
        f: called as f(**arrays); returns a real scalar.
        arrays: name -> real array of any shape, or a float; or a list, tuple, dictionary or dataclass of
            them. Outside `wrt` also integer or boolean arrays.
        wrt: the name or names to differentiate by; all if not given.
        step: the step for entries of magnitude at most 1; positive.

    Returns:
        name -> ∂f/∂(that array), float64, of its shape; an array in a container has a name such as `p["W"]`.

    Raises:
        TypeError: an array that is not real floating; f returns no scalar, a complex one, or one below double
            precision.
        ValueError: an unknown name in `wrt`; a step that is not positive; NaN or infinity in an array or a
            value of f; f modifies an argument.

    Measured: on functions whose gradients are known, to nine digits.
    """
    if not 0 < step < math.inf:
        raise ValueError(f"step: expected a positive finite number; received {step}")
    (point, names), f = point_and_names(arrays, wrt), by_name(f, arrays)
    gradients: dict[str, Doubles] = {}
    for name in names:
        gradient = np.empty(point[name].shape)
        for index in np.ndindex(gradient.shape):
            shift = step * max(1.0, abs(float(point[name][index])))
            above, below = shifted(point, name, index, shift), shifted(point, name, index, -shift)
            # x + η is rounded: the step that was taken is not quite the one that was asked for.
            taken = above[name][index] - below[name][index]
            gradient[index] = (real_value(f, above) - real_value(f, below)) / taken
        gradients[name] = gradient
    return gradients


def confirming_direction(array: Doubles) -> Doubles:
    """Draw a direction that moves every entry, in proportion to its size, so that none changes its sign."""
    size = np.where(array == 0, np.abs(array).max() or 1.0, np.abs(array))
    random = np.random.default_rng(0)
    return size * random.uniform(0.5, 1.5, array.shape) * random.choice([-1.0, 1.0], array.shape)


def confirm(f: Function, point: Point, name: str, along: float, scale: float, rounding: float) -> bool:
    """Refuse a slope by the complex step, along the confirming direction, that real differences contradict.

    Differences with three steps tell their own error, truncation or rounding, by how far they lie apart. A
    smooth function's error falls with the step; where it does not, and where only smaller steps agree, the
    steps cross a kink.

    Args:
        f, point, name: what is measured.
        along: the slope by the complex step.
        scale: the size of the terms of which it is the sum.
        rounding: by how much f may move for no other reason.

    Returns:
        Whether there is a kink near the point.
    """
    direction = confirming_direction(point[name])

    def slope(step: float) -> float:
        above, below = (shifted(point, name, ..., shift * direction) for shift in (step, -step))
        return (real_value(f, above) - real_value(f, below)) / (2 * step)

    steps = [2.0**-14, 2.0**-15, 2.0**-16]
    slopes = [slope(step) for step in steps]
    slack = 1e-3 * scale
    tolerance = 2 * (max(slopes) - min(slopes)) + slack + rounding / steps[-1]
    if abs(along - slopes[-1]) > tolerance:
        if all(abs(along - slope(step)) < slack for step in (2.0**-22, 2.0**-25)):
            return True
        raise ValueError(
            f"f: drops the imaginary part that the complex step needs, or has a kink at this point: along "
            f"one direction of {name} the complex step gives {along:.6g}, a central difference "
            f"{slopes[-1]:.6g}; {IMAGINARY_PART_LOST}"
        )
    off = [abs(along - one) for one in slopes]
    return any(less > more / 2 and less > 1e-6 * scale + rounding / steps[-1] for more, less in pairwise(off))
