"""How fast the machine could be: its arithmetic at the best rates that NumPy reaches on it."""

from functools import cache
from typing import Any

import numpy as np

from measured.timing import cpu


def seconds(sizes: tuple[int, int, int, int, int], dtype: Any) -> float:
    """The products of a forward and a backward pass at the peak, and its tanh and exp at the fastest seen."""
    T, B, D, H, K = sizes
    forward, back, sums = D * H + H * H + H * K, H * K + H * H, D * H + H * H + H * K
    flops = 2 * T * B * (forward + back + sums)
    peak, tanh, exp = rates(dtype)
    return flops / peak + T * B * H / tanh + T * B * K / exp


@cache
def rates(dtype: Any) -> tuple[float, float, float]:
    """FLOP per second of a product, and entries per second of tanh and of exp; the best of several sizes."""
    draw = np.random.default_rng(0)
    peak = 0.0
    for n in (128, 256, 512, 1024):
        A, out = draw.normal(size=(n, n)).astype(dtype), np.empty((n, n), dtype)
        calls = max(1, round(2e8 / n**3))
        best = min(cpu(lambda A=A, out=out: np.dot(A, A, out), calls) for _ in range(5))
        peak = max(peak, 2 * n**3 / best)
    fastest = []
    for function in (np.tanh, np.exp):
        rate = 0.0
        for n in (1024, 8192, 65536):
            z, out = draw.normal(size=n).astype(dtype), np.empty(n, dtype)
            best = min(cpu(lambda z=z, out=out, f=function: f(z, out), 2**21 // n) for _ in range(5))
            rate = max(rate, n / best)
        fastest.append(rate)
    return peak, fastest[0], fastest[1]
