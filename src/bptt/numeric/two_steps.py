"""Document 003's network: one number in, one hidden unit, two steps, one answer at the end.

    z₀ = u x₀ + w s₋₁ + k,    s₀ = f(z₀),    z₁ = u x₁ + w s₀ + k,    s₁ = f(z₁)
    q = s₁ v,    E = −log softmax(q)_y

f is tanh or the sigmoid. Here v is a row of K numbers: if the document's v₁ is a single number, the softmax
of q has one entry, which is 1 whatever the weights are, and every gradient vanishes.

Each of the shared u, w and k is used twice. It may be given as one number, or as the pair of its copies, such
as (u₀, u₁); the gradients are those by the copies, and the gradient by the shared number is their sum.

Source: document 003, records S003-12 to 49.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from bptt.arrays import REAL, Array, check_array, check_choice, check_precision
from bptt.numeric.activations import sigmoid
from bptt.numeric.losses import nll, nll_gradient

Number = float | complex | Array


def _sigmoid(z: Array) -> Array:
    # NumPy turns an array of rank 0 into a scalar at the first operation.
    return sigmoid(np.array(z))


FUNCTIONS: dict[str, Callable[[Any], Any]] = {"tanh": np.tanh, "sigmoid": _sigmoid}


@dataclass(frozen=True, eq=False)
class TwoSteps:
    """What the network computes.

    Attributes:
        s_before: (), the state s₋₁ before the first step.
        z: (2,), the pre-activations z₀ and z₁.
        s: (2,), the states s₀ and s₁.
        q: (K,), the logits.
    """

    s_before: Array
    z: Array
    s: Array
    q: Array


@dataclass(frozen=True, eq=False)
class TwoStepGradients:
    """The gradient of E by every copy, and by v, the inputs and the state before.

    Attributes:
        u, w, k: (2,), by the copies that step 0 and step 1 use; `u.sum()` is the gradient by a shared u.
        v: (K,).
        x: (2,).
        s_before: ().
    """

    u: Array
    w: Array
    k: Array
    v: Array
    x: Array
    s_before: Array


def two_steps(
    u: Number, w: Number, k: Number, v: Array, x: Array, s_before: Number = 0.0, *, func: str = "tanh"
) -> TwoSteps:
    """Run the network: z_t = u x_t + w s_{t-1} + k and s_t = f(z_t) for t = 0 and 1, then q = s₁ v.

    Args:
        u, w, k: a number, or (2,): the copies of step 0 and step 1. Real or complex.
        v: (K,).
        x: (2,), the inputs x₀ and x₁.
        s_before: a number, the state s₋₁.
        func: "tanh" or "sigmoid".

    Returns:
        Pre-activations, states and logits.

    Raises:
        TypeError: neither a number nor a NumPy array of floating or complex dtype, or mixed precision.
        ValueError: another shape, NaN or infinity, or an unknown func.

    Defined: hand-z0, hand-s0, hand-z1, hand-s1, hand-q.
    Source: records S003-13 to 25.
    """
    check_choice("func", func, tuple(FUNCTIONS))
    f = FUNCTIONS[func]
    u, w, k, v, x, s_before = _arguments(u, w, k, v, x, s_before)
    z_0 = u[0] * x[0] + w[0] * s_before + k[0]
    s_0 = f(z_0)
    z_1 = u[1] * x[1] + w[1] * s_0 + k[1]
    s_1 = f(z_1)
    return TwoSteps(s_before=s_before, z=np.array([z_0, z_1]), s=np.array([s_0, s_1]), q=s_1 * v)


def two_step_loss(
    u: Number,
    w: Number,
    k: Number,
    v: Array,
    x: Array,
    y: int,
    s_before: Number = 0.0,
    *,
    func: str = "tanh",
) -> float | complex:
    """Compute E = −log softmax(s₁ v)_y.

    Args:
        u, w, k, v, x, s_before, func: as for `two_steps`.
        y: the label, from 0 to K − 1.

    Returns:
        E, a Python float, or a complex if an argument is complex.

    Raises:
        TypeError, ValueError: as `two_steps`, or a label that is no integer or out of range.

    Defined: hand-loss.
    Source: record S003-26.
    """
    run = two_steps(u, w, k, v, x, s_before, func=func)
    value: float | complex = nll(run.q, np.array(y)).item()
    return value


def two_step_gradients(
    u: Number,
    w: Number,
    k: Number,
    v: Array,
    x: Array,
    y: int,
    s_before: Number = 0.0,
    *,
    func: str = "tanh",
) -> TwoStepGradients:
    """Compute the gradient of E by each copy, along the chains of document 003.

        ∂E/∂z₁ = ⟨softmax(q) − y, v⟩ f′(z₁),    ∂E/∂z₀ = ∂E/∂z₁ · w₁ · f′(z₀)
        ∂E/∂u_t = ∂E/∂z_t · x_t,    ∂E/∂w_t = ∂E/∂z_t · s_{t-1},    ∂E/∂k_t = ∂E/∂z_t

    Args:
        u, w, k, v, x, y, s_before, func: as for `two_step_loss`; real.

    Returns:
        The gradients.

    Raises:
        TypeError, ValueError: as `two_step_loss`; TypeError also for complex arguments.

    Proved: hand-short, hand-long, hand-clean-tanh, hand-clean-sigmoid, hand-clean-w-tanh.
    Source: records S003-27 to 33 and 45 to 49.
    """
    run = two_steps(u, w, k, v, x, s_before, func=func)
    check_array("q", run.q, REAL)
    u, w, k, v, x, s_before = _arguments(u, w, k, v, x, s_before)
    slope_0, slope_1 = 1 - run.s**2 if func == "tanh" else run.s * (1 - run.s)
    g_q = nll_gradient(run.q, np.array(y))
    g_z1 = (g_q @ v) * slope_1
    g_z0 = g_z1 * w[1] * slope_0
    return TwoStepGradients(
        u=np.array([g_z0 * x[0], g_z1 * x[1]]),
        w=np.array([g_z0 * s_before, g_z1 * run.s[0]]),
        k=np.array([g_z0, g_z1]),
        v=g_q * run.s[1],
        x=np.array([g_z0 * u[0], g_z1 * u[1]]),
        s_before=np.array(g_z0 * w[0]),
    )


def _arguments(
    u: Number, w: Number, k: Number, v: Array, x: Array, s_before: Number
) -> tuple[Array, Array, Array, Array, Array, Array]:
    u, w, k = _copies("u", u), _copies("w", w), _copies("k", k)
    s_before = _checked("s_before", s_before, ((),), "a number")
    v = _checked("v", v, ((np.size(v),),), "shape (K,)")
    x = _checked("x", x, ((2,),), "the two inputs, of shape (2,)")
    check_precision(u=u, w=w, k=k, v=v, x=x, s_before=s_before)
    return u, w, k, v, x, s_before


def _copies(name: str, value: Number) -> Array:
    """Return a number or a pair of copies as a pair."""
    return np.broadcast_to(_checked(name, value, ((), (2,)), f"a number or the pair ({name}_0, {name}_1)"), 2)


def _checked(name: str, value: object, shapes: tuple[tuple[int, ...], ...], expected: str) -> Array:
    array: Any = np.array(value) if isinstance(value, (float, complex, np.inexact)) else value
    check_array(name, array)
    if array.shape not in shapes:
        raise ValueError(f"{name}: expected {expected}; received shape {array.shape}")
    return np.asarray(array)
