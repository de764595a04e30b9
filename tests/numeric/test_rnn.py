"""The forward pass: against loops in plain Python, on every kind of array, and its refusals."""

import math
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import B, D, H, K, T, distance, network, soft
from refusals import Refusal, refuses

Array = npt.NDArray[Any]
SOURCES = ["rnn.py"]


def by_hand(params: Any, x: Array, h0: Array) -> tuple[list[Any], list[Any], list[Any]]:
    """One sequence, in Python's numbers, written with indices."""
    U, W, V, b, c = (array.tolist() for array in vars(params).values())
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


@pytest.mark.parametrize("sizes", [(D, H, K, B, T), (4, 3, 2, 1, 5), (3, 2, 5, 4, 1), (1, 1, 1, 1, 1)])
def test_values(numeric: ModuleType, sizes: tuple[int, ...]) -> None:
    params, x, _, h0 = network(numeric, sizes=sizes)
    run = numeric.forward(params, x, h0)
    for i in range(x.shape[1]):
        pre, states, logits = by_hand(params, x[:, i], h0[i])
        single = numeric.forward(params, x[:, i], h0[i])
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


def test_the_state_before_is_zero_if_not_given(numeric: ModuleType) -> None:
    for single in (False, True):
        params, x, y, h0 = network(numeric, single=single)
        assert np.array_equal(numeric.forward(params, x).o, numeric.forward(params, x, 0 * h0).o)
        assert numeric.network_loss(params, x, y) == numeric.network_loss(params, x, y, 0 * h0)


def test_a_run_can_be_continued(numeric: ModuleType) -> None:
    params, x, _, h0 = network(numeric)
    whole, first = numeric.forward(params, x, h0), numeric.forward(params, x[:2], h0)
    rest = numeric.forward(params, x[2:], first.h[-1])
    assert np.array_equal(np.concatenate([first.o, rest.o]), whole.o)


@pytest.mark.parametrize("loss", ["nll", "squared_error"])
@pytest.mark.parametrize("steps", ["all", "last"])
def test_the_loss_is_that_of_the_logits(numeric: ModuleType, loss: str, steps: str) -> None:
    params, x, y, h0 = network(numeric)
    o = numeric.forward(params, x, h0).o
    for targets in (y, soft(y)):
        value = numeric.network_loss(params, x, targets, h0, loss=loss, loss_at=steps)
        assert value == numeric.total_loss(o, targets, loss=loss, loss_at=steps)
    assert numeric.network_loss(params, x, y, h0) == numeric.total_loss(o, y)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_the_dtype_stays(numeric: ModuleType, dtype: Any) -> None:
    params, x, y, h0 = network(numeric, dtype=dtype)
    for given in (h0, None):
        run = numeric.forward(params, x, given)
        assert {array.dtype for array in (run.a, run.h, run.o, run.h_before)} == {np.dtype(dtype)}
        assert isinstance(numeric.network_loss(params, x, y, given), (float, complex))
    assert distance(numeric.forward(params, x, h0).o, numeric.forward(*wide(numeric, params, x, h0)).o) < 1e-6


def wide(numeric: ModuleType, params: Any, *arrays: Array) -> list[Any]:
    doubles = {name: array.real.astype(float) for name, array in vars(params).items()}
    return [numeric.Parameters(**doubles), *(array.real.astype(float) for array in arrays)]


@pytest.mark.parametrize("name", ["U", "W", "V", "b", "c", "h0", "x"])
def test_any_one_argument_may_be_complex(numeric: ModuleType, name: str) -> None:
    params, x, y, h0 = network(numeric)
    arrays = {**vars(params), "h0": h0, "x": x}
    arrays[name] = arrays[name] + 1e-30j
    x, h0 = arrays.pop("x"), arrays.pop("h0")
    lifted = numeric.Parameters(**arrays)
    for loss in ("nll", "squared_error"):
        value = numeric.network_loss(lifted, x, y, h0, loss=loss)
        assert isinstance(value, complex)
        assert value.imag != 0


def test_arguments_stay_as_they_are(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    arrays = {**vars(params), "x": x, "y": y, "h0": h0}
    before = {name: array.copy() for name, array in arrays.items()}
    for array in arrays.values():
        array.flags.writeable = False
    run = numeric.forward(params, x, h0)
    numeric.network_loss(params, x, y, h0)
    assert all(np.array_equal(arrays[name], before[name]) for name in arrays)
    assert not any(np.shares_memory(run.h, array) for array in arrays.values())


def unrolled(numeric: ModuleType, *, single: bool = False) -> tuple[dict[str, Array], Array, Any, Array]:
    """The arguments of `unrolled_loss`: equal copies, nothing pushed; then labels, parameters, run."""
    params, x, y, h0 = network(numeric, single=single)
    run = numeric.forward(params, x, h0)
    arrays = {name: np.stack([array] * T) for name, array in vars(params).items()}
    arrays |= {"x": x, "h0": h0, "e": np.zeros_like(run.h), "e_o": np.zeros_like(run.o)}
    return arrays, y, params, run


@pytest.mark.parametrize("loss", ["nll", "squared_error"])
@pytest.mark.parametrize("steps", ["all", "last"])
@pytest.mark.parametrize("single", [False, True])
def test_with_equal_copies_and_nothing_pushed_it_is_the_loss_of_the_network(
    numeric: ModuleType, loss: str, steps: str, single: bool
) -> None:
    arrays, y, params, run = unrolled(numeric, single=single)
    value = numeric.unrolled_loss(**arrays, y=y, loss=loss, loss_at=steps)
    assert isinstance(value, float)
    expected = numeric.network_loss(params, run.x, y, run.h0, loss=loss, loss_at=steps)
    assert abs(value - expected) < 1e-14 * expected
    random = np.random.default_rng(2)  # all logits pushed alike would change nothing
    for name, array in arrays.items():
        pushed = arrays | {name: array + random.uniform(-0.5, 0.5, array.shape)}
        assert abs(numeric.unrolled_loss(**pushed, y=y, loss=loss, loss_at=steps) - expected) > 1e-6, name


@pytest.mark.parametrize("single", [False, True])
def test_each_step_has_its_own_copies(numeric: ModuleType, single: bool) -> None:
    """Drawn anew for each step, and run through `forward` step by step."""
    arrays, y, _, run = unrolled(numeric, single=single)
    random = np.random.default_rng(2)
    arrays = {name: random.uniform(-0.9, 0.9, array.shape) for name, array in arrays.items()}
    state, logits = arrays["h0"], []
    for t in range(T):
        copy = numeric.Parameters(*(arrays[name][t] for name in ("U", "W", "V", "b", "c")))
        step = numeric.forward(copy, arrays["x"][t : t + 1], state)
        state = step.h[0] + arrays["e"][t]
        logits.append(step.o[0] + arrays["e"][t] @ arrays["V"][t].T + arrays["e_o"][t])
    value = numeric.unrolled_loss(**arrays, y=y)
    expected = numeric.total_loss(np.array(logits), y)
    assert abs(value - expected) < 1e-14 * expected
    assert run.o.shape == np.array(logits).shape


@pytest.mark.parametrize("loss", ["nll", "squared_error"])
@pytest.mark.parametrize("steps", ["all", "last"])
@pytest.mark.parametrize("single", [False, True])
def test_its_slopes_are_the_gradients_by_every_node(
    numeric: ModuleType, loss: str, steps: str, single: bool
) -> None:
    arrays, y, params, run = unrolled(numeric, single=single)
    back = numeric.backward(params, run, numeric.logit_gradients(run.o, y, loss=loss, loss_at=steps))
    claimed = {**vars(numeric.copies(run, back)), "x": back.x, "h0": back.h0, "e": back.h, "e_o": back.o}
    measured = numeric.complex_step(
        lambda **at: numeric.unrolled_loss(y=y, **at, loss=loss, loss_at=steps), arrays
    )
    assert set(measured) == set(claimed)
    for name, gradient in claimed.items():
        assert distance(measured[name], gradient) < 1e-13, name
        if name != "h0":  # and not those of another step
            assert distance(measured[name], gradient[::-1]) > 0.1, name


# ---- refusals


def made(numeric: ModuleType, **changes: Any) -> Any:
    return numeric.Parameters(**{**vars(network(numeric)[0]), **changes})


def run(numeric: ModuleType, **changes: Any) -> Any:
    params, x, _, h0 = network(numeric)
    return numeric.forward(**{"params": params, "x": x, "h0": h0, **changes})


def unrolled_with(numeric: ModuleType, name: str, steps: int) -> Any:
    arrays, y, _, _ = unrolled(numeric)
    array = np.concatenate([arrays[name], arrays[name]])[:steps]
    return numeric.unrolled_loss(**{**arrays, name: array}, y=y)


def run_after_a_change(numeric: ModuleType, name: str) -> Any:
    params, x, _, h0 = network(numeric)
    vars(params)[name].flat[0] = math.nan
    return numeric.forward(params, x, h0)


ONE_PRECISION = "expected one precision; received "
REFUSED: dict[str, Refusal] = {
    "U as a list": (
        lambda n: made(n, U=[[1.0]]),
        TypeError,
        "U: expected a NumPy array; received list (write np.array(U, dtype=float))",
    ),
    "b as a list": (
        lambda n: made(n, b=[1.0]),
        TypeError,
        "b: expected a NumPy array; received list (write np.array(b, dtype=float))",
    ),
    "c of integers": (
        lambda n: made(n, c=np.zeros(K, int)),
        TypeError,
        "c: expected dtype float32 or float64 or complex64 or complex128; received int64 "
        "(write c.astype(float))",
    ),
    "W of another precision": (
        lambda n: made(n, W=np.eye(H, dtype=np.float32)),
        TypeError,
        f"U and W and V: {ONE_PRECISION}V of dtype float64 with W of dtype float32",
    ),
    "c of another precision": (
        lambda n: made(n, c=np.zeros(K, np.float32)),
        TypeError,
        f"U and W and V and b and c: {ONE_PRECISION}b of dtype float64 with c of dtype float32",
    ),
    "NaN in W": (
        lambda n: made(n, W=np.full((H, H), math.nan)),
        ValueError,
        "W: expected finite entries; received nan at [0, 0]",
    ),
    "infinity in b": (
        lambda n: made(n, b=np.full(H, math.inf)),
        ValueError,
        "b: expected finite entries; received inf at [0]",
    ),
    "a vector U": (
        lambda n: made(n, U=np.ones(H)),
        ValueError,
        "U: expected a matrix (rank 2); received shape (3,)",
    ),
    "W not square": (
        lambda n: made(n, W=np.ones((H, D))),
        ValueError,
        "W: expected shape (3, 3), since U of shape (3, 2) has 3 rows; received shape (3, 2)",
    ),
    "V transposed": (
        lambda n: made(n, V=np.ones((H, K))),
        ValueError,
        "V: expected 3 columns, as many as U of shape (3, 2) has rows; received shape (3, 4)",
    ),
    "b as a column": (
        lambda n: made(n, b=np.ones((H, 1))),
        ValueError,
        "b: expected shape (3,), since U of shape (3, 2) has 3 rows; received shape (3, 1)",
    ),
    "c of the size of b": (
        lambda n: made(n, c=np.ones(H)),
        ValueError,
        "c: expected shape (4,), since V of shape (4, 3) has 4 rows; received shape (3,)",
    ),
    "NaN written into W": (
        lambda n: run_after_a_change(n, "W"),
        ValueError,
        "W: expected finite entries; received nan at [0, 0]",
    ),
    "parameters as a tuple": (
        lambda n: run(n, params=tuple(vars(network(n)[0]).values())),
        TypeError,
        "params: expected Parameters; received tuple",
    ),
    "x as a list": (
        lambda n: run(n, x=[[1.0, 2.0]]),
        TypeError,
        "x: expected a NumPy array; received list (write np.array(x, dtype=float))",
    ),
    "x of integers": (
        lambda n: run(n, x=np.ones((T, B, D), int)),
        TypeError,
        "x: expected dtype float32 or float64 or complex64 or complex128; received int64 "
        "(write x.astype(float))",
    ),
    "no steps": (
        lambda n: run(n, x=np.ones((0, B, D))),
        ValueError,
        "x: expected every size to be at least 1; received shape (0, 6, 2)",
    ),
    "no sequences": (
        lambda n: run(n, x=np.ones((T, 0, D))),
        ValueError,
        "x: expected every size to be at least 1; received shape (5, 0, 2)",
    ),
    "NaN in x": (
        lambda n: run(n, x=np.full((T, B, D), math.nan)),
        ValueError,
        "x: expected finite entries; received nan at [0, 0, 0]",
    ),
    "x of another size": (
        lambda n: run(n, x=np.ones((T, B, H))),
        ValueError,
        "x: expected shape (T, 2) or (T, B, 2), since U of shape (3, 2) has 2 columns; "
        "received shape (5, 6, 3)",
    ),
    "x of rank 1": (
        lambda n: run(n, x=np.ones(D)),
        ValueError,
        "x: expected shape (T, 2) or (T, B, 2), since U of shape (3, 2) has 2 columns; received shape (2,)",
    ),
    "x of rank 4": (
        lambda n: run(n, x=np.ones((1, T, B, D))),
        ValueError,
        "x: expected shape (T, 2) or (T, B, 2), since U of shape (3, 2) has 2 columns; "
        "received shape (1, 5, 6, 2)",
    ),
    "x of another precision": (
        lambda n: run(n, x=np.ones((T, B, D), np.float32)),
        TypeError,
        f"U and x and h0: {ONE_PRECISION}h0 of dtype float64 with x of dtype float32",
    ),
    "x of another precision, no h0": (
        lambda n: run(n, x=np.ones((T, B, D), np.float32), h0=None),
        TypeError,
        f"U and x and h0: {ONE_PRECISION}U of dtype float64 with h0 of dtype float32",
    ),
    # NumPy alone would broadcast this one.
    "one h0 for all sequences": (
        lambda n: run(n, h0=np.ones(H)),
        ValueError,
        "h0: expected shape (6, 3), for x of shape (5, 6, 2) and U of shape (3, 2); received shape (3,)",
    ),
    "h0 of a batch for one sequence": (
        lambda n: run(n, x=np.ones((T, D))),
        ValueError,
        "h0: expected shape (3,), for x of shape (5, 2) and U of shape (3, 2); received shape (6, 3)",
    ),
    "infinity in h0": (
        lambda n: run(n, h0=np.full((B, H), -math.inf)),
        ValueError,
        "h0: expected finite entries; received -inf at [0, 0]",
    ),
} | {
    f"{steps} steps of {name}": (
        lambda n, name=name, steps=steps: unrolled_with(n, name, steps),
        ValueError,
        f"{name}: expected 5 steps as in x; received {steps}",
    )
    for name in ("U", "W", "V", "b", "c", "e", "e_o")
    for steps in (T - 1, T + 1)
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(numeric: ModuleType, case: str) -> None:
    refuses(numeric, REFUSED[case])


# ---- broken on purpose


def values(numeric: ModuleType) -> None:
    test_values(numeric, (D, H, K, B, T))


def complex_W(numeric: ModuleType) -> None:
    test_any_one_argument_may_be_complex(numeric, "W")


def copied(numeric: ModuleType) -> None:
    test_each_step_has_its_own_copies(numeric, False)


def slopes(numeric: ModuleType) -> None:
    test_its_slopes_are_the_gradients_by_every_node(numeric, "squared_error", "last", False)


def last(numeric: ModuleType) -> None:
    test_the_loss_is_that_of_the_logits(numeric, "squared_error", "last")


BREAKS: list[tuple[str, str, Callable[[ModuleType], None] | str]] = [
    ("transposed, carried = W.T,", "transposed, carried = W,", values),
    ("zip(states[:-1], a, states[1:]", "zip(states[1:], a, states[1:]", values),
    ("zip(states[:-1], a, states[1:]", "zip(states[1:][::-1], a, states[1:]", values),
    ("a_t += np.dot(", "a_t -= np.dot(", values),
    ("np.dot(rows(x), U.T, out=rows(a))", "np.dot(rows(x[::-1]), U.T, out=rows(a))", values),
    ("    a += b\n", "", values),
    ("    o += c\n", "", values),
    ("np.tanh(a_t, h_t)", "h_t[...] = np.tanh(a_t.real)", complex_W),
    ("np.tanh(a_t, h_t)", "h_t[...] = a_t", values),
    ("np.tanh(a_t, h_t)", "h_t[...] = np.tanh(a_t, a_t)", values),
    ("fill_logits(V, c, states[1:], o)", "fill_logits(V, c, states[:-1], o)", values),
    ("states[0] = h0\n", "states[0] = 0\n", values),
    ("np.result_type(x, h0, *vars(params).values())", "np.result_type(x)", complex_W),
    ("np.result_type(x, h0, *vars(params).values())", "np.dtype(np.float64)",
     lambda n: test_the_dtype_stays(n, np.float32)),
    ("np.zeros(shape, x.real.dtype)", "np.ones(shape, x.real.dtype)",
     test_the_state_before_is_zero_if_not_given),
    ("np.zeros(shape, x.real.dtype)", "np.zeros(shape)", lambda n: test_the_dtype_stays(n, np.float32)),
    ("return self.states[:-1]", "return self.states[1:]", values),
    ("return self.states[1:]", "return self.states[:-1]", values),
    ("forward(params, x, h0).o, y, loss=loss, loss_at=steps",
     "forward(params, x).o, y, loss=loss, loss_at=steps", last),
    ("forward(params, x, h0).o, y, loss=loss, loss_at=steps",
     "forward(params, x, h0).o, y, loss=loss", last),
    ("forward(params, x, h0).o, y, loss=loss, loss_at=steps",
     "forward(params, x, h0).o, y, loss_at=steps", last),
    ("Parameters(U[t], W[t], V[t], b[t], c[t])", "Parameters(U[0], W[t], V[t], b[t], c[t])", copied),
    ("Parameters(U[t], W[t], V[t], b[t], c[t])", "Parameters(U[t], W[0], V[t], b[t], c[t])", copied),
    ("Parameters(U[t], W[t], V[t], b[t], c[t])", "Parameters(U[t], W[t], V[t], b[0], c[t])", copied),
    ("x[t : t + 1], state)", "x[:1], state)", copied),
    ("x[t : t + 1], state)", "x[t : t + 1], h0)", slopes),
    (".h[0] + e[t]", ".h[0]", slopes),
    (".h[0] + e[t]", ".h[0] + e[0]", slopes),
    ("V[t].T + c[t] + e_o[t]", "V[0].T + c[t] + e_o[t]", copied),
    ("V[t].T + c[t] + e_o[t]", "V[t].T + c[0] + e_o[t]", copied),
    ("V[t].T + c[t] + e_o[t]", "V[t].T + c[t]", slopes),
    ("V[t].T + c[t] + e_o[t]", "V[t].T + c[t] + e_o[0]", slopes),
    ("total_loss(np.array(logits), y, loss=loss, loss_at=steps)",
     "total_loss(np.array(logits), y, loss_at=steps)", slopes),
    ("total_loss(np.array(logits), y, loss=loss, loss_at=steps)",
     "total_loss(np.array(logits), y, loss=loss)", slopes),
    ('"b": b, "c": c, "e": e, "e_o": e_o}', '"b": b, "c": c, "e": e}', "4 steps of e_o"),
    ("if len(array) != len(x):", "if len(array) < len(x):", "6 steps of W"),
    ("x.ndim not in (2, 3)", "x.ndim < 2", "x of rank 4"),
    ("x.ndim not in (2, 3) or x.shape[-1] != U.shape[1]", "x.ndim not in (2, 3)", "x of another size"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "check"), BREAKS)
def test_break_is_noticed(replaced: Any, notices: Any, old: str, new: str, check: Any) -> None:
    check = partial(refuses, refusal=REFUSED[check]) if isinstance(check, str) else check
    assert not notices(check, replaced("rnn.py", old, old))
    assert notices(check, replaced("rnn.py", old, new))


def test_every_guard_is_needed(broken: Any, notices: Any, unguarded: tuple[str, str]) -> None:
    numeric = broken(*unguarded)
    assert any(notices(partial(refuses, refusal=REFUSED[name]), numeric) for name in REFUSED)
