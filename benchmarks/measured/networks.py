"""The networks that are timed: random, with states that neither vanish nor saturate."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from bptt.numeric import Parameters, Prepared, Workspace, loss_and_gradients

# Steps, sequences, inputs, hidden units, classes.
GRID = [(25, 1, 65, 100, 65), (50, 32, 64, 128, 64), (100, 32, 128, 256, 128), (50, 64, 256, 512, 256),
        (200, 16, 32, 64, 32)]  # fmt: skip


@dataclass
class Network:
    """Parameters and one batch; `run` is the package's gradient of it, in a workspace of its own.

    Attributes:
        sizes: (T, B, D, H, K).
        dtype: np.float32 or np.float64.
    """

    sizes: tuple[int, int, int, int, int]
    dtype: Any

    def __post_init__(self) -> None:
        T, B, D, H, K = self.sizes
        draw = np.random.default_rng(0)
        shapes = {"U": (H, D), "W": (H, H), "V": (K, H), "b": (H,), "c": (K,)}
        arrays = {name: draw.normal(size=shape) * shape[-1] ** -0.5 for name, shape in shapes.items()}
        self.arrays = {name: array.astype(self.dtype) for name, array in arrays.items()}
        self.params = Parameters(**self.arrays)
        self.x = draw.normal(size=(T, B, D)).astype(self.dtype)
        self.y = draw.integers(0, K, size=(T, B))
        self.h0 = draw.uniform(-0.5, 0.5, size=(B, H)).astype(self.dtype)
        self.workspace = Workspace(self.params, self.x)

    def run(self) -> tuple[float, dict[str, Any]]:
        """Compute the loss and its gradients, without that by the inputs, which no peer computes either."""
        loss, gradients = loss_and_gradients(
            self.params, self.x, self.y, self.h0, inputs=False, workspace=self.workspace
        )
        return loss, vars(gradients.params)

    @cached_property
    def prepared(self) -> Prepared:
        return Prepared(self.params, self.x, self.y, self.h0, inputs=False)

    def run_prepared(self) -> tuple[float, dict[str, Any]]:
        """Compute the same with the arguments looked at once."""
        loss, gradients = self.prepared()
        return loss, vars(gradients.params)
