"""What the kernel proves about time, what it refutes, and what it does not pretend to know."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from known_claims_in_time import (
    OUTSIDE,
    TRUE,
    WRONG,
    J,
    T,
    V,
    W,
    a,
    early,
    h,
    i,
    j,
    k,
    late,
    n,
    o,
    ordered,
    over,
    r,
    s,
    t,
    u,
    w,
    whole,
    y,
    z,
)

from bptt.kernel import (
    Equation,
    Formula,
    Index,
    Moment,
    Place,
    Recurrence,
    Refuted,
    ShapeError,
    Size,
    Step,
    Theorem,
    Undecided,
    Vacuous,
    chain,
    decide,
    defined,
    delta,
    diag,
    evaluate,
    extent,
    eye,
    horizon,
    induct,
    inner,
    labels,
    latex,
    moment,
    named,
    onehot,
    ones,
    product_over,
    prove,
    refute,
    same_time,
    scalar,
    series,
    softmax,
    step,
    sum_over,
    summed,
    telescope,
    vector,
)
from bptt.kernel.language.formula import free_indices
from bptt.kernel.language.latex import interval
from bptt.kernel.language.series import moved
from bptt.kernel.language.structure import same
from bptt.kernel.language.time import at_most
from bptt.kernel.proof import theorem as rules
from bptt.kernel.run.evaluate import Given
from bptt.kernel.run.points import point


@pytest.mark.parametrize("claim", TRUE, ids=str)
def test_what_is_true_is_proved(claim: str) -> None:
    left, right = TRUE[claim]
    assert refute(left, right) > 0
    decide(left, right)
    decide(right, left)


@pytest.mark.parametrize("claim", WRONG, ids=str)
def test_what_is_wrong_is_refuted_and_not_proved(claim: str) -> None:
    left, right = WRONG[claim]
    with pytest.raises(Undecided):
        rules.decide(left, right)
    with pytest.raises(Refuted):
        prove(left, right)


@pytest.mark.parametrize("claim", OUTSIDE, ids=str)
def test_what_the_kernel_cannot_write_is_undecided(claim: str) -> None:
    (left, right), reason = OUTSIDE[claim]
    with pytest.raises(Undecided, match=reason):
        decide(left, right)


@pytest.mark.parametrize("far", [10**12, -(10**12)])
def test_of_the_moment_of_a_factor_nothing_is_known(far: int) -> None:
    """A T beyond it, or a first moment before it, is never run."""
    often = step("r", T, min(1, far), T)
    with pytest.raises(Undecided):
        rules.decide(
            product_over(often, eye(n) + (W - eye(n)) * same_time(often, far)), product_over(often, eye(n))
        )


def test_what_holds_for_two_sizes_only_is_undecided_or_refuted() -> None:
    """By Cayley and Hamilton, for 2 rows: W² - tr(W) W + det(W) is 0, the determinant said by traces."""
    trace = inner(W, diag(ones(n)))
    twice = W @ W - trace * W + (trace**2 - inner(W.T, W)) / 2 * diag(ones(n))
    with pytest.raises(Refuted):
        prove(twice @ h[t], 0 * h[t])


def test_names_and_ranges_that_clash_are_refused() -> None:
    other = Step("t", T)
    with pytest.raises(ValueError, match="two names"):
        decide(sum_over(other, z[other] * z[t]), z[t] * 1)
    with pytest.raises(ValueError, match="in one statement"):
        decide(z[t] * 1, scalar("z"))
    with pytest.raises(ValueError, match="in one statement"):
        decide(z[t] * 1, series("z", n).__getitem__(t).T @ h[t])
    with pytest.raises(ValueError, match="in one statement"):
        decide(inner(onehot(y[t]), o[t]), inner(series("y", k)[t], o[t]))
    with pytest.raises(ValueError, match="in one statement"):
        decide(z[t] * vector("b", Size("T")), z[t] * vector("b", Size("T")))
    with pytest.raises(TypeError, match="moment"):
        z[i]
    with pytest.raises(TypeError, match="moment"):
        z[Fraction(1, 2)]
    with pytest.raises(TypeError, match="Step"):
        Index("t", T)
    with pytest.raises(TypeError, match="series"):
        vector("x", T)
    with pytest.raises(TypeError, match="declared range"):
        h[t][t]
    with pytest.raises(TypeError, match="Horizon"):
        step("t", n)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="label"):
        onehot(o[t])  # type: ignore[arg-type]
    with pytest.raises(ShapeError):
        softmax(W)


def test_a_range_is_stated() -> None:
    assert prove(z[early] * 2, z[early] + z[early]).holds_for() == "all T, 1 ≤ t ≤ T-1"


def test_a_refutation_names_the_time_as_it_is() -> None:
    with pytest.raises(Refuted) as found:
        prove(z[t] * 1, z[1] * 1)
    assert found.value.times == {"t": 2}
    assert "t = 2" in found.value.where()


def test_what_is_at_most_what() -> None:
    inside = step("k", T, 1, t)
    assert at_most(Moment(inside), Moment(T))
    assert at_most(Moment(None, 1), Moment(inside))
    assert at_most(inside - 1, Moment(t))
    assert not at_most(Moment(t), Moment(inside))
    assert not at_most(t + 1, Moment(T))
    assert at_most(early + 1, Moment(T))
    assert not at_most(Moment(None, 2), Moment(T))
    assert not at_most(Moment(T), Moment(None, 5))
    assert not at_most(Moment(T), Moment(horizon("S")))


def test_the_values_at_which_claims_are_tried() -> None:
    values = point([h, y], {"n": 2, "k": 3, "T": 4})
    chosen, states = values["y"], values["h"]
    assert isinstance(chosen, dict)
    assert isinstance(states, dict)
    assert all(chosen[time] != chosen[time + 1] for time in range(-3, 8))
    assert all(0 < abs(row[0]) < 1 for time in range(-3, 9) for row in states[time])


def test_evaluation_counts_time_as_declared() -> None:
    values: dict[str, Given] = {"z": {time: [[Fraction(10**time)]] for time in range(5)}}
    place = Place({"T": 3}, values)
    assert evaluate(whole(lambda s: z[s]), place) == [[1110]]
    assert evaluate(over(0, T - 1, lambda s: z[s]), place) == [[111]]
    assert evaluate(whole(lambda s: over(1, s, lambda r: z[r], "r")), place) == [[1110 + 110 + 10]]
    assert evaluate(z[t - 1], place.at(t, 2)) == [[10]]
    assert evaluate(over(3, 1, lambda s: z[s]), place) == [[0]]
    with pytest.raises(ValueError, match="no value is given for time 9"):
        evaluate(z[9], place)


def test_printing() -> None:
    assert latex(h[t - 1]) == "h^{(t-1)}"
    assert latex(h[T].T @ W) == "h^{(T) \\top}\\,W"
    assert latex(h[t] ** 2) == "(h^{(t)})^{\\odot 2}"
    assert latex(o[0][i]) == "o_{i}^{(0)}"
    assert latex(onehot(y[t])) == "\\mathbf{1}_{y^{(t)}}"
    assert latex(softmax(o[t])) == "\\operatorname{softmax}\\left(o^{(t)}\\right)"
    assert latex(over(2, t, lambda s: z[s])) == "\\sum_{s=2}^{t} z^{(s)}"
    assert latex(ordered(2, t)) == "\\prod_{j=t}^{2} J^{(j)}"
    assert str(ordered(2, t)) == "product_over(j=2..t, J[j])"
    assert latex(same_time(t, s)) == "\\delta_{t,s}"
    assert str(over(1, t - 1, lambda s: z[s] * softmax(o[s]))) == "sum_over(s=1..t-1, z[s] * softmax(o[s]))"
    assert str(whole(lambda s: inner(onehot(y[s]), o[s]))) == "sum_over(s, inner(onehot(y[s]), o[s]))"


def test_zeros_print_as_zero() -> None:
    assert str(0 * ones(n, k)) == latex(0 * ones(n, k)) == "0"
    assert latex(h[t] + 0 * ones(n)) == "h^{(t)} + 0"
    assert str(defined(h, T + 1, 0)) == "h[T+1] = 0"
    assert str(0 * h[t]) == "0 * h[t]"
    assert latex(0 * h[t]) == "0\\,h^{(t)}"
    assert str(2 * ones(n, k)) == "2 * ones(n, k)"


def test_the_range_of_a_step_prints_as_an_interval() -> None:
    assert interval(early) == "1 \\le t \\le T-1"
    assert interval(Step("tau", T, moment(t), t + 1)) == "t \\le \\tau \\le t+1"


# What is given.
rule = Recurrence(u, t, u[t - 1] + z[t])
start = defined(u, 0, 0)


def test_what_is_given_is_used_once_and_recorded() -> None:
    proof = prove(2 * u[t], 2 * u[t - 1] + 2 * z[t], given=[rule[t]])
    assert proof.assumes == ("u[t] = u[t-1] + z[t]",)
    assert "given u[t]" in repr(proof)
    with pytest.raises((Refuted, Undecided)):
        prove(2 * u[t], 2 * u[t - 2] + 2 * z[t], given=[rule[t]])
    first = step("t", T, 2, T)
    prove(u[first] * 1, u[first - 2] + z[first] + z[first - 1], given=[rule[first], rule[first - 1]])


def test_a_recurrence_holds_in_its_range_only() -> None:
    for when in (0, T + 1, t + 1, t - 1):
        with pytest.raises(ValueError, match="1 ≤ t ≤ T only"):
            rule[when]
    rule[early + 1]
    with pytest.raises(ShapeError):
        Recurrence(h, t, V @ h[t - 1])


def test_what_is_to_be_proved_cannot_be_given() -> None:
    for left, right in ((u[t], z[t] * 2), (z[t] * 2, u[t]), (u[t], z[t] + z[t])):
        for rule_ in (prove, decide):
            with pytest.raises(ValueError, match="circular"):
                rule_(left, right, given=[Equation(u[t], z[t] + z[t])])
    with pytest.raises(ValueError, match="circular"):
        prove(u[t], u[t - 1] + z[t], given=[rule[t]])
    with pytest.raises(ValueError, match="circular"):
        Equation(u[t], z[t] + u[t] - u[t])
    with pytest.raises(ValueError, match="twice"):
        prove(u[t] * 3, z[t] * 3, given=[Equation(u[t], z[t] * 5), Equation(u[t], z[t] * 1)])


def test_what_is_to_be_proved_may_be_given_in_other_words_and_is_listed() -> None:
    proof = decide(u[t] * 1, z[t] * 2, given=[Equation(u[t], z[t] + z[t])])
    assert proof.assumes == ("u[t] = z[t] + z[t]",)


def test_what_is_given_is_not_caught_by_a_sum() -> None:
    """z[s] is put where s is bound, inside a name, which may use s again."""
    caught = named("N", sum_over(s, u[t] * z[s]))
    with pytest.raises(Undecided, match="bound"):
        decide(caught, named("M", sum_over(s, z[s] * z[s])), given=[Equation(u[t], z[s] * 1)])


def test_only_points_where_the_given_holds_refute() -> None:
    """At t = T the value after is 0, so that no point with another one may be held against the claim."""
    proof = decide(u[T + 1] * z[t], 0 * a, given=[defined(u, T + 1, 0)])
    assert refute(proof.left, proof.right, proof.hypotheses) > 0
    with pytest.raises(Refuted):
        prove(u[T] * z[t], 0 * a, given=[defined(u, T + 1, 0)])


def test_an_equation_lists_the_steps_that_are_free_in_it() -> None:
    up_to_t = step("q", T, 1, t)
    assert set(Equation(u[t], over(1, s, lambda r: z[r], "r")).ranges_over()) == {s, t}
    assert Equation(u[up_to_t], 1).ranges_over() == (t, up_to_t)
    assert rule[T].ranges_over() == ()


def test_an_equation_says_of_which_indices_it_is_said() -> None:
    left, v = series("c"), vector("v", k)
    assert repr(Equation(left[t], v[i])) == "c[t] = v[i] for 1 ≤ t ≤ T"
    assert repr(Equation(left[t], v[i], for_all=[i])) == "c[t] = v[i] for 1 ≤ t ≤ T, all i"


def test_what_a_recurrence_or_a_start_says_is_a_definition() -> None:
    assert Recurrence(h, t, W @ h[t - 1])[s].definition
    assert defined(h, 0, 0).definition
    assert not Equation(h[0], 0).definition


@pytest.mark.parametrize(
    ("kind", "parts", "expected"),
    [
        (Equation, (a, a), "left: expected a series"),
        (Recurrence, (h, moment(1), a), "step: expected a Step"),
        (Moment, ("t",), "base: expected"),
        (Moment, (t, 0.5), "offset: expected an int"),
        (Moment, (t, True), "offset: expected an int"),
        (series, ("u", 2), "rows: expected a Size"),
        (series, ("u", n, 0), "cols: expected a Size"),
        (labels, ("y", 3), "size: the labels y must be positions of a Size"),
        (labels, ("y", T), "size: the labels y must be positions of a Size"),
        (product_over, (i, W), "index: expected a Step"),
        (product_over, (t, V), "expected a square matrix, got k×n"),
    ],
)
def test_what_is_no_moment_and_no_equation_is_refused(
    kind: Callable[..., object], parts: tuple[object, ...], expected: str
) -> None:
    with pytest.raises((TypeError, ShapeError), match=expected):
        kind(*parts)


def test_moments_are_equal_that_are_equally_far_from_one_base() -> None:
    assert t + 1 == t + 1
    assert t + 1 != t + 2
    assert t + 2 != t + 1
    assert t + 1 != s + 1
    assert t + 0 != t


def test_of_a_step_that_is_anywhere_nothing_is_known_but_its_horizon() -> None:
    anywhere = t.anywhere()
    assert anywhere.horizon is T
    assert (anywhere.first, anywhere.last) == (anywhere + 0, anywhere + 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (over(1, T, lambda r: z[r]), over(2, T, lambda r: z[r])),
        (over(1, T, lambda r: z[r]), over(1, s, lambda r: z[r])),
        (onehot(y[t]), onehot(y[t + 1])),
        (onehot(y[t]), onehot(y[s])),
        (same_time(s, t), same_time(s, t + 1)),
        (z[T], z[0]),
        (z[T], z[horizon("S")]),
    ],
    ids=str,
)
def test_formulas_that_differ_in_a_range_or_a_moment_are_not_the_same(one: Formula, other: Formula) -> None:
    assert not same(one, other)


def test_formulas_that_differ_in_the_name_of_a_bound_step_are_the_same() -> None:
    assert same(over(1, T, lambda r: z[r], "p"), over(1, T, lambda r: z[r], "q"))
    assert same(z[T] + onehot(y[t])[i], z[T] + onehot(y[t])[i])


def test_a_value_prints_as_its_variable_and_is_what_it_is_computed_by() -> None:
    assert (str(rule[t].value), latex(rule[t].value)) == ("u[t]", "u^{(t)}")
    prove(rule[t].value, u[t - 1] + z[t])
    with pytest.raises(Refuted):
        prove(rule[t].value, u[t - 1] + z[t - 1])


VALUE = 2 * rule[t].value, u[t] * 2
OF_VALUE = "u[t] = u[t-1] + z[t]"
LISTED: dict[str, tuple[Formula, Formula, list[Equation], tuple[str, ...]]] = {
    "nothing given": (*VALUE, [], (OF_VALUE,)),
    "the same given": (*VALUE, [rule[t]], (OF_VALUE,)),
    "another moment": (*VALUE, [rule[T]], ("u[T] = u[T-1] + z[T]", OF_VALUE)),
    "another series": (
        *VALUE,
        [Equation(w[t], rule.formula)],
        (OF_VALUE.replace("u[t] =", "w[t] ="), OF_VALUE),
    ),
    "in a name": (named("N", rule[t].value + z[t]), named("M", u[t] + z[t]), [], (OF_VALUE,)),
    "in what is given": (
        u[t] * w[t],
        u[t] * z[t],
        [Equation(w[t], rule[t].value - u[t] + z[t])],
        ("w[t] = u[t] - u[t] + z[t]", OF_VALUE),
    ),
}


@pytest.mark.parametrize("rule_", [prove, decide])
@pytest.mark.parametrize("case", LISTED)
def test_what_a_value_says_of_its_series_is_listed_by_itself(
    case: str, rule_: Callable[..., Theorem]
) -> None:
    left, right, given, listed = LISTED[case]
    assert rule_(left, right, given).assumes == listed


def test_what_is_computed_under_a_sum_is_computed_at_every_step_of_it() -> None:
    over_time = sum_over(t, rule[t].value * z[t])
    theorem = decide(over_time, sum_over(s, (u[s - 1] + z[s]) * z[s]))
    assert [item.for_all for item in theorem.hypotheses] == [(t,)]
    for given in ([], everywhere(rule[t])):
        assert refute(over_time, sum_over(t, u[t] * z[t]), given) > 0
        with pytest.raises(Refuted):
            refute(over_time, sum_over(t, u[t] * w[t]), given)


@pytest.mark.parametrize("rule_", [prove, decide])
def test_what_is_given_stands_beside_what_a_value_says(rule_: Callable[..., Theorem]) -> None:
    other = Equation(u[t], z[t] + u[t - 1])
    assert rule_(*VALUE, given=[other]).assumes == ("u[t] = z[t] + u[t-1]", "u[t] = u[t-1] + z[t]")
    with pytest.raises(Undecided):
        rule_(*VALUE, given=[Equation(u[t], u[t - 1] - z[t])])


def test_a_value_is_no_other_multiple_of_its_variable() -> None:
    with pytest.raises(Refuted):
        prove(VALUE[0], u[t] * 3, given=[rule[t]])
    with pytest.raises(Refuted):
        prove(VALUE[0], u[t] * 3)


# Induction: u[t] = z[1] + ... + z[t], from u[0] = 0 and u[t] = u[t-1] + z[t].
before = step("s", T, 0, T - 1)


def partial(when: object) -> Formula:
    return over(1, when, lambda r: z[r], "r")


def base() -> Theorem:
    return prove(u[0], partial(0), given=[start])


def one_step(hypothesis: "Equation | None" = None, to: "Formula | None" = None) -> Theorem:
    given = hypothesis or Equation(u[before], partial(before))
    return prove(u[before + 1], to or partial(before + 1), given=[rule[before + 1], given])


def test_induction() -> None:
    proof = induct(late, u[late], partial(late), base(), one_step(), before)
    assert [(str(item.left), item.for_all) for item in proof.hypotheses] == [
        ("u[s+1]", (before,)),
        ("u[0]", ()),
    ]
    assert "0 ≤ t ≤ T" in proof.holds_for()


def test_the_sum_over_paths() -> None:
    """What is fed in at k reaches t through all steps between: S(t) = Σ J(t) ... J(k+1) m(k)."""
    state, fed = series("S", n), series("m", n)
    rule_ = Recurrence(state, t, J[t] @ state[t - 1] + fed[t])

    def paths(when: object) -> Formula:
        return over(1, when, lambda k: ordered(k + 1, when) @ fed[k], "k")

    first = prove(state[0], paths(0), given=[defined(state, 0, 0)])
    given = [rule_[before + 1], Equation(state[before], paths(before))]
    following = prove(state[before + 1], paths(before + 1), given=given)
    proof = induct(late, state[late], paths(late), first, following, before)
    assert [str(item.left) for item in proof.hypotheses] == ["S[s+1]", "S[0]"]


def test_induction_needs_both_proofs_to_be_of_the_claim() -> None:
    for wrong_base, wrong_step in (
        (prove(u[0], z[0] - z[0], given=[start]), prove(z[t] * 1, z[t] + 0)),
        (prove(z[1] * 1, z[1] + 0), one_step()),
    ):
        with pytest.raises(ValueError, match="is not that of the claim there"):
            induct(late, u[late], partial(late), wrong_base, wrong_step, before)
    with pytest.raises(ValueError, match="is not that of the claim there"):
        induct(late, u[late], partial(late) + 1, base(), one_step(), before)


def test_induction_leads_through_the_whole_range() -> None:
    short = step("s", T, 1, T - 1)
    made = prove(
        u[short + 1], partial(short + 1), given=[rule[short + 1], Equation(u[short], partial(short))]
    )
    with pytest.raises(ValueError, match="does not lead through"):
        induct(late, u[late], partial(late), base(), made, short)


def test_only_the_hypothesis_is_discharged() -> None:
    """What is assumed of the series at another moment, or in another value, stays an assumption."""
    made = prove(
        u[before + 1],
        partial(before + 1),
        given=[Equation(u[before + 1], w[before] * 1), Equation(w[before], partial(before + 1))],
    )
    proof = induct(late, u[late], partial(late), base(), made, before)
    assert len(proof.hypotheses) == 3
    any_ = step("q", T, 0, T - 1)
    general = Equation(u[any_], partial(any_), for_all=[any_])
    claim = Equation(u[before], partial(before))
    made = prove(u[before + 1], partial(before + 1), given=[rule[before + 1], claim, general])
    kept = induct(late, u[late], partial(late), base(), made, before)
    assert [str(item.left) for item in kept.hypotheses] == ["u[s+1]", "u[q]", "u[0]"]


# Telescoping: what a series gains from step to step adds up to its ends.
gain = Recurrence(w, step("t", T, 2, T + 1), z[1])


def test_telescoping() -> None:
    made = prove(z[t] * 1, u[t] - u[t - 1], given=[rule[t]])
    proof = telescope(
        t, z[t], -u[t - 1], 0 * z[t], chain(made, prove(made.right, -u[t - 1] - -u[t] + 0 * z[t]))
    )
    ends = prove(proof.right, u[T] * 1, given=[start])
    whole_ = chain(proof, ends)
    assert str(whole_.left) == "sum_over(t, z[t])"
    assert str(whole_.right) == "u[T] * 1"
    assert [bool(item.for_all) for item in whole_.hypotheses] == [True, False]


def test_telescoping_needs_a_proof_of_its_step() -> None:
    made = prove(z[t] - z[t + 1] + w[t], w[t] + z[t] - z[t + 1])
    telescope(t, z[t] - z[t + 1] + w[t], z[t], w[t], made)
    for f_, s_, r_ in ((z[t], z[t], w[t]), (made.left, z[t + 1], w[t]), (made.left, z[t], z[t])):
        with pytest.raises(ValueError, match="of the step"):
            telescope(t, f_, s_, r_, made)


def test_telescoping_keeps_to_the_range_of_its_step() -> None:
    made = prove(z[early] - z[early + 1] + w[early], z[early] - z[early + 1] + w[early] * 1)
    proof = telescope(early, made.left, z[early], w[early], made)
    assert prove(proof.left, z[1] - z[T] + over(1, T - 1, lambda s: w[s]))
    none = step("t", T, 1, T - 2)
    made = prove(z[none] - z[none + 1], z[none] * 1 - z[none + 1] + 0 * a)
    with pytest.raises(Undecided, match="before it begins"):
        telescope(none, made.left, z[none], 0 * a, made)


def everywhere(*equations: Equation) -> list[Equation]:
    return [equation.quantified(equation.ranges_over()) for equation in equations]


back = Recurrence(u, t, u[t + 1] + z[t])
RUN = {
    "forward": (everywhere(rule[t]), u[T] - u[0], (u[T] - u[1], u[T] * 1, u[T - 1] - u[0], u[0] - u[T])),
    "backward": (everywhere(back[t]), u[1] - u[T + 1], (u[1] - u[T], u[0] - u[T + 1], u[1] * 1)),
    "from its start": ([*everywhere(rule[t]), start], u[T] * 1, (u[T] - z[1], u[T - 1] * 1, u[T] * 2)),
    "the end said first": ([defined(u, T + 1, 0), *everywhere(back[t])], u[1] * 1, (u[0] * 1, u[1] - u[T])),
}


@pytest.mark.parametrize("case", RUN)
def test_a_recurrence_that_holds_everywhere_is_run(case: str) -> None:
    given, right, wrong = RUN[case]
    assert refute(sum_over(t, z[t]), right, given) > 0
    with pytest.raises(Refuted):
        refute(sum_over(t, z[t]), right)
    for formula in wrong:
        with pytest.raises(Refuted):
            refute(sum_over(t, z[t]), formula, given)


def test_only_what_holds_everywhere_is_run_and_only_in_its_range() -> None:
    ends = sum_over(t, z[t]), u[T] - u[0]
    assert refute(*ends, everywhere(rule[r])) > 0
    with pytest.raises(Refuted):
        refute(*ends, [rule[r]])
    with pytest.raises(Refuted):
        refute(*ends, everywhere(rule[early]))
    assert refute(over(1, T - 1, lambda s: z[s]), u[T - 1] - u[0], everywhere(rule[early])) > 0


def test_what_holds_everywhere_may_hold_in_a_range_that_depends_on_a_step() -> None:
    after = step("t", T, s, T)
    given = everywhere(Equation(w[after], z[after]))
    assert refute(sum_over(s, w[s]), sum_over(s, z[s]), given) > 0
    with pytest.raises(Refuted):
        refute(sum_over(s, w[s]), sum_over(s, z[s]))
    with pytest.raises(Refuted):
        refute(sum_over(s, w[s]), sum_over(s, z[s] * 2), given)


def test_where_what_is_given_cannot_hold_nothing_is_proved() -> None:
    given = [*everywhere(rule[r]), Equation(u[T], u[T - 1] + z[T] + 1)]
    assert refute(z[t] * 1, z[t] * 2, given) == 0
    for rule_ in (prove, decide):
        with pytest.raises(Vacuous, match=r"holds at no point that was tried: u\[r\] = .*; u\[T\] = "):
            rule_(z[t] * 2, z[t] + z[t], given)


# Summing: what holds at each moment holds of the sums.
def test_summing() -> None:
    given = [rule[t], defined(z, 0, 0), Equation(w[r], z[r] + 1)]
    made = prove(2 * u[t] / w[t], (2 * u[t - 1] + 2 * z[t]) / w[t], given)
    proof = summed(t, made)
    assert (str(proof.left), proof.holds_for()) == ("sum_over(t, 2 * u[t] / w[t])", "all T, 1 ≤ r ≤ T")
    assert str(proof.right) == "sum_over(t, (2 * u[t-1] + 2 * z[t]) / w[t])"
    assert [(str(item.left), bool(item.for_all)) for item in proof.hypotheses] == [
        ("u[t]", True),
        ("z[0]", False),
        ("w[r]", False),
    ]
    assert not made.hypotheses[0].for_all
    assert not made.conditions[0].for_all
    assert proof.assumes[0] == "w[t] is not 0 for 1 ≤ t ≤ T"


def test_a_sum_is_as_right_as_its_step() -> None:
    proof = summed(t, prove(u[t] * 2, 2 * u[t - 1] + 2 * z[t], given=[rule[t]]))
    assert refute(proof.left, proof.right, proof.hypotheses) > 0
    for wrong in (2 * proof.right, sum_over(t, 2 * u[t - 1] + 2 * z[t - 1]), 2 * u[T - 1] + 2 * z[T]):
        with pytest.raises(Refuted):
            refute(proof.left, wrong, proof.hypotheses)
    with pytest.raises(Refuted):
        refute(proof.left, proof.right)


def test_summing_keeps_to_the_range_of_its_step_even_where_that_may_be_none() -> None:
    for last in (T - 1, T - 2):
        some = step("t", T, 1, last)
        proof = summed(some, prove(z[some] * 2, z[some] + z[some]))
        assert str(proof.left) == f"sum_over(t=1..{last}, z[t] * 2)"
        assert refute(proof.left, proof.right) > 0
    assert prove(summed(t, prove(a * 2, a + a)).left, extent(T) * 2 * a)


def test_two_sums_over_one_name_are_refused() -> None:
    made = prove(whole(lambda s: z[s]) * w[t], w[t] * whole(lambda s: z[s]))
    summed(t, made)
    with pytest.raises(ValueError, match="another index of that name"):
        summed(step("s", T), made)


def test_a_chain_has_no_gap() -> None:
    with pytest.raises(ValueError, match="is not the left side of the second"):
        chain(prove(z[t] * 2, z[t] + z[t]), prove(z[t] * 3, z[t] * 3))


def test_a_moment_is_put_in_place_of_a_free_step_only() -> None:
    node = z[t] + sum_over(t, z[t]) + over(1, t, lambda s: z[s] * z[t])
    there = moved(node, {t: s + 1})
    assert str(there) == "z[s+1] + sum_over(t, z[t]) + sum_over(s=1..s+1, z[s] * z[s+1])"
    assert str(moved(sum_over(i, o[t][i]), {t: t + 1})) == "sum_over(i, o[t+1][i])"
    assert str(moved(onehot(y[t]), {t: t + 1})) == "onehot(y[t+1])"


def test_a_sum_speaks_of_the_step_on_which_its_range_depends() -> None:
    assert free_indices(over(1, t, lambda s: z[1])) == {t}


def test_free_moments_of_a_delta() -> None:
    decide(delta(i, j) * same_time(t, s) * o[t][i], same_time(t, s) * delta(i, j) * o[s][j])


def test_a_step_whose_range_is_bound_is_refused() -> None:
    """What is proved of q from 1 to t says nothing once t is summed over."""
    w = series("w", n)
    q = step("q", T, 1, t)
    proof = prove(same_time(q, t + 1) * w[q], 0 * w[q])
    for rule in (lambda: summed(t, proof), lambda: telescope(t, proof.left, 0 * w[q], proof.right, proof)):
        with pytest.raises(ValueError, match="1 ≤ q ≤ t depends on t, which is bound"):
            rule()
    with pytest.raises(ValueError, match="1 ≤ q ≤ t depends on t, which is bound"):
        decide(sum_over(t, w[q]), sum_over(t, w[q]))


def test_a_name_does_not_move_with_what_it_names() -> None:
    w = series("w", n)
    value = Equation(w[t], 2 * w[t - 1]).value
    assert str(moved(value, {t: t + 1})) == "2 * w[t]"
    assert str(moved(sum_over(t, value), {step("s", T): moment(1)})) == "sum_over(t, w[t])"
    for when in (moment(1), moment(s)):
        assert str(moved(named("q", 2 * w[t]), {t: when})) == f"2 * w[{when}]"
    again = t.fresh()
    assert str(moved(named("q", 2 * w[s]), {s: moment(t)})) == "2 * w[t]"
    there = moved(named("q", 2 * w[t]), {t: moment(again)})
    assert (str(there), free_indices(there)) == ("q", {again})


def test_one_equation_given_to_two_proofs_is_listed_once() -> None:
    u, w, z = series("u", n), series("w", n), series("z", n)
    given = Equation(u[t], w[t] + z[t])
    first = prove(u[t] + u[t], u[t] + w[t] + z[t], given=[given])
    second = prove(u[t] + w[t] + z[t], 2 * (w[t] + z[t]), given=[given])
    assert [str(item) for item in chain(first, second).hypotheses] == [str(given)]
