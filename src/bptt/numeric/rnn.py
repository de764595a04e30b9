"""The recurrent network of the documents, from the inputs to the loss.

    a⁽ᵗ⁾ = W h⁽ᵗ⁻¹⁾ + U x⁽ᵗ⁾ + b,    h⁽ᵗ⁾ = tanh(a⁽ᵗ⁾),    o⁽ᵗ⁾ = V h⁽ᵗ⁾ + c,    t = 1 … T

Time is the first axis. A batch of B sequences has arrays (T, B, ·), a single sequence (T, ·). A vector of the
formulas is a row here, so W h is written h @ W.T. Step t of the formulas is index t − 1 of the arrays, but
`states` begins with h⁽⁰⁾. Sizes: D inputs, H hidden units, K classes.

Source: documents 001 and 004.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bptt.arrays import (
    REAL_OR_COMPLEX,
    Array,
    check_array,
    check_conform,
    check_indices,
    check_instance,
    check_matrices,
    check_precision,
    check_shape,
    outline,
    rows,
)
from bptt.numeric.losses import Loss, total_loss

Steps = Sequence[tuple[Array, ...]]


@dataclass(frozen=True, eq=False, repr=False)
class Parameters:
    """The five parameters, shared by all steps: NumPy arrays of one precision, kept and not copied.

    They can be gone through in the order U, W, V, b, c, and mapped over together with their gradients:

        params = params.map(lambda p, g: p - rate * g, gradients.params)

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

    @classmethod
    def initial(
        cls, *, D: int, H: int, K: int, seed: int = 0, dtype: type[np.floating[Any]] = np.float64
    ) -> "Parameters":
        """Draw parameters to begin a training with: a matrix of n columns has entries of variance 1/n.

        So the entries of U x, W h and V h are of the size of those of x and h. The biases are 0.

        Args:
            D, H, K: inputs, hidden units, logits.
            seed: of the random numbers.
            dtype: np.float32 or np.float64.
        """
        random = np.random.default_rng(seed)
        U, W, V = (random.normal(size=size) * size[1] ** -0.5 for size in ((H, D), (H, H), (K, H)))
        return cls(*(array.astype(dtype) for array in (U, W, V, np.zeros(H), np.zeros(K))))

    @classmethod
    def computed(cls, U: Array, W: Array, V: Array, b: Array, c: Array) -> "Parameters":
        """Take arrays as they were computed: gradients may have overflowed, and are not looked at again."""
        made = object.__new__(cls)
        vars(made).update(U=U, W=W, V=V, b=b, c=c)
        return made

    def __iter__(self) -> Iterator[Array]:
        return iter(vars(self).values())

    def map(self, f: Callable[..., Array], *others: "Parameters") -> "Parameters":
        """Apply f to each parameter and what stands in its place in the others; raises as `Parameters`."""
        return Parameters(*(f(*arrays) for arrays in zip(self, *others, strict=True)))

    def __repr__(self) -> str:
        return outline(self, vars(self))


@dataclass(frozen=True, eq=False, repr=False)
class ForwardPass:
    """What the network computes on its way to the logits.

    Attributes:
        x: (T, B, D) or (T, D), the inputs.
        h0: (B, H) or (H,), the state before the first step.
        a: (T, B, H) or (T, H), the pre-activations.
        states: (T + 1, B, H) or (T + 1, H), the states from h⁽⁰⁾ to h⁽ᵀ⁾.
        o: (T, B, K) or (T, K), the logits.
    """

    x: Array
    h0: Array
    a: Array
    states: Array
    o: Array

    def __repr__(self) -> str:
        return outline(self, vars(self))

    @property
    def h(self) -> Array:
        """The state that each step ends with, h⁽ᵗ⁾; (T, B, H) or (T, H)."""
        return self.states[1:]

    @property
    def h_before(self) -> Array:
        """The state that each step starts from, h⁽ᵗ⁻¹⁾: h0 first; (T, B, H) or (T, H)."""
        return self.states[:-1]


def forward(params: Parameters, x: Array, h0: Array | None = None) -> ForwardPass:
    """Run the network: a⁽ᵗ⁾ = W h⁽ᵗ⁻¹⁾ + U x⁽ᵗ⁾ + b, h⁽ᵗ⁾ = tanh(a⁽ᵗ⁾), o⁽ᵗ⁾ = V h⁽ᵗ⁾ + c.

    Real and complex arrays of one precision may meet, as under the complex step.

    Args:
        params: the parameters.
        x: (T, B, D), or (T, D) for a single sequence. Integers, (T, B) or (T,), are indices from 0 to D − 1,
            which stand for one-hot rows: index i reads column i of U.
        h0: (B, H), or (H,) for a single sequence; zero if not given.

    Returns:
        Inputs, as floating rows, pre-activations, states and logits of every step.

    Raises:
        TypeError: not Parameters, not a NumPy array of floating or complex dtype, or mixed precision.
        ValueError: wrong rank or size, an empty sequence, NaN or infinity, an index out of range.

    Defined: start-preactivation, start-state, start-logits.
    Source: records S001-02a and 03, S003-01 and 02, S004-02 to 05; [elman1990].
    """
    x, h0 = checked_start(params, x, h0)
    dtype = np.result_type(x, h0, *params)
    U, W, V, b, c = contiguous(params, dtype)
    batch = x.shape[1:-1]
    states = np.empty((len(x) + 1, *batch, len(b)), dtype)
    a, o = np.empty_like(states[1:]), np.empty((len(x), *batch, len(c)), dtype)
    states[0] = h0
    fill_states(U, W, b, np.ascontiguousarray(x, dtype), a, states)
    fill_logits(V, c, states[1:], o)
    return ForwardPass(x, h0, a, states, o)


def fill_states(
    U: Array, W: Array, b: Array, x: Array, a: Array, states: Array, steps: Steps | None = None
) -> None:
    """Run through the steps: a⁽ᵗ⁾ = W h⁽ᵗ⁻¹⁾ + U x⁽ᵗ⁾ + b, h⁽ᵗ⁾ = tanh(a⁽ᵗ⁾).

    U x⁽ᵗ⁾ + b waits for no state, so it is one product for all steps; only W h⁽ᵗ⁻¹⁾ is left for the loop.

    Args:
        U, W, b: as in `Parameters`; with x, of the dtype of a.
        x: (T, B, D) or (T, D), in C order.
        a: (T, B, H) or (T, H), filled; where it is states[1:], the states take its place.
        states: (T + 1, B, H) or (T + 1, H), with h⁽⁰⁾ first; the others are filled.
        steps: what the loop goes through, if it was made before: h⁽ᵗ⁻¹⁾, a⁽ᵗ⁾ and h⁽ᵗ⁾ of each step.
    """
    np.dot(rows(x), U.T, out=rows(a))
    a += b
    transposed, carried = W.T, np.empty_like(states[0])
    for before, a_t, h_t in steps or zip(states[:-1], a, states[1:], strict=True):
        a_t += np.dot(before, transposed, carried)
        np.tanh(a_t, h_t)


def fill_logits(V: Array, c: Array, h: Array, o: Array) -> None:
    """Compute o⁽ᵗ⁾ = V h⁽ᵗ⁾ + c for all steps in one product.

    Args:
        V, c: as in `Parameters`.
        h: (T, B, H) or (T, H).
        o: (T, B, K) or (T, K), filled.
    """
    np.dot(rows(h), V.T, out=rows(o))
    o += c


def network_loss(
    params: Parameters,
    x: Array,
    y: Array,
    h0: Array | None = None,
    *,
    loss: str | Loss = "nll",
    loss_at: str = "all",
    weights: Array | None = None,
) -> float | complex:
    """Run the network and compute its loss L, summed over time and batch.

    Only the loss is returned: it is what a measurement differentiates. Complex arrays pass through.

    Args:
        params, x, h0: as for `forward`.
        y, loss, loss_at, weights: as for `total_loss`.

    Returns:
        L, a Python float, or a complex if an argument is complex.

    Raises:
        TypeError, ValueError: as `forward` and `total_loss`.

    Defined: start-loss, losses-mse.
    Source: records S003-04 and 05, S004-07 to 09.
    """
    return total_loss(forward(params, x, h0).o, y, loss=loss, loss_at=loss_at, weights=weights)


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
    loss: str | Loss = "nll",
    loss_at: str = "all",
    weights: Array | None = None,
) -> float | complex:
    """Compute L for a network with a copy of each parameter for each step, its states and logits pushed.

        h⁽ᵗ⁾ = tanh(W⁽ᵗ⁾ h⁽ᵗ⁻¹⁾ + U⁽ᵗ⁾ x⁽ᵗ⁾ + b⁽ᵗ⁾) + e⁽ᵗ⁾,    o⁽ᵗ⁾ = V⁽ᵗ⁾ h⁽ᵗ⁾ + c⁽ᵗ⁾ + e_o⁽ᵗ⁾

    Its derivative by a copy is that step's contribution to the gradient; by e⁽ᵗ⁾ and e_o⁽ᵗ⁾, at 0, it is the
    total gradient by the state and by the logits. It is there to be measured.

    Args:
        U, W, V, b, c: (T, H, D), (T, H, H), (T, K, H), (T, H), (T, K), one copy for each step.
        x, y, h0, loss, loss_at, weights: as for `network_loss`.
        e: (T, B, H) or (T, H), added to the states.
        e_o: (T, B, K) or (T, K), added to the logits.

    Returns:
        L, a Python float, or a complex if an argument is complex.

    Raises:
        TypeError, ValueError: as `forward` and `total_loss`; ValueError also where an array has not T steps.

    Defined: parameters-copied-state, parameters-copied-logits.
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
    return total_loss(np.array(logits), y, loss=loss, loss_at=loss_at, weights=weights)


def contiguous(params: Parameters, dtype: np.dtype) -> tuple[Array, Array, Array, Array, Array]:
    """Return U, W, V, b, c in this dtype and in C order, as the loops need them; copied if they are not."""
    U, W, V, b, c = (np.ascontiguousarray(array, dtype) for array in params)
    return U, W, V, b, c


def checked_start(
    params: Parameters, x: Array, h0: Array | None, dtypes: tuple[type, ...] = REAL_OR_COMPLEX
) -> tuple[Array, Array]:
    """Check the network and its inputs; return these and the state before the first step, zero if not given.

    Indices among the inputs are returned as the one-hot rows that they stand for.

    Raises:
        TypeError, ValueError: as `forward`; TypeError also where a dtype is none of `dtypes`.
    """
    check_instance("params", params, Parameters)
    check_parameters(params, dtypes)
    U = params.U
    H, D = U.shape
    x = as_rows(x, D, U.real.dtype)
    check_array("x", x, dtypes)
    if x.ndim not in (2, 3) or x.shape[-1] != D:
        expected = f"shape (T, {D}) or (T, B, {D}), since U of shape {U.shape} has {D} columns"
        hint = " (for indices, counted from 0, write x.astype(int))" if x.ndim < 3 else ""
        raise ValueError(f"x: expected {expected}; received shape {x.shape}{hint}")
    shape = (*x.shape[1:-1], H)
    if h0 is None:
        h0 = np.zeros(shape, x.real.dtype)
    check_array("h0", h0, dtypes)
    turned = " (is x batch first? write x.swapaxes(0, 1))" if h0.shape == (len(x), H) and x.ndim == 3 else ""
    check_shape("h0", h0, shape, f"for x of shape {x.shape} and U of shape {U.shape}{turned}")
    check_precision(U=U, x=x, h0=h0)
    return x, h0


def as_rows(x: Array, size: int, dtype: np.dtype) -> Array:
    """Write out indices as rows of this size, all 0 but for a 1; what is no index stays as it is.

    Raises:
        ValueError: an index out of range.
    """
    if type(x) is not np.ndarray or x.dtype.kind not in "iu" or x.ndim not in (1, 2):
        return x
    check_indices("x", x, size)
    written = np.zeros((*x.shape, size), dtype)
    np.put_along_axis(written, x[..., None].astype(np.intp), 1, axis=-1)
    return written


def check_parameters(params: Parameters, dtypes: tuple[type, ...] = REAL_OR_COMPLEX) -> None:
    """Check the parameters: `forward` does so again, since arrays can change in place.

    Raises:
        TypeError, ValueError: as `Parameters`.
    """
    U, W, V, b, c = params.U, params.W, params.V, params.b, params.c
    check_matrices(dtypes, U=U, W=W, V=V)
    for name, bias, matrix in (("b", b, U), ("c", c, V)):
        if bias is None:
            raise TypeError(
                f"{name}: expected a NumPy array; received None "
                f"(without a bias write np.zeros({len(matrix)}))"
            )
    check_array("b", b, dtypes)
    check_array("c", c, dtypes)
    check_precision(U=U, W=W, V=V, b=b, c=c)
    H, K = len(U), len(V)
    check_shape("W", W, (H, H), f"since U of shape {U.shape} has {H} rows")
    check_conform("V", V, "columns", "U", U, "rows")
    check_shape("b", b, (H,), f"since U of shape {U.shape} has {H} rows")
    check_shape("c", c, (K,), f"since V of shape {V.shape} has {K} rows")
