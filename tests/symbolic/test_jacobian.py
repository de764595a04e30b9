"""Jacobians of a step, immediate gradients by what one step uses, and the total that they add up to."""

import pytest
from test_recurrent import GRADIENTS, LINEAR, dW

from bptt.kernel import (
    Equation,
    Formula,
    Index,
    Recurrence,
    Refuted,
    ShapeError,
    Theorem,
    chain,
    decide,
    diag,
    extent,
    eye,
    inner,
    latex,
    log,
    moment,
    named,
    onehot,
    outer,
    prove,
    refute,
    scalar,
    series,
    softmax,
    sum_over,
    summed,
    tanh,
    total,
    vector,
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
    k,
    logits,
    losses,
    m,
    n,
    nothing_after,
    o,
    s,
    slope,
    states,
    t,
    x,
    y,
)
from bptt.symbolic import diff, differential, grad, immediate, jacobian

state = states[t].value
i = Index("i", n)

# What is differentiated, by what, the Jacobian, and what is given.
JACOBIANS: dict[str, tuple[Formula, Formula, Formula, list[Equation]]] = {
    "the state before": (state, h[t - 1], slope(t) @ W, [states[t]]),
    "the input": (state, x[t], slope(t) @ U, [states[t]]),
    "the bias": (state, b, slope(t), [states[t]]),
    "the logits": (logits[t].value, h[t], V, []),
    "softmax": (
        softmax(o[t]),
        o[t],
        diag(softmax(o[t])) - outer(softmax(o[t]), softmax(o[t])),
        [],
    ),
    "one row": (losses[t].value, o[t], (softmax(o[t]) - onehot(y[t])).T, []),
    "the copies": (copied_states[t].value, h[t - 1], slope(t) @ W_[t], [copied_states[t]]),
    "of one copy": (copied_logits[t].value, c_[t], eye(k), []),
}


@pytest.mark.parametrize("case", JACOBIANS)
def test_a_jacobian(case: str) -> None:
    of, by, expected, given = JACOBIANS[case]
    jacobian_ = jacobian(of, by)
    assert jacobian_.shape == expected.shape
    prove(jacobian_, expected, given)
    with pytest.raises(Refuted):
        prove(jacobian_, 2 * expected, given)


WRONG = {
    "no slope": W * 1,
    "transposed": (slope(t) @ W).T,
    "W transposed": slope(t) @ W.T,
    "the slope on the other side": W @ slope(t),
    "the slope of the state before": slope(t - 1) @ W,
    "the slope of the state after": slope(t + 1) @ W,
    "the square forgotten": diag(1 - h[t]) @ W,
    "two steps": slope(t) @ W @ slope(t - 1) @ W,
}


@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_jacobian_is_refuted(slip: str) -> None:
    with pytest.raises(Refuted):
        prove(jacobian(state, h[t - 1]), WRONG[slip], given=[states[t]])


def test_a_jacobian_has_a_row_for_each_entry_of_what_is_differentiated() -> None:
    assert jacobian(logits[t].value, h[t]).shape == (k, n)
    assert jacobian(state, x[t]).shape == (n, m)
    assert jacobian(losses[t].value, o[t]).shape == (1, k)


def test_a_jacobian_prints_as_one() -> None:
    found = jacobian(state, h[t - 1])
    assert str(found) == "jacobian(h[t], h[t-1])"
    assert latex(found) == r"\frac{\partial h^{(t)}}{\partial h^{(t-1)}}"


@pytest.mark.parametrize(
    ("of", "by", "message"),
    [
        (W, h[t], "y: a Jacobian is of columns, got W, which is n×n"),
        (state.T, h[t - 1], "y: a Jacobian is of columns, got h[t].T, which is 1×n"),
        (state, W, "x: a Jacobian is of columns, got W, which is n×n"),
    ],
)
def test_a_jacobian_is_of_columns(of: Formula, by: Formula, message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        jacobian(of, by)
    assert str(caught.value) == message


def test_what_cannot_be_differentiated_by_is_named() -> None:
    with pytest.raises(ValueError, match="x: c does not occur in"):
        jacobian(state, c)
    q = vector("q", n)
    with pytest.raises(ValueError, match="'q' is a name for"):
        jacobian(named("q", W @ h[t]) * q, q)
    with pytest.raises(ValueError, match="'h' is"):
        jacobian(state, named("h", W @ h[t - 1]))
    with pytest.raises(TypeError, match="x: expected a symbol"):
        jacobian(state, 2 * h[t - 1])


# The gradient by what one step uses, all else held fixed; g is the total gradient by the state.
F = named("F", inner(g[t], copied_states[t].value))
E = named("E", inner(g_o[t], copied_logits[t].value))
SHARED = named("S", inner(g[t], state))
COPIES = {
    "W_": (F, W_[t], outer(slope(t) @ g[t], h[t - 1]), "W"),
    "U_": (F, U_[t], outer(slope(t) @ g[t], x[t]), "U"),
    "b_": (F, b_[t], slope(t) @ g[t], "b"),
    "V_": (E, V_[t], outer(g_o[t], h[t]), "V"),
    "c_": (E, c_[t], 1 * g_o[t], "c"),
}


def of_copy(name: str) -> Equation:
    """What a copy is felt through: the logits or the state of its step."""
    return (copied_logits if name in ("V_", "c_") else copied_states)[t]


def by_copy(name: str) -> Theorem:
    expected, gradient = COPIES[name][2], grad(*COPIES[name][:2])
    return prove(gradient, expected, given=[of_copy(name)])


def test_a_gradient_prints_with_a_plus_where_it_is_immediate_alone() -> None:
    assert str(grad(*COPIES["W_"][:2])) == "grad(F, W_[t])"
    assert latex(grad(*COPIES["W_"][:2])) == r"\frac{\partial F}{\partial W^{(t)}}"
    assert latex(grad(SHARED, W)) == r"\frac{\partial S}{\partial W}"
    assert str(immediate(named("S", total(W @ h[t])), W)) == "immediate(S, W)"
    assert latex(immediate(named("S", total(W @ h[t])), W)) == r"\frac{\partial^{+} S}{\partial W}"
    assert latex(immediate(state[i], W)) == r"\frac{\partial^{+} h_{i}^{(t)}}{\partial W}"
    with pytest.raises(ShapeError, match="of a scalar"):
        immediate(state, W)


@pytest.mark.parametrize("name", COPIES)
def test_the_gradient_by_the_copy_of_a_step(name: str) -> None:
    by_copy(name)
    expected, gradient = COPIES[name][2], grad(*COPIES[name][:2])
    given = [of_copy(name)]
    for wrong in (2 * expected, sum_over(s, expected), expected * expected):
        with pytest.raises(Refuted):
            prove(gradient, wrong, given)


def test_the_gradient_by_the_copy_of_another_step_is_zero() -> None:
    prove(grad(F, W_[t - 1]), 0 * W)
    with pytest.raises(Refuted):
        prove(grad(F, W_[t]), 0 * W)


def test_what_a_name_within_stands_for_is_held_fixed() -> None:
    """Document 003's two states: u acts on the second one at once, and through the first one."""
    u, w, x_0, x_1 = scalar("u"), scalar("w"), scalar("x_0"), scalar("x_1")
    first = named("s_0", tanh(u * x_0))
    second = named("s_1", tanh(u * x_1 + w * first))
    at_once = (1 - second**2) * x_1
    prove(immediate(second, u), at_once)
    with pytest.raises(Refuted):
        prove(diff(second, u), at_once)
    prove(diff(second, u), at_once + (1 - second**2) * w * (1 - first**2) * x_0)
    with pytest.raises(ValueError, match=r"^x: w does not occur in S but through what is held fixed"):
        immediate(named("S", second * 2), w)
    with pytest.raises(ValueError, match=f"^x: W does not occur in {SHARED} but"):
        immediate(SHARED, W)


def test_by_the_shared_parameter_the_immediate_part_is_that_by_the_copy() -> None:
    prove(grad(SHARED, W), COPIES["W_"][2], given=[states[t]])


# How the states vary with W: directly, and through the state before.
dh = series("dh", n)
IMMEDIATE = slope(t) @ dW @ h[t - 1]
tangent = Recurrence(dh, t, IMMEDIATE + slope(t) @ W @ dh[t - 1])


def test_the_total_differential_is_not_the_immediate_part() -> None:
    prove(differential(state, {W: dW}), IMMEDIATE, given=[states[t]])
    prove(differential(state, {W: dW, h[t - 1]: dh[t - 1]}), tangent.formula, given=[states[t]])
    for part in (IMMEDIATE, slope(t) @ W @ dh[t - 1]):
        with pytest.raises(Refuted):
            prove(1 * dh[t], part, given=[tangent[t]])
    prove(dh[t] - slope(t) @ W @ dh[t - 1], IMMEDIATE, given=[tangent[t]])


def test_at_the_first_step_the_total_is_the_immediate_part() -> None:
    start = Equation(dh[0], 0)
    first = slope(moment(1)) @ dW @ h[0]
    prove(1 * dh[1], first, given=[tangent[1], start])
    with pytest.raises(Refuted):
        prove(1 * dh[1], first, given=[tangent[1]])


@pytest.mark.parametrize("name", COPIES)
def test_the_copies_add_up_to_the_gradient_by_the_shared_parameter(name: str) -> None:
    """What varies with the parameter in the differential of the whole loss, proved in test_recurrent."""
    variation, gradient = GRADIENTS[COPIES[name][3]]
    proof = summed(t, by_copy(name))
    assert [(str(item.left), item.for_all) for item in proof.hypotheses] == [(str(of_copy(name).left), (t,))]
    whole = chain(proof, prove(proof.right, grad(named("dL", LINEAR), variation)))
    assert str(whole.left) == f"sum_over(t, {grad(*COPIES[name][:2])})"
    assert str(whole.right) == f"grad(dL, {variation})"
    decide(proof.right, gradient)


@pytest.mark.parametrize("name", COPIES)
def test_with_the_superscript_dropped_it_is_T_times_too_much(name: str) -> None:
    """Each summand is then the whole gradient by the parameter that all steps share."""
    variation, gradient = GRADIENTS[COPIES[name][3]]
    whole = grad(named("dL", LINEAR), variation)
    with pytest.raises(Refuted):
        prove(whole, sum_over(s, gradient))
    prove(extent(T) * whole, sum_over(s, gradient))
    proof = summed(t, by_copy(name))
    with pytest.raises(Refuted):
        refute(proof.left, sum_over(s, gradient), proof.hypotheses)


def test_the_loss_and_the_boundary_are_those_of_the_documents() -> None:
    prove(losses[t].value, -log(inner(onehot(y[t]), softmax(o[t]))))
    assert str(nothing_after) == "g[T+1] = 0"
    prove(adjoint[T].value, V.T @ g_o[T], given=[nothing_after])
    with pytest.raises(Refuted):
        prove(adjoint[early].value, V.T @ g_o[early], given=[nothing_after])


def test_the_copies_when_equal_are_the_network() -> None:
    equal = [Equation(copies[t], shared) for copies, shared in ((W_, W), (U_, U), (b_, b), (V_, V), (c_, c))]
    prove(named("one", copied_states[t].right), named("two", states[t].right), given=equal)
    prove(copied_logits.formula, 1 * logits.formula, given=equal)
    with pytest.raises(Refuted):
        prove(copied_states.formula, tanh(W @ h[t - 1] + U @ x[t] + b), given=equal[1:])


def test_nothing_is_a_function_of_its_own_value() -> None:
    with pytest.raises(ValueError, match=r"x: h\[t\] is computed in h\[t\]"):
        jacobian(states[t].value, h[t])
    with pytest.raises(ValueError, match=r"x: h\[t\] is computed in"):
        grad(inner(g[t], states[t].value), h[t])
