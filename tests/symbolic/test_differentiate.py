"""Derivatives: SymPy's, guarded, and three other opinions on them."""

from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy as sp

from bptt.kernel import (
    Formula,
    Function,
    Index,
    Place,
    ShapeError,
    delta,
    diag,
    evaluate,
    exp,
    eye,
    indices,
    inner,
    latex,
    log,
    matrix,
    named,
    ones,
    outer,
    scalar,
    sizes,
    sum_over,
    tanh,
    total,
    vector,
)
from bptt.kernel.language.wellformed import sizes_of, symbols_of
from bptt.kernel.run.points import point
from bptt.symbolic import (
    Captured,
    OutsideTheLanguage,
    derivative,
    diff,
    differing_entries,
    entry,
    explicit,
    explicit_gradient,
    grad,
    prove,
)
from bptt.symbolic.ring import is_zero

n, m, k = sizes("n m k")
A, B, G, W, U = matrix("A", n, k), matrix("B", k, m), matrix("G", n, m), matrix("W", n, n), matrix("U", n, k)
C = named("C", A @ B)
x, y, u = vector("x", n), vector("y", n), vector("u", k)
a, b = scalar("a"), scalar("b")
p, q, r = indices("p q r", n)
j, s = Index("j", m), Index("s", k)
f = Function("f")
h = tanh(W @ x)
softmax = exp(x) / total(exp(x))


def test_a_gradient_prints_as_one_and_a_wrong_one_is_not_proved() -> None:
    gradient = grad(inner(G, C), A)
    assert str(gradient) == "grad(inner(G, C), A)"
    assert gradient._repr_latex_().startswith(r"$\displaystyle \frac{\partial \left\langle G,\, C")
    with pytest.raises(Exception, match="is not"):
        prove(gradient, G @ B.T * 2)


def test_a_sum_or_product_is_differentiated_as_a_whole() -> None:
    assert latex(diff(-a + log(b), a)) == r"\frac{\partial \left(-a + \log\left(b\right)\right)}{\partial a}"
    assert latex(diff(a * b, a)) == r"\frac{\partial \left(a\,b\right)}{\partial a}"
    assert latex(diff(C[p, j], A[p, s])) == r"\frac{\partial c_{pj}}{\partial a_{ps}}"


def test_a_bound_index_as_variable_is_caught_where_sympy_is_silently_wrong() -> None:
    """The derivative of x1 + x2 by any one of them is 1; SymPy says n, without a word."""
    bound = sp.Dummy("i", integer=True)
    size = sp.Symbol("n", integer=True, positive=True)
    vector_ = sp.MatrixSymbol("x", size, 1)
    everything = sp.Sum(vector_[bound, 0], (bound, 0, size - 1))
    unguarded = sp.diff(everything, vector_[bound, 0]).doit()
    assert unguarded == size, "SymPy has learnt it: the guard may go"
    with pytest.raises(Captured, match=r"x\[_i, 0\]: _i is the name of a bound index"):
        derivative(everything, vector_[bound, 0])
    fresh = sp.Dummy("i", integer=True)
    assert derivative(everything, vector_[fresh, 0]) == sp.Sum(
        sp.KroneckerDelta(bound, fresh, (0, size - 1)), (bound, 0, size - 1)
    )


def test_the_guard_also_looks_into_nested_sums_and_functions() -> None:
    row, col = sp.Dummy("p", integer=True), sp.Dummy("q", integer=True)
    value = entry(total(f(W @ x)))
    weights = entry(W, row, col)
    derivative(value, weights)
    for limits in {item.limits for item in value.atoms(sp.Sum)}:
        with pytest.raises(Captured):
            derivative(value, weights.subs(row, limits[0][0]))


def test_a_derivative_that_sympy_leaves_undone_is_outside_the_language() -> None:
    unknown, at = sp.Function("u"), sp.Symbol("a")
    with pytest.raises(OutsideTheLanguage, match="left a derivative undone"):
        derivative(unknown(at), at)


REFUSED: list[tuple[object, tuple[Formula, Formula], type[Exception], str]] = [
    (grad, (x, W), ShapeError, "y: a gradient is taken of a scalar, got x, which is n×1"),
    (grad, (inner(x, y), W), ValueError, "x: W does not occur in inner(x, y)"),
    (grad, (total(x + y), x + y), TypeError, "x: expected a symbol, a named formula"),
    (grad, (total(x), x.T), TypeError, "x: expected a symbol, a named formula"),
    (diff, (x, a), ShapeError, "y: expected a scalar or one entry, got x, which is n×1"),
    (diff, (a, x), ShapeError, "x: expected a scalar or one entry, got x, which is n×1"),
    (diff, (a, b), ValueError, "x: b does not occur in a"),
    (diff, (a * b, a * b), TypeError, "x: expected a symbol, a named formula"),
    (diff, (sum_over(p, x[p]), x[p]), ValueError, "'p' is bound in sum_over(p, x[p])"),
    (grad, (inner(C, matrix("C", n, m)), C), ValueError, "'C' is"),
]


@pytest.mark.parametrize(("take", "given", "error", "message"), REFUSED)
def test_what_cannot_be_differentiated_is_named(
    take: object, given: tuple[Formula, Formula], error: type[Exception], message: str
) -> None:
    assert callable(take)
    with pytest.raises(error) as caught:
        take(*given)
    assert message in str(caught.value)


# A scalar, the variable, and the gradient as a textbook has it.
GRADIENTS = {
    "product, left": (inner(G, A @ B), A, G @ B.T),
    "product, right": (inner(G, A @ B), B, A.T @ G),
    "sum of a product": (total(A @ B), A, ones(n, m) @ B.T),
    "trace": (inner(eye(n), W), W, eye(n)),
    "quadratic form": (x.T @ W @ x, x, (W + W.T) @ x),
    "square": (inner(A, A) / 2, A, A),
    "scalar": (a * inner(x, x), a, inner(x, x)),
    "diag": (inner(y, diag(x) @ W @ y), x, y * (W @ y)),
    "tanh": (inner(y, h), W, outer(y * (1 - h**2), x)),
    "tanh, inner": (inner(y, h), x, W.T @ diag(1 - h**2) @ y),
    "exp": (total(exp(W @ x)), x, W.T @ exp(W @ x)),
    "log": (log(total(exp(x))), x, softmax),
    "log of squares": (total(log(x**2 + 1)), x, 2 * x / (x**2 + 1)),
    "unknown f": (inner(y, f(W @ x)), W, outer(y * f.prime(W @ x), x)),
    "f in f": (total(f(f(x))), x, f.prime(f(x)) * f.prime(x)),
    "one matrix twice": (
        total(tanh(W @ h)),
        W,
        outer(1 - tanh(W @ h) ** 2, h) + outer(W.T @ (1 - tanh(W @ h) ** 2) * (1 - h**2), x),
    ),
    "reciprocal": (total(1 / x), x, -(x**-2)),
    "through an entry": (sum_over(p, x[p] ** 3), x, 3 * x**2),
    "exp of two": (exp(a) * exp(b), a, exp(a) * exp(b)),
}


@pytest.mark.parametrize("case", GRADIENTS, ids=str)
def test_the_gradient_is_the_textbooks_for_all_sizes(case: str) -> None:
    scalar_, variable, expected = GRADIENTS[case]
    assert grad(scalar_, variable).shape == variable.shape
    prove(grad(scalar_, variable), expected)


@pytest.mark.parametrize("case", GRADIENTS, ids=str)
def test_the_written_out_derivative_agrees_at_unequal_sizes(case: str) -> None:
    """By SymPy at explicit sizes, without the symbolic sums and without the kernel."""
    scalar_, variable, expected = GRADIENTS[case]
    concrete = {size.name: value for size, value in zip(sizes_of(scalar_), (2, 3, 4), strict=False)}
    assert differing_entries(grad(scalar_, variable), expected, **concrete) == {}
    derived = explicit_gradient(scalar_, variable, **concrete)
    assert all(is_zero(gap) for gap in derived - explicit(expected, **concrete))
    assert not all(is_zero(gap) for gap in derived + explicit(expected, **concrete))


@pytest.mark.parametrize("case", GRADIENTS, ids=str)
def test_the_gradient_is_the_slope_that_is_measured(case: str) -> None:
    """By central differences of the scalar's value, without SymPy and without any derivative rule."""
    scalar_, variable, _ = GRADIENTS[case]
    names = [size.name for size in sizes_of(scalar_)]
    concrete = dict(zip(names, (2, 3, 4), strict=False))
    values = point(symbols_of(scalar_), concrete)
    slopes = evaluate(grad(scalar_, variable), Place(concrete, values))
    step = Fraction(1, 10**5)
    for row, slopes_of_row in enumerate(slopes):
        for col, slope in enumerate(map(float, slopes_of_row)):
            ends = []
            for end in (step, -step):
                moved = [list(line) for line in values[variable.name]]
                moved[row][col] += end
                ends.append(evaluate(scalar_, Place(concrete, {**values, variable.name: moved}))[0][0])
            measured = (float(ends[0]) - float(ends[1])) / float(2 * step)
            assert abs(measured - slope) < 1e-6 * (1 + abs(slope)), (row, col)


DERIVATIVES: dict[str, Callable[[], tuple[Formula, Formula]]] = {
    "entry of a product by an entry": lambda: (diff(C[p, j], A[q, s]), delta(p, q) * B[s, j]),
    "the same row": lambda: (diff((A @ B)[p, j], A[p, s]), B[s, j]),
    "entry by itself": lambda: (diff(x[p] ** 2, x[p]), 2 * x[p]),
    "entry by another": lambda: (diff(x[p], x[q]), delta(p, q)),
    "with a delta of the same index": lambda: (diff(delta(p, q) * x[p], x[q]), delta(p, q)),
    "softmax": lambda: (diff(softmax[p], x[q]), softmax[p] * (delta(p, q) - softmax[q])),
    "quotient of exps": lambda: (diff(exp(a) / exp(b), b), -exp(a - b)),
    "a name as variable": lambda: (diff(inner(G, C), C[p, j]), G[p, j]),
    "a name opened": lambda: (diff(inner(G, C), A[p, s]), sum_over(j, G[p, j] * B[s, j])),
    "second derivative": lambda: (diff(diff(f(a), a), a), f.prime.prime(a)),
}


@pytest.mark.parametrize("case", DERIVATIVES, ids=str)
def test_the_derivative_by_an_entry_is_proved_for_all_sizes(case: str) -> None:
    prove(*DERIVATIVES[case]())
