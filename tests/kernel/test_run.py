"""Runs: what they refute and what they never may, what is said of them, and what they cost."""

import contextlib
import math
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction

import pytest

from bptt.kernel import (
    Condition,
    Equation,
    Formula,
    Function,
    Place,
    Recurrence,
    Refuted,
    Undecided,
    Vacuous,
    by_entry,
    decide,
    defined,
    evaluate,
    exp,
    horizon,
    indices,
    inner,
    labels,
    log,
    matrix,
    named,
    onehot,
    prove,
    refute,
    same_time,
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
from bptt.kernel.language.formula import Derivative
from bptt.kernel.run import rounded
from bptt.kernel.run.evaluate import Work
from bptt.kernel.run.points import Draw
from bptt.kernel.run.rounded import Dual, Rounded, differ
from bptt.kernel.run.shown import number
from bptt.kernel.run.slopes import WrongDerivative, check_derivatives

n, k = sizes("n k")
i, j = indices("i j", n)
W, V, x, y = matrix("W", n, k), matrix("V", n, n), vector("x", k), vector("y", n)
a, b, c = scalar("a"), scalar("b"), scalar("c")
f, g = Function("f"), Function("g")
T = horizon("T")
t, s = step("t", T), step("s", T)
h, u, z = series("h", n), series("u"), series("z")
truth = labels("truth", n)
states = Recurrence(h, t, tanh(V @ h[t - 1]))


# ---- numbers known within a bound


def exp_exactly(x: Fraction) -> Fraction:
    """Sum the series of the exponential to far beyond what a float holds."""
    halvings = 0
    while abs(x) > 1:
        x, halvings = x / 2, halvings + 1
    result, term = Fraction(1), Fraction(1)
    for n in range(1, 40):
        term = term * x / n
        result += term
    for _ in range(halvings):
        result = (result * result).limit_denominator(10**60)
    return result


ARGUMENTS = [Fraction(p, q) for p, q in ((1, 3), (-2, 7), (5, 2), (-9, 4), (1, 97), (-1, 10**9), (8, 1))]


@pytest.mark.parametrize("x", ARGUMENTS, ids=str)
def test_the_bound_of_a_function_holds(x: Fraction) -> None:
    e = exp_exactly(x)
    double = exp_exactly(2 * x)
    exact = {"exp": e, "tanh": (double - 1) / (double + 1)}
    for name, true in exact.items():
        found = getattr(rounded, name)(rounded.rounded(x))
        assert abs(Fraction(found.value) - true) <= Fraction(found.error), name
        assert found.error < 1e-12 * abs(found.value), name
    # The logarithm of a float next to e**x, brought back by the slope there.
    found = rounded.log(rounded.rounded(e))
    assert abs(Fraction(found.value) - x) <= Fraction(found.error)
    assert found.error < 1e-12 * (1 + abs(found.value))


@pytest.mark.parametrize("seed", range(20))
def test_the_bound_of_a_calculation_holds(seed: int) -> None:
    draw = Draw()
    for _ in range(seed):
        draw.below(7)
    exact = [Fraction(draw.below(50) - 25, 1 + draw.below(30)) for _ in range(6)]
    near = [rounded.rounded(value) for value in exact]
    for _ in range(30):
        one, two = draw.below(len(exact)), draw.below(len(exact))
        kind = draw.below(5)
        try:
            pair = [
                [
                    us[one] + us[two],
                    us[one] - us[two],
                    us[one] * us[two],
                    us[one] / (us[two] + 60),
                    us[one] ** 2,
                ][kind]
                for us in (exact, near)
            ]
        except (ZeroDivisionError, OverflowError):
            continue
        if abs(pair[0]) > 10**30:
            continue
        exact.append(pair[0])
        near.append(rounded.rounded(pair[1]))
    for true, found in zip(exact, near, strict=True):
        assert abs(Fraction(found.value) - true) <= Fraction(found.error)


def test_what_is_not_known_to_be_other_than_zero_is_not_divided_by() -> None:
    nearly = rounded.exp(rounded.rounded(1)) - rounded.exp(rounded.rounded(1))
    for work in (lambda: 1 / nearly, lambda: nearly**-1, lambda: nearly.inverse()):
        with pytest.raises(ZeroDivisionError):
            work()
    with pytest.raises(ValueError, match="may not be positive"):
        rounded.log(nearly)
    with pytest.raises(OverflowError):
        rounded.exp(rounded.rounded(500)) ** 3
    with pytest.raises(OverflowError):
        Rounded(math.nan, 0.0)
    with pytest.raises(OverflowError):
        Rounded(0.0, math.nan)
    with pytest.raises(AttributeError):
        nearly.value = 1.0  # type: ignore[misc]


def test_zero_times_a_rounded_number_is_zero_exactly() -> None:
    assert rounded.exp(rounded.rounded(1)) * Fraction(0) == Fraction(0)
    assert evaluate(exp(a) + tanh(a) + log(1 + a), Place({}, {"a": [[Fraction(0)]]})) == [[Fraction(1)]]


# ---- a run never refutes by rounding

TRUE_BUT_ROUNDED: "dict[str, tuple[Formula, Formula]]" = {
    "large times what cancels": (10**12 * (exp(a + b) - exp(a) * exp(b)), a - a),
    "very large": (10**200 * (exp(a + b) - exp(a) * exp(b)), a - a),
    "small differences": (log(exp(a)) - a, b - b),
    "divided by a small one": ((exp(a) * exp(-a) - 1) / exp(-30 * a**2), b - b),
    "tanh by exponentials": (10**9 * (tanh(a) * (exp(a) + exp(-a)) - exp(a) + exp(-a)), a - a),
    "softmax": (10**12 * (total(softmax(y)) - 1), a - a),
    "a power": ((exp(a) * exp(-a)) ** 1000 - 1, a - a),
    "too large for a float": (exp(exp(exp(5 + a**2))) * 0, a - a),
}


@pytest.mark.parametrize("case", TRUE_BUT_ROUNDED, ids=str)
def test_what_is_true_is_not_refuted_by_rounding(case: str) -> None:
    refute(*TRUE_BUT_ROUNDED[case])


FALSE_BY_LITTLE: "dict[str, tuple[Formula, Formula]]" = {
    "exact, and small": (a + Fraction(1, 10**30), a * 1),
    "rounded": (exp(a + b), exp(a) * exp(b) + Fraction(1, 10**9)),
    "multiplied": (10**12 * (exp(a + b) - exp(a) * exp(b)), a - a + 1),
    "a wrong slope": (1 - tanh(a) ** 2, 1 - tanh(a) ** 2 * Fraction(10**9 + 1, 10**9)),
    "softmax": (total(softmax(y)), 1 + Fraction(1, 10**10) + 0 * total(y)),
}


@pytest.mark.parametrize("case", FALSE_BY_LITTLE, ids=str)
def test_what_is_false_beyond_the_bound_is_refuted(case: str) -> None:
    with pytest.raises(Refuted):
        refute(*FALSE_BY_LITTLE[case])


def test_a_condition_that_rounding_leaves_open_does_not_hold() -> None:
    nothing = exp(a + b) - exp(a) * exp(b)
    for positive in (False, True):
        assert refute(a, b, conditions=[Condition(nothing, positive)]) == 0
    with pytest.raises(Refuted):
        refute(a, b, conditions=[Condition(nothing + 1, True)])


def test_two_rounded_values_of_one_thing_are_not_taken_for_one() -> None:
    """The two exponents are one float, and no two numbers: nothing is known to hold there."""
    close = Fraction(1, 10**40)
    given = [Equation(u[1], exp(a)), Equation(u[T], exp(a + close))]
    one = step("one", T, 1, 1)
    both = [given[0], Equation(u[one], exp(a + close), [one])]
    assert refute(a, b, both) == 0
    with pytest.raises(Refuted):
        refute(a, b, [given[0], Equation(u[one], exp(a), [one])])
    # At another moment there is nothing to compare.
    with pytest.raises(Refuted):
        refute(a, b, given)


def test_one_recurrence_may_be_given_more_than_once() -> None:
    every = states[t].quantified([t])
    last = Recurrence(h, step("r", T), tanh(V @ h[T - 1]))[T]
    decide(2 * h[T], 2 * tanh(V @ h[T - 1]), [last, every])
    decide(2 * h[s], 2 * tanh(V @ h[s - 1]), [states[s], every])
    with pytest.raises(Refuted):
        prove(h[s], V @ h[s - 1], [states[s], every])


# ---- derivatives, looked at a second time

held = named("held", tanh(a * b))
outer_name = named("outer_name", tanh(a * c + held))
loss = named("loss", inner(y, W @ x))
hidden = named("hidden", W @ x)
price = inner(y, tanh(hidden))
slope = 1 - tanh(W @ x) ** 2
by_W = by_entry(i, p := indices("p", k)[0], y[i] * x[p])

RIGHT: "dict[str, Callable[[], Derivative]]" = {
    "grad": lambda: Derivative("grad", loss, [W], by_W),
    "diff": lambda: Derivative("diff", a**3 / b, [b], -(a**3) / b**2),
    "diff by an entry": lambda: Derivative("diff", loss, [W[i, p]], y[i] * x[p]),
    "of an unknown function": lambda: Derivative("diff", f(a * b), [a], f.prime(a * b) * b),
    "jacobian": lambda: Derivative("jacobian", tanh(W @ x), [x], by_entry(i, p, slope[i] * W[i, p])),
    "a name as variable": lambda: Derivative("grad", price, [hidden], y * slope),
    "a series": lambda: Derivative(
        "grad", inner(h[t], V @ h[s]), [h[s]], V.T @ h[t] + same_time(s, t) * (V @ h[s])
    ),
    "immediate": lambda: Derivative("immediate", outer_name, [a], (1 - outer_name**2) * c),
    "total": lambda: Derivative("diff", outer_name, [a], (1 - outer_name**2) * (c + (1 - held**2) * b)),
    "differential": lambda: Derivative("differential", a * b, [a, b], u[1] * b + a * u[2], [u[1], u[2]]),
}


def sabotaged(case: str, change: Callable[[Formula], Formula]) -> Derivative:
    right = RIGHT[case]()
    return Derivative(right.kind, right.of, right.by, change(right.args[0]), right.along)


@pytest.mark.parametrize("case", RIGHT, ids=str)
def test_a_right_derivative_is_let_through(case: str) -> None:
    check_derivatives([RIGHT[case]()])


@pytest.mark.parametrize("case", RIGHT, ids=str)
@pytest.mark.parametrize(
    "change",
    [lambda d: -d, lambda d: 2 * d, lambda d: d * d, lambda d: d * 0],
    ids=["negated", "twice", "squared", "zero"],
)
def test_a_wrong_derivative_is_found(case: str, change: Callable[[Formula], Formula]) -> None:
    with pytest.raises(WrongDerivative, match="slope"):
        check_derivatives([1 + sabotaged(case, change)])


def test_a_transposed_gradient_is_found() -> None:
    square = inner(y, V @ y)
    check_derivatives([Derivative("grad", square, [V], y @ y.T)])
    ahead = vector("ahead", n)
    with pytest.raises(WrongDerivative):
        check_derivatives([Derivative("grad", inner(y, V @ ahead), [V], ahead @ y.T)])


def test_the_total_derivative_is_not_the_immediate_one() -> None:
    total_one = RIGHT["total"]()
    with pytest.raises(WrongDerivative):
        check_derivatives([Derivative("immediate", outer_name, [a], total_one.args[0])])
    with pytest.raises(WrongDerivative):
        check_derivatives([Derivative("diff", outer_name, [a], RIGHT["immediate"]().args[0])])


def test_a_wrong_derivative_stops_whoever_states_it() -> None:
    wrong = sabotaged("grad", lambda d: 2 * d)
    for work in (
        lambda: prove(wrong, 2 * by_W),
        lambda: decide(wrong, 2 * by_W),
        lambda: prove(by_W, wrong),
        lambda: prove(h[t], h[t] * 1, [Equation(h[t], wrong @ x)]),
    ):
        with pytest.raises(
            WrongDerivative, match=r"grad\(loss, W\) is no derivative of loss: with k = 3, n = 2"
        ):
            work()


def test_a_derivative_within_a_derivative_is_looked_at_too() -> None:
    first = sabotaged("diff", lambda d: 2 * d)
    with pytest.raises(WrongDerivative, match=r"diff\(a\*\*3 / b, b\)"):
        check_derivatives([Derivative("diff", first, [a], -6 * a**2 / b**2)])


def test_a_derivative_without_a_value_is_undecided() -> None:
    with pytest.raises(Undecided, match="nobody looked at it"):
        check_derivatives([Derivative("diff", a / (b - b), [a], 1 / (b - b))])


def test_slopes_follow_the_rules() -> None:
    two = Dual(Fraction(3), Fraction(1))
    assert [(two**n).slope for n in (2, 1, 0, -1)] == [6, 1, 0, Fraction(-1, 9)]
    assert [part.slope for part in (2 * two + 1, two / two, Fraction(1) + two)] == [2, 0, 1]


# ---- a counterexample can be redone by hand


def counterexample(left: Formula, right: Formula, *given: Equation) -> Refuted:
    with pytest.raises(Refuted) as caught:
        refute(left, right, given)
    return caught.value


def test_a_counterexample_says_the_whole_run() -> None:
    assert str(counterexample(a * b, a + b)) == (
        "a * b is not a + b: with a = 2, b = -3, the left side is -6, the right side -1"
    )
    found = counterexample(V @ y, V.T @ y)
    names = [reading.typed.partition(" = ")[0] for reading in found.run()]
    assert names == ["n", "V", "y"]
    assert "entry (1, 1) of the left side is" in str(found)
    assert found.run()[0].typed == "n = 2"


def test_series_labels_and_polynomials_are_said() -> None:
    found = counterexample(f(u[t - 1]) * a, a * f.prime(u[t - 1]))
    names = [reading.typed.partition(" = ")[0] for reading in found.run()]
    assert names == ["T", "t", "a", "u[0]", "f(z)"]
    assert "z**4" in found.run()[-1].typed
    assert "z^4" in found.run()[-1].tex
    found = counterexample(inner(onehot(truth[t]), y), y[i])
    names = [reading.typed.partition(" = ")[0] for reading in found.run()]
    assert names == ["T", "n", "i", "t", "truth[2]", "y"]


def test_what_is_given_is_followed_to_its_inputs() -> None:
    found = counterexample(h[T], V @ h[T - 1], states[t].quantified([t]))
    names = [reading.typed.partition(" = ")[0] for reading in found.run()]
    assert names == ["T", "n", "V", "h[0]", "h[1]"]


FALSE: "dict[str, tuple[Formula, Formula]]" = {
    "sign": (W @ x, -(W @ x)),
    "transposed": (V @ y, V.T @ y),
    "order": (V @ V.T, V.T @ V),
    "power": (a**2, a**3),
    "function": (f(a), f.prime(a)),
    "two functions": (f(a), g(a)),
    "sum": (sum_over(s, u[s]), u[T]),
    "time": (sum_over(t, u[t] * z[t - 1]), sum_over(t, u[t] * z[t])),
}


@pytest.mark.parametrize("case", FALSE, ids=str)
def test_sizes_and_values_are_small(case: str) -> None:
    """And both sides have the values that are said, at the point that is said."""
    left, right = FALSE[case]
    found = counterexample(left, right)
    assert all(size <= 3 for size in found.sizes.values())
    for value in found.point.values():
        matrices = value.values() if isinstance(value, dict) else [value]
        assert all(entry.denominator == 1 and abs(entry) <= 3 for m in matrices for row in m for entry in row)
    row, col = found.entry
    assert evaluate(left, found.place)[row][col] == found.left_value
    assert evaluate(right, found.place)[row][col] == found.right_value
    assert differ(found.left_value, found.right_value)


def test_a_run_is_the_same_in_every_process() -> None:
    code = (
        "from bptt.kernel import *\n"
        "n, k = sizes('n k'); A, B = matrix('A', n, k), matrix('B', k, n)\n"
        "T = horizon('T'); t = step('t', T)\n"
        "h = series('h', n); f = Function('f')\n"
        "for sides in ((A @ B, (A @ B).T), (sum_over(t, f(h[t])), sum_over(t, f(h[t - 1])))):\n"
        "    try: refute(*sides)\n"
        "    except Refuted as found: print(found)\n"
    )
    texts = set()
    for seed in ("1", "2", "3"):
        done = subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        texts.add(done.stdout)
    assert len(texts) == 1
    assert texts.pop().count("is not") == 2


# ---- limits


def many_sums(count: int) -> Formula:
    steps = [step(f"t{number}", T) for number in range(count)]
    result = u[steps[0]] * 1
    for item in steps[1:]:
        result = result * z[item]
    for item in steps:
        result = sum_over(item, result)
    return result


LARGE: "dict[str, Callable[[], Formula]]" = {
    "a large power": lambda: a**100_000 + b,
    "a power of a power": lambda: ((a**1000) ** 1000) ** 1000 + b,
    "a negative one": lambda: (a + b) ** -1_000_000,
    "polynomials of polynomials": lambda: f(f(f(f(f(f(f(f(a)))))))),
    "sums in sums": lambda: many_sums(14),
    "a long sum": lambda: sum_over(step("q", T, 1, 10**9), u[T]),
    "far away": lambda: u[t + 10**9],
}


@pytest.mark.parametrize("case", LARGE, ids=str)
def test_a_search_ends(case: str) -> None:
    start = time.process_time()
    with contextlib.suppress(Undecided):
        refute(LARGE[case](), LARGE[case]() * 1 + 0)
    assert time.process_time() - start < 20


def test_an_evaluation_that_is_too_long_says_so() -> None:
    place = Place({"T": 12}, {"a": [[Fraction(3, 7)]], "b": [[Fraction(1)]]} | {
        name: {time: [[Fraction(1, 3)]] for time in range(20)} for name in ("u", "z")
    })  # fmt: skip
    with pytest.raises(Undecided, match="300 digits"):
        evaluate(a**100_000, place)
    with pytest.raises(Undecided, match="300 digits"):
        evaluate(f(f(f(f(f(f(f(f(a)))))))), place)
    with pytest.raises(Undecided, match="too long"):
        evaluate(many_sums(8), Place(place.sizes, place.values, {}, Work(10_000)))
    assert evaluate(b**100_000, Place({}, place.values)) == [[1]]


def test_what_is_not_given_is_named() -> None:
    for work, message in (
        (lambda: evaluate(a, Place({}, {})), "a: no value is given"),
        (lambda: evaluate(total(y), Place({}, {"y": [[1]]})), "n: no size is given"),
        (lambda: evaluate(y[i], Place({"n": 1}, {"y": [[1]]})), "i: no value is given for this index"),
        (lambda: evaluate(u[t], Place({"T": 1}, {"u": {1: [[1]]}})), "t: no value is given for this index"),
        (lambda: evaluate(u[3], Place({"T": 1}, {"u": {1: [[1]]}})), "u: no value is given for time 3"),
    ):
        with pytest.raises(ValueError, match=message):
            work()


# ---- what is supposed


def test_where_nothing_holds_the_hypotheses_are_named() -> None:
    with pytest.raises(Vacuous, match=r"u\[t\] = u\[t-1\] \+ 1.*u\[t-1\] = u\[t\]"):
        decide(u[t], u[t] * 1, [defined(u, t, u[t - 1] + 1), defined(u, t - 1, u[t])])


def test_no_moment_is_out_of_reach() -> None:
    """What is supposed holds, though nobody listed a value for such a time."""
    far = 10**9
    decide(2 * u[t + far], 2 * z[T + 5], [Equation(u[t + far], z[T + 5])])
    assert "u[1000000001] = " in str(counterexample(u[t + far], u[t + far] + z[t]))


def test_a_horizon_in_the_range_of_a_free_step_has_a_value() -> None:
    other = horizon("S")
    late = step("late", T, other, T)
    assert refute(a, a * 1, context=[late]) > 0


def test_where_only_zero_fits_it_is_found() -> None:
    given = [Equation(u[t], 2 * z[t]), Equation(z[t], 3 * u[t])]
    assert refute(u[t], z[t], given) > 0
    with pytest.raises(Refuted):
        refute(u[t], z[t], given[:1])


BACK = Recurrence(z, step("t", T, 1, T - 1), a * z[t + 1] + u[t])


def test_a_point_is_found_for_recurrences_labels_and_conditions() -> None:
    every = states[t].quantified([t])
    decide(h[t], h[t] * 1, [every])
    early = step("e", T, 1, T - 1)
    back = Equation(z[early], a * z[early + 1] + u[early], [early])
    decide(z[1] - z[1] + u[t], u[t] * 1, [back, defined(z, T, u[T])])
    decide(inner(onehot(truth[t]), log(softmax(y))), inner(log(softmax(y)), onehot(truth[t])))
    decide(log(a) / b, log(a) * (1 / b))


def test_a_zero_is_shown_without_a_sign() -> None:
    assert number(rounded.near(-0.0, 0.0)) == "0"
    assert number(rounded.near(-0.25, 0.0)) == "-0.25"
