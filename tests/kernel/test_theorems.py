"""What a theorem carries, what each rule demands before it makes one, and that nothing else makes any.

The rules are called here as they are, without the run that follows where a claim is made.
"""

import copy
import gc
import importlib
import inspect
import pickle
import pkgutil
from collections.abc import Callable, Sequence
from types import FunctionType, ModuleType, SimpleNamespace
from typing import Any

import pytest

import bptt.kernel
from bptt.kernel import (
    Contradiction,
    Equation,
    Formula,
    Function,
    Index,
    Recurrence,
    Refuted,
    Series,
    Step,
    Undecided,
    Vacuous,
    conclusions,
    defined,
    delta,
    exp,
    extent,
    horizon,
    indices,
    labels,
    log,
    matrix,
    moment,
    named,
    ones,
    prove,
    refute,
    same_time,
    scalar,
    series,
    sizes,
    step,
    sum_over,
    tanh,
    total,
    vector,
)
from bptt.kernel.language.formula import Derivative, Number, free_indices
from bptt.kernel.language.frozen import fix
from bptt.kernel.language.structure import structure
from bptt.kernel.language.time import Moment
from bptt.kernel.language.wellformed import check_statement
from bptt.kernel.proof import theorem as rules
from bptt.kernel.proof.index_form import index_form
from bptt.kernel.proof.normal_form import is_generic_sum, is_positive, normal_form
from bptt.kernel.proof.theorem import Theorem, chain, decide, induct, summed, telescope

n, k = sizes("n k")
T = horizon("T")
t, s, p = (step(name, T) for name in "tsp")
x, y = vector("x", n), vector("y", n)
W, V = matrix("W", n, n), matrix("V", n, n)
a, b = scalar("a"), scalar("b")
i, j = indices("i j", n)
u, v, w, z = (series(name) for name in "uvwz")
f = Function("f")
late = step("q", T, t + 1, T)  # there is none at t = T
since = step("q", T, t, T)  # there is one at every t
once = step("e", T, T, 1)  # there is one at T = 1 alone
nought = 0 * a


def same(left: Formula, *middle: Formula) -> Theorem:
    """Prove that a formula equals itself, through others in turn."""
    result = decide(left, left + 0)
    for formula in middle:
        result = chain(result, decide(result.right, formula))
    return chain(result, decide(result.right, left * 1))


def conditions(theorem: Theorem) -> list[tuple[str, tuple[Index, ...]]]:
    return [(str(item.formula), item.for_all) for item in theorem.conditions]


def hypotheses(theorem: Theorem) -> list[tuple[str, tuple[Index, ...]]]:
    return [(f"{item.left} = {item.right}", item.for_all) for item in theorem.hypotheses]


# ---- What a theorem carries: its context


def test_a_step_of_which_there_may_be_none_is_not_lost_with_the_formula_in_which_it_stood() -> None:
    for step_ in (once, step("e", T, 2, T), step("e", T, 1, T - 1)):
        theorem = same(a, a + 0 * z[step_])
        assert theorem.context == (step_,)
        assert theorem.holds_for() == f"all T, {step_.range()}"
    assert same(a, a + 0 * z[t]).holds_for() == "all values"
    assert same(a, a + 0 * x[i]).context == ()


def test_what_is_proved_for_T_of_one_alone_is_not_said_of_every_T() -> None:
    """At t = T of those moments alone at which e can be, which are none unless T is 1."""
    left, right = extent(T) * a, sum_over(s, 0 * a + a * 1)
    theorem = chain(decide(left, right + 0 * z[once]), decide(right + 0 * z[once], right))
    assert theorem.context == (once,)


def test_a_step_comes_with_those_on_which_its_range_depends() -> None:
    assert same(a, a + 0 * z[late]).context == (t, late)
    inner = step("p", T, 2, since)
    assert decide(z[inner] * 1, z[inner] + 0).context == (t, since, inner)


def test_a_step_of_what_is_given_is_free_in_what_is_proved() -> None:
    theorem = decide(2 * u[t], 2 * z[t], [Equation(u[t], w[late]), Equation(w[late], z[t])])
    assert theorem.context == (t, late)
    assert "t+1 ≤ q ≤ T" in theorem.holds_for()


def test_a_step_of_a_condition_is_free_in_what_is_proved() -> None:
    assert same(a, a * z[t] / z[t]).context == (t,)
    assert same(a, a * z[late] / z[late]).holds_for() == "all T, 1 ≤ t ≤ T, t+1 ≤ q ≤ T"


def test_nothing_is_summed_over_a_step_on_which_one_depends_of_which_there_may_be_none() -> None:
    theorem = decide(z[t] * w[late], w[late] * z[t])
    hidden = same(z[t], z[t] + 0 * w[late])
    for rule in (
        lambda: summed(t, hidden),
        lambda: telescope(t, z[t], nought, z[t], hidden),
        lambda: summed(t, theorem),
    ):
        with pytest.raises((Undecided, ValueError), match=r"t\+1 ≤ q ≤ T depends on t, "):
            rule()
    with pytest.raises(Undecided, match="and may be empty"):
        summed(t, hidden)


def test_what_speaks_of_a_step_of_which_there_is_one_is_summed_and_said_of_all() -> None:
    given = [Equation(u[since], z[t])]
    theorem = chain(decide(z[t] * 1, u[since] * 1, given), decide(u[since] * 1, z[t], given))
    added = summed(t, theorem)
    assert added.context == ()
    assert hypotheses(added) == [("u[q] = z[t]", (t, since))]
    assert Equation(u[since], z[t], for_all=[since, t]).for_all == (t, since)


def test_an_induction_over_a_step_on_which_another_depends_is_refused() -> None:
    before = step("s", T, 0, T - 1)
    up_to = step("p", T, 2, before)
    base, made = sums(before, through=z[up_to])
    with pytest.raises(Undecided, match="2 ≤ p ≤ s depends on s, and may be empty"):
        induct(whole, u[whole], partial(whole), base, made, before)


# ---- its hypotheses


def test_what_is_given_for_one_range_is_not_what_is_given_for_another() -> None:
    """One equation for all s from 1 to T, one for those to T - 1: they print alike but for their ranges."""
    narrow = step("s", T, 1, T - 1)
    wide_one = summed(s, decide(u[s] - a, nought, [Equation(u[s], a)]))
    narrow_one = summed(narrow, decide(nought, 0 * b, [Equation(u[narrow], a)]))
    theorem = chain(wide_one, narrow_one)
    assert theorem.assumes == ("u[s] = a for 1 ≤ s ≤ T", "u[s] = a for 1 ≤ s ≤ T-1")
    assert [item.for_all for item in theorem.hypotheses] == [(s,), (narrow,)]


def test_what_is_given_for_all_of_one_range_is_listed_once_whatever_its_step_is_called() -> None:
    one = summed(s, decide(u[s] - a, nought, [Equation(u[s], a)]))
    two = summed(t, decide(nought, 0 * b, [Equation(u[t], a)]))
    assert hypotheses(chain(one, two)) == [("u[s] = a", (s,))]


def test_what_is_given_of_one_step_is_not_what_is_given_of_another_of_its_name() -> None:
    other = step("t", T, 2, T)
    with pytest.raises(ValueError, match="'t' is an index over T and an index over T"):
        chain(decide(a, a + 0, [Equation(u[t], 1)]), decide(a, a + 0, [Equation(u[other], 1)]))


def test_a_step_is_no_other_one_of_its_name() -> None:
    assert structure(z[t]) != structure(z[step("t", T, 2, T)])


def test_both_sides_of_a_chain_keep_what_they_are_given() -> None:
    one = decide(2 * u[t], 2 * w[t], [Equation(u[t], w[t])])
    two = decide(2 * w[t], 2 * z[t], [Equation(w[t], z[t])])
    assert hypotheses(chain(one, two)) == [("u[t] = w[t]", ()), ("w[t] = z[t]", ())]


def test_what_is_given_is_kept_by_each_rule() -> None:
    given = [Equation(w[p], z[p])]
    made = decide(w[p] * z[t], z[p] * z[t], given)
    assert hypotheses(summed(t, made)) == [("w[p] = z[p]", ())]
    assert hypotheses(telescope(t, made.left, nought, made.right, made)) == [("w[p] = z[p]", ())]
    base, following = sums(before_, given=given)
    assert ("w[p] = z[p]", ()) in hypotheses(
        induct(whole, u[whole], partial(whole), base, following, before_)
    )
    base = chain(base, decide(base.right, base.right + 0, given))
    assert ("w[p] = z[p]", ()) in hypotheses(
        induct(whole, u[whole], partial(whole), base, sums(before_)[1], before_)
    )


def test_two_definitions_of_one_series_are_both_listed() -> None:
    one, two = Recurrence(u, t, z[t]), Recurrence(u, t, 2 * z[t])
    first = decide(z[t] * w[t], u[t] * w[t], [one[t]])
    second = decide(u[t] * w[t], 2 * z[t] * w[t], [two[t]])
    for proofs, own in (((first, second), ()), ((summed(t, first), summed(t, second)), (t,))):
        assert hypotheses(chain(*proofs)) == [("u[t] = z[t]", own), ("u[t] = 2 * z[t]", own)]
        assert conclusions.chain(*proofs).assumes == chain(*proofs).assumes  # they hold where z is 0
    with pytest.raises(ValueError, match=r"^u\[t\] is given twice$"):
        decide(a, a + 0, [one[t], two[t]])


def test_two_definitions_that_never_hold_both_are_refused_when_they_are_run() -> None:
    first = decide(z[t] * w[t], u[t] * w[t], [Recurrence(u, t, z[t])[t]])
    second = decide(u[t] * w[t], (z[t] + 1) * w[t], [Recurrence(u, t, z[t] + 1)[t]])
    with pytest.raises(Vacuous, match=r"u\[t\] = z\[t\]; u\[t\] = z\[t\] \+ 1$"):
        conclusions.chain(first, second)


def test_a_step_of_its_own_is_called_apart_from_a_free_one_of_its_name() -> None:
    theorem = decide(z[s] * 1, z[s] + 0, [Equation(u[s], 1 / w[s], for_all=[s])])
    assert theorem.context == (s,)
    assert theorem.assumes == (
        "w[s_any] is not 0 for 1 ≤ s_any ≤ T",
        "u[s_any] = 1 / w[s_any] for 1 ≤ s_any ≤ T",
    )
    assert [index.range() for index in theorem.hypotheses[0].for_all] == ["1 ≤ s_any ≤ T"]
    inside = step("p", T, 1, s)
    within = decide(z[s] * 1, z[s] + 0, [Equation(u[inside], a, for_all=[s, inside])]).hypotheses[0]
    assert [index.range() for index in within.for_all] == ["1 ≤ s_any ≤ T", "1 ≤ p ≤ s_any"]


def test_a_value_in_a_conclusion_brings_its_equation() -> None:
    rule = Recurrence(u, t, 2 * z[t])
    theorem = chain(decide(z[t] * 2, rule[t].value + 0), decide(2 * z[t], z[t] + z[t]))
    assert hypotheses(theorem) == [("u[t] = 2 * z[t]", ())]
    assert hypotheses(decide(sum_over(t, rule[t].value), sum_over(t, 2 * z[t]))) == [
        ("u[t] = 2 * z[t]", (t,))
    ]


def test_a_value_of_an_equation_with_a_denominator_supposes_that_it_is_not_zero() -> None:
    value = Equation(u[t], z[t] / w[t]).value
    assert conditions(decide(value * 1, value + 0)) == [("w[t]", ())]
    assert conditions(decide(a, a + 0, [Equation(u[t], 1 / w[t])])) == [("w[t]", ())]
    assert conditions(decide(a, a + 0, [Equation(u[t], 1 / w[t], for_all=[t])])) == [("w[t]", (t,))]


def test_what_is_given_of_all_steps_is_not_put_in_at_one() -> None:
    """Which of them is meant would have to be found; it is listed, and decides nothing."""
    with pytest.raises(Undecided):
        decide(2 * u[t], 2 * z[t], [Equation(u[s], z[s], for_all=[s])])
    with pytest.raises(Undecided):
        decide(2 * u[t], 2 * w[t], [Equation(u[t], w[s], for_all=[s])])
    none = step("q", T, t + 1, T)  # at t = T of none
    with pytest.raises(Undecided):
        decide(2 * u[t], 2 * a, [Equation(u[t], a, for_all=[none])])


def test_what_is_given_may_come_from_anything_that_lists_it_once() -> None:
    given = [Equation(u[t], z[t])]
    for listed in (given, tuple(given), iter(given), (item for item in given)):
        assert hypotheses(prove(2 * u[t], 2 * z[t], listed)) == [("u[t] = z[t]", ())]
        assert hypotheses(decide(2 * u[t], 2 * z[t], iter(given))) == [("u[t] = z[t]", ())]
    with pytest.raises(TypeError, match="given: expected equations such as"):
        decide(2 * u[t], 2 * z[t], [u[t]])  # type: ignore[list-item]


# ---- its conditions


def test_that_the_middle_of_a_chain_has_a_value_stays_supposed() -> None:
    theorem = same(a, a * u[t] / u[t])
    assert conditions(theorem) == [("u[t]", ())]
    assert theorem.assumes == ("u[t] is not 0",)
    zero = decide(a * u[t] / u[t], nought, [Equation(u[t], 0)])
    with pytest.raises(Vacuous, match=r"^a = 0 \* a: .* u\[t\] is not 0; u\[t\] = 0$"):
        conclusions.chain(decide(a, a * u[t] / u[t]), zero)


def test_a_condition_on_an_entry_becomes_one_on_all_where_it_is_summed() -> None:
    """That x_i is not x_j may be supposed of two entries; of all i it never holds, for one of them is j."""
    apart = same(y[i], y[i] + 0 / (x[i] - x[j]))
    assert conditions(apart) == [("x[i] - x[j]", ())]
    assert conditions(summed(i, apart)) == [("x[i] - x[j]", (i,))]
    with pytest.raises(Vacuous, match=r"x\[i\] - x\[j\] is not 0 for all i"):
        conclusions.summed(i, apart)


def test_a_difference_of_entries_is_no_factor_to_multiply_by() -> None:
    """It is 0 in every world where i is j, and there delta(i, j) times it is 0 without being so itself."""
    D, G, H = delta(i, j), x[i] - x[j], z[t] - z[1]
    both = tanh(G) + tanh(y[i] - y[j])
    for left, right in (
        (D, D + G / G - 1),
        (D + G / G - 1, nought),
        (D, D * G / G),
        (tanh(G) / tanh(G), Number(1)),
        (both / both, Number(1)),
        ((D * a + D * b) / (D * a + D * b), Number(1)),
    ):
        with pytest.raises(Undecided):
            decide(left, right)
    with pytest.raises(Undecided):
        decide(same_time(t, 1) + H / H - 1, 0 * z[t])
    assert decide(y[i] * (x[i] + a) / (x[i] + a), y[i])


def test_a_term_at_a_delta_may_be_zero_in_every_world_in_which_its_indices_differ() -> None:
    assert not is_generic_sum(index_form(delta(i, j) * a, None, None, {}))
    assert is_generic_sum(index_form(delta(i, j) * a + a, None, None, {}))
    assert is_generic_sum(index_form(a + delta(i, j) * a, None, None, {}))


def test_a_sum_may_be_zero_where_its_indices_coincide_but_for_a_term_of_another_kind() -> None:
    q = Index("q", n)
    for zero in (x[i] - x[j], x[i] - x[j] / 2 - x[q] / 2, 1 - x[i] / x[j], x[i] * y[j] - x[j] * y[i]):
        assert not is_generic_sum(normal_form(index_form(zero, None, None, {})))
        assert is_generic_sum(normal_form(index_form(zero + a, None, None, {})))


def test_what_is_positive_is_so_by_its_looks() -> None:
    positive = extent(n), 2 * extent(n) * exp(a), 1 / (1 + exp(a)), exp(x[i]) + exp(x[j]) / 2
    not_known = (
        *(exp(x[i]) - exp(x[j]), exp(x[i]) - exp(x[j]) / 2, a + exp(a), exp(a) * b, exp(a) / b, b * exp(a)),
        *(1 / (a + b), f(a), Function("early")(a), Function("unknown")(a), a - a),
    )
    for formula, is_known in [(it, True) for it in positive] + [(it, False) for it in not_known]:
        assert is_positive(normal_form(index_form(formula, None, None, {}))) == is_known, formula


def test_conditions_are_said_of_all_steps_by_each_rule() -> None:
    made = decide(z[t], z[t] * w[t] / w[t])
    assert conditions(summed(t, made)) == [("w[t]", (t,))]
    hidden = chain(made, decide(made.right, z[t] + 0))
    assert conditions(summed(t, hidden)) == [("w[t]", (t,))]
    assert conditions(telescope(t, z[t], nought, z[t], hidden)) == [("w[t]", (t,))]
    base, following = sums(before_, through=w[before_])
    assert conditions(induct(whole, u[whole], partial(whole), base, following, before_)) == [
        ("w[s]", (before_,))
    ]


def test_a_logarithm_supposes_that_its_argument_is_positive() -> None:
    theorem = summed(i, decide(log(x[i]) * 1, log(x[i]) + 0))
    assert theorem.assumes == ("x[i] > 0 for all i",)
    both = decide(log(a) / a, 1 / a * log(a))
    assert set(both.assumes) == {"a > 0", "a is not 0"}
    assert decide(log(exp(a)) / (1 + exp(a)), a / (exp(a) + 1)).assumes == ()


def test_a_sum_over_time_is_not_positive_only_because_its_terms_are() -> None:
    """There may be none."""
    few = step("s", T, 2, T)
    added = sum_over(few, exp(z[few]))
    assert conditions(decide(1 / added, 1 / added * 1)) == [(f"{added}", ())]
    assert conditions(decide(1 / (1 + total(exp(x))), 1 / (total(exp(x)) + 1))) == []


def test_a_denominator_under_a_sum_is_no_zero_for_any_of_it() -> None:
    theorem = decide(sum_over(t, z[t] / w[t]), sum_over(s, z[s] / w[s]))
    assert conditions(theorem) == [("w[t]", (t,))]


def test_telescoping_supposes_that_what_is_telescoped_has_a_value() -> None:
    """A step that was proved of other words for f and s says nothing of where these have none."""
    made = decide(z[t] * 1, z[t] + 0)
    for f_, s_, r_ in ((z[t] * w[t] / w[t], nought, z[t]), (z[t], nought, z[t] * w[t] / w[t])):
        assert ("w[t]", (t,)) in conditions(telescope(t, f_, s_, r_, made))
    ended = telescope(t, z[t], 0 * (1 / w[t]), z[t], made)
    assert [text for text, _ in conditions(ended)][:2] == ["w[t]", "w[t+1]"]
    assert all(for_all == (t,) for _, for_all in conditions(ended)[:2])


def test_induction_supposes_that_the_claim_has_a_value_at_each_step() -> None:
    """What is known of s is known where both sides have values there, in whatever words it is proved."""
    claim = partial(whole) + 0 * (w[whole] / w[whole])
    for right in (partial, lambda at: partial(at) + 0 * (w[at] / w[at])):
        base, following = sums(before_, right=right)
        theorem = induct(whole, u[whole], claim, base, following, before_)
        assert ("w[s]", (before_,)) in conditions(theorem)


# ---- What each rule demands


def test_a_chain_joins_what_is_equal_wherever_both_have_a_value_and_nothing_else() -> None:
    assert str(chain(decide(a, a + 0), decide(1 * a, a * 1)).right) == "a * 1"
    with pytest.raises(ValueError, match="is not the left side of the second"):
        chain(decide(a, a + 0), decide(b, b + 0))
    with pytest.raises(ValueError, match="is not the left side of the second"):
        chain(decide(x, x + 0), decide(a, a + 0))
    # What is given to one of them does not join them.
    with pytest.raises(ValueError, match="is not the left side of the second"):
        chain(decide(a, a + 0, [Equation(u[t], z[t])]), decide(u[t] - z[t] + b, b + u[t] - z[t]))


def test_a_sum_is_taken_over_an_index_or_a_step() -> None:
    theorem = decide(x[i] * a, a * x[i])
    assert str(summed(i, theorem)).endswith("sum_over(i, x[i] * a) = sum_over(i, a * x[i])")
    assert summed(i, theorem).context == ()
    assert summed(j, theorem).context == (i,)
    with pytest.raises(TypeError, match="index: expected an Index"):
        summed("i", theorem)  # type: ignore[arg-type]


def test_telescoping_holds_its_step_against_all_of_its_parts() -> None:
    made = decide(z[t] - z[t + 1] + w[t], w[t] + z[t] - z[t + 1])
    theorem = telescope(t, made.left, z[t], w[t], made)
    assert str(theorem.right) == "z[1] - z[T+1] + sum_over(t, w[t])"
    assert refute(theorem.left, theorem.right) > 0
    with pytest.raises(ValueError, match=r"the left side of the step, .*, is not f"):
        telescope(t, w[t], z[t], w[t], made)
    in_every_entry = decide(made.left * ones(n), made.right * ones(n))
    with pytest.raises(ValueError, match=r"the left side of the step, .*, is not f"):
        telescope(t, made.left, z[t], w[t], in_every_entry)
    forty = step("s", T, 1, 40)
    with pytest.raises(
        ValueError, match=r"the left side of the step, .*, is not f, .*: .* has too many terms"
    ):
        telescope(t, sum_over(forty, z[forty]), z[t], w[t], made)
    for s_, r_ in ((w[t], w[t]), (z[t], z[t]), (z[t + 1], w[t])):
        with pytest.raises(ValueError, match=r"the right side of the step, .*, is not s"):
            telescope(t, made.left, s_, r_, made)


@pytest.mark.parametrize(("first", "last"), [(1, T), (1, T - 1), (2, T), (T, T)], ids=str)
def test_telescoping_ends_where_its_range_does(first: object, last: object) -> None:
    running = step("t", T, first, last)  # type: ignore[arg-type]
    made = decide(z[running] - z[running + 1], z[running] * 1 - z[running + 1] + nought)
    theorem = telescope(running, made.left, z[running], nought, made)
    assert refute(theorem.left, theorem.right) > 0
    decide(theorem.left, z[running.first] - z[running.last + 1])


@pytest.mark.parametrize(("first", "last"), [(1, T - 2), (3, T), (T, 1)], ids=str)
def test_telescoping_refuses_a_range_that_may_end_long_before_it_begins(first: object, last: object) -> None:
    running = step("t", T, first, last)  # type: ignore[arg-type]
    made = decide(z[running] - z[running + 1], z[running] * 1 - z[running + 1] + nought)
    with pytest.raises(Undecided, match="it may end before it begins"):
        telescope(running, made.left, z[running], nought, made)


# u(t) = z(1) + ... + z(t) for t from 0 to T, from u(0) = 0 and u(t) = u(t-1) + z(t).
whole, before_ = step("t", T, 0, T), step("s", T, 0, T - 1)
rule, start = Recurrence(u, t, u[t - 1] + z[t]), defined(u, 0, 0)


def partial(when: object) -> Formula:
    running = Step("r", T, moment(1), moment(when))
    return sum_over(running, z[running])


def sums(
    before: Step,
    through: Formula = nought,
    given: Sequence[Equation] = (),
    right: Callable[[object], Formula] = partial,
) -> tuple[Theorem, Theorem]:
    """Prove the claim at 0, and at s + 1 if it holds at s, by way of a formula that says nothing."""
    base = decide(u[0], right(0), [start])
    known = [rule[before + 1], Equation(u[before], right(before)), *given]
    plus = right(before + 1) + 0 * (through / through if through is not nought else nought)
    return base, chain(decide(u[before + 1], plus, known), decide(plus, right(before + 1)))


def test_induction_says_of_the_whole_range_what_its_step_leads_through() -> None:
    theorem = induct(whole, u[whole], partial(whole), *sums(before_), before_)
    assert hypotheses(theorem) == [("u[s+1] = u[s] + z[s+1]", (before_,)), ("u[0] = 0", ())]
    assert theorem.holds_for() == "all T, 0 ≤ t ≤ T"


@pytest.mark.parametrize(("first", "last"), [(1, T - 1), (0, T - 2), (1, T)], ids=str)
def test_induction_refuses_a_step_that_does_not_lead_through_its_range(first: object, last: object) -> None:
    short = step("s", T, first, last)  # type: ignore[arg-type]
    known = [Equation(u[short + 1], u[short] + z[short + 1]), Equation(u[short], partial(whole))]
    made = decide(u[short + 1] * 1, u[short] + z[short + 1], known[:1])
    with pytest.raises(ValueError, match="does not lead through 0 ≤ t ≤ T"):
        induct(whole, u[whole], partial(whole), made, made, short)


def test_induction_has_a_base_and_a_step_of_its_own_claim() -> None:
    base, following = sums(before_)
    other = decide(z[0] * 1, z[0] + 0), decide(z[before_ + 1] * 1, z[before_ + 1] + 0)
    of_w = [decide(w[at] * 1, partial(at), [Equation(w[at], partial(at))]) for at in (moment(0), before_ + 1)]
    for wrong in (
        *((other[0], following), (base, other[1]), (following, following), (base, base)),
        *((of_w[0], following), (base, of_w[1])),
    ):
        with pytest.raises(ValueError, match="is not that of the claim there"):
            induct(whole, u[whole], partial(whole), *wrong, before_)
    # Each side by itself: of the base and of the step.
    with pytest.raises(ValueError, match=r"the side of the base, .*, is not that of the claim there"):
        induct(whole, u[whole], partial(whole) + whole_only(0), base, following, before_)
    with pytest.raises(ValueError, match=r"the side of the step, .*, is not that of the claim there"):
        induct(whole, u[whole], partial(whole) + a - a * same_time(whole, 0), base, following, before_)


def whole_only(at: int) -> Formula:
    return a * same_time(whole, at)


def test_the_moment_of_the_step_is_not_in_the_claim() -> None:
    base, following = sums(before_)
    for left, right in (
        (u[whole] + 0 * z[before_], partial(whole)),
        (u[whole], partial(whole) + 0 * z[before_]),
    ):
        with pytest.raises(ValueError, match="s stands for the moment of the step"):
            induct(whole, left, right, base, following, before_)


def test_induction_discharges_the_claim_at_the_step_before_and_nothing_else() -> None:
    """At s it is known by then; at s+1, at any other moment or of another series it is not."""
    base = decide(u[0], partial(0), [start])
    with pytest.raises(ValueError, match="circular"):
        decide(u[before_ + 1], partial(before_ + 1), [Equation(u[before_ + 1], partial(before_ + 1) * 1)])
    for given in (
        [Equation(u[before_ + 1], w[before_]), Equation(w[before_], partial(before_ + 1))],
        [Equation(u[before_ + 1], u[before_ + 2]), Equation(u[before_ + 2], partial(before_ + 1))],
    ):
        following = decide(u[before_ + 1], partial(before_ + 1), given)
        theorem = induct(whole, u[whole], partial(whole), base, following, before_)
        kept = hypotheses(theorem)
        assert kept[:-1] == [(f"{item.left} = {item.right}", (before_,)) for item in given]
        assert kept[-1] == ("u[0] = 0", ())


def test_induction_keeps_a_hypothesis_whose_right_side_is_another_one_than_the_claims() -> None:
    known = Equation(u[before_], partial(before_) + w[before_])
    following = decide(
        u[before_ + 1], partial(before_ + 1), [rule[before_ + 1], known, Equation(w[before_], 0)]
    )
    base = decide(u[0], partial(0), [start])
    theorem = induct(whole, u[whole], partial(whole), base, following, before_)
    assert (f"{known.left} = {known.right}", (before_,)) in hypotheses(theorem)


# ---- What may stand in one statement


i_size, step_T = Index("n", n), step("T", T)
twin = vector("h", n)
ALIKE: dict[str, tuple[Callable[[], tuple[Formula, Formula]], str]] = {
    "a bound index and a symbol": (
        lambda: (sum_over(i, scalar("i") * x[i]), scalar("i") * total(x)),
        "'i' is bound in sum_over(i, i * x[i]) and is a 1×1 symbol too",
    ),
    "a bound index and a size": (
        lambda: (sum_over(i_size, extent(n) * x[i_size]), extent(n) * total(x)),
        "'n' is bound in sum_over(n, n * x[n]) and is a size too",
    ),
    "a bound step and a horizon": (
        lambda: (sum_over(step_T, z[T]), extent(T) * z[T]),
        "'T' is bound in sum_over(T, z[T]) and is a size too",
    ),
    "a bound index and a function": (
        lambda: (sum_over(Index("f", n), f(a)), extent(n) * f(a)),
        "'f' is bound in sum_over(f, f(a)) and is a function too",
    ),
    "a bound index and what stands below a letter": (
        lambda: (sum_over(i, scalar("x_i")), extent(n) * scalar("x_i")),
        "'i' is bound in sum_over(i, x_i), where 'x_i' is set as an entry at it",
    ),
    "two indices and what stands below a letter": (
        lambda: (sum_over(i, W[i, j] + scalar("v_ij")), sum_over(i, W[i, j]) + extent(n) * scalar("v_ij")),
        "'i' is bound in sum_over(i, W[i, j] + v_ij), where 'v_ij' is set as an entry at it",
    ),
    "a series and a symbol": (lambda: (u[t] * scalar("u"), scalar("u") * u[t]), "'u' is a 1×1 series and"),
    "series of two shapes": (
        lambda: (u[t] * series("u", n)[t], series("u", n)[t] * u[t]),
        "'u' is a 1×1 series and a n×1 series",
    ),
    "two functions of one name": (lambda: (f(named("f", a)), f(a)), "'f' is a function and a name for a"),
    "a function that is differentiated and a symbol": (
        lambda: (Function("a").prime(b) * a, a * Function("a").prime(b)),
        "'a' is a function and a 1×1 symbol",
    ),
    "a name for another product": (
        lambda: (W @ V, named("V", W @ V) * 1 - 0 * V),
        "'V' is a n×n symbol and a name for W @ V",
    ),
    "a name that is set as a symbol is": (
        lambda: (x + named("q", 2 * x, "x"), 3 * x),
        "'q' is a n×1 symbol and a name for 2 * x",
    ),
    "a symbol that is set as another": (
        lambda: (scalar("dh") + named("q", a, "\\mathrm{d}h"), a + scalar("dh")),
        "'q' is a 1×1 symbol and a name for a",
    ),
    "two names set alike": (
        lambda: (named("p", a, "\\hat y") + named("q", b, "\\hat y"), a + b),
        "'q' is a name for a and a name for b",
    ),
    "a name that is set as the value of a series": (
        lambda: (z[t] + named("q", 2 * z[t], "z^{(t)}"), 3 * z[t]),
        "z[t] is set as 'q' is",
    ),
    "a name that is set as an entry": (
        lambda: (x[i] + named("q", 2 * x[i], "x_i"), 3 * x[i]),
        "x[i] is set as 'q' is",
    ),
    "a sum that is set as an entry": (
        lambda: (x[i] + named("q", x[i] + a, "x_i"), 2 * x[i] + a),
        "x[i] is set as 'q' is",
    ),
    "a name that is set as ones are": (
        lambda: (named("q", 2 * x, r"\mathbf{1}_n"), 2 * x),
        "ones(n, 1) is set as 'q' is",
    ),
    "a name that is set as an entry in a sum": (
        lambda: (sum_over(i, x[i] - named("q", 2 * x[i], "x_{i}")), -total(x)),
        "x[i] is set as 'q' is",
    ),
    "a symbol that is set as an entry": (
        lambda: (x[i] + scalar("x_i"), scalar("x_i") + x[i]),
        "x[i] is set as 'x_i' is",
    ),
    "a series that is set as an entry of one": (
        lambda: (series("c", n)[t][i] + series("c_i")[t], series("c_i")[t] + series("c", n)[t][i]),
        "c[t][i] is set as 'c_i' is",
    ),
    "entries of two things set with one letter": (
        lambda: (W[i, j] + vector("w", n)[i], vector("w", n)[i] + W[i, j]),
        "'w[]' is an entry of W and an entry of w",
    ),
    "an entry of a name and one of a matrix set with one letter": (
        lambda: (W[i, j] + named("q", 2 * x, "w")[i], 2 * x[i] + W[i, j]),
        "'w[]' is an entry of W and an entry of q",
    ),
    "a name that reads as an entry": (
        lambda: (x[i] + named("x_i", 2 * x[i]), 3 * x[i]),
        "x[i] is set as 'x_i' is",
    ),
    "two derivatives that print alike": (
        lambda: (Derivative("diff", a, [b], Number(1)), Derivative("diff", a, [b], Number(2))),
        "'diff(a, b)' is a name for 1 and a name for 2",
    ),
    "a name within a name": (
        lambda: (named("p", named("q", a)) + named("q", b), a + b),
        "'q' is a name for a and a name for b",
    ),
    "an index bound in what is differentiated": (
        lambda: (Derivative("diff", sum_over(i, x[i]), [x[i]], Number(1)), Number(1)),
        "'i' is bound in sum_over(i, x[i])",
    ),
    "steps of two horizons": (
        lambda: (z[t] * z[step("t", horizon("S"))], z[step("t", horizon("S"))] * z[t]),
        "'t' is an index over T and an index over S",
    ),
    "a size and a horizon": (
        lambda: (z[t] * total(vector("x", sizes("T")[0])), nought),
        "'T' is a size and a size",
    ),
}


@pytest.mark.parametrize("judge", [decide, refute], ids=["proof", "run"])
@pytest.mark.parametrize("case", ALIKE)
def test_two_things_that_print_alike_do_not_stand_in_one_statement(
    judge: Callable[[Formula, Formula], object], case: str
) -> None:
    make, message = ALIKE[case]
    with pytest.raises(ValueError, match=r"another name|two names|another way") as caught:
        judge(*make())
    assert message in str(caught.value)


def test_a_name_may_be_set_as_what_it_means() -> None:
    decide(sum_over(i, named("q", x[i], "x_i")), sum_over(i, x[i]))
    decide(sum_over(i, x[i] * named("y_i", a)), total(x) * a)
    decide(vector("Loss", n)[i] + vector("loss", n)[i], vector("loss", n)[i] + vector("Loss", n)[i])
    c_o = series("c_o")
    decide(1 * c_o[t] + scalar("x_o") * 1, scalar("x_o") + c_o[t])
    decide(c_o[t] + c_o[t - 1], c_o[t - 1] + c_o[t], [Equation(c_o[again], a, for_all=[again])])


def test_nor_do_they_in_a_statement_that_no_rule_has_seen() -> None:
    with pytest.raises(ValueError, match="'z' is a 1×1 series and a 1×1 symbol"):
        check_statement([Equation(z[t], a).value, scalar("z")])
    with pytest.raises(ValueError, match=r"'t' is bound in what is said of .* there is another index"):
        check_statement([u[t]], [t], conditions=[(x[i] * z[again], (i, again))])


def test_nor_do_they_by_way_of_what_is_given() -> None:
    with pytest.raises(ValueError, match="'w' is a 1×1 symbol and a 1×1 series"):
        decide(scalar("w") * u[t], u[t] * scalar("w"), [Equation(u[t], w[t])])
    with pytest.raises(ValueError, match="'a' is bound in what is said of u"):
        decide(a * 1, a + 0, [Equation(u[step_a], 0, for_all=[step_a])])


step_a, again = step("a", T), step("t", T)


def test_nor_do_they_by_way_of_a_condition_or_a_step_that_stand_in_no_side() -> None:
    one = same(b, b * scalar("u") / scalar("u"))
    with pytest.raises(ValueError, match="'u' is"):
        chain(one, decide(b, b + u[t] - u[t]))
    hidden = same(b, b + 0 * z[once])
    with pytest.raises(ValueError, match="'e' is"):
        chain(hidden, decide(b, b + scalar("e") - scalar("e")))


def test_a_step_whose_range_speaks_of_another_is_not_left_behind_under_a_sum_over_that() -> None:
    for formula in (sum_over(t, z[late]), sum_over(t, sum_over(s, z[s] * z[late]))):
        with pytest.raises(ValueError, match=r"t\+1 ≤ q ≤ T depends on t, which is bound in"):
            decide(formula, formula * 1)
    inside = step("q", T, t + 1, T)
    decide(sum_over(t, sum_over(inside, z[inside])), sum_over(t, sum_over(inside, z[inside])) * 1)


@pytest.mark.parametrize("order", [-1, 0.5, True, "1", None], ids=repr)
def test_a_function_is_differentiated_a_number_of_times(order: object) -> None:
    with pytest.raises(ValueError, match="order: expected how many times f is differentiated, got"):
        Function("f", order)  # type: ignore[arg-type]
    assert repr(Function("f", 0).prime.prime) == "f''"


@pytest.mark.parametrize("known", [tanh, exp, log], ids=repr)
def test_a_derivative_of_a_known_function_is_a_formula_and_no_function_of_its_own(known: Function) -> None:
    with pytest.raises(ValueError, match=f"a derivative of {known} is written as a formula"):
        known.prime(a)


def test_what_is_given_of_all_values_is_told_from_what_is_given_of_one() -> None:
    of_one = decide(w[1] - x[i], nought, [Equation(w[1], x[i])])
    assert of_one.assumes == ("w[1] = x[i]",)
    assert summed(i, of_one).assumes == ("w[1] = x[i] for all i",)
    of_one = decide(2 * u[t], 2 * z[t], [Equation(u[t], z[t])])
    assert of_one.assumes == ("u[t] = z[t]",)
    assert summed(t, of_one).assumes == ("u[t] = z[t] for 1 ≤ t ≤ T",)


def test_a_name_does_not_stand_in_its_own_definition() -> None:
    with pytest.raises(ValueError, match="'q' names what is named so already"):
        named("q", named("q", a))
    decide(named("q", named("p", a)), a)


@pytest.mark.parametrize("word", ["softmax", "tanh", "V @ W", "f'", "2", "", "x y", "delta", "grad", None])
def test_a_name_is_an_identifier_and_no_word_of_the_language(word: Any) -> None:
    for declare in (
        lambda: named(word, W @ V),
        lambda: scalar(word),
        lambda: Series(word),
        lambda: labels(word, n),
        lambda: step(word, T),
    ):
        with pytest.raises(ValueError, match="name: "):
            declare()
    if word != "tanh":  # which is one of the functions themselves
        with pytest.raises(ValueError, match="name: "):
            Function(word)


# ---- Nothing else makes a theorem, and nothing changes one


TRUE = decide(2 * u[t], 2 * z[t], [Equation(u[t], z[t])])
PARTS: list[Any] = [
    TRUE,
    TRUE.left,
    TRUE.hypotheses[0],
    t,
    t.first,
    T,
    n,
    i,
    u,
    f,
    rule,
    decide(a / b, 1 / b * a).conditions[0],
]


def test_what_has_the_parts_of_a_theorem_is_none() -> None:
    parts = {name: getattr(TRUE, name) for name in ("hypotheses", "conditions", "context")}
    likeness = SimpleNamespace(left=Number(1), right=2 * u[t], **parts)

    class Lie(Theorem):
        def __init__(self) -> None:
            for name, part in {"left": Number(1), "right": 2 * u[t], **parts}.items():
                object.__setattr__(self, name, part)

    for false in (likeness, Lie(), None, "1 = 2", (Number(1), 2 * u[t])):
        for rule_ in (
            lambda false=false: chain(false, TRUE),
            lambda false=false: chain(TRUE, false),
            lambda false=false: summed(t, false),
            lambda false=false: telescope(t, 2 * u[t], nought, 2 * u[t], false),
            lambda false=false: induct(whole, u[whole], partial(whole), false, TRUE, before_),
            lambda false=false: induct(whole, u[whole], partial(whole), TRUE, false, before_),
        ):
            with pytest.raises(TypeError, match="expected a Theorem, got"):
                rule_()


@pytest.mark.parametrize("parts", [(), (a, a), (a, a, (), (), ())], ids=len)
def test_a_theorem_is_not_made_by_calling_its_class(parts: tuple[object, ...]) -> None:
    with pytest.raises(TypeError, match="made by a rule of the kernel, and by nothing else"):
        Theorem(*parts)


@pytest.mark.parametrize("thing", PARTS, ids=lambda thing: type(thing).__name__)
def test_nothing_of_which_something_is_proved_can_be_changed(thing: Any) -> None:
    before = dict(vars(thing))
    for name in [*before, "new"]:
        with pytest.raises(AttributeError, match="cannot be changed"):
            setattr(thing, name, ())
        with pytest.raises(AttributeError, match="cannot be taken away"):
            delattr(thing, name)
    assert vars(thing) == before
    assert copy.copy(thing) is thing
    assert copy.deepcopy([thing])[0] is thing
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="cannot be pickled"):
            pickle.dumps(thing, protocol)


def test_what_a_theorem_lists_is_no_list_that_could_be_added_to() -> None:
    for name in ("context", "hypotheses", "conditions", "sizes", "assumes"):
        assert isinstance(getattr(TRUE, name), tuple), name
    given = [Equation(u[t], z[t])]
    theorem = decide(2 * u[t], 2 * z[t], given)
    given.clear()
    assert len(theorem.hypotheses) == 1


RULES = ("decide", "chain", "summed", "telescope", "induct")


def kernel_modules() -> list[ModuleType]:
    found = [item.name for item in pkgutil.walk_packages(bptt.kernel.__path__, "bptt.kernel.")]
    return [bptt.kernel, *(importlib.import_module(name) for name in found)]


def test_what_makes_a_theorem_is_in_no_namespace() -> None:
    """A function that makes one can be reached from a rule's own closure alone."""
    makers = {code.co_name for code in rules.rules.__code__.co_consts if inspect.iscode(code)} - set(RULES)
    assert makers == {"made"}
    assert len(kernel_modules()) > 15
    for module in kernel_modules():
        for name, thing in vars(module).items():
            assert name not in makers, f"{module.__name__}.{name}"
            inside = vars(thing).values() if inspect.isclass(thing) else ()
            for item in (thing, *inside):
                assert getattr(item, "__name__", "") not in makers, f"{module.__name__}.{name}"
            if isinstance(thing, FunctionType) and set(thing.__code__.co_freevars) & makers:
                assert name in RULES, f"{module.__name__}.{name}"


def test_what_sets_the_parts_of_a_thing_changes_none() -> None:
    theorem = same(a, a + 0)
    entry = x[i]
    assert free_indices(entry) == {i}
    for thing, parts in ((theorem, {"left": b}), (a, {"name": "b"}), (entry, {"free": ()})):
        with pytest.raises(AttributeError, match="is set already"):
            fix(thing, **parts)


def test_no_module_keeps_a_bare_theorem() -> None:
    """One that has no parts yet, to be filled in by whoever finds it."""
    assert not [thing for thing in gc.get_objects() if type(thing) is Theorem and not vars(thing)]


# ---- What is concluded is run


def made_by_a_fault(left: Formula, right: Formula, *context: Index) -> Theorem:
    """Stand for a theorem that no rule makes."""
    false = object.__new__(Theorem)
    fix(false, left=left, right=right, context=context, hypotheses=(), conditions=())
    return false


def test_what_a_rule_concludes_is_run_before_it_is_handed_out() -> None:
    false, two = made_by_a_fault(z[t], 2 * z[t], t), Number(2)
    base, following = made_by_a_fault(u[0], two), made_by_a_fault(u[before_ + 1], two, before_)
    for conclude in (
        lambda: conclusions.chain(false, decide(2 * z[t], z[t] + z[t])),
        lambda: conclusions.summed(t, false),
        lambda: conclusions.telescope(t, z[t], nought, 2 * z[t], false),
        lambda: conclusions.induct(whole, u[whole], two, base, following, before_),
    ):
        with pytest.raises(Contradiction, match=r"^proved and refuted: .* is not .*: with"):
            conclude()


# ---- What takes too long, or cannot be said, is said


def nested(depth: int) -> Formula:
    formula = a
    for _ in range(depth):
        formula = tanh(formula)
    return formula


def test_a_formula_nested_too_deep_is_refused_when_it_is_written() -> None:
    with pytest.raises(ValueError, match="nested 101 deep: expected at most 100"):
        nested(1200)
    assert str(nested(99)).count("tanh(") == 99
    assert decide(nested(30), nested(30) * 1)


def test_a_power_too_large_is_undecided() -> None:
    for power in (100_000, -100_000, 10**9):
        with pytest.raises(Undecided, match="is more than 1000"):
            decide(a**power, a**power * 1)
    assert decide(a**500 * a**500, a**1000)


def test_work_beyond_a_limit_is_undecided() -> None:
    """And each call may do as much as the one before it."""
    for _ in range(2):
        with pytest.raises(Undecided, match="takes more than 300000 terms"):
            decide(total(x) ** 600, sum_over(i, x[i]) ** 600)
        assert decide((a + b) ** 6, (b + a) ** 6)


def test_a_number_has_an_exponential() -> None:
    assert decide(exp(Number(1)), exp(Number(1)) * 1)
    assert refute(exp(Number(1)), exp(Number(1)) * 1) > 0
    assert decide(exp(Number(2)), exp(Number(1)) ** 2)


def test_a_range_may_lie_within_another_horizon() -> None:
    other = step("q", T, horizon("S"), T)
    assert decide(z[other] * 1, z[other] + 0).holds_for() == "all T, S, S ≤ q ≤ T"
    assert prove(z[other] * 1, z[other] + 0).sizes == (T, horizon("S"))


@pytest.mark.parametrize("side", [1, "a", None, 0.5], ids=repr)
def test_sides_are_formulas(side: Any) -> None:
    for judge in (decide, conclusions.decide, prove, refute):
        with pytest.raises(TypeError, match="expected a formula on each side, got"):
            judge(side, a)
        with pytest.raises(TypeError, match="expected a formula on each side, got"):
            judge(a, side)


def test_what_runs_over_time_is_a_step() -> None:
    made = decide(x[i] * 1, x[i] + 0)
    for rule_ in (
        lambda: telescope(i, x[i], x[i], x[i], made),  # type: ignore[arg-type]
        lambda: induct(i, u[t], a, made, made, t),  # type: ignore[arg-type]
        lambda: induct(t, u[t], a, made, made, "s"),  # type: ignore[arg-type]
    ):
        with pytest.raises(TypeError, match="expected a Step, got"):
            rule_()


def test_a_moment_far_away_is_one_like_any_other() -> None:
    assert decide(z[Moment(t, 10**9)] * 1, z[t + 10**9] + 0)
    with pytest.raises(Undecided):
        decide(z[t + 10**9] * 1, z[t + 10**9 + 1] + 0)


@pytest.mark.parametrize("name", ["I", "I_n", "delta_ij"])
def test_a_name_that_is_set_as_the_language_itself_writes_is_refused(name: str) -> None:
    for declare in (lambda: matrix(name, n, n), lambda: named(name, a * 1)):
        with pytest.raises(ValueError, match="is set as what the language itself writes so"):
            declare()


def test_a_number_is_one_that_can_be_written() -> None:
    with pytest.raises(ValueError, match="at most 300 digits"):
        Number(10**301)
    with pytest.raises(Refuted, match=r"1e\+299"):
        prove(Number(10**299), Number(10**299) * 2)


def test_nor_does_it_behind_another_name() -> None:
    """All three mean the same, and so does what is printed; but L = M and M = L say nothing."""
    a = scalar("a")
    inner_most = named("L", a * a)
    outside = named("L", named("M", inner_most) + 0 * a)
    with pytest.raises(ValueError, match="'L' stands in its own definition"):
        decide(named("L", named("M", inner_most)), a * a)
    with pytest.raises(ValueError, match="'L' stands in its own definition"):
        decide(outside, a * a)
    decide(named("N", named("M", inner_most)), a * a)
