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
