"""Truncated gradients: measured as they are defined, and the whole gradient where nothing is cut off."""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import B, D, K, T, distance, furthest, network, soft
from refusals import UNKNOWN_LOSS, Refusal, refuses

from bptt.measure import complex_step
from bptt.numeric import (
    Parameters,
    forward,
    loss_and_gradients,
    network_loss,
    total_loss,
    truncated_loss_and_gradients,
)

Array = npt.NDArray[Any]
# Windows and strides.
CUTS = [(1, 1), (2, 1), (2, 2), (3, 2), (4, 3), (5, 1), (5, 2), (7, 4), (9, 9), (20, 3)]


def held_constant(
    params: Parameters, x: Array, y: Array, h0: Array, window: int, stride: int, loss_at: str
) -> dict[str, Array]:
    """The definition, measured: piece by piece, with the state before each window held at its value."""
    T = len(x)
    h = [h0, *forward(params, x, h0).h]
    sums = {name: np.zeros(array.shape) for name, array in {**vars(params), "h0": h0, "x": x}.items()}
    for start in range(0, T, stride):
        stop = min(T, start + stride)
        back_to = max(0, start + stride - window)
        if loss_at == "last" and stop < T:
            continue

        def f(h0: Array, x: Array, **arrays: Array) -> Any:
            o = forward(Parameters(**arrays), x, h0).o
            return total_loss(o[start - back_to :], y[start:stop], loss_at=loss_at)  # noqa: B023

        measured = complex_step(f, {**vars(params), "h0": h[back_to], "x": x[back_to:stop]})
        by_state, by_inputs = measured.pop("h0"), measured.pop("x")
        for name, gradient in measured.items():
            sums[name] += gradient
        sums["x"][back_to:stop] += by_inputs
        if back_to == 0:
            sums["h0"] += by_state
    return sums


@pytest.mark.parametrize("loss_at", ["all", "last"])
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
@pytest.mark.parametrize(
    ("sizes", "window", "stride"),
    [
        pytest.param(sizes, *cut, id="-".join(map(str, [*sizes, *cut])))
        for sizes in [(2, 3, 4, 2, 9), (4, 3, 2, 1, 5), (3, 2, 5, 4, 1)]
        for cut in CUTS
        if cut[1] <= sizes[-1]
    ],
)
def test_as_defined(sizes: tuple[int, ...], window: int, stride: int, single: bool, loss_at: str) -> None:
    params, x, y, h0 = network(sizes=sizes, single=single)
    loss, gradients = truncated_loss_and_gradients(
        params, x, y, h0, window=window, stride=stride, loss_at=loss_at
    )
    assert loss == pytest.approx(network_loss(params, x, y, h0, loss_at=loss_at), rel=1e-14)
    expected = held_constant(params, x, y, h0, window, stride, loss_at)
    assert furthest(gradients.by_name(), expected) < 1e-12


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", ["nll", "squared_error"])
def test_a_window_over_the_whole_sequence_cuts_nothing_off(loss: str, dtype: Any) -> None:
    params, x, y, h0 = network(dtype=dtype)
    for stride in (1, 2, T, T + 3):
        for targets in (y, soft(y, dtype)):
            value, gradients = truncated_loss_and_gradients(
                params, x, targets, h0, window=T + stride, stride=stride, loss=loss
            )
            whole = loss_and_gradients(params, x, targets, h0, loss=loss)
            assert value == whole[0]
            assert {array.dtype for array in gradients.by_name().values()} == {np.dtype(dtype)}
            assert furthest(gradients.by_name(), whole[1].by_name()) < 8 * np.finfo(dtype).eps


def test_only_what_crosses_a_window_is_missing() -> None:
    """V and c act at one step each; U, W and b through the states, and a longer window misses less."""
    params, x, y, h0 = network(sizes=(2, 3, 4, 6, 24))
    params = replace(params, W=params.W / 2)
    _, whole = loss_and_gradients(params, x, y, h0)
    missing = []
    for window in (1, 2, 4, 8, 16):
        _, part = truncated_loss_and_gradients(params, x, y, h0, window=window, stride=1)
        U, W, V, b, c = map(distance, part.params, whole.params)
        assert max(V, c) < 1e-15
        missing.append([U, W, b])
    assert min(missing[0]) > 0.05
    assert (np.diff(missing, axis=0) < 0).all()


def test_pieces_run_one_by_one_give_the_same() -> None:
    """With window = stride each piece is a call of its own, from the state that the one before ended with."""
    params, x, y, h0 = network(sizes=(2, 3, 4, 6, 8))
    value, gradients = truncated_loss_and_gradients(params, x, y, h0, window=3, stride=3)
    state, total, sums = h0, 0.0, params.map(np.zeros_like)
    for start in range(0, 8, 3):
        here = slice(start, start + 3)
        loss, part = loss_and_gradients(params, x[here], y[here], state)
        total += loss
        sums = sums.map(np.add, part.params)
        state = forward(params, x[here], state).h[-1]
    assert value == pytest.approx(total, rel=1e-14)
    assert furthest(vars(gradients.params), vars(sums)) < 1e-14


def test_non_contiguous_arguments_and_no_first_state() -> None:
    params, x, y, h0 = network()
    turned = params.map(np.asfortranarray)
    by_batch = np.ascontiguousarray(np.swapaxes(x, 0, 1)).swapaxes(0, 1)
    some = truncated_loss_and_gradients(turned, by_batch, y, window=2, stride=1)
    others = truncated_loss_and_gradients(params, x, y, 0 * h0, window=2, stride=1)
    assert furthest(some[1].by_name(), others[1].by_name()) < 1e-14


def test_the_gradient_by_the_inputs_can_be_left_out() -> None:
    params, x, y, h0 = network()
    _, part = truncated_loss_and_gradients(params, x, y, h0, window=2, stride=1, inputs=False)
    assert part.x is None


def test_arguments_stay_as_they_are() -> None:
    params, x, y, h0 = network()
    for array in [*params, x, y, h0]:
        array.flags.writeable = False
    truncated_loss_and_gradients(params, x, y, h0, window=3, stride=2)


# ---- refusals


def called(**changes: Any) -> Any:
    params, x, y, h0 = network()
    given = {"params": params, "x": x, "y": y, "h0": h0, "window": 3, "stride": 2, **changes}
    return truncated_loss_and_gradients(**given)


REFUSED: dict[str, Refusal] = {
    "a window with a fraction": (
        lambda: called(window=2.5),
        TypeError,
        "window: expected a whole number of steps; received float",
    ),
    "no stride": (lambda: called(stride=0), ValueError, "stride: expected at least 1 step; received 0"),
    "a window shorter than the stride": (
        lambda: called(window=2, stride=3),
        ValueError,
        "window: expected at least the stride, 3; received 2",
    ),
    "complex x": (
        lambda: called(x=np.ones((T, B, D), complex)),
        TypeError,
        "x: expected dtype float32 or float64; received complex128",
    ),
    "unknown loss": (
        lambda: called(loss="mse"),
        ValueError,
        UNKNOWN_LOSS,
    ),
    "a label too large": (
        lambda: called(y=np.full((T, B), K)),
        ValueError,
        "y: expected labels from 0 to 3; received 4 at [0, 0]",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
