"""Formulas: their shapes, what does not conform, what is refused, how they print."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from bptt.kernel import (
    Formula,
    Function,
    Index,
    ShapeError,
    Size,
    by_entry,
    decide,
    delta,
    diag,
    exp,
    extent,
    eye,
    horizon,
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
    step,
    sum_over,
    tanh,
    total,
    vector,
)
from bptt.kernel.language.formula import (
    DEEPEST,
    Add,
    Apply,
    Derivative,
    Diag,
    Entry,
    Identity,
    Inner,
    MatMul,
    Number,
    Ones,
    Power,
    Symbol,
    Times,
    TooDeep,
    Transpose,
    free_indices,
    is_zero,
    sorted_indices,
    walk,
)

n, m, k = sizes("n m k")
A, B, G, W = matrix("A", n, k), matrix("B", k, m), matrix("G", n, m), matrix("W", n, n)
C = named("C", A @ B)
h, g, x, g_o, gamma = vector("h", n), vector("g", n), vector("x", k), vector("g_o", n), vector("gamma", n)
a, b = scalar("a"), scalar("b")
i, p = indices("i p", n)
j, s = Index("j", m), Index("s", k)
f = Function("f")
hat = named("p", exp(h), "\\hat y")
timed = named("p", exp(h), "\\hat y^{(t)}")
slope = named("slope", a, "\\frac{\\partial a}{\\partial b}")
grad = named("by_W", W, "\\frac{\\partial C}{\\partial W}")

SHAPES = [
    (A @ B, (n, m)),
    (A.T, (k, n)),
    (A @ B + G, (n, m)),
    (a * A, (n, k)),
    (A + 1, (n, k)),
    (h.T @ g, (1, 1)),
    (outer(h, x), (n, k)),
    (diag(h) @ W, (n, n)),
    (inner(G, C), (1, 1)),
    (total(G), (1, 1)),
    (C[i, j], (1, 1)),
    (h[i], (1, 1)),
    (a[()], (1, 1)),
    (by_entry(i, None, h[i]), (n, 1)),
    (by_entry(None, i, h[i]), (1, n)),
    (sum_over(i, h[i] * W), (n, n)),
    (tanh(G), (n, m)),
    (ones(n), (n, 1)),
    (eye(n), (n, n)),
    (eye(1), (1, 1)),
    (delta(i, p), (1, 1)),
    (extent(n), (1, 1)),
]


@pytest.mark.parametrize(("node", "shape"), SHAPES, ids=lambda item: str(item))
def test_every_formula_has_the_shape_that_numpy_would_give_it(node: Formula, shape: Any) -> None:
    assert node.shape == shape


MISFITS: list[tuple[Callable[[], object], str]] = [
    (lambda: A @ G, "A @ G: A is n×k, G is n×m, and k is not n"),
    (lambda: A @ B @ A, "B @ A: B is k×m, A is n×k, and m is not n"),
    (lambda: (A + A) @ G, "(A + A) @ G: A + A is n×k, G is n×m, and k is not n"),
    (lambda: h @ g, "h @ g: h is n×1, g is n×1, and 1 is not n"),
    (lambda: A + G, "A + G: A is n×k, G is n×m"),
    (lambda: a + A + G, "A + G: A is n×k, G is n×m"),
    (lambda: A * B, "A * B: A is n×k, B is k×m"),
    (lambda: h + h.T, "h + h.T: h is n×1, h.T is 1×n"),
    (lambda: W * h, "W * h: W is n×n, h is n×1"),
    (lambda: inner(A, B), "inner(A, B): A is n×k, B is k×m"),
    (lambda: diag(A), "diag(A): expected a column vector, got n×k"),
    (lambda: outer(A, h), "A @ h.T: A is n×k, h.T is 1×n, and k is not 1"),
    (lambda: A[s, i], "an entry of A, n×k: n does not go with s, which runs over k"),
    (lambda: h[j], "an entry of h, n×1: n does not go with j, which runs over m"),
    (lambda: delta(i, j), "eye(n), n×n: n does not go with j, which runs over m"),
    (lambda: by_entry(i, None, h), "the entry h must be a scalar, got n×1"),
    (lambda: Entry(A, i, None), "an entry of A, n×k: k does not go with no index"),
]


@pytest.mark.parametrize(("make", "message"), MISFITS, ids=lambda item: item if type(item) is str else "")
def test_what_does_not_conform_names_both_factors_and_both_shapes(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ShapeError) as caught:
        make()
    assert message in str(caught.value)


def nested(times: int) -> Formula:
    node = a
    for _ in range(times):
        node = f(node)
    return node


def test_what_binds_an_index_leaves_it_not_free() -> None:
    assert free_indices(by_entry(i, None, C[i, j])) == {j}
    assert free_indices(sum_over(j, C[i, j])) == {i}


def test_a_node_is_made_again_over_other_parts() -> None:
    q = named("q", a)
    assert q.with_args(a) is q
    assert str(by_entry(i, None, h[i]).with_args(2 * h[i])) == str(by_entry(i, None, 2 * h[i]))
    moved = Derivative("differential", a, [b], Number(1), [a]).renamed(lambda part: b if part is a else part)
    assert str(moved) == "differential(b, {b: b})"
    assert str(Derivative("diff", a, [b], a).renamed(lambda part: b if part is a else part)) == "diff(b, b)"


def test_zero_is_written_as_0_times_ones() -> None:
    assert is_zero(Times(Number(0), ones(n, n)))
    assert not is_zero(Times(Number(0), ones(n, n), W))


def test_free_indices_come_the_oldest_first() -> None:
    assert sorted_indices(C[i, j] * h[p]) == sorted([i, j, p], key=lambda index: index.serial)


def test_a_formula_is_as_deep_as_its_deepest_part() -> None:
    deepest = nested(DEEPEST - 1)
    assert deepest.depth == DEEPEST
    with pytest.raises(TooDeep):
        b + deepest
    assert Number(10**300 - 1).with_args().depth == 1


REFUSED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: A + 0.5, TypeError, "got float 0.5"),
    (lambda: 0.5 * A, TypeError, "got float 0.5"),
    (lambda: A * True, TypeError, "got bool True"),
    (lambda: A @ "B", TypeError, "got str 'B'"),
    (lambda: f("x"), TypeError, "got str 'x'"),
    (lambda: A + np.ones((2, 2)), TypeError, "got ndarray"),
    (lambda: np.ones((2, 2)) @ A, TypeError, "got ndarray"),
    (lambda: np.float64(2) * A, TypeError, "got float64"),
    (lambda: A**0.5, TypeError, "exponent: expected an int"),
    (lambda: Derivative("slope", a, [b], a), ValueError, "kind: expected diff, grad,"),
    (lambda: ones(2), TypeError, "rows: expected a Size or the literal 1, got 2"),
    (lambda: ones(n, 0), TypeError, "cols: expected a Size or the literal 1, got 0"),
    (lambda: by_entry(step("t", horizon("T")), None, a), TypeError, "by_entry: expected an Index"),
    (lambda: Number(10**300), ValueError, "value: expected a number of at most 300 digits"),
    (lambda: nested(DEEPEST), TooDeep, "a formula nested 101 deep: expected at most 100"),
    (lambda: A**True, TypeError, "exponent: expected an int"),
    (lambda: A[i], IndexError, "takes 2 indices, got 1"),
    (lambda: h[i, p], IndexError, "takes 1 indices, got 2"),
    (lambda: A[0, 0], TypeError, "takes an Index with a declared range, got 0"),
    (lambda: A["i", "s"], TypeError, "takes an Index with a declared range, got 'i'"),
    (lambda: sum(A), TypeError, "not iterable"),
    (lambda: list(h), TypeError, "not iterable"),
    (lambda: Index("i", 3), TypeError, "the range of index i must be a Size, got 3"),
    (lambda: sum_over("i", a), TypeError, "index: expected an Index"),
    (lambda: by_entry("i", None, a), TypeError, "expected an Index"),
    (lambda: by_entry(i, i, h[i]), ValueError, "rows and columns cannot both run with i"),
    (lambda: matrix("A", 2, n), TypeError, "rows: expected a Size or the literal 1, got 2"),
    (lambda: matrix("A", n, 1.0), TypeError, "cols: expected a Size or the literal 1, got 1.0"),
    (lambda: vector("h", True), TypeError, "rows: expected a Size or the literal 1, got True"),
    (lambda: eye(3), TypeError, "size: expected a Size or the literal 1, got 3"),
    (lambda: extent(1), TypeError, "size: expected a Size, got 1"),
    (lambda: scalar("2 + 2"), ValueError, "expected Latin letters and digits such as 'n1', got '2 + 2'"),
    (lambda: scalar(3), ValueError, "expected Latin letters and digits such as 'n1', got 3"),
    (lambda: Size("n m"), ValueError, "expected Latin letters"),
    (lambda: Index("", n), ValueError, "expected Latin letters"),
    (lambda: Function("f'"), ValueError, "expected Latin letters"),
]


@pytest.mark.parametrize(("make", "error", "message"), REFUSED)
def test_what_is_no_exact_formula_is_refused(
    make: Callable[[], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        make()
    assert message in str(caught.value)


SET_OTHERWISE = {
    "nothing": "_",
    "an index of what stands before it": "_x",  # a * _x as a_x
    "an index of an index": "x__y",
    "a square": "x²",
    "a transpose": "Wᵀ",
    "a letter of another alphabet": "\u0430",
}


@pytest.mark.parametrize("read", SET_OTHERWISE)
def test_a_name_is_no_word_that_is_read_as_something_else(read: str) -> None:
    with pytest.raises(ValueError, match="expected Latin letters"):
        scalar(SET_OTHERWISE[read])


def test_operators_work_from_both_sides_with_exact_numbers() -> None:
    texts = [str(node) for node in (2 + a, 2 - a, 2 * a, 2 / a, a / 2, a - 2, Fraction(1, 2) * a)]
    assert texts == ["2 + a", "2 - a", "2 * a", "2 / a", "a / 2", "a - 2", "(1/2) * a"]


def test_indices_are_the_same_only_if_they_are_the_same_object() -> None:
    first, second = Index("i", n), Index("i", n)
    assert first != second
    assert first.fresh() != first
    assert Size("n") == n != m


PRINTED = [
    (A @ B, "A @ B", r"A\,B"),
    (A @ B + G, "A @ B + G", r"A\,B + G"),
    (G - A @ B, "G - A @ B", r"G - A\,B"),
    (-A @ B, "(-A) @ B", r"-A\,B"),
    (-(A @ B), "-A @ B", r"-A\,B"),
    (G - (C - G), "G - (C - G)", r"G - \left(C - G\right)"),
    (W @ -h, "W @ (-h)", r"W\,\left(-h\right)"),
    (-(h + g), "-(h + g)", r"-\left(h + g\right)"),
    (-(a + b), "-(a + b)", r"-\left(a + b\right)"),
    (a - b, "a - b", "a - b"),
    (a - 2 * b, "a - 2 * b", r"a - 2\,b"),
    (a - -b, "a - (-1) * b", "a + b"),
    (b * 2, "b * 2", r"2\,b"),
    (b * -a, "b * (-1) * a", r"-b\,a"),
    (a * (h + g), "a * (h + g)", r"a\,\left(h + g\right)"),
    ((W @ h) * a, "(W @ h) * a", r"a\,W\,h"),
    ((2 * W) @ h, "(2 * W) @ h", r"2\,W\,h"),
    ((h * g) @ x.T, "(h * g) @ x.T", r"\left(h \odot g\right)\,x^{\top}"),
    (W @ (h + g), "W @ (h + g)", r"W\,\left(h + g\right)"),
    ((W @ h) * g, "(W @ h) * g", r"\left(W\,h\right) \odot g"),
    (h * g, "h * g", r"h \odot g"),
    (h**2, "h**2", r"h^{\odot 2}"),
    (a**2, "a**2", "a^{2}"),
    ((-a) ** 2, "(-a)**2", r"\left(-a\right)^{2}"),
    ((a / b) ** 2, "(a / b)**2", r"\left(\frac{a}{b}\right)^{2}"),
    ((1 / a) ** 2, "(1 / a)**2", r"\left(\frac{1}{a}\right)^{2}"),
    (1 - tanh(a) ** 2, "1 - tanh(a)**2", r"1 - \tanh^{2}\left(a\right)"),
    (tanh(h) ** 2, "tanh(h)**2", r"\tanh^{\odot 2}\left(h\right)"),
    (tanh(a) ** -1, "tanh(a)**-1", r"\frac{1}{\tanh\left(a\right)}"),
    (W.T @ diag(1 - h**2) @ g, None, r"W^{\top}\,\operatorname{diag}\left(1 - h^{\odot 2}\right)\,g"),
    ((A @ B).T, "(A @ B).T", r"\left(A\,B\right)^{\top}"),
    (outer(h, g), "h @ g.T", r"h\,g^{\top}"),
    (h / a, "h / a", r"\frac{h}{a}"),
    ((h + g) / a, "(h + g) / a", r"\frac{h + g}{a}"),
    (h / (a + b), "h / (a + b)", r"\frac{h}{a + b}"),
    (-a / 2, "-a / 2", r"-\frac{a}{2}"),
    (-(h / g), "-h / g", r"-h \odot g^{\odot -1}"),
    (a / b**2, "a / b**2", r"\frac{a}{b^{2}}"),
    (a * b**-2, "a / b**2", r"\frac{a}{b^{2}}"),
    (a * b**0, "a * b**0", r"a\,b^{0}"),
    (a[()], "a", "a"),
    (Fraction(-1, 2) * a, "-(1/2) * a", r"-\tfrac{1}{2}\,a"),
    (exp(a) / (exp(a) + 1), None, r"\frac{\exp\left(a\right)}{\exp\left(a\right) + 1}"),
    (A[i, s], "A[i, s]", "a_{is}"),
    (C[i, j], "C[i, j]", "c_{ij}"),
    ((A @ B)[i, j], "(A @ B)[i, j]", r"\left[A\,B\right]_{ij}"),
    (h[i], "h[i]", "h_{i}"),
    (g_o[i], "g_o[i]", r"\left[g_{o}\right]_{i}"),
    (gamma[i], "gamma[i]", r"\gamma_{i}"),
    (hat[i], "p[i]", r"{\hat y}_{i}"),
    (timed[i], "p[i]", r"\hat y_{i}^{(t)}"),
    (timed[i] ** 2, "p[i]**2", r"(\hat y_{i}^{(t)})^{2}"),
    (delta(i, p), "delta(i, p)", r"\delta_{ip}"),
    (sum_over(s, A[i, s] * B[s, j]), "sum_over(s, A[i, s] * B[s, j])", r"\sum_{s} a_{is}\,b_{sj}"),
    (sum_over(i, h[i] + g[i]), "sum_over(i, h[i] + g[i])", r"\sum_{i} \left(h_{i} + g_{i}\right)"),
    (sum_over(i, -h[i]), "sum_over(i, -h[i])", r"\sum_{i} \left(-h_{i}\right)"),
    (a * sum_over(i, h[i]), "a * sum_over(i, h[i])", r"a\,\sum_{i} h_{i}"),
    (sum_over(i, h[i]) * a, "sum_over(i, h[i]) * a", r"\left(\sum_{i} h_{i}\right)\,a"),
    (by_entry(i, j, C[i, j]), "by_entry(i, j, C[i, j])", r"\left[c_{ij}\right]_{ij}"),
    (by_entry(None, None, a), "by_entry(None, None, a)", "a"),
    (inner(G, C), "inner(G, C)", r"\left\langle G,\, C \right\rangle"),
    (ones(n, m), "ones(n, m)", r"\mathbf{1}_{n \times m}"),
    (ones(n), "ones(n, 1)", r"\mathbf{1}_{n}"),
    (eye(n), "eye(n)", "I_{n}"),
    (f.prime(W @ h), "f'(W @ h)", r"f'\left(W\,h\right)"),
    (f(a) ** 2, "f(a)**2", r"f\left(a\right)^{2}"),
    (log(a), "log(a)", r"\log\left(a\right)"),
    (extent(n) * a, "n * a", r"n\,a"),
    (slope**2, "slope**2", r"\left(\frac{\partial a}{\partial b}\right)^{2}"),
    (grad.T, "by_W.T", r"\left(\frac{\partial C}{\partial W}\right)^{\top}"),
]


@pytest.mark.parametrize(("node", "text", "tex"), PRINTED, ids=lambda item: str(item))
def test_a_formula_prints_as_code_and_as_a_textbook_sets_it(
    node: Formula, text: str | None, tex: str
) -> None:
    assert text is None or str(node) == text
    assert latex(node) == tex


def test_shapes_stand_under_matrices_and_not_under_scalars() -> None:
    shown = latex(a * A @ B.T.T + tanh(G), shapes=True)
    assert r"\underset{n \times k}{A}" in shown
    assert r"\underset{n \times m}{G}" in shown
    assert "{a}" not in shown
    assert latex(W.T @ h, shapes=True) == (r"\underset{n \times n}{W^{\top}}\;\underset{n}{h}")


def test_a_shape_stands_under_a_power_and_not_between_it_and_its_exponent() -> None:
    assert latex(1 - timed**2, shapes=True) == r"1 - \underset{n}{\left(\hat y^{(t)}\right)^{\odot 2}}"
    assert latex(a**2 * h, shapes=True) == r"a^{2}\,\underset{n}{h}"
    assert latex((1 - h) ** -1, shapes=True) == r"\left(1 - \underset{n}{h}\right)^{\odot -1}"


def test_the_text_of_a_formula_reads_back_as_the_same_formula() -> None:
    names = {
        "A": A,
        "B": B,
        "G": G,
        "W": W,
        "h": h,
        "g": g,
        "a": a,
        "b": b,
        "x": x,
        "tanh": tanh,
        "diag": diag,
    }
    names |= {"C": C, "exp": exp, "log": log, "inner": inner, "eye": eye, "ones": ones, "n": n, "m": m}
    typed = (Symbol, Add, Times, MatMul, Transpose, Power, Number, Apply, Diag, Inner, Ones, Identity)
    read = 0
    for node, _, _ in PRINTED:
        parts = walk(node)
        unread = [part for part in parts if not isinstance(part, typed)]
        unread += [part for part in parts if isinstance(part, Apply) and str(part.function) not in names]
        if not unread and "1/2" not in str(node):  # which Python reads as a float
            decide(eval(str(node), {}, names), node)
            read += 1
    assert read > 25


SIGNS = r"""
    x \sigma L' s_{-1} y_t J_{\mathrm{llk}} L^{(t)} J^{(t)}_{\mathrm{mse}} L^{(<t)} \bar\,q {s_0}_{f=\tanh}
    \hat{y}^{(t)} \mathrm{d}L \mathrm{d}\tilde{L} \mathrm{d}^{+}h^{(t)} \mathrm{loss} \mathbf{1}_{y}
    \frac{\partial\tilde{L}}{\partial\,W^{(s)}} \nabla_{o^{(t)}}L {\frac{\partial\,L}{\partial\,W}}_{f=\tanh}
    \operatorname{sig}(z) \tanh'(a^{(T)}) [y\ne\,j] [y=j] \{h^{(s)}\} f'' \delta \delta^{(t)} {\delta}
    h^{(a{b})} α \hat\,α h_α h_{α} \mathrm{größe} \mathrm{d} {\mathrm{d}} \mathrm{d}α
"""
READ_OTHERWISE = r"""
    V\,W VW V{W} {VW} {V}W {\hat\,y}V \mathrm{V}W \hat{y}V \mathrm{d}LV V\;W V~W \operatorname{f}(a)b
    W^{(t)V} V+W V\odot\,W -a 2 u^2 u^{2} W^\top W^{\top} W^{-1} \frac{a}{b} \frac{\partial\,a}{b}
    \frac{\partial\,ab}{\partial\,W} \sum_{s<t}L^{(s)} (L+L) (L) [VW] \{VW\} \langle\,a,b\rangle \tanh(a)
    \tanh \exp(a) f(x) \operatorname{diag}(x) \operatorname{softmax}(x) \mathrm{V+W} I I_n \mathrm{2}
    \mathbf{2}_{y} \mathbf{1} \delta_{ij} \delta_i {} \hat a_ a^ \frac{\partial\,L}{\partial\,W a=b
    \hat+ h_{ab h^( {a] W\ \
"""


@pytest.mark.parametrize("tex", SIGNS.split())
def test_a_name_is_set_as_one_sign(tex: str) -> None:
    tex = tex.replace("\\,", " ")
    assert latex(named("q", a, tex)) == tex


@pytest.mark.parametrize("tex", ["", *READ_OTHERWISE.split()])
def test_a_name_is_not_set_as_what_is_read_as_something_else(tex: str) -> None:
    with pytest.raises(ValueError, match="expected one sign"):
        named("q", a, tex)
