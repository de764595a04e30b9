"""Random networks, and the check of their gradients by the complex step."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from bptt.measure import GradientReport, compare, complex_step
from bptt.numeric import Gradients, Parameters, network_loss

Array = npt.NDArray[Any]

# All sizes differ and none is 1: a transposed or swapped factor cannot come out right by accident.
D, H, K, B, T = 2, 3, 4, 6, 5
NAMES = ["U", "W", "V", "b", "c", "h0", "x"]


def each_of(*sizes: tuple[int, ...]) -> pytest.MarkDecorator:
    """Let a test run with networks of these sizes, which its name says."""
    return pytest.mark.parametrize("sizes", sizes, ids=lambda sizes: "-".join(map(str, sizes)))


def network(
    *, sizes: tuple[int, ...] = (D, H, K, B, T), single: bool = False, dtype: Any = float
) -> tuple[Parameters, Array, Array, Array]:
    """Parameters, x, labels y and h0."""
    D, H, K, B, T = sizes
    random = np.random.default_rng(0)
    batch = () if single else (B,)
    shapes = {"U": (H, D), "W": (H, H), "V": (K, H), "b": (H,), "c": (K,)}
    params = Parameters(**{name: random.normal(size=of).astype(dtype) for name, of in shapes.items()})
    x, h0 = random.normal(size=(T, *batch, D)), random.uniform(-0.9, 0.9, size=(*batch, H))
    return params, x.astype(dtype), random.integers(0, K, size=(T, *batch)), h0.astype(dtype)


def soft(y: Array, dtype: Any = float) -> Array:
    """Distributions over K classes, in place of labels."""
    return np.random.default_rng(1).dirichlet(np.ones(K), size=y.shape).astype(dtype)


def measured(params: Parameters, x: Array, y: Array, h0: Array, **options: str) -> dict[str, Array]:
    """The gradients of a network's loss by the complex step."""

    def f(h0: Array, x: Array, **arrays: Array) -> float | complex:
        return network_loss(Parameters(**arrays), x, y, h0, **options)

    return {**complex_step(f, {**vars(params), "h0": h0, "x": x})}


def compared(
    gradients: Gradients, params: Parameters, x: Array, y: Array, h0: Array, **options: str
) -> GradientReport:
    """The gradients that are claimed of a network's loss, beside those that are measured."""
    expected = measured(params, x, y, h0, **options)
    return compare(gradients.by_name(), expected, method="complex step")


def distance(actual: Array, expected: Array) -> float:
    """Relative in the norm of the whole tensor; the shapes must agree."""
    assert np.shape(actual) == np.shape(expected)
    return float(np.linalg.norm(actual - expected) / (np.linalg.norm(expected) or 1.0))


def furthest(some: Mapping[str, Array], others: Mapping[str, Array]) -> float:
    """The distance of the two tensors of one name that lie furthest apart; the names must agree."""
    assert some.keys() == others.keys()
    return max(distance(some[name], others[name]) for name in others)


def same(some: Mapping[str, Array], others: Mapping[str, Array]) -> bool:
    """Equal bit for bit."""
    return some.keys() == others.keys() and all(np.array_equal(some[name], others[name]) for name in some)


def step_by_step(
    params: Parameters, x: Array, y: Array, h0: Array, *, loss: str = "nll", loss_at: str = "all"
) -> tuple[float, dict[str, Array]]:
    """The loss and all gradients as the chapters' formulas say them, one step after another in float64."""
    U, W, V, b, c = (array.astype(float) for array in params)
    x, h0, T = x.astype(float), h0.astype(float), len(x)
    h = [h0]
    for t in range(T):
        h.append(np.tanh(h[t] @ W.T + x[t] @ U.T + b))
    o = np.stack([h[t + 1] @ V.T + c for t in range(T)])
    p = np.exp(o) / np.exp(o).sum(axis=-1, keepdims=True)
    label = np.eye(len(c))[y]
    each = -np.log((label * p).sum(axis=-1)) if loss == "nll" else ((label - p) ** 2).sum(axis=-1)
    g_p = 2 * (p - label)
    g_o = p - label if loss == "nll" else p * (g_p - (p * g_p).sum(axis=-1, keepdims=True))
    if loss_at == "last":
        each, g_o = each[-1:], g_o * (np.arange(T) == T - 1).reshape(T, *[1] * (x.ndim - 1))
    sums = {name: np.zeros(array.shape) for name, array in vars(params).items()}
    g_x, carried = np.empty_like(x), 0 * h0
    for t in reversed(range(T)):
        g_a = (g_o[t] @ V + carried) * (1 - h[t + 1] ** 2)
        for name, g, z in [("U", g_a, x[t]), ("W", g_a, h[t]), ("V", g_o[t], h[t + 1])]:
            sums[name] += np.atleast_2d(g).T @ np.atleast_2d(z)
        sums["b"] += np.atleast_2d(g_a).sum(axis=0)
        sums["c"] += np.atleast_2d(g_o[t]).sum(axis=0)
        g_x[t], carried = g_a @ U, g_a @ W
    return float(each.sum()), {**sums, "h0": carried, "x": g_x}
