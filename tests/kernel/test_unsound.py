"""Falsehoods that the kernel once proved, truths that it refuted, and what it answered by an accident.

What is false must be refused somewhere on the way, or come out as a theorem that is true: the worlds of the
falsifier are the judge of that, of what was declared and of what is printed.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from falsifier.judge import FALSE as WRONG
from falsifier.judge import HOLDS, judge

from bptt.kernel import (
    Equation,
    Formula,
    Function,
    Index,
    Moment,
    Recurrence,
    Step,
    Theorem,
    Undecided,
    Vacuous,
    chain,
    decide,
    delta,
    diag,
    exp,
    extent,
    horizon,
    indices,
    inner,
    matrix,
    moment,
    named,
    product_over,
    prove,
    same_time,
    scalar,
    series,
    sizes,
    step,
    sum_over,
    summed,
    tanh,
    telescope,
    total,
    vector,
)
from bptt.kernel.language.formula import Number, TooDeep
from bptt.symbolic import diff, grad, jacobian, with_function
from bptt.symbolic.entry import OutsideTheLanguage

n, k = sizes("n k")
T = horizon("T")
t, s = step("t", T), step("s", T)
x, y = vector("x", n), vector("y", n)
a, b = scalar("a"), scalar("b")
W, V = matrix("W", n, n), matrix("V", n, n)
i, j = indices("i j", n)
u, v, w, z = series("u"), series("v"), series("w"), series("z")

Case = Callable[[], Any]
# What is false, what is true, and what may be refused; each with what the kernel says of it.
FALSE: list[Any] = []
TRUE: list[Any] = []
UNSAYABLE: list[Any] = []
PROVED = Theorem  # as what was proved then, with all that it assumes, which is true
SECONDS = 10


def said(cases: list[Any], answer: type) -> Callable[[Case], Case]:
    """List a case, with the theorem or the exception that it ends in."""

    def listed(case: Case) -> Case:
        cases.append(pytest.param(case, answer, id=case.__name__))
        return case

    return listed


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Stop what takes longer: a limit that the kernel should have set itself."""

    def stop(number: int, frame: object) -> None:
        raise TimeoutError(f"no answer within {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# False statements.


@said(FALSE, Undecided)
def one_is_zero() -> Any:
    """Multiplying by x_i - x_j kills delta(i, j); a chain forgets that the middle has no value at i = j."""
    D, G = delta(i, j), x[i] - x[j]
    zero = chain(prove(D, D + G / G - 1), prove(D + G / G - 1, 0 * a))
    return zero, chain(
        chain(prove(Number(1), sum_over(i, D)), summed(i, zero)), prove(sum_over(i, 0 * a), Number(0))
    )


@said(FALSE, Undecided)
def one_is_zero_by_a_telescope_alone() -> Any:
    D, G = same_time(t, 1), z[t] - z[1]
    return telescope(t, D, 0 * z[t], 0 * z[t], prove(D + G / G - 1, 0 * z[t]))


@said(FALSE, PROVED)
def a_hypothesis_loses_its_range() -> Any:
    wide, narrow = step("s", T), step("s", T, 1, T - 1)
    p = summed(wide, prove(u[wide] - a, 0 * a, given=[Equation(u[wide], a)]))
    q = summed(narrow, prove(0 * a, 0 * b, given=[Equation(u[narrow], a)]))
    return chain(p, q)


@said(FALSE, PROVED)
def T_is_one_by_a_step_that_exists_for_no_other_T() -> Any:
    e = step("v", T, T, 1)

    def upto(at: Moment) -> Formula:
        q = Step("s", T, Moment(None, 1), at)
        return sum_over(q, 1 + 0 * z[q])

    def before(at: Moment) -> Formula:
        q = Step("s", T)
        r = Step("r", T, q + 0, T + 0)
        return 1 + sum_over(q, sum_over(r, same_time(r, at - 1)))

    d = same_time(t, e)
    p = prove(1 * extent(T), upto(e + 0))
    for q in (
        prove(upto(e + 0), sum_over(t, d * upto(t + 0))),
        summed(t, prove(d * upto(t + 0), d * before(t + 0))),
        prove(sum_over(t, d * before(t + 0)), before(e + 0)),
        prove(before(e + 0), Number(1)),
    ):
        p = chain(p, q)
    return p


@said(FALSE, PROVED)
def two_hypotheses_over_a_range_that_may_be_empty_in_a_chain() -> Any:
    q = step("q", T, 2, T)
    one = prove(a * z[0], u[q] * z[0], given=[Equation(u[q], a)])
    return chain(one, prove(u[q] * z[0], 0 * a, given=[Equation(u[q], 0)]))


@said(FALSE, PROVED)
def hypotheses_over_an_empty_range() -> Any:
    """At t = T there is no q, so nothing is given."""
    q = step("q", T, t + 1, T)
    return prove(2 * u[t], 2 * z[t], given=[Equation(u[t], w[q]), Equation(w[q], z[t])])


@said(FALSE, PROVED)
def a_hypothesis_about_the_index_that_is_summed_over() -> Any:
    """Given w = x_i for one i, and used for every i."""
    p = prove(w[1] - x[i], 0 * a, given=[Equation(w[1], x[i])])
    return summed(i, p)


@said(FALSE, Vacuous)
def zero_by_zero_through_a_chain() -> Any:
    p = prove(a, a * u[t] / u[t])
    return chain(p, decide(a * u[t] / u[t], 0 * a, given=[Equation(u[t], 0)]))


@said(FALSE, ValueError)
def every_function_is_its_own_derivative() -> Any:
    return prove(diff(Function("f", -1)(a), a), Function("f")(a))


@said(FALSE, PROVED)
def two_definitions_of_one_series() -> Any:
    one, two = Recurrence(u, t, z[t]), Recurrence(u, t, 2 * z[t])
    p = prove(z[t] * w[t], u[t] * w[t], given=[one[t]])
    return chain(p, prove(u[t] * w[t], 2 * z[t] * w[t], given=[two[t]]))


@said(FALSE, PROVED)
def a_value_and_its_variable_meet_in_a_chain() -> Any:
    rule = Recurrence(u, t, 2 * z[t])
    p = prove(rule[t].value * 1, 2 * z[t])
    return chain(p, prove(2 * z[t], 2 * u[t], given=[Equation(z[t], u[t])]))


@said(FALSE, PROVED)
def a_value_without_its_equation() -> Any:
    return prove(Recurrence(u, t, 2 * z[t])[t].value * w[t], 2 * z[t] * w[t])


@said(FALSE, ValueError)
def a_bound_index_named_like_a_symbol() -> Any:
    index = Index("i", n)
    return prove(sum_over(index, scalar("i") * x[index]), scalar("i") * total(x))


@said(FALSE, ValueError)
def a_bound_index_named_like_its_size() -> Any:
    index = Index("n", n)
    return prove(sum_over(index, extent(n) * x[index]), extent(n) * total(x))


@said(FALSE, ValueError)
def a_bound_step_named_like_the_horizon() -> Any:
    return prove(sum_over(step("T", T), z[T]), extent(T) * z[T])


@said(FALSE, ValueError)
def a_name_that_reads_as_a_formula() -> Any:
    return prove(W @ V, named("V @ W", W @ V))


@said(FALSE, ValueError)
def a_function_named_like_the_softmax() -> Any:
    return prove(jacobian(Function("softmax")(x), x), diag(Function("softmax").prime(x)))


@said(FALSE, AttributeError)
def a_step_that_changes_after_the_proof() -> Any:
    early = step("t", T, 1, T - 1)
    p = prove(same_time(early, T), 0 * a)
    early.last = moment(T)
    return p, chain(prove(Number(1), sum_over(early, same_time(early, T))), summed(early, p))


@said(FALSE, AttributeError)
def hypotheses_that_are_taken_away_after_the_proof() -> Any:
    p = prove(2 * u[t], 2 * z[t], given=[Equation(u[t], z[t])])
    p.hypotheses = ()
    return p


# True statements.


@said(TRUE, PROVED)
def a_difference_that_rounds_to_something_large() -> Any:
    return prove(10**12 * (exp(a + b) - exp(a) * exp(b)), 0 * a)


@said(TRUE, PROVED)
def equations_that_can_be_read_only_once() -> Any:
    return prove(2 * u[t], 2 * z[t], given=(item for item in [Equation(u[t], z[t])]))


@said(TRUE, PROVED)
def a_function_put_in_that_speaks_of_a_scalar_z() -> Any:
    f = Function("f")
    return prove(with_function(f(a), f, lambda q: q * scalar("z")), a * scalar("z"))


# What may be refused, in words.


@said(UNSAYABLE, PROVED)
def a_range_from_another_horizon() -> Any:
    q = step("q", T, horizon("S"), T)
    return prove(z[q] * 1, z[q] + 0)


@said(UNSAYABLE, OutsideTheLanguage)
def the_gradient_of_a_product_over_time() -> Any:
    q, J = step("q", T), series("J", n, n)
    return prove(grad(inner(y, product_over(q, J[q]) @ x), x), product_over(q, J[q]).T @ y)


@said(UNSAYABLE, PROVED)
def the_exponential_of_one() -> Any:
    return prove(exp(Number(1)) * a, a * exp(Number(1)))


@said(UNSAYABLE, TooDeep)
def a_formula_nested_1200_deep() -> Any:
    node = a
    for _ in range(1200):
        node = tanh(node)
    return prove(node, node * 1)


@said(UNSAYABLE, Undecided)
def a_power_of_100000() -> Any:
    return prove((a + b) ** 100_000, (b + a) ** 100_000)


@said(UNSAYABLE, Undecided)
def a_single_power_of_100000() -> Any:
    return prove(a**100_000, a**100_000 * 1)


def answers(case: Case) -> tuple[Any, ...]:
    """Ask the kernel: theorems, or an exception."""
    try:
        with within(SECONDS):
            made = case()
    except Exception as error:
        return (error,)
    return made if isinstance(made, tuple) else (made,)


def check(case: Case, expected: type) -> None:
    for found in answers(case):
        assert type(found) is expected, repr(found)
        verdict = judge(found, count=36) if expected is PROVED else None
        assert verdict is None or verdict.kind == HOLDS, f"{found}: {verdict.kind}: {verdict.why}"


@pytest.mark.parametrize(("case", "answer"), FALSE)
def test_what_is_false_is_refused_or_comes_out_as_something_true(case: Case, answer: type) -> None:
    check(case, answer)


@pytest.mark.parametrize(("case", "answer"), TRUE)
def test_what_is_true_is_proved(case: Case, answer: type) -> None:
    check(case, answer)


@pytest.mark.parametrize(("case", "answer"), UNSAYABLE)
def test_what_can_hardly_be_said_is_answered_in_words_and_in_time(case: Case, answer: type) -> None:
    check(case, answer)


def test_an_equation_that_is_read_once_is_carried_along() -> None:
    (theorem,) = answers(equations_that_can_be_read_only_once)
    assert len(theorem.hypotheses) == 1


def test_what_is_false_would_be_found_if_it_were_proved() -> None:
    """The judge is no rubber stamp: it tells a false theorem from a true one."""
    p = decide(2 * u[t], 2 * z[t], given=[Equation(u[t], z[t])])
    assert judge(p).kind == HOLDS
    object.__setattr__(p, "right", 3 * z[t])
    assert judge(p).kind == WRONG
