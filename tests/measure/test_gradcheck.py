"""gradcheck: every wrong backward pass is found and named, every right one passes, none is waved through."""

import math
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

Array = npt.NDArray[Any]
Gradients = dict[str, Any]
SOURCES = ["gradcheck.py"]


def sized(n: int, k: int, m: int) -> tuple[Array, Array, Array]:
    random = np.random.default_rng(0)
    return random.normal(size=(n, k)), random.normal(size=(k, m)), random.normal(size=(n, m))


A, B, G = sized(3, 4, 5)
SQUARE = sized(3, 3, 3)


def right(A: Array, B: Array, G: Array) -> Gradients:
    """The gradients of ⟨G, A B⟩ + ⟨A, A⟩/2: the second term is there to be forgotten."""
    return {"A": G @ B.T + A, "B": A.T @ G}


def check(
    numeric: ModuleType, gradients: Gradients, A: Array, B: Array, G: Array, method: str = "complex step"
) -> Any:
    def f(A: Array, B: Array) -> Any:
        return np.sum(G * (A @ B)) + np.sum(A * A) / 2

    return numeric.gradcheck(f, gradients, {"A": A, "B": B}, method=method)


def one_entry_off(X: Array, by: float) -> Array:
    X = X.copy()
    X[1, 2] += by
    return X


# ---- right gradients


@pytest.mark.parametrize("arrays", [(A, B, G), SQUARE, sized(1, 1, 1), sized(1, 7, 2)])
def test_a_right_gradient_passes_at_1e_12(numeric: ModuleType, arrays: tuple[Array, Array, Array]) -> None:
    report = check(numeric, right(*arrays), *arrays)
    assert report.passed(1e-12)
    assert report.require(1e-12) is report
    assert report.error < 1e-15
    assert report.failures(1e-12) == ()


def test_the_vector_jacobian_products_are_the_gradients_of_the_loss(numeric: ModuleType) -> None:
    for A, B, G in [sized(3, 4, 5), sized(5, 2, 3), SQUARE]:
        gradients = {"A": numeric.vjp_left(G, B), "B": numeric.vjp_right(A, G), "G": numeric.product(A, B)}
        report = numeric.gradcheck(numeric.loss, gradients, {"A": A, "B": B, "G": G})
        report.require(1e-15)


def test_central_differences_pass_at_1e_8_and_not_at_1e_14(numeric: ModuleType) -> None:
    report = check(numeric, right(A, B, G), A, B, G, method="central differences")
    assert report.passed(1e-8)
    assert not report.passed(1e-14)
    assert report.method == "central differences"


def test_float32_is_measured_in_double(numeric: ModuleType) -> None:
    """So the report shows the rounding of the claim, and the tolerance is the caller's."""
    A32, B32, G32 = (X.astype(np.float32) for X in (A, B, G))
    gradients = right(A32, B32, G32)
    assert gradients["A"].dtype == np.float32
    report = check(numeric, gradients, A32, B32, G32)
    assert report.passed(1e-6)
    assert not report.passed(1e-9)


def test_scalars_are_tensors_of_rank_0(numeric: ModuleType) -> None:
    """Document 003's network has scalar parameters; NumPy turns their gradients into np.float64."""
    u, w = 0.5, np.array(0.75)
    report = numeric.gradcheck(lambda u, w: u * w**2, {"u": w**2, "w": 2 * u * w}, {"u": u, "w": w})
    assert report.require(1e-15)["u"].shape == ()
    with pytest.raises(
        numeric.GradientError, match=r"  w: relative error 0\.\d+; worst at w: claimed 0\.5, "
    ):
        numeric.gradcheck(lambda u, w: u * w**2, {"w": 0.5}, {"u": u, "w": w}).require(1e-12)


def test_only_claimed_tensors_are_measured_and_constants_may_be_integer(numeric: ModuleType) -> None:
    y = np.array([0, 2])
    chosen = np.zeros((3, 5))
    chosen[:, y] = 1.0
    arrays = {"x": A, "w": B, "y": y}
    report = numeric.gradcheck(lambda x, w, y: np.sum((x @ w)[:, y]), {"w": A.T @ chosen}, arrays)
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
ALL_WRONG = [(name, (A, B, G)) for name in WRONG] + [(name, SQUARE) for name in {**WRONG, **WRONG_SQUARE}]


@pytest.mark.parametrize(("name", "arrays"), ALL_WRONG)
def test_a_wrong_gradient_is_found_and_named(
    numeric: ModuleType, name: str, arrays: tuple[Array, Array, Array]
) -> None:
    wrong, names = {**WRONG, **WRONG_SQUARE}[name]
    claimed, truth = wrong(*arrays), right(*arrays)
    report = check(numeric, claimed, *arrays)
    assert {tensor.name for tensor in report.failures(1e-12)} == set(names)
    assert not report.passed(1e-12)
    with pytest.raises(numeric.GradientError) as caught:
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
        assert line.endswith(f"claimed {tensor.claimed!r}, measured {tensor.measured!r}")


@pytest.mark.parametrize("name", ["sign", "zero", "one entry off by 1e-6", "all right but one"])
def test_central_differences_find_it_too(numeric: ModuleType, name: str) -> None:
    wrong, names = WRONG[name]
    report = check(numeric, wrong(A, B, G), A, B, G, method="central differences")
    assert {tensor.name for tensor in report.failures(1e-9)} == set(names)


# ---- vanishing gradients


@pytest.mark.parametrize("size", [1e-12, 1e-30, 1e-100, 1e-200])
def test_a_vanishing_gradient_is_not_waved_through(numeric: ModuleType, size: float) -> None:
    def f(A: Array) -> Any:
        return 1.0 + size * np.sum(G * (A @ B))

    gradient = size * (G @ B.T)
    for wrong, error in [(0 * gradient, 1.0), (2 * gradient, 1.0), (-gradient, 2.0), (1.01 * gradient, 0.01)]:
        # This is what "absolute or relative" says of it.
        assert np.allclose(wrong, gradient, rtol=1e-7, atol=1e-8)
        report = numeric.gradcheck(f, {"A": wrong}, {"A": A})
        assert report.error == pytest.approx(error, rel=1e-6)
        assert not report.passed(1e-3)
    numeric.gradcheck(f, {"A": gradient}, {"A": A}).require(1e-12)
    norm = numeric.gradcheck(f, {"A": gradient}, {"A": A})["A"].norm
    assert norm == pytest.approx(size * np.linalg.norm(G @ B.T), rel=1e-12, abs=0)


def test_a_small_tensor_is_not_hidden_by_a_large_one(numeric: ModuleType) -> None:
    def f(a: Array, b: Array) -> Any:
        return 1e9 * np.sum(a**2) + 1e-9 * np.sum(b**2)

    report = numeric.gradcheck(f, {"a": 2e9 * A, "b": 0 * B}, {"a": A, "b": B})
    assert [tensor.name for tensor in report.failures(1e-12)] == ["b"]


def test_beside_a_zero_gradient_only_zero_is_right(numeric: ModuleType) -> None:
    def f(a: Array, b: Array) -> Any:
        return np.sum(a)

    ones = np.ones_like(A)
    assert numeric.gradcheck(f, {"a": ones, "b": 0 * B}, {"a": A, "b": B}).require(0)["b"].error == 0
    report = numeric.gradcheck(f, {"a": ones, "b": 0 * B + 1e-300}, {"a": A, "b": B})
    assert report["b"].error == math.inf
    assert [tensor.name for tensor in report.failures(0.999)] == ["b"]


def test_what_the_complex_step_cannot_resolve(numeric: ModuleType) -> None:
    """Its own error, η² times the third derivative, passes for a gradient where there is none: on record."""
    report = numeric.gradcheck(lambda x: np.sum(x**3), {"x": np.zeros(4)}, {"x": np.zeros(4)})
    assert report["x"].measured == -(2.0**-200)
    assert report.error == 1.0


def test_the_size_of_a_number_does_not_excuse_it(numeric: ModuleType) -> None:
    """Norms that would overflow or vanish are compared all the same."""
    for claimed, measured, error in [
        ([1e308, 1e308], [1e308, 1.5e308], 0.5 / math.hypot(1, 1.5)),
        ([1e-320, 0.0], [1e-320, 1e-320], 1 / math.sqrt(2)),
        ([1e300], [1e-300], math.inf),
        ([-1.7e308], [1.7e308], math.inf),
    ]:
        report = numeric.compare({"x": np.array(claimed)}, {"x": np.array(measured)}, method="hand")
        assert report.error == pytest.approx(error)
        assert not report.passed(0.2)


# ---- the report


def test_the_report_prints_as_a_table(numeric: ModuleType) -> None:
    claimed = {"A": np.array([[1.0, 2.0], [3.0, 4.5]]), "bias": 0.25}
    measured = {"bias": np.array(0.25), "A": np.array([[1.0, 2.0], [3.0, 4.0]])}
    report = numeric.compare(claimed, measured, method="hand")
    assert str(report).splitlines() == [
        "claimed against measured by hand",
        "gradient of  shape   norm   relative error  worst entry  claimed  measured",
        "A            (2, 2)  5.477  9.1e-02         A[1, 1]      4.5      4",
        "bias         ()      0.25   0.0e+00         bias         0.25     0.25",
    ]
    assert repr(report) == str(report)
    assert report["bias"].claimed == 0.25
    with pytest.raises(KeyError, match="C"):
        report["C"]


def test_the_example_of_the_readme(numeric: ModuleType) -> None:
    report = numeric.gradcheck(
        lambda A, B: np.sum(G * (A @ B)), {"A": G @ B.T, "B": A.T @ G}, {"A": A, "B": B}
    )
    assert [line.split()[0] for line in str(report).splitlines()] == ["claimed", "gradient", "A", "B"]
    assert report.passed(1e-12)


def test_a_nan_error_never_passes(numeric: ModuleType) -> None:
    nan = numeric.TensorComparison("x", (1,), math.nan, math.nan, (0,), 1.0, 1.0)
    fine = numeric.TensorComparison("y", (1,), 1.0, 0.0, (0,), 1.0, 1.0)
    report = numeric.GradientReport("hand", (fine, nan, fine))
    assert report.failures(0.5) == (nan,)
    assert not report.passed(0.5)
    assert math.isnan(report.error)


# ---- refusals

right_gradients = right(A, B, G)
fine = {"A": A, "B": B}

REFUSED: dict[str, tuple[Callable[[Any], object], type[Exception], str]] = {
    "truth value": (
        lambda n: bool(check(n, right_gradients, A, B, G)),
        TypeError,
        "a GradientReport is neither true nor false: use .passed(tol) or .require(tol)",
    ),
    "tolerance 1": (
        lambda n: check(n, right_gradients, A, B, G).passed(1),
        ValueError,
        "tol: expected 0 <= tol < 1 (a gradient of zeros has error 1); received 1",
    ),
    "negative tolerance": (
        lambda n: check(n, right_gradients, A, B, G).require(-1e-12),
        ValueError,
        "tol: expected 0 <= tol < 1 (a gradient of zeros has error 1); received -1e-12",
    ),
    "NaN tolerance": (
        lambda n: check(n, right_gradients, A, B, G).failures(math.nan),
        ValueError,
        "tol: expected 0 <= tol < 1 (a gradient of zeros has error 1); received nan",
    ),
    "wrong gradient": (
        lambda n: check(n, {"A": A}, A, B, G).require(1e-3),
        AssertionError,
        "1 of 1 gradients wrong by complex step, tolerance 0.001:",
    ),
    "unknown method": (
        lambda n: check(n, right_gradients, A, B, G, method="cs"),
        ValueError,
        "method: expected 'complex step' or 'central differences'; received 'cs'",
    ),
    "unknown name": (
        lambda n: check(n, {"A": A, "C": A}, A, B, G),
        ValueError,
        "gradients: expected names among A, B; received 'C'",
    ),
    "no gradients": (
        lambda n: check(n, {}, A, B, G),
        ValueError,
        "gradients: expected at least one gradient; received none",
    ),
    "gradients in a list": (
        lambda n: n.gradcheck(np.sum, [A, B], fine),
        TypeError,
        "gradients: expected a mapping from names to arrays; received list",
    ),
    "arrays in a list": (
        lambda n: n.gradcheck(np.sum, {"A": A}, [A, B]),
        TypeError,
        "arrays: expected a mapping from names to arrays; received list",
    ),
    "compared with a list": (
        lambda n: n.compare({"A": A}, [A], method="hand"),
        TypeError,
        "measured: expected a mapping from names to arrays; received list",
    ),
    "a list compared": (
        lambda n: n.compare([A], {"A": A}, method="hand"),
        TypeError,
        "gradients: expected a mapping from names to arrays; received list",
    ),
    "compared with other names": (
        lambda n: n.compare({"A": A, "B": B}, {"A": A}, method="hand"),
        ValueError,
        "gradients: expected the names A; received A, B",
    ),
    "transposed shape": (
        lambda n: check(n, {"A": (G @ B.T).T, "B": A.T @ G}, A, B, G),
        ValueError,
        "gradients['A']: expected shape (3, 4); received (4, 3)",
    ),
    # NumPy alone would broadcast these two.
    "scalar for a matrix": (
        lambda n: check(n, {"A": 0.0}, A, B, G),
        ValueError,
        "gradients['A']: expected shape (3, 4); received ()",
    ),
    "row for a matrix": (
        lambda n: check(n, {"B": B[:1]}, A, B, G),
        ValueError,
        "gradients['B']: expected shape (4, 5); received (1, 5)",
    ),
    "gradient of integers": (
        lambda n: check(n, {"A": np.zeros((3, 4), dtype=int)}, A, B, G),
        TypeError,
        "gradients['A']: expected dtype float32 or float64; received int64",
    ),
    "complex gradient": (
        lambda n: check(n, {"A": A + 0j}, A, B, G),
        TypeError,
        "gradients['A']: expected dtype float32 or float64; received complex128",
    ),
    "gradient as a list": (
        lambda n: check(n, {"A": A.tolist()}, A, B, G),
        TypeError,
        "gradients['A']: expected a NumPy array; received list",
    ),
    "NaN in a gradient": (
        lambda n: check(n, {"A": one_entry_off(A, math.nan)}, A, B, G),
        ValueError,
        "gradients['A']: expected finite entries; received nan at [1, 2]",
    ),
    "infinity in a gradient": (
        lambda n: check(n, {"B": one_entry_off(B, -math.inf)}, A, B, G),
        ValueError,
        "gradients['B']: expected finite entries; received -inf at [1, 2]",
    ),
    "dropped imaginary part": (
        lambda n: n.gradcheck(lambda A: np.linalg.norm(A), {"A": 0 * A}, {"A": A}),
        ValueError,
        "f: drops the imaginary part that the complex step needs",
    ),
}


def refuses(numeric: ModuleType, case: str) -> None:
    call, error, message = REFUSED[case]
    with pytest.raises(error) as caught:
        call(numeric)
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(numeric: ModuleType, case: str) -> None:
    refuses(numeric, case)


# ---- broken on purpose


def finds(name: str) -> Callable[[ModuleType], None]:
    arrays = SQUARE if name in WRONG_SQUARE else (A, B, G)
    return lambda numeric: test_a_wrong_gradient_is_found_and_named(numeric, name, arrays)


def vanishing(numeric: ModuleType) -> None:
    test_a_vanishing_gradient_is_not_waved_through(numeric, 1e-200)


def passes(numeric: ModuleType) -> None:
    test_a_right_gradient_passes_at_1e_12(numeric, (A, B, G))


zero = test_beside_a_zero_gradient_only_zero_is_right
sizes = test_the_size_of_a_number_does_not_excuse_it
table = test_the_report_prints_as_a_table

# The file, the text in it, what replaces it, and what must notice: a test above, or a case of REFUSED.
BREAKS: list[tuple[str, str, Callable[[ModuleType], None] | str]] = [
    ("np.abs(claimed - measured)", "np.abs(claimed + measured)", passes),
    ("np.abs(claimed - measured)", "claimed - measured", finds("one entry off by 1e-11")),
    ("np.abs(claimed - measured)", "np.abs(claimed - claimed)", finds("factor 2")),
    ("np.argmax(difference)", "np.argmin(difference)", finds("one entry off by 1e-6")),
    ("(distance / size) * (spread / norm) if", "distance * spread if", vanishing),
    ("(distance / size) * (spread / norm) if", "distance / size if", finds("one entry off by 1e-6")),
    ("(distance / size) * (spread / norm) if", "min(distance, distance / size) if", vanishing),
    ("if size > 0 else 0.0", "if size > 1e-8 else 0.0", vanishing),
    ("if distance == 0 else math.inf", "if distance < 1e-8 else math.inf", zero),
    ("if distance == 0 else math.inf", "if distance == 0 else 0.0", zero),
    ("_scaled_norm(measured), _scaled", "_scaled_norm(claimed), _scaled", finds("factor 2")),
    ("size * norm, error", "norm, error", table),
    ("float(claimed[index]), float(measured[index])", "float(measured[index]), float(claimed[index])", table),
    ("return largest, 1.0", "return largest, 0.0", sizes),
    ("if not 0 < largest < math.inf", "if not 0 < largest", sizes),
    ("return largest, math.sqrt(float(np.sum((tensor / largest) ** 2)))",
     "return 1.0, math.sqrt(float(np.sum(tensor ** 2)))", vanishing),
    ("not tensor.error <= tol", "tensor.error > tol", test_a_nan_error_never_passes),
    ("not tensor.error <= tol", "not tensor.error <= tol * tensor.norm", finds("one entry off by 1e-11")),
    ("np.max([", "np.nanmax([", test_a_nan_error_never_passes),
    ("not 0 <= tol < 1:", "not 0 <= tol <= 1:", "tolerance 1"),
    ("not 0 <= tol < 1:", "tol < 0 or tol >= 1:", "NaN tolerance"),
    ("return not self.failures(tol)", "return bool(self.failures(tol))", passes),
    ("claimed.shape != measured.shape", "claimed.size != measured.size", "transposed shape"),
    ("claimed.shape != measured.shape", "claimed.ndim != measured.ndim", "row for a matrix"),
    ("set(gradients) != set(measured)", "not set(measured) <= set(gradients)", "compared with other names"),
    ('"central differences": central_differences', '"central differences": complex_step',
     test_central_differences_pass_at_1e_8_and_not_at_1e_14),
    ("compare(gradients, METHODS", "compare(METHODS[method](f, arrays, list(gradients)), METHODS",
     finds("zero")),
    ("GradientError(AssertionError)", "GradientError(Exception)", "wrong gradient"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "check"), BREAKS)
def test_break_is_noticed(replaced: Any, notices: Any, old: str, new: str, check: Any) -> None:
    check = partial(refuses, case=check) if isinstance(check, str) else check
    assert not notices(check, replaced("gradcheck.py", old, old))
    assert notices(check, replaced("gradcheck.py", old, new))


def test_every_guard_is_needed(broken: Any, notices: Any, unguarded: tuple[str, str]) -> None:
    numeric = broken(*unguarded)
    checks = [table, *(partial(refuses, case=name) for name in REFUSED)]
    assert any(notices(check, numeric) for check in checks)
