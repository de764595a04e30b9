"""One loss in every way to compute its gradient: at once, prepared, truncated, with checkpoints."""

import itertools
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import B, D, H, K, T, compared, distance, furthest, network, same, soft
from refusals import Refusal, refuses

from bptt.measure import complex_step
from bptt.numeric import (
    Gradients,
    Parameters,
    Prepared,
    Workspace,
    backward,
    checkpointed_loss_and_gradients,
    forward,
    loss_and_gradients,
    network_loss,
    sum_over_copies,
    total_loss,
    truncated_loss_and_gradients,
)

Array = npt.NDArray[Any]
Way = Callable[..., tuple[float, Gradients]]


def in_a_workspace(params: Parameters, x: Array, *rest: Any, **options: Any) -> tuple[float, Gradients]:
    return loss_and_gradients(params, x, *rest, workspace=Workspace(params, x), **options)


def prepared(*arguments: Any, **options: Any) -> tuple[float, Gradients]:
    return Prepared(*arguments, **options)()


WAYS: dict[str, Way] = {
    "at once": loss_and_gradients,
    "in a workspace": in_a_workspace,
    "prepared": prepared,
    "truncated nowhere": partial(truncated_loss_and_gradients, window=T + 2, stride=2),
    "with checkpoints": partial(checkpointed_loss_and_gradients, every=2),
}
each_way = pytest.mark.parametrize("way", WAYS)


def cubes(o: Array, y: Array) -> tuple[Array, Array]:
    """A loss of one's own, which writes into the logits that it is given."""
    o -= y
    return (o**3).sum(axis=-1), 3 * o**2


def targets(loss: Any, single: bool = False) -> Array:
    _, _, y, _ = network(single=single)
    return y if loss in ("nll", "squared_error") else soft(y)


LOSSES = {
    "nll": "nll",
    "squared_error": "squared_error",
    "binary_cross_entropy": "binary_cross_entropy",
    "squared_distance": "squared_distance",
    "linear": "linear",
    "one's own": cubes,
}


def weights_of(kind: str, single: bool = False) -> Array | None:
    drawn = np.random.default_rng(3).uniform(0.5, 1.5, size=(T,) if single else (T, B))
    return {"no weights": None, "weights": drawn, "padding": drawn * (drawn < 1)}[kind]


@each_way
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("kind", ["no weights", "padding"])
@pytest.mark.parametrize("loss_at", ["all", "last"])
def test_every_loss_is_measured(way: str, loss: str, kind: str, loss_at: str) -> None:
    for single in (False, True):
        params, x, _, h0 = network(single=single)
        y, weights = targets(loss, single), weights_of(kind, single)
        options = {"loss": LOSSES[loss], "loss_at": loss_at, "weights": weights}
        value, gradients = WAYS[way](params, x, y, h0, **options)
        compared(gradients, params, x, y, h0, **options).require(1e-12)
        assert value == pytest.approx(network_loss(params, x, y, h0, **options), rel=1e-13)
        assert type(value) is float
        o = forward(params, x, h0).o
        rows = [(t, i) for t, i in np.ndindex(T, B) if loss_at == "all" or t == T - 1]
        if single:
            rows = sorted({(t,) for t, _ in rows})
        one_by_one = sum(
            (1 if weights is None else weights[row])
            * total_loss(o[row][None], y[row][None], loss=LOSSES[loss])
            for row in rows
        )
        assert value == pytest.approx(one_by_one, rel=1e-12)


@each_way
@pytest.mark.parametrize("loss", LOSSES)
def test_one_answer_for_each_sequence(way: str, loss: str) -> None:
    for single, weighted in itertools.product((False, True), (False, True)):
        params, x, _, h0 = network(single=single)
        y, weights = targets(loss, single), weights_of("weights", single) if weighted else None
        whole = WAYS[way](params, x, y, h0, loss=LOSSES[loss], loss_at="last", weights=weights)
        last = (
            WAYS[way](
                params,
                x,
                y[-1],
                h0,
                loss=LOSSES[loss],
                loss_at="last",
                weights=None if weights is None else weights[-1],
            )
            if not single or weights is None
            else whole
        )
        assert whole[0] == last[0]
        assert same(whole[1].by_name(), last[1].by_name())


@each_way
def test_a_mean_is_weights(way: str) -> None:
    params, x, y, h0 = network()
    total, sums = WAYS[way](params, x, y, h0)
    mean, means = WAYS[way](params, x, y, h0, weights=np.full(y.shape, 1 / y.size))
    assert mean == pytest.approx(total / y.size, rel=1e-14)
    assert furthest(means.by_name(), {name: g / y.size for name, g in sums.by_name().items()}) < 1e-14


@each_way
def test_any_loss_by_its_gradient(way: str) -> None:
    """What couples the steps is no sum over rows; its gradient by the logits is all that is needed."""
    params, x, _, h0 = network()
    run = forward(params, x, h0)

    def f(h0: Array, x: Array, **arrays: Array) -> Any:
        return np.sum(np.prod(forward(Parameters(**arrays), x, h0).o, axis=0))

    g_o = complex_step(lambda o: np.sum(np.prod(o, axis=0)), {"o": run.o})["o"]
    _, gradients = WAYS[way](params, x, g_o, h0, loss="linear")
    assert furthest(gradients.by_name(), complex_step(f, {**vars(params), "h0": h0, "x": x})) < 1e-12
    by_hand = sum_over_copies(run, backward(params, run, g_o))
    assert furthest(gradients.by_name(), by_hand.by_name()) < 1e-14


@each_way
def test_a_truncated_mean_and_a_short_window(way: str) -> None:
    """With a window of its own each way still has the weights of its own steps."""
    params, x, y, h0 = network()
    weights = weights_of("padding")
    _, cut = truncated_loss_and_gradients(params, x, y, h0, window=2, stride=1, weights=weights)
    sums = params.map(np.zeros_like)
    h = [h0, *forward(params, x, h0).h]
    for t in range(T):
        back_to = max(0, t - 1)
        here = slice(back_to, t + 1)
        _, part = WAYS[way](params, x[here], y[t], h[back_to], loss_at="last", weights=weights[t])
        sums = sums.map(np.add, part.params)
    assert furthest(vars(cut.params), vars(sums)) < 1e-13


@each_way
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_the_last_state_comes_back(way: str, single: bool) -> None:
    params, x, y, h0 = network(single=single)
    _, gradients = WAYS[way](params, x, y, h0)
    assert distance(gradients.last_state, forward(params, x, h0).h[-1]) < 1e-15
    assert "last_state" not in gradients.by_name()


def test_the_last_state_is_no_buffer() -> None:
    params, x, y, h0 = network()
    run = Prepared(params, x, y, h0)
    _, first = run()
    kept = first.last_state.copy()
    x *= 2
    run()
    assert np.array_equal(first.last_state, kept)


@each_way
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_indices_stand_for_one_hot_rows(way: str, single: bool, dtype: Any) -> None:
    params, _, y, h0 = network(single=single, dtype=dtype)
    words = np.random.default_rng(4).integers(0, D, size=y.shape).astype(np.uint8)
    value, gradients = WAYS[way](params, words, y, h0)
    expected = WAYS[way](params, np.eye(D, dtype=dtype)[words], y, h0)
    assert value == expected[0]
    assert same(gradients.by_name(), expected[1].by_name())
    assert gradients.x.dtype == dtype


@each_way
def test_weights_stay_as_they_are(way: str) -> None:
    params, x, _, h0 = network()
    for loss, loss_at in itertools.product(LOSSES, ("all", "last")):
        given = [targets(loss), weights_of("weights")]
        for array in given:
            array.flags.writeable = False
        WAYS[way](params, x, given[0], h0, loss=LOSSES[loss], loss_at=loss_at, weights=given[1])


@each_way
def test_what_a_loss_returns_stays_as_it_is(way: str) -> None:
    """A loss may hand out an array that it keeps, such as one gradient for all calls."""
    params, x, _, h0 = network()
    g_o = np.ones((T, B, K))
    WAYS[way](params, x, g_o, h0, loss=lambda o, y: (o.sum(axis=-1), y), weights=weights_of("weights"))
    assert (g_o == 1).all()


def test_what_is_prepared_sees_what_is_written_into_its_arrays() -> None:
    params, x, y, h0 = network()
    run = Prepared(params, x, y, h0)
    before, _ = run()
    for array in [*params, x, h0]:
        array *= 0.5
    y[...] = (y + 1) % K
    value, gradients = run()
    assert value != before
    expected = loss_and_gradients(params, x, y, h0)
    assert value == expected[0]
    assert same(gradients.by_name(), expected[1].by_name())
    words = np.zeros((T, B), int)
    run = Prepared(params, words, y, h0, inputs=False)
    words += 1
    assert run()[0] == loss_and_gradients(params, words, y, h0)[0]
    assert run()[1].x is None


def test_parameters_to_begin_with() -> None:
    params = Parameters.initial(D=200, H=300, K=400)
    for matrix in (params.U, params.W, params.V):
        assert matrix.std() == pytest.approx(matrix.shape[1] ** -0.5, rel=0.02)
        assert abs(matrix.mean()) < 0.001
    assert not params.b.any()
    assert not params.c.any()
    assert [array.shape for array in params] == [(300, 200), (300, 300), (400, 300), (300,), (400,)]
    again, other = Parameters.initial(D=2, H=3, K=4, seed=1), Parameters.initial(D=2, H=3, K=4, seed=2)
    assert not np.array_equal(again.W, other.W)
    assert same(vars(again), vars(Parameters.initial(D=2, H=3, K=4, seed=1)))
    assert {array.dtype for array in Parameters.initial(D=2, H=3, K=4, dtype=np.float32)} == {
        np.dtype(np.float32)
    }


# ---- refusals


def called(way: Way = loss_and_gradients, **changes: Any) -> object:
    params, x, y, h0 = network()
    return way(**{"params": params, "x": x, "y": y, "h0": h0, **changes})


def returning(*results: Any) -> Callable[..., Any]:
    return lambda o, y: results[0] if len(results) == 1 else results


EACH, G_O = np.ones((T, B)), np.ones((T, B, K))
OWN: dict[str, tuple[dict[str, Any], type[Exception], str]] = {
    "one array alone": (
        {"loss": returning(EACH)},
        TypeError,
        "loss: expected a function that returns the loss of each row and its gradient by the logits; "
        "it returned ndarray",
    ),
    "a list of two": (
        {"loss": returning([EACH, G_O])},
        TypeError,
        "loss: expected a function that returns the loss of each row and its gradient by the logits; "
        "it returned list",
    ),
    "one of one": (
        {"loss": returning((EACH,))},
        TypeError,
        "loss: expected a function that returns the loss of each row and its gradient by the logits; "
        "it returned tuple",
    ),
    "three": (
        {"loss": returning(EACH, G_O, 0)},
        TypeError,
        "loss: expected a function that returns the loss of each row and its gradient by the logits; "
        "it returned tuple",
    ),
    "one number": (
        {"loss": lambda o, y: (np.mean(o), 0 * o)},
        ValueError,
        "loss: expected one loss for each row, of shape (5, 6); it returned one for all of them (for a mean "
        'give weights; for what is no sum of rows give its gradient as y, with loss="linear")',
    ),
    "losses as a list": (
        {"loss": returning(EACH.tolist(), G_O)},
        TypeError,
        "loss: expected a NumPy array; received list (write np.array(loss, dtype=float))",
    ),
    "losses of another shape": (
        {"loss": returning(EACH[..., None], G_O)},
        ValueError,
        "loss: expected shape (5, 6), that of the logits without their last axis; received shape (5, 6, 1) "
        "(write loss.reshape(5, 6))",
    ),
    "a gradient as a list": (
        {"loss": returning(EACH, G_O.tolist())},
        TypeError,
        "g_o: expected a NumPy array; received list (write np.array(g_o, dtype=float))",
    ),
    "a gradient of another shape": (
        {"loss": returning(EACH, EACH)},
        ValueError,
        "g_o: expected shape (5, 6, 4), that of the logits; received shape (5, 6)",
    ),
    "a gradient of another precision": (
        {"loss": returning(EACH, G_O.astype(np.float32))},
        TypeError,
        "o and loss and g_o: expected one precision; received loss of dtype float64 with g_o of dtype "
        "float32",
    ),
    "targets as a list": (
        {"loss": returning(EACH, G_O), "y": [0] * T},
        TypeError,
        "y: expected ndarray; received list",
    ),
    "targets of too few steps": (
        {"loss": returning(EACH, G_O), "y": G_O[1:]},
        ValueError,
        "y: expected 5 steps as in the logits; received shape (4, 6, 4)",
    ),
    "weights of another shape": (
        {"weights": np.ones(T)},
        ValueError,
        "weights: expected shape (5, 6), one for each step and sequence; received shape (5,)",
    ),
    "weights of integers": (
        {"weights": np.ones((T, B), int)},
        TypeError,
        "weights: expected dtype float32 or float64; received int64 (write weights.astype(float))",
    ),
    "weights of another precision": (
        {"weights": np.ones((T, B), np.float32)},
        TypeError,
        "o and weights: expected one precision; received o of dtype float64 with weights of dtype float32",
    ),
    "an index out of range": (
        {"x": np.full((T, B), D)},
        ValueError,
        "x: expected indices from 0 to 1; received 2 at [0, 0]",
    ),
    "a negative index": (
        {"x": np.full((T, B), -1)},
        ValueError,
        "x: expected indices from 0 to 1; received -1 at [0, 0]",
    ),
    "one-hot rows of integers": (
        {"x": np.ones((T, B, D), int)},
        TypeError,
        "x: expected dtype float32 or float64; received int64 (write x.astype(float))",
    ),
    "batch first": (
        {"x": np.ones((B, T, D))},
        ValueError,
        f"h0: expected shape ({T}, {H}), for x of shape ({B}, {T}, {D}) and U of shape ({H}, {D}) (is x "
        f"batch first? write x.swapaxes(0, 1)); received shape ({B}, {H})",
    ),
    "labels batch first": (
        {"y": np.ones((B, T), int)},
        ValueError,
        "y: expected integer labels of shape (5, 6) or floating targets of shape (5, 6, 4); received int64 "
        "of shape (6, 5) (is it batch first? write y.swapaxes(0, 1))",
    ),
}
REFUSED: dict[str, Refusal] = {
    f"{what}, {way}": (lambda way=way, changes=changes: called(WAYS[way], **changes), error, message)
    for what, (changes, error, message) in OWN.items()
    for way in WAYS
    if not (way == "with checkpoints" and changes.keys() == {"loss"})  # a stretch has other shapes
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
