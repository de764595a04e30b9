"""The matrix product and its two vector-Jacobian products: values, refusals, and breaks that are noticed."""

import itertools
from collections.abc import Callable
from functools import partial
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from refusals import Refusal, refuses

Array = npt.NDArray[Any]
SOURCES = ["arrays.py", "products.py"]

# All sizes differ and nothing is symmetric: a transposed or swapped factor cannot come out right by accident.
N, K, M = 3, 4, 5


def matrices(dtype: Any = np.float64, seed: int = 0) -> tuple[Array, Array, Array]:
    """A (N, K), B (K, M), and the cotangent G (N, M) of A B."""
    random = np.random.default_rng(seed)
    A, B, G = (random.normal(size=size) for size in ((N, K), (K, M), (N, M)))
    if np.issubdtype(dtype, np.complexfloating):
        A, B, G = (X + 1j * random.normal(size=X.shape) for X in (A, B, G))
    return A.astype(dtype), B.astype(dtype), G.astype(dtype)


def assert_close(actual: Array, expected: Array, eps: float = 2.0**-52) -> None:
    """Relative in the norm of the whole tensor, within a few roundings."""
    assert actual.shape == expected.shape
    assert np.linalg.norm(actual - expected) <= 8 * eps * np.linalg.norm(expected)


# ---- values


def test_numbers_of_document_000(numeric: ModuleType) -> None:
    A = np.arange(12.0).reshape(3, 4)
    B = A.T
    assert numeric.product(A, B).tolist() == [[14, 38, 62], [38, 126, 214], [62, 214, 366]]
    ones, G = np.ones((3, 3)), np.arange(9.0).reshape(3, 3)
    assert numeric.vjp_left(ones, B)[0, 0] == 12
    assert numeric.vjp_left(ones, B).tolist() == [[12, 15, 18, 21]] * 3
    assert numeric.vjp_left(G, B)[0, 0] == 20
    assert numeric.vjp_left(G, B).tolist() == [[20, 23, 26, 29], [56, 68, 80, 92], [92, 113, 134, 155]]
    assert numeric.vjp_right(A, G).tolist() == [[60, 72, 84], [69, 84, 99], [78, 96, 114], [87, 108, 129]]
    assert numeric.loss(A, B, ones) == 14 + 38 + 62 + 38 + 126 + 214 + 62 + 214 + 366


@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
def test_agrees_with_sums_over_indices(numeric: ModuleType, dtype: Any) -> None:
    A, B, G = matrices(dtype)
    assert_close(numeric.product(A, B), np.einsum("ik,kj->ij", A, B))
    assert_close(numeric.vjp_left(G, B), np.einsum("ij,kj->ik", G, B))
    assert_close(numeric.vjp_right(A, G), np.einsum("ik,ij->kj", A, G))
    assert_close(np.array(numeric.loss(A, B, G)), np.einsum("ij,ik,kj->", G, A, B), eps=2.0**-50)


def test_loss_changes_by_the_vjp_exactly(numeric: ModuleType) -> None:
    """L is linear in each factor: L(A + E, B) - L(A, B) = ⟨∂L/∂A, E⟩, in integers without any rounding."""
    random = np.random.default_rng(1)
    A, E, B, F, G = (
        random.integers(-9, 10, size).astype(float) for size in ((N, K), (N, K), (K, M), (K, M), (N, M))
    )
    change_left = numeric.loss(A + E, B, G) - numeric.loss(A, B, G)
    change_right = numeric.loss(A, B + F, G) - numeric.loss(A, B, G)
    assert change_left == np.sum(numeric.vjp_left(G, B) * E)
    assert change_right == np.sum(numeric.vjp_right(A, G) * F)


@pytest.mark.parametrize(
    ("dtype", "eps"), [(np.float32, 2.0**-23), (np.float64, 2.0**-52), (np.complex64, 2.0**-23)]
)
def test_dtype_is_kept(numeric: ModuleType, dtype: Any, eps: float) -> None:
    A, B, G = matrices(dtype)
    wide = np.complex128 if np.issubdtype(dtype, np.complexfloating) else np.float64
    A64, B64, G64 = (X.astype(wide) for X in (A, B, G))
    for result, expected in [
        (numeric.product(A, B), A64 @ B64),
        (numeric.vjp_left(G, B), G64 @ B64.T),
        (numeric.vjp_right(A, G), A64.T @ G64),
    ]:
        assert result.dtype == dtype
        assert_close(result, expected, eps)


def test_real_and_complex_of_one_precision_meet(numeric: ModuleType) -> None:
    A, B, G = matrices()
    lifted = numeric.loss(A + 0j, B, G)
    assert isinstance(lifted, complex)
    assert lifted == pytest.approx(numeric.loss(A, B, G), rel=1e-14)
    assert type(numeric.loss(A, B, G)) is float


def test_non_contiguous_arguments(numeric: ModuleType) -> None:
    A, B, G = matrices()
    wide = np.repeat(np.repeat(A, 2, axis=0), 3, axis=1)
    views = wide[::2, ::3], np.asfortranarray(B), G[::-1, ::-1].copy()[::-1, ::-1]
    assert not any(view.flags.c_contiguous for view in views)
    assert_close(numeric.product(views[0], views[1]), A @ B)
    assert_close(numeric.vjp_left(views[2], views[1]), G @ B.T)
    assert_close(numeric.vjp_right(views[0], views[2]), A.T @ G)


@pytest.mark.parametrize("sizes", [*itertools.product((1, 2, 3), repeat=3)])
def test_smallest_sizes(numeric: ModuleType, sizes: tuple[int, int, int]) -> None:
    n, k, m = sizes
    A, B, G = (np.arange(1.0, r * c + 1).reshape(r, c) for r, c in ((n, k), (k, m), (n, m)))
    assert numeric.vjp_left(G, B).tolist() == np.einsum("ij,kj->ik", G, B).tolist()
    assert numeric.vjp_right(A, G).tolist() == np.einsum("ik,ij->kj", A, G).tolist()


def test_arguments_stay_as_they_are(numeric: ModuleType) -> None:
    arguments = matrices()
    before = [X.copy() for X in arguments]
    A, B, G = arguments
    numeric.product(A, B), numeric.vjp_left(G, B), numeric.vjp_right(A, G), numeric.loss(A, B, G)
    assert all(np.array_equal(X, Y) for X, Y in zip(arguments, before, strict=True))


def test_large_entries_are_finite(numeric: ModuleType) -> None:
    """Though the sum of their squares is not."""
    for dtype, large in [
        (np.float32, 1e30),
        (np.float64, 1e200),
        (np.complex64, 1e30j),
        (np.complex128, 1e200j),
    ]:
        X = np.full((2, 2), large, dtype)
        assert np.array_equal(numeric.product(X, np.eye(2, dtype=dtype)), X)


# ---- refusals


def with_entry(X: Array, value: float) -> Array:
    X = X.copy()
    X[1, 2] = value
    return X


A, B, G = matrices()
CONFORM = "expected {} {}, as many as {} of shape {} has {}; received shape {}".format
# What is called, the error, and the whole message.
REFUSED: dict[str, Refusal] = {
    "a number of steps with a fraction": (
        lambda n: n.arrays.check_count("every", 2.0),
        TypeError,
        "every: expected a whole number of steps; received float",
    ),
    "no steps": (
        lambda n: n.arrays.check_count("every", 0),
        ValueError,
        "every: expected at least 1 step; received 0",
    ),
    "list": (
        lambda n: n.product([[1.0]], B),
        TypeError,
        "A: expected a NumPy array; received list (write np.array(A, dtype=float))",
    ),
    "float": (lambda n: n.product(2.0, B), TypeError, "A: expected a NumPy array; received float"),
    "None": (lambda n: n.vjp_right(A, None), TypeError, "G: expected a NumPy array; received NoneType"),
    "masked array": (
        lambda n: n.vjp_left(np.ma.masked_equal(G, 0), B),
        TypeError,
        "G: expected a NumPy array; received MaskedArray",
    ),
    "integers": (
        lambda n: n.product(np.arange(12).reshape(3, 4), B),
        TypeError,
        "A: expected dtype float32 or float64 or complex64 or complex128; received int64 "
        "(write A.astype(float))",
    ),
    "booleans": (
        lambda n: n.vjp_right(A, G > 0),
        TypeError,
        "G: expected dtype float32 or float64 or complex64 or complex128; received bool",
    ),
    "objects": (
        lambda n: n.vjp_left(G, B.astype(object)),
        TypeError,
        "B: expected dtype float32 or float64 or complex64 or complex128; received object",
    ),
    "half precision": (
        lambda n: n.loss(A, B, G.astype(np.float16)),
        TypeError,
        "G: expected dtype float32 or float64 or complex64 or complex128; received float16",
    ),
    "mixed precision in product": (
        lambda n: n.product(A.astype(np.float32), B),
        TypeError,
        "A and B: expected one precision; received A of dtype float32 with B of dtype float64",
    ),
    "single and double": (
        lambda n: n.vjp_left(G, B.astype(np.complex64)),
        TypeError,
        "G and B: expected one precision; received G of dtype float64 with B of dtype complex64",
    ),
    "mixed precision in vjp_right": (
        lambda n: n.vjp_right(A, G.astype(np.float32)),
        TypeError,
        "A and G: expected one precision; received A of dtype float64 with G of dtype float32",
    ),
    "mixed precision in loss": (
        lambda n: n.loss(A, B, G.astype(np.float32)),
        TypeError,
        "A and B and G: expected one precision; received B of dtype float64 with G of dtype float32",
    ),
    "vector": (
        lambda n: n.product(A, B[:, 0]),
        ValueError,
        "B: expected a matrix (rank 2); received shape (4,)",
    ),
    "stack of matrices": (
        lambda n: n.vjp_left(G[None], B),
        ValueError,
        "G: expected a matrix (rank 2); received shape (1, 3, 5)",
    ),
    "no rows": (
        lambda n: n.product(A[:0], B),
        ValueError,
        "A: expected every size to be at least 1; received shape (0, 4)",
    ),
    "no columns": (
        lambda n: n.vjp_right(A[:, :0], G),
        ValueError,
        "A: expected every size to be at least 1; received shape (3, 0)",
    ),
    "NaN": (
        lambda n: n.product(with_entry(A, np.nan), B),
        ValueError,
        "A: expected finite entries; received nan at [1, 2]",
    ),
    "infinity": (
        lambda n: n.vjp_left(G, with_entry(B, -np.inf)),
        ValueError,
        "B: expected finite entries; received -inf at [1, 2]",
    ),
    "NaN in a cotangent": (
        lambda n: n.vjp_right(A, with_entry(G, np.nan)),
        ValueError,
        "G: expected finite entries; received nan at [1, 2]",
    ),
    "NaN in loss": (
        lambda n: n.loss(A, B, with_entry(G, np.nan)),
        ValueError,
        "G: expected finite entries; received nan at [1, 2]",
    ),
    "product does not conform": (
        lambda n: n.product(A, B.T),
        ValueError,
        "B: " + CONFORM(4, "rows", "A", (3, 4), "columns", (5, 4)),
    ),
    "vjp_left does not conform": (
        lambda n: n.vjp_left(G, B.T),
        ValueError,
        "B: " + CONFORM(5, "columns", "G", (3, 5), "columns", (5, 4)),
    ),
    "vjp_right does not conform": (
        lambda n: n.vjp_right(A, G.T),
        ValueError,
        "G: " + CONFORM(3, "rows", "A", (3, 4), "rows", (5, 3)),
    ),
    "loss, factors do not conform": (
        lambda n: n.loss(A, B.T, G),
        ValueError,
        "B: " + CONFORM(4, "rows", "A", (3, 4), "columns", (5, 4)),
    ),
    "list as a tensor": (
        lambda n: n.arrays.as_double("arrays['A']", [1.0]),
        TypeError,
        "arrays['A']: expected a NumPy array; received list (write np.array(arrays['A'], dtype=float))",
    ),
    "complex tensor": (
        lambda n: n.arrays.as_double("arrays['A']", A + 0j),
        TypeError,
        "arrays['A']: expected dtype float32 or float64; received complex128",
    ),
    "no mapping": (
        lambda n: n.arrays.check_mapping("arrays", [A, B]),
        TypeError,
        "arrays: expected a mapping from names to arrays; received list",
    ),
    "another shape": (
        lambda n: n.arrays.check_shape("A", A, (4, 3), "since it must"),
        ValueError,
        "A: expected shape (4, 3), since it must; received shape (3, 4)",
    ),
    "another class": (
        lambda n: n.arrays.check_instance("A", A, dict),
        TypeError,
        "A: expected dict; received ndarray",
    ),
    "another choice": (
        lambda n: n.arrays.check_choice("steps", "first", ("all", "last")),
        ValueError,
        "loss_at: expected 'all' or 'last'; received 'first'",
    ),
    # NumPy alone would broadcast these two.
    "loss, cotangent of one row": (
        lambda n: n.loss(A, B, G[:1]),
        ValueError,
        "G: " + CONFORM(3, "rows", "A", (3, 4), "rows", (1, 5)),
    ),
    "loss, cotangent of one column": (
        lambda n: n.loss(A, B, G[:, :1]),
        ValueError,
        "G: " + CONFORM(5, "columns", "B", (4, 5), "columns", (3, 1)),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(numeric: ModuleType, case: str) -> None:
    refuses(numeric, REFUSED[case])


# ---- broken on purpose


def in_float64(numeric: ModuleType) -> None:
    test_agrees_with_sums_over_indices(numeric, np.float64)


def in_complex(numeric: ModuleType) -> None:
    test_agrees_with_sums_over_indices(numeric, np.complex128)


def in_float32(numeric: ModuleType) -> None:
    test_dtype_is_kept(numeric, np.float32, 2.0**-23)


# The file, the text in it, what replaces it, and what must notice: a test above, or a case of REFUSED.
BREAKS: list[tuple[str, str, str, Callable[[ModuleType], None] | str]] = [
    ("products.py", "return A @ B", "return A * B", in_float64),
    ("products.py", "return A @ B", "return (A @ B).T", in_float64),
    ("products.py", "return G @ B.T", "return G @ B", in_float64),
    ("products.py", "return G @ B.T", "return -G @ B.T", in_float64),
    ("products.py", "return G @ B.T", "return B @ G.T", in_float64),
    ("products.py", "return G @ B.T", "return G @ B.T.conj()", in_complex),
    ("products.py", "return G @ B.T", "return np.ones_like(G) @ B.T", test_numbers_of_document_000),
    ("products.py", "return G @ B.T", "return np.asarray(G @ B.T, float)", in_float32),
    ("products.py", "return A.T @ G", "return A @ G", in_float64),
    ("products.py", "return A.T @ G", "return G.T @ A", in_float64),
    ("products.py", "return A.T @ G", "return 2 * A.T @ G", in_float64),
    ("products.py", "return A.T @ G", "return A.conj().T @ G", in_complex),
    ("products.py", "np.sum(G * (A @ B))", "np.sum(A @ B)", in_float64),
    ("products.py", "np.sum(G * (A @ B))", "np.vdot(G, A @ B)", in_complex),
    ("arrays.py", '{"rows": 0, "columns": 1}', '{"rows": 1, "columns": 0}', in_float64),
    ("arrays.py", "_SINGLE = (np.float32, np.complex64)", "_SINGLE = (np.float32,)", "single and double"),
    ("arrays.py", "type(value) is not np.ndarray", "not isinstance(value, np.ndarray)", "masked array"),
    ("arrays.py", "np.float32, np.float64, np.complex64,", "np.float16, np.float64,", in_float32),
    ("arrays.py", "value.size == 0", "len(value) == 0", "no columns"),
    ("arrays.py", "not finite.all()", "not finite.any()", "NaN"),
    ("arrays.py", "np.isfinite(value)", "~np.isnan(value)", "infinity"),
    ("arrays.py", "np.isfinite(value)", "np.abs(value) < 1e20", test_large_entries_are_finite),
    ("arrays.py", "if cmath.isfinite(np.vdot(value, value)):", "if True:", "infinity"),
    ("arrays.py", "matrix.ndim != 2", "matrix.ndim < 2", "stack of matrices"),
]


@pytest.mark.parametrize(("file", "old", "new", "check"), BREAKS)
def test_break_is_noticed(replaced: Any, notices: Any, file: str, old: str, new: str, check: Any) -> None:
    check = partial(refuses, refusal=REFUSED[check]) if isinstance(check, str) else check
    assert not notices(check, replaced(file, old, old))
    assert notices(check, replaced(file, old, new))


def test_every_guard_is_needed(broken: Any, notices: Any, unguarded: tuple[str, str]) -> None:
    numeric = broken(*unguarded)
    assert any(notices(partial(refuses, refusal=REFUSED[name]), numeric) for name in REFUSED)
