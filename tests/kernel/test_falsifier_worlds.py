"""The falsifier's own evaluation against values worked out by hand, and its two readings of a theorem."""

import random
from fractions import Fraction
from types import SimpleNamespace as Made
from typing import Any

import pytest
from falsifier.declared import Reader
from falsifier.judge import ALIKE, FALSE, HOLDS, MISREAD, OPEN, VACUOUS, judge
from falsifier.values import Ball, Dual, NoValue, Unsure, differ, known, power
from falsifier.worlds import World

from bptt.kernel import (
    Equation,
    Formula,
    Function,
    by_entry,
    delta,
    diag,
    exp,
    extent,
    eye,
    horizon,
    indices,
    inner,
    log,
    matrix,
    named,
    ones,
    product_over,
    same_time,
    scalar,
    series,
    sizes,
    step,
    sum_over,
    total,
    vector,
)
from bptt.kernel.language.formula import Derivative

n, m = sizes("n m")
T = horizon("T")
t = step("t", T)
x, W, a = vector("x", n), matrix("W", n, m), scalar("a")
u, z = series("u"), series("z")
f, g = Function("f"), Function("g")
(i, j), (k,) = indices("i j", n), indices("k", m)
s = step("s", T, 2, T)


def value(node: Formula) -> Any:
    """Compute a formula where n = 2, m = 3, T = 3, x = (3, -1), W = (1 2 3; 4 5 6), a = 2, u[t] = t + 10."""
    reader = Reader()
    world = World(
        {("size", "n", False): 2, ("size", "m", False): 3, ("size", "T", True): 3}, random.Random(1), (1,)
    )
    for symbol, entries in ((x, [[3], [-1]]), (W, [[1, 2, 3], [4, 5, 6]]), (a, [[2]])):
        world.drawn[reader.symbol(symbol, {}).data] = entries
    world.drawn.update({(reader.series(u), time): [[time + 10]] for time in range(-3, 8)})
    return world.value(reader.node(node, {}), {})


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (W.T @ x, [[-1], [1], [3]]),
        (x * x + 1, [[10], [2]]),
        (a * W - ones(n, m), [[1, 3, 5], [7, 9, 11]]),
        (diag(x) @ W, [[3, 6, 9], [-4, -5, -6]]),
        (inner(W, W), [[91]]),
        (total(x / 2), [[1]]),
        (extent(T) * eye(n), [[3, 0], [0, 3]]),
        (sum_over(i, delta(i, i) * x[i] ** 2), [[10]]),
        (by_entry(k, i, W[i, k] * x[i]), [[3, -4], [6, -5], [9, -6]]),
        (by_entry(i, j, delta(i, j)), [[1, 0], [0, 1]]),
        (sum_over(t, u[t]), [[36]]),
        (sum_over(s, u[s - 2] * same_time(s, T)), [[11]]),
        (sum_over(t, sum_over(step("k", T, t + 1, T), u[t])), [[34]]),
        (sum_over(step("k", T, T + 1, T), u[1]), [[0]]),
        (product_over(s, u[s] * eye(n)), [[156, 0], [0, 156]]),
        (product_over(step("k", T, 2, 1), u[1] + 0 * a), [[1]]),
        (1 / x, [[Fraction(1, 3)], [-1]]),
    ],
    ids=str,
)
def test_a_formula_has_the_value_worked_out_by_hand(node: Formula, expected: Any) -> None:
    assert value(node) == expected


def test_a_denominator_that_is_zero_leaves_no_value_even_beside_a_zero() -> None:
    with pytest.raises(NoValue):
        value(0 * a / (u[1] - 11))


def test_an_interval_tells_two_numbers_apart_and_never_finds_two_equal() -> None:
    third = known("tanh", 0, Fraction(1, 3))
    assert differ(third, Fraction(32, 100))
    assert not differ(third * 1, known("tanh", 0, Fraction(1, 3)))
    big = 10**12 * (known("exp", 0, 3) + -1 * known("exp", 0, 1) * known("exp", 0, 2))
    assert isinstance(big, Ball)
    assert not differ(big, 0)
    with pytest.raises(Unsure):
        power(big, -1)


@pytest.mark.parametrize("name", ["tanh", "exp", "log"])
def test_the_derivatives_of_the_known_functions_are_those_of_their_values(name: str) -> None:
    at, by = Fraction(3, 2), Fraction(1, 10**12)
    for order in range(3):
        slope = (known(name, order, at + by) + -1 * known(name, order, at)) * 10**12
        off = slope + -1 * known(name, order + 1, at)
        assert not differ(off, 0) or abs(float(off.interval.mid if isinstance(off, Ball) else off)) < 1e-10


def test_dual_numbers_know_the_product_and_the_power_rule() -> None:
    assert Dual(3, 1) * Dual(3, 1) == Dual(9, 6)
    assert power(Dual(2, 1), -1) == Dual(Fraction(1, 2), Fraction(-1, 4))
    assert power(Dual(3, 1), 3) == Dual(27, 27)


def theorem(left: Formula, right: Formula, *context: Any, given: Any = (), where: Any = ()) -> Made:
    """Say what a theorem says, whether or not a rule could have made it."""
    hypotheses = [Made(for_all=steps, left=one, right=other) for steps, one, other in given]
    conditions = [Made(for_all=own, formula=node, positive=positive) for own, node, positive in where]
    return Made(left=left, right=right, context=context, hypotheses=hypotheses, conditions=conditions)


early, late = step("e", T, 1, T - 1), step("q", T, t + 1, T)
none = step("v", T, T + 1, T)
same_name = step("t", T, 1, T - 1)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (theorem(sum_over(early, u[early]), (extent(T) - 1) * a, given=[((early,), u[early], a)]), HOLDS),
        (theorem(sum_over(t, u[t]), extent(T) * a, given=[((early,), u[early], a)]), FALSE),
        (theorem(u[t], a, t, given=[((), u[t], a)]), HOLDS),
        (theorem(u[t + 1], a, t, given=[((), u[t], a)]), FALSE),
        (theorem(u[t], u[T], t, given=[((late,), u[late], u[t] + 0)]), HOLDS),
        (theorem(u[t], a, t, given=[((late,), u[late], a)]), FALSE),
        (theorem(x[i] / x[i], 1 + 0 * a, i, where=[((i,), x[i], False)]), HOLDS),
        (theorem(x[i] / x[i], 1 + 0 * a, i, where=[((), x[i], False)]), HOLDS),
        (theorem(x[i] / x[i], 1 + 0 * a, where=[((), x[i], False)]), OPEN),
        (theorem(total(1 / x), total(1 / x), i, where=[((), x[i], False)]), FALSE),
        (theorem(x[i] / x[i], 1 + 0 * a, i), FALSE),
        (theorem(log(a), log(a), where=[((), a + 0, True)]), HOLDS),
        (theorem(log(a), log(a), where=[((), a + 0, False)]), FALSE),
        (theorem(1 + 0 * a, 0 * a, none), VACUOUS),
        (theorem(1 + 0 * a, 0 * a, given=[((), u[1], 0 * a), ((), u[1], 1 + 0 * a)]), VACUOUS),
        (theorem(u[1] - z[1], 0 * a, given=[((), u[1], z[1]), ((), z[1], u[1])]), HOLDS),
        (theorem(f(a), g(a)), FALSE),
        (theorem(f(a), f(a) + 0), HOLDS),
        (theorem(sum_over(same_name, u[t]), (extent(T) - 1) * u[t], t), MISREAD),
        (theorem(u[t] + u[same_name], u[same_name] + u[t], t, same_name), ALIKE),
        (theorem(scalar("u") * u[1], u[1] * scalar("u")), ALIKE),
        (theorem(named("p", a) + named("p", z[1]), a + z[1]), MISREAD),
        (theorem(Equation(u[1], a).value, a), MISREAD),
        (theorem(Equation(u[1], a).value, a, given=[((), u[1], a)]), HOLDS),
        (theorem(Derivative("diff", f(a * a), [a], 2 * a * f.prime(a * a)), 2 * f.prime(a * a) * a), HOLDS),
        (theorem(Derivative("diff", f(a * a), [a], f.prime(a * a)), f.prime(a * a)), MISREAD),
        (theorem(scalar("x1"), named("x1", a)), FALSE),
        (theorem(a + 0 * scalar("x1"), named("x1", a)), MISREAD),
        (theorem(exp(a) * exp(a), exp(2 * a)), HOLDS),
        (theorem(exp(a) * exp(a), exp(2 * a) + Fraction(1, 10**30)), FALSE),
    ],
    ids=lambda said: f"{said.left} = {said.right}" if isinstance(said, Made) else said,
)
def test_a_theorem_is_judged_by_its_context_hypotheses_and_conditions(said: Any, expected: str) -> None:
    assert judge(said).kind == expected
