"""Truncated gradients: measured as they are defined, and the whole gradient where nothing is cut off."""

from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import NAMES, B, D, K, T, distance, network, soft
from refusals import Refusal, refuses

Array = npt.NDArray[Any]
SOURCES = ["truncation.py"]
CUTS = [(1, 1), (2, 1), (2, 2), (3, 2), (4, 3), (5, 1), (5, 2), (7, 4), (9, 9), (20, 3)]


def held_constant(
    numeric: ModuleType, params: Any, x: Array, y: Array, h0: Array, window: int, stride: int, steps: str
) -> dict[str, Array]:
    """The definition, measured: piece by piece, with the state before each window held at its value."""
    T = len(x)
    h = [h0, *numeric.forward(params, x, h0).h]
    sums = {name: np.zeros(array.shape) for name, array in {**vars(params), "h0": h0, "x": x}.items()}
    for start in range(0, T, stride):
        stop = min(T, start + stride)
        back_to = max(0, start + stride - window)
        if steps == "last" and stop < T:
            continue

        def f(h0: Array, x: Array, **arrays: Array) -> Any:
            o = numeric.forward(numeric.Parameters(**arrays), x, h0).o
            return numeric.total_loss(o[start - back_to :], y[start:stop], loss_at=steps)  # noqa: B023

        measured = numeric.complex_step(f, {**vars(params), "h0": h[back_to], "x": x[back_to:stop]})
        by_state, by_inputs = measured.pop("h0"), measured.pop("x")
        for name, gradient in measured.items():
            sums[name] += gradient
        sums["x"][back_to:stop] += by_inputs
        if back_to == 0:
            sums["h0"] += by_state
    return sums


@pytest.mark.parametrize("steps", ["all", "last"])
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
@pytest.mark.parametrize("sizes", [(2, 3, 4, 2, 9), (4, 3, 2, 1, 5), (3, 2, 5, 4, 1)])
def test_as_defined(numeric: ModuleType, sizes: tuple[int, ...], single: bool, steps: str) -> None:
    params, x, y, h0 = network(numeric, sizes=sizes, single=single)
    for window, stride in CUTS:
        loss, gradients = numeric.truncated_loss_and_gradients(
            params, x, y, h0, window=window, stride=stride, loss_at=steps
        )
        assert loss == pytest.approx(numeric.network_loss(params, x, y, h0, loss_at=steps), rel=1e-14)
        expected = held_constant(numeric, params, x, y, h0, window, stride, steps)
        for name in NAMES:
            assert distance(vars(gradients)[name], expected[name]) < 1e-12, (name, window, stride)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", ["nll", "squared_error"])
def test_a_window_over_the_whole_sequence_cuts_nothing_off(
    numeric: ModuleType, loss: str, dtype: Any
) -> None:
    params, x, y, h0 = network(numeric, dtype=dtype)
    for stride in (1, 2, T, T + 3):
        for targets in (y, soft(y, dtype)):
            value, gradients = numeric.truncated_loss_and_gradients(
                params, x, targets, h0, window=T + stride, stride=stride, loss=loss
            )
            whole = numeric.loss_and_gradients(params, x, targets, h0, loss=loss)
            assert value == whole[0]
            for name in NAMES:
                assert vars(gradients)[name].dtype == dtype
                assert distance(vars(gradients)[name], vars(whole[1])[name]) < 8 * np.finfo(dtype).eps


def test_only_what_crosses_a_window_is_missing(numeric: ModuleType) -> None:
    """V and c act at one step each; U, W and b through the states, and a longer window misses less."""
    params, x, y, h0 = network(numeric, sizes=(2, 3, 4, 6, 24))
    params = numeric.Parameters(params.U, params.W / 2, params.V, params.b, params.c)
    _, whole = numeric.loss_and_gradients(params, x, y, h0)
    missing = []
    for window in (1, 2, 4, 8, 16):
        _, part = numeric.truncated_loss_and_gradients(params, x, y, h0, window=window, stride=1)
        for name in "Vc":
            assert distance(vars(part)[name], vars(whole)[name]) < 1e-15
        missing.append([distance(vars(part)[name], vars(whole)[name]) for name in "UWb"])
    assert min(missing[0]) > 0.05
    assert (np.diff(missing, axis=0) < 0).all()


def test_pieces_run_one_by_one_give_the_same(numeric: ModuleType) -> None:
    """With window = stride each piece is a call of its own, from the state that the one before ended with."""
    params, x, y, h0 = network(numeric, sizes=(2, 3, 4, 6, 8))
    value, gradients = numeric.truncated_loss_and_gradients(params, x, y, h0, window=3, stride=3)
    state, total, sums = h0, 0.0, dict.fromkeys("UWVbc", 0.0)
    for start in range(0, 8, 3):
        here = slice(start, start + 3)
        loss, part = numeric.loss_and_gradients(params, x[here], y[here], state)
        total += loss
        sums = {name: total + vars(part)[name] for name, total in sums.items()}
        state = numeric.forward(params, x[here], state).h[-1]
    assert value == pytest.approx(total, rel=1e-14)
    assert all(distance(vars(gradients)[name], np.asarray(sums[name])) < 1e-14 for name in sums)


def test_non_contiguous_arguments_and_no_first_state(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    turned = numeric.Parameters(**{n: np.asfortranarray(array) for n, array in vars(params).items()})
    by_batch = np.ascontiguousarray(np.swapaxes(x, 0, 1)).swapaxes(0, 1)
    some = numeric.truncated_loss_and_gradients(turned, by_batch, y, window=2, stride=1)
    others = numeric.truncated_loss_and_gradients(params, x, y, 0 * h0, window=2, stride=1)
    for name in NAMES:
        assert distance(vars(some[1])[name], vars(others[1])[name]) < 1e-14


def test_the_gradient_by_the_inputs_can_be_left_out(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    _, part = numeric.truncated_loss_and_gradients(params, x, y, h0, window=2, stride=1, inputs=False)
    assert part.x is None


def test_arguments_stay_as_they_are(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    for array in [*vars(params).values(), x, y, h0]:
        array.flags.writeable = False
    numeric.truncated_loss_and_gradients(params, x, y, h0, window=3, stride=2)


# ---- refusals


def called(numeric: ModuleType, **changes: Any) -> Any:
    params, x, y, h0 = network(numeric)
    given = {"params": params, "x": x, "y": y, "h0": h0, "window": 3, "stride": 2, **changes}
    return numeric.truncated_loss_and_gradients(**given)


REFUSED: dict[str, Refusal] = {
    "a window with a fraction": (
        lambda n: called(n, window=2.5),
        TypeError,
        "window: expected a whole number of steps; received float",
    ),
    "no stride": (lambda n: called(n, stride=0), ValueError, "stride: expected at least 1 step; received 0"),
    "a window shorter than the stride": (
        lambda n: called(n, window=2, stride=3),
        ValueError,
        "window: expected at least the stride, 3; received 2",
    ),
    "complex x": (
        lambda n: called(n, x=np.ones((T, B, D), complex)),
        TypeError,
        "x: expected dtype float32 or float64; received complex128",
    ),
    "unknown loss": (
        lambda n: called(n, loss="mse"),
        ValueError,
        "loss: expected 'nll' or 'squared_error'; received 'mse'",
    ),
    "a label too large": (
        lambda n: called(n, y=np.full((T, B), K)),
        ValueError,
        "y: expected labels from 0 to 3; received 4 at [0, 0]",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(numeric: ModuleType, case: str) -> None:
    refuses(numeric, REFUSED[case])


# ---- broken on purpose


def defined(numeric: ModuleType) -> None:
    test_as_defined(numeric, (2, 3, 4, 2, 9), False, "all")


BREAKS: list[tuple[str, str, Callable[[ModuleType], None]]] = [
    ("max(0, start + stride - window)", "max(0, stop - window)", defined),
    ("max(0, start + stride - window)", "max(0, start - window)", defined),
    ("max(0, start + stride - window)", "start", defined),
    ("of_piece[: start - back_to] = 0", "pass", defined),
    ("by_a[back_to:stop] += g_a", "by_a[back_to:stop] = g_a", defined),
    ("if back_to == 0:", "if True:", defined),
    ("by_h0 += carried", "by_h0[...] = carried", defined),
    ("np.zeros_like(by_h0)", "by_h0.copy()", defined),
    ("run.states[back_to : stop + 1]", "run.states[: stop - back_to + 1]", defined),
    ("g_o[back_to:stop].copy()", "g_o[back_to:stop]", defined),
    ("by_inputs(by_a, U)", "by_inputs(g_o @ V, U)", defined),
    ("if inputs else None", "", test_the_gradient_by_the_inputs_can_be_left_out),
    ("first_loss(x, loss, steps)", 'first_loss(x, loss, "all")',
     lambda n: test_as_defined(n, (2, 3, 4, 2, 9), False, "last")),
    ("loss=loss, first", 'loss="nll", first',
     lambda n: test_a_window_over_the_whole_sequence_cuts_nothing_off(n, "squared_error", float)),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "check"), BREAKS)
def test_break_is_noticed(replaced: Any, notices: Any, old: str, new: str, check: Any) -> None:
    assert not notices(check, replaced("truncation.py", old, old))
    assert notices(check, replaced("truncation.py", old, new))


def test_every_guard_is_needed(broken: Any, notices: Any, unguarded: tuple[str, str]) -> None:
    numeric = broken(*unguarded)
    assert any(notices(partial(refuses, refusal=REFUSED[name]), numeric) for name in REFUSED)
