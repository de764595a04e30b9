"""All gradients of a recurrent network, from the definition of its loss, for all sizes and every T."""

import pytest

from bptt.kernel import (
    Formula,
    Moment,
    Recurrence,
    Refuted,
    Step,
    Theorem,
    chain,
    inner,
    log,
    matrix,
    moment,
    named,
    onehot,
    outer,
    prove,
    series,
    softmax,
    sum_over,
    tanh,
    telescope,
    vector,
)
from bptt.network import (
    T,
    U,
    V,
    W,
    adjoint,
    b,
    c,
    early,
    g,
    g_o,
    h,
    k,
    logits,
    m,
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
from bptt.symbolic import differential, grad

# How the parameters and all that follows are varied. A copy of the state at each step is varied by de(t)
# besides: the gradient by h(t) is what multiplies de(t).
dW, dU, dV = matrix("dW", n, n), matrix("dU", n, m), matrix("dV", k, n)
db, dc = vector("db", n), vector("dc", k)
dh, dx, de = series("dh", n), series("dx", m), series("de", n)
moves = dW @ h[t - 1] + W @ dh[t - 1] + dU @ x[t] + U @ dx[t] + db
tangent = Recurrence(dh, t, slope(t) @ moves + de[t])


def new_state(at: Step | Moment, state: Formula) -> Formula:
    """h(t), computed from the state before it."""
    return tanh(W @ state + U @ x[at] + b)


def loss(at: Step | Moment, logits: Formula) -> Formula:
    """What the step adds to the loss, by its logits."""
    return -inner(onehot(y[at]), log(softmax(logits)))


L = named("L", loss(t, o[t]))


def test_the_gradient_by_the_logits() -> None:
    prove(grad(L, o[t]), softmax(o[t]) - onehot(y[t]))


def test_the_gradient_by_the_last_state() -> None:
    """At T nothing follows, and the state is felt through the logits alone."""
    last = named("L", loss(T, named("o_T", V @ h[T] + c)))
    prove(grad(last, h[T]), V.T @ g_o[T], given=[output_gradients[T], logits[T]])


def test_the_gradient_by_an_earlier_state() -> None:
    """What follows is felt through h(t+1), by which its gradient is g(t+1)."""
    at = early
    after = named("F", loss(at + 0, V @ h[at] + c) + inner(g[at + 1], new_state(at + 1, h[at])))
    proof = prove(
        grad(after, h[at]),
        W.T @ slope(at + 1) @ g[at + 1] + V.T @ g_o[at],
        given=[output_gradients[at], logits[at], states[at + 1]],
    )
    assert "1 ≤ t ≤ T-1" in proof.holds_for()


def test_the_tangent_of_a_state() -> None:
    varied = {W: dW, U: dU, b: db, h[t - 1]: dh[t - 1], x[t]: dx[t]}
    prove(differential(new_state(t, h[t - 1]), varied), slope(t) @ moves, given=[states[t]])


@pytest.mark.slow
def test_the_tangent_of_the_loss() -> None:
    varied = {V: dV, c: dc, h[t]: dh[t]}
    prove(
        differential(loss(t, V @ h[t] + c), varied),
        inner(g_o[t], dV @ h[t] + V @ dh[t] + dc),
        given=[output_gradients[t], logits[t]],
    )


LINEAR = inner(W.T @ slope(moment(1)) @ g[1], dh[0]) + sum_over(
    t,
    inner(slope(t) @ g[t], dW @ h[t - 1] + dU @ x[t] + U @ dx[t] + db)
    + inner(g[t], de[t])
    + inner(g_o[t], dV @ h[t] + dc),
)
GRADIENTS = {
    "W": (dW, sum_over(t, outer(slope(t) @ g[t], h[t - 1]))),
    "U": (dU, sum_over(t, outer(slope(t) @ g[t], x[t]))),
    "b": (db, sum_over(t, slope(t) @ g[t])),
    "V": (dV, sum_over(t, outer(g_o[t], h[t]))),
    "c": (dc, sum_over(t, g_o[t])),
    "h0": (dh[0], W.T @ slope(moment(1)) @ g[1]),
    "x": (dx[s], U.T @ slope(s) @ g[s]),
    "h": (de[s], g[s]),
}


def total_differential() -> Theorem:
    """From the definition of the loss: its differential, the states' own variations telescoped away."""
    f = differential(loss(t, V @ h[t] + c), {V: dV, c: dc, h[t]: dh[t]})
    stage = inner(slope(t) @ g[t], W @ dh[t - 1])
    rest = LINEAR.args[1].args[0]
    one = prove(
        f,
        stage - inner(slope(t + 1) @ g[t + 1], W @ dh[t]) + rest,
        given=[adjoint[t], tangent[t], output_gradients[t], logits[t]],
    )
    telescoped = telescope(t, f, stage, rest, one)
    return chain(telescoped, prove(telescoped.right, LINEAR, given=[nothing_after]))


@pytest.mark.slow
def test_the_differential_of_the_whole_loss() -> None:
    proof = total_differential()
    assert proof.right is LINEAR
    assert [str(item.left) for item in proof.hypotheses] == ["g[t]", "dh[t]", "g_o[t]", "o[t]", "g[T+1]"]
    assert [bool(item.for_all) for item in proof.hypotheses] == [True] * 4 + [False]


def test_without_the_boundary_value_nothing_follows() -> None:
    ends = inner(W.T @ slope(moment(1)) @ g[1], dh[0]) - inner(slope(T + 1) @ g[T + 1], W @ dh[T])
    with pytest.raises(Refuted):
        prove(ends + LINEAR.args[1], LINEAR)


@pytest.mark.parametrize("name", GRADIENTS)
def test_every_gradient(name: str) -> None:
    variation, gradient = GRADIENTS[name]
    proof = prove(grad(named("dL", LINEAR), variation), gradient)
    assert not proof.hypotheses
