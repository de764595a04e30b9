"""The recurrent network of the documents as formulas, for symbolic sizes n, m, k and every T.

    h⁽ᵗ⁾ = tanh(W h⁽ᵗ⁻¹⁾ + U x⁽ᵗ⁾ + b),    o⁽ᵗ⁾ = V h⁽ᵗ⁾ + c,    L⁽ᵗ⁾ = −⟨onehot(y⁽ᵗ⁾), log softmax(o⁽ᵗ⁾)⟩

There are ``n`` hidden units, ``m`` inputs and ``k`` classes, t runs from 1 to T, and h⁽⁰⁾ is where the states
start. ``activations`` and ``preactivations`` are ``states`` in two. The equations are what claims are given,
and ``states[t].value`` is h⁽ᵗ⁾ as it is computed, to be differentiated. That the series g and g_o are the
gradients of the whole loss is proved, not assumed.
"""

from bptt.kernel import (
    Formula,
    Moment,
    Recurrence,
    Step,
    defined,
    diag,
    horizon,
    inner,
    labels,
    log,
    matrix,
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
early = step("t", T, 1, T - 1)  # the steps that another one follows

W, U, V = matrix("W", n, n), matrix("U", n, m), matrix("V", k, n)
b, c = vector("b", n), vector("c", k)
a, h, o = series("a", n), series("h", n), series("o", k)
x, y, L, p = series("x", m), labels("y", k), series("L"), series("p", k)


def slope(at: Step | Moment | int) -> Formula:
    """The derivative of tanh at the pre-activation of a step, on a diagonal: diag(1 − h²)."""
    return diag(1 - h[at] ** 2)


states = Recurrence(h, t, tanh(W @ h[t - 1] + U @ x[t] + b))
preactivations = Recurrence(a, t, W @ h[t - 1] + U @ x[t] + b)
activations = Recurrence(h, t, tanh(a[t]))
logits = Recurrence(o, t, V @ h[t] + c)
predictions = Recurrence(p, t, softmax(o[t]))
losses = Recurrence(L, t, -inner(onehot(y[t]), log(softmax(o[t]))))

# The gradients of the loss by h(t) and o(t); nothing follows the last step.
g, g_o = series("g", n), series("g_o", k)
output_gradients = Recurrence(g_o, t, softmax(o[t]) - onehot(y[t]))
adjoint = Recurrence(g, t, W.T @ slope(t + 1) @ g[t + 1] + V.T @ g_o[t])
nothing_after = defined(g, T + 1, 0)

# A copy of each parameter for each step, which step t alone uses.
W_, U_, V_ = series("W_", n, n), series("U_", n, m), series("V_", k, n)
b_, c_ = series("b_", n), series("c_", k)
copied_states = Recurrence(h, t, tanh(W_[t] @ h[t - 1] + U_[t] @ x[t] + b_[t]))
copied_logits = Recurrence(o, t, V_[t] @ h[t] + c_[t])
