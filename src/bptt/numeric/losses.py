"""The losses of the documents on the logits o of a softmax, and their gradients with respect to o.

    p = softmax(o)
    nll              L⁽ᵗ⁾ = −log p_y = log Σⱼ eᵒⱼ − o_y              ∂L⁽ᵗ⁾/∂o = p − y
    squared error    L⁽ᵗ⁾ = Σⱼ (yⱼ − pⱼ)²                            ∂L⁽ᵗ⁾/∂o = 2 (diag(p) − p pᵀ)(p − y)
    total            L = Σₜ L⁽ᵗ⁾, or L⁽ᵀ⁾ alone, summed over the batch

On the right y is the one-hot row of the label. It may as well be any distribution over the classes: then the
first loss is the cross-entropy −Σⱼ yⱼ log pⱼ, and both gradients are as they stand. So the targets `y` of a
call are either integer labels, counted from 0, of the shape of o without its last axis; or floating rows, of
the shape and precision of o, with no negative entry and the sum 1. The dtype tells which.

Source: documents 001 and 004.
"""

import numpy as np

from bptt.arrays import Array, check_array, check_choice, check_precision
from bptt.numeric.activations import shifted_logits, softmax, softmax_vjp

LOSSES = ("nll", "squared_error")
LOSS_AT = ("all", "last")


def nll(o: Array, y: Array) -> Array:
    """Compute the negative log-likelihood of each step, −log p_y with p = softmax(o).

    Args:
        o: (..., K), the logits; (T, B, K), (T, K) or any other axes before the last.
        y: (...) labels or (..., K) distributions.

    Returns:
        One loss for each row of o, (...).

    Raises:
        TypeError: not a NumPy array, a dtype that is none of these, or mixed precision.
        ValueError: no entries, NaN or infinity, a shape that is none of these, a label out of range, a row
            that is no distribution.

    Defined: start-step-loss, losses-cross-entropy.
    Proved: start-likelihood, start-log-sum.
    Source: records S001-08, S003-03, S004-08, 09 and 15.
    """
    return nll_and_gradient(o, y)[0]


def nll_gradient(o: Array, y: Array) -> Array:
    """Compute the gradient of the negative log-likelihood of each step by its logits: p − y.

    Args:
        o, y: as for `nll`.

    Returns:
        (..., K).

    Raises:
        TypeError, ValueError: as `nll`.

    Proved: logits-gradient, losses-soft-target.
    Source: records S001-13, S004-25 and 26.
    """
    return nll_and_gradient(o, y)[1]


def nll_and_gradient(o: Array, y: Array, out: Array | None = None) -> tuple[Array, Array]:
    """Compute `nll` and `nll_gradient` from the same exponentials.

    Args:
        o, y: as for `nll`.
        out: (..., K) in C order, where the exponentials go, and with labels the gradient; it may be o
            itself. A new array if not given.

    Returns:
        The losses, (...), and the gradient, (..., K).

    Raises:
        TypeError, ValueError: as `nll`.
    """
    z = shifted_logits(o, out)
    y = targets(y, o)
    z_y = z.reshape(-1)[labelled(y, z)] if is_labels(y) else (y * z).sum(axis=-1)
    p = np.exp(z, out=z)
    sums = p.sum(axis=-1, keepdims=True)
    p /= sums
    return np.log(sums[..., 0]) - z_y, minus_targets(p, y)


def squared_error(o: Array, y: Array) -> Array:
    """Compute the squared error of each step, Σⱼ (yⱼ − pⱼ)² with p = softmax(o).

    Args:
        o, y: as for `nll`.

    Returns:
        One loss for each row of o, (...).

    Raises:
        TypeError, ValueError: as `nll`.

    Defined: losses-mse.
    Source: record S004-07.
    """
    p = softmax(o)
    loss: Array = (minus_targets(p, targets(y, o)) ** 2).sum(axis=-1)
    return loss


def squared_error_gradient(o: Array, y: Array) -> Array:
    """Compute the gradient of the squared error of each step by its logits: 2 (diag(p) − p pᵀ)(p − y).

    Args:
        o, y: as for `nll`.

    Returns:
        (..., K).

    Raises:
        TypeError, ValueError: as `nll`.

    Proved: losses-squared, losses-squared-label.
    Source: the loss of record S004-07; the document derives no gradient of it.
    """
    p = softmax(o)
    return softmax_vjp(2 * minus_targets(p.copy(), targets(y, o)), p)


def total_loss(o: Array, y: Array, *, loss: str = "nll", loss_at: str = "all") -> float | complex:
    """Compute L = Σₜ L⁽ᵗ⁾, or L⁽ᵀ⁾ alone, summed over the batch.

    Args:
        o: (T, B, K) or (T, K), the logits.
        y: (T, B) or (T,) labels, or distributions of the shape of o. With the last step's loss alone, only
            y[-1] counts; the others are checked all the same.
        loss: "nll" or "squared_error".
        loss_at: "all", or "last" for a network that answers once, at the end.

    Returns:
        L, a Python float, or a complex if o is complex.

    Raises:
        TypeError: as `nll`.
        ValueError: as `nll`, or an unknown loss or loss_at.

    Defined: start-loss.
    Source: records S003-04 and 05; the last step alone is document 003's many-to-one network, S003-35.
    """
    first = first_loss(len(o), loss, loss_at)
    return loss_and_logit_gradients(o, y, loss=loss, first=first)[0]


def logit_gradients(o: Array, y: Array, *, loss: str = "nll", loss_at: str = "all") -> Array:
    """Compute the gradient of L by the logits of every step, ∂L/∂o⁽ᵗ⁾ = ∂L⁽ᵗ⁾/∂o⁽ᵗ⁾ since ∂L/∂L⁽ᵗ⁾ = 1.

    Args:
        o, y, loss, loss_at: as for `total_loss`.

    Returns:
        Of the shape of o. With the last step's loss alone, zero before the last step.

    Raises:
        TypeError, ValueError: as `total_loss`.

    Proved: start-one, start-chain, start-logit-gradient.
    Source: records S001-05 and S001-11 to 13.
    """
    first = first_loss(len(o), loss, loss_at)
    return loss_and_logit_gradients(o, y, loss=loss, first=first)[1]


def loss_and_logit_gradients(
    o: Array, y: Array, *, loss: str, first: int, out: Array | None = None
) -> tuple[float | complex, Array]:
    """Compute what `total_loss` and `logit_gradients` do, where the steps from index `first` on have a loss.

    Args:
        o, y: as for `total_loss`.
        loss: "nll" or "squared_error".
        first: from 0, where all steps have a loss, to T, where none has.
        out: as for `nll_and_gradient`.

    Returns:
        The loss, and its gradient, of the shape of o.

    Raises:
        TypeError, ValueError: as `nll`.
    """
    if loss == "nll":
        each, g_o = nll_and_gradient(o, y, out)
    else:
        each, g_o = squared_error(o, y), squared_error_gradient(o, y)
    g_o[:first] = 0
    return each[first:].sum().item(), g_o


def first_loss(T: int, loss: str, loss_at: str) -> int:
    """Return the index of the first of T steps that has a loss; refuse an unknown word for either choice."""
    check_choice("loss", loss, LOSSES)
    check_choice("loss_at", loss_at, LOSS_AT)
    return 0 if loss_at == "all" else T - 1


def targets(y: Array, o: Array) -> Array:
    """Return the targets as they are, if they fit the logits; NumPy's label of a single step as an array.

    Args:
        y: (...) integer labels, or (..., K) floating distributions.
        o: (..., K), the logits.

    Returns:
        y.

    Raises:
        TypeError, ValueError: as `nll`.

    Source: records S001-13 (the indicator) and S004-06 (the label vector).
    """
    if isinstance(y, np.integer):
        y = np.array(y)
    if type(y) is not np.ndarray or y.dtype.kind not in "iufc":
        received = y.dtype if type(y) is np.ndarray else type(y).__name__
        raise TypeError(f"y: expected a NumPy array of integers or floating targets; received {received}")
    if y.shape != (o.shape[:-1] if is_labels(y) else o.shape):
        raise ValueError(
            f"y: expected integer labels of shape {o.shape[:-1]} or floating targets of shape {o.shape}; "
            f"received {y.dtype} of shape {y.shape}"
        )
    if is_labels(y):
        check_labels(y, o.shape[-1])
    else:
        check_distributions(y, o)
    return y


def is_labels(y: Array) -> bool:
    """Tell labels from distributions, by the dtype."""
    return y.dtype.kind in "iu"


def labelled(y: Array, o: Array) -> Array:
    """Return which entries of o, counted through all rows, the labels point to; of the shape of y."""
    K = o.shape[-1]
    return np.arange(0, o.size, K).reshape(y.shape) + y.astype(np.intp, copy=False)


def minus_targets(p: Array, y: Array) -> Array:
    """Compute p − y; labels are subtracted in p itself, which must be in C order."""
    if not is_labels(y):
        return p - y
    p.reshape(-1)[labelled(y, p)] -= 1
    return p


def check_labels(y: Array, size: int) -> None:
    """Check that labels count the classes from 0; `targets` says the rest."""
    if y.min() < 0 or y.max() >= size:
        place = tuple(int(i) for i in np.argwhere((y < 0) | (y >= size))[0])
        raise ValueError(f"y: expected labels from 0 to {size - 1}; received {y[place]}{_at(place)}")


def check_distributions(y: Array, o: Array) -> None:
    """Check that each row of targets is a distribution; `targets` says the rest."""
    check_array("y", y)
    check_precision(o=o, y=y)
    sums = y.real.sum(axis=-1, keepdims=True)
    # Half the digits: rows that were themselves computed, by a softmax for example, carry some rounding.
    for wrong in (y.real < 0, np.abs(sums - 1) > np.sqrt(np.finfo(y.dtype).eps)):
        if wrong.any():
            place = tuple(int(i) for i in np.argwhere(wrong)[0][:-1])
            raise ValueError(
                f"y: expected rows with no negative entry that sum to 1; received {y[place]}{_at(place)}"
            )


def _at(place: tuple[int, ...]) -> str:
    return f" at {list(place)}" if place else ""
