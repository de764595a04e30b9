"""The losses and their gradients by the logits; what may stand as a target, and what not."""

import itertools
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import K, distance, soft
from refusals import UNKNOWN_LOSS, Refusal, refuses, taken

from bptt.measure import gradcheck
from bptt.numeric import (
    logit_gradients,
    nll,
    nll_gradient,
    softmax,
    squared_error,
    squared_error_gradient,
    total_loss,
)
from bptt.numeric.losses import loss_and_logit_gradients, nll_and_gradient

Array = npt.NDArray[Any]
# Each with its gradient.
LOSSES: dict[str, tuple[Callable[..., Array], Callable[..., Array]]] = {
    "nll": (nll, nll_gradient),
    "squared_error": (squared_error, squared_error_gradient),
}
LOGITS = np.random.default_rng(0).normal(size=(5, 6, K))
Y = np.random.default_rng(1).integers(0, K, size=(5, 6))


def test_values() -> None:
    """Against the formulas of document 004, entry by entry and in Python."""
    for t, i in np.ndindex(Y.shape):
        exps = [math.exp(o) for o in LOGITS[t, i]]
        p = [e / sum(exps) for e in exps]
        y = [float(j == Y[t, i]) for j in range(K)]
        assert nll(LOGITS, Y)[t, i] == pytest.approx(-math.log(p[Y[t, i]]), rel=1e-14)
        squares = sum((y_j - p_j) ** 2 for y_j, p_j in zip(y, p, strict=True))
        assert squared_error(LOGITS, Y)[t, i] == pytest.approx(squares, rel=1e-14)
        difference = [p_j - y_j for y_j, p_j in zip(y, p, strict=True)]
        assert nll_gradient(LOGITS, Y)[t, i].tolist() == pytest.approx(difference, rel=1e-13)
    cross_entropy = -np.sum(soft(Y) * np.log(softmax(LOGITS)), axis=-1)
    assert nll(LOGITS, soft(Y)) == pytest.approx(cross_entropy, rel=1e-13)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("axes", [0, 1, 2])
def test_gradients_are_measured(loss: str, axes: int) -> None:
    value, gradient = LOSSES[loss]
    place = (0,) * (2 - axes)
    for y in (Y[place], soft(Y)[place]):
        assert value(LOGITS[place], y).shape == Y[place].shape
        report = gradcheck(
            lambda o, y=y: np.sum(value(o, y)), {"o": gradient(LOGITS[place], y)}, {"o": LOGITS[place]}
        )
        report.require(1e-13)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("loss_at", ["all", "last"])
def test_totals(loss: str, loss_at: str) -> None:
    value, _ = LOSSES[loss]
    for o, y in [(LOGITS, Y), (LOGITS[:, 0], Y[:, 0]), (LOGITS, soft(Y))]:
        expected = value(o, y).sum() if loss_at == "all" else value(o, y)[-1].sum()
        total = total_loss(o, y, loss=loss, loss_at=loss_at)
        assert type(total) is float
        assert total == pytest.approx(expected, rel=1e-15)
        gradients = {"o": logit_gradients(o, y, loss=loss, loss_at=loss_at)}
        f = partial(total_loss, y=y, loss=loss, loss_at=loss_at)
        gradcheck(f, gradients, {"o": o}).require(1e-13)
    assert type(total_loss(LOGITS + 0j, Y, loss=loss, loss_at=loss_at)) is complex
    if loss_at == "last":
        assert not logit_gradients(LOGITS, Y, loss=loss, loss_at=loss_at)[:-1].any()


def test_the_defaults() -> None:
    assert total_loss(LOGITS, Y) == total_loss(LOGITS, Y, loss="nll", loss_at="all")
    expected = logit_gradients(LOGITS, Y, loss="nll", loss_at="all")
    assert np.array_equal(logit_gradients(LOGITS, Y), expected)


def test_each_step_has_gradients_that_sum_to_zero() -> None:
    """Softmax does not see a shift of all logits."""
    for loss, y in itertools.product(LOSSES, (Y, soft(Y))):
        assert np.abs(LOSSES[loss][1](LOGITS, y).sum(axis=-1)).max() < 1e-15


def test_logits_of_1e4() -> None:
    o = np.array([[1e4, -1e4, 0.0, 1e4], [-1e4, -1e4, -1e4, -1e4]])
    assert nll(o, np.array([0, 2])).tolist() == pytest.approx([math.log(2), math.log(4)], rel=1e-12)
    assert nll(o, np.array([1, 2]))[0] == pytest.approx(2e4 + math.log(2), rel=1e-15)
    assert nll_gradient(o, np.array([1, 0])).tolist() == [
        [0.5, -1, 0, 0.5],
        [-0.75, 0.25, 0.25, 0.25],
    ]
    assert squared_error(o, np.array([1, 0])).tolist() == [1.5, 0.75]
    for loss in LOSSES:
        assert np.isfinite(LOSSES[loss][0](o + 1e-30j, np.array([1, 0]))).all()


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64, np.uint64])
def test_labels_of_any_integer_dtype(dtype: Any) -> None:
    assert np.array_equal(nll(LOGITS, Y.astype(dtype)), nll(LOGITS, Y))


@pytest.mark.parametrize("loss", LOSSES)
def test_the_dtype_of_the_logits_stays(loss: str) -> None:
    value, gradient = LOSSES[loss]
    for dtype, y in itertools.product((np.float32, np.complex64), (Y, soft(Y, np.float32))):
        o = LOGITS.astype(dtype)
        assert {value(o, y).dtype, gradient(o, y).dtype} == {np.dtype(dtype)}
        assert distance(value(o, y), value(LOGITS, Y if y is Y else soft(Y))) < 1e-6


def test_a_label_of_one_step() -> None:
    """Y[t, i] is a NumPy integer and no array."""
    with taken():
        assert nll(LOGITS[0, 0], Y[0, 0]) == pytest.approx(nll(LOGITS, Y)[0, 0], rel=1e-15)


def test_computed_distributions_pass() -> None:
    for dtype in (np.float32, np.float64):
        nll(LOGITS.astype(dtype), softmax(3 * LOGITS.astype(dtype)))


def test_certain_distributions_pass() -> None:
    """A row may hold zeros: one-hot rows are labels."""
    assert nll(LOGITS, np.eye(K)[Y]) == pytest.approx(nll(LOGITS, Y), rel=1e-14)


def test_the_gradient_goes_where_it_is_told() -> None:
    out = np.empty_like(LOGITS)
    assert np.shares_memory(nll_and_gradient(LOGITS, Y, out)[1], out)
    g_o = loss_and_logit_gradients(LOGITS, Y, loss="nll", weights=None, out=out)[1]
    assert np.shares_memory(g_o, out)


def test_a_gradient_of_ones_own_comes_back_in_c_order() -> None:
    own = logit_gradients(LOGITS, Y, loss=lambda o, y: (o[..., 0], np.asfortranarray(o)))
    assert own.flags.c_contiguous


def test_one_number_for_all_steps_of_one_sequence_is_named() -> None:
    with pytest.raises(ValueError, match=r"one loss for each row, of shape \(5,\); it returned one"):
        total_loss(LOGITS[:, 0], Y[:, 0], loss=lambda o, y: (np.mean(o), 0 * o))


def test_arguments_stay_as_they_are() -> None:
    arrays = [LOGITS.copy(), Y.copy(), soft(Y)]
    for y, loss, loss_at in itertools.product(arrays[1:], LOSSES, ("all", "last")):
        total_loss(arrays[0], y, loss=loss, loss_at=loss_at)
        logit_gradients(arrays[0], y, loss=loss, loss_at=loss_at)
    assert all(np.array_equal(X, Z) for X, Z in zip(arrays, [LOGITS, Y, soft(Y)], strict=True))


# ---- refusals


def entry(X: Array, place: tuple[int | slice, ...], value: float) -> Array:
    X = X.copy()
    X[place] = value
    return X


TARGETS = "y: expected a NumPy array of integers or floating targets; received "
SHAPES = "y: expected integer labels of shape (5, 6) or floating targets of shape (5, 6, 4); received "
ROWS = "y: expected rows with no negative entry that sum to 1; received "
OTHER_LOSSES = '(for numbers say loss="squared_distance", for a yes or no loss="binary_cross_entropy")'
REFUSED: dict[str, Refusal] = {
    "list": (lambda: nll(LOGITS, Y.tolist()), TypeError, TARGETS + "list"),
    "booleans": (lambda: nll(LOGITS, Y > 0), TypeError, TARGETS + "bool"),
    "objects": (lambda: nll(LOGITS, Y.astype(object)), TypeError, TARGETS + "object"),
    "masked array": (lambda: nll(LOGITS, np.ma.masked_equal(Y, 0)), TypeError, TARGETS + "MaskedArray"),
    "floating labels": (
        lambda: nll(LOGITS, Y.astype(float)),
        ValueError,
        SHAPES + "float64 of shape (5, 6) (for labels write y.astype(int))",
    ),
    "integer one-hot": (
        lambda: squared_error(LOGITS, np.eye(K, dtype=int)[Y]),
        ValueError,
        SHAPES + "int64 of shape (5, 6, 4) (for one-hot rows write y.astype(float))",
    ),
    "one step missing": (lambda: total_loss(LOGITS, Y[1:]), ValueError, SHAPES + "int64 of shape (4, 6)"),
    "labels of another batch": (
        lambda: nll(LOGITS, Y[:, :1]),
        ValueError,
        SHAPES + "int64 of shape (5, 1)",
    ),
    "too many classes": (
        lambda: nll_gradient(LOGITS, np.full((5, 6, 5), 0.2)),
        ValueError,
        SHAPES + "float64 of shape (5, 6, 5)",
    ),
    "label too large": (
        lambda: nll(LOGITS, entry(Y, (2, 1), K)),
        ValueError,
        "y: expected labels from 0 to 3; received 4 at [2, 1]",
    ),
    "labels far too large": (
        lambda: nll(LOGITS, entry(entry(Y, (2, 1), K + 1), (4, 0), K + 2)),
        ValueError,
        "y: expected labels from 0 to 3; received 5 at [2, 1]",
    ),
    "label negative": (
        lambda: squared_error_gradient(LOGITS, entry(Y, (0, 5), -1)),
        ValueError,
        "y: expected labels from 0 to 3; received -1 at [0, 5] "
        "(for padding write np.maximum(y, 0), with weights=(y >= 0).astype(float))",
    ),
    "label of one step too large": (
        lambda: nll(LOGITS[0, 0], np.int64(K)),
        ValueError,
        "y: expected labels from 0 to 3; received 4",
    ),
    "sum of a row": (
        lambda: nll(LOGITS, entry(np.full((5, 6, 4), 0.25), (slice(3, 5), 2, 1), 0.75)),
        ValueError,
        ROWS + "[0.25 0.75 0.25 0.25] at [3, 2] " + OTHER_LOSSES,
    ),
    "negative target": (
        lambda: squared_error(LOGITS[0, 0], np.array([0.5, 1.0, -0.5, 0.0])),
        ValueError,
        ROWS + "[ 0.5  1.  -0.5  0. ] " + OTHER_LOSSES,
    ),
    "NaN": (
        lambda: nll(LOGITS, entry(soft(Y), (1, 2, 3), math.nan)),
        ValueError,
        "y: expected finite entries; received nan at [1, 2, 3]",
    ),
    "the softmax of one logit": (
        lambda: squared_error(LOGITS[..., :1], np.ones((5, 6, 1))),
        ValueError,
        "y: expected distributions over 2 classes or more, since the softmax of one logit is always 1; "
        "received shape (5, 6, 1) " + OTHER_LOSSES,
    ),
    "a label beyond one logit": (
        lambda: nll(LOGITS[..., :1], Y),
        ValueError,
        f"y: expected labels from 0 to 0; received {Y[Y > 0][0]} at {np.argwhere(Y > 0)[0].tolist()} "
        '(for a yes or no write y[..., None].astype(float), with loss="binary_cross_entropy")',
    ),
    "one label for each sequence": (
        lambda: total_loss(LOGITS, Y[-1]),
        ValueError,
        SHAPES + 'int64 of shape (6,) (for one answer to each sequence say loss_at="last")',
    ),
    "one row for each sequence": (
        lambda: total_loss(LOGITS, soft(Y[-1])),
        ValueError,
        SHAPES + 'float64 of shape (6, 4) (for one answer to each sequence say loss_at="last")',
    ),
    "one label for a single sequence": (
        lambda: total_loss(LOGITS[:, 0], Y[-1, 0]),
        ValueError,
        "y: expected integer labels of shape (5,) or floating targets of shape (5, 4); "
        'received int64 of shape () (for one answer to each sequence say loss_at="last")',
    ),
    "labels batch first": (
        lambda: nll(LOGITS, Y.T),
        ValueError,
        SHAPES + "int64 of shape (6, 5) (is it batch first? write y.swapaxes(0, 1))",
    ),
    "mixed precision": (
        lambda: nll(LOGITS.astype(np.float32), soft(Y)),
        TypeError,
        "o and y: expected one precision; received o of dtype float32 with y of dtype float64",
    ),
    "half precision": (
        lambda: nll(LOGITS, soft(Y, np.float16)),
        TypeError,
        "y: expected dtype float32 or float64 or complex64 or complex128; received float16",
    ),
    "logits as a list": (
        lambda: squared_error(LOGITS.tolist(), Y),
        TypeError,
        "o: expected a NumPy array; received list (write np.array(o, dtype=float))",
    ),
    "logits of a total as a list": (
        lambda: total_loss(LOGITS.tolist(), Y),
        TypeError,
        "o: expected a NumPy array; received list (write np.array(o, dtype=float))",
    ),
    "logits to differentiate by as a list": (
        lambda: logit_gradients(LOGITS.tolist(), Y),
        TypeError,
        "o: expected a NumPy array; received list (write np.array(o, dtype=float))",
    ),
    "infinite logits": (
        lambda: nll(entry(LOGITS, (0, 0, 2), math.inf), Y),
        ValueError,
        "o: expected finite entries; received inf at [0, 0, 2]",
    ),
    "unknown loss": (
        lambda: total_loss(LOGITS, Y, loss="mse"),
        ValueError,
        UNKNOWN_LOSS,
    ),
    "unknown loss_at": (
        lambda: total_loss(LOGITS, Y, loss_at=-1),
        ValueError,
        "loss_at: expected 'all' or 'last'; received -1",
    ),
    "gradients of an unknown loss": (
        lambda: logit_gradients(LOGITS, Y, loss="mse"),
        ValueError,
        UNKNOWN_LOSS,
    ),
    "gradients at unknown steps": (
        lambda: logit_gradients(LOGITS, Y, loss_at="first"),
        ValueError,
        "loss_at: expected 'all' or 'last'; received 'first'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
