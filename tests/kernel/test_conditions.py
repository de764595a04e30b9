"""What must hold for a formula to have a value, and what is positive by the way in which it is written."""

import pytest

from bptt.kernel import (
    Formula,
    Function,
    Index,
    exp,
    extent,
    horizon,
    log,
    matrix,
    ones,
    scalar,
    series,
    sizes,
    softmax,
    step,
    sum_over,
    tanh,
    total,
    vector,
)
from bptt.kernel.language.conditions import Condition, conditions_in, is_positive
from bptt.kernel.language.formula import Number

n, m = sizes("n m")
T = horizon("T")
t = step("t", T)
i, j = Index("i", n), Index("j", n)
A, x, z = matrix("A", n, m), vector("x", n), scalar("z")
u = series("u")


@pytest.mark.parametrize(
    "node",
    [Number(2), exp(A), softmax(x), ones(n, m), extent(n), exp(x)[i], sum_over(i, exp(x)[i]), 1 + exp(A),
     2 * exp(A), exp(A).T, exp(A) ** 2, total(exp(A)), exp(A) @ exp(A).T],
    ids=str,
)  # fmt: skip
def test_what_is_written_so_is_positive(node: Formula) -> None:
    assert is_positive(node)


@pytest.mark.parametrize(
    "node",
    [Number(0), Number(-2), -exp(A), tanh(A), Function("a")(z), Function("z")(z),
     A, exp(A) - 1, exp(A) + z, z * exp(A), sum_over(t, exp(u[t])), log(exp(A))],
    ids=str,
)  # fmt: skip
def test_of_other_things_it_is_not_said(node: Formula) -> None:
    assert not is_positive(node)


@pytest.mark.parametrize(
    ("node", "conditions"),
    [
        (1 / z, ["z is not 0"]),
        (1 / (1 + exp(z)), []),
        (1 / Number(2), []),
        (log(z), ["z > 0"]),
        (log(exp(z)), []),
        (log(Number(-2) * exp(z)), ["-2 * exp(z) > 0"]),
        (sum_over(i, 1 / x[i]), ["x[i] is not 0 for all i"]),
        (sum_over(t, log(u[t])), ["u[t] > 0 for 1 ≤ t ≤ T"]),
        (sum_over(i, x[i] / z), ["z is not 0"]),
        (sum_over(i, sum_over(j, 1 / (x[i] * z))), ["x[i] * z is not 0 for all i"]),
    ],
    ids=str,
)
def test_a_denominator_and_a_logarithm_suppose_something(node: Formula, conditions: list[str]) -> None:
    assert [str(condition) for condition in conditions_in(node)] == conditions


def test_a_condition_is_said_of_each_index_once_and_of_no_other() -> None:
    condition = Condition(x[i], positive=False)
    assert condition.quantified([j]) is condition
    said = condition.quantified([i, j])
    assert said.for_all == (i,)
    assert said.quantified([i]) is said
