"""The complex step and central differences: exact where they should be, and loud where they cannot be."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from bptt.measure import central_differences, complex_step

Array = npt.NDArray[Any]

random = np.random.default_rng(7)
X, G = random.normal(size=(3, 4)), random.normal(size=(3, 4))
W = random.normal(size=(4, 4)) / 2
v = random.normal(size=4)
LABELS = np.array([2, 0, 3])


def softmax(o: Array) -> Array:
    e = np.exp(o - o.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def recurrent(W: Array, v: Array) -> Any:
    """Run thirty steps of tanh, into a buffer of the arguments' dtype as an optimised network does."""
    h = np.zeros((31, 4), dtype=W.dtype)
    for t in range(30):
        h[t + 1] = np.tanh(W @ h[t] + v)
    return np.sum(h**2)


# A function, its arrays, and its gradients by hand.
EXACT: dict[str, tuple[Callable[..., Any], dict[str, Any], dict[str, Any]]] = {
    "sum of squares": (lambda x: np.sum(x * x), {"x": X}, {"x": 2 * X}),
    "bilinear": (lambda x, w: np.sum(G * (x @ w)), {"x": X, "w": W}, {"x": G @ W.T, "w": X.T @ G}),
    "tanh": (lambda x: np.sum(np.tanh(x)), {"x": X}, {"x": 1 - np.tanh(X) ** 2}),
    "negative log-likelihood": (
        lambda o, y: -np.sum(np.log(softmax(o))[np.arange(3), y]),
        {"o": X, "y": LABELS},
        {"o": softmax(X) - np.eye(4)[LABELS]},
    ),
    "scalars": (lambda u, w: u * w**2, {"u": 0.5, "w": np.array(0.75)}, {"u": 0.5625, "w": 0.75}),
    "vector": (lambda v: np.exp(v).sum(), {"v": v}, {"v": np.exp(v)}),
    "not contiguous": (lambda x: np.sum(G.T * np.sin(x)), {"x": X.T}, {"x": (G * np.cos(X)).T}),
    "flat to third order": (lambda x: np.sum((x - X) ** 3 + x), {"x": X}, {"x": np.ones_like(X)}),
    "at zero": (lambda x: np.sum(np.sin(x) * G), {"x": np.zeros((3, 4))}, {"x": G}),
    "two tensors, one unused": (lambda x, z: np.sum(x), {"x": X, "z": v}, {"x": X**0, "z": 0 * v}),
    "hinge at rest": (lambda x: 0, {"x": X}, {"x": 0 * X}),
    "huge": (lambda x: np.sum(np.exp(x + 600)), {"x": X}, {"x": np.exp(X + 600)}),
    "tiny": (lambda x: 1e-200 * np.sum(x**2), {"x": X}, {"x": 2e-200 * X}),
}


def distance(actual: Any, expected: Any) -> float:
    """Relative in the norm of the tensor, scaled first since the squares of 1e-200 vanish."""
    assert np.shape(actual) == np.shape(expected)
    size = float(np.abs(expected).max()) or 1.0
    gap = np.linalg.norm(np.subtract(actual, expected) / size)
    return float(gap / (np.linalg.norm(np.divide(expected, size)) or 1.0))


# ---- values


@pytest.mark.parametrize("case", EXACT)
def test_complex_step_is_exact_to_rounding(case: str) -> None:
    f, arrays, gradients = EXACT[case]
    measured = complex_step(f, arrays, gradients)
    assert list(measured) == list(gradients)
    for name, gradient in gradients.items():
        assert measured[name].dtype == np.float64
        # exp(x + 600) itself carries the rounding of its large argument.
        assert distance(measured[name], gradient) < (1e-12 if case == "huge" else 2e-15)


@pytest.mark.parametrize("case", EXACT)
def test_central_differences_reach_nine_digits(case: str) -> None:
    f, arrays, gradients = EXACT[case]
    measured = central_differences(f, arrays, gradients)
    assert list(measured) == list(gradients)
    for name, gradient in gradients.items():
        assert measured[name].dtype == np.float64
        # x + 600 rounds away digits of the step.
        assert distance(measured[name], gradient) < (1e-7 if case == "huge" else 1e-9)


def test_the_two_methods_agree_through_thirty_steps() -> None:
    by_step = complex_step(recurrent, {"W": W, "v": v})
    by_difference = central_differences(recurrent, {"W": W, "v": v})
    assert all(distance(by_difference[name], by_step[name]) < 1e-8 for name in "Wv")


def test_a_large_offset_hides_nothing_from_the_complex_step() -> None:
    measured = complex_step(lambda x: 1e9 + np.sum(np.sin(x)), {"x": X})
    assert distance(measured["x"], np.cos(X)) < 2e-15


def test_only_the_names_asked_for_are_measured() -> None:
    arrays = {"x": X, "xs": W}
    for method in (complex_step, central_differences):
        assert list(method(lambda x, xs: np.sum(x @ xs), arrays, "xs")) == ["xs"]
        assert list(method(lambda x, xs: np.sum(x @ xs), arrays, ["xs", "x"])) == ["xs", "x"]
        assert list(method(lambda x, xs: np.sum(x @ xs), arrays)) == ["x", "xs"]


def test_f_sees_one_double_dtype_and_constants_as_they_are() -> None:
    seen = set()

    def f(x: Array, w: Array, y: Array, mask: Array) -> Any:
        seen.add((x.dtype.name, w.dtype.name, y.dtype.name, mask.dtype.name))
        return np.sum((x @ w)[mask.nonzero()[0], y])

    arrays = {"x": X.astype(np.float32), "w": W, "y": LABELS, "mask": np.array([True, True, True])}
    complex_step(f, arrays, ["x"])
    assert seen == {("float64", "float64", "int64", "bool"), ("complex128", "complex128", "int64", "bool")}
    seen.clear()
    central_differences(f, arrays, ["x"])
    assert seen == {("float64", "float64", "int64", "bool")}


def test_the_step_of_a_difference_is_relative_above_one() -> None:
    seen: list[float] = []
    points = np.array([0.5, -100.0])

    def f(x: Array) -> float:
        seen.extend(x - points)
        return 0.0

    central_differences(f, {"x": points}, step=2.0**-10)
    assert seen == [2.0**-10, 0, -(2.0**-10), 0, 0, 100 * 2.0**-10, 0, -100 * 2.0**-10]


def test_arrays_stay_as_they_are() -> None:
    arrays = {"x": X.copy(), "y": LABELS.copy()}
    complex_step(lambda x, y: np.sum(x[:, y]), arrays, "x")
    central_differences(lambda x, y: np.sum(x[:, y]), arrays, "x")
    assert np.array_equal(arrays["x"], X)
    assert np.array_equal(arrays["y"], LABELS)


SMOOTH: dict[str, Callable[[Array], Any]] = {
    "cubic at zero": lambda x: np.sum(x**3),
    "fifth power at zero, far from zero": lambda x: 1e8 + np.sum(x**5),
    "steep": lambda x: np.sum(np.exp(10 * x)),
    "oscillating": lambda x: np.sum(np.sin(300 * x)),
    "cancelling": lambda x: np.sum((1e8 + x) - 1e8),
    "zero but for rounding": lambda x: 1e8 * np.sum(np.exp(x) * np.exp(-x)),
    "vanishing beside one": lambda x: 1 + 1e-30 * np.sum(x**2),
    "determinant": lambda x: np.linalg.det(x @ x.T + np.eye(3)),
    "inverse": lambda x: np.sum(np.linalg.inv(x @ x.T + np.eye(3))),
    "rectifier": lambda x: np.sum(np.maximum(x, 0) ** 2),
    "largest entry": lambda x: x.max(),
}


@pytest.mark.parametrize("size", [0.0, 1e-6, 1.0, 30.0])
@pytest.mark.parametrize("case", SMOOTH)
def test_an_honest_function_raises_no_false_alarm(case: str, size: float) -> None:
    for seed in range(40):
        x = size * np.random.default_rng(seed).uniform(-1, 1, (3, 4))
        if case == "largest entry" and size == 0:
            continue  # a kink: every entry is the largest
        if case == "cancelling" and size == 1e-6:
            continue  # f is constant in double precision: no difference can confirm anything
        complex_step(SMOOTH[case], {"x": x})


def test_what_the_confirmation_cannot_see() -> None:
    """A loss below a thousandth of the gradient is not told from rounding; this is the limit, on record."""
    measured = complex_step(lambda x: np.sum(x) + 1e-5 * np.sum(x.real), {"x": X})
    assert distance(measured["x"], (1 + 1e-5) * X**0) == pytest.approx(1e-5, rel=1e-3)


# ---- refusals


def into_a_real_buffer(x: Array) -> Any:
    h = np.zeros(x.shape)
    h[:] = np.tanh(x)
    return np.sum(h)


def modifies(x: Array, w: Array) -> Any:
    total = np.sum(x @ w)
    w *= 2
    return total


DROPS = "f: drops the imaginary part that the complex step needs"
CONTRADICTS = DROPS + ", or has a kink at this point: along one direction of x the complex step gives "
Call = Callable[[], object]

# Each loses the imaginary part in some way, with no error from NumPy itself.
DROPPING: dict[str, Callable[[Array], Any]] = {
    "abs": lambda x: np.sum(np.abs(x)),
    "real": lambda x: np.real(np.sum(x**2)),
    "norm": lambda x: np.linalg.norm(x),
    "vdot": lambda x: np.vdot(x, x),
    "conjugate of one factor": lambda x: np.sum(np.conj(x) * np.tanh(x)),
    "Hermitian transpose": lambda x: np.sum((x.conj().T @ G) ** 2),
    "standard deviation": lambda x: x.std(),
    "in one of two terms": lambda x: np.sum(x) + 0.1 * np.sum(np.real(x) ** 3),
    "in one entry": lambda x: np.sum(x[1:]) + abs(x[0, 1]) + x[0, 0],
    "eigenvalues of a Hermitian matrix": lambda x: np.linalg.eigvalsh(x @ x.T)[0],
    "in half of a term beside a million": lambda x: 1e6 + 1e-2 * np.sum(x.real * x),
    "a vanishing part of a real value": lambda x: 1 + 1e-11 * np.sum(np.abs(x) ** 3),
}


def by_complex_step(f: Callable[..., Any]) -> Call:
    return lambda: complex_step(f, {"x": X})


def with_step(step: float) -> Call:
    return lambda: central_differences(np.sum, {"x": X}, step=step)


# What is called, the error, and how its message begins.
REFUSED: dict[str, tuple[Call, type[Exception], str]] = {
    **{f"drops: {name}": (by_complex_step(f), ValueError, CONTRADICTS) for name, f in DROPPING.items()},
    "drops: buffer": (
        lambda: complex_step(into_a_real_buffer, {"x": X}),
        ValueError,
        DROPS
        + "; likely float(), math.log, abs, np.real, a norm, .conj(), or writing into an array of real dtype",
    ),
    "drops: astype": (lambda: complex_step(lambda x: x.astype(float).sum(), {"x": X}), ValueError, DROPS),
    "drops: float": (lambda: complex_step(lambda x: float(x.sum()), {"x": X}), ValueError, DROPS),
    "drops: second tensor": (
        lambda: complex_step(lambda x, w: np.sum(x @ np.real(w)), {"x": X, "w": W}),
        ValueError,
        CONTRADICTS.replace("of x", "of w"),
    ),
    "kink": (lambda: complex_step(lambda x: np.sum(np.maximum(x, 0)), {"x": 0 * X}), ValueError, DROPS),
    "takes no complex arrays": (
        lambda: complex_step(lambda u: math.tanh(u), {"u": 0.5}),
        TypeError,
        "f: takes real arrays, but not those of the complex step (float() argument must be",
    ),
    "modifies": (
        lambda: complex_step(modifies, {"x": X, "w": W}),
        ValueError,
        "f: expected to leave its arguments as they are; it modified w",
    ),
    "modifies, by differences": (
        lambda: central_differences(modifies, {"x": X, "w": W}, "x"),
        ValueError,
        "f: expected to leave its arguments as they are; it modified w",
    ),
    "returns None": (
        lambda: complex_step(lambda x: None, {"x": X}),
        TypeError,
        "f: expected to return a scalar; received NoneType",
    ),
    "returns a string": (
        lambda: central_differences(lambda x: "1.0", {"x": X}),
        TypeError,
        "f: expected to return a scalar; received str",
    ),
    "returns a boolean": (
        lambda: complex_step(lambda x: bool(x[0, 0] == 0), {"x": X}),
        TypeError,
        "f: expected to return a scalar; received bool",
    ),
    "returns an array": (
        lambda: complex_step(lambda x: x, {"x": X}),
        ValueError,
        "f: expected to return a scalar; received shape (3, 4)",
    ),
    "returns a 1x1 array": (
        lambda: central_differences(lambda x: x[:1, :1], {"x": X}),
        ValueError,
        "f: expected to return a scalar; received shape (1, 1)",
    ),
    "returns single precision": (
        lambda: complex_step(lambda x: np.float32(x.real.sum()), {"x": X}),
        TypeError,
        "f: expected to return double precision for double arrays; received float32",
    ),
    "returns single precision in an array of rank 0": (
        lambda: central_differences(lambda x: np.array(x.sum(), dtype=np.float32), {"x": X}),
        TypeError,
        "f: expected to return double precision for double arrays; received float32",
    ),
    "returns complex for real": (
        lambda: complex_step(lambda x: 1j * np.sum(x), {"x": X}),
        TypeError,
        "f: expected a real value for real arrays; received the complex ",
    ),
    "returns complex for real, by differences": (
        lambda: central_differences(lambda x: np.sum(x) + 0j, {"x": X}),
        TypeError,
        "f: expected a real value for real arrays; received the complex ",
    ),
    "returns NaN": (
        lambda: complex_step(lambda x: np.nan * np.sum(x), {"x": X}),
        ValueError,
        "f: expected a finite value; received nan",
    ),
    "returns infinity": (
        lambda: central_differences(lambda x: math.inf, {"x": X}),
        ValueError,
        "f: expected a finite value; received inf",
    ),
    "unknown name": (
        lambda: complex_step(np.sum, {"A": X, "B": W}, ["A", "C"]),
        ValueError,
        "wrt: expected names among A, B; received 'C'",
    ),
    "unknown name, by differences": (
        lambda: central_differences(np.sum, {"A": X, "B": W}, "AB"),
        ValueError,
        "wrt: expected names among A, B; received 'AB'",
    ),
    "no mapping": (
        lambda: complex_step(np.sum, [X]),
        TypeError,
        "arrays: expected a mapping from names to arrays; received list",
    ),
    "integers": (
        lambda: complex_step(np.sum, {"y": LABELS}),
        TypeError,
        "arrays['y']: expected dtype float32 or float64; received int64 (write arrays['y'].astype(float))",
    ),
    "an integer": (
        lambda: central_differences(np.sum, {"u": 2}),
        TypeError,
        "arrays['u']: expected a NumPy array; received int",
    ),
    "complex arrays": (
        lambda: complex_step(np.sum, {"x": X, "z": X + 0j}, "x"),
        TypeError,
        "arrays['z']: expected dtype float32 or float64; received complex128",
    ),
    "list": (
        lambda: complex_step(np.sum, {"x": [1.0, 2.0]}),
        TypeError,
        "arrays['x']: expected a NumPy array; received list",
    ),
    "NaN in a constant": (
        lambda: complex_step(np.sum, {"x": X, "z": np.array([0.0, np.nan])}, "x"),
        ValueError,
        "arrays['z']: expected finite entries; received nan at [1]",
    ),
    "NaN": (
        lambda: central_differences(np.sum, {"u": math.nan}),
        ValueError,
        "arrays['u']: expected finite entries; received nan at []",
    ),
    "no entries": (
        lambda: complex_step(np.sum, {"x": X[:0]}),
        ValueError,
        "arrays['x']: expected every size to be at least 1; received shape (0, 4)",
    ),
    **{
        f"step {step}": (
            with_step(step),
            ValueError,
            f"step: expected a positive finite number; received {step}",
        )
        for step in (0.0, -1e-5, math.inf, math.nan)
    },
}


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(call: Call, error: type[Exception], message: str) -> None:
    # What trips over bad input further on has not refused it.
    with pytest.raises(Exception) as caught:  # noqa: PT011
        call()
    assert type(caught.value) is error
    assert str(caught.value).startswith(message)


def test_differences_need_no_imaginary_part() -> None:
    measured = central_differences(DROPPING["abs"], {"x": X})
    assert distance(measured["x"], np.sign(X)) < 1e-9
