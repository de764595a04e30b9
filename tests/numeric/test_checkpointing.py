"""Checkpointed gradients: those of the whole sequence, in less memory, however it is cut."""

import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import NAMES, B, D, H, K, T, compared, each_of, furthest, measured, network, soft
from refusals import Refusal, refuses

from bptt.measure import compare
from bptt.numeric import checkpointed_loss_and_gradients, loss_and_gradients

Array = npt.NDArray[Any]
STRETCHES = [None, 1, 2, 3, 5, 100]


@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
@each_of((D, H, K, B, T), (4, 3, 2, 1, 9), (3, 2, 5, 4, 1), (1, 1, 2, 1, 2))
def test_however_it_is_cut_the_gradients_are_measured(sizes: tuple[int, ...], single: bool) -> None:
    params, x, y, h0 = network(sizes=sizes, single=single)
    expected = measured(params, x, y, h0)
    for every in STRETCHES:
        _, gradients = checkpointed_loss_and_gradients(params, x, y, h0, every=every)
        report = compare(gradients.by_name(), expected, method="complex step").require(1e-12)
        assert [tensor.name for tensor in report.tensors] == NAMES


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", ["nll", "squared_error"])
@pytest.mark.parametrize("loss_at", ["all", "last"])
def test_within_four_roundings_of_the_whole(dtype: Any, loss: str, loss_at: str) -> None:
    """In the norm of each tensor, and in its dtype."""
    options = {"loss": loss, "loss_at": loss_at}
    params, x, y, h0 = network(sizes=(7, 33, 9, 5, 17), dtype=dtype)
    params = params.map(lambda array: array * array.shape[-1] ** -0.5)
    value, whole = loss_and_gradients(params, x, y, h0, **options)
    for every in STRETCHES:
        part, gradients = checkpointed_loss_and_gradients(params, x, y, h0, every=every, **options)
        assert part == pytest.approx(value, rel=4 * float(np.finfo(dtype).eps))
        assert {array.dtype for array in gradients.by_name().values()} == {np.dtype(dtype)}
        eps = np.finfo(dtype).eps
        assert furthest(vars(gradients.params), vars(whole.params)) < 4 * eps
        # What comes back to h0 and x of the first steps is rounded T times on the way, in either.
        assert furthest(gradients.by_name(), whole.by_name()) < (4 + len(x)) * eps


def test_with_distributions_and_from_zero() -> None:
    params, x, y, h0 = network()
    _, gradients = checkpointed_loss_and_gradients(params, x, soft(y), every=2)
    compared(gradients, params, x, soft(y), 0 * h0).require(1e-12)


def test_non_contiguous_arguments() -> None:
    params, x, y, h0 = network()
    turned = params.map(np.asfortranarray)
    by_batch = np.ascontiguousarray(np.swapaxes(x, 0, 1)).swapaxes(0, 1)
    assert not by_batch.flags.c_contiguous
    _, gradients = checkpointed_loss_and_gradients(turned, by_batch, y, h0)
    compared(gradients, params, x, y, h0).require(1e-12)


def test_arguments_stay_as_they_are() -> None:
    params, x, y, h0 = network()
    for array in [*params, x, y, h0]:
        array.flags.writeable = False
    _, gradients = checkpointed_loss_and_gradients(params, x, y, h0)
    assert not any(np.shares_memory(array, h0) for array in gradients.by_name().values())


def test_the_gradient_by_the_inputs_can_be_left_out() -> None:
    params, x, y, h0 = network()
    _, gradients = checkpointed_loss_and_gradients(params, x, y, h0, inputs=False)
    assert gradients.x is None
    assert gradients.h0.shape == h0.shape


def peak(work: Callable[[], object]) -> int:
    """The bytes that are held at most while it runs, by NumPy's own count."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_four_times_the_steps_take_twice_the_memory() -> None:
    """And not four times, as they do where all states are kept."""
    params, _, _, _ = network(sizes=(2, 30, 4, 20, 1))
    bytes_for = {}
    for steps in (256, 1024):
        x, y = np.zeros((steps, 20, 2)), np.zeros((steps, 20), int)
        bytes_for[steps] = [
            peak(partial(way, params, x, y, inputs=False))
            for way in (checkpointed_loss_and_gradients, loss_and_gradients)
        ]
    few, many = bytes_for[256], bytes_for[1024]
    assert many[0] < 2.3 * few[0]
    assert many[1] > 3 * few[1]
    assert many[0] < many[1] / 8


# ---- refusals


def called(**changes: Any) -> Any:
    params, x, y, h0 = network()
    return checkpointed_loss_and_gradients(**{"params": params, "x": x, "y": y, "h0": h0, **changes})


def late(y: Array) -> Array:
    y[T - 1, 2] = K
    return y


def late_nan(y: Array) -> Array:
    y[T - 1, 2, 1] = np.nan
    return y


REFUSED: dict[str, Refusal] = {
    "a number with a fraction": (
        lambda: called(every=2.0),
        TypeError,
        "every: expected a whole number of steps; received float",
    ),
    "a truth value": (
        lambda: called(every=True),
        TypeError,
        "every: expected a whole number of steps; received bool",
    ),
    "no steps": (lambda: called(every=0), ValueError, "every: expected at least 1 step; received 0"),
    "complex x": (
        lambda: called(x=np.ones((T, B, D), complex)),
        TypeError,
        "x: expected dtype float32 or float64; received complex128",
    ),
    "a label too large in the last stretch": (
        lambda: called(y=late(np.zeros((T, B), int)), every=1),
        ValueError,
        "y: expected labels from 0 to 3; received 4 at [4, 2]",
    ),
    "a target that is no number in the last stretch": (
        lambda: called(y=late_nan(np.zeros((T, B, K))), loss="squared_distance", every=1),
        ValueError,
        "y: expected finite entries; received nan at [4, 2, 1]",
    ),
    "labels of too few steps": (
        lambda: called(y=np.zeros((T - 1, B), int)),
        ValueError,
        "y: expected integer labels of shape (5, 6) or floating targets of shape (5, 6, 4); "
        "received int64 of shape (4, 6)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
