"""The matrix product and its two vector-Jacobian products: values and refusals."""

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from refusals import Refusal, refuses

from bptt.measure import gradcheck
from bptt.numeric import embedding_vjp, vjp_left, vjp_right
from bptt.numeric.products import loss, product

Array = npt.NDArray[Any]

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


def test_numbers_of_document_000() -> None:
    A = np.arange(12.0).reshape(3, 4)
    B = A.T
    assert product(A, B).tolist() == [[14, 38, 62], [38, 126, 214], [62, 214, 366]]
    ones, G = np.ones((3, 3)), np.arange(9.0).reshape(3, 3)
    assert vjp_left(ones, B)[0, 0] == 12
    assert vjp_left(ones, B).tolist() == [[12, 15, 18, 21]] * 3
    assert vjp_left(G, B)[0, 0] == 20
    assert vjp_left(G, B).tolist() == [[20, 23, 26, 29], [56, 68, 80, 92], [92, 113, 134, 155]]
    assert vjp_right(A, G).tolist() == [[60, 72, 84], [69, 84, 99], [78, 96, 114], [87, 108, 129]]
    assert loss(A, B, ones) == 14 + 38 + 62 + 38 + 126 + 214 + 62 + 214 + 366


@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
def test_agrees_with_sums_over_indices(dtype: Any) -> None:
    A, B, G = matrices(dtype)
    assert_close(product(A, B), np.einsum("ik,kj->ij", A, B))
    assert_close(vjp_left(G, B), np.einsum("ij,kj->ik", G, B))
    assert_close(vjp_right(A, G), np.einsum("ik,ij->kj", A, G))
    assert_close(np.array(loss(A, B, G)), np.einsum("ij,ik,kj->", G, A, B), eps=2.0**-50)


def test_loss_changes_by_the_vjp_exactly() -> None:
    """L is linear in each factor: L(A + E, B) - L(A, B) = ⟨∂L/∂A, E⟩, in integers without any rounding."""
    random = np.random.default_rng(1)
    A, E, B, F, G = (
        random.integers(-9, 10, size).astype(float) for size in ((N, K), (N, K), (K, M), (K, M), (N, M))
    )
    change_left = loss(A + E, B, G) - loss(A, B, G)
    change_right = loss(A, B + F, G) - loss(A, B, G)
    assert change_left == np.sum(vjp_left(G, B) * E)
    assert change_right == np.sum(vjp_right(A, G) * F)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64])
def test_dtype_is_kept(dtype: Any) -> None:
    A, B, G = matrices(dtype)
    wide = np.complex128 if np.issubdtype(dtype, np.complexfloating) else np.float64
    A64, B64, G64 = (X.astype(wide) for X in (A, B, G))
    for result, expected in [
        (product(A, B), A64 @ B64),
        (vjp_left(G, B), G64 @ B64.T),
        (vjp_right(A, G), A64.T @ G64),
    ]:
        assert result.dtype == dtype
        assert_close(result, expected, float(np.finfo(dtype).eps))


def test_real_and_complex_of_one_precision_meet() -> None:
    A, B, G = matrices()
    lifted = loss(A + 0j, B, G)
    assert isinstance(lifted, complex)
    assert lifted == pytest.approx(loss(A, B, G), rel=1e-14)
    assert type(loss(A, B, G)) is float


def test_non_contiguous_arguments() -> None:
    A, B, G = matrices()
    wide = np.repeat(np.repeat(A, 2, axis=0), 3, axis=1)
    views = wide[::2, ::3], np.asfortranarray(B), G[::-1, ::-1].copy()[::-1, ::-1]
    assert not any(view.flags.c_contiguous for view in views)
    assert_close(product(views[0], views[1]), A @ B)
    assert_close(vjp_left(views[2], views[1]), G @ B.T)
    assert_close(vjp_right(views[0], views[2]), A.T @ G)


@pytest.mark.parametrize("sizes", [*itertools.product((1, 2, 3), repeat=3)], ids=str)
def test_smallest_sizes(sizes: tuple[int, int, int]) -> None:
    n, k, m = sizes
    A, B, G = (np.arange(1.0, r * c + 1).reshape(r, c) for r, c in ((n, k), (k, m), (n, m)))
    assert vjp_left(G, B).tolist() == np.einsum("ij,kj->ik", G, B).tolist()
    assert vjp_right(A, G).tolist() == np.einsum("ik,ij->kj", A, G).tolist()


def test_arguments_stay_as_they_are() -> None:
    arguments = matrices()
    before = [X.copy() for X in arguments]
    A, B, G = arguments
    product(A, B), vjp_left(G, B), vjp_right(A, G), loss(A, B, G)
    assert all(np.array_equal(X, Y) for X, Y in zip(arguments, before, strict=True))


# ---- rows that are read by their numbers

READ = np.array([[3, 1, 3], [0, 3, 1]])


@pytest.mark.parametrize("indices", [READ, READ[0], READ[0, :1]], ids=["batch", "single", "one"])
def test_an_embedding_is_read_more_than_once(indices: Array) -> None:
    random = np.random.default_rng(0)
    E, g = random.normal(size=(5, 4)), random.normal(size=(*indices.shape, 4))
    claimed = embedding_vjp(indices, g, len(E))
    gradcheck(lambda E: np.sum(g * E[indices]), {"E": claimed}, {"E": E}).require(1e-14)
    one_hot = np.eye(5)[indices.ravel()]
    assert_close(claimed, vjp_right(one_hot, g.reshape(-1, 4)))
    assert embedding_vjp(indices, g.astype(np.float32), 5).dtype == np.float32


# ---- refusals


def with_entry(X: Array, value: float) -> Array:
    X = X.copy()
    X[1, 2] = value
    return X


A, B, G = matrices()
CONFORM = "expected {} {}, as many as {} of shape {} has {}; received shape {}".format
# What is called, the error, and the whole message.
REFUSED: dict[str, Refusal] = {
    "floating indices": (
        lambda: embedding_vjp(READ.astype(float), np.ones((2, 3, 4)), 5),
        TypeError,
        "indices: expected a NumPy array of integers; received float64",
    ),
    "indices as a list": (
        lambda: embedding_vjp([0], np.ones((1, 4)), 5),
        TypeError,
        "indices: expected a NumPy array of integers; received list",
    ),
    "an index out of range": (
        lambda: embedding_vjp(READ, np.ones((2, 3, 4)), 3),
        ValueError,
        "indices: expected indices from 0 to 2; received 3 at [0, 0]",
    ),
    "a negative index": (
        lambda: embedding_vjp(-READ, np.ones((2, 3, 4)), 5),
        ValueError,
        "indices: expected indices from 0 to 4; received -3 at [0, 0]",
    ),
    "rows for other indices": (
        lambda: embedding_vjp(READ, np.ones((6, 4)), 5),
        ValueError,
        "G: expected shape (2, 3, 4), a row for each index; received shape (6, 4)",
    ),
    "rows as a list": (
        lambda: embedding_vjp(READ, [1.0], 5),
        TypeError,
        "G: expected a NumPy array; received list (write np.array(G, dtype=float))",
    ),
    "list": (
        lambda: product([[1.0]], B),
        TypeError,
        "A: expected a NumPy array; received list (write np.array(A, dtype=float))",
    ),
    "float": (lambda: product(2.0, B), TypeError, "A: expected a NumPy array; received float"),
    "None": (lambda: vjp_right(A, None), TypeError, "G: expected a NumPy array; received NoneType"),
    "masked array": (
        lambda: vjp_left(np.ma.masked_equal(G, 0), B),
        TypeError,
        "G: expected a NumPy array; received MaskedArray",
    ),
    "integers": (
        lambda: product(np.arange(12).reshape(3, 4), B),
        TypeError,
        "A: expected dtype float32 or float64 or complex64 or complex128; received int64 "
        "(write A.astype(float))",
    ),
    "booleans": (
        lambda: vjp_right(A, G > 0),
        TypeError,
        "G: expected dtype float32 or float64 or complex64 or complex128; received bool",
    ),
    "objects": (
        lambda: vjp_left(G, B.astype(object)),
        TypeError,
        "B: expected dtype float32 or float64 or complex64 or complex128; received object",
    ),
    "half precision": (
        lambda: loss(A, B, G.astype(np.float16)),
        TypeError,
        "G: expected dtype float32 or float64 or complex64 or complex128; received float16",
    ),
    "mixed precision in product": (
        lambda: product(A.astype(np.float32), B),
        TypeError,
        "A and B: expected one precision; received A of dtype float32 with B of dtype float64",
    ),
    "single and double": (
        lambda: vjp_left(G, B.astype(np.complex64)),
        TypeError,
        "G and B: expected one precision; received G of dtype float64 with B of dtype complex64",
    ),
    "mixed precision in vjp_right": (
        lambda: vjp_right(A, G.astype(np.float32)),
        TypeError,
        "A and G: expected one precision; received A of dtype float64 with G of dtype float32",
    ),
    "mixed precision in loss": (
        lambda: loss(A, B, G.astype(np.float32)),
        TypeError,
        "A and B and G: expected one precision; received B of dtype float64 with G of dtype float32",
    ),
    "vector": (
        lambda: product(A, B[:, 0]),
        ValueError,
        "B: expected a matrix (rank 2); received shape (4,)",
    ),
    "stack of matrices": (
        lambda: vjp_left(G[None], B),
        ValueError,
        "G: expected a matrix (rank 2); received shape (1, 3, 5)",
    ),
    "no rows": (
        lambda: product(A[:0], B),
        ValueError,
        "A: expected every size to be at least 1; received shape (0, 4)",
    ),
    "no columns": (
        lambda: vjp_right(A[:, :0], G),
        ValueError,
        "A: expected every size to be at least 1; received shape (3, 0)",
    ),
    "NaN": (
        lambda: product(with_entry(A, np.nan), B),
        ValueError,
        "A: expected finite entries; received nan at [1, 2]",
    ),
    "infinity": (
        lambda: vjp_left(G, with_entry(B, -np.inf)),
        ValueError,
        "B: expected finite entries; received -inf at [1, 2]",
    ),
    "NaN in a cotangent": (
        lambda: vjp_right(A, with_entry(G, np.nan)),
        ValueError,
        "G: expected finite entries; received nan at [1, 2]",
    ),
    "NaN in loss": (
        lambda: loss(A, B, with_entry(G, np.nan)),
        ValueError,
        "G: expected finite entries; received nan at [1, 2]",
    ),
    "product does not conform": (
        lambda: product(A, B.T),
        ValueError,
        "B: " + CONFORM(4, "rows", "A", (3, 4), "columns", (5, 4)),
    ),
    "vjp_left does not conform": (
        lambda: vjp_left(G, B.T),
        ValueError,
        "B: " + CONFORM(5, "columns", "G", (3, 5), "columns", (5, 4)),
    ),
    "vjp_right does not conform": (
        lambda: vjp_right(A, G.T),
        ValueError,
        "G: " + CONFORM(3, "rows", "A", (3, 4), "rows", (5, 3)),
    ),
    "loss, factors do not conform": (
        lambda: loss(A, B.T, G),
        ValueError,
        "B: " + CONFORM(4, "rows", "A", (3, 4), "columns", (5, 4)),
    ),
    # NumPy alone would broadcast these two.
    "loss, cotangent of one row": (
        lambda: loss(A, B, G[:1]),
        ValueError,
        "G: " + CONFORM(3, "rows", "A", (3, 4), "rows", (1, 5)),
    ),
    "loss, cotangent of one column": (
        lambda: loss(A, B, G[:, :1]),
        ValueError,
        "G: " + CONFORM(5, "columns", "B", (4, 5), "columns", (3, 1)),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
