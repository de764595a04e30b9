"""The losses of outputs that no softmax makes one distribution of, row by row, with their gradients.

    binary cross-entropy  L⁽ᵗ⁾ = Σⱼ (log(1 + eᵒⱼ) − yⱼ oⱼ)        ∂L⁽ᵗ⁾/∂o = sigmoid(o) − y
    squared distance      L⁽ᵗ⁾ = Σⱼ (oⱼ − yⱼ)²                    ∂L⁽ᵗ⁾/∂o = 2 (o − y)
    linear                L⁽ᵗ⁾ = Σⱼ yⱼ oⱼ                         ∂L⁽ᵗ⁾/∂o = y

Each is a loss as one would write one's own: a function of logits and targets that returns both.
"""

import numpy as np

from bptt.arrays import Array, check_array
from bptt.numeric.activations import sigmoid
from bptt.numeric.targets import check_numbers


def binary_cross_entropy_and_gradient(o: Array, y: Array) -> tuple[Array, Array]:
    """Compute Σⱼ (log(1 + eᵒⱼ) − yⱼ oⱼ) of each row, and sigmoid(o) − y.

    With p = sigmoid(o) it is −Σⱼ (yⱼ log pⱼ + (1 − yⱼ) log(1 − pⱼ)): each output says yes or no for itself.

    Args:
        o: (..., K), the logits.
        y: (..., K), from 0 to 1, of the precision of o.

    Returns:
        The losses, (...), and the gradient, (..., K).

    Raises:
        TypeError, ValueError: as `nll`; ValueError for targets that are not from 0 to 1.

    Measured: by the complex step.
    """
    check_array("o", o)
    check_numbers(y, o, probabilities=True)
    # log(1 + eᵒ) = max(o, 0) + log(1 + e⁻|ᵒ|), by real parts: no exponential exceeds 1.
    negative = np.where(o.real > 0, -o, o)
    each = np.where(o.real > 0, o, 0) + np.log1p(np.exp(negative)) - y * o
    return each.sum(axis=-1), sigmoid(o) - y


def squared_distance_and_gradient(o: Array, y: Array) -> tuple[Array, Array]:
    """Compute Σⱼ (oⱼ − yⱼ)² of each row, and 2 (o − y): the loss of a regression.

    Args:
        o: (..., K), the outputs.
        y: (..., K), of the precision of o.

    Returns:
        The losses, (...), and the gradient, (..., K).

    Raises:
        TypeError, ValueError: as `nll`.

    Measured: by the complex step.
    """
    check_array("o", o)
    check_numbers(y, o)
    return ((o - y) ** 2).sum(axis=-1), 2 * (o - y)


def linear_and_gradient(o: Array, y: Array) -> tuple[Array, Array]:
    """Compute Σⱼ yⱼ oⱼ of each row, and y: any loss at all, where y is its gradient by the logits.

    Args:
        o: (..., K), the logits.
        y: (..., K), of the precision of o: ∂L/∂o for the loss L that one has in mind.

    Returns:
        The products, (...), and the gradient, (..., K).

    Raises:
        TypeError, ValueError: as `nll`.

    Measured: by the complex step.
    """
    check_array("o", o)
    check_numbers(y, o)
    return (y * o).sum(axis=-1), y.copy()
