"""Backpropagation through time in little memory: few states are kept, and those between computed again.

`loss_and_gradients` keeps every state until the backward pass has used it, so its memory grows with T. Here
the forward pass keeps one state in `every`, and the backward pass runs each stretch forward again before it
goes back through it. With `every` about √T the kept states and the stretch are both √T long. The price is the
states' arithmetic a second time; the gradients are the same sums in another order.
"""

import math
from dataclasses import replace
from typing import Any

import numpy as np

from bptt.arrays import REAL, Array, check_count
from bptt.numeric.backward import Gradients, segment
from bptt.numeric.losses import Loss, at_steps, check_targets
from bptt.numeric.rnn import Parameters, checked_start, contiguous, fill_states
from bptt.numeric.workspace import Workspace


def checkpointed_loss_and_gradients(
    params: Parameters,
    x: Array,
    y: Array,
    h0: Array | None = None,
    *,
    every: int | None = None,
    loss: str | Loss = "nll",
    loss_at: str = "all",
    weights: Array | None = None,
    inputs: bool = True,
) -> tuple[float, Gradients]:
    """Compute what `loss_and_gradients` does, to rounding, in memory for 2√T steps instead of T.

    Args:
        params, x, y, h0, loss, loss_at, weights: as for `loss_and_gradients`. Where x is not in C order,
            stretches of it are copied. A loss of one's own gets a stretch of the steps at a time.
        every: how many steps lie between two states that are kept; √T, rounded up, if not given.
        inputs: whether the gradient by x is wanted, which has T steps, too.

    Returns:
        L, and the gradients.

    Raises:
        TypeError, ValueError: as `loss_and_gradients`, or `every` is not a whole number from 1 on.

    Measured: by the complex step, however the sequence is cut.
    Source: [griewank1992] (checkpoints), [chen2016] (one in √T).
    """
    x, h0 = checked_start(params, x, h0, REAL)
    logits = (*x.shape[:-1], len(params.c))
    y, weights = at_steps(y, logits, x.dtype, loss=loss, loss_at=loss_at, weights=weights)
    every = math.isqrt(len(x) - 1) + 1 if every is None else every
    check_count("every", every)
    # All targets are looked at before the first step is run, and none of the logits is there yet.
    check_targets(y, np.broadcast_to(x.dtype.type(0), logits), loss)

    arrays = U, W, _, b, _ = contiguous(params, x.dtype)
    work = Workspace.for_checked(params, x[:every])
    starts = range(0, len(x), every)
    kept = [h0]
    for start in starts[:-1]:
        work.states[0] = kept[-1]
        fill_states(U, W, b, np.ascontiguousarray(x[start : start + every]), work.states[1:], work.states)
        kept.append(work.states[-1].copy())

    value = 0.0
    by_inputs: list[Any] = []
    sums = params.map(np.zeros_like)
    work.carried[...] = 0  # nothing follows the last step
    for start, state in zip(reversed(starts), reversed(kept), strict=True):
        here = slice(start, start + every)
        work.states[0] = state
        part, gradients = segment(
            arrays,
            np.ascontiguousarray(x[here]),
            y[here],
            work,
            loss=loss,
            weights=None if weights is None else weights[here],
            inputs=inputs,
        )
        value += part
        for whole, of_stretch in zip(sums, gradients.params, strict=True):
            whole += of_stretch
        if not by_inputs:
            last_state = gradients.last_state
        by_inputs.append(gradients.x)
    return value, replace(
        gradients,
        params=sums,
        x=np.concatenate(by_inputs[::-1]) if inputs else None,
        last_state=last_state,
    )
