"""The losses without a softmax: their values, their gradients by the complex step, what they refuse."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import K
from refusals import Refusal, refuses

from bptt.measure import gradcheck
from bptt.numeric import (
    binary_cross_entropy_and_gradient,
    linear_and_gradient,
    sigmoid,
    squared_distance_and_gradient,
)

Array = npt.NDArray[Any]
LOGITS = np.random.default_rng(0).normal(size=(5, 6, K))
Y = np.random.default_rng(1).uniform(size=(5, 6, K))
LOSSES: dict[str, Callable[[Array, Array], tuple[Array, Array]]] = {
    "binary_cross_entropy": binary_cross_entropy_and_gradient,
    "squared_distance": squared_distance_and_gradient,
    "linear": linear_and_gradient,
}
each_loss = pytest.mark.parametrize("loss", LOSSES)


def test_values() -> None:
    p = sigmoid(LOGITS)
    expected = -(Y * np.log(p) + (1 - Y) * np.log(1 - p)).sum(axis=-1)
    assert binary_cross_entropy_and_gradient(LOGITS, Y)[0] == pytest.approx(expected, rel=1e-13)
    for t, i in np.ndindex(5, 6):
        pairs = [*zip(LOGITS[t, i], Y[t, i], strict=True)]
        distance = squared_distance_and_gradient(LOGITS, Y)[0][t, i]
        assert distance == pytest.approx(sum((o - y) ** 2 for o, y in pairs), rel=1e-14)
        assert linear_and_gradient(LOGITS, Y)[0][t, i] == pytest.approx(
            sum(o * y for o, y in pairs), rel=1e-13
        )


@each_loss
@pytest.mark.parametrize("axes", [0, 1, 2])
def test_gradients_are_measured(loss: str, axes: int) -> None:
    place = (0,) * (2 - axes)
    o, y = LOGITS[place], Y[place]
    each, gradient = LOSSES[loss](o, y)
    assert (each.shape, gradient.shape) == (o.shape[:-1], o.shape)
    gradcheck(lambda o: np.sum(LOSSES[loss](o, y)[0]), {"o": gradient}, {"o": o}).require(1e-13)


@each_loss
def test_the_dtype_of_the_logits_stays(loss: str) -> None:
    for dtype in (np.float32, np.complex64):
        each, gradient = LOSSES[loss](LOGITS.astype(dtype), Y.astype(np.float32))
        assert each.dtype == dtype
        assert np.result_type(gradient, dtype) == dtype


def test_logits_of_1e4() -> None:
    o, y = np.array([[1e4, -1e4, 0.0]]), np.array([[0.0, 0.0, 1.0]])
    each, gradient = binary_cross_entropy_and_gradient(o, y)
    assert each.tolist() == pytest.approx([1e4 + math.log(2)], rel=1e-15)
    assert gradient.tolist() == [[1, 0, -0.5]]
    # Far out a small probability is all there is.
    small = binary_cross_entropy_and_gradient(np.array([[-40.0]]), np.array([[0.0]]))[0]
    assert small.tolist() == pytest.approx([math.exp(-40)], rel=1e-14, abs=0)


@each_loss
def test_arguments_stay_as_they_are(loss: str) -> None:
    o, y = LOGITS.copy(), Y.copy()
    _, gradient = LOSSES[loss](o, y)
    gradient += 1
    assert np.array_equal(o, LOGITS)
    assert np.array_equal(y, Y)


# ---- refusals


def with_entry(value: float) -> Array:
    y = Y.copy()
    y[2, 1, 3] = value
    return y


REFUSED: dict[str, Refusal] = {
    f"{loss}: {what}": (lambda loss=loss, o=o, y=y: LOSSES[loss](o, y), error, message)
    for loss in LOSSES
    for what, o, y, error, message in [
        ("labels", LOGITS, Y.argmax(axis=-1), TypeError, "y: expected dtype float32 or float64 or complex64 "
         "or complex128; received int64 (write y.astype(float))"),
        ("another shape", LOGITS, Y[1:], ValueError,
         "y: expected shape (5, 6, 4), that of the logits; received shape (4, 6, 4)"),
        ("no axis for one output", LOGITS[..., :1], Y[..., 0], ValueError,
         "y: expected shape (5, 6, 1), that of the logits; received shape (5, 6) (write y.reshape(5, 6, 1))"),
        ("mixed precision", LOGITS, Y.astype(np.float32), TypeError,
         "o and y: expected one precision; received o of dtype float64 with y of dtype float32"),
        ("NaN", LOGITS, with_entry(math.nan), ValueError,
         "y: expected finite entries; received nan at [2, 1, 3]"),
        ("a list", LOGITS.tolist(), Y, TypeError,
         "o: expected a NumPy array; received list (write np.array(o, dtype=float))"),
    ]
} | {
    f"a probability of {value}": (
        lambda value=value: binary_cross_entropy_and_gradient(LOGITS, with_entry(value)),
        ValueError,
        f"y: expected targets from 0 to 1; received {value} at [2, 1, 3]",
    )
    for value in (-0.25, 1.25)
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
