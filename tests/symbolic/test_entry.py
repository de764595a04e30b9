"""Formulas written out in SymPy, and read back."""

import pytest
import sympy as sp

from bptt.kernel import (
    Formula,
    Function,
    Index,
    Place,
    by_entry,
    decide,
    delta,
    diag,
    evaluate,
    exp,
    extent,
    eye,
    horizon,
    indices,
    inner,
    log,
    matrix,
    named,
    ones,
    product_over,
    scalar,
    series,
    sizes,
    step,
    sum_over,
    tanh,
    vector,
)
from bptt.kernel.language.wellformed import sizes_of, symbols_of
from bptt.kernel.run.points import point
from bptt.symbolic import OutsideTheLanguage, entry, explicit
from bptt.symbolic.entry import Reader
from bptt.symbolic.explicit import written_out

n, m, k = sizes("n m k")
A, B, W = matrix("A", n, k), matrix("B", k, m), matrix("W", n, n)
x, y, a = vector("x", n), vector("y", n), scalar("a")
i, j = indices("i j", n)
q = Index("q", m)
f = Function("f")
N = sp.Symbol("n", integer=True, positive=True)

WHOLE = [
    A @ B,
    B.T @ A.T,
    A + 1,
    a * A,
    A * A - A**2 / 3,
    diag(x) @ A,
    diag(x) + eye(n),
    (A @ B) * ones(n, m),
    by_entry(i, q, sum_over(j, W[i, j] * (A @ B)[j, q])),
    by_entry(None, i, x[i] * x[i]),
    sum_over(i, x[i] * W),
    named("C", A @ B) / (1 + inner(x, y) ** 2),
    extent(n) * ones(n) + W @ x,
    by_entry(i, j, delta(i, j) * x[i]),
]


@pytest.mark.parametrize("node", WHOLE, ids=str)
def test_a_written_out_formula_has_the_values_of_its_evaluation(node: Formula) -> None:
    concrete = {"n": 2, "m": 3, "k": 4}
    values = point(symbols_of(node), concrete)
    letters = {}
    for item in symbols_of(node):
        for symbol, value in zip(
            explicit(item, **concrete), [v for row in values[item.name] for v in row], strict=True
        ):
            letters[symbol] = sp.Rational(value.numerator, value.denominator)
    written = explicit(node, **concrete).subs(letters)
    expected = evaluate(node, Place(concrete, values))
    assert written.shape == (len(expected), len(expected[0]))
    assert [sp.Rational(v.numerator, v.denominator) for row in expected for v in row] == list(written)


def test_the_entries_of_a_matrix_are_named_as_on_paper() -> None:
    assert list(explicit(A, n=2, k=2)) == list(sp.symbols("a_11 a_12 a_21 a_22"))
    assert list(explicit(x, n=2)) == list(sp.symbols("x_1 x_2"))
    assert explicit(a)[0] == sp.Symbol("a")


def test_an_entry_is_one_of_a_matrix_of_the_symbols_shape() -> None:
    place = {i: sp.Dummy("i", integer=True)}
    assert entry(x[i], scope=place).parent == sp.MatrixSymbol("x", N, 1)
    assert entry(W[i, i], scope=place).parent == sp.MatrixSymbol("W", N, N)


def test_entries_of_large_matrices_have_names_of_their_own() -> None:
    assert len(set(explicit(W, n=12))) == 144


def test_two_symbols_whose_entries_would_be_written_alike_are_refused() -> None:
    with pytest.raises(ValueError, match="a_11 would stand in A and in a"):
        explicit(A + matrix("a", n, k), n=2, k=2)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"n": 2}, "k: this size is in the formula and was not given"),
        ({"n": 2, "k": 0}, "k: expected a size of at least 1, got 0"),
        ({"n": 2, "k": True}, "k: expected a size of at least 1, got True"),
        ({"n": 2, "k": 1.0}, "k: expected a size of at least 1, got 1.0"),
    ],
)
def test_sizes_that_are_none_are_named(given: dict[str, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        explicit(A, **given)


def test_a_free_index_has_no_explicit_form() -> None:
    with pytest.raises(ValueError, match="without free indices, got i"):
        explicit(x[i], n=2)


def test_a_product_over_time_is_written_out_with_the_latest_on_the_left() -> None:
    T, J = horizon("T"), series("J", n, n)
    running, none = step("j", T, 2, T), step("j", T, T + 1, T)
    nodes = product_over(running, J[running]), product_over(none, J[none]), J[T], J[2]
    whole, empty, latest, first = written_out(*nodes, sizes={"n": 2, "T": 3})
    assert whole == latest * first != first * latest
    assert empty == sp.eye(2)


BACK = [
    (A @ B)[i, q],
    (W @ diag(x))[i, j],
    tanh(W @ x)[i],
    inner(x, W @ y) ** 2,
    exp(x[i]) / sum_over(j, exp(x[j])),
    f.prime(f(a) * extent(n)),
    log(a) - a / 3,
    a * sum_over(i, delta(i, j) * x[i]),
]


@pytest.mark.parametrize("node", BACK, ids=str)
def test_what_goes_into_sympy_comes_back_as_an_equal_formula(node: Formula) -> None:
    scope = {index: sp.Dummy(index.name, integer=True) for index in (i, j, q)}
    inside = Reader(symbols_of(node), sizes_of(node), scope).read(entry(node, scope=scope))
    decide(inside, node)


def test_the_derivative_of_an_unknown_function_has_a_name_of_its_own() -> None:
    for function in (f, f.prime):
        derivative = sp.diff(entry(function(a)), sp.Symbol("a"))
        decide(Reader(symbols_of(a), (), {}).read(derivative), function.prime(a))


s, t = sp.Dummy("s", integer=True), sp.Dummy("t", integer=True)
X = sp.MatrixSymbol("x", N, 1)


@pytest.mark.parametrize(
    "expression",
    [
        sp.Sum(X[s, 0], (s, 1, N - 1)),
        sp.Sum(X[s, 0], (s, 0, N)),
        sp.Sum(X[t, 0], (s, 0, t)),
        X[s, 0],
        X[2, 0],
        sp.KroneckerDelta(s, t),
        sp.sqrt(sp.Symbol("a")),
        sp.pi,
        sp.Symbol("unknown"),
        sp.Piecewise((1, sp.Symbol("a") > 0), (0, True)),
        sp.atan2(sp.Symbol("a"), 1),
        sp.Derivative(sp.Function("u")(sp.Symbol("a")), sp.Symbol("a")),
    ],
    ids=str,
)
def test_what_the_formulas_cannot_say_is_outside_the_language(expression: sp.Expr) -> None:
    with pytest.raises(OutsideTheLanguage):
        Reader(symbols_of(x, a), (n,), {}).read(expression)
