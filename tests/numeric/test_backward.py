"""The gradients of the network: measured, summed as said, and fit to train with."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import (
    NAMES,
    B,
    D,
    H,
    K,
    T,
    compared,
    distance,
    each_of,
    furthest,
    network,
    same,
    soft,
    step_by_step,
)
from refusals import UNKNOWN_LOSS, Refusal, refuses

from bptt.measure import gradcheck
from bptt.numeric import (
    Parameters,
    backward,
    copies,
    forward,
    logit_gradients,
    loss_and_gradients,
    network_loss,
    sum_over_copies,
    total_loss,
)

Array = npt.NDArray[Any]
OPTIONS = [
    {"loss": loss, "loss_at": steps}
    for loss, steps in itertools.product(("nll", "squared_error"), ("all", "last"))
]
options_of = pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options.values()))


# ---- against the complex step


@options_of
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
@each_of((D, H, K, B, T), (4, 3, 2, 1, 5), (3, 2, 5, 4, 1), (1, 1, 2, 1, 2), (3, 3, 3, 3, 3))
def test_all_gradients_at_1e_12(sizes: tuple[int, ...], single: bool, options: dict[str, str]) -> None:
    params, x, y, h0 = network(sizes=sizes, single=single)
    loss, gradients = loss_and_gradients(params, x, y, h0, **options)
    report = compared(gradients, params, x, y, h0, **options)
    assert [tensor.name for tensor in report.require(1e-12).tensors] == NAMES
    assert type(loss) is float
    assert loss == network_loss(params, x, y, h0, **options)


@options_of
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_with_distributions_as_targets(single: bool, options: dict[str, str]) -> None:
    params, x, y, h0 = network(single=single)
    _, gradients = loss_and_gradients(params, x, soft(y), h0, **options)
    compared(gradients, params, x, soft(y), h0, **options).require(1e-12)


@options_of
def test_one_hot_targets_are_labels(options: dict[str, str]) -> None:
    params, x, y, h0 = network()
    labels, hot = (loss_and_gradients(params, x, y, h0, **options) for y in (y, np.eye(K)[y]))
    assert labels[0] == hot[0]
    assert same(labels[1].by_name(), hot[1].by_name())


def test_by_central_differences_too() -> None:
    params, x, y, h0 = network(single=True)
    _, gradients = loss_and_gradients(params, x, y, h0)

    def f(h0: Array, x: Array, **arrays: Array) -> Any:
        return network_loss(Parameters(**arrays), x, y, h0)

    arrays = {**vars(params), "h0": h0, "x": x}
    gradcheck(f, gradients.by_name(), arrays, method="central differences").require(1e-8)


def test_the_state_before_is_zero_if_not_given() -> None:
    for single in (False, True):
        params, x, y, h0 = network(single=single)
        loss, gradients = loss_and_gradients(params, x, y)
        assert loss == loss_and_gradients(params, x, y, 0 * h0)[0]
        assert gradients.h0.shape == h0.shape
        compared(gradients, params, x, y, 0 * h0).require(1e-12)


def test_the_gradient_by_the_inputs_can_be_left_out() -> None:
    params, x, y, h0 = network()
    _, gradients = loss_and_gradients(params, x, y, h0, inputs=False)
    _, whole = loss_and_gradients(params, x, y, h0)
    assert gradients.x is None
    assert same({**gradients.by_name(), "x": whole.x}, whole.by_name())


@options_of
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
@each_of((D, H, K, B, T), (4, 3, 2, 1, 5), (3, 2, 5, 4, 1), (1, 1, 2, 1, 2), (7, 33, 9, 5, 41))
def test_all_steps_at_once_are_the_steps_one_by_one(
    sizes: tuple[int, ...], single: bool, dtype: Any, options: dict[str, str]
) -> None:
    params, x, y, h0 = network(sizes=sizes, single=single, dtype=dtype)
    params = params.map(lambda array: array * array.shape[-1] ** -0.5)
    loss, gradients = loss_and_gradients(params, x, y, h0, **options)
    expected = step_by_step(params, x, y, h0, **options)
    assert loss == pytest.approx(expected[0], rel=1e-5 if dtype is np.float32 else 1e-14)
    assert {array.dtype for array in gradients.by_name().values()} == {np.dtype(dtype)}
    # What comes back through T steps is rounded T times.
    assert furthest(gradients.by_name(), expected[1]) < (16 + len(x)) * np.finfo(dtype).eps


def strided(X: Array) -> Array:
    """The same values, with gaps between them and in the order of columns."""
    wide = np.zeros([2 * size for size in X.shape], X.dtype, order="F")
    view = wide[(slice(None, None, 2),) * X.ndim]
    view[...] = X
    assert not view.flags.c_contiguous
    return view


def test_non_contiguous_arguments() -> None:
    params, x, y, h0 = network()
    loss, gradients = loss_and_gradients(params, x, y, h0)
    views = params.map(strided)
    again = loss_and_gradients(views, strided(x), strided(y), strided(h0))
    assert again[0] == pytest.approx(loss, rel=1e-14)
    assert furthest(again[1].by_name(), gradients.by_name()) < 1e-14


@options_of
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_float32(single: bool, options: dict[str, str]) -> None:
    """In single precision throughout, within some roundings of the same network in double precision."""
    params, x, y, h0 = network(single=single, dtype=np.float32)
    loss, gradients = loss_and_gradients(params, x, y, h0, **options)
    wide = params.map(lambda array: array.astype(float))
    expected = loss_and_gradients(wide, x.astype(float), y, h0.astype(float), **options)
    assert type(loss) is float
    assert loss == pytest.approx(expected[0], rel=1e-6)
    assert furthest(gradients.by_name(), expected[1].by_name()) < 2e-6
    run = forward(params, x, h0)
    back = backward(params, run, logit_gradients(run.o, y, **options))
    computed = (gradients.by_name(), vars(run), vars(back), vars(copies(run, back)))
    assert {array.dtype for some in computed for array in some.values()} == {np.dtype(np.float32)}
    soft_loss, soft_gradients = loss_and_gradients(params, x, soft(y, np.float32), h0, **options)
    assert type(soft_loss) is float
    assert soft_gradients.params.W.dtype == np.float32


# ---- the pieces


def pieces(single: bool = False, **options: str) -> Any:
    params, x, y, h0 = network(single=single)
    run = forward(params, x, h0)
    back = backward(params, run, logit_gradients(run.o, y, **options))
    return params, x, y, h0, run, back


@options_of
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_total_gradients_of_every_node(single: bool, options: dict[str, str]) -> None:
    """The network is entered in the middle: at a(t), h(t) or o(t), with everything that follows."""
    params, x, y, _, run, back = pieces(single, **options)

    def from_logits(o: Array, t: int) -> Any:
        if options["loss_at"] == "last" and t < T - 1:
            return 0.0
        return total_loss(o[None], y[t : t + 1], loss=options["loss"])

    def from_state(h: Array, t: int) -> Any:
        later = network_loss(params, x[t + 1 :], y[t + 1 :], h, **options) if t < T - 1 else 0.0
        return from_logits(h @ params.V.T + params.c, t) + later

    for t in range(T):
        claimed = {"o": back.o[t], "h": back.h[t], "a": back.a[t]}
        arrays = {"o": run.o[t], "h": run.h[t], "a": run.a[t]}
        for name, f in [
            ("o", lambda o, t=t: from_logits(o, t)),
            ("h", lambda h, t=t: from_state(h, t)),
            ("a", lambda a, t=t: from_state(np.tanh(a), t)),
        ]:
            gradcheck(f, {name: claimed[name]}, {name: arrays[name]}).require(1e-12)


@options_of
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_every_copy_of_a_parameter(single: bool, options: dict[str, str]) -> None:
    """Each step is run with parameters of its own, which are then differentiated by."""
    params, x, y, h0, run, back = pieces(single, **options)
    claimed = copies(run, back)

    def f(**stacks: Array) -> Any:
        total, h = 0.0, h0
        for t in range(T):
            step = Parameters(**{name: stack[t] for name, stack in stacks.items()})
            one = forward(step, x[t : t + 1], h)
            if options["loss_at"] == "all" or t == T - 1:
                total = total + total_loss(one.o, y[t : t + 1], loss=options["loss"])
            h = one.h[-1]
        return total

    stacks = {name: np.stack([array] * T) for name, array in vars(params).items()}
    gradcheck(f, vars(claimed), stacks).require(1e-12)
    sums = {name: stack.sum(axis=0) for name, stack in vars(claimed).items()}
    assert furthest(sums, vars(sum_over_copies(run, back).params)) < 1e-14


def test_the_pieces_make_the_gradients() -> None:
    params, x, y, h0, run, back = pieces()
    _, gradients = loss_and_gradients(params, x, y, h0)
    assert [*gradients.by_name()] == NAMES
    assert same(gradients.by_name(), sum_over_copies(run, back).by_name())
    assert (back.o.shape, back.h.shape, back.a.shape) == ((T, B, K), (T, B, H), (T, B, H))
    assert (gradients.x.shape, gradients.h0.shape) == ((T, B, D), (B, H))


def test_any_cotangent_of_the_logits() -> None:
    """The backward pass is the vector-Jacobian product of the forward pass, whatever the loss."""
    params, x, _, h0 = network()
    g_o = np.random.default_rng(2).normal(size=(T, B, K))
    run = forward(params, x, h0)
    gradients = sum_over_copies(run, backward(params, run, g_o))

    def f(h0: Array, x: Array, **arrays: Array) -> Any:
        return np.sum(g_o * forward(Parameters(**arrays), x, h0).o)

    gradcheck(f, gradients.by_name(), {**vars(params), "h0": h0, "x": x}).require(1e-12)


def test_they_are_shown_by_shape_and_precision() -> None:
    params, x, y, h0, run, back = pieces()
    _, gradients = loss_and_gradients(params, x, y, h0)
    shared = "U (3, 2), W (3, 3), V (4, 3), b (3,), c (4,)"
    assert repr(gradients) == f"Gradients({shared}, h0 (6, 3), x (5, 6, 2); float64)"
    assert repr(replace(gradients, x=None)) == f"Gradients({shared}, h0 (6, 3); float64)"
    assert repr(copies(run, back)) == (
        "Copies(U (5, 3, 2), W (5, 3, 3), V (5, 4, 3), b (5, 3), c (5, 4); float64)"
    )
    assert repr(back) == (
        "BackwardPass(o (5, 6, 4), h (5, 6, 3), a (5, 6, 3), x (5, 6, 2), h0 (6, 3); float64)"
    )


# ---- training


def test_a_step_of_gradient_descent_is_one_line() -> None:
    """The gradient has the type of what it differentiates."""
    params, x, y, h0 = network()
    losses = []
    for _ in range(20):
        loss, gradients = loss_and_gradients(params, x, y, h0)
        params = params.map(lambda p, g: p - 0.01 * g, gradients.params)
        losses.append(loss)
    assert (np.diff(losses) < 0).all()


def test_gradients_that_overflow_come_out_as_they_are() -> None:
    """No gradient is looked at a second time; the next step refuses what it is given."""
    params, x, y, h0 = network(dtype=np.float32)
    # All states are 0, where tanh is steepest; what is carried back grows by 1e20 from step to step.
    params = replace(params.map(lambda p: np.float32(1e20) * p), b=np.zeros(H, np.float32))
    with np.errstate(over="ignore", invalid="ignore"):
        loss, gradients = loss_and_gradients(params, 0 * x, y, 0 * h0)
    assert np.isfinite(loss)
    assert not np.isfinite(gradients.params.b).any()
    with pytest.raises(ValueError, match="expected finite entries; received"):
        gradients.params.map(np.negative)


# ---- conventions


@options_of
def test_a_batch_is_the_sum_of_its_sequences(options: dict[str, str]) -> None:
    params, x, y, h0 = network()
    loss, gradients = loss_and_gradients(params, x, y, h0, **options)
    parts = [loss_and_gradients(params, x[:, i], y[:, i], h0[i], **options) for i in range(B)]
    assert loss == pytest.approx(sum(part for part, _ in parts), rel=1e-14)
    sums = gradients.params.map(lambda _, *of_parts: sum(of_parts), *(part.params for _, part in parts))
    assert furthest(vars(sums), vars(gradients.params)) < 1e-14
    assert distance(np.stack([part.h0 for _, part in parts]), gradients.h0) < 1e-14
    assert distance(np.stack([part.x for _, part in parts], axis=1), gradients.x) < 1e-14


@pytest.mark.parametrize("loss", ["nll", "squared_error"])
def test_the_loss_is_the_sum_of_last_losses(loss: str) -> None:
    params, x, y, h0 = network()
    whole, gradients = loss_and_gradients(params, x, y, h0, loss=loss)
    parts = [loss_and_gradients(params, x[:t], y[:t], h0, loss=loss, loss_at="last") for t in range(1, T + 1)]
    assert whole == pytest.approx(sum(part for part, _ in parts), rel=1e-14)
    for name in set(NAMES) - {"x"}:
        assert distance(sum(part.by_name()[name] for _, part in parts), gradients.by_name()[name]) < 1e-13


def test_only_the_last_label_counts_for_the_last_loss() -> None:
    params, x, y, h0 = network()
    other = np.concatenate([(y[:-1] + 1) % K, y[-1:]])
    loss, gradients = loss_and_gradients(params, x, y, h0, loss_at="last")
    again = loss_and_gradients(params, x, other, h0, loss_at="last")
    assert loss == again[0]
    assert same(gradients.by_name(), again[1].by_name())


@options_of
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_of_1e4(options: dict[str, str], dtype: Any) -> None:
    params, x, y, h0 = network(dtype=dtype)
    c = np.array([1e4, -1e4, 0.0, 1e4], dtype)
    params = Parameters(params.U, params.W, params.V, params.b, c)
    for targets in (y, soft(y, dtype)):
        loss, gradients = loss_and_gradients(params, x, targets, h0, **options)
        assert np.isfinite(loss)
        assert all(np.isfinite(array).all() for array in gradients.by_name().values())
        if dtype is np.float64:
            compared(gradients, params, x, targets, h0, **options).require(1e-11)


def test_arguments_stay_as_they_are() -> None:
    params, x, y, h0 = network()
    arrays = {**vars(params), "x": x, "y": y, "h0": h0, "soft": soft(y)}
    before = {name: array.copy() for name, array in arrays.items()}
    for array in arrays.values():
        array.flags.writeable = False
    for targets, options in itertools.product((y, arrays["soft"]), OPTIONS):
        _, gradients = loss_and_gradients(params, x, targets, h0, **options)
        for result, given in itertools.product(gradients.by_name().values(), arrays.values()):
            assert not np.shares_memory(result, given)
    run = forward(params, x, h0)
    g_o = logit_gradients(run.o, y)
    kept = g_o.copy()
    copies(run, backward(params, run, g_o))
    assert np.array_equal(g_o, kept)
    assert all(np.array_equal(arrays[name], before[name]) for name in arrays)


# ---- refusals


def called(**changes: Any) -> object:
    params, x, y, h0 = network()
    return loss_and_gradients(**{"params": params, "x": x, "y": y, "h0": h0, **changes})


def backward_with(**changes: Any) -> object:
    params, x, y, h0 = network()
    run = forward(params, x, h0)
    return backward(**{"params": params, "run": run, "g_o": logit_gradients(run.o, y), **changes})


REFUSED: dict[str, Refusal] = {
    "complex x": (
        lambda: called(x=np.ones((T, B, D), complex)),
        TypeError,
        "x: expected dtype float32 or float64; received complex128",
    ),
    "parameters as a dictionary": (
        lambda: called(params={}),
        TypeError,
        "params: expected Parameters; received dict",
    ),
    "unknown loss": (
        lambda: called(loss="mse"),
        ValueError,
        UNKNOWN_LOSS,
    ),
    "unknown loss_at": (
        lambda: called(loss_at="first"),
        ValueError,
        "loss_at: expected 'all' or 'last'; received 'first'",
    ),
    "labels as a list": (
        lambda: called(y=[[0] * B] * T),
        TypeError,
        "y: expected a NumPy array of integers or floating targets; received list",
    ),
    "a label too large": (
        lambda: called(y=np.full((T, B), K)),
        ValueError,
        "y: expected labels from 0 to 3; received 4 at [0, 0]",
    ),
    "mixed precision": (
        lambda: called(x=np.ones((T, B, D), np.float32)),
        TypeError,
        "U and x and h0: expected one precision; received h0 of dtype float64 with x of dtype float32",
    ),
    "backward: parameters as a dictionary": (
        lambda: backward_with(params={}),
        TypeError,
        "params: expected Parameters; received dict",
    ),
    "backward: no run": (
        lambda: backward_with(run=np.ones(3)),
        TypeError,
        "run: expected ForwardPass; received ndarray",
    ),
    "backward: a list": (
        lambda: backward_with(g_o=[1.0]),
        TypeError,
        "g_o: expected a NumPy array; received list (write np.array(g_o, dtype=float))",
    ),
    "backward: NaN": (
        lambda: backward_with(g_o=np.full((T, B, K), np.nan)),
        ValueError,
        "g_o: expected finite entries; received nan at [0, 0, 0]",
    ),
    "backward: another shape": (
        lambda: backward_with(g_o=np.ones((T, 1, K))),
        ValueError,
        "g_o: expected shape (5, 6, 4), that of the logits; received shape (5, 1, 4)",
    ),
    "backward: mixed precision": (
        lambda: backward_with(g_o=np.ones((T, B, K), np.float32)),
        TypeError,
        "o and g_o: expected one precision; received o of dtype float64 with g_o of dtype float32",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
