"""Random networks, and the check of their gradients by the complex step."""

from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# All sizes differ and none is 1: a transposed or swapped factor cannot come out right by accident.
D, H, K, B, T = 2, 3, 4, 6, 5
NAMES = ["U", "W", "V", "b", "c", "h0", "x"]


def network(
    numeric: ModuleType, *, sizes: tuple[int, ...] = (D, H, K, B, T), single: bool = False, dtype: Any = float
) -> tuple[Any, Array, Array, Array]:
    """Parameters, x, labels y and h0."""
    D, H, K, B, T = sizes
    random = np.random.default_rng(0)
    batch = () if single else (B,)
    shapes = {"U": (H, D), "W": (H, H), "V": (K, H), "b": (H,), "c": (K,)}
    params = numeric.Parameters(**{n: random.normal(size=shape).astype(dtype) for n, shape in shapes.items()})
    x, h0 = random.normal(size=(T, *batch, D)), random.uniform(-0.9, 0.9, size=(*batch, H))
    return params, x.astype(dtype), random.integers(0, K, size=(T, *batch)), h0.astype(dtype)


def soft(y: Array, dtype: Any = float) -> Array:
    """Distributions over K classes, in place of labels."""
    return np.random.default_rng(1).dirichlet(np.ones(K), size=y.shape).astype(dtype)


def gradcheck(
    numeric: ModuleType, gradients: Any, params: Any, x: Array, y: Array, h0: Array, **options: str
) -> Any:
    """Check the claimed gradients of a network's loss."""

    def f(h0: Array, x: Array, **arrays: Array) -> Any:
        return numeric.network_loss(numeric.Parameters(**arrays), x, y, h0, **options)

    return numeric.gradcheck(f, vars(gradients), {**vars(params), "h0": h0, "x": x})


def distance(actual: Array, expected: Array) -> float:
    """Relative in the norm of the whole tensor; the shapes must agree."""
    assert np.shape(actual) == np.shape(expected)
    return float(np.linalg.norm(actual - expected) / (np.linalg.norm(expected) or 1.0))


def same(some: dict[str, Array], others: dict[str, Array]) -> bool:
    """Equal bit for bit."""
    return all(np.array_equal(some[name], others[name]) for name in some | others)


def step_by_step(
    numeric: ModuleType, params: Any, x: Array, y: Array, h0: Array, *, loss: str = "nll", steps: str = "all"
) -> tuple[float, dict[str, Array]]:
    """The loss and all gradients as the chapters' formulas say them, one step after another in float64."""
    U, W, V, b, c = (array.astype(float) for array in vars(params).values())
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
    if steps == "last":
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
