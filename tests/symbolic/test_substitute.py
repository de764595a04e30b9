"""A function that was left open, chosen: f′ becomes the derivative of what is chosen for f."""

import pytest

from bptt.kernel import (
    Formula,
    Function,
    Undecided,
    decide,
    diag,
    exp,
    latex,
    log,
    matrix,
    named,
    scalar,
    sizes,
    tanh,
    vector,
)
from bptt.symbolic import diff, grad, with_function

n, m = sizes("n m")
a, b = scalar("a"), scalar("b")
W, x = matrix("W", n, m), vector("x", m)
f, g = Function("f"), Function("g")


def sigmoid(z: Formula) -> Formula:
    return 1 / (1 + exp(-z))


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        (f(a), tanh, tanh(a)),
        (f.prime(a * b), tanh, 1 - tanh(a * b) ** 2),
        (f.prime(a), sigmoid, sigmoid(a) * (1 - sigmoid(a))),
        (f.prime.prime(a), tanh, -2 * tanh(a) * (1 - tanh(a) ** 2)),
        (f(f(a)), lambda z: z**2, a**4),
        (f.prime(f(a)), lambda z: z**3, 3 * a**6),
        (diag(f.prime(W @ x)), tanh, diag(1 - tanh(W @ x) ** 2)),
        (f.prime(W @ x), lambda z: 2 * z, 2 + 0 * (W @ x)),
        (f.prime.prime(W @ x), lambda z: 2 * z, 0 * (W @ x)),
        (g(a) * f(b), tanh, g(a) * tanh(b)),
    ],
)
def test_a_function_is_chosen(before: Formula, value: object, after: Formula) -> None:
    chosen = with_function(before, f, value)  # type: ignore[arg-type]
    assert chosen.shape == before.shape
    decide(chosen, after)


def test_a_wrong_slope_is_not_what_comes_out() -> None:
    with pytest.raises(Undecided):
        decide(with_function(f.prime(a), f, tanh), 1 - tanh(a))


def test_to_choose_and_to_differentiate_commute() -> None:
    E = named("E", log(1 + exp(f(a * f(b)))))
    decide(with_function(diff(E, b), f, tanh), diff(named("E", log(1 + exp(tanh(a * tanh(b))))), b))
    q = named("q", x.T @ f(W.T @ f(W @ x)))
    decide(with_function(grad(q, x), f, sigmoid), grad(named("q", x.T @ sigmoid(W.T @ sigmoid(W @ x))), x))


def test_a_name_says_which_function_was_chosen() -> None:
    s = named("s", f(a), "s_0")
    chosen = with_function(diff(s, a), f, tanh)
    assert str(chosen) == "diff(s_tanh, a)"
    assert latex(chosen) == r"\frac{\partial {s_0}_{f=\tanh}}{\partial a}"
    assert str(with_function(s, f, sigmoid)) == "s_sigmoid"
    untouched = named("q", a * a)
    assert with_function(untouched, f, tanh) is untouched


def test_the_chosen_function_may_have_letters_of_its_own() -> None:
    for letter in ("z", "z0", "argument"):
        decide(with_function(f(a), f, lambda q, own=letter: q * scalar(own)), a * scalar(letter))
