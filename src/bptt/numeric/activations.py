"""tanh, the sigmoid and softmax: values, Jacobians, vector-Jacobian products.

    h = tanh(a)             ∂h/∂a = diag(1 − h²)              Jᵀ g = (1 − h²) ⊙ g
    s = 1 / (1 + e⁻ᵃ)       ∂s/∂a = diag(s (1 − s))           Jᵀ g = s (1 − s) ⊙ g
    p = eᵒ / Σ eᵒ           ∂p/∂o = diag(p) − p pᵀ            Jᵀ g = p ⊙ (g − ⟨p, g⟩)

Each acts on the last axis, whatever axes stand before it: (H,), (B, H) and (T, B, H) all will do. The
derivatives are written, as in the documents, in the function's *value* and not in its argument. Arrays are of
one precision, real or complex; nothing is conjugated and no absolute value taken, as the complex step needs.

Source: documents 001 and 004; the sigmoid is document 003's.
"""

import numpy as np

from bptt.arrays import Array, check_array, check_precision, check_shape


def tanh(a: Array) -> Array:
    """Compute h = tanh(a), entry by entry.

    Args:
        a: any shape, such as (T, B, H).

    Returns:
        h, of the shape of a.

    Raises:
        TypeError: not a NumPy array of floating or complex dtype.
        ValueError: no entries, NaN or infinity.

    Defined: start-state.
    Source: record S004-02.
    """
    check_array("a", a)
    h: Array = np.tanh(a)
    return h


def tanh_jacobian(h: Array) -> Array:
    """Compute the Jacobian of tanh from its value h = tanh(a): ∂h/∂a = diag(1 − h²).

    A matrix, since each of the H outputs has a derivative by each of the H inputs; diagonal, since output i
    depends on input i alone.

    Args:
        h: (..., H), with h = tanh(a).

    Returns:
        (..., H, H); row i, column j holds ∂hᵢ/∂aⱼ.

    Raises:
        TypeError, ValueError: as `tanh`.

    Proved: tanh-jacobian.
    Source: records S001-22 to 24, S004-37.
    """
    check_array("h", h)
    return _diagonal(1 - h**2)


def tanh_vjp(g: Array, h: Array) -> Array:
    """Pull a cotangent of h = tanh(a) back to a: (1 − h²) ⊙ g, which is diag(1 − h²) g.

    Args:
        g: (..., H), the gradient with respect to h.
        h: (..., H), with h = tanh(a).

    Returns:
        The gradient with respect to a, (..., H).

    Raises:
        TypeError: as `tanh`, or mixed precision.
        ValueError: as `tanh`, or shapes that differ.

    Proved: tanh-jacobian, fast-diagonal.
    Source: records S001-33, S004-35 and 36.
    """
    _check_cotangent(g, "h", h)
    return g * (1 - h**2)


def sigmoid(a: Array) -> Array:
    """Compute s = 1 / (1 + e⁻ᵃ), entry by entry.

    Args:
        a: any shape.

    Returns:
        s, of the shape of a. Large |a| neither overflow nor lose a small s.

    Raises:
        TypeError, ValueError: as `tanh`.

    Defined: hand-sigmoid.
    Source: record S003-17.
    """
    check_array("a", a)
    positive = a.real >= 0
    e = np.exp(np.where(positive, -a, a))
    return np.where(positive, 1, e) / (1 + e)


def sigmoid_jacobian(s: Array) -> Array:
    """Compute the Jacobian of the sigmoid from its value s: ∂s/∂a = diag(s (1 − s)).

    Args:
        s: (..., H), with s = sigmoid(a).

    Returns:
        (..., H, H); row i, column j holds ∂sᵢ/∂aⱼ.

    Raises:
        TypeError, ValueError: as `tanh`.

    Measured: by the complex step.
    Source: record S003-17.
    """
    check_array("s", s)
    return _diagonal(s * (1 - s))


def sigmoid_vjp(g: Array, s: Array) -> Array:
    """Pull a cotangent of s = sigmoid(a) back to a: s (1 − s) ⊙ g.

    Args:
        g: (..., H), the gradient with respect to s.
        s: (..., H), with s = sigmoid(a).

    Returns:
        The gradient with respect to a, (..., H).

    Raises:
        TypeError, ValueError: as `tanh_vjp`.

    Measured: by the complex step.
    Source: record S003-17.
    """
    _check_cotangent(g, "s", s)
    return g * s * (1 - s)


def softmax(o: Array) -> Array:
    """Compute p = eᵒ / Σⱼ eᵒⱼ along the last axis.

    Args:
        o: (..., K), the logits.

    Returns:
        p, (..., K); each row sums to 1. The largest logit of a row is subtracted first, which changes nothing
        but that no exponential overflows.

    Raises:
        TypeError, ValueError: as `tanh`; ValueError also for an array of rank 0.

    Defined: start-prediction.
    Source: records S001-07, S004-05.
    """
    e = np.exp(shifted_logits(o))
    p: Array = e / e.sum(axis=-1, keepdims=True)
    return p


def softmax_jacobian(p: Array) -> Array:
    """Compute the Jacobian of softmax from its value p = softmax(o): ∂p/∂o = diag(p) − p pᵀ.

    Args:
        p: (..., K), with p = softmax(o).

    Returns:
        (..., K, K); row i, column j holds ∂pᵢ/∂oⱼ = pᵢ (δᵢⱼ − pⱼ).

    Raises:
        TypeError, ValueError: as `tanh`.

    Proved: logits-softmax-entry, logits-softmax-jacobian.
    Source: the factor ∂y/∂o of record S004-27.
    """
    check_array("p", p)
    return _diagonal(p) - p[..., :, None] * p[..., None, :]


def softmax_vjp(g: Array, p: Array) -> Array:
    """Pull a cotangent of p = softmax(o) back to o: p ⊙ (g − ⟨p, g⟩), which is (diag(p) − p pᵀ) g.

    Args:
        g: (..., K), the gradient with respect to p.
        p: (..., K), with p = softmax(o).

    Returns:
        The gradient with respect to o, (..., K).

    Raises:
        TypeError, ValueError: as `tanh_vjp`.

    Proved: logits-softmax-back.
    Source: the factor ∂y/∂o of record S004-27.
    """
    _check_cotangent(g, "p", p)
    return p * (g - np.sum(p * g, axis=-1, keepdims=True))


def shifted_logits(o: Array, out: Array | None = None) -> Array:
    """Subtract from each row of logits its largest real part, so that no exponential exceeds 1.

    The shift is a constant to the complex step, as it must be: softmax does not depend on it.

    Args:
        o: (..., K).
        out: where the result goes, which may be o itself; a new array if not given.

    Returns:
        (..., K), in C order.

    Raises:
        TypeError, ValueError: as `softmax`.
    """
    check_array("o", o)
    if o.ndim == 0:
        raise ValueError("o: expected shape (..., K); received shape ()")
    shifted: Array = np.subtract(o, o.real.max(axis=-1, keepdims=True), out=out, order="C")
    return shifted


def _diagonal(v: Array) -> Array:
    return v[..., None] * np.eye(v.shape[-1], dtype=v.dtype)


def _check_cotangent(g: Array, name: str, value: Array) -> None:
    check_array("g", g)
    check_array(name, value)
    check_precision(**{"g": g, name: value})
    check_shape("g", g, value.shape, f"that of {name}")
