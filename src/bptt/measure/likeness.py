"""Says how a wrong gradient differs from the measured one: by a factor, by its order, or in a few places."""

import numpy as np

from bptt.arrays import Doubles

CLOSE = 1e-6


def likeness(claimed: Doubles, measured: Doubles) -> str:
    """Say what makes the claim wrong, if it is one of a few things; an empty text if not.

    Args:
        claimed, measured: of one shape, not equal.
    """
    if not measured.any():
        return ""
    if not claimed.any():
        return "the claim is 0"
    scale = float(max(np.abs(measured).max(), np.abs(claimed).max()))
    c, m = claimed / scale, measured / scale
    if not np.sum(m * m):
        return ""  # the claim is larger by more than numbers can say
    factor = float(np.sum(c * m) / np.sum(m * m))
    if c.size > 1 and abs(factor - 1) > 1e-3 and _close(c, factor * m):
        return f"the claim is {_factor(factor)} times what is measured"
    if c.ndim == 2 and c.shape[0] == c.shape[1] and _close(c.T, m):
        return "the claim is the transpose of what is measured"
    for axis in range(c.ndim):
        if _close(np.flip(c, axis), m):
            return f"the claim is what is measured, in the opposite order along axis {axis}"
    for axis in range(c.ndim):
        others = tuple(one for one in range(c.ndim) if one != axis)
        wrong = np.flatnonzero(np.sqrt(np.sum((c - m) ** 2, axis=others)) > CLOSE * np.linalg.norm(m))
        if 0 < len(wrong) <= min(3, c.shape[axis] // 2):
            places = ", ".join(map(str, wrong))
            return f"the claim is wrong only where axis {axis} is at {places}"
    return ""


def _close(a: Doubles, b: Doubles) -> bool:
    return bool(np.linalg.norm(a - b) <= CLOSE * np.linalg.norm(b))


def _factor(factor: float) -> str:
    if abs(factor) < 1 and abs(1 / factor - round(1 / factor)) < 1e-5 * abs(1 / factor):
        return f"{'−' if factor < 0 else ''}1/{abs(round(1 / factor))}"
    return f"{factor:.6g}".replace("-", "−")
