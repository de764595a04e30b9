"""The checks of array arguments, and how arrays are shown."""

from typing import Any

import numpy as np
import pytest
from refusals import Refusal, refuses, taken

from bptt.arrays import (
    REAL,
    as_double,
    check_array,
    check_choice,
    check_conform,
    check_count,
    check_indices,
    check_instance,
    check_mapping,
    check_matrices,
    check_precision,
    check_shape,
    outline,
    rows,
)

A, B = np.arange(12.0).reshape(3, 4), np.arange(20.0).reshape(4, 5)


def with_entry(value: float) -> Any:
    X = A.copy()
    X[1, 2] = value
    return X


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_matrices_of_every_precision_pass(dtype: Any) -> None:
    with taken():
        check_matrices(A=A.astype(dtype), B=B.astype(dtype))


def test_real_and_complex_of_one_precision_pass_together() -> None:
    check_precision(A=A, B=B + 0j)
    check_precision(A=A.astype(np.float32), B=B.astype(np.complex64))


@pytest.mark.parametrize(
    ("dtype", "large"),
    [(np.float32, 1e30), (np.float64, 1e200), (np.complex64, 1e30j), (np.complex128, 1e200j)],
)
def test_large_entries_are_finite(dtype: Any, large: complex) -> None:
    """Though the sum of their squares is not."""
    check_array("A", np.full((2, 2), large, dtype))


def test_what_conforms_passes() -> None:
    check_conform("B", B, "rows", "A", A, "columns")
    check_conform("B", B, "columns", "C", np.ones((5, 2)), "rows")
    check_shape("A", A, (3, 4), "since it must")
    check_count("every", 1)
    check_choice("loss_at", "last", ("all", "last"))
    check_mapping("arrays", {"A": A})
    check_instance("A", A, np.ndarray)


def test_rows_are_a_view() -> None:
    z = np.arange(24.0).reshape(2, 3, 4)
    assert rows(z).shape == (6, 4)
    assert np.shares_memory(rows(z), z)
    assert np.array_equal(rows(z)[4], z[1, 1])


def test_a_double_is_a_copy() -> None:
    """Of any rank, and exactly what it was."""
    X = A.astype(np.float32)
    for value in (X, A, np.array(0.5), 0.5, np.float32(0.5)):
        double = as_double("A", value)
        assert double.dtype == np.float64
        assert np.array_equal(double, value)
        assert not np.shares_memory(double, np.asarray(value))


def test_an_outline_shows_shapes_and_precisions() -> None:
    assert outline(A, {"A": A, "B": B}) == "ndarray(A (3, 4), B (4, 5); float64)"
    assert outline({}, {"A": A, "B": B + 0j}) == "dict(A (3, 4), B (4, 5); float64, complex128)"


EITHER = "expected dtype float32 or float64 or complex64 or complex128"
REFUSED: dict[str, Refusal] = {
    "a list": (
        lambda: check_array("A", [1.0]),
        TypeError,
        "A: expected a NumPy array; received list (write np.array(A, dtype=float))",
    ),
    "a tuple": (
        lambda: check_array("A", (1.0,)),
        TypeError,
        "A: expected a NumPy array; received tuple (write np.array(A, dtype=float))",
    ),
    "a float": (lambda: check_array("A", 2.0), TypeError, "A: expected a NumPy array; received float"),
    "a masked array": (
        lambda: check_array("A", np.ma.masked_equal(A, 0)),
        TypeError,
        "A: expected a NumPy array; received MaskedArray",
    ),
    "integers": (
        lambda: check_array("A", np.arange(3)),
        TypeError,
        f"A: {EITHER}; received int64 (write A.astype(float))",
    ),
    "booleans": (lambda: check_array("A", A > 0), TypeError, f"A: {EITHER}; received bool"),
    "half precision": (
        lambda: check_array("A", A.astype(np.float16)),
        TypeError,
        f"A: {EITHER}; received float16",
    ),
    "complex where real is wanted": (
        lambda: check_array("A", A + 0j, REAL),
        TypeError,
        "A: expected dtype float32 or float64; received complex128",
    ),
    "no columns": (
        lambda: check_array("A", A[:, :0]),
        ValueError,
        "A: expected every size to be at least 1; received shape (3, 0)",
    ),
    "NaN": (
        lambda: check_array("A", with_entry(np.nan)),
        ValueError,
        "A: expected finite entries; received nan at [1, 2]",
    ),
    "infinity": (
        lambda: check_array("A", with_entry(-np.inf)),
        ValueError,
        "A: expected finite entries; received -inf at [1, 2]",
    ),
    "no mapping": (
        lambda: check_mapping("arrays", [A, B]),
        TypeError,
        "arrays: expected a mapping from names to arrays; received list",
    ),
    "a list among matrices": (
        lambda: check_matrices(A=A, B=[[1.0]]),  # type: ignore[arg-type]
        TypeError,
        "B: expected a NumPy array; received list (write np.array(B, dtype=float))",
    ),
    "a complex matrix where real ones are wanted": (
        lambda: check_matrices(REAL, A=A + 0j),
        TypeError,
        "A: expected dtype float32 or float64; received complex128",
    ),
    "a vector among matrices": (
        lambda: check_matrices(A=A, B=B[0]),
        ValueError,
        "B: expected a matrix (rank 2); received shape (5,)",
    ),
    "a stack of matrices": (
        lambda: check_matrices(A=A[None]),
        ValueError,
        "A: expected a matrix (rank 2); received shape (1, 3, 4)",
    ),
    "matrices of mixed precision": (
        lambda: check_matrices(A=A, B=B.astype(np.float32)),
        TypeError,
        "A and B: expected one precision; received A of dtype float64 with B of dtype float32",
    ),
    "single and double": (
        lambda: check_precision(A=A, B=B.astype(np.complex64)),
        TypeError,
        "A and B: expected one precision; received A of dtype float64 with B of dtype complex64",
    ),
    "another shape": (
        lambda: check_shape("A", A, (4, 3), "since it must"),
        ValueError,
        "A: expected shape (4, 3), since it must; received shape (3, 4)",
    ),
    "the same shape but for an axis": (
        lambda: check_shape("A", A, (3, 1, 4), "since it must"),
        ValueError,
        "A: expected shape (3, 1, 4), since it must; received shape (3, 4) (write A.reshape(3, 1, 4))",
    ),
    "floating indices": (
        lambda: check_indices("x", A, 3),
        TypeError,
        "x: expected a NumPy array of integers; received float64",
    ),
    "indices as a list": (
        lambda: check_indices("x", [0], 3),
        TypeError,
        "x: expected a NumPy array of integers; received list",
    ),
    "an index too large": (
        lambda: check_indices("x", np.array([[0, 1], [3, 4]]), 3),
        ValueError,
        "x: expected indices from 0 to 2; received 3 at [1, 0]",
    ),
    "another class": (
        lambda: check_instance("A", A, dict),
        TypeError,
        "A: expected dict; received ndarray",
    ),
    "another choice": (
        lambda: check_choice("loss_at", "first", ("all", "last")),
        ValueError,
        "loss_at: expected 'all' or 'last'; received 'first'",
    ),
    "another choice, where more than words will do": (
        lambda: check_choice("loss", "mse", ("nll",), "a function"),
        ValueError,
        "loss: expected 'nll' or a function; received 'mse'",
    ),
    "a number of steps with a fraction": (
        lambda: check_count("every", 2.0),
        TypeError,
        "every: expected a whole number of steps; received float",
    ),
    "a truth value for a number of steps": (
        lambda: check_count("every", True),
        TypeError,
        "every: expected a whole number of steps; received bool",
    ),
    "no steps": (
        lambda: check_count("every", 0),
        ValueError,
        "every: expected at least 1 step; received 0",
    ),
    "what does not conform": (
        lambda: check_conform("B", B, "columns", "A", A, "rows"),
        ValueError,
        "B: expected 3 columns, as many as A of shape (3, 4) has rows; received shape (4, 5)",
    ),
    "a double of a list": (
        lambda: as_double("arrays['A']", [1.0]),
        TypeError,
        "arrays['A']: expected a NumPy array; received list (write np.array(arrays['A'], dtype=float))",
    ),
    "a double of a complex tensor": (
        lambda: as_double("arrays['A']", A + 0j),
        TypeError,
        "arrays['A']: expected dtype float32 or float64; received complex128",
    ),
    "a double of NaN": (
        lambda: as_double("u", float("nan")),
        ValueError,
        "u: expected finite entries; received nan at []",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case: str) -> None:
    refuses(REFUSED[case])
