"""The recurrent network of the documents, from the inputs to the loss.

    a⁽ᵗ⁾ = W h⁽ᵗ⁻¹⁾ + U x⁽ᵗ⁾ + b,    h⁽ᵗ⁾ = tanh(a⁽ᵗ⁾),    o⁽ᵗ⁾ = V h⁽ᵗ⁾ + c,    t = 1 … T

Time is the first axis. A batch of B sequences has arrays (T, B, ·), a single sequence (T, ·). A vector of the
formulas is a row here, so W h is written h @ W.T. Step t of the formulas is index t − 1 of the arrays, and
h⁽⁰⁾ is the array h0. Sizes: D inputs, H hidden units, K classes.

Source: documents 001 and 004.
"""

from dataclasses import dataclass

import numpy as np

from bptt.numeric.arrays import (
    Array,
    check_array,
    check_conform,
    check_instance,
    check_matrices,
    check_precision,
    check_shape,
)
from bptt.numeric.losses import total_loss


@dataclass(frozen=True, eq=False)
class Parameters:
    """The five parameters, shared by all steps: NumPy arrays of one precision, kept and not copied.

    Attributes:
        U: (H, D), from the input to the hidden units.
        W: (H, H), from the hidden units to those of the next step.
        V: (K, H), from the hidden units to the logits.
        b: (H,), the bias of the hidden units.
        c: (K,), the bias of the logits.

    Raises:
        TypeError: not a NumPy array of floating or complex dtype, or mixed precision.
        ValueError: wrong rank or size, no entries, NaN or infinity.

    Source: records S001-03, S001-42.
    """

    U: Array
    W: Array
    V: Array
    b: Array
    c: Array

    def __post_init__(self) -> None:
        check_parameters(self)


@dataclass(frozen=True, eq=False)
class ForwardPass:
    """What the network computes on its way to the logits.

    Attributes:
        x: (T, B, D) or (T, D), the inputs.
        h0: (B, H) or (H,), the state before the first step.
        a: (T, B, H) or (T, H), the pre-activations.
        h: (T, B, H) or (T, H), the states.
        o: (T, B, K) or (T, K), the logits.
    """

    x: Array
    h0: Array
    a: Array
    h: Array
    o: Array

    @property
    def h_before(self) -> Array:
        """The state that each step starts from, h⁽ᵗ⁻¹⁾: h0 first; (T, B, H) or (T, H)."""
        return np.concatenate([self.h0[None], self.h[:-1]])


def forward(params: Parameters, x: Array, h0: Array | None = None) -> ForwardPass:
    """Run the network: a⁽ᵗ⁾ = W h⁽ᵗ⁻¹⁾ + U x⁽ᵗ⁾ + b, h⁽ᵗ⁾ = tanh(a⁽ᵗ⁾), o⁽ᵗ⁾ = V h⁽ᵗ⁾ + c.

    Real and complex arrays of one precision may meet, as under the complex step.

    Args:
        params: the parameters.
        x: (T, B, D), or (T, D) for a single sequence.
        h0: (B, H), or (H,) for a single sequence; zero if not given.

    Returns:
        Inputs, pre-activations, states and logits of every step.

    Raises:
        TypeError: not Parameters, not a NumPy array of floating or complex dtype, or mixed precision.
        ValueError: wrong rank or size, an empty sequence, NaN or infinity.

    Source: records S001-02a and 03, S003-01 and 02, S004-02 to 05.
    """
    check_instance("params", params, Parameters)
    check_parameters(params)
    U, W, V, b, c = params.U, params.W, params.V, params.b, params.c
    check_array("x", x)
    if x.ndim not in (2, 3) or x.shape[-1] != U.shape[1]:
        D = U.shape[1]
        expected = f"shape (T, {D}) or (T, B, {D}), since U of shape {U.shape} has {D} columns"
        raise ValueError(f"x: expected {expected}; received shape {x.shape}")
    shape = (*x.shape[1:-1], len(b))
    if h0 is None:
        h0 = np.zeros(shape, x.real.dtype)
    check_array("h0", h0)
    check_shape("h0", h0, shape, f"for x of shape {x.shape} and U of shape {U.shape}")
    check_precision(U=U, x=x, h0=h0)

    dtype = np.result_type(x, h0, U, W, V, b, c)
    a, h = np.empty((2, len(x), *shape), dtype)
    o = np.empty((*x.shape[:-1], len(c)), dtype)
    before = h0
    for t in range(len(x)):
        a[t] = before @ W.T + x[t] @ U.T + b
        h[t] = np.tanh(a[t])
        o[t] = h[t] @ V.T + c
        before = h[t]
    return ForwardPass(x, h0, a, h, o)


def network_loss(
    params: Parameters, x: Array, y: Array, h0: Array | None = None, *, loss: str = "nll", steps: str = "all"
) -> float | complex:
    """Run the network and compute its loss L, summed over time and batch.

    The loss alone, with no gradient: what a measurement differentiates. Complex arrays pass through.

    Args:
        params, x, h0: as for `forward`.
        y: (T, B) or (T,) integer labels, or (T, B, K) or (T, K) distributions. With the last step's loss
            alone, only y[-1] counts.
        loss: "nll" or "squared_error".
        steps: "all" or "last": which steps have a loss.

    Returns:
        L, a Python float, or a complex if an argument is complex.

    Raises:
        TypeError, ValueError: as `forward` and `total_loss`.

    Source: records S003-04 and 05, S004-07 to 09.
    """
    return total_loss(forward(params, x, h0).o, y, loss=loss, steps=steps)


def unrolled_loss(
    U: Array,
    W: Array,
    V: Array,
    b: Array,
    c: Array,
    x: Array,
    y: Array,
    h0: Array,
    e: Array,
    e_o: Array,
    *,
    loss: str = "nll",
    steps: str = "all",
) -> float | complex:
    """Compute L for a network with a copy of each parameter for each step, its states and logits pushed.

        h⁽ᵗ⁾ = tanh(W⁽ᵗ⁾ h⁽ᵗ⁻¹⁾ + U⁽ᵗ⁾ x⁽ᵗ⁾ + b⁽ᵗ⁾) + e⁽ᵗ⁾,    o⁽ᵗ⁾ = V⁽ᵗ⁾ h⁽ᵗ⁾ + c⁽ᵗ⁾ + e_o⁽ᵗ⁾

    Its derivative by a copy is that step's contribution to the gradient; by e⁽ᵗ⁾ and e_o⁽ᵗ⁾, at 0, it is the
    total gradient by the state and by the logits. It is there to be measured.

    Args:
        U, W, V, b, c: (T, H, D), (T, H, H), (T, K, H), (T, H), (T, K), one copy for each step.
        x, y, h0, loss, steps: as for `network_loss`.
        e: (T, B, H) or (T, H), added to the states.
        e_o: (T, B, K) or (T, K), added to the logits.

    Returns:
        L, a Python float, or a complex if an argument is complex.

    Raises:
        TypeError, ValueError: as `forward` and `total_loss`; ValueError also where an array has not T steps.

    Source: records S001-28 and 29, S003-27.
    """
    for name, array in {"U": U, "W": W, "V": V, "b": b, "c": c, "e": e, "e_o": e_o}.items():
        if len(array) != len(x):
            raise ValueError(f"{name}: expected {len(x)} steps as in x; received {len(array)}")
    state, logits = h0, []
    for t in range(len(x)):
        copy = Parameters(U[t], W[t], V[t], b[t], c[t])
        state = forward(copy, x[t : t + 1], state).h[0] + e[t]
        logits.append(state @ V[t].T + c[t] + e_o[t])
    return total_loss(np.array(logits), y, loss=loss, steps=steps)


def check_parameters(params: Parameters) -> None:
    """Check the parameters: `forward` does so again, since arrays can change in place.

    Raises:
        TypeError, ValueError: as `Parameters`.
    """
    U, W, V, b, c = params.U, params.W, params.V, params.b, params.c
    check_matrices(U=U, W=W, V=V)
    check_array("b", b)
    check_array("c", c)
    check_precision(U=U, W=W, V=V, b=b, c=c)
    H, K = len(U), len(V)
    check_shape("W", W, (H, H), f"since U of shape {U.shape} has {H} rows")
    check_conform("V", V, "columns", "U", U, "rows")
    check_shape("b", b, (H,), f"since U of shape {U.shape} has {H} rows")
    check_shape("c", c, (K,), f"since V of shape {V.shape} has {K} rows")
