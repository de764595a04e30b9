"""The gradients of the network: measured, summed as said, and wrong ones found and named."""

import itertools
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from conftest import PACKAGE
from networks import NAMES, B, D, H, K, T, distance, gradcheck, network, same, soft, step_by_step
from refusals import Refusal, refuses

import bptt.numeric

Array = npt.NDArray[Any]
SOURCES = ["backward.py", "workspace.py"]
OPTIONS = [
    {"loss": loss, "steps": steps}
    for loss, steps in itertools.product(("nll", "squared_error"), ("all", "last"))
]
options_of = pytest.mark.parametrize("options", OPTIONS, ids=lambda options: "-".join(options.values()))


# ---- against the complex step


@options_of
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
@pytest.mark.parametrize("sizes", [(2, 3, 4, 6, 5), (4, 3, 2, 1, 5), (3, 2, 5, 4, 1), (1, 1, 2, 1, 2)])
def test_all_gradients_at_1e_12(
    numeric: ModuleType, sizes: tuple[int, ...], single: bool, options: dict[str, str]
) -> None:
    params, x, y, h0 = network(numeric, sizes=sizes, single=single)
    loss, gradients = numeric.loss_and_gradients(params, x, y, h0, **options)
    report = gradcheck(numeric, gradients, params, x, y, h0, **options)
    assert [tensor.name for tensor in report.require(1e-12).tensors] == NAMES
    assert type(loss) is float
    assert loss == numeric.network_loss(params, x, y, h0, **options)


@options_of
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_with_distributions_as_targets(numeric: ModuleType, single: bool, options: dict[str, str]) -> None:
    params, x, y, h0 = network(numeric, single=single)
    _, gradients = numeric.loss_and_gradients(params, x, soft(y), h0, **options)
    gradcheck(numeric, gradients, params, x, soft(y), h0, **options).require(1e-12)


@options_of
def test_one_hot_targets_are_labels(numeric: ModuleType, options: dict[str, str]) -> None:
    params, x, y, h0 = network(numeric)
    labels, hot = (numeric.loss_and_gradients(params, x, y, h0, **options) for y in (y, np.eye(K)[y]))
    assert labels[0] == hot[0]
    assert all(np.array_equal(vars(labels[1])[name], vars(hot[1])[name]) for name in NAMES)


def test_by_central_differences_too(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric, single=True)
    _, gradients = numeric.loss_and_gradients(params, x, y, h0)

    def f(h0: Array, x: Array, **arrays: Array) -> Any:
        return numeric.network_loss(numeric.Parameters(**arrays), x, y, h0)

    arrays = {**vars(params), "h0": h0, "x": x}
    numeric.gradcheck(f, vars(gradients), arrays, method="central differences").require(1e-8)


def test_the_state_before_is_zero_if_not_given(numeric: ModuleType) -> None:
    for single in (False, True):
        params, x, y, h0 = network(numeric, single=single)
        loss, gradients = numeric.loss_and_gradients(params, x, y)
        assert loss == numeric.loss_and_gradients(params, x, y, 0 * h0)[0]
        assert gradients.h0.shape == h0.shape
        gradcheck(numeric, gradients, params, x, y, 0 * h0).require(1e-12)


@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_a_reused_workspace_changes_no_bit(numeric: ModuleType, single: bool) -> None:
    """Nothing of one call is left for the next, and nothing that was returned is overwritten by it."""
    for dtype in (np.float32, np.float64):
        params, x, y, h0 = network(numeric, single=single, dtype=dtype)
        work = numeric.Workspace(params, x)
        first = numeric.loss_and_gradients(params, x, y, h0, workspace=work)
        kept = {name: array.copy() for name, array in vars(first[1]).items()}
        numeric.loss_and_gradients(
            params, -x, y[::-1].copy(), workspace=work, loss="squared_error", loss_at="last"
        )
        assert same(vars(first[1]), kept)
        again = numeric.loss_and_gradients(params, x, y, h0, workspace=work)
        fresh = numeric.loss_and_gradients(params, x, y, h0)
        assert first[0] == again[0] == fresh[0]
        assert same(vars(again[1]), kept)
        assert same(vars(fresh[1]), kept)


def test_a_workspace_serves_other_numbers_of_the_same_sizes(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    other = numeric.Parameters(**{name: array + 1 for name, array in vars(params).items()})
    work = numeric.Workspace(other, x + 1)
    loss, gradients = numeric.loss_and_gradients(params, x, y, h0, workspace=work)
    assert loss == numeric.loss_and_gradients(params, x, y, h0)[0]
    gradcheck(numeric, gradients, params, x, y, h0).require(1e-12)


def test_the_backward_pass_in_blocks_of_steps(numeric: ModuleType) -> None:
    """Long sequences go back some steps at a time; the cut may fall anywhere."""
    params, x, y, h0 = network(numeric)
    _, whole = numeric.loss_and_gradients(params, x, y, h0)
    for steps in range(1, T + 1):
        work = numeric.Workspace(params, x)
        work.steps, work.g_h = steps, np.empty_like(work.g_h[:steps])
        assert [len(x[block]) for block in work.blocks(T)] == [steps] * (T // steps) + [T % steps] * (
            T % steps > 0
        )
        _, gradients = numeric.loss_and_gradients(params, x, y, h0, workspace=work)
        for name in NAMES:
            assert distance(vars(gradients)[name], vars(whole)[name]) < 1e-14


def test_a_long_sequence_has_more_than_one_block(numeric: ModuleType) -> None:
    params, _, _, _ = network(numeric)
    work = numeric.Workspace(params, np.zeros((50_000, D)))
    assert work.steps < 50_000
    assert work.g_h.nbytes <= 2**20


def test_the_gradient_by_the_inputs_can_be_left_out(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    _, gradients = numeric.loss_and_gradients(params, x, y, h0, inputs=False)
    _, whole = numeric.loss_and_gradients(params, x, y, h0)
    assert gradients.x is None
    assert all(np.array_equal(vars(gradients)[name], vars(whole)[name]) for name in NAMES if name != "x")


@options_of
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
@pytest.mark.parametrize(
    "sizes", [(2, 3, 4, 6, 5), (4, 3, 2, 1, 5), (3, 2, 5, 4, 1), (1, 1, 2, 1, 2), (7, 33, 9, 5, 41)]
)
def test_all_steps_at_once_are_the_steps_one_by_one(
    numeric: ModuleType, sizes: tuple[int, ...], single: bool, dtype: Any, options: dict[str, str]
) -> None:
    params, x, y, h0 = network(numeric, sizes=sizes, single=single, dtype=dtype)
    params = numeric.Parameters(*(array * array.shape[-1] ** -0.5 for array in vars(params).values()))
    loss, gradients = numeric.loss_and_gradients(params, x, y, h0, **options)
    expected = step_by_step(numeric, params, x, y, h0, **options)
    assert loss == pytest.approx(expected[0], rel=1e-5 if dtype is np.float32 else 1e-14)
    for name in NAMES:
        assert vars(gradients)[name].dtype == dtype
        # What comes back through T steps is rounded T times.
        assert distance(vars(gradients)[name], expected[1][name]) < (16 + len(x)) * np.finfo(dtype).eps, name


def strided(X: Array) -> Array:
    """The same values, with gaps between them and in the order of columns."""
    wide = np.zeros([2 * size for size in X.shape], X.dtype, order="F")
    view = wide[(slice(None, None, 2),) * X.ndim]
    view[...] = X
    assert not view.flags.c_contiguous
    return view


def test_non_contiguous_arguments(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    loss, gradients = numeric.loss_and_gradients(params, x, y, h0)
    views = numeric.Parameters(**{name: strided(array) for name, array in vars(params).items()})
    again = numeric.loss_and_gradients(views, strided(x), strided(y), strided(h0))
    assert again[0] == pytest.approx(loss, rel=1e-14)
    for name in NAMES:
        assert distance(vars(again[1])[name], vars(gradients)[name]) < 1e-14


@options_of
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_float32(numeric: ModuleType, single: bool, options: dict[str, str]) -> None:
    """In single precision throughout, within some roundings of the same network in double precision."""
    params, x, y, h0 = network(numeric, single=single, dtype=np.float32)
    loss, gradients = numeric.loss_and_gradients(params, x, y, h0, **options)
    wide = numeric.Parameters(**{name: array.astype(float) for name, array in vars(params).items()})
    expected = numeric.loss_and_gradients(wide, x.astype(float), y, h0.astype(float), **options)
    assert type(loss) is float
    assert loss == pytest.approx(expected[0], rel=1e-6)
    for name in NAMES:
        assert vars(gradients)[name].dtype == np.float32
        assert distance(vars(gradients)[name], vars(expected[1])[name]) < 2e-6
    run = numeric.forward(params, x, h0)
    back = numeric.backward(params, run, numeric.logit_gradients(run.o, y, **options))
    tensors = {**vars(run), **vars(back), **vars(numeric.copies(run, back))}
    assert {array.dtype for array in tensors.values()} == {np.dtype(np.float32)}
    soft_loss, soft_gradients = numeric.loss_and_gradients(params, x, soft(y, np.float32), h0, **options)
    assert type(soft_loss) is float
    assert soft_gradients.W.dtype == np.float32


# ---- the pieces


def pieces(numeric: ModuleType, single: bool = False, **options: str) -> Any:
    params, x, y, h0 = network(numeric, single=single)
    run = numeric.forward(params, x, h0)
    back = numeric.backward(params, run, numeric.logit_gradients(run.o, y, **options))
    return params, x, y, h0, run, back


@options_of
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_total_gradients_of_every_node(numeric: ModuleType, single: bool, options: dict[str, str]) -> None:
    """The network is entered in the middle: at a(t), h(t) or o(t), with everything that follows."""
    params, x, y, _, run, back = pieces(numeric, single, **options)

    def from_logits(o: Array, t: int) -> Any:
        if options["steps"] == "last" and t < T - 1:
            return 0.0
        return numeric.total_loss(o[None], y[t : t + 1], loss=options["loss"])

    def from_state(h: Array, t: int) -> Any:
        later = numeric.network_loss(params, x[t + 1 :], y[t + 1 :], h, **options) if t < T - 1 else 0.0
        return from_logits(h @ params.V.T + params.c, t) + later

    for t in range(T):
        claimed = {"o": back.o[t], "h": back.h[t], "a": back.a[t]}
        arrays = {"o": run.o[t], "h": run.h[t], "a": run.a[t]}
        for name, f in [
            ("o", lambda o, t=t: from_logits(o, t)),
            ("h", lambda h, t=t: from_state(h, t)),
            ("a", lambda a, t=t: from_state(np.tanh(a), t)),
        ]:
            numeric.gradcheck(f, {name: claimed[name]}, {name: arrays[name]}).require(1e-12)


@options_of
@pytest.mark.parametrize("single", [False, True], ids=["batch", "single"])
def test_every_copy_of_a_parameter(numeric: ModuleType, single: bool, options: dict[str, str]) -> None:
    """Each step is run with parameters of its own, which are then differentiated by."""
    params, x, y, h0, run, back = pieces(numeric, single, **options)
    claimed = numeric.copies(run, back)

    def f(**stacks: Array) -> Any:
        total, h = 0.0, h0
        for t in range(T):
            step = numeric.Parameters(**{name: stack[t] for name, stack in stacks.items()})
            one = numeric.forward(step, x[t : t + 1], h)
            if options["steps"] == "all" or t == T - 1:
                total = total + numeric.total_loss(one.o, y[t : t + 1], loss=options["loss"])
            h = one.h[-1]
        return total

    stacks = {name: np.stack([array] * T) for name, array in vars(params).items()}
    numeric.gradcheck(f, vars(claimed), stacks).require(1e-12)
    gradients = vars(numeric.sum_over_copies(run, back))
    for name, stack in vars(claimed).items():
        assert stack.shape == (T, *gradients[name].shape)
        assert distance(stack.sum(axis=0), gradients[name]) < 1e-14


def test_the_pieces_make_the_gradients(numeric: ModuleType) -> None:
    params, x, y, h0, run, back = pieces(numeric)
    _, gradients = numeric.loss_and_gradients(params, x, y, h0)
    assert [*vars(gradients)] == NAMES
    for name in NAMES:
        assert np.array_equal(vars(gradients)[name], vars(numeric.sum_over_copies(run, back))[name])
    assert (back.o.shape, back.h.shape, back.a.shape) == ((T, B, K), (T, B, H), (T, B, H))
    assert (gradients.x.shape, gradients.h0.shape) == ((T, B, D), (B, H))


def test_any_cotangent_of_the_logits(numeric: ModuleType) -> None:
    """The backward pass is the vector-Jacobian product of the forward pass, whatever the loss."""
    params, x, _, h0 = network(numeric)
    g_o = np.random.default_rng(2).normal(size=(T, B, K))
    run = numeric.forward(params, x, h0)
    gradients = numeric.sum_over_copies(run, numeric.backward(params, run, g_o))

    def f(h0: Array, x: Array, **arrays: Array) -> Any:
        return np.sum(g_o * numeric.forward(numeric.Parameters(**arrays), x, h0).o)

    numeric.gradcheck(f, vars(gradients), {**vars(params), "h0": h0, "x": x}).require(1e-12)


# ---- conventions


@options_of
def test_a_batch_is_the_sum_of_its_sequences(numeric: ModuleType, options: dict[str, str]) -> None:
    params, x, y, h0 = network(numeric)
    loss, gradients = numeric.loss_and_gradients(params, x, y, h0, **options)
    parts = [numeric.loss_and_gradients(params, x[:, i], y[:, i], h0[i], **options) for i in range(B)]
    assert loss == pytest.approx(sum(part for part, _ in parts), rel=1e-14)
    for name in "UWVbc":
        assert distance(sum(vars(part)[name] for _, part in parts), vars(gradients)[name]) < 1e-14
    assert distance(np.stack([part.h0 for _, part in parts]), gradients.h0) < 1e-14
    assert distance(np.stack([part.x for _, part in parts], axis=1), gradients.x) < 1e-14


@pytest.mark.parametrize("loss", ["nll", "squared_error"])
def test_the_loss_is_the_sum_of_last_losses(numeric: ModuleType, loss: str) -> None:
    params, x, y, h0 = network(numeric)
    whole, gradients = numeric.loss_and_gradients(params, x, y, h0, loss=loss)
    parts = [
        numeric.loss_and_gradients(params, x[:t], y[:t], h0, loss=loss, loss_at="last")
        for t in range(1, T + 1)
    ]
    assert whole == pytest.approx(sum(part for part, _ in parts), rel=1e-14)
    for name in ["U", "W", "V", "b", "c", "h0"]:
        assert distance(sum(vars(part)[name] for _, part in parts), vars(gradients)[name]) < 1e-13


def test_only_the_last_label_counts_for_the_last_loss(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    other = np.concatenate([(y[:-1] + 1) % K, y[-1:]])
    loss, gradients = numeric.loss_and_gradients(params, x, y, h0, loss_at="last")
    again = numeric.loss_and_gradients(params, x, other, h0, loss_at="last")
    assert loss == again[0]
    assert all(np.array_equal(vars(gradients)[name], vars(again[1])[name]) for name in NAMES)


@options_of
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_logits_of_1e4(numeric: ModuleType, options: dict[str, str], dtype: Any) -> None:
    params, x, y, h0 = network(numeric, dtype=dtype)
    c = np.array([1e4, -1e4, 0.0, 1e4], dtype)
    params = numeric.Parameters(params.U, params.W, params.V, params.b, c)
    for targets in (y, soft(y, dtype)):
        loss, gradients = numeric.loss_and_gradients(params, x, targets, h0, **options)
        assert np.isfinite(loss)
        assert all(np.isfinite(array).all() for array in vars(gradients).values())
        if dtype is np.float64:
            gradcheck(numeric, gradients, params, x, targets, h0, **options).require(1e-11)


def test_arguments_stay_as_they_are(numeric: ModuleType) -> None:
    params, x, y, h0 = network(numeric)
    arrays = {**vars(params), "x": x, "y": y, "h0": h0, "soft": soft(y)}
    before = {name: array.copy() for name, array in arrays.items()}
    for array in arrays.values():
        array.flags.writeable = False
    for targets, options in itertools.product((y, arrays["soft"]), OPTIONS):
        _, gradients = numeric.loss_and_gradients(params, x, targets, h0, **options)
        for result, given in itertools.product(vars(gradients).values(), arrays.values()):
            assert not np.shares_memory(result, given)
    run = numeric.forward(params, x, h0)
    g_o = numeric.logit_gradients(run.o, y)
    kept = g_o.copy()
    numeric.copies(run, numeric.backward(params, run, g_o))
    assert np.array_equal(g_o, kept)
    assert all(np.array_equal(arrays[name], before[name]) for name in arrays)


# ---- wrong backward passes: the tensors that come out wrong where nothing is blind

RECURSION = {"U", "W", "b", "h0", "x"}
WRONG: dict[str, set[str]] = {
    "label minus prediction": {*NAMES},
    "softmax′ after the log": {*NAMES},
    "label of the step before": {*NAMES} - {"c"},  # the labels are all there, in another order
    "mean over the batch": {*NAMES},
    "mean over time": {*NAMES},
    "no softmax′": {*NAMES},
    "only the diagonal of softmax′": {*NAMES},
    "factor 2 forgotten": {*NAMES},
    "V not transposed": RECURSION,
    "W not transposed": RECURSION,
    "output term dropped": RECURSION,
    "no carry through time": RECURSION,
    "sign of the carried term": RECURSION,
    "missing tanh′": RECURSION,
    "doubled tanh′": RECURSION,
    "tanh′ one step early": RECURSION,
    "tanh′ one step late": RECURSION,
    "diagonal on the other side": RECURSION,
    "h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾": {"W"},
    "h⁽ᵗ⁻¹⁾ for h⁽ᵗ⁾": {"V"},
    "input of the step before": {"U"},
    "factors of W swapped": {"W"},
    "factors of U swapped": {"U"},
    "W of the last step only": {"W"},
    "U overwritten, not added up": {"U"},
    "b without tanh′": {"b"},
    "c of the last step only": {"c"},
}
NEEDS_SQUARE = {"V not transposed", "factors of U swapped"}
SQUARE = (3, 3, 3, 3, 5)


@pytest.mark.parametrize(
    ("slip", "single"),
    [
        pytest.param(slip, single, id=f"{slip.name}-{'single' if single else 'batch'}")
        for slip, single in itertools.product(bptt.numeric.SLIPS, (False, True))
        if not (single and slip.name == "mean over the batch")
    ],
)
def test_a_wrong_backward_pass_is_found_and_named(numeric: ModuleType, slip: Any, single: bool) -> None:
    for sizes in (SQUARE,) if slip.name in NEEDS_SQUARE else ((D, H, K, B, T), SQUARE):
        params, x, y, h0 = network(numeric, sizes=sizes, single=single)
        y = np.cumsum(np.ones_like(y), axis=0) % sizes[2]  # never the same twice in a row
        _, gradients = slip.loss_and_gradients()(params, x, y, h0, loss=slip.loss)
        report = gradcheck(numeric, gradients, params, x, y, h0, loss=slip.loss)
        names = WRONG[slip.name]
        assert {tensor.name for tensor in report.failures(1e-3)} == names
        with pytest.raises(numeric.GradientError, match=f"{len(names)} of 7 gradients wrong") as caught:
            report.require(1e-12)
        assert {line.split(":")[0].strip() for line in str(caught.value).splitlines()[1:]} == names


def test_every_slip_is_expected_somewhere(numeric: ModuleType) -> None:
    assert [slip.name for slip in numeric.SLIPS] == [*WRONG]


@pytest.mark.parametrize("name", sorted(NEEDS_SQUARE))
def test_unequal_sizes_refuse_a_misfit(numeric: ModuleType, name: str) -> None:
    (slip,) = (slip for slip in bptt.numeric.SLIPS if slip.name == name)
    params, x, y, h0 = network(numeric)

    def run_and_check() -> None:
        _, gradients = slip.loss_and_gradients()(params, x, y, h0)
        gradcheck(numeric, gradients, params, x, y, h0)

    with pytest.raises(ValueError, match=r"mismatch|not aligned|expected shape"):
        run_and_check()


# ---- refusals


def called(numeric: ModuleType, **changes: Any) -> Any:
    params, x, y, h0 = network(numeric)
    given = {"params": params, "x": x, "y": y, "h0": h0, **changes}
    return numeric.loss_and_gradients(**given)


def workspace(numeric: ModuleType, **sizes: Any) -> Any:
    params, x, _, _ = network(numeric, **sizes)
    return numeric.Workspace(params, x)


def backward_with(numeric: ModuleType, **changes: Any) -> Any:
    params, x, y, h0 = network(numeric)
    run = numeric.forward(params, x, h0)
    given = {"params": params, "run": run, "g_o": numeric.logit_gradients(run.o, y), **changes}
    return numeric.backward(**given)


REFUSED: dict[str, Refusal] = {
    "complex x": (
        lambda n: called(n, x=np.ones((T, B, D), complex)),
        TypeError,
        "x: expected dtype float32 or float64; received complex128",
    ),
    "parameters as a dictionary": (
        lambda n: called(n, params={}),
        TypeError,
        "params: expected Parameters; received dict",
    ),
    "unknown loss": (
        lambda n: called(n, loss="mse"),
        ValueError,
        "loss: expected 'nll' or 'squared_error'; received 'mse'",
    ),
    "unknown steps": (
        lambda n: called(n, loss_at="first"),
        ValueError,
        "loss_at: expected 'all' or 'last'; received 'first'",
    ),
    "labels as a list": (
        lambda n: called(n, y=[[0] * B] * T),
        TypeError,
        "y: expected a NumPy array of integers or floating targets; received list",
    ),
    "a label too large": (
        lambda n: called(n, y=np.full((T, B), K)),
        ValueError,
        "y: expected labels from 0 to 3; received 4 at [0, 0]",
    ),
    "mixed precision": (
        lambda n: called(n, x=np.ones((T, B, D), np.float32)),
        TypeError,
        "U and x and h0: expected one precision; received h0 of dtype float64 with x of dtype float32",
    ),
    "no workspace": (
        lambda n: called(n, workspace={}),
        TypeError,
        "workspace: expected Workspace; received dict",
    ),
    "a workspace of another length": (
        lambda n: called(n, workspace=workspace(n, sizes=(D, H, K, B, T + 1))),
        ValueError,
        "workspace: expected states of dtype float64 and shape (6, 6, 3), for x of shape (5, 6, 2); "
        "received dtype float64 and shape (7, 6, 3)",
    ),
    "a workspace of another batch": (
        lambda n: called(n, workspace=workspace(n, single=True)),
        ValueError,
        "workspace: expected states of dtype float64 and shape (6, 6, 3), for x of shape (5, 6, 2); "
        "received dtype float64 and shape (6, 3)",
    ),
    "a workspace of another network": (
        lambda n: called(n, workspace=workspace(n, sizes=(D, H, K + 1, B, T))),
        ValueError,
        "workspace: expected o of dtype float64 and shape (5, 6, 4), for x of shape (5, 6, 2); "
        "received dtype float64 and shape (5, 6, 5)",
    ),
    "a workspace of another precision": (
        lambda n: called(n, workspace=workspace(n, dtype=np.float32)),
        ValueError,
        "workspace: expected states of dtype float64 and shape (6, 6, 3), for x of shape (5, 6, 2); "
        "received dtype float32 and shape (6, 6, 3)",
    ),
    "a workspace for complex inputs": (
        lambda n: workspace(n, dtype=complex),
        TypeError,
        "U: expected dtype float32 or float64; received complex128",
    ),
    "backward: parameters as a dictionary": (
        lambda n: backward_with(n, params={}),
        TypeError,
        "params: expected Parameters; received dict",
    ),
    "backward: no run": (
        lambda n: backward_with(n, run=np.ones(3)),
        TypeError,
        "run: expected ForwardPass; received ndarray",
    ),
    "backward: a list": (
        lambda n: backward_with(n, g_o=[1.0]),
        TypeError,
        "g_o: expected a NumPy array; received list (write np.array(g_o, dtype=float))",
    ),
    "backward: NaN": (
        lambda n: backward_with(n, g_o=np.full((T, B, K), np.nan)),
        ValueError,
        "g_o: expected finite entries; received nan at [0, 0, 0]",
    ),
    "backward: another shape": (
        lambda n: backward_with(n, g_o=np.ones((T, 1, K))),
        ValueError,
        "g_o: expected shape (5, 6, 4), that of the logits; received shape (5, 1, 4)",
    ),
    "backward: mixed precision": (
        lambda n: backward_with(n, g_o=np.ones((T, B, K), np.float32)),
        TypeError,
        "o and g_o: expected one precision; received o of dtype float64 with g_o of dtype float32",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(numeric: ModuleType, case: str) -> None:
    refuses(numeric, REFUSED[case])


# ---- broken on purpose


def measured(numeric: ModuleType) -> None:
    test_all_gradients_at_1e_12(numeric, (D, H, K, B, T), False, OPTIONS[0])


def copied(numeric: ModuleType) -> None:
    test_every_copy_of_a_parameter(numeric, False, OPTIONS[0])


def in_float32(numeric: ModuleType) -> None:
    test_float32(numeric, False, OPTIONS[0])


def reused(numeric: ModuleType) -> None:
    test_a_reused_workspace_changes_no_bit(numeric, False)


def in_blocks(numeric: ModuleType) -> None:
    test_the_backward_pass_in_blocks_of_steps(numeric)


def without_inputs(numeric: ModuleType) -> None:
    test_the_gradient_by_the_inputs_can_be_left_out(numeric)


# The text in backward.py, what replaces it, and what must notice. The slips are breaks of it, too.
BREAKS: list[tuple[str, str, Callable[[ModuleType], None]]] = [
    ("rows(g_a) @ U)", "rows(-g_a) @ U)", measured),
    ("x=by_inputs(g_a, U), h0", "x=by_inputs(g_h, U), h0", lambda n: test_the_pieces_make_the_gradients(n)),
    ("h0=carried)", "h0=g_a[0])", lambda n: test_the_pieces_make_the_gradients(n)),
    ("h0=work.carried.copy()", "h0=g_a[0].copy()", measured),
    ("h0=work.carried.copy()", "h0=work.carried", reused),
    ("np.zeros_like(g_h[0])", "np.ones_like(g_h[0])", lambda n: test_the_pieces_make_the_gradients(n)),
    ("work.carried[...] = 0", "work.carried[...] = 1", measured),
    ("work.carried[...] = 0", "pass", reused),
    ("work.states[0] = h0", "work.states[0] = 0", measured),
    ("np.result_type(run.states, g_o)", "np.dtype(np.float64)", in_float32),
    ("np.dot(rows(g_o), V, out=rows(g_h))", "np.dot(rows(g_o[::-1]), V, out=rows(g_h))", measured),
    ("np.subtract(1, g_a, out=g_a)", "np.add(1, g_a, out=g_a)", measured),
    ("for block in work.blocks(T):", "for block in [*work.blocks(T)][::-1]:", in_blocks),
    ("g_o[block], g_h", "g_o[:block.stop-block.start], g_h", in_blocks),
    ("h[block.start : block.stop + 1]", "h[: block.stop - block.start + 1]", in_blocks),
    ("g_h, g_a[block], work.carried)", "g_h, g_a[block], 0 * work.carried)", in_blocks),
    ("np.stack([outer(back.a[t], run.x[t])", "np.stack([outer(back.a[t], run.x[0])", copied),
    ("outer(back.a[t], h_before[t])", "outer(back.a[t], run.h[t])", copied),
    ("outer(back.o[t], run.h[t])", "outer(back.o[t], h_before[t])", copied),
    ("total(back.a[t])", "total(back.h[t])", copied),
    ("total(back.o[t])", "total(back.o[0])", copied),
    ("outer(back.a[t], h_before[t])", "outer(back.a, h_before) / 5", copied),
    ("return rows(g).T @ rows(z)", "return -rows(g).T @ rows(z)", measured),
    ("rows(g).sum(axis=0)", "rows(g).mean(axis=0)", measured),
    ("zip(g_h[::-1], g_a[::-1], strict=True)", "zip(g_h, g_a, strict=True)", measured),
    ("zip(g_h[::-1], g_a[::-1], strict=True)", "zip(g_h[:0:-1], g_a[:0:-1], strict=True)", measured),
    ("first_loss(x, loss, steps)", "first_loss(x, loss, 'all')",
     lambda n: test_all_gradients_at_1e_12(n, (D, H, K, B, T), False, OPTIONS[1])),
    ("loss=loss, first=first, out=o", 'loss="nll", first=first, out=o',
     lambda n: test_all_gradients_at_1e_12(n, (D, H, K, B, T), False, OPTIONS[2])),
    ("return value.real, Gradients", "return value + 0j, Gradients", measured),
    ("if inputs else None", "", without_inputs),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "check"), BREAKS)
def test_break_is_noticed(replaced: Any, notices: Any, old: str, new: str, check: Any) -> None:
    assert not notices(check, replaced("backward.py", old, old))
    assert notices(check, replaced("backward.py", old, new))


def workspace_refused(case: str) -> Callable[[ModuleType], None]:
    return partial(refuses, refusal=REFUSED[f"a workspace of another {case}"])


BREAKS_OF_THE_WORKSPACE: list[tuple[str, str, Callable[[ModuleType], None]]] = [
    ("buffer.shape != shape or buffer.dtype", "buffer.dtype", workspace_refused("length")),
    ("or buffer.dtype != x.dtype", "", workspace_refused("precision")),
    ("self.o, (*x.shape[:-1], len(params.c))", "self.o, self.o.shape", workspace_refused("network")),
    ("BLOCK = 2**17", "BLOCK = 2**20", lambda n: test_a_long_sequence_has_more_than_one_block(n)),
    ("max(0, stop - self.steps), stop", "max(1, stop - self.steps), stop", in_blocks),
    ("range(T, 0, -self.steps)", "range(T, self.steps, -self.steps)", in_blocks),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "check"), BREAKS_OF_THE_WORKSPACE)
def test_break_of_the_workspace_is_noticed(
    replaced: Any, notices: Any, old: str, new: str, check: Any
) -> None:
    assert not notices(check, replaced("workspace.py", old, old))
    assert notices(check, replaced("workspace.py", old, new))


@pytest.mark.parametrize("slip", bptt.numeric.SLIPS, ids=lambda slip: slip.name)
def test_a_slip_in_the_source_is_noticed(replaced: Any, notices: Any, slip: Any) -> None:
    sources = {name: (PACKAGE / name).read_text(encoding="utf-8") for name in ("losses.py", "backward.py")}
    (file,) = (name for name, source in sources.items() if slip.right in source)
    options = OPTIONS[0] if slip.loss == "nll" else OPTIONS[2]
    check = partial(test_all_gradients_at_1e_12, sizes=(D, H, K, B, T), single=False, options=options)
    assert notices(check, replaced(file, slip.right, slip.wrong))


def test_every_guard_is_needed(broken: Any, notices: Any, unguarded: tuple[str, str]) -> None:
    numeric = broken(*unguarded)
    assert any(notices(partial(refuses, refusal=REFUSED[name]), numeric) for name in REFUSED)
