"""The recurrent network whose gradients are proved, for symbolic n, m, k and T."""

from bptt.kernel import (
    Formula,
    Moment,
    Recurrence,
    Step,
    diag,
    horizon,
    inner,
    labels,
    log,
    matrix,
    named,
    onehot,
    series,
    sizes,
    softmax,
    step,
    tanh,
    vector,
)

n, m, k = sizes("n m k")
T = horizon("T")
t, s = step("t", T), step("s", T)
early = step("t", T, 1, T - 1)

W, U, V = matrix("W", n, n), matrix("U", n, m), matrix("V", k, n)
b, c = vector("b", n), vector("c", k)
h, x, o, y = series("h", n), series("x", m), series("o", k), labels("y", k)
# The gradients by h(t) and o(t), and how the parameters and all that follows are varied.
g, g_o = series("g", n), series("g_o", k)
dW, dU, dV = matrix("dW", n, n), matrix("dU", n, m), matrix("dV", k, n)
db, dc = vector("db", n), vector("dc", k)
dh, dx, de = series("dh", n), series("dx", m), series("de", n)


def new_state(at: Step | Moment, state: Formula) -> Formula:
    """h(t), computed from the state before it."""
    return tanh(W @ state + U @ x[at] + b)


def loss(at: Step | Moment, logits: Formula) -> Formula:
    """What the step adds to the loss, by its logits."""
    return -inner(onehot(y[at]), log(softmax(logits)))


def slope(at: Step | Moment) -> Formula:
    """The derivative of tanh at h(t), on a diagonal."""
    return diag(1 - h[at] ** 2)


states = Recurrence(h, t, new_state(t, h[t - 1]))
logits = Recurrence(o, t, V @ h[t] + c)
output_gradients = Recurrence(g_o, t, softmax(o[t]) - onehot(y[t]))
adjoint = Recurrence(g, t, W.T @ slope(t + 1) @ g[t + 1] + V.T @ g_o[t])
# A copy of the state at each step, varied by de(t) besides: the gradient by h(t) is what multiplies de(t).
moves = dW @ h[t - 1] + W @ dh[t - 1] + dU @ x[t] + U @ dx[t] + db
tangent = Recurrence(dh, t, slope(t) @ moves + de[t])

L = named("L", loss(t, o[t]))
