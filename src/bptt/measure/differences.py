"""Measures a slope by differences of several steps, which tell by how far they lie apart how exact it is.

    D(η) = (f(x + ηd) − f(x − ηd)) / 2η = ⟨∂f/∂x, d⟩ + O(η²),    computed to about ε f / η

A large step misses by the curvature of f, a small one by its rounding. Three steps that agree are taken for
the slope. If three usual ones do not agree, other ones are tried: smaller ones beside a kink, larger ones
where f computes in single precision. At a kink there is no step that is right: the slopes on its two sides
differ, and any between them is as good.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

EPSILON = float(np.finfo(np.float64).eps)
USUAL = (2.0**-15, 2.0**-17, 2.0**-19)
LADDER = tuple(4.0**-k for k in range(2, 17))
COARSE_LADDER = tuple(2.0**-k for k in range(2, 13))
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


def slope(f: Callable[[float], float], value: float, scale: float = 1.0, *, coarse: bool = False) -> Slope:
    """Measure f′(0) by central differences.

    Args:
        f: a function of one number, the step.
        value: f(0).
        scale: the size of a step that is moderate, such as that of x.
        coarse: whether f computes in single precision: small steps do not move it, and agree on 0.
    """
    noise = 4 * EPSILON * abs(value) / scale

    def both(step: float) -> tuple[float, float]:
        step *= scale
        return (value - f(-step)) / step, (f(step) - value) / step

    usual = [both(step) for step in USUAL]
    centre = _slope(usual, USUAL, noise)
    if not coarse and not centre.kink and centre.bound <= 1e-6 * max(abs(side) for side in usual[0]):
        return centre
    # Some step is wrong, or f is: the three neighbours that agree best are taken.
    steps = COARSE_LADDER if coarse else LADDER
    ladder = [both(step) for step in steps]
    tried = [_slope(ladder[k : k + 3], steps[k : k + 3], noise) for k in range(len(steps) - 2)]
    best = min(tried, key=lambda one: one.bound)
    off = [abs((left + right) / 2 - best.value) for left, right in usual]
    near = (
        not coarse
        and not best.kink
        and any(
            # The error of a smooth function falls by 16 from step to step.
            larger > 10 * best.bound and not larger / 64 - best.bound <= smaller <= larger / 4 + best.bound
            for larger, smaller in pairwise(off)
        )
    )
    return replace(best, near=near, bound=2 * best.bound if coarse else best.bound)


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
