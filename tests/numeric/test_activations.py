"""tanh, the sigmoid and softmax: values, Jacobians against the complex step, products with them, refusals."""

import math
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from networks import distance
from refusals import Refusal, refuses

Array = npt.NDArray[Any]
SOURCES = ["activations.py"]
NAMES = ["tanh", "sigmoid", "softmax"]
A = np.random.default_rng(0).normal(size=(4, 3, 5))
G = np.random.default_rng(1).normal(size=(4, 3, 5))


def functions(numeric: ModuleType, name: str) -> tuple[Callable[..., Array], ...]:
    return tuple(getattr(numeric, name + suffix) for suffix in ("", "_jacobian", "_vjp"))


def test_values(numeric: ModuleType) -> None:
    a = np.array([[0.0, 1.0, -2.0]])
    exps = [math.exp(x) for x in a[0]]
    assert numeric.tanh(a)[0].tolist() == pytest.approx([math.tanh(x) for x in a[0]], rel=1e-15)
    assert numeric.sigmoid(a)[0].tolist() == pytest.approx([1 / (1 + 1 / e) for e in exps], rel=1e-15)
    assert numeric.softmax(a)[0].tolist() == pytest.approx([e / sum(exps) for e in exps], rel=1e-15)
    assert numeric.softmax(A).sum(axis=-1) == pytest.approx(1, rel=1e-15)
    assert numeric.softmax(a + 7.0) == pytest.approx(numeric.softmax(a), rel=1e-15)


def test_far_out(numeric: ModuleType) -> None:
    """No overflow, and a small value keeps its digits."""
    a = np.array([-1e4, -700.0, -40.0, 40.0, 1e4])
    expected = [0.0, math.exp(-700), math.exp(-40), 1.0, 1.0]
    assert numeric.sigmoid(a).tolist() == pytest.approx(expected, rel=1e-14, abs=0)
    assert numeric.softmax(np.array([1e4, -1e4, 1e4])).tolist() == [0.5, 0.0, 0.5]
    assert numeric.softmax(np.array([0.0, -700.0]))[1] == pytest.approx(math.exp(-700), rel=1e-14, abs=0)
    assert np.isfinite(numeric.sigmoid(a + 1e-30j)).all()
    assert np.isfinite(numeric.softmax(a + 1e-30j)).all()
    assert np.isfinite(numeric.tanh(a + 1e-30j)).all()


def test_far_out_rows(numeric: ModuleType) -> None:
    """Each row has a shift of its own."""
    assert numeric.softmax(np.array([[1e4, 1e4], [-1e4, -1e4]])).tolist() == [[0.5, 0.5], [0.5, 0.5]]


@pytest.mark.parametrize("name", NAMES)
def test_jacobians_are_measured(numeric: ModuleType, name: str) -> None:
    function, jacobian, vjp = functions(numeric, name)
    a, g = A[0, 0], G[0, 0]
    J = jacobian(function(a))
    assert J.shape == (5, 5)
    for i in range(5):
        numeric.gradcheck(lambda a, i=i: function(a)[i], {"a": J[i]}, {"a": a}).require(1e-13)
    report = numeric.gradcheck(lambda a: np.sum(g * function(a)), {"a": vjp(g, function(a))}, {"a": a})
    report.require(1e-13)
    assert distance(vjp(g, function(a)), J.T @ g) < 1e-14


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("axes", [0, 1, 2])
def test_on_the_last_axis(numeric: ModuleType, name: str, axes: int) -> None:
    function, jacobian, vjp = functions(numeric, name)
    a, g = A[(0,) * (2 - axes)], G[(0,) * (2 - axes)]
    value = function(a)
    J = jacobian(value)
    assert (value.shape, J.shape) == (a.shape, (*a.shape, 5))
    for place in np.ndindex(a.shape[:-1]):
        assert distance(value[place], function(a[place])) < 1e-15
        assert distance(J[place], jacobian(value[place])) < 1e-15
    assert distance(vjp(g, value), np.einsum("...ij,...i->...j", J, g)) < 1e-14


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_the_dtype_stays(numeric: ModuleType, name: str, dtype: Any) -> None:
    function, jacobian, vjp = functions(numeric, name)
    value = function(A.astype(dtype))
    assert {value.dtype, jacobian(value).dtype, vjp(G.astype(dtype), value).dtype} == {np.dtype(dtype)}
    assert distance(value, function(A)) < 1e-6


def test_identities(numeric: ModuleType) -> None:
    """The rows and the columns of softmax's Jacobian sum to 0; with two classes it is the sigmoid."""
    J = numeric.softmax_jacobian(numeric.softmax(A))
    assert np.abs(J.sum(axis=-1)).max() < 1e-15
    assert np.array_equal(J, J.swapaxes(-1, -2))
    two = np.stack([A, np.zeros_like(A)], axis=-1)
    assert numeric.softmax(two)[..., 0] == pytest.approx(numeric.sigmoid(A), rel=1e-15)
    assert numeric.sigmoid(2 * A) == pytest.approx((1 + numeric.tanh(A)) / 2, rel=1e-14)


def test_arguments_stay_as_they_are(numeric: ModuleType) -> None:
    a, g = A.copy(), G.copy()
    for name in NAMES:
        function, jacobian, vjp = functions(numeric, name)
        function(a), jacobian(a), vjp(g, a)
    assert np.array_equal(a, A)
    assert np.array_equal(g, G)


# ---- refusals

DTYPES = "expected dtype float32 or float64 or complex64 or complex128; received int64"
REFUSED: dict[str, Refusal] = {
    "softmax of a number": (
        lambda n: n.softmax(np.array(1.0)),
        ValueError,
        "o: expected shape (..., K); received shape ()",
    ),
    "softmax of a list": (
        lambda n: n.softmax([1.0, 2.0]),
        TypeError,
        "o: expected a NumPy array; received list (write np.array(o, dtype=float))",
    ),
    "softmax of nothing": (
        lambda n: n.softmax(A[:0]),
        ValueError,
        "o: expected every size to be at least 1; received shape (0, 3, 5)",
    ),
}
for name, argument, value in [("tanh", "a", "h"), ("sigmoid", "a", "s"), ("softmax", "o", "p")]:
    REFUSED |= {
        f"{name} of integers": (
            lambda n, name=name: functions(n, name)[0](np.arange(3)),
            TypeError,
            f"{argument}: {DTYPES} (write {argument}.astype(float))",
        ),
        f"Jacobian of {name} at integers": (
            lambda n, name=name: functions(n, name)[1](np.arange(3)),
            TypeError,
            f"{value}: {DTYPES} (write {value}.astype(float))",
        ),
        f"integers pulled back through {name}": (
            lambda n, name=name: functions(n, name)[2](np.arange(5), A[0, 0]),
            TypeError,
            f"g: {DTYPES} (write g.astype(float))",
        ),
        f"pulled back through {name} at integers": (
            lambda n, name=name: functions(n, name)[2](G[0, 0], np.arange(5)),
            TypeError,
            f"{value}: {DTYPES} (write {value}.astype(float))",
        ),
        f"another shape pulled back through {name}": (
            lambda n, name=name: functions(n, name)[2](G[0], A),
            ValueError,
            f"g: expected shape (4, 3, 5), that of {value}; received shape (3, 5)",
        ),
        f"mixed precision pulled back through {name}": (
            lambda n, name=name: functions(n, name)[2](G.astype(np.float32), A),
            TypeError,
            f"g and {value}: expected one precision; "
            f"received g of dtype float32 with {value} of dtype float64",
        ),
    }


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(numeric: ModuleType, case: str) -> None:
    refuses(numeric, REFUSED[case])


# ---- broken on purpose


def measured(name: str) -> Callable[[ModuleType], None]:
    return lambda numeric: test_jacobians_are_measured(numeric, name)


def in_float32(name: str) -> Callable[[ModuleType], None]:
    return lambda numeric: test_the_dtype_stays(numeric, name, np.float32)


BREAKS: list[tuple[str, str, Callable[[ModuleType], None]]] = [
    ("np.tanh(a)", "np.sinh(a)", test_values),
    ("np.tanh(a)", "np.tanh(a.real)", measured("tanh")),
    ("_diagonal(1 - h**2)", "_diagonal(1 - h)", measured("tanh")),
    ("return g * (1 - h**2)", "return g * (1 - h) ** 2", measured("tanh")),
    ("return g * (1 - h**2)", "return 1 - h**2", measured("tanh")),
    ("np.where(positive, -a, a)", "-a", test_far_out),
    ("np.where(positive, 1, e) /", "1 /", test_values),
    ("a.real >= 0", "a.real < 0", test_far_out),
    ("_diagonal(s * (1 - s))", "_diagonal(s)", measured("sigmoid")),
    ("return g * s * (1 - s)", "return g * s * (1 + s)", measured("sigmoid")),
    ("o.real.max(axis=-1, keepdims=True)", "0", test_far_out),
    ("o.real.max(axis=-1, keepdims=True)", "o.real.max()", test_far_out_rows),
    ("o.real.max(axis=-1, keepdims=True)", "o.real.min(axis=-1, keepdims=True)", test_far_out),
    ("np.subtract(o, o.real.max(", "np.subtract(o.real, o.real.max(", measured("softmax")),
    ("e / e.sum(axis=-1, keepdims=True)", "e / e.sum(axis=0, keepdims=True)", test_values),
    ("_diagonal(p) - p", "_diagonal(p) + p", measured("softmax")),
    ("p[..., :, None] * p[..., None, :]", "_diagonal(p * p)", measured("softmax")),
    ("p[..., :, None] * p[..., None, :]", "p[:, None] * p[None, :]",
     lambda n: test_on_the_last_axis(n, "softmax", 2)),
    ("(g - np.sum(p * g, axis=-1, keepdims=True))", "g", measured("softmax")),
    ("(g - np.sum(p * g, axis=-1, keepdims=True))", "(g - np.sum(g, axis=-1, keepdims=True))",
     measured("softmax")),
    ("np.eye(v.shape[-1], dtype=v.dtype)", "np.eye(v.shape[-1])", in_float32("tanh")),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "check"), BREAKS)
def test_break_is_noticed(replaced: Any, notices: Any, old: str, new: str, check: Any) -> None:
    assert not notices(check, replaced("activations.py", old, old))
    assert notices(check, replaced("activations.py", old, new))


def test_every_guard_is_needed(broken: Any, notices: Any, unguarded: tuple[str, str]) -> None:
    numeric = broken(*unguarded)
    assert any(notices(partial(refuses, refusal=REFUSED[name]), numeric) for name in REFUSED)
