"""Gradients in 50 digits: the formulas of the book, step by step, on Python's decimals."""

from decimal import Decimal, localcontext
from typing import Any

import numpy as np

from measured.networks import Network

DIGITS = 50


def roundings(network: Network) -> dict[str, float]:
    """The error of each gradient in the norm, relative, as a multiple of the dtype's eps."""
    _, gradients = network.run()
    eps = Decimal(float(np.finfo(network.dtype).eps))
    found = {}
    with localcontext() as context:
        context.prec = DIGITS
        exact = in_decimals(network)
        for name, gradient in gradients.items():
            error = norm(decimals(gradient) - exact[name]) / norm(exact[name])
            found[name] = float(error / eps)
    return found


def in_decimals(network: Network) -> dict[str, Any]:
    """The gradients of the summed loss; to be called where the context has the digits wanted."""
    U, W, V, b, c = (decimals(array) for array in network.arrays.values())
    x, T = decimals(network.x), network.sizes[0]
    h, p = [decimals(network.h0)], []
    for t in range(T):
        h.append(tanh(h[t] @ W.T + x[t] @ U.T + b))
        e = exp(h[t + 1] @ V.T + c)
        p.append(e / e.sum(axis=1, keepdims=True))
    sums = {name: decimals(np.zeros_like(array)) for name, array in network.arrays.items()}
    carried = 0 * h[0]
    for t in reversed(range(T)):
        g_o = p[t] - decimals(np.eye(len(c))[network.y[t]])
        g_a = (g_o @ V + carried) * (1 - h[t + 1] ** 2)
        sums["U"] += g_a.T @ x[t]
        sums["W"] += g_a.T @ h[t]
        sums["V"] += g_o.T @ h[t + 1]
        sums["b"] += g_a.sum(axis=0)
        sums["c"] += g_o.sum(axis=0)
        carried = g_a @ W
    return sums


decimals = np.vectorize(lambda value: Decimal(float(value)), otypes=[object])
exp = np.vectorize(Decimal.exp, otypes=[object])


def tanh(a: Any) -> Any:
    """tanh a = 1 − 2 / (e²ᵃ + 1)."""
    return 1 - 2 / (exp(2 * a) + 1)


def norm(z: Any) -> Decimal:
    """The Euclidean norm of all entries."""
    return Decimal((z**2).sum()).sqrt()
