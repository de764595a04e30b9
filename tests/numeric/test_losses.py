"""The losses and their gradients by the logits; what may stand as a target, and what not."""

import itertools
import math
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import K, distance, soft
from refusals import Refusal, refuses

Array = npt.NDArray[Any]
SOURCES = ["losses.py"]
LOSSES = ["nll", "squared_error"]
LOGITS = np.random.default_rng(0).normal(size=(5, 6, K))
Y = np.random.default_rng(1).integers(0, K, size=(5, 6))


def each(numeric: ModuleType, loss: str) -> tuple[Callable[..., Array], Callable[..., Array]]:
    return getattr(numeric, loss), getattr(numeric, f"{loss}_gradient")


def test_values(numeric: ModuleType) -> None:
    """Against the formulas of document 004, entry by entry and in Python."""
    for t, i in np.ndindex(Y.shape):
        exps = [math.exp(o) for o in LOGITS[t, i]]
        p = [e / sum(exps) for e in exps]
        y = [float(j == Y[t, i]) for j in range(K)]
        assert numeric.nll(LOGITS, Y)[t, i] == pytest.approx(-math.log(p[Y[t, i]]), rel=1e-14)
        squares = sum((y_j - p_j) ** 2 for y_j, p_j in zip(y, p, strict=True))
        assert numeric.squared_error(LOGITS, Y)[t, i] == pytest.approx(squares, rel=1e-14)
        difference = [p_j - y_j for y_j, p_j in zip(y, p, strict=True)]
        assert numeric.nll_gradient(LOGITS, Y)[t, i].tolist() == pytest.approx(difference, rel=1e-13)
    cross_entropy = -np.sum(soft(Y) * np.log(numeric.softmax(LOGITS)), axis=-1)
    assert numeric.nll(LOGITS, soft(Y)) == pytest.approx(cross_entropy, rel=1e-13)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("axes", [0, 1, 2])
def test_gradients_are_measured(numeric: ModuleType, loss: str, axes: int) -> None:
    value, gradient = each(numeric, loss)
    place = (0,) * (2 - axes)
    for y in (Y[place], soft(Y)[place]):
        assert value(LOGITS[place], y).shape == Y[place].shape
        report = numeric.gradcheck(
            lambda o, y=y: np.sum(value(o, y)), {"o": gradient(LOGITS[place], y)}, {"o": LOGITS[place]}
        )
        report.require(1e-13)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("steps", ["all", "last"])
def test_totals(numeric: ModuleType, loss: str, steps: str) -> None:
    value, _ = each(numeric, loss)
    for o, y in [(LOGITS, Y), (LOGITS[:, 0], Y[:, 0]), (LOGITS, soft(Y))]:
        expected = value(o, y).sum() if steps == "all" else value(o, y)[-1].sum()
        total = numeric.total_loss(o, y, loss=loss, loss_at=steps)
        assert type(total) is float
        assert total == pytest.approx(expected, rel=1e-15)
        gradients = {"o": numeric.logit_gradients(o, y, loss=loss, loss_at=steps)}
        f = partial(numeric.total_loss, y=y, loss=loss, loss_at=steps)
        numeric.gradcheck(f, gradients, {"o": o}).require(1e-13)
    assert type(numeric.total_loss(LOGITS + 0j, Y, loss=loss, loss_at=steps)) is complex
    if steps == "last":
        assert not numeric.logit_gradients(LOGITS, Y, loss=loss, loss_at=steps)[:-1].any()


def test_the_defaults(numeric: ModuleType) -> None:
    assert numeric.total_loss(LOGITS, Y) == numeric.total_loss(LOGITS, Y, loss="nll", loss_at="all")
    expected = numeric.logit_gradients(LOGITS, Y, loss="nll", loss_at="all")
    assert np.array_equal(numeric.logit_gradients(LOGITS, Y), expected)


def test_each_step_has_gradients_that_sum_to_zero(numeric: ModuleType) -> None:
    """Softmax does not see a shift of all logits."""
    for loss, y in itertools.product(LOSSES, (Y, soft(Y))):
        assert np.abs(each(numeric, loss)[1](LOGITS, y).sum(axis=-1)).max() < 1e-15


def test_logits_of_1e4(numeric: ModuleType) -> None:
    o = np.array([[1e4, -1e4, 0.0, 1e4], [-1e4, -1e4, -1e4, -1e4]])
    assert numeric.nll(o, np.array([0, 2])).tolist() == pytest.approx([math.log(2), math.log(4)], rel=1e-12)
    assert numeric.nll(o, np.array([1, 2]))[0] == pytest.approx(2e4 + math.log(2), rel=1e-15)
    assert numeric.nll_gradient(o, np.array([1, 0])).tolist() == [
        [0.5, -1, 0, 0.5],
        [-0.75, 0.25, 0.25, 0.25],
    ]
    assert numeric.squared_error(o, np.array([1, 0])).tolist() == [1.5, 0.75]
    for loss in LOSSES:
        assert np.isfinite(each(numeric, loss)[0](o + 1e-30j, np.array([1, 0]))).all()


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int32, np.int64, np.uint64])
def test_labels_of_any_integer_dtype(numeric: ModuleType, dtype: Any) -> None:
    assert np.array_equal(numeric.nll(LOGITS, Y.astype(dtype)), numeric.nll(LOGITS, Y))


@pytest.mark.parametrize("loss", LOSSES)
def test_the_dtype_of_the_logits_stays(numeric: ModuleType, loss: str) -> None:
    value, gradient = each(numeric, loss)
    for dtype, y in itertools.product((np.float32, np.complex64), (Y, soft(Y, np.float32))):
        o = LOGITS.astype(dtype)
        assert {value(o, y).dtype, gradient(o, y).dtype} == {np.dtype(dtype)}
        assert distance(value(o, y), value(LOGITS, Y if y is Y else soft(Y))) < 1e-6


def test_a_label_of_one_step(numeric: ModuleType) -> None:
    """Y[t, i] is a NumPy integer and no array."""
    assert numeric.nll(LOGITS[0, 0], Y[0, 0]) == pytest.approx(numeric.nll(LOGITS, Y)[0, 0], rel=1e-15)


def test_computed_distributions_pass(numeric: ModuleType) -> None:
    for dtype in (np.float32, np.float64):
        numeric.nll(LOGITS.astype(dtype), numeric.softmax(3 * LOGITS.astype(dtype)))


def test_arguments_stay_as_they_are(numeric: ModuleType) -> None:
    arrays = [LOGITS.copy(), Y.copy(), soft(Y)]
    for y, loss, steps in itertools.product(arrays[1:], LOSSES, ("all", "last")):
        numeric.total_loss(arrays[0], y, loss=loss, loss_at=steps)
        numeric.logit_gradients(arrays[0], y, loss=loss, loss_at=steps)
    assert all(np.array_equal(X, Z) for X, Z in zip(arrays, [LOGITS, Y, soft(Y)], strict=True))


# ---- refusals


def entry(X: Array, place: tuple[int, ...], value: float) -> Array:
    X = X.copy()
    X[place] = value
    return X


TARGETS = "y: expected a NumPy array of integers or floating targets; received "
SHAPES = "y: expected integer labels of shape (5, 6) or floating targets of shape (5, 6, 4); received "
ROWS = "y: expected rows with no negative entry that sum to 1; received "
REFUSED: dict[str, Refusal] = {
    "list": (lambda n: n.nll(LOGITS, Y.tolist()), TypeError, TARGETS + "list"),
    "booleans": (lambda n: n.nll(LOGITS, Y > 0), TypeError, TARGETS + "bool"),
    "objects": (lambda n: n.nll(LOGITS, Y.astype(object)), TypeError, TARGETS + "object"),
    "masked array": (lambda n: n.nll(LOGITS, np.ma.masked_equal(Y, 0)), TypeError, TARGETS + "MaskedArray"),
    "floating labels": (
        lambda n: n.nll(LOGITS, Y.astype(float)),
        ValueError,
        SHAPES + "float64 of shape (5, 6)",
    ),
    "integer one-hot": (
        lambda n: n.squared_error(LOGITS, np.eye(K, dtype=int)[Y]),
        ValueError,
        SHAPES + "int64 of shape (5, 6, 4)",
    ),
    "one step missing": (lambda n: n.total_loss(LOGITS, Y[1:]), ValueError, SHAPES + "int64 of shape (4, 6)"),
    "labels of another batch": (
        lambda n: n.nll(LOGITS, Y[:, :1]),
        ValueError,
        SHAPES + "int64 of shape (5, 1)",
    ),
    "too many classes": (
        lambda n: n.nll_gradient(LOGITS, np.full((5, 6, 5), 0.2)),
        ValueError,
        SHAPES + "float64 of shape (5, 6, 5)",
    ),
    "label too large": (
        lambda n: n.nll(LOGITS, entry(Y, (2, 1), K)),
        ValueError,
        "y: expected labels from 0 to 3; received 4 at [2, 1]",
    ),
    "label negative": (
        lambda n: n.squared_error_gradient(LOGITS, entry(Y, (0, 5), -1)),
        ValueError,
        "y: expected labels from 0 to 3; received -1 at [0, 5]",
    ),
    "label of one step too large": (
        lambda n: n.nll(LOGITS[0, 0], np.int64(K)),
        ValueError,
        "y: expected labels from 0 to 3; received 4",
    ),
    "sum of a row": (
        lambda n: n.nll(LOGITS, entry(np.full((5, 6, 4), 0.25), (3, 2, 1), 0.75)),
        ValueError,
        ROWS + "[0.25 0.75 0.25 0.25] at [3, 2]",
    ),
    "negative target": (
        lambda n: n.squared_error(LOGITS[0, 0], np.array([0.5, 1.0, -0.5, 0.0])),
        ValueError,
        ROWS + "[ 0.5  1.  -0.5  0. ]",
    ),
    "NaN": (
        lambda n: n.nll(LOGITS, entry(soft(Y), (1, 2, 3), math.nan)),
        ValueError,
        "y: expected finite entries; received nan at [1, 2, 3]",
    ),
    "mixed precision": (
        lambda n: n.nll(LOGITS.astype(np.float32), soft(Y)),
        TypeError,
        "o and y: expected one precision; received o of dtype float32 with y of dtype float64",
    ),
    "half precision": (
        lambda n: n.nll(LOGITS, soft(Y, np.float16)),
        TypeError,
        "y: expected dtype float32 or float64 or complex64 or complex128; received float16",
    ),
    "logits as a list": (
        lambda n: n.squared_error(LOGITS.tolist(), Y),
        TypeError,
        "o: expected a NumPy array; received list (write np.array(o, dtype=float))",
    ),
    "infinite logits": (
        lambda n: n.nll(entry(LOGITS, (0, 0, 2), math.inf), Y),
        ValueError,
        "o: expected finite entries; received inf at [0, 0, 2]",
    ),
    "unknown loss": (
        lambda n: n.total_loss(LOGITS, Y, loss="mse"),
        ValueError,
        "loss: expected 'nll' or 'squared_error'; received 'mse'",
    ),
    "unknown steps": (
        lambda n: n.total_loss(LOGITS, Y, loss_at=-1),
        ValueError,
        "loss_at: expected 'all' or 'last'; received -1",
    ),
    "gradients of an unknown loss": (
        lambda n: n.logit_gradients(LOGITS, Y, loss="mse"),
        ValueError,
        "loss: expected 'nll' or 'squared_error'; received 'mse'",
    ),
    "gradients of unknown steps": (
        lambda n: n.logit_gradients(LOGITS, Y, loss_at="first"),
        ValueError,
        "loss_at: expected 'all' or 'last'; received 'first'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(numeric: ModuleType, case: str) -> None:
    refuses(numeric, REFUSED[case])


# ---- broken on purpose


def measured(loss: str) -> Callable[[ModuleType], None]:
    return lambda numeric: test_gradients_are_measured(numeric, loss, 2)


def total(loss: str, steps: str) -> Callable[[ModuleType], None]:
    return lambda numeric: test_totals(numeric, loss, steps)


BREAKS: list[tuple[str, str, Callable[[ModuleType], None] | str]] = [
    ("np.log(sums[..., 0]) - z_y", "-z_y", test_values),
    ("np.log(sums[..., 0]) - z_y", "np.log(sums[..., 0]) + z_y", test_values),
    ("sums = p.sum(axis=-1, keepdims=True)", "sums = p.mean(axis=-1, keepdims=True)", test_values),
    ("sums = p.sum(axis=-1, keepdims=True)", "sums = p.sum(axis=0, keepdims=True)", measured("nll")),
    ("z = shifted_logits(o, out)", "z = o.copy()", test_logits_of_1e4),
    ("z = shifted_logits(o, out)", "z = abs(shifted_logits(o, out))", measured("nll")),
    ("z = shifted_logits(o, out)", "z = shifted_logits(o, o)", test_arguments_stay_as_they_are),
    ("(y * z).sum(axis=-1)", "(y * o).sum(axis=-1)", test_values),
    ("return p - y", "return y - p", measured("nll")),
    ("[labelled(y, p)] -= 1", "[labelled(y, p)] += 1", measured("nll")),
    ("+ y.astype(", "- y.astype(", test_values),
    ("targets(y, o)) ** 2).sum", "targets(y, o)) ** 2).mean", test_values),
    ("(minus_targets(p, targets(y, o)) ** 2)", "(abs(minus_targets(p, targets(y, o))) ** 2)",
     measured("squared_error")),
    ("softmax_vjp(2 * minus", "softmax_vjp(minus", measured("squared_error")),
    ("softmax_vjp(2 * minus", "softmax_vjp(-2 * minus", measured("squared_error")),
    ("minus_targets(p.copy(), targets(y, o)), p)", "minus_targets(p, targets(y, o)), p)",
     measured("squared_error")),
    ("softmax_vjp(2 * minus_targets(p.copy(), targets(y, o)), p)", "2 * minus_targets(p, targets(y, o))",
     measured("squared_error")),
    ("each[first:].sum()", "each.sum()", total("nll", "last")),
    ("each[first:].sum()", "each[first:].mean()", total("nll", "all")),
    ("each[first:].sum()", "each[:first].sum()", total("squared_error", "last")),
    ("g_o[:first] = 0", "g_o[first:] = 0", total("nll", "last")),
    ("g_o[:first] = 0", "pass", total("nll", "last")),
    ('if steps == "all" else len(o) - 1', 'if steps != "all" else len(o) - 1', total("nll", "all")),
    ('if loss == "nll":', 'if loss != "nll":', total("nll", "all")),
    ("np.exp(z, out=z)", "np.exp(z.real)", lambda n: test_the_dtype_of_the_logits_stays(n, "nll")),
    ("y.min() < 0 or", "", "label negative"),
    ("y.max() >= size:", "y.max() > size:", "label too large"),
    ("(y < 0) | (y >= size)", "(y < 0) | (y > -size)", "label too large"),
    ("type(y) is not np.ndarray or", "not isinstance(y, np.ndarray) or", "masked array"),
    ('not in "iufc"', 'not in "biufc"', "booleans"),
    ("if isinstance(y, np.integer):", "if False:", test_a_label_of_one_step),
    ("(y.real < 0, np.abs", "(np.abs", "negative target"),
    ("np.sqrt(np.finfo(y.dtype).eps)", "0", test_computed_distributions_pass),
    ("np.sqrt(np.finfo(y.dtype).eps)", "1", "sum of a row"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "check"), BREAKS)
def test_break_is_noticed(replaced: Any, notices: Any, old: str, new: str, check: Any) -> None:
    check = partial(refuses, refusal=REFUSED[check]) if isinstance(check, str) else check
    assert not notices(check, replaced("losses.py", old, old))
    assert notices(check, replaced("losses.py", old, new))


def test_every_guard_is_needed(broken: Any, notices: Any, unguarded: tuple[str, str]) -> None:
    numeric = broken(*unguarded)
    assert any(notices(partial(refuses, refusal=REFUSED[name]), numeric) for name in REFUSED)
