"""Measures slopes along chosen directions, and how exact they are.

The complex step has no truncation to speak of, only rounding, which is measured: the slope is taken again at
points that are an ulp or so away, with other steps. By how much it moves there is what rounding can do to it,
and would do to a claim. Differences have steps that agree or do not (`differences.py`).
"""

from dataclasses import dataclass

import numpy as np

from bptt.arrays import Doubles
from bptt.measure.derivatives import COMPLEX_STEP, confirm, confirmed_gradient, confirming_direction
from bptt.measure.differences import EPSILON, NEAR, slope
from bptt.measure.directions import Directions
from bptt.measure.faults import SINGLE, moves_in_steps
from bptt.measure.probe import Function, Point, complex_value, floating, lifted, real_value, shifted
from bptt.measure.progress import progress

# A claim is computed in another order than the measurement: its rounding is of the same size, not the same.
OTHER_ORDER = 8


@dataclass(frozen=True)
class Measured:
    """The slopes along some directions.

    Attributes:
        slopes: along each; at a kink, what is claimed, if it lies between the slopes of the two sides.
        bound: how far they may be off, in their norm.
        rounding: below this they, and a claim, are zero to rounding.
        note: what else there is to say.
    """

    slopes: Doubles
    bound: float
    rounding: float
    note: str = ""


def by_complex_step(
    f: Function, point: Point, name: str, value: float, directions: Directions, claimed: Doubles
) -> Measured:
    """Measure along directions by the complex step, confirmed by a real difference."""
    if directions.everywhere:
        gradient, near = confirmed_gradient(f, point, name, value)
        slopes = gradient.ravel()
    else:
        complex_point = lifted(point)
        items = progress(f"slopes by {name}", directions.items, len(directions))
        slopes = np.array([_slope(f, complex_point, name, where, move) for where, move in items])
        direction = confirming_direction(point[name])
        along = _slope(f, complex_point, name, ..., direction)
        near = confirm(f, point, name, along, abs(along), 1e2 * EPSILON * abs(value))
    off = rounding(f, point, name, 4)
    if np.linalg.norm(slopes) <= off:
        off = rounding(f, point, name, 16)  # what is judged by its rounding asks for a better one
    return Measured(slopes, off, off, NEAR if near else "")


def rounding(f: Function, point: Point, name: str, times: int) -> float:
    """Measure what rounding can do to the gradient by one array, in its norm.

    The slope along one random direction is taken at the point, and at some that lie within four ulp of it,
    each with another step; where f has a term whose derivative the step does not resolve, this shows too.
    """
    random = np.random.default_rng([0, 3])
    direction = random.normal(size=point[name].shape)
    here = _slope(f, lifted(point), name, ..., direction)
    off = 0.0
    for k in range(1, times + 1):
        near = {
            one: np.array(x * (1 + EPSILON * random.integers(-4, 5, x.shape))) for one, x in floating(point)
        }
        there = _slope(f, lifted({**point, **near}), name, ..., direction, COMPLEX_STEP * 2.0**k)
        off = max(off, abs(there - here))
    return OTHER_ORDER * off


def by_differences(
    f: Function, point: Point, name: str, value: float, directions: Directions, claimed: Doubles
) -> Measured:
    """Measure along directions by central differences of several steps."""
    measured, bounds = np.empty(len(directions)), np.empty(len(directions))
    kinks = near = 0
    coarse = moves_in_steps(f, point, name, value)
    items = progress(f"slopes by {name}", directions.items, len(directions))
    for k, (where, move) in enumerate(items):
        size = float(np.max(np.abs(point[name][where])))
        along = slope(
            lambda step, where=where, move=move: real_value(
                f, shifted(point, name, where, step * move), True
            ),  # type: ignore[misc]
            value,
            max(1.0, size) / float(np.max(np.abs(move))),
            coarse=coarse,
        )
        near += along.near
        kinks += along.kink
        bounds[k] = along.bound
        low, high = sorted(along.sides)
        # Between the slopes of the two sides of a kink any is as good.
        measured[k] = min(max(claimed[k], low), high) if along.kink else along.value
    notes = [text for text, said in ((SINGLE, coarse), (NEAR, near)) if said]
    if kinks:
        notes.append(
            f"at a kink in {kinks} of {len(directions)}, where any slope between both sides' is taken"
        )
    return Measured(measured, float(np.linalg.norm(bounds)), 0.0, "; ".join(notes))


def _slope(
    f: Function, complex_point: Point, name: str, where: object, move: object, step: float = COMPLEX_STEP
) -> float:
    return complex_value(f, shifted(complex_point, name, where, 1j * step * move)).imag / step  # type: ignore[operator]
