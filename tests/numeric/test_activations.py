"""tanh, the sigmoid and softmax: values, Jacobians against the complex step, products with them, refusals."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import distance
from refusals import Refusal, refuses

from bptt.measure import gradcheck
from bptt.numeric import (
    sigmoid,
    sigmoid_jacobian,
    sigmoid_vjp,
    softmax,
    softmax_jacobian,
    softmax_vjp,
    tanh,
    tanh_jacobian,
    tanh_vjp,
)

Array = npt.NDArray[Any]
# Each with its Jacobian and its vector-Jacobian product.
FUNCTIONS: dict[str, tuple[Callable[..., Array], ...]] = {
    "tanh": (tanh, tanh_jacobian, tanh_vjp),
    "sigmoid": (sigmoid, sigmoid_jacobian, sigmoid_vjp),
    "softmax": (softmax, softmax_jacobian, softmax_vjp),
}
A = np.random.default_rng(0).normal(size=(4, 3, 5))
G = np.random.default_rng(1).normal(size=(4, 3, 5))


def test_values() -> None:
    a = np.array([[0.0, 1.0, -2.0]])
    exps = [math.exp(x) for x in a[0]]
    assert tanh(a)[0].tolist() == pytest.approx([math.tanh(x) for x in a[0]], rel=1e-15)
    assert sigmoid(a)[0].tolist() == pytest.approx([1 / (1 + 1 / e) for e in exps], rel=1e-15)
    assert softmax(a)[0].tolist() == pytest.approx([e / sum(exps) for e in exps], rel=1e-15)
    assert softmax(A).sum(axis=-1) == pytest.approx(1, rel=1e-15)
    assert softmax(a + 7.0) == pytest.approx(softmax(a), rel=1e-15)


def test_far_out() -> None:
    """No overflow, and a small value keeps its digits."""
    a = np.array([-1e4, -700.0, -40.0, 40.0, 1e4])
    expected = [0.0, math.exp(-700), math.exp(-40), 1.0, 1.0]
    assert sigmoid(a).tolist() == pytest.approx(expected, rel=1e-14, abs=0)
    assert softmax(np.array([1e4, -1e4, 1e4])).tolist() == [0.5, 0.0, 0.5]
    assert softmax(np.array([0.0, -700.0]))[1] == pytest.approx(math.exp(-700), rel=1e-14, abs=0)
    assert np.isfinite(sigmoid(a + 1e-30j)).all()
    assert np.isfinite(softmax(a + 1e-30j)).all()
    assert np.isfinite(tanh(a + 1e-30j)).all()


def test_far_out_rows() -> None:
    """Each row has a shift of its own."""
    assert softmax(np.array([[1e4, 1e4], [-1e4, -1e4]])).tolist() == [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_jacobians_are_measured(name: str) -> None:
    function, jacobian, vjp = FUNCTIONS[name]
    a, g = A[0, 0], G[0, 0]
    J = jacobian(function(a))
    assert J.shape == (5, 5)
    for i in range(5):
        gradcheck(lambda a, i=i: function(a)[i], {"a": J[i]}, {"a": a}).require(1e-13)
    report = gradcheck(lambda a: np.sum(g * function(a)), {"a": vjp(g, function(a))}, {"a": a})
    report.require(1e-13)
    assert distance(vjp(g, function(a)), J.T @ g) < 1e-14


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("axes", [0, 1, 2])
def test_on_the_last_axis(name: str, axes: int) -> None:
    function, jacobian, vjp = FUNCTIONS[name]
    a, g = A[(0,) * (2 - axes)], G[(0,) * (2 - axes)]
    value = function(a)
    J = jacobian(value)
    assert (value.shape, J.shape) == (a.shape, (*a.shape, 5))
    for place in np.ndindex(a.shape[:-1]):
        assert distance(value[place], function(a[place])) < 1e-15
        assert distance(J[place], jacobian(value[place])) < 1e-15
    assert distance(vjp(g, value), np.einsum("...ij,...i->...j", J, g)) < 1e-14


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_the_dtype_stays(name: str, dtype: Any) -> None:
    function, jacobian, vjp = FUNCTIONS[name]
    value = function(A.astype(dtype))
    assert {value.dtype, jacobian(value).dtype, vjp(G.astype(dtype), value).dtype} == {np.dtype(dtype)}
    assert distance(value, function(A)) < 1e-6


def test_identities() -> None:
    """The rows and the columns of softmax's Jacobian sum to 0; with two classes it is the sigmoid."""
    J = softmax_jacobian(softmax(A))
    assert np.abs(J.sum(axis=-1)).max() < 1e-15
    assert np.array_equal(J, J.swapaxes(-1, -2))
    two = np.stack([A, np.zeros_like(A)], axis=-1)
    assert softmax(two)[..., 0] == pytest.approx(sigmoid(A), rel=1e-15)
    assert sigmoid(2 * A) == pytest.approx((1 + tanh(A)) / 2, rel=1e-14)


def test_arguments_stay_as_they_are() -> None:
    a, g = A.copy(), G.copy()
    for function, jacobian, vjp in FUNCTIONS.values():
        function(a), jacobian(a), vjp(g, a)
    assert np.array_equal(a, A)
    assert np.array_equal(g, G)


# ---- refusals

DTYPES = "expected dtype float32 or float64 or complex64 or complex128; received int64"
REFUSED: dict[str, Refusal] = {
    "softmax of a number": (
        lambda: softmax(np.array(1.0)),
        ValueError,
        "o: expected shape (..., K); received shape ()",
    ),
    "softmax of a list": (
        lambda: softmax([1.0, 2.0]),
        TypeError,
        "o: expected a NumPy array; received list (write np.array(o, dtype=float))",
    ),
    "softmax of nothing": (
        lambda: softmax(A[:0]),
        ValueError,
        "o: expected every size to be at least 1; received shape (0, 3, 5)",
    ),
}
for name, argument, value in [("tanh", "a", "h"), ("sigmoid", "a", "s"), ("softmax", "o", "p")]:
    REFUSED |= {
        f"{name} of integers": (
            lambda name=name: FUNCTIONS[name][0](np.arange(3)),
            TypeError,
            f"{argument}: {DTYPES} (write {argument}.astype(float))",
        ),
        f"Jacobian of {name} at integers": (
            lambda name=name: FUNCTIONS[name][1](np.arange(3)),
            TypeError,
            f"{value}: {DTYPES} (write {value}.astype(float))",
        ),
        f"integers pulled back through {name}": (
            lambda name=name: FUNCTIONS[name][2](np.arange(5), A[0, 0]),
            TypeError,
            f"g: {DTYPES} (write g.astype(float))",
        ),
        f"pulled back through {name} at integers": (
            lambda name=name: FUNCTIONS[name][2](G[0, 0], np.arange(5)),
            TypeError,
            f"{value}: {DTYPES} (write {value}.astype(float))",
        ),
        f"another shape pulled back through {name}": (
            lambda name=name: FUNCTIONS[name][2](G[0], A),
            ValueError,
            f"g: expected shape (4, 3, 5), that of {value}; received shape (3, 5)",
        ),
        f"mixed precision pulled back through {name}": (
            lambda name=name: FUNCTIONS[name][2](G.astype(np.float32), A),
            TypeError,
            f"g and {value}: expected one precision; "
            f"received g of dtype float32 with {value} of dtype float64",
        ),
    }


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
