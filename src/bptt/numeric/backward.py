"""Backpropagation through time, derived by hand.

With g_o⁽ᵗ⁾ = ∂L/∂o⁽ᵗ⁾, and so on, from the last step to the first; nothing follows that, so g_a⁽ᵀ⁺¹⁾ = 0:

    g_h⁽ᵗ⁾ = Vᵀ g_o⁽ᵗ⁾ + Wᵀ g_a⁽ᵗ⁺¹⁾,    g_a⁽ᵗ⁾ = diag(1 − (h⁽ᵗ⁾)²) g_h⁽ᵗ⁾

    ∂L/∂U = Σₜ g_a⁽ᵗ⁾ x⁽ᵗ⁾ᵀ      ∂L/∂W = Σₜ g_a⁽ᵗ⁾ h⁽ᵗ⁻¹⁾ᵀ      ∂L/∂b = Σₜ g_a⁽ᵗ⁾      ∂L/∂h⁽⁰⁾ = Wᵀ g_a⁽¹⁾
    ∂L/∂V = Σₜ g_o⁽ᵗ⁾ h⁽ᵗ⁾ᵀ      ∂L/∂c = Σₜ g_o⁽ᵗ⁾             ∂L/∂x⁽ᵗ⁾ = Uᵀ g_a⁽ᵗ⁾

A vector is a row here, so Wᵀ g is written g @ W. Nothing in this file is measured, and what measures does not
import it.

Source: document 001, records S001-14 to 40; document 004, records S004-30 to 37.
"""

from dataclasses import dataclass

import numpy as np

from bptt.numeric.arrays import REAL, Array, check_array, check_instance, check_precision, check_shape
from bptt.numeric.losses import logit_gradients, total_loss
from bptt.numeric.rnn import ForwardPass, Parameters, forward


@dataclass(frozen=True, eq=False)
class BackwardPass:
    """The total gradient of L by every node of the unrolled network, each of the shape of its node.

    Attributes:
        o: (T, B, K) or (T, K), by the logits.
        h: (T, B, H) or (T, H), by the states.
        a: (T, B, H) or (T, H), by the pre-activations.
        x: (T, B, D) or (T, D), by the inputs.
        h0: (B, H) or (H,), by the state before the first step.
    """

    o: Array
    h: Array
    a: Array
    x: Array
    h0: Array


@dataclass(frozen=True, eq=False)
class Gradients:
    """The gradient of L, summed over time and batch, by each parameter, the first state and the inputs.

    Attributes:
        U, W, V, b, c: (H, D), (H, H), (K, H), (H,), (K,).
        h0: (B, H) or (H,).
        x: (T, B, D) or (T, D).
    """

    U: Array
    W: Array
    V: Array
    b: Array
    c: Array
    h0: Array
    x: Array


@dataclass(frozen=True, eq=False)
class Copies:
    """The gradient of L by the copy of each parameter that only step t uses, summed over the batch.

    Attributes:
        U, W, V, b, c: (T, H, D), (T, H, H), (T, K, H), (T, H), (T, K).
    """

    U: Array
    W: Array
    V: Array
    b: Array
    c: Array


def loss_and_gradients(
    params: Parameters, x: Array, y: Array, h0: Array | None = None, *, loss: str = "nll", steps: str = "all"
) -> tuple[float, Gradients]:
    """Compute the loss L and its gradient by the parameters, the first state and the inputs.

    Args:
        params: the parameters; float32 or float64.
        x: (T, B, D), or (T, D) for a single sequence.
        y: (T, B) or (T,) integer labels, or (T, B, K) or (T, K) distributions. With the last step's loss
            alone, only y[-1] counts.
        h0: (B, H) or (H,); zero if not given.
        loss: "nll" or "squared_error".
        steps: "all" or "last": which steps have a loss.

    Returns:
        L, and the gradients, all summed over time and batch.

    Raises:
        TypeError: not Parameters, not a NumPy array of dtype float32 or float64 (labels: integer), or mixed
            precision.
        ValueError: wrong rank or size, an empty sequence, NaN or infinity, a label out of range, targets that
            are no distribution, an unknown loss or choice of steps.

    Source: document 001, records S001-11 to 40.
    """
    run = forward(params, x, h0)
    # Complex arrays pass through the network for a measurement's sake; a gradient by them is not meant here.
    for name, array in {**vars(params), "x": x, "h0": run.h0}.items():
        check_array(name, array, REAL)
    g_o = logit_gradients(run.o, y, loss=loss, steps=steps)
    gradients = sum_over_copies(run, backward(params, run, g_o))
    value = total_loss(run.o, y, loss=loss, steps=steps)
    return value.real, gradients


def backward(params: Parameters, run: ForwardPass, g_o: Array) -> BackwardPass:
    """Carry the gradients by the logits back through time, to every node.

        g_h⁽ᵗ⁾ = Vᵀ g_o⁽ᵗ⁾ + Wᵀ g_a⁽ᵗ⁺¹⁾,    g_a⁽ᵗ⁾ = diag(1 − (h⁽ᵗ⁾)²) g_h⁽ᵗ⁾

    Args:
        params: the parameters of the run.
        run: what `forward` returned.
        g_o: (T, B, K) or (T, K), ∂L/∂o for any loss L, such as from `logit_gradients`.

    Returns:
        The gradient of L by every node.

    Raises:
        TypeError: not Parameters, a ForwardPass and a NumPy array of their precision.
        ValueError: g_o not of the shape of the logits, NaN or infinity.

    Source: records S001-14 to 18 (the states), S004-30 to 36.
    """
    check_instance("params", params, Parameters)
    check_instance("run", run, ForwardPass)
    check_array("g_o", g_o)
    check_shape("g_o", g_o, run.o.shape, "that of the logits")
    check_precision(o=run.o, g_o=g_o)

    U, W, V = params.U, params.W, params.V
    g_h, g_a = np.empty((2, *run.h.shape), np.result_type(run.h, g_o))
    carried = np.zeros_like(g_h[0])  # nothing follows the last step
    for t in reversed(range(len(g_h))):
        g_h[t] = g_o[t] @ V + carried
        g_a[t] = g_h[t] * (1 - run.h[t] ** 2)
        carried = g_a[t] @ W
    return BackwardPass(o=g_o, h=g_h, a=g_a, x=g_a @ U, h0=carried)


def sum_over_copies(run: ForwardPass, back: BackwardPass) -> Gradients:
    """Sum what the copies of each parameter contribute: ∂L/∂W = Σₜ ∂L/∂W⁽ᵗ⁾ = Σₜ g_a⁽ᵗ⁾ h⁽ᵗ⁻¹⁾ᵀ, and so on.

    Args:
        run: what `forward` returned.
        back: what `backward` returned.

    Returns:
        The gradients.

    Source: records S001-30 to 39.
    """
    return Gradients(
        U=outer(back.a, run.x),
        W=outer(back.a, run.h_before),
        V=outer(back.o, run.h),
        b=total(back.a),
        c=total(back.o),
        h0=back.h0,
        x=back.x,
    )


def copies(run: ForwardPass, back: BackwardPass) -> Copies:
    """Compute what each step's copy of each parameter contributes: ∂L/∂W⁽ᵗ⁾ = g_a⁽ᵗ⁾ h⁽ᵗ⁻¹⁾ᵀ, and so on.

    W⁽ᵗ⁾ is used by step t alone, so its immediate derivative is all there is; its sum over t is ∂L/∂W.

    Args:
        run: what `forward` returned.
        back: what `backward` returned.

    Returns:
        The contributions, step by step.

    Source: records S001-25 to 29, S003-45 and 48.
    """
    steps = range(len(run.x))
    h_before = run.h_before
    return Copies(
        U=np.stack([outer(back.a[t], run.x[t]) for t in steps]),
        W=np.stack([outer(back.a[t], h_before[t]) for t in steps]),
        V=np.stack([outer(back.o[t], run.h[t]) for t in steps]),
        b=np.stack([total(back.a[t]) for t in steps]),
        c=np.stack([total(back.o[t]) for t in steps]),
    )


def outer(g: Array, z: Array) -> Array:
    """Compute g zᵀ, summed over all axes before the last: (..., m) and (..., n) give (m, n)."""
    return g.reshape(-1, g.shape[-1]).T @ z.reshape(-1, z.shape[-1])


def total(g: Array) -> Array:
    """Sum g over all axes before the last: (..., m) gives (m,)."""
    rows: Array = g.reshape(-1, g.shape[-1]).sum(axis=0)
    return rows
