"""The parameters, and the forward pass: against loops in plain Python, on every kind of array; refusals."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import B, D, H, K, T, distance, each_of, network, soft
from refusals import Refusal, refuses, taken

from bptt.measure import complex_step
from bptt.numeric import (
    Parameters,
    backward,
    copies,
    forward,
    logit_gradients,
    network_loss,
    total_loss,
    unrolled_loss,
)

Array = npt.NDArray[Any]


def by_hand(params: Parameters, x: Array, h0: Array) -> tuple[list[Any], list[Any], list[Any]]:
    """One sequence, in Python's numbers, written with indices."""
    U, W, V, b, c = (array.tolist() for array in params)
    pre, states, logits = [], [], []
    h = h0.tolist()
    for x_t in x.tolist():
        a = [
            sum(W[i][j] * h[j] for j in range(len(h))) + sum(U[i][j] * x_t[j] for j in range(len(x_t))) + b[i]
            for i in range(len(b))
        ]
        h = [math.tanh(a_i) for a_i in a]
        o = [sum(V[k][i] * h[i] for i in range(len(h))) + c[k] for k in range(len(c))]
        pre, states, logits = [*pre, a], [*states, h], [*logits, o]
    return pre, states, logits


# ---- the parameters


def test_they_are_gone_through_in_the_order_of_their_names() -> None:
    params, _, _, _ = network()
    assert [id(array) for array in params] == [id(getattr(params, name)) for name in "UWVbc"]


def test_they_are_mapped_over_together() -> None:
    """Each with what stands in its place in the others."""
    params, _, _, _ = network()
    twice, thrice = params.map(lambda p: 2 * p), params.map(lambda p: 3 * p)
    mapped = params.map(lambda one, two, three: one + 10 * two + 100 * three, twice, thrice)
    for name in "UWVbc":
        assert distance(getattr(mapped, name), 321 * getattr(params, name)) < 1e-14


def test_what_is_mapped_to_is_looked_at() -> None:
    params, _, _, _ = network()
    with pytest.raises(ValueError, match=r"^U: expected finite entries; received nan at \[0, 0\]$"):
        params.map(lambda p: math.nan * p)


def test_they_and_what_is_computed_with_them_are_shown_by_shape_and_precision() -> None:
    params, x, _, h0 = network(dtype=np.float32)
    assert repr(params) == "Parameters(U (3, 2), W (3, 3), V (4, 3), b (3,), c (4,); float32)"
    assert repr(forward(params, x, h0)) == (
        "ForwardPass(x (5, 6, 2), h0 (6, 3), a (5, 6, 3), states (6, 6, 3), o (5, 6, 4); float32)"
    )
    in_double = forward(params, x, h0).o.astype(float)
    assert repr(replace(forward(params, x, h0), o=in_double)).endswith("o (5, 6, 4); float32, float64)")


# ---- the forward pass


@each_of((D, H, K, B, T), (4, 3, 2, 1, 5), (3, 2, 5, 4, 1), (1, 1, 1, 1, 1))
def test_values(sizes: tuple[int, ...]) -> None:
    params, x, _, h0 = network(sizes=sizes)
    run = forward(params, x, h0)
    for i in range(x.shape[1]):
        pre, states, logits = by_hand(params, x[:, i], h0[i])
        single = forward(params, x[:, i], h0[i])
        for values, batched, alone in [
            (pre, run.a, single.a),
            (states, run.h, single.h),
            (logits, run.o, single.o),
        ]:
            assert distance(batched[:, i], np.array(values)) < 1e-14
            assert distance(alone, np.array(values)) < 1e-14
    assert np.array_equal(run.h_before, np.concatenate([h0[None], run.h])[:-1])
    assert run.x is x
    assert run.h0 is h0


def test_the_state_before_is_zero_if_not_given() -> None:
    for single in (False, True):
        params, x, y, h0 = network(single=single)
        assert np.array_equal(forward(params, x).o, forward(params, x, 0 * h0).o)
        assert network_loss(params, x, y) == network_loss(params, x, y, 0 * h0)


def test_a_run_can_be_continued() -> None:
    params, x, _, h0 = network()
    whole, first = forward(params, x, h0), forward(params, x[:2], h0)
    rest = forward(params, x[2:], first.h[-1])
    assert np.array_equal(np.concatenate([first.o, rest.o]), whole.o)


@pytest.mark.parametrize("loss", ["nll", "squared_error"])
@pytest.mark.parametrize("loss_at", ["all", "last"])
def test_the_loss_is_that_of_the_logits(loss: str, loss_at: str) -> None:
    params, x, y, h0 = network()
    o = forward(params, x, h0).o
    for targets in (y, soft(y)):
        value = network_loss(params, x, targets, h0, loss=loss, loss_at=loss_at)
        assert value == total_loss(o, targets, loss=loss, loss_at=loss_at)
    assert network_loss(params, x, y, h0) == total_loss(o, y)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_the_dtype_stays(dtype: Any) -> None:
    params, x, y, h0 = network(dtype=dtype)
    for given in (h0, None):
        with taken():
            run = forward(params, x, given)
        assert {array.dtype for array in (run.a, run.h, run.o, run.h_before)} == {np.dtype(dtype)}
        assert isinstance(network_loss(params, x, y, given), (float, complex))
    in_double = forward(params.map(as_double), as_double(x), as_double(h0))
    assert distance(forward(params, x, h0).o, in_double.o) < 1e-6


def as_double(array: Array) -> Array:
    return array.real.astype(float)


@pytest.mark.parametrize("name", ["U", "W", "V", "b", "c", "h0", "x"])
def test_any_one_argument_may_be_complex(name: str) -> None:
    params, x, y, h0 = network()
    arrays = {**vars(params), "h0": h0, "x": x}
    arrays[name] = arrays[name] + 1e-30j
    x, h0 = arrays.pop("x"), arrays.pop("h0")
    lifted = Parameters(**arrays)
    for loss in ("nll", "squared_error"):
        value = network_loss(lifted, x, y, h0, loss=loss)
        assert isinstance(value, complex)
        assert value.imag != 0


def test_arguments_stay_as_they_are() -> None:
    params, x, y, h0 = network()
    arrays = {**vars(params), "x": x, "y": y, "h0": h0}
    before = {name: array.copy() for name, array in arrays.items()}
    for array in arrays.values():
        array.flags.writeable = False
    run = forward(params, x, h0)
    network_loss(params, x, y, h0)
    assert all(np.array_equal(arrays[name], before[name]) for name in arrays)
    assert not any(np.shares_memory(run.h, array) for array in arrays.values())


def unrolled(*, single: bool = False) -> tuple[dict[str, Array], Array, Any, Array]:
    """The arguments of `unrolled_loss`: equal copies, nothing pushed; then labels, parameters, run."""
    params, x, y, h0 = network(single=single)
    run = forward(params, x, h0)
    arrays = {name: np.stack([array] * T) for name, array in vars(params).items()}
    arrays |= {"x": x, "h0": h0, "e": np.zeros_like(run.h), "e_o": np.zeros_like(run.o)}
    return arrays, y, params, run


@pytest.mark.parametrize("loss", ["nll", "squared_error"])
@pytest.mark.parametrize("loss_at", ["all", "last"])
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_with_equal_copies_and_nothing_pushed_it_is_the_loss_of_the_network(
    loss: str, loss_at: str, single: bool
) -> None:
    arrays, y, params, run = unrolled(single=single)
    value = unrolled_loss(**arrays, y=y, loss=loss, loss_at=loss_at)
    assert isinstance(value, float)
    expected = network_loss(params, run.x, y, run.h0, loss=loss, loss_at=loss_at)
    assert abs(value - expected) < 1e-14 * expected
    random = np.random.default_rng(2)  # all logits pushed alike would change nothing
    for name, array in arrays.items():
        pushed = arrays | {name: array + random.uniform(-0.5, 0.5, array.shape)}
        assert abs(unrolled_loss(**pushed, y=y, loss=loss, loss_at=loss_at) - expected) > 1e-6, name


@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_each_step_has_its_own_copies(single: bool) -> None:
    """Drawn anew for each step, and run through `forward` step by step."""
    arrays, y, _, run = unrolled(single=single)
    random = np.random.default_rng(2)
    arrays = {name: random.uniform(-0.9, 0.9, array.shape) for name, array in arrays.items()}
    state, logits = arrays["h0"], []
    for t in range(T):
        copy = Parameters(*(arrays[name][t] for name in ("U", "W", "V", "b", "c")))
        step = forward(copy, arrays["x"][t : t + 1], state)
        state = step.h[0] + arrays["e"][t]
        logits.append(step.o[0] + arrays["e"][t] @ arrays["V"][t].T + arrays["e_o"][t])
    value = unrolled_loss(**arrays, y=y)
    expected = total_loss(np.array(logits), y)
    assert abs(value - expected) < 1e-14 * expected
    assert run.o.shape == np.array(logits).shape


@pytest.mark.parametrize("loss", ["nll", "squared_error"])
@pytest.mark.parametrize("loss_at", ["all", "last"])
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_its_slopes_are_the_gradients_by_every_node(loss: str, loss_at: str, single: bool) -> None:
    arrays, y, params, run = unrolled(single=single)
    back = backward(params, run, logit_gradients(run.o, y, loss=loss, loss_at=loss_at))
    claimed = {**vars(copies(run, back)), "x": back.x, "h0": back.h0, "e": back.h, "e_o": back.o}
    measured = complex_step(lambda **at: unrolled_loss(y=y, **at, loss=loss, loss_at=loss_at), arrays)
    assert set(measured) == set(claimed)
    for name, gradient in claimed.items():
        assert distance(measured[name], gradient) < 1e-13, name
        if name != "h0":  # and not those of another step
            assert distance(measured[name], gradient[::-1]) > 0.1, name


# ---- refusals


def made(**changes: Any) -> Any:
    return Parameters(**{**vars(network()[0]), **changes})


def run(**changes: Any) -> Any:
    params, x, _, h0 = network()
    return forward(**{"params": params, "x": x, "h0": h0, **changes})


def unrolled_with(name: str, steps: int) -> Any:
    arrays, y, _, _ = unrolled()
    array = np.concatenate([arrays[name], arrays[name]])[:steps]
    return unrolled_loss(**{**arrays, name: array}, y=y)


def run_after_a_change(name: str) -> Any:
    params, x, _, h0 = network()
    vars(params)[name].flat[0] = math.nan
    return forward(params, x, h0)


ONE_PRECISION = "expected one precision; received "
REFUSED: dict[str, Refusal] = {
    "U as a list": (
        lambda: made(U=[[1.0]]),
        TypeError,
        "U: expected a NumPy array; received list (write np.array(U, dtype=float))",
    ),
    "b as a list": (
        lambda: made(b=[1.0]),
        TypeError,
        "b: expected a NumPy array; received list (write np.array(b, dtype=float))",
    ),
    "c of integers": (
        lambda: made(c=np.zeros(K, int)),
        TypeError,
        "c: expected dtype float32 or float64 or complex64 or complex128; received int64 "
        "(write c.astype(float))",
    ),
    "W of another precision": (
        lambda: made(W=np.eye(H, dtype=np.float32)),
        TypeError,
        f"U and W and V: {ONE_PRECISION}V of dtype float64 with W of dtype float32",
    ),
    "c of another precision": (
        lambda: made(c=np.zeros(K, np.float32)),
        TypeError,
        f"U and W and V and b and c: {ONE_PRECISION}b of dtype float64 with c of dtype float32",
    ),
    "NaN in W": (
        lambda: made(W=np.full((H, H), math.nan)),
        ValueError,
        "W: expected finite entries; received nan at [0, 0]",
    ),
    "infinity in b": (
        lambda: made(b=np.full(H, math.inf)),
        ValueError,
        "b: expected finite entries; received inf at [0]",
    ),
    "a vector U": (
        lambda: made(U=np.ones(H)),
        ValueError,
        "U: expected a matrix (rank 2); received shape (3,)",
    ),
    "W not square": (
        lambda: made(W=np.ones((H, D))),
        ValueError,
        "W: expected shape (3, 3), since U of shape (3, 2) has 3 rows; received shape (3, 2)",
    ),
    "V transposed": (
        lambda: made(V=np.ones((H, K))),
        ValueError,
        "V: expected 3 columns, as many as U of shape (3, 2) has rows; received shape (3, 4)",
    ),
    "no c": (
        lambda: made(c=None),
        TypeError,
        "c: expected a NumPy array; received None (without a bias write np.zeros(4))",
    ),
    "b as a column": (
        lambda: made(b=np.ones((H, 1))),
        ValueError,
        "b: expected shape (3,), since U of shape (3, 2) has 3 rows; received shape (3, 1) "
        "(write b.reshape(3,))",
    ),
    "c of the size of b": (
        lambda: made(c=np.ones(H)),
        ValueError,
        "c: expected shape (4,), since V of shape (4, 3) has 4 rows; received shape (3,)",
    ),
    "NaN written into W": (
        lambda: run_after_a_change("W"),
        ValueError,
        "W: expected finite entries; received nan at [0, 0]",
    ),
    "parameters as a tuple": (
        lambda: run(params=tuple(network()[0])),
        TypeError,
        "params: expected Parameters; received tuple",
    ),
    "x as a list": (
        lambda: run(x=[[1.0, 2.0]]),
        TypeError,
        "x: expected a NumPy array; received list (write np.array(x, dtype=float))",
    ),
    "x of integers": (
        lambda: run(x=np.ones((T, B, D), int)),
        TypeError,
        "x: expected dtype float32 or float64 or complex64 or complex128; received int64 "
        "(write x.astype(float))",
    ),
    "no steps": (
        lambda: run(x=np.ones((0, B, D))),
        ValueError,
        "x: expected every size to be at least 1; received shape (0, 6, 2)",
    ),
    "no sequences": (
        lambda: run(x=np.ones((T, 0, D))),
        ValueError,
        "x: expected every size to be at least 1; received shape (5, 0, 2)",
    ),
    "NaN in x": (
        lambda: run(x=np.full((T, B, D), math.nan)),
        ValueError,
        "x: expected finite entries; received nan at [0, 0, 0]",
    ),
    "x of another size": (
        lambda: run(x=np.ones((T, B, H))),
        ValueError,
        "x: expected shape (T, 2) or (T, B, 2), since U of shape (3, 2) has 2 columns; "
        "received shape (5, 6, 3)",
    ),
    "x of rank 1": (
        lambda: run(x=np.ones(D)),
        ValueError,
        "x: expected shape (T, 2) or (T, B, 2), since U of shape (3, 2) has 2 columns; received shape (2,) "
        "(for indices, counted from 0, write x.astype(int))",
    ),
    "x of rank 4": (
        lambda: run(x=np.ones((1, T, B, D))),
        ValueError,
        "x: expected shape (T, 2) or (T, B, 2), since U of shape (3, 2) has 2 columns; "
        "received shape (1, 5, 6, 2)",
    ),
    "x of another precision": (
        lambda: run(x=np.ones((T, B, D), np.float32)),
        TypeError,
        f"U and x and h0: {ONE_PRECISION}h0 of dtype float64 with x of dtype float32",
    ),
    "x of another precision, no h0": (
        lambda: run(x=np.ones((T, B, D), np.float32), h0=None),
        TypeError,
        f"U and x and h0: {ONE_PRECISION}U of dtype float64 with h0 of dtype float32",
    ),
    # NumPy alone would broadcast this one.
    "one h0 for all sequences": (
        lambda: run(h0=np.ones(H)),
        ValueError,
        "h0: expected shape (6, 3), for x of shape (5, 6, 2) and U of shape (3, 2); received shape (3,)",
    ),
    "h0 of a batch for one sequence": (
        lambda: run(x=np.ones((T, D))),
        ValueError,
        "h0: expected shape (3,), for x of shape (5, 2) and U of shape (3, 2); received shape (6, 3)",
    ),
    "infinity in h0": (
        lambda: run(h0=np.full((B, H), -math.inf)),
        ValueError,
        "h0: expected finite entries; received -inf at [0, 0]",
    ),
} | {
    f"{steps} steps of {name}": (
        lambda name=name, steps=steps: unrolled_with(name, steps),
        ValueError,
        f"{name}: expected 5 steps as in x; received {steps}",
    )
    for name in ("U", "W", "V", "b", "c", "e", "e_o")
    for steps in (T - 1, T + 1)
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
