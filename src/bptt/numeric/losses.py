"""The losses of the documents, on a softmax of the logits o, and the loss of a run, summed over its steps.

    p = softmax(o)
    nll              L⁽ᵗ⁾ = −log p_y = log Σⱼ eᵒⱼ − o_y              ∂L⁽ᵗ⁾/∂o = p − y
    squared error    L⁽ᵗ⁾ = Σⱼ (yⱼ − pⱼ)²                            ∂L⁽ᵗ⁾/∂o = 2 (diag(p) − p pᵀ)(p − y)
    total            L = Σₜ w⁽ᵗ⁾ L⁽ᵗ⁾, or w⁽ᵀ⁾ L⁽ᵀ⁾ alone, summed over the batch

On the right y is the one-hot row of the label. It may as well be any distribution over the classes: then the
first loss is the cross-entropy −Σⱼ yⱼ log pⱼ, and both gradients are as they stand. Weights are 1 where none
are given.

What is summed may be any function of logits and targets that returns the loss of each row, (...), and its
gradient, (..., K). `LOSSES` names those of the package; one of one's own is given itself.

Source: documents 001 and 004.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from bptt.arrays import REAL, Array, check_array, check_choice, check_instance, check_precision, check_shape
from bptt.numeric.activations import shifted_logits, softmax, softmax_vjp
from bptt.numeric.output_losses import (
    binary_cross_entropy_and_gradient,
    linear_and_gradient,
    squared_distance_and_gradient,
)
from bptt.numeric.targets import check_numbers, is_labels, labelled, minus_targets, targets

Loss = Callable[[Array, Array], tuple[Array, Array]]
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

    Proved: start-likelihood, start-log-sum, logits-gradient, losses-soft-target.
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


def squared_error_and_gradient(o: Array, y: Array) -> tuple[Array, Array]:
    """Compute `squared_error` and `squared_error_gradient`.

    Args:
        o, y: as for `nll`.

    Returns:
        The losses, (...), and the gradient, (..., K).

    Raises:
        TypeError, ValueError: as `nll`.

    Proved: losses-squared, losses-squared-label.
    """
    return squared_error(o, y), squared_error_gradient(o, y)


LOSSES: Mapping[str, Loss] = MappingProxyType(
    {
        "nll": nll_and_gradient,
        "squared_error": squared_error_and_gradient,
        "binary_cross_entropy": binary_cross_entropy_and_gradient,
        "squared_distance": squared_distance_and_gradient,
        "linear": linear_and_gradient,
    }
)


def total_loss(
    o: Array, y: Array, *, loss: str | Loss = "nll", loss_at: str = "all", weights: Array | None = None
) -> float | complex:
    """Compute L = Σₜ w⁽ᵗ⁾ L⁽ᵗ⁾, or w⁽ᵀ⁾ L⁽ᵀ⁾ alone, summed over the batch.

    Args:
        o: (T, B, K) or (T, K), the logits.
        y: what the loss takes: (T, B) or (T,) labels, or targets of the shape of o. With the last step's loss
            alone it may be that step's, without the axis T; otherwise only y[-1] counts, and the others are
            checked all the same.
        loss: "nll", "squared_error", "binary_cross_entropy", "squared_distance" or "linear", or a function of
            (o, y) that returns the loss of each row, (T, B) or (T,), and its gradient, of the shape of o.
        loss_at: "all", or "last" for a network that answers once, at the end.
        weights: (T, B) or (T,): zero for a step of padding, 1/(T·B) for a mean; all 1 if not given. With the
            last step's loss alone (B,) will do.

    Returns:
        L, a Python float, or a complex if o is complex.

    Raises:
        TypeError: as `nll`; what is no loss; a loss that returns no arrays of the precision of o.
        ValueError: as `nll`, an unknown loss or loss_at, or weights or losses of another shape.

    Defined: start-loss.
    Source: records S003-04 and 05; the last step alone is document 003's many-to-one network, S003-35.
    """
    check_array("o", o)
    y, weights = at_steps(y, o.shape, o.dtype, loss=loss, loss_at=loss_at, weights=weights)
    return loss_and_logit_gradients(o, y, loss=loss, weights=weights)[0]


def logit_gradients(
    o: Array, y: Array, *, loss: str | Loss = "nll", loss_at: str = "all", weights: Array | None = None
) -> Array:
    """Compute the gradient of L by the logits of every step, ∂L/∂o⁽ᵗ⁾ = ∂L⁽ᵗ⁾/∂o⁽ᵗ⁾ since ∂L/∂L⁽ᵗ⁾ = 1.

    Args:
        o, y, loss, loss_at, weights: as for `total_loss`.

    Returns:
        Of the shape of o, each row times its weight. With the last step's loss alone, zero before that step.

    Raises:
        TypeError, ValueError: as `total_loss`.

    Proved: start-one, start-chain, start-logit-gradient.
    Source: records S001-05 and S001-11 to 13.
    """
    check_array("o", o)
    y, weights = at_steps(y, o.shape, o.dtype, loss=loss, loss_at=loss_at, weights=weights)
    return loss_and_logit_gradients(o, y, loss=loss, weights=weights)[1]


def loss_and_logit_gradients(
    o: Array, y: Array, *, loss: str | Loss, weights: Array | None, out: Array | None = None
) -> tuple[float | complex, Array]:
    """Compute what `total_loss` and `logit_gradients` do, for all of these steps.

    Args:
        o, loss: as for `total_loss`.
        y, weights: as `at_steps` returns them.
        out: as for `nll_and_gradient`.

    Returns:
        The loss, and its gradient, of the shape of o.

    Raises:
        TypeError, ValueError: as `total_loss`.
    """
    if loss == "nll":
        each, g_o = nll_and_gradient(o, y, out)
    else:
        each, g_o = LOSSES[loss](o, y) if isinstance(loss, str) else of_its_own(loss, o, y)
    if weights is not None:
        each = weights * each
        g_o *= weights[..., None]
    return each.sum().item(), g_o


def of_its_own(loss: Loss, o: Array, y: Array) -> tuple[Array, Array]:
    """Call a loss that is not of this package, and check what it returns; raises as `total_loss`."""
    shape = o.shape
    returned = loss(o, y)
    if not isinstance(returned, tuple) or len(returned) != 2:
        raise TypeError(
            "loss: expected a function that returns the loss of each row and its gradient by the logits; "
            f"it returned {type(returned).__name__}"
        )
    each, g_o = returned
    if np.ndim(each) == 0 and len(shape) > 1:
        raise ValueError(
            f"loss: expected one loss for each row, of shape {shape[:-1]}; it returned one for all of them "
            '(for a mean give weights; for what is no sum of rows give its gradient as y, with loss="linear")'
        )
    check_array("loss", each)
    check_shape("loss", each, shape[:-1], "that of the logits without their last axis")
    check_array("g_o", g_o)
    check_shape("g_o", g_o, shape, "that of the logits")
    check_precision(o=o, loss=each, g_o=g_o)
    return each, np.array(g_o, order="C")


def check_targets(y: Array, o: Array, loss: str | Loss) -> None:
    """Check targets as a loss of this package does, without computing it; raises as `total_loss`."""
    if loss in ("nll", "squared_error"):
        targets(y, o)
    elif isinstance(loss, str):
        check_numbers(y, o, probabilities=loss == "binary_cross_entropy")


def at_steps(
    y: Array,
    shape: tuple[int, ...],
    dtype: np.dtype,
    *,
    loss: str | Loss,
    loss_at: str,
    weights: Array | None,
) -> tuple[Array, Array | None]:
    """Return targets and weights for every step, so that a stretch of a run can be cut out of them.

    Args:
        y, loss, loss_at, weights: as for `total_loss`.
        shape, dtype: of the logits.

    Returns:
        y, with the axis T; and the weights, (T, B) or (T,), zero for a step without a loss, or None for 1.

    Raises:
        TypeError, ValueError: as `total_loss`, for all but the entries of y.
    """
    if callable(loss):
        check_instance("y", y, np.ndarray)
    else:
        check_choice("loss", loss, tuple(LOSSES), "a function that returns losses and gradient")
    check_choice("loss_at", loss_at, LOSS_AT)
    last = loss_at == "last"
    if weights is not None:
        check_array("weights", weights, REAL)
        if last and weights.ndim == len(shape) - 2:
            weights = np.broadcast_to(weights, shape[:-1])
        check_shape("weights", weights, shape[:-1], "one for each step and sequence")
        check_precision(o=np.empty(0, dtype), weights=weights)
    if last:
        if isinstance(y, np.ndarray | np.integer) and y.ndim == len(shape) - 1 - is_labels(y):
            y = np.broadcast_to(y, (shape[0], *y.shape))
        only = np.zeros(shape[:-1], dtype)
        only[-1] = 1 if weights is None else weights[-1]
        weights = only.real
    if callable(loss) and y.shape[:1] != shape[:1]:
        raise ValueError(f"y: expected {shape[0]} steps as in the logits; received shape {y.shape}")
    return y, weights
