"""Formulas as they are set: what binds how tightly, what stands below, and what moves in a derivative."""

from fractions import Fraction

import pytest

from bptt.kernel import (
    Formula,
    eye,
    horizon,
    indices,
    inner,
    latex,
    matrix,
    named,
    ones,
    scalar,
    series,
    sizes,
    step,
    sum_over,
    tanh,
    vector,
)
from bptt.kernel.language.formula import KINDS, Number
from bptt.kernel.language.latex import derivative, equation

n, m = sizes("n m")
t = step("t", horizon("T"))
i, j = indices("i j", n)
W, V, x = matrix("W", n, n), matrix("V", n, m), vector("x", m)
p, q = vector("p", n), vector("q", n)
a, b = scalar("a"), scalar("b")
h, g_o, gamma = series("h", n), series("g_o", n), series("gamma", n)
y, L = named("y", W @ p), named("L", inner(p, q))
slope = named("by_p", p, r"\frac{\partial L}{\partial p}")
below, hat = named("below", p, "J_{o}^{(t)}"), named("hat", p, r"\hat y")
half = Number(Fraction(1, 2))

SET = [
    *((scalar(word), word) for word in ("d", "x")),
    (scalar("dh"), r"\mathrm{d}h"),
    (scalar("dh_o"), r"\mathrm{d}h_{o}"),
    (scalar("ab"), r"\mathrm{ab}"),
    (scalar("dab"), r"\mathrm{dab}"),
    (a + Number(-1), "a - 1"),
    (a + Number(-2) * b, r"a - 2\,b"),
    (Number(-2) ** 2, r"\left(-2\right)^{2}"),
    (Number(2) ** 2, "2^{2}"),
    (half**2, r"\left(\tfrac{1}{2}\right)^{2}"),
    (a**-2, "a^{-2}"),
    ((a**2) ** 2, r"\left(a^{2}\right)^{2}"),
    (tanh(a) ** 1, r"\tanh^{1}\left(a\right)"),
    (tanh(a) ** 0, r"\tanh\left(a\right)^{0}"),
    (tanh(a) ** -2, r"\tanh\left(a\right)^{-2}"),
    (tanh(p) ** -1, r"\tanh\left(p\right)^{\odot -1}"),
    (hat**2, r"\hat y^{\odot 2}"),
    (a * b * p, r"a\,b\,p"),
    (a * b * (W @ p), r"a\,b\,W\,p"),
    (a * (p.T @ p) * q, r"a\,\left(p^{\top}\,p\right)\,q"),
    (a * (p.T @ p), r"a\,\left(p^{\top}\,p\right)"),
    (p * (W @ q), r"p \odot \left(W\,q\right)"),
    (a * (-W @ p), r"a\,\left(-W\,p\right)"),
    (W @ (p / a), r"W\,\frac{p}{a}"),
    (sum_over(i, p[i] * W) @ q, r"\left(\sum_{i} p_{i}\,W\right)\,q"),
    ((p * q * p) @ x.T, r"\left(p \odot q \odot p\right)\,x^{\top}"),
    (ones(n)[i], "1"),
    (gamma[t][i], r"\gamma_{i}^{(t)}"),
    (g_o[t][i], r"\left[g_{o}^{(t)}\right]_{i}"),
    (slope[i], r"\left[\frac{\partial L}{\partial p}\right]_{i}"),
    (below[i], r"{J_{o}^{(t)}}_{i}"),
]


@pytest.mark.parametrize(("node", "tex"), SET, ids=lambda item: str(item))
def test_a_formula_is_set(node: Formula, tex: str) -> None:
    assert latex(node) == tex


WITH_SHAPES = [
    (ones(n), r"\underset{n}{\mathbf{1}}"),
    (eye(n), r"\underset{n \times n}{I}"),
    ((a**2) ** 2, r"\left(a^{2}\right)^{2}"),
    (W.T**2, r"\left(\underset{n \times n}{W^{\top}}\right)^{\odot 2}"),
    (
        slope.T @ p,
        r"\underset{1 \times n}{\left(\frac{\partial L}{\partial p}\right)^{\top}}\;\underset{n}{p}",
    ),
]


@pytest.mark.parametrize(("node", "tex"), WITH_SHAPES, ids=lambda item: str(item))
def test_a_formula_is_set_with_its_shapes(node: Formula, tex: str) -> None:
    assert latex(node, shapes=True) == tex


def long(letters: int) -> Formula:
    """Declare a scalar of so long a name."""
    return scalar("x" * letters)


def set_long(letters: int) -> str:
    return rf"\mathrm{{{'x' * letters}}}"


# Each with its left side: 110 characters stand on one line.
EQUATIONS = [
    (p, q, "p = q"),
    (a, long(50) + long(56), f"a = {set_long(50)} + {set_long(56)}"),
    (long(60), long(51), f"{set_long(60)} \\\\\n&= {set_long(51)}"),
    (long(60), long(40) + long(40), f"{set_long(60)} \\\\\n&= {set_long(40)} + {set_long(40)}"),
    (a, long(50) + long(57), f"a \\\\\n&= {set_long(50)} + {set_long(57)}"),
    (a, long(50) + long(58), f"a \\\\\n&= {set_long(50)} \\\\\n&\\quad {{}} + {set_long(58)}"),
    (a, long(50) - long(58), f"a \\\\\n&= {set_long(50)} \\\\\n&\\quad -{set_long(58)}"),
    (a, long(60) * long(60), f"a \\\\\n&= {set_long(60)}\\,{set_long(60)}"),
]


@pytest.mark.parametrize(("left", "right", "tex"), EQUATIONS, ids=range(len(EQUATIONS)))
def test_an_equation_takes_the_lines_that_it_needs(left: Formula, right: Formula, tex: str) -> None:
    lines = f"\\begin{{aligned}}\n&{tex}\n\\end{{aligned}}" if "\n" in tex else tex
    assert equation(left, right) == lines


def test_an_equation_is_set_with_shapes_and_with_another_sign() -> None:
    assert equation(p, q, shapes=True, sign=r"\ne") == r"\underset{n}{p} \ne \underset{n}{q}"


dp, dq, one = vector("dp", n), vector("dq", n), Number(1)
DERIVATIVES = [
    *(((kind, L, (p,)), r"\frac{\partial L}{\partial p}") for kind in ("diff", "grad")),
    *(((kind, y, (p,)), r"\frac{\partial y}{\partial p}") for kind in ("diff", "grad", "jacobian")),
    (("immediate", y, (p,)), r"\frac{\partial^{+} y}{\partial p}"),
    (("immediate", L, (p,)), r"\frac{\partial^{+} L}{\partial p}"),
    (("jacobian", L, (p,)), r"\frac{\partial L}{\partial p^{\top}}"),
    (("jacobian", L, (a,)), r"\frac{\partial L}{\partial a}"),
    (("jacobian", W @ p, (p,)), r"\frac{\partial \left(W\,p\right)}{\partial p}"),
    (("jacobian", h[t], (h[t - 1],)), r"\frac{\partial h^{(t)}}{\partial h^{(t-1)}}"),
    (("differential", L, (p,), (dp,)), r"\mathrm{d}_{p} L"),
    (("differential", L, (p,), (q,)), r"\left.\mathrm{d}_{p} L\right|_{\mathrm{d}p = q}"),
    (
        ("differential", a * b, (a,), (one,)),
        r"\left.\mathrm{d}_{a} \left(a\,b\right)\right|_{\mathrm{d}a = 1}",
    ),
    (("differential", L, (p, q), (dp, dq)), r"\mathrm{d} L"),
    (("differential", inner(y, q), (p,), (dp,)), r"\mathrm{d}_{p} \left\langle y,\, q \right\rangle"),
    (
        ("differential", inner(y, W @ q), (p, q), (dp, dq)),
        r"\left.\mathrm{d} \left\langle y,\, W\,q \right\rangle\right|_{W}",
    ),
    (
        ("differential", inner(y, h[t]), (p, h[t]), (dp, q)),
        r"\left.\mathrm{d} \left\langle y,\, h^{(t)} \right\rangle\right|_{W, \mathrm{d}h^{(t)} = q}",
    ),
]


@pytest.mark.parametrize(
    ("parts", "tex"), DERIVATIVES, ids=[f"{parts[0]} {tex}" for parts, tex in DERIVATIVES]
)
def test_a_derivative_says_what_moves_and_what_is_held(parts: tuple, tex: str) -> None:
    assert parts[0] in KINDS
    assert derivative(*parts) == tex
