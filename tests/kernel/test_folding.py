"""What is given of all values of a step, put in place of what says the same; and what is zero at an end."""

from collections.abc import Callable

import pytest

from bptt.kernel import (
    Equation,
    Formula,
    Function,
    Series,
    Step,
    Undecided,
    decide,
    defined,
    exp,
    horizon,
    log,
    matrix,
    product_over,
    series,
    sizes,
    step,
    sum_over,
    tanh,
)
from bptt.kernel.language.time import Moment
from bptt.kernel.proof.folding import folded
from bptt.kernel.proof.theorem import Theorem

(n,) = sizes("n")
T = horizon("T")
t, s, q = step("t", T), step("s", T), step("q", T)
early = step("t", T, 1, T - 1)
W = matrix("W", n, n)
h, x, a, g = series("h", n), series("x", n), series("a", n), series("g", n)
u, w, z = series("u"), series("w"), series("z")


def every(left: Series, right: Formula, of: Step = s) -> Equation:
    return Equation(left[of], right, (of,), definition=True)


inside = every(a, W @ h[s - 1] + x[s])
state = every(h, tanh(a[s]))
GIVEN = [inside, state]


def hypotheses(theorem: Theorem) -> list[str]:
    return [item.within(theorem.context) for item in theorem.hypotheses]


def test_a_part_that_is_given_becomes_its_series() -> None:
    theorem = decide(1 - h[t] ** 2, 1 - tanh(x[t] + W @ h[t - 1]) ** 2, GIVEN)
    assert hypotheses(theorem) == [
        "a[s] = W @ h[s-1] + x[s] for 1 ≤ s ≤ T",
        "h[s] = tanh(a[s]) for 1 ≤ s ≤ T",
    ]


def test_it_is_found_under_sums_and_products_and_at_any_moment_of_its_range() -> None:
    onward = step("q", T, 1, T - 1)
    assert decide(sum_over(q, h[q] @ g[q].T), sum_over(q, tanh(W @ h[q - 1] + x[q]) @ g[q].T), GIVEN)
    assert decide(sum_over(onward, h[onward + 1]), sum_over(onward, tanh(a[onward + 1])), GIVEN)
    weight = every(u, tanh(w[s]))
    assert decide(product_over(q, u[q]), product_over(q, tanh(w[q])), [weight])
    assert decide(h[T], tanh(a[T]), GIVEN)
    assert decide(h[early + 1], tanh(a[early + 1]), GIVEN)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (h[T + 1], tanh(a[T + 1])),
        (h[0], tanh(a[0])),
        (h[t + 1], tanh(a[t + 1])),
        (sum_over(q, h[q - 1]), sum_over(q, tanh(a[q - 1]))),
    ],
    ids=str,
)
def test_nothing_is_folded_outside_of_its_range(left: Formula, right: Formula) -> None:
    with pytest.raises(Undecided):
        decide(left, right, GIVEN)


def test_nothing_else_is_folded() -> None:
    for right in (tanh(a[t - 1]), tanh(2 * a[t]), tanh(x[t]), a[t]):
        with pytest.raises(Undecided):
            decide(h[t] * 1, right * 1, GIVEN)


def test_a_series_leaves_no_sum_that_binds_its_moment() -> None:
    """Σ_q 0 w[q] is 0 u[...] of no moment that is known outside."""
    said = every(u, 0 * w[s])
    assert str(folded(sum_over(q, 0 * w[q]) + w[1], [said])) == "sum_over(q, u[q]) + w[1]"
    assert (
        str(folded(0 * sum_over(q, w[q] * z[q]), [every(u, 0 * w[s] * z[s])]))
        == "0 * sum_over(q, w[q] * z[q])"
    )


def test_what_is_bound_is_not_what_the_definition_speaks_of() -> None:
    """u[s] = z[t] w[s] speaks of one t; under a sum over t there are all of them."""
    said = Equation(u[s], z[t] * w[s], (s,))
    sum_of_all = sum_over(t, z[t] * w[t])
    assert folded(sum_of_all, [said]) is sum_of_all
    assert str(folded(z[t] * w[t], [said])) == "u[t]"


def test_a_definition_may_speak_of_more_than_its_step() -> None:
    other = every(u, z[s] * w[t])
    assert str(folded(z[q] * w[t], [other])) == "u[q]"
    assert str(folded(z[1] * w[q], [every(u, z[1] * w[s])])) == "u[q]"
    twice = every(u, w[s] * w[s - 1])
    assert str(folded(w[t - 1] * w[t], [twice])) == "u[t]"


def test_what_is_said_of_two_steps_is_not_folded() -> None:
    two = Equation(u[s], z[s] * w[q], (s, q))
    part = z[t] * w[q]
    assert folded(part, [two]) is part


def test_what_is_zero_at_an_end_is_so_in_a_sum() -> None:
    after = defined(u, T + 1, 0)
    later = sum_over(t, w[t] * u[t + 1])
    moved = sum_over(t, w[t - 1] * u[t]) - w[0] * u[1]
    assert decide(later, moved, [after])
    with pytest.raises(Undecided):
        decide(later, moved)
    with pytest.raises(Undecided):
        decide(later, moved, [defined(u, T + 2, 0)])
    with pytest.raises(Undecided):
        decide(later, moved, [defined(u, T + 1, z[1])])
    with pytest.raises(Undecided):
        decide(later, sum_over(t, w[t - 1] * z[t]) - w[0] * z[1], [after])


f = Function("f")
HAVE_A_VALUE = {
    "a series": lambda r: w[r],
    "a square": lambda r: w[r] ** 2,
    "a function": lambda r: f(w[r]),
    "a hyperbolic tangent": lambda r: tanh(w[r]),
    "an exponential": lambda r: exp(w[r]),
    "one over an exponential": lambda r: 1 / exp(w[r]),
    "one over a positive sum": lambda r: 1 / (exp(w[r]) + 1),
    "a function of one over that": lambda r: f(1 / (exp(w[r]) + 1)),
    "a product over time": lambda r: w[r] * product_over(s, w[s]),
}
MAY_HAVE_NONE = {
    "a logarithm": lambda r: log(w[r] ** 2 + 1),
    "one over a series": lambda r: 1 / w[r],
    "one over a sum": lambda r: 1 / (w[r] + 1),
    "a function of one over a series": lambda r: f(1 / w[r]),
    "a function of a sum with one over a series": lambda r: f(w[r] + 1 / w[r]),
    "one over a positive sum with one over a series": lambda r: 1 / (exp(1 / w[r]) + 1),
    "a product over time of one over a series": lambda r: w[r] * product_over(s, 1 / w[s]),
}


def decide_shifted(part: Callable[[Moment | int], Formula]) -> Theorem:
    """Decide what is so only where the last of the terms is 0: that in which u[T+1] is a factor."""
    moved = sum_over(t, part(t - 1) * u[t]) - part(0) * u[1]
    return decide(sum_over(t, part(t) * u[t + 1]), moved, [defined(u, T + 1, 0)])


@pytest.mark.parametrize("case", HAVE_A_VALUE)
def test_zero_times_what_has_a_value_is_zero(case: str) -> None:
    assert decide_shifted(HAVE_A_VALUE[case])


@pytest.mark.parametrize("case", MAY_HAVE_NONE)
def test_zero_times_what_may_have_no_value_stays(case: str) -> None:
    with pytest.raises(Undecided):
        decide_shifted(MAY_HAVE_NONE[case])
