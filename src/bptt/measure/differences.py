"""Measures a slope by differences of several steps, which tell by how far they lie apart how exact it is.

    D(η) = (f(x + ηd) − f(x − ηd)) / 2η = ⟨∂f/∂x, d⟩ + O(η²),    computed to about ε f / η

A large step misses by the curvature of f, a small one by its rounding. Three steps that agree are taken for
the slope. If three usual ones do not agree, other ones are tried: smaller ones beside a kink, larger ones
where f computes in single precision. At a kink there is no step that is right: the slopes on its two sides
differ, and any between them is as good.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

EPSILON = float(np.finfo(np.float64).eps)
USUAL = (2.0**-15, 2.0**-17, 2.0**-19)
LADDER = tuple(4.0**-k for k in range(2, 17))
NEAR = "near a kink: larger steps cross it"


@dataclass(frozen=True)
class Slope:
    """A slope, and what is known of it.

    Attributes:
        value: of the difference that was taken.
        bound: how far it may be off.
        sides: the slopes to the left and to the right; not equal at a kink.
        near: whether usual steps cross a kink that smaller ones do not.
    """

    value: float
    bound: float
    sides: tuple[float, float]
    near: bool = False

    @property
    def kink(self) -> bool:
        return self.sides[0] != self.sides[1]


def slope(f: Callable[[float], float], value: float, scale: float = 1.0) -> Slope:
    """Measure f′(0) by central differences.

    Args:
        f: a function of one number, the step.
        value: f(0).
        scale: the size of a step that is moderate, such as that of x.
    """
    noise = 4 * EPSILON * abs(value)

    def both(step: float) -> tuple[float, float]:
        step *= scale
        return (value - f(-step)) / step, (f(step) - value) / step

    usual = [both(step) for step in USUAL]
    centre = _slope(usual, USUAL, noise / scale)
    size = max(abs(side) for sides in usual for side in sides)
    if not centre.kink and centre.bound <= 1e-6 * size + 1e2 * noise / (scale * USUAL[-1]):
        return centre
    # Some step is wrong, or f is: the three neighbours that agree best are taken.
    ladder = [both(step) for step in LADDER]
    tried = [_slope(ladder[k : k + 3], LADDER[k : k + 3], noise / scale) for k in range(len(LADDER) - 2)]
    best = min(tried, key=lambda one: one.bound)
    far = abs(best.value - centre.value) > 10 * best.bound and not best.kink
    return Slope(best.value, best.bound, best.sides, near=far and centre.bound > 10 * best.bound)


def _slope(sides: list[tuple[float, float]], steps: tuple[float, ...], noise: float) -> Slope:
    """Take the middle one of three steps; how far they lie apart, with rounding, is the bound."""
    slopes = [(left + right) / 2 for left, right in sides]
    bound = max(slopes) - min(slopes) + noise / steps[-1]
    jumps = [right - left for left, right in sides]
    # A smooth function's two sides come together as the step shrinks, rounding grows; at a kink they stay.
    stays = all(abs(a - b) <= 0.2 * abs(b) for a, b in pairwise(jumps))
    if stays and min(map(abs, jumps)) > 1e2 * noise / steps[-1]:
        return Slope(slopes[1], bound, sides[1])
    return Slope(slopes[1], bound, (slopes[1], slopes[1]))
