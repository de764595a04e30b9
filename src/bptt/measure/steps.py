"""Measures with many step sizes, by both methods, how far a claim is from the slope along one direction."""

from collections.abc import Mapping

import numpy as np

from bptt.arrays import Doubles
from bptt.measure.plot import Plot
from bptt.measure.probe import Function, Point, complex_value, lifted, real_value, shifted

STEPS = tuple(10.0**-k for k in range(1, 16))


def errors_by_step(f: Function, point: Point, claims: Mapping[str, Doubles]) -> Plot:
    """Measure the relative error of each claim along one random direction, with steps from 0.1 to 1e-15."""
    lines: dict[str, tuple[float, ...]] = {}
    for name, claim in claims.items():
        move = np.random.default_rng([0, 4]).normal(size=claim.shape)
        claimed = float(np.sum(claim * move))
        differences = [
            (
                real_value(f, shifted(point, name, ..., h * move))
                - real_value(f, shifted(point, name, ..., -h * move))
            )
            / (2 * h)
            for h in STEPS
        ]
        lines[f"{name}, central differences"] = _errors(claimed, differences)
        try:
            at = lifted(point)
            slopes = [complex_value(f, shifted(at, name, ..., 1j * h * move)).imag / h for h in STEPS]
        except (TypeError, ValueError):
            continue  # f takes no complex arrays
        lines[f"{name}, complex step"] = _errors(claimed, slopes)
    return Plot(STEPS, lines)


def _errors(claimed: float, slopes: list[float]) -> tuple[float, ...]:
    size = float(np.median(np.abs(slopes)))
    return tuple(abs(claimed - one) / size if size else float(claimed != one) for one in slopes)
