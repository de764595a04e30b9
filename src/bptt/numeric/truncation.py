"""Truncated backpropagation through time: each loss is carried back through a window of steps, no further.

The sequence is cut into pieces of `stride` steps. The losses of a piece are carried back through the piece
and the window − stride steps before it; the state before those is taken for a constant, unless it is h⁽⁰⁾. So
the gradient is a sum over the pieces: that of the losses of each as a function of the parameters, with
the state that its window starts from held at its value.

The states are carried through the whole sequence: the loss, and the gradients by V and c, are not truncated.
With window = stride the pieces are independent; with window ≥ T + stride nothing is cut off.
"""

import numpy as np

from bptt.arrays import REAL, Array, check_count
from bptt.numeric.backward import Gradients, by_inputs, carry_back, over_copies
from bptt.numeric.losses import Loss, at_steps, loss_and_logit_gradients
from bptt.numeric.rnn import Parameters, checked_start, contiguous, forward


def truncated_loss_and_gradients(
    params: Parameters,
    x: Array,
    y: Array,
    h0: Array | None = None,
    *,
    window: int,
    stride: int,
    loss: str | Loss = "nll",
    loss_at: str = "all",
    weights: Array | None = None,
    inputs: bool = True,
) -> tuple[float, Gradients]:
    """Compute the loss L and its truncated gradient by the parameters, the first state and the inputs.

    Args:
        params, x, y, h0, loss, loss_at, weights, inputs: as for `loss_and_gradients`.
        window: how many steps the losses of a piece are carried through, the piece included.
        stride: how many steps a piece has.

    Returns:
        L, which is not truncated, and the gradients. That by h0 is of the pieces whose window reaches back to
        the first step.

    Raises:
        TypeError, ValueError: as `loss_and_gradients`, or window or stride is not a whole number from 1 on;
            ValueError also for a window shorter than the stride, in which some losses would reach nothing.

    Measured: by the complex step, piece by piece, with the state before its window held.
    Source: [williams1990], where it is called BPTT(h; h′).
    """
    x, h0 = checked_start(params, x, h0, REAL)
    logits = (*x.shape[:-1], len(params.c))
    y, weights = at_steps(y, logits, x.dtype, loss=loss, loss_at=loss_at, weights=weights)
    check_count("stride", stride)
    check_count("window", window)
    if window < stride:
        raise ValueError(f"window: expected at least the stride, {stride}; received {window}")

    run = forward(params, x, h0)
    value, g_o = loss_and_logit_gradients(run.o, y, loss=loss, weights=weights)
    U, W, V, _, _ = contiguous(params, x.dtype)
    by_a, by_h0 = np.zeros_like(run.a), np.zeros_like(run.states[0])
    for start in range(0, len(x), stride):
        stop = min(start + stride, len(x))
        back_to = max(0, start + stride - window)
        of_piece = g_o[back_to:stop].copy()
        of_piece[: start - back_to] = 0
        g_h, g_a = np.empty((2, *run.h[back_to:stop].shape), x.dtype)
        carried = np.zeros_like(by_h0)
        carry_back(W, V, run.states[back_to : stop + 1], of_piece, g_h, g_a, carried)
        by_a[back_to:stop] += g_a
        if back_to == 0:
            by_h0 += carried
    by_parameters = over_copies(x, run.states, g_o, by_a)
    by_x = by_inputs(by_a, U) if inputs else None
    return value.real, Gradients(by_parameters, h0=by_h0, x=by_x, last_state=run.states[-1])
