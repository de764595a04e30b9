"""The comparison at explicit sizes: it finds every wrong entry, and none in what is right."""

import pytest

from bptt.kernel import (
    Formula,
    Function,
    ShapeError,
    diag,
    exp,
    inner,
    matrix,
    outer,
    scalar,
    sizes,
    tanh,
    total,
    vector,
)
from bptt.symbolic import differing_entries, explicit, explicit_gradient, grad

n, m, k = sizes("n m k")
A, B, G, W = matrix("A", n, k), matrix("B", k, m), matrix("G", n, m), matrix("W", n, n)
x, y, a = vector("x", n), vector("y", n), scalar("a")
f = Function("f")
h = tanh(W @ x)
SIZES = {"n": 2, "k": 3, "m": 4}

EQUAL = [
    ((A @ B).T, B.T @ A.T),
    (inner(G, A @ B), inner(G @ B.T, A)),
    (diag(1 - h**2) @ y, y - h * h * y),
    (f(W @ (x + y)), f(W @ y + W @ x)),
    (exp(x) / total(exp(x)), exp(x) * (a / (a * total(exp(x))))),
    (exp(x + 2) * exp(x), exp(x + 1) ** 2),
    ((x + a) ** 3, x**3 + 3 * a * x**2 + 3 * a**2 * x + a**3),
]


@pytest.mark.parametrize(("left", "right"), EQUAL, ids=str)
def test_equal_formulas_have_no_differing_entry(left: Formula, right: Formula) -> None:
    assert differing_entries(left, right, **SIZES) == {}


EVERY = {(row, col) for row in range(2) for col in range(2)}
WRONG = [
    (W, W.T, {(0, 1), (1, 0)}),
    (diag(x) @ W, W @ diag(x), {(0, 1), (1, 0)}),
    (W @ W, W * W, EVERY),
    (outer(x, y), outer(y, x), {(0, 1), (1, 0)}),
    (W, W + diag(x), {(0, 0), (1, 1)}),
    (tanh(W), -tanh(W), EVERY),
    (f(W), f.prime(W), EVERY),
    (1 / (W + 1), 1 / (W - 1), EVERY),
    (1 - h**2, 1 + h**2, {(0, 0), (1, 0)}),
]


@pytest.mark.parametrize(("left", "right", "entries"), WRONG, ids=str)
def test_a_wrong_formula_shows_exactly_its_wrong_entries(
    left: Formula, right: Formula, entries: set[tuple[int, int]]
) -> None:
    found = differing_entries(left, right, **SIZES)
    assert set(found) == entries
    assert all(gap != 0 for gap in found.values())


def test_the_gap_is_left_minus_right() -> None:
    assert differing_entries(3 * a, a) == {(0, 0): 2 * explicit(a)[0]}


def test_the_explicit_gradient_is_the_matrix_of_partial_derivatives() -> None:
    right = explicit_gradient(inner(G, A @ B), A, **SIZES)
    assert right == explicit(G @ B.T, **SIZES)
    assert right != explicit(A, **SIZES)
    assert right == explicit(grad(inner(G, A @ B), A), **SIZES)


def test_symbols_that_differ_only_in_case_are_not_taken_for_one() -> None:
    with pytest.raises(ValueError, match="would stand in A and in a"):
        differing_entries(A, matrix("a", n, k), **SIZES)


def test_formulas_of_two_shapes_are_not_compared() -> None:
    with pytest.raises(ShapeError, match="A is n×k, B is k×m"):
        differing_entries(A, B, **SIZES)
