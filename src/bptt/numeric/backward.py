"""Backpropagation through time, derived by hand.

With g_o⁽ᵗ⁾ = ∂L/∂o⁽ᵗ⁾, and so on, from the last step to the first; nothing follows that, so g_a⁽ᵀ⁺¹⁾ = 0:

    g_h⁽ᵗ⁾ = Vᵀ g_o⁽ᵗ⁾ + Wᵀ g_a⁽ᵗ⁺¹⁾,    g_a⁽ᵗ⁾ = diag(1 − (h⁽ᵗ⁾)²) g_h⁽ᵗ⁾

    ∂L/∂U = Σₜ g_a⁽ᵗ⁾ x⁽ᵗ⁾ᵀ      ∂L/∂W = Σₜ g_a⁽ᵗ⁾ h⁽ᵗ⁻¹⁾ᵀ      ∂L/∂b = Σₜ g_a⁽ᵗ⁾      ∂L/∂h⁽⁰⁾ = Wᵀ g_a⁽¹⁾
    ∂L/∂V = Σₜ g_o⁽ᵗ⁾ h⁽ᵗ⁾ᵀ      ∂L/∂c = Σₜ g_o⁽ᵗ⁾             ∂L/∂x⁽ᵗ⁾ = Uᵀ g_a⁽ᵗ⁾

A vector is a row here, so Wᵀ g is written g @ W. What no step needs of another is done for all steps at once:
Vᵀ g_o, tanh′, and each sum over t, which is one product of two matrices with T·B rows. Wᵀ g_a is left for
the loop. Nothing in this file is measured, and what measures does not import it.

Source: document 001, records S001-14 to 40; document 004, records S004-30 to 37.
"""

from dataclasses import dataclass

import numpy as np

from bptt.arrays import (
    REAL,
    Array,
    check_array,
    check_instance,
    check_precision,
    check_shape,
    outline,
    rows,
)
from bptt.numeric.losses import Loss, at_steps, loss_and_logit_gradients
from bptt.numeric.rnn import (
    ForwardPass,
    Parameters,
    Steps,
    checked_start,
    contiguous,
    fill_logits,
    fill_states,
)
from bptt.numeric.workspace import Workspace


@dataclass(frozen=True, eq=False, repr=False)
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

    def __repr__(self) -> str:
        return outline(self, vars(self))


@dataclass(frozen=True, eq=False, repr=False)
class Gradients:
    """The gradient of L, summed over time and batch, by the parameters, the first state and the inputs.

    Attributes:
        params: of the shapes of the parameters.
        h0: (B, H) or (H,).
        x: (T, B, D) or (T, D), where indices were given by their one-hot rows; None if not asked for.
        last_state: (B, H) or (H,), h⁽ᵀ⁾: no gradient, but the h0 of a run that goes on where this one ends.
    """

    params: Parameters
    h0: Array
    x: Array | None
    last_state: Array

    def by_name(self) -> dict[str, Array]:
        """List the gradients under the names of what they are by, as `gradcheck` takes them."""
        found = {**vars(self.params), "h0": self.h0}
        return found if self.x is None else {**found, "x": self.x}

    def __repr__(self) -> str:
        return outline(self, self.by_name())


@dataclass(frozen=True, eq=False, repr=False)
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

    def __repr__(self) -> str:
        return outline(self, vars(self))


def loss_and_gradients(
    params: Parameters,
    x: Array,
    y: Array,
    h0: Array | None = None,
    *,
    loss: str | Loss = "nll",
    loss_at: str = "all",
    weights: Array | None = None,
    inputs: bool = True,
    workspace: Workspace | None = None,
) -> tuple[float, Gradients]:
    """Compute the loss L and its gradient by the parameters, the first state and the inputs.

    Args:
        params: the parameters; float32 or float64.
        x: (T, B, D) or (T, D), or indices, as for `forward`. Fastest in C order; otherwise it is copied.
        y, loss, loss_at, weights: as for `total_loss`. A loss of one's own gets the logits in a buffer, which
            it may write to and not keep.
        h0: (B, H) or (H,); zero if not given.
        inputs: whether the gradient by x is wanted; it is one more product.
        workspace: the buffers of an earlier call with the same sizes, so that none is allocated. What is
            returned is never in them, and they change no bit of it.

    Returns:
        L, and the gradients, all summed over time and batch, with the last state.

    Raises:
        TypeError: not Parameters, not a NumPy array of dtype float32 or float64 (labels: integer), mixed
            precision, or a workspace that is none.
        ValueError: wrong rank or size, an empty sequence, NaN or infinity, a label or an index out of range,
            targets that are no distribution, an unknown loss or loss_at, a workspace made for other sizes; as
            `total_loss` for weights and a loss of one's own.

    Proved: start-logit-gradient, losses-squared-label, state-recursion, all-states, every-u,
    every-w, every-v, every-b, every-c, every-h0, every-x, fast-product,
    fast-bias, fast-logits-back, fast-slopes, fast-batch-step.
    Source: records S001-11 to 40; [werbos1990].
    """
    x, h0 = checked_start(params, x, h0, REAL)
    logits = (*x.shape[:-1], len(params.c))
    y, weights = at_steps(y, logits, x.dtype, loss=loss, loss_at=loss_at, weights=weights)
    if workspace is None:
        work = Workspace.for_checked(params, x)
    else:
        work = workspace
        check_instance("workspace", work, Workspace)
        work.check(params, x)
    work.states[0] = h0
    work.carried[...] = 0  # nothing follows the last step
    arrays = contiguous(params, x.dtype)
    return segment(arrays, np.ascontiguousarray(x), y, work, loss=loss, weights=weights, inputs=inputs)


def segment(
    arrays: tuple[Array, Array, Array, Array, Array],
    x: Array,
    y: Array,
    work: Workspace,
    *,
    loss: str | Loss,
    weights: Array | None,
    inputs: bool,
) -> tuple[float, Gradients]:
    """Run a stretch of a sequence forward and back: all of `loss_and_gradients` but its checks.

    Args:
        arrays: U, W, V, b, c, in C order.
        x: (T, B, D) or (T, D), in C order.
        y, weights: as `at_steps` returns them, of this stretch.
        work: the buffers, for T steps or more. states[0] is the state before the stretch; carried is Wᵀ g_a
            of the step after it, and becomes the gradient by states[0].
        loss, inputs: as for `loss_and_gradients`.

    Returns:
        The loss of the stretch, and the gradients; all of them new arrays.

    Raises:
        TypeError, ValueError: as `loss_and_gradients`, for y or for states that overflow.
    """
    U, W, V, b, c = arrays
    T = len(x)
    h, o, g_a = work.states[: T + 1], work.o[:T], work.g_a[:T]
    fill_states(U, W, b, x, h[1:], h, work.forward[:T])
    fill_logits(V, c, h[1:], o)
    value, g_o = loss_and_logit_gradients(o, y, loss=loss, weights=weights, out=o)
    for block in work.blocks(T):
        g_h = work.g_h[: block.stop - block.start]
        steps = work.back if len(g_h) == len(work.g_a) else None
        carry_back(W, V, h[block.start : block.stop + 1], g_o[block], g_h, g_a[block], work.carried, steps)
    by_parameters = over_copies(x, h, g_o, g_a)
    x_gradient = by_inputs(g_a, U) if inputs else None
    return value.real, Gradients(by_parameters, h0=work.carried.copy(), x=x_gradient, last_state=h[-1].copy())


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

    Proved: state-recursion, all-states, every-h0, every-x.
    Source: records S001-14 to 18 (the states), S004-30 to 36; [werbos1990].
    """
    check_instance("params", params, Parameters)
    check_instance("run", run, ForwardPass)
    check_array("g_o", g_o)
    check_shape("g_o", g_o, run.o.shape, "that of the logits")
    check_precision(o=run.o, g_o=g_o)

    dtype = np.result_type(run.states, g_o)
    U, W, V, _, _ = contiguous(params, dtype)
    g_h, g_a = np.empty((2, *run.h.shape), dtype)
    carried = np.zeros_like(g_h[0])  # nothing follows the last step
    carry_back(W, V, run.states, np.ascontiguousarray(g_o, dtype), g_h, g_a, carried)
    return BackwardPass(o=g_o, h=g_h, a=g_a, x=by_inputs(g_a, U), h0=carried)


def carry_back(
    W: Array,
    V: Array,
    states: Array,
    g_o: Array,
    g_h: Array,
    g_a: Array,
    carried: Array,
    steps: Steps | None = None,
) -> None:
    """Run back through the steps: g_h⁽ᵗ⁾ = Vᵀ g_o⁽ᵗ⁾ + Wᵀ g_a⁽ᵗ⁺¹⁾, g_a⁽ᵗ⁾ = (1 − (h⁽ᵗ⁾)²) ⊙ g_h⁽ᵗ⁾.

    Args:
        W, V: as in `Parameters`, in C order.
        states: (T + 1, B, H) or (T + 1, H), as in `ForwardPass`.
        g_o: (T, B, K) or (T, K), in C order.
        g_h, g_a: (T, B, H) or (T, H), filled.
        carried: (B, H) or (H,), Wᵀ g_a of the step after the last; becomes that of the first, which is the
            gradient by states[0].
        steps: what the loop goes through, if it was made before: g_h⁽ᵗ⁾ and g_a⁽ᵗ⁾, the last step first.
    """
    h = states[1:]
    np.dot(rows(g_o), V, out=rows(g_h))
    np.multiply(h, h, out=g_a)
    np.subtract(1, g_a, out=g_a)
    for g_h_t, g_a_t in steps or zip(g_h[::-1], g_a[::-1], strict=True):
        g_h_t += carried
        g_a_t *= g_h_t
        np.dot(g_a_t, W, carried)


def sum_over_copies(run: ForwardPass, back: BackwardPass) -> Gradients:
    """Sum what the copies of each parameter contribute: ∂L/∂W = Σₜ ∂L/∂W⁽ᵗ⁾ = Σₜ g_a⁽ᵗ⁾ h⁽ᵗ⁻¹⁾ᵀ, and so on.

    Args:
        run: what `forward` returned.
        back: what `backward` returned.

    Returns:
        The gradients.

    Proved: every-sum-over-copies, every-u, every-w, every-v, every-b, every-c.
    Source: records S001-30 to 39.
    """
    by_parameters = over_copies(run.x, run.states, back.o, back.a)
    return Gradients(by_parameters, h0=back.h0, x=back.x, last_state=run.states[-1])


def over_copies(x: Array, states: Array, g_o: Array, g_a: Array) -> Parameters:
    """Compute the gradient by each parameter: one product over all steps and sequences, or one sum."""
    return Parameters.computed(
        U=outer(g_a, x),
        W=outer(g_a, states[:-1]),
        V=outer(g_o, states[1:]),
        b=sum_rows(g_a),
        c=sum_rows(g_o),
    )


def copies(run: ForwardPass, back: BackwardPass) -> Copies:
    """Compute what each step's copy of each parameter contributes: ∂L/∂W⁽ᵗ⁾ = g_a⁽ᵗ⁾ h⁽ᵗ⁻¹⁾ᵀ, and so on.

    W⁽ᵗ⁾ is used by step t alone, so its immediate derivative is all there is; its sum over t is ∂L/∂W.

    Args:
        run: what `forward` returned.
        back: what `backward` returned.

    Returns:
        The contributions, step by step.

    Proved: every-copy-priced, every-w-copy, copies-one-u, weights-step.
    Source: records S001-25 to 29, S003-45 and 48.
    """
    steps = range(len(run.x))
    h_before = run.h_before
    return Copies(
        U=np.stack([outer(back.a[t], run.x[t]) for t in steps]),
        W=np.stack([outer(back.a[t], h_before[t]) for t in steps]),
        V=np.stack([outer(back.o[t], run.h[t]) for t in steps]),
        b=np.stack([sum_rows(back.a[t]) for t in steps]),
        c=np.stack([sum_rows(back.o[t]) for t in steps]),
    )


def by_inputs(g_a: Array, U: Array) -> Array:
    """Compute ∂L/∂x⁽ᵗ⁾ = Uᵀ g_a⁽ᵗ⁾ for all steps in one product: (..., H) gives (..., D)."""
    return (rows(g_a) @ U).reshape(*g_a.shape[:-1], U.shape[1])


def outer(g: Array, z: Array) -> Array:
    """Compute g zᵀ, summed over all axes before the last: (..., m) and (..., n) give (m, n)."""
    return np.dot(rows(g).T, rows(z))  # type: ignore[no-any-return]


def sum_rows(g: Array) -> Array:
    """Sum g over all axes before the last: (..., m) gives (m,)."""
    sums: Array = rows(g).sum(axis=0)
    return sums
