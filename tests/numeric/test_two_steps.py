"""Document 003's network of two steps: by hand, by its copies, and as the smallest network of the others."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from refusals import Refusal, refuses

from bptt.measure import gradcheck
from bptt.numeric import Parameters, loss_and_gradients, nll_gradient
from bptt.numeric.two_steps import two_step_gradients, two_step_loss, two_steps

Array = npt.NDArray[Any]
FUNCTIONS = ["tanh", "sigmoid"]
V, X = np.array([0.5, -1.0, 2.0]), np.array([1.0, -2.0])
GIVEN: dict[str, Any] = {"u": 0.3, "w": -0.7, "k": 0.2, "v": V, "x": X, "s_before": 0.4}
COPIES: dict[str, Any] = {
    **GIVEN,
    "u": np.array([0.3, 0.6]),
    "w": np.array([-0.7, 1.1]),
    "k": np.array([0.2, -0.5]),
}
Y = 1


def loss(func: str) -> Callable[..., Any]:
    return lambda **arrays: two_step_loss(**arrays, y=Y, func=func)


def gradients(given: dict[str, Any], func: str) -> dict[str, Array]:
    return vars(two_step_gradients(**given, y=Y, func=func))


@pytest.mark.parametrize("func", FUNCTIONS)
def test_values(func: str) -> None:
    f = math.tanh if func == "tanh" else lambda z: 1 / (1 + math.exp(-z))
    z_0 = 1.0 * 0.3 + 0.4 * -0.7 + 0.2
    z_1 = -2.0 * 0.3 + f(z_0) * -0.7 + 0.2
    q = [f(z_1) * v for v in V]
    run = two_steps(**GIVEN, func=func)
    assert run.z.tolist() == pytest.approx([z_0, z_1], rel=1e-14)
    assert run.s.tolist() == pytest.approx([f(z_0), f(z_1)], rel=1e-14)
    assert run.q.tolist() == pytest.approx(q, rel=1e-14)
    assert run.s_before == 0.4
    expected = math.log(sum(map(math.exp, q))) - q[Y]
    value = two_step_loss(**GIVEN, y=Y, func=func)
    assert type(value) is float
    assert value == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("func", FUNCTIONS)
def test_gradients_by_the_copies(func: str) -> None:
    """Measured where the copies differ, and where they are equal, as in the document."""
    same = {name: np.full(2, GIVEN[name]) if name in "uwk" else GIVEN[name] for name in GIVEN}
    for given in (COPIES, same):
        report = gradcheck(loss(func), gradients(given, func), given)
        assert [tensor.name for tensor in report.require(1e-13).tensors] == [
            "u",
            "w",
            "k",
            "v",
            "x",
            "s_before",
        ]


@pytest.mark.parametrize("func", FUNCTIONS)
def test_the_gradient_by_a_shared_number_is_the_sum(func: str) -> None:
    claimed = gradients(GIVEN, func)
    for name in "uwk":
        gradcheck(loss(func), {name: claimed[name].sum()}, GIVEN).require(1e-13)
        for part in claimed[name]:
            assert not gradcheck(loss(func), {name: part}, GIVEN).passed(1e-3)


def test_the_formulas_of_the_document() -> None:
    """∂E/∂u and ∂E/∂w as document 003 gathers them, with v a row: records S003-32 and 33."""
    for func in FUNCTIONS:
        run = two_steps(**GIVEN, func=func)
        slopes = 1 - run.s**2 if func == "tanh" else run.s * (1 - run.s)
        outer = nll_gradient(run.q, np.array(Y)) @ V * slopes[1]
        claimed = gradients(GIVEN, func)
        assert claimed["u"].sum() == pytest.approx(outer * (X[1] + -0.7 * slopes[0] * X[0]), rel=1e-14)
        assert claimed["w"].sum() == pytest.approx(outer * (run.s[0] + -0.7 * slopes[0] * 0.4), rel=1e-14)


def test_it_is_the_smallest_network() -> None:
    """With tanh: D = H = 1, T = 2, c = 0 and the loss at the last step only."""
    matrix = {name: np.full((1, 1), GIVEN[letter]) for name, letter in (("U", "u"), ("W", "w"))}
    params = Parameters(**matrix, V=V[:, None], b=np.full(1, GIVEN["k"]), c=np.zeros(3))
    value, claimed = loss_and_gradients(
        params, X[:, None], np.array([0, Y]), np.full(1, GIVEN["s_before"]), loss_at="last"
    )
    assert value == pytest.approx(two_step_loss(**GIVEN, y=Y), rel=1e-15)
    expected = gradients(GIVEN, "tanh")
    by = claimed.by_name()
    for name, letter in [("U", "u"), ("W", "w"), ("V", "v"), ("b", "k"), ("h0", "s_before"), ("x", "x")]:
        whole = expected[letter].sum() if letter in "uwk" else expected[letter]
        assert by[name].ravel() == pytest.approx(np.ravel(whole), rel=1e-14)


def test_one_logit_has_no_gradient() -> None:
    """With the single v₁ of the document the softmax is 1, and nothing can be learnt."""
    given = {**GIVEN, "v": np.array([0.8])}
    assert two_step_loss(**given, y=0) == 0.0
    assert not any(array.any() for array in vars(two_step_gradients(**given, y=0)).values())


def test_the_state_before_is_zero_if_not_given() -> None:
    given = {name: value for name, value in GIVEN.items() if name != "s_before"}
    assert two_step_loss(**given, y=Y) == two_step_loss(**given, s_before=0.0, y=Y)


def test_arguments_stay_as_they_are() -> None:
    before = {name: np.copy(value) for name, value in COPIES.items()}
    gradients(COPIES, "tanh")
    assert all(np.array_equal(COPIES[name], before[name]) for name in COPIES)


# ---- refusals

REFUSED: dict[str, Refusal] = {
    "unknown function": (
        lambda: two_steps(**GIVEN, func="relu"),
        ValueError,
        "func: expected 'tanh' or 'sigmoid'; received 'relu'",
    ),
    "list": (
        lambda: two_steps(**{**GIVEN, "u": [0.1, 0.2]}),
        TypeError,
        "u: expected a NumPy array; received list (write np.array(u, dtype=float))",
    ),
    "three copies": (
        lambda: two_steps(**{**GIVEN, "w": np.ones(3)}),
        ValueError,
        "w: expected a number or the pair (w_0, w_1); received shape (3,)",
    ),
    "NaN": (
        lambda: two_steps(**{**GIVEN, "k": math.nan}),
        ValueError,
        "k: expected finite entries; received nan at []",
    ),
    "a number for v": (
        lambda: two_steps(**{**GIVEN, "v": 0.5}),
        ValueError,
        "v: expected shape (K,); received shape ()",
    ),
    "three inputs": (
        lambda: two_steps(**{**GIVEN, "x": np.ones(3)}),
        ValueError,
        "x: expected the two inputs, of shape (2,); received shape (3,)",
    ),
    "two states before": (
        lambda: two_steps(**{**GIVEN, "s_before": X}),
        ValueError,
        "s_before: expected a number; received shape (2,)",
    ),
    "mixed precision": (
        lambda: two_steps(**{**GIVEN, "x": X.astype(np.float32)}),
        TypeError,
        "u and w and k and v and x and s_before: expected one precision; "
        "received s_before of dtype float64 with x of dtype float32",
    ),
    "label too large": (
        lambda: two_step_loss(**GIVEN, y=3),
        ValueError,
        "y: expected labels from 0 to 2; received 3",
    ),
    "label as a float": (
        lambda: two_step_gradients(**GIVEN, y=1.0),
        ValueError,
        "y: expected integer labels of shape () or floating targets of shape (3,); "
        "received float64 of shape () (for labels write y.astype(int))",
    ),
    "complex gradients": (
        lambda: two_step_gradients(**{**GIVEN, "u": 0.3 + 0.1j}, y=Y),
        TypeError,
        "q: expected dtype float32 or float64; received complex128",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
