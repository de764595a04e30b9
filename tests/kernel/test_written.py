"""What was written: it reads as it was typed, and is a formula where it conforms, or names the clash."""

import pytest

from bptt.kernel import (
    Clash,
    ShapeError,
    Written,
    conforming,
    diag,
    horizon,
    latex,
    log,
    matrix,
    ones,
    scalar,
    series,
    sides_of,
    sizes,
    step,
    vector,
    written,
)
from bptt.kernel.language.structure import same
from bptt.kernel.language.written import AsLatex

n, m = sizes("n m")
T = horizon("T")
t = step("t", T)
W, V, A = matrix("W", n, n), matrix("V", m, n), matrix("A", n, m)
h, g, g_o, q = series("h", n), series("g", n), series("g_o", m), series("q", m)
p, a = vector("p", n), scalar("a")
slope = diag(1 - h[t + 1] ** 2)


def made(wrote):
    return sides_of(wrote) if wrote.kind == "=" else conforming(wrote)


CONFORMING = {
    "W.T @ slope @ g": (written(W.T) @ slope @ g[t + 1], W.T @ slope @ g[t + 1]),
    "products in their order": (written(W) @ (written(W.T) @ p), W @ (W.T @ p)),
    "a sum and a difference": (written(p) - g[t] + h[t] * 2, p - g[t] + h[t] * 2),
    "what is taken away": (written(p) - (written(g[t]) + h[t]), p - (g[t] + h[t])),
    "a transposed sum": ((written(W) + W.T).T @ p, (W + W.T).T @ p),
    "scaled": (-(written(a) * p), -(a * p)),
    "entry by entry": (written(p) * g[t] * h[t], p * g[t] * h[t]),
    "a diagonal": (Written("diag", written(W) @ p), diag(W @ p)),
    "a number": (written(2) * p, 2 * p),
}


@pytest.mark.parametrize("case", CONFORMING)
def test_what_conforms_is_the_formula(case):
    wrote, formula = CONFORMING[case]
    assert same(made(wrote), formula)
    assert conforming(formula) is formula


def test_an_equation_that_conforms_has_two_sides():
    left, right = made(Written("=", p, written(W) @ p))
    assert left is p
    assert same(right, W @ p)


# As it would be typed: what was written, and as it is set.
READ = {
    "W.T @ g[t] @ diag(1 - h[t+1]**2) + p": (
        written(W.T) @ g[t] @ slope + p,
        rf"W^{{\top}}\;g^{{(t)}}\;{latex(slope)} + p",
    ),
    "W @ (p @ p)": (written(W) @ (written(p) @ p), r"W\;\left(p\;p\right)"),
    "p + p + p": (written(p) + p + p, "p + p + p"),
    "p - p + p": (written(p) - p + p, "p - p + p"),
    "p + W @ p + p": (written(p + W @ p) + p, r"p + W\,p + p"),
    "p + (p + p)": (written(p) + (written(p) + p), r"p + \left(p + p\right)"),
    "(p + p) * p": ((written(p) + p) * p, r"\left(p + p\right) \odot p"),
    "p - (p - p)": (written(p) - (written(p) - p), r"p - \left(p - p\right)"),
    "-(-p)": (-written(-written(p)), r"-\left(-p\right)"),
    "-W @ p + p": (-(written(W) @ p) + p, r"-W\;p + p"),
    "p * (-p)": (written(p) * -written(p), r"p \odot \left(-p\right)"),
    "p @ (p * p)": (written(p) @ (written(p) * p), r"p\;\left(p \odot p\right)"),
    "(p * p) @ p": ((written(p) * p) @ p, r"\left(p \odot p\right)\;p"),
    "(W @ W) @ p": (written(W @ W) @ p, r"\left(W\,W\right)\;p"),
    "p * p * p": (written(p) * p * p, r"p \odot p \odot p"),
    "p * (p * p)": (written(p) * (written(p) * p), r"p \odot \left(p \odot p\right)"),
    "(W @ W) * W": ((written(W) @ W) * W, r"\left(W\;W\right) \odot W"),
    "a * p.T": (written(a) * p.T, r"a\,p^{\top}"),
    "p * a": (written(p) * a, r"p\,a"),
    "(p @ p).T": ((written(p) @ p).T, r"\left(p\;p\right)^{\top}"),
    "(W.T).T": (written(W).T.T, r"\left(W^{\top}\right)^{\top}"),
    "-(p + p)": (-(written(p) + p), r"-\left(p + p\right)"),
    "(W + W) @ (p + p)": (written(W + W) @ (p + p), r"\left(W + W\right)\;\left(p + p\right)"),
    "diag(p + p)": (Written("diag", written(p) + p), r"\operatorname{diag}\left(p + p\right)"),
    "p = p + p": (Written("=", p, written(p) + p), "p = p + p"),
    "p = -p": (Written("=", p, -written(p)), "p = -p"),
}


@pytest.mark.parametrize("typed", READ)
def test_it_reads_as_it_was_typed(typed):
    wrote, tex = READ[typed]
    assert str(wrote) == typed
    assert AsLatex(shapes=False).full(wrote) == tex


# What was written, the part that is marked, and the shapes of its parts.
CLASHES = {
    "S001-18, the diagonal behind the gradient": (
        Written("=", p, written(W.T) @ g[t + 1] @ slope + V.T @ g_o[t]),
        "W.T @ g[t+1] @ diag(1 - h[t+1]**2)",
        ["n × 1", "n × n"],
    ),
    "S004-36, the diagonal behind the gradient": (
        Written("=", p, written(V.T) @ g_o[T - 1] + written(W.T) @ g[T] @ diag(1 - h[T] ** 2)),
        "W.T @ g[T] @ diag(1 - h[T]**2)",
        ["n × 1", "n × n"],
    ),
    "a column times a column": (written(q[t]) @ log(g_o[t]), "q[t] @ log(g_o[t])", ["m × 1", "m × 1"]),
    "columns of two lengths": (written(p) * g_o[t] + p, "p * g_o[t]", ["n × 1", "m × 1"]),
    "a sum of two shapes": (written(W) + written(W) @ p, "W + W @ p", ["n × n", "n × 1"]),
    "the first of two": (
        (written(p) @ p) * (written(W) @ ones(m)),
        "p @ p",
        ["n × 1", "n × 1"],
    ),
    "two sides": (Written("=", A.T, written(W) @ A), "A.T = W @ A", ["m × n", "n × m"]),
    "a diagonal of a square": (Written("diag", written(W) @ W), "diag(W @ W)", ["n × n"]),
    "under a transpose": ((written(A) @ A).T @ p, "A @ A", ["n × m", "n × m"]),
}


@pytest.mark.parametrize("case", CLASHES)
def test_the_first_clash_is_named_and_marked(case):
    wrote, place, shapes = CLASHES[case]
    with pytest.raises(Clash) as caught:
        made(wrote)
    assert str(caught.value.at) == place
    tex = caught.value.latex(wrote)
    assert tex.count("\\boxed") == 1
    assert [part.split("}")[0] for part in tex.split("}_{")[1:] if "times" in part[:9]] == [
        shape.replace("×", "\\times") for shape in shapes
    ]


def test_the_mark_stands_around_the_clash_alone():
    wrote, *_ = CLASHES["S001-18, the diagonal behind the gradient"]
    with pytest.raises(Clash) as caught:
        made(wrote)
    diagonal = latex(slope)
    assert caught.value.latex(wrote) == (
        "\\underset{n}{p} = \\boxed{\\underbrace{W^{\\top}\\;g^{(t+1)}}_{n \\times 1}\\;"
        f"\\underbrace{{{diagonal}}}_{{n \\times n}}}}"
        " + \\underset{n \\times m}{V^{\\top}}\\;\\underset{m}{g_{o}^{(t)}}"
    )


def test_a_clash_says_what_the_formula_would_have_said():
    with pytest.raises(ShapeError) as plain:
        p @ p
    with pytest.raises(Clash) as caught:
        conforming(written(p) @ p + 1)
    assert str(caught.value) == str(plain.value)


def test_what_is_no_formula_cannot_be_written():
    with pytest.raises(TypeError, match="expected a formula"):
        written(p) @ "p"
