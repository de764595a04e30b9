"""Checkpointed gradients: those of the whole sequence, in less memory, however it is cut."""

import tracemalloc
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import NAMES, B, D, H, K, T, distance, gradcheck, network, soft
from refusals import Refusal, refuses

Array = npt.NDArray[Any]
SOURCES = ["checkpointing.py"]
SIZES = [(2, 3, 4, 6, 5), (4, 3, 2, 1, 9), (3, 2, 5, 4, 1), (1, 1, 2, 1, 2)]
STRETCHES = [None, 1, 2, 3, 5, 100]


@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
@pytest.mark.parametrize("sizes", SIZES)
def test_however_it_is_cut_the_gradients_are_measured(
    numeric: ModuleType, sizes: tuple[int, ...], single: bool
) -> None:
    params, x, y, h0 = network(numeric, sizes=sizes, single=single)
    for every in STRETCHES:
        _, gradients = numeric.checkpointed_loss_and_gradients(params, x, y, h0, every=every)
        report = gradcheck(numeric, gradients, params, x, y, h0).require(1e-12)
        assert [tensor.name for tensor in report.tensors] == NAMES


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", ["nll", "squared_error"])
@pytest.mark.parametrize("steps", ["all", "last"])
def test_within_four_roundings_of_the_whole(numeric: ModuleType, dtype: Any, loss: str, steps: str) -> None:
    """In the norm of each tensor, and in its dtype."""
    options = {"loss": loss, "steps": steps}
    params, x, y, h0 = network(numeric, sizes=(7, 33, 9, 5, 17), dtype=dtype)
    params = numeric.Parameters(*(array * array.shape[-1] ** -0.5 for array in vars(params).values()))
    value, whole = numeric.loss_and_gradients(params, x, y, h0, **options)
    for every in STRETCHES:
        part, gradients = numeric.checkpointed_loss_and_gradients(params, x, y, h0, every=every, **options)
        assert part == pytest.approx(value, rel=4 * float(np.finfo(dtype).eps))
        for name in NAMES:
            assert vars(gradients)[name].dtype == dtype
            # What comes back to h0 and x of the first steps is rounded T times on the way, in either.
            roundings = 4 if name in "UWVbc" else 4 + len(x)
            assert distance(vars(gradients)[name], vars(whole)[name]) < roundings * np.finfo(dtype).eps


def test_with_distributions_and_from_zero(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    _, gradients = numeric.checkpointed_loss_and_gradients(params, x, soft(y), every=2)
    gradcheck(numeric, gradients, params, x, soft(y), 0 * h0).require(1e-12)


def test_non_contiguous_arguments(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    turned = numeric.Parameters(**{n: np.asfortranarray(array) for n, array in vars(params).items()})
    by_batch = np.ascontiguousarray(np.swapaxes(x, 0, 1)).swapaxes(0, 1)
    assert not by_batch.flags.c_contiguous
    _, gradients = numeric.checkpointed_loss_and_gradients(turned, by_batch, y, h0)
    gradcheck(numeric, gradients, params, x, y, h0).require(1e-12)


def test_arguments_stay_as_they_are(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    for array in [*vars(params).values(), x, y, h0]:
        array.flags.writeable = False
    _, gradients = numeric.checkpointed_loss_and_gradients(params, x, y, h0)
    assert not any(np.shares_memory(array, h0) for array in vars(gradients).values())


def test_the_gradient_by_the_inputs_can_be_left_out(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    _, gradients = numeric.checkpointed_loss_and_gradients(params, x, y, h0, inputs=False)
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


def test_four_times_the_steps_take_twice_the_memory(numeric: ModuleType) -> None:
    """And not four times, as they do where all states are kept."""
    params, _, _, _ = network(numeric, sizes=(2, 30, 4, 20, 1))
    bytes_for = {}
    for steps in (256, 1024):
        x, y = np.zeros((steps, 20, 2)), np.zeros((steps, 20), int)
        bytes_for[steps] = [
            peak(partial(way, params, x, y, inputs=False))
            for way in (numeric.checkpointed_loss_and_gradients, numeric.loss_and_gradients)
        ]
    few, many = bytes_for[256], bytes_for[1024]
    assert many[0] < 2.3 * few[0]
    assert many[1] > 3 * few[1]
    assert many[0] < many[1] / 8


# ---- refusals


def called(numeric: ModuleType, **changes: Any) -> Any:
    params, x, y, h0 = network(numeric)
    return numeric.checkpointed_loss_and_gradients(**{"params": params, "x": x, "y": y, "h0": h0, **changes})


def late(y: Array) -> Array:
    y[T - 1, 2] = K
    return y


REFUSED: dict[str, Refusal] = {
    "a number with a fraction": (
        lambda n: called(n, every=2.0),
        TypeError,
        "every: expected a whole number of steps; received float",
    ),
    "a truth value": (
        lambda n: called(n, every=True),
        TypeError,
        "every: expected a whole number of steps; received bool",
    ),
    "no steps": (lambda n: called(n, every=0), ValueError, "every: expected at least 1 step; received 0"),
    "complex x": (
        lambda n: called(n, x=np.ones((T, B, D), complex)),
        TypeError,
        "x: expected dtype float32 or float64; received complex128",
    ),
    "a label too large in the last stretch": (
        lambda n: called(n, y=late(np.zeros((T, B), int)), every=1),
        ValueError,
        "y: expected labels from 0 to 3; received 4 at [4, 2]",
    ),
    "labels of too few steps": (
        lambda n: called(n, y=np.zeros((T - 1, B), int)),
        ValueError,
        "y: expected integer labels of shape (5, 6) or floating targets of shape (5, 6, 4); "
        "received int64 of shape (4, 6)",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(numeric: ModuleType, case: str) -> None:
    refuses(numeric, REFUSED[case])


# ---- broken on purpose


def measured(numeric: ModuleType) -> None:
    test_however_it_is_cut_the_gradients_are_measured(numeric, (D, H, K, B, T), False)


def last(numeric: ModuleType) -> None:
    test_within_four_roundings_of_the_whole(numeric, np.float64, "nll", "last")


BREAKS: list[tuple[str, str, Callable[[ModuleType], None] | str]] = [
    ("kept.append(work.states[-1].copy())", "kept.append(work.states[-1])", measured),
    ("kept.append(work.states[-1].copy())", "kept.append(work.states[0].copy())", measured),
    ("work.states[0] = kept[-1]", "work.states[0] = h0", measured),
    ("work.states[0] = state", "pass", measured),
    ("zip(reversed(starts), reversed(kept)", "zip(starts, kept", measured),
    ("zip(reversed(starts), reversed(kept)", "zip(reversed(starts), kept", measured),
    ("work.carried[...] = 0", "work.carried[...] = 1", measured),
    ("value += part", "value = part", last),
    ("total += vars(gradients)[name]", "total = vars(gradients)[name]", measured),
    ("by_inputs[::-1]", "by_inputs", measured),
    ("first=max(0, first - start)", "first=first", last),
    ("loss=loss,", 'loss="nll",',
     lambda n: test_within_four_roundings_of_the_whole(n, np.float64, "squared_error", "all")),
    ("math.isqrt(len(x) - 1) + 1", "len(x)", test_four_times_the_steps_take_twice_the_memory),
    ("math.isqrt(len(x) - 1) + 1", "1", test_four_times_the_steps_take_twice_the_memory),
    ("if inputs else None", "", test_the_gradient_by_the_inputs_can_be_left_out),
    ("    targets(y, np.broadcast_to(", "    (y, np.broadcast_to(", "a label too large in the last stretch"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "check"), BREAKS)
def test_break_is_noticed(replaced: Any, notices: Any, old: str, new: str, check: Any) -> None:
    check = partial(refuses, refusal=REFUSED[check]) if isinstance(check, str) else check
    assert not notices(check, replaced("checkpointing.py", old, old))
    assert notices(check, replaced("checkpointing.py", old, new))


def test_every_guard_is_needed(broken: Any, notices: Any, unguarded: tuple[str, str]) -> None:
    numeric = broken(*unguarded)
    assert any(notices(partial(refuses, refusal=REFUSED[name]), numeric) for name in REFUSED)
