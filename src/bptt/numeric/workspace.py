"""The buffers of a forward and a backward pass, to be used call after call.

A workspace is made once and given to every call with the same sizes, so that no call waits for memory.
"""

from collections.abc import Iterator

import numpy as np

from bptt.arrays import REAL, Array, outline
from bptt.numeric.rnn import Parameters, checked_start

# Entries of g_h that are worked on together: few enough to stay in a core's cache, many enough for a product.
BLOCK = 2**17


class Workspace:
    """Buffers for sequences of one length, batch, network and precision.

    Their contents mean nothing between calls. A workspace serves one call at a time: threads need their own.

    Args:
        params: the network, or one of the same sizes.
        x: (T, B, D) or (T, D), the inputs, or others of the same sizes.

    Raises:
        TypeError, ValueError: as `forward`; TypeError also for complex arrays.

    Attributes:
        states: (T + 1, B, H) or (T + 1, H), the states from h⁽⁰⁾ to h⁽ᵀ⁾.
        o: (T, B, K) or (T, K), the logits; then the gradient by them.
        g_a: (T, B, H) or (T, H), the gradient by the pre-activations.
        g_h: (S, B, H) or (S, H), the gradient by the states of S steps at a time, for S = `steps`.
        forward, back: the views that the two loops go through, made once; none for `back` if S < T.
        carried: (B, H) or (H,), what the next step sends back.
    """

    def __init__(self, params: Parameters, x: Array) -> None:
        x, _ = checked_start(params, x, None, REAL)
        self.allocate(params, x)

    @classmethod
    def for_checked(cls, params: Parameters, x: Array) -> "Workspace":
        """Make a workspace for a network and inputs that were looked at already."""
        made = object.__new__(cls)
        made.allocate(params, x)
        return made

    def allocate(self, params: Parameters, x: Array) -> None:
        """Make the buffers; their contents mean nothing yet."""
        T, batch, H, K = len(x), x.shape[1:-1], len(params.b), len(params.c)
        self.states = np.empty((T + 1, *batch, H), x.dtype)
        self.o = np.empty((T, *batch, K), x.dtype)
        self.g_a = np.empty((T, *batch, H), x.dtype)
        self.carried = np.empty((*batch, H), x.dtype)
        before, *after = self.states
        self.forward = [*zip([before, *after[:-1]], after, after, strict=True)]
        self.cut(min(T, max(1, BLOCK // self.carried.size)))

    def cut(self, steps: int) -> None:
        """Let the backward pass take so many steps at a time."""
        self.steps = steps
        self.g_h = np.empty((steps, *self.carried.shape), self.carried.dtype)
        whole = steps == len(self.g_a)
        self.back = [*zip(self.g_h[::-1], self.g_a[::-1], strict=True)] if whole else []

    def check(self, params: Parameters, x: Array) -> None:
        """Check that the buffers fit a network and its inputs; raises ValueError otherwise."""
        for name, buffer, shape in (
            ("states", self.states, (len(x) + 1, *x.shape[1:-1], len(params.b))),
            ("o", self.o, (*x.shape[:-1], len(params.c))),
        ):
            if buffer.shape != shape or buffer.dtype != x.dtype:
                raise ValueError(
                    f"workspace: expected {name} of dtype {x.dtype} and shape {shape}, for x of shape "
                    f"{x.shape}; received dtype {buffer.dtype} and shape {buffer.shape}"
                )

    def __repr__(self) -> str:
        return outline(
            self, {name: part for name, part in vars(self).items() if isinstance(part, np.ndarray)}
        )

    def blocks(self, T: int) -> Iterator[slice]:
        """Cut T steps into stretches that g_h can hold, from the last to the first."""
        for stop in range(T, 0, -self.steps):
            yield slice(max(0, stop - self.steps), stop)
