"""gradcheck: every wrong backward pass is found and named, every right one passes, none is waved through."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from bptt.measure import GradientError, GradientReport, TensorComparison, compare, gradcheck
from bptt.numeric import vjp_left, vjp_right
from bptt.numeric.products import loss, product

Array = npt.NDArray[Any]
Gradients = dict[str, Any]


def sized(n: int, k: int, m: int) -> tuple[Array, Array, Array]:
    random = np.random.default_rng(0)
    return random.normal(size=(n, k)), random.normal(size=(k, m)), random.normal(size=(n, m))


A, B, G = sized(3, 4, 5)
ARRAYS = {
    "unequal": (A, B, G),
    "square": sized(3, 3, 3),
    "of one entry": sized(1, 1, 1),
    "of one row": sized(1, 7, 2),
}


def right(A: Array, B: Array, G: Array) -> Gradients:
    """The gradients of ⟨G, A B⟩ + ⟨A, A⟩/2: the second term is there to be forgotten."""
    return {"A": G @ B.T + A, "B": A.T @ G}


def check(gradients: Gradients, A: Array, B: Array, G: Array, method: str = "complex step") -> Any:
    def f(A: Array, B: Array) -> Any:
        return np.sum(G * (A @ B)) + np.sum(A * A) / 2

    return gradcheck(f, gradients, {"A": A, "B": B}, method=method)


def one_entry_off(X: Array, by: float) -> Array:
    X = X.copy()
    X[1, 2] += by
    return X


# ---- right gradients


@pytest.mark.parametrize("arrays", ARRAYS.values(), ids=ARRAYS)
def test_a_right_gradient_passes_at_1e_12(arrays: tuple[Array, Array, Array]) -> None:
    report = check(right(*arrays), *arrays)
    assert report.passed(1e-12)
    assert report.require(1e-12) is report
    assert report.error < 1e-15
    assert report.failures(1e-12) == ()


def test_the_vector_jacobian_products_are_the_gradients_of_the_loss() -> None:
    for A, B, G in [sized(3, 4, 5), sized(5, 2, 3), sized(3, 3, 3)]:
        gradients = {"A": vjp_left(G, B), "B": vjp_right(A, G), "G": product(A, B)}
        report = gradcheck(loss, gradients, {"A": A, "B": B, "G": G})
        report.require(1e-15)


def test_central_differences_pass_at_1e_8_and_not_at_1e_14() -> None:
    report = check(right(A, B, G), A, B, G, method="central differences")
    assert report.passed(1e-8)
    assert not report.passed(1e-14)
    assert report.method == "central differences"


def test_float32_is_measured_in_double() -> None:
    """So the report shows the rounding of the claim, and the tolerance is the caller's."""
    A32, B32, G32 = (X.astype(np.float32) for X in (A, B, G))
    gradients = right(A32, B32, G32)
    assert gradients["A"].dtype == np.float32
    report = check(gradients, A32, B32, G32)
    assert report.passed(1e-6)
    assert not report.passed(1e-9)


def test_scalars_are_tensors_of_rank_0() -> None:
    """Document 003's network has scalar parameters; NumPy turns their gradients into np.float64."""
    u, w = 0.5, np.array(0.75)
    report = gradcheck(lambda u, w: u * w**2, {"u": w**2, "w": 2 * u * w}, {"u": u, "w": w})
    assert report.require(1e-15)["u"].shape == ()
    with pytest.raises(GradientError, match=r"  w: relative error 0\.\d+; worst at w: claimed 0\.5, "):
        gradcheck(lambda u, w: u * w**2, {"w": 0.5}, {"u": u, "w": w}).require(1e-12)


def test_only_claimed_tensors_are_measured_and_constants_may_be_integer() -> None:
    y = np.array([0, 2])
    chosen = np.zeros((3, 5))
    chosen[:, y] = 1.0
    arrays = {"x": A, "w": B, "y": y}
    report = gradcheck(lambda x, w, y: np.sum((x @ w)[:, y]), {"w": A.T @ chosen}, arrays)
    assert [tensor.name for tensor in report.require(1e-14).tensors] == ["w"]


# ---- wrong gradients: what is claimed, and the tensors that are wrong

Wrong = Callable[[Array, Array, Array], Gradients]
WRONG: dict[str, tuple[Wrong, str]] = {
    "sign": (lambda A, B, G: {"A": -(G @ B.T + A), "B": -A.T @ G}, "AB"),
    "sign of one term": (lambda A, B, G: {"A": G @ B.T - A, "B": A.T @ G}, "A"),
    "factor 2": (lambda A, B, G: {"A": 2 * (G @ B.T + A), "B": A.T @ G}, "A"),
    "half": (lambda A, B, G: {"A": G @ B.T + A, "B": A.T @ G / 2}, "B"),
    "dropped term": (lambda A, B, G: {"A": G @ B.T, "B": A.T @ G}, "A"),
    "other dropped term": (lambda A, B, G: {"A": A, "B": A.T @ G}, "A"),
    "cotangent of ones": (lambda A, B, G: {"A": np.ones_like(G) @ B.T + A, "B": A.T @ G}, "A"),
    "entrywise square of the factor": (lambda A, B, G: {"A": G @ B.T + A, "B": (A**2).T @ G}, "B"),
    "one entry off by 1e-6": (
        lambda A, B, G: {"A": one_entry_off(G @ B.T + A, 1e-6), "B": A.T @ G},
        "A",
    ),
    "one entry off by 1e-11": (
        lambda A, B, G: {"A": G @ B.T + A, "B": one_entry_off(A.T @ G, -1e-11)},
        "B",
    ),
    "zero": (lambda A, B, G: {"A": 0 * A, "B": 0 * B}, "AB"),
    "all right but one": (lambda A, B, G: {"A": G @ B.T + A, "B": 0 * B}, "B"),
    "rows in another order": (lambda A, B, G: {"A": (G @ B.T + A)[::-1], "B": A.T @ G}, "A"),
}
# These conform only if the matrices are square, so that no shape gives them away.
WRONG_SQUARE: dict[str, tuple[Wrong, str]] = {
    "transposed": (lambda A, B, G: {"A": (G @ B.T + A).T, "B": (A.T @ G).T}, "AB"),
    "factor not transposed": (lambda A, B, G: {"A": G @ B + A, "B": A @ G}, "AB"),
    "swapped factors": (lambda A, B, G: {"A": B.T @ G + A, "B": G @ A.T}, "AB"),
    "cotangent transposed": (lambda A, B, G: {"A": G.T @ B.T + A, "B": A.T @ G.T}, "AB"),
    "entrywise product": (lambda A, B, G: {"A": G * B.T + A, "B": A.T @ G}, "A"),
    "the other factor": (lambda A, B, G: {"A": G @ A.T + A, "B": B.T @ G}, "AB"),
    "names exchanged": (lambda A, B, G: {"B": G @ B.T + A, "A": A.T @ G}, "AB"),
}
# What is said of the tensors that are wrong in one of a few ways.
TIMES = " times what is measured"
LIKE = {
    "sign": {"A": f"−1{TIMES}", "B": f"−1{TIMES}"},
    "factor 2": {"A": f"2{TIMES}"},
    "half": {"B": f"1/2{TIMES}"},
    "zero": {"A": "0", "B": "0"},
    "all right but one": {"B": "0"},
    "rows in another order": {"A": "what is measured, in the opposite order along axis 0"},
    "transposed": dict.fromkeys("AB", "the transpose of what is measured"),
}
ALL_WRONG = [(name, "unequal") for name in WRONG] + [(name, "square") for name in {**WRONG, **WRONG_SQUARE}]


@pytest.mark.parametrize(("name", "sizes"), ALL_WRONG)
def test_a_wrong_gradient_is_found_and_named(name: str, sizes: str) -> None:
    arrays = ARRAYS[sizes]
    wrong, names = {**WRONG, **WRONG_SQUARE}[name]
    claimed, truth = wrong(*arrays), right(*arrays)
    report = check(claimed, *arrays)
    assert {tensor.name for tensor in report.failures(1e-12)} == set(names)
    assert not report.passed(1e-12)
    with pytest.raises(GradientError) as caught:
        report.require(1e-12)
    headline, *lines = str(caught.value).splitlines()
    assert headline == f"{len(names)} of 2 gradients wrong by complex step, tolerance 1e-12:"
    assert len(lines) == len(names)
    for tensor, line in zip(report.failures(1e-12), lines, strict=True):
        difference = np.abs(claimed[tensor.name] - truth[tensor.name])
        assert difference[tensor.index] == pytest.approx(difference.max(), rel=1e-3)
        assert tensor.claimed == claimed[tensor.name][tensor.index]
        assert tensor.measured == pytest.approx(truth[tensor.name][tensor.index], abs=1e-14)
        expected = np.linalg.norm(difference) / np.linalg.norm(truth[tensor.name])
        assert tensor.error == pytest.approx(expected, rel=1e-3)
        assert line.startswith(f"  {tensor.name}: relative error ")
        assert f"worst at {tensor.name}[{tensor.index[0]}, {tensor.index[1]}]: claimed " in line
        said, _, like = line.partition("; the claim is ")
        assert said.endswith(f"claimed {tensor.claimed!r}, measured {tensor.measured!r}")
        assert like == LIKE.get(name, {}).get(tensor.name, "")


@pytest.mark.parametrize("name", ["sign", "zero", "one entry off by 1e-6", "all right but one"])
def test_central_differences_find_it_too(name: str) -> None:
    wrong, names = WRONG[name]
    report = check(wrong(A, B, G), A, B, G, method="central differences")
    assert {tensor.name for tensor in report.failures(1e-9)} == set(names)


# ---- vanishing gradients


@pytest.mark.parametrize("size", [1e-12, 1e-30, 1e-100, 1e-200])
def test_a_vanishing_gradient_is_not_waved_through(size: float) -> None:
    def f(A: Array) -> Any:
        return 1.0 + size * np.sum(G * (A @ B))

    gradient = size * (G @ B.T)
    for wrong, error in [(0 * gradient, 1.0), (2 * gradient, 1.0), (-gradient, 2.0), (1.01 * gradient, 0.01)]:
        # This is what "absolute or relative" says of it.
        assert np.allclose(wrong, gradient, rtol=1e-7, atol=1e-8)
        report = gradcheck(f, {"A": wrong}, {"A": A})
        assert report.error == pytest.approx(error, rel=1e-6)
        assert not report.passed(1e-3)
    gradcheck(f, {"A": gradient}, {"A": A}).require(1e-12)
    norm = gradcheck(f, {"A": gradient}, {"A": A})["A"].norm
    assert norm == pytest.approx(size * np.linalg.norm(G @ B.T), rel=1e-12, abs=0)


def test_a_small_tensor_is_not_hidden_by_a_large_one() -> None:
    def f(a: Array, b: Array) -> Any:
        return 1e9 * np.sum(a**2) + 1e-9 * np.sum(b**2)

    report = gradcheck(f, {"a": 2e9 * A, "b": 0 * B}, {"a": A, "b": B})
    assert [tensor.name for tensor in report.failures(1e-12)] == ["b"]


def test_beside_a_zero_gradient_only_zero_is_right() -> None:
    def f(a: Array, b: Array) -> Any:
        return np.sum(a)

    ones = np.ones_like(A)
    assert gradcheck(f, {"a": ones, "b": 0 * B}, {"a": A, "b": B}).require(0)["b"].error == 0
    report = gradcheck(f, {"a": ones, "b": 0 * B + 1e-300}, {"a": A, "b": B})
    assert report["b"].error == math.inf
    assert [tensor.name for tensor in report.failures(0.999)] == ["b"]


def test_what_the_complex_step_cannot_resolve_is_zero_to_rounding() -> None:
    """Its own error, η² times the third derivative, does not pass for a gradient where there is none."""
    report = gradcheck(lambda x: np.sum(x**3), {"x": np.zeros(4)}, {"x": np.zeros(4)})
    assert report["x"].measured == -(2.0**-200)
    assert report.require(0).error == 0
    assert "zero to rounding" in report.verdict


def test_the_size_of_a_number_does_not_excuse_it() -> None:
    """Norms that would overflow or vanish are compared all the same."""
    for claimed, measured, error in [
        ([1e308, 1e308], [1e308, 1.5e308], 0.5 / math.hypot(1, 1.5)),
        ([1e-320, 0.0], [1e-320, 1e-320], 1 / math.sqrt(2)),
        ([1e300], [1e-300], math.inf),
        ([-1.7e308], [1.7e308], math.inf),
    ]:
        report = compare({"x": np.array(claimed)}, {"x": np.array(measured)}, method="hand")
        assert report.error == pytest.approx(error)
        assert not report.passed(0.2)


# ---- the report


def test_the_report_prints_as_a_table() -> None:
    claimed = {"A": np.array([[1.0, 2.0], [3.0, 4.5]]), "bias": 0.25}
    measured = {"bias": np.array(0.25), "A": np.array([[1.0, 2.0], [3.0, 4.0]])}
    report = compare(claimed, measured, method="hand")
    assert str(report).splitlines() == [
        "claimed against measured by hand",
        "gradient of  shape   norm   relative error  exact to  worst entry  claimed  measured",
        "A            (2, 2)  5.477  9.1e-02         0e+00     A[1, 1]      4.5      4",
        "bias         ()      0.25   0.0e+00         0e+00     bias         0.25     0.25",
        "Verdict: A is wrong, 1 of 2 (the claim is wrong only where axis 0 is at 1); "
        "bias is right, to 0e+00.",
    ]
    assert repr(report) == str(report)
    assert report["bias"].claimed == 0.25
    with pytest.raises(KeyError, match="C"):
        report["C"]


def test_the_example_of_the_readme() -> None:
    report = gradcheck(lambda A, B: np.sum(G * (A @ B)), {"A": G @ B.T, "B": A.T @ G}, {"A": A, "B": B})
    assert [line.split()[0] for line in str(report).splitlines()] == [
        "claimed",
        "gradient",
        "A",
        "B",
        "Verdict:",
    ]
    assert report.passed(1e-12)


def test_a_nan_error_never_passes() -> None:
    nan = TensorComparison("x", (1,), math.nan, math.nan, (0,), 1.0, 1.0)
    fine = TensorComparison("y", (1,), 1.0, 0.0, (0,), 1.0, 1.0)
    report = GradientReport("hand", (fine, nan, fine))
    assert report.failures(0.5) == (nan,)
    assert not report.passed(0.5)
    assert math.isnan(report.error)


# ---- refusals

right_gradients = right(A, B, G)
fine = {"A": A, "B": B}

REFUSED: dict[str, tuple[Callable[[], object], type[Exception], str]] = {
    "truth value": (
        lambda: bool(check(right_gradients, A, B, G)),
        TypeError,
        "a GradientReport is neither true nor false: use .passed(tol) or .require(tol)",
    ),
    "tolerance 1": (
        lambda: check(right_gradients, A, B, G).passed(1),
        ValueError,
        "tol: expected 0 <= tol < 1 (a gradient of zeros has error 1); received 1",
    ),
    "negative tolerance": (
        lambda: check(right_gradients, A, B, G).require(-1e-12),
        ValueError,
        "tol: expected 0 <= tol < 1 (a gradient of zeros has error 1); received -1e-12",
    ),
    "NaN tolerance": (
        lambda: check(right_gradients, A, B, G).failures(math.nan),
        ValueError,
        "tol: expected 0 <= tol < 1 (a gradient of zeros has error 1); received nan",
    ),
    "wrong gradient": (
        lambda: check({"A": A}, A, B, G).require(1e-3),
        AssertionError,
        "1 of 1 gradients wrong by complex step, tolerance 0.001:",
    ),
    "unknown method": (
        lambda: check(right_gradients, A, B, G, method="cs"),
        ValueError,
        "method: expected 'complex step' or 'central differences'; received 'cs'",
    ),
    "unknown name": (
        lambda: check({"A": A, "C": A}, A, B, G),
        ValueError,
        "gradients: expected names among A, B; received 'C'",
    ),
    "no gradients": (
        lambda: check({}, A, B, G),
        ValueError,
        "gradients: expected at least one gradient; received none",
    ),
    "gradients in a list": (
        lambda: gradcheck(lambda A, B: 0.0, [A], fine),
        TypeError,
        "gradients: expected a mapping from names to arrays; received list",
    ),
    "arrays in a list": (
        lambda: gradcheck(lambda A, B: 0.0, {"A": A}, [A]),
        TypeError,
        "arrays: expected a mapping from names to arrays; received list",
    ),
    "compared with a list": (
        lambda: compare({"A": A}, [A], method="hand"),
        TypeError,
        "measured: expected a mapping from names to arrays; received list",
    ),
    "a list compared": (
        lambda: compare([A], {"A": A}, method="hand"),
        TypeError,
        "gradients: expected a mapping from names to arrays; received list",
    ),
    "nothing compared": (
        lambda: compare({}, {}, method="hand"),
        ValueError,
        "gradients: expected at least one gradient; received none",
    ),
    "compared with other names": (
        lambda: compare({"A": A, "B": B}, {"A": A}, method="hand"),
        ValueError,
        "gradients: expected the names A; received A, B",
    ),
    "transposed shape": (
        lambda: check({"A": (G @ B.T).T, "B": A.T @ G}, A, B, G),
        ValueError,
        "gradients['A']: expected shape (3, 4); received (4, 3)",
    ),
    # NumPy alone would broadcast these two.
    "scalar for a matrix": (
        lambda: check({"A": 0.0}, A, B, G),
        ValueError,
        "gradients['A']: expected shape (3, 4); received ()",
    ),
    "row for a matrix": (
        lambda: check({"B": B[:1]}, A, B, G),
        ValueError,
        "gradients['B']: expected shape (4, 5); received (1, 5)",
    ),
    "gradient of integers": (
        lambda: check({"A": np.zeros((3, 4), dtype=int)}, A, B, G),
        TypeError,
        "gradients['A']: expected dtype float32 or float64; received int64",
    ),
    "complex gradient": (
        lambda: check({"A": A + 0j}, A, B, G),
        TypeError,
        "gradients['A']: expected dtype float32 or float64; received complex128",
    ),
    "gradient as a list": (
        lambda: check({"A": A.tolist()}, A, B, G),
        TypeError,
        "gradients['A']: expected a NumPy array; received list",
    ),
    "NaN in a gradient": (
        lambda: check({"A": one_entry_off(A, math.nan)}, A, B, G),
        ValueError,
        "gradients['A']: expected finite entries; received nan at [1, 2]",
    ),
    "infinity in a gradient": (
        lambda: check({"B": one_entry_off(B, -math.inf)}, A, B, G),
        ValueError,
        "gradients['B']: expected finite entries; received -inf at [1, 2]",
    ),
    "dropped imaginary part": (
        lambda: gradcheck(lambda A: np.linalg.norm(A), {"A": 0 * A}, {"A": A}),
        ValueError,
        "f: drops the imaginary part that the complex step needs",
    ),
}


@pytest.mark.parametrize(("call", "error", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(call: Callable[[], object], error: type[Exception], message: str) -> None:
    # What trips over bad input further on has not refused it.
    with pytest.raises(Exception) as caught:  # noqa: PT011
        call()
    assert isinstance(caught.value, error)
    assert str(caught.value).startswith(message)
