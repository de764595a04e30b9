"""What the rules keep of their premises, where a run would seldom meet its loss."""

import pytest

from bptt.kernel import (
    Equation,
    Index,
    Step,
    chain,
    decide,
    defined,
    extent,
    horizon,
    induct,
    scalar,
    series,
    sizes,
    step,
    summed,
    vector,
)

(n,) = sizes("n")
T = horizon("T")
i = Index("i", n)
a, b = scalar("a"), scalar("b")
x = vector("x", n)
z, w = series("z"), series("w")


def test_a_sum_over_an_index_keeps_a_step_that_may_have_no_value() -> None:
    late = Step("v", T, 2, T)
    longer = x[i] + z[late] - z[late]
    equal = chain(decide(x[i] * 1, longer), decide(longer, x[i]))
    assert equal.context == (i, late)
    assert summed(i, equal).context == (late,)


def test_an_index_of_a_hypothesis_is_not_renamed_and_a_free_one_of_its_name_is_refused() -> None:
    given = Equation(z[0], x[i])
    for_all = summed(i, decide(z[0] * 1, z[0], [given]))
    size = extent(n) * z[0]
    equal = chain(chain(decide(size, for_all.left), for_all), decide(for_all.right, size))
    assert equal.assumes == ("z[0] = x[i] for all i",)
    again = Index("i", n)
    with pytest.raises(ValueError, match="'i' is bound in what is said of"):
        chain(equal, decide(size, size + x[again] - x[again]))


def test_an_induction_supposes_that_its_claim_has_a_value_at_the_moment_before() -> None:
    t, s = step("t", T), step("s", T, 1, T - 1)
    base = decide(z[1], b, [defined(z, 1, z[0]), defined(z, 0, b)])
    on = decide(z[s + 1], b, [defined(z, s + 1, z[s]), Equation(z[s], b)])
    concluded = induct(t, z[t], b * w[t] / w[t], base, on, s)
    assert {str(item) for item in concluded.conditions} == {"w[t] is not 0", "w[s] is not 0 for 1 ≤ s ≤ T-1"}


def test_an_induction_supposes_what_its_step_was_given_about_another_series() -> None:
    t, s = step("t", T), step("s", T, 1, T - 1)
    base = decide(z[1], b, [defined(z, 1, z[0]), defined(z, 0, b)])
    on = decide(z[s + 1], b, [defined(z, s + 1, w[s]), Equation(w[s], b)])
    assert "w[s] = b for 1 ≤ s ≤ T-1" in induct(t, z[t], b, base, on, s).assumes
