"""Claims about the network: what they are given, what they show, and the run that they are compared with."""

from functools import cache

import numpy as np
import pytest

from bptt.book import (
    Derivation,
    Disagreement,
    NotProved,
    claim,
    concluded,
    definition,
    rejected,
)
from bptt.book.claims import held_for
from bptt.book.displays import supposed
from bptt.book.network_sample import over_time
from bptt.book.sample import Sample
from bptt.kernel import (
    Equation,
    Index,
    Recurrence,
    chain,
    diag,
    inner,
    matrix,
    moment,
    named,
    onehot,
    outer,
    prove,
    series,
    sizes,
    softmax,
    sum_over,
    summed,
    vector,
    written,
)
from bptt.network import (
    U_,
    V_,
    W_,
    T,
    U,
    V,
    W,
    adjoint,
    b,
    b_,
    c,
    c_,
    copied_logits,
    copied_states,
    early,
    g,
    g_o,
    h,
    logits,
    losses,
    n,
    nothing_after,
    o,
    output_gradients,
    s,
    slope,
    states,
    t,
    x,
    y,
)
from bptt.numeric import Parameters, network_loss
from bptt.symbolic import grad, immediate, jacobian

# What the loss is felt through, at the step that uses the copy, and at the step after a state.
STATE = named("F", inner(g[t], states[t].right))
OF_COPIES = named("F", inner(g[t], copied_states[t].right))
LOGITS = named("F", inner(g_o[t], copied_logits[t].right))
ALL = named("F", sum_over(s, inner(g[s], states[s].right)))
AFTER = named("F", inner(g_o[early], V @ h[early] + c) + inner(g[early + 1], states[early + 1].right))
LAST = named("F", inner(g_o[T], V @ h[T] + c))
COPIES = {
    W_: (OF_COPIES, outer(slope(t) @ g[t], h[t - 1])),
    U_: (OF_COPIES, outer(slope(t) @ g[t], x[t])),
    b_: (OF_COPIES, slope(t) @ g[t]),
    V_: (LOGITS, outer(g_o[t], h[t])),
    c_: (LOGITS, 1 * g_o[t]),
}


@cache
def copied(copy):
    through, gradient = COPIES[copy]
    given = [copied_states[t]] if through is OF_COPIES else []
    return claim(immediate(through, copy[t]), gradient, "copied", given=given)


@cache
def added(copy):
    return concluded(summed(t, copied(copy).proof), "added")


@cache
def one(name):
    left, right, given = SINGLE[name]
    return claim(left, right, name, given=given)


@cache
def by_first_state():
    """Of all the steps, it is the first that uses it."""
    one_step = W.T @ diag(1 - states[1].value ** 2) @ g[1]
    known = prove(one_step, W.T @ slope(moment(1)) @ g[1], given=[states[1]])
    return concluded(chain(prove(grad(ALL, h[0]), one_step), known), "first")


SINGLE = {
    "state": (
        grad(AFTER, h[early]),
        W.T @ slope(early + 1) @ g[early + 1] + V.T @ g_o[early],
        [states[early + 1]],
    ),
    "last": (grad(LAST, h[T]), V.T @ g_o[T], []),
    "input": (grad(STATE, x[t]), U.T @ slope(t) @ g[t], [states[t]]),
    "logits": (grad(losses[t].value, o[t]), softmax(o[t]) - onehot(y[t]), []),
}

# What is claimed, by what it is measured, the code that it agrees with, and code that is wrong.
MEASURED = {
    "W": (lambda: added(W_), W, lambda gradients: gradients.params.W, lambda gradients: gradients.params.W.T),
    "U": (lambda: added(U_), U, lambda gradients: gradients.params.U, lambda copies: copies.U[-1]),
    "b": (lambda: added(b_), b, lambda gradients: gradients.params.b, lambda g: g.sum(axis=0)),
    "V": (lambda: added(V_), V, lambda gradients: gradients.params.V, lambda copies: 6 * copies.V[0]),
    "c": (lambda: added(c_), c, lambda gradients: gradients.params.c, lambda g_o: -g_o.sum(axis=0)),
    "W[t]": (lambda: copied(W_), W_[t], lambda copies: copies.W, lambda g_a, h: outer_(g_a, h)),
    "U[t]": (lambda: copied(U_), U_[t], lambda g_a, x: outer_(g_a, x), lambda g, x: outer_(g, x)),
    "b[t]": (lambda: copied(b_), b_[t], lambda g_a: g_a, lambda g_a: g_a[::-1]),
    "V[t]": (lambda: copied(V_), V_[t], lambda copies: copies.V, lambda copies: -copies.V),
    "c[t]": (lambda: copied(c_), c_[t], lambda g_o: g_o, lambda g_o: g_o * (1 + 1e-9)),
    "h[t]": (lambda: one("state"), h[early], lambda g: g[:-1], lambda g: g[1:]),
    "h[0]": (by_first_state, h[0], lambda back: back.h0, lambda g_a, W: W @ g_a[0]),
    "h[T]": (lambda: one("last"), h[T], lambda g: g[-1], lambda g: g[0]),
    "x[t]": (lambda: one("input"), x[t], lambda gradients: gradients.x, lambda g, U: g @ U),
    "o[t]": (lambda: one("logits"), o[t], lambda back: back.o, lambda g_o, y: g_o + 2 * np.eye(4)[y]),
}


def outer_(rows, cols):
    return rows[:, :, None] * cols[:, None, :]


@pytest.mark.parametrize("name", MEASURED)
def test_a_claim_agrees_with_a_run_of_the_network(name):
    made, by, implemented, wrong = MEASURED[name]
    proved = made().agrees_with(implemented, by=by)
    assert 0 <= proved.residual < 1e-14
    assert proved.evidence()["measured"] == ["implementation", "complex step"]
    assert any(fact.startswith("NumPy and measured derivative ") for fact in proved.facts())
    with pytest.raises(Disagreement, match=r"implementation"):
        made().agrees_with(wrong, by=by)
    assert made().residual > 1e-10


# What is measured instead has the same shape, so that nothing but its value can tell.
OTHERWISE = {
    "b": [h[0], h[T], h[1], b_[1], b_[T]],
    "W": [W_[1], W_[T]],
    "h[t]": [h[early + 1], h[early - 1], b_[early]],
    "h[0]": [b, h[1], h[T]],
    "h[T]": [h[0], b, h[T - 1], h[1]],
}


@pytest.mark.parametrize("name", OTHERWISE)
def test_the_complex_step_tells_by_what_it_is_taken(name):
    made, _, implemented, _ = MEASURED[name]
    for by in OTHERWISE[name]:
        with pytest.raises(Disagreement, match="complex step"):
            made().agrees_with(implemented, by=by)


@pytest.mark.parametrize(
    ("by", "named_"),
    [
        (g[t], "g at time 1"),
        (h[T + 1], "h at time 7"),
        (h[t - 3], "h at time -2"),
        (x[0], "x at time 0"),
        (W_[t + 1], "W_ at time 7"),
        (series("q", n)[t], "q at time 1"),
        (vector("q", n), "'q'"),
        (states[t].value, r"'h\[t\]'"),
    ],
    ids=str,
)
def test_what_the_network_cannot_be_measured_by_is_named(by, named_):
    with pytest.raises(ValueError, match=named_):
        added(b_).agrees_with(lambda gradients: gradients.params.b, by=by)


def whole_loss(U, W, V, b, c, x, y, h0):
    return network_loss(Parameters(U, W, V, b, c), x, y, h0)


def test_a_loss_may_be_given_for_that_of_the_network():
    proved, implemented = added(W_), MEASURED["W"][2]
    assert proved.agrees_with(implemented, whole_loss, by=W).residual < 1e-14
    with pytest.raises(Disagreement, match="complex step"):
        proved.agrees_with(
            implemented, lambda U, W, V, b, c, x, y: whole_loss(U, W, V, b, c, x, y, None), by=W
        )


def test_without_a_variable_nothing_is_measured():
    proved = one("input").agrees_with(lambda gradients: gradients.x)
    assert proved.measured == ("implementation",)
    assert any(fact.startswith("NumPy within") for fact in proved.facts())


def test_a_wrong_number_of_steps_is_a_disagreement():
    with pytest.raises(Disagreement, match="claim state"):
        one("state").agrees_with(lambda g: g, by=h[early])
    with pytest.raises(Disagreement, match="claim state"):
        one("state").agrees_with(lambda g: g[:-1], by=h[t])


# The run.
def test_a_run_of_the_network_hides_nothing():
    run = Sample(states[t].value)
    assert run.sizes.keys() == {"n", "m", "k", "T"}
    assert len(set(run.sizes.values())) == 4
    assert min(run.sizes.values()) > 1
    weights, first, labels = run.arrays["W"], run.arrays["h0"], run.arrays["y"]
    assert np.abs(weights - weights.T).max() > 0.1
    assert np.abs(first).min() > 1e-4
    assert np.abs(first).max() < 1, "tanh reaches no other state"
    assert len(set(first)) == len(first)
    assert (labels[1:] != labels[:-1]).all()
    assert {"U", "V", "b", "c", "x", "o", "g", "g_o", "params", "run", "back", "copies"} < run.arrays.keys()


def test_the_series_have_the_values_of_the_run():
    run = Sample(h[t], g[t])
    for name, item in (("x", x), ("h", h), ("o", o), ("g", g), ("g_o", g_o)):
        assert (run.value(item[t], {t}) == run.arrays[name]).all()
    assert (run.value(h[0]) == run.arrays["h0"]).all()
    assert (run.value(h[t - 1], {t}) == run.arrays["run"].h_before).all()
    assert (run.value(onehot(y[t]), {t}).argmax(axis=1) == run.arrays["y"]).all()
    assert (run.value(W_[t], {t}) == run.arrays["W"]).all()
    assert run.value(W_[t], {t}).shape == (6, 3, 3)
    assert (run.value(b) == run.arrays["b"]).all()
    for item in (g, g_o, x):
        assert not run.value(item[T + 1]).any()
    assert not run.value(x[0]).any()


@pytest.mark.parametrize(
    "item",
    [states, logits, adjoint, output_gradients, copied_states, copied_logits],
    ids=lambda item: item[t],
)
def test_the_equations_of_the_network_hold_on_the_run(item):
    equation = item[t]
    run = Sample(equation.left, equation.right)
    left, right = run.value(equation.left, {t}), run.value(equation.right, {t})
    assert left == pytest.approx(right, rel=1e-12)
    assert left[1:] != pytest.approx(right[:-1], rel=1e-2)


def test_the_last_gradient_of_a_run_has_nothing_after_it():
    run = Sample(nothing_after.left)
    assert not run.value(nothing_after.left).any()
    assert run.value(g[T]).all()


def test_a_series_is_0_for_two_steps_before_and_after_the_run():
    series_of_ones = over_time(np.ones((3, 2)))
    assert {time for time, column in series_of_ones.items() if column == [[1], [1]]} == {1, 2, 3}
    assert {time for time, column in series_of_ones.items() if column == [[0], [0]]} == {-1, 0, 4, 5}


def test_what_the_network_does_not_have_is_drawn():
    p, _ = sizes("p q")
    q, r = series("q", p, n), matrix("R", p, n)
    run = Sample(q[t], r)
    assert run.sizes["p"] not in (1, *Sample(h[t]).sizes.values())
    assert run.value(q[t], {t}).shape == (6, run.sizes["p"], 3)
    assert (run.value(r) == run.arrays["R"]).all()
    assert (run.value(q[t - 1], {t})[1:] == run.value(q[t], {t})[:-1]).all()
    assert (run.value(q[t], {t})[1:] != run.value(q[t], {t})[:-1]).all()


def test_a_variant_without_a_drawn_symbol_is_run_on_the_same_arrays():
    D, d = matrix("D", n, n), series("d", n)
    pushed = Recurrence(d, t, D @ h[t - 1])
    item = claim(2 * d[t], 2 * D @ h[t - 1], "pushed", given=[pushed[t]])
    item.agrees_with(lambda D, run: 2 * run.h_before @ D.T)
    item.right = 2 * h[t - 1]
    with pytest.raises(Disagreement, match="away from NumPy"):
        item.agrees_with(lambda D, run: 2 * run.h_before @ D.T)


def test_where_nothing_speaks_of_time_there_is_no_network():
    run = Sample(vector("v", n), W)
    assert run.network is None
    assert run.arrays.keys() == {"v", "W"}
    assert run.value(W @ vector("v", n)).shape == (3, 1)


def test_axes_are_in_the_order_of_the_names():
    i = Index("i", n)
    run = Sample(h[t])
    assert (run.value(h[t][i], {t, i}) == run.arrays["h"].T).all()
    assert run.value(h[t].T @ g[t], {t}) == pytest.approx((run.arrays["h"] * run.arrays["g"]).sum(axis=1))
    assert run.value(h[T].T @ g[1]).shape == ()


# What is given.
def test_a_claim_names_the_definitions_that_it_is_given_and_lists_them():
    shown = one("state")
    assert shown.facts()[:2] == [
        "for all sizes $n, k, m$, every $T$ and $1 \\le t \\le T-1$",
        "by the definition of $h^{(t+1)}$",
    ]
    line = "given `h[t+1] = tanh(W @ h[t] + U @ x[t+1] + b)`"
    assert line in shown.details()
    evidence = shown.evidence()
    assert evidence["assumes"] == ["by the definition of $h^{(t+1)}$"]
    assert evidence["proved_for"] == "all sizes $n, k, m$, every $T$ and $1 \\le t \\le T-1$"
    assert evidence["mutants"]["the same in disguise"] == len(shown.judgement.disguised) > 0
    assert evidence["mutants"]["undecided"] == 0


def test_a_claim_says_in_full_what_it_is_given_that_is_no_definition():
    D = series("D", n)
    given = [Equation(D[t], slope(t) @ W @ D[t - 1]), states[t], nothing_after]
    shown = claim(
        V @ D[t] / inner(b, b),
        V @ jacobian(states[t].value, h[t - 1]) @ D[t - 1] / inner(b, b),
        "d",
        given=given,
    )
    assert shown.evidence()["assumes"] == [
        r"if $\left\langle b,\, b \right\rangle \ne 0$",
        "by the definition of $h^{(t)}$, $g^{(T+1)}$",
        r"given $D^{(t)} = \operatorname{diag}\left(1 - (h^{(t)})^{\odot 2}\right)\,W\,D^{(t-1)}$",
    ]
    assert supposed(shown.proof.hypotheses[2]) == "$g^{(T+1)} = 0$"


def test_a_claim_that_is_given_nothing_says_so():
    shown = one("last")
    assert shown.evidence()["assumes"] == []
    assert not any(line.startswith("given") for line in shown.details())
    assert shown.facts()[0] == "for all sizes $n, k$ and every $T$"


def test_for_what_a_proof_holds():
    i = Index("i", n)
    for left, right, held in (
        (2 * h[t][i], h[t][i] + h[t][i], "for all sizes $n$, every $T$, all $i$ and $1 \\le t \\le T$"),
        (2 * series("z")[t], series("z")[t] * 2, "for every $T$ and $1 \\le t \\le T$"),
        (2 * series("z")[1], series("z")[1] * 2, "for all values"),
        (2 * W, W + W, "for all sizes $n$"),
    ):
        assert held_for(prove(left, right)) == held


def test_a_claim_needs_what_it_is_given():
    left, right, given = SINGLE["state"]
    with pytest.raises(NotProved, match="claim bare: Refuted"):
        claim(left, right, "bare")
    with pytest.raises(NotProved, match="claim other: Refuted"):
        claim(left, right, "other", given=[Equation(given[0].left, 2 * given[0].right)])
    with pytest.raises(NotProved, match="claim circle: ValueError: circular"):
        claim(h[t], states.formula, "circle", given=[states[t]])
    said = claim(2 * states[t].value, h[t] * 2, "value", why_few="two factors only").evidence()["assumes"]
    assert said == ["by the definition of $h^{(t)}$"]


def test_what_is_concluded_is_shown_as_a_claim():
    shown = added(W_)
    assert r"\sum_{t=1}^{T} \underset{n \times n}{\frac{\partial^{+} F}{\partial W" in shown.equation()
    assert shown.evidence()["outcome"] == "proved"
    assert shown.facts()[:2] == ["for all sizes $n, m$ and every $T$", "by the definition of $h^{(t)}$"]
    assert len(shown.judgement.refuted) > 10
    assert not shown.judgement.undecided
    with pytest.raises(NotProved, match="claim few: only 2 wrong variants conform"):
        concluded(prove(U * 1, U), "few")
    assert concluded(prove(U * 1, U), "few", "S000-23", why_few="it is all there is").evidence()["records"]


# How the states vary with W.
dW, dh = matrix("dW", n, n), series("dh", n)
PART = slope(t) @ dW @ h[t - 1]
tangent = Recurrence(dh, t, PART + slope(t) @ W @ dh[t - 1])


def test_what_is_wrong_is_rejected_where_what_is_given_holds():
    wrong = rejected(lambda: (dh[t] * 1, PART), "part", given=[tangent[t]])
    assert wrong.evidence()["outcome"] == "refuted"
    assert r"\ne" in wrong.equation()
    assert wrong.facts()[0].startswith("the formula gives ")
    with pytest.raises(NotProved, match="was to be rejected, and it holds"):
        rejected(lambda: (dh[t] - slope(t) @ W @ dh[t - 1], PART), "whole", given=[tangent[t]])
    assert rejected(lambda: (dh[t] - slope(t) @ W @ dh[t - 1], PART), "free").outcome == "refuted"
    with pytest.raises(ValueError, match="circular"):
        rejected(lambda: (dh[t], tangent.formula), "circle", given=[tangent[t]])
    assert (
        rejected(lambda: (written(dh[t]) @ W, PART), "shapes", given=[tangent[t]]).outcome
        == "does not conform"
    )


def test_an_equation_is_shown_as_a_definition():
    shown = definition(states[t], "states")
    for piece in (
        r"\underset{n}{h^{(t)}}",
        r"= \tanh\left(\underset{n \times n}{W}\;\underset{n}{h^{(t-1)}} + ",
    ):
        assert piece in shown.equation()
    assert shown.facts() == ["for $1 \\le t \\le T$", "in code `tanh(W @ h[t-1] + U @ x[t] + b)`"]
    assert shown.evidence()["outcome"] == "defined"
    assert definition(states[early + 1], "next").facts()[0] == "for $1 \\le t \\le T-1$"
    assert definition(nothing_after, "after").facts() == ["in code `0`"]
    with pytest.raises(TypeError, match="a named formula or an equation"):
        definition(h[t], "state")


def test_every_line_of_a_derivation_may_use_what_is_given():
    chain = Derivation(grad(STATE, x[t]), "chain", given=[states[t]])
    chain.becomes(U.T @ slope(t) @ g[t], "the slope").becomes(
        U.T @ (g[t] - h[t] ** 2 * g[t]), "entry by entry"
    )
    assert chain.facts() == [
        "for all sizes $m, n$, every $T$ and $1 \\le t \\le T$",
        "by the definition of $h^{(t)}$",
        "2 steps",
    ]
    assert chain.evidence()["assumes"] == ["by the definition of $h^{(t)}$"]
    assert chain.evidence()["proved_for"] == "all sizes $m, n$, every $T$ and $1 \\le t \\le T$"
    with pytest.raises(NotProved, match="derivation chain, a slip: Refuted"):
        chain.becomes(U.T @ g[t], "a slip")
    with pytest.raises(NotProved, match="derivation bare, the slope: Refuted"):
        Derivation(grad(STATE, x[t]), "bare").becomes(U.T @ slope(t) @ g[t], "the slope")
