"""The exercises of the chapters on one step of the network."""

from fractions import Fraction

from bptt.check.questions import Exact, Question, Slipped, Typed, column_of
from bptt.kernel import (
    Index,
    diag,
    extent,
    inner,
    log,
    matrix,
    named,
    onehot,
    ones,
    outer,
    scalar,
    softmax,
    sum_over,
    total,
    vector,
)
from bptt.network import (
    T,
    V,
    W,
    a,
    activations,
    c,
    g,
    g_o,
    h,
    k,
    logits,
    m,
    n,
    o,
    output_gradients,
    preactivations,
    slope,
    t,
    y,
)

p = named("p", softmax(o[t]), "p^{(t)}")
label = Index("y", k)
hot = column_of(label, k)
s, w, beta = scalar("s"), scalar("w"), scalar("beta")
q, E = vector("q", k), matrix("E", n, n)
NETWORK: "dict[str, Typed]" = {
    "W": W, "V": V, "c": c, "a": a, "h": h, "o": o, "y": y, "g": g, "g_o": g_o, "t": t, "T": T, "n": n,
    "m": m, "k": k,
}  # fmt: skip
OF_LABEL: "dict[str, Typed]" = {"o": o, "p": p, "y": label, "hot": hot, "t": t, "k": k}
NLL = -inner(onehot(y[t]), log(softmax(o[t])))
AT_LOGITS = (logits, output_gradients)

# Columns of numbers without a time, in the lines of derivations.
WHICH_LINE = "Which line does not follow from the one before it?"
p_k, g_k, h_n, g_n, dh_n = vector("p", k), vector("g_o", k), vector("h", n), vector("g", n), vector("dh", n)
dV, i, j = matrix("dV", k, n), Index("i", k), Index("j", n)

losses = (
    Exact("notation-and-losses-1", "What does the squared error send back to o_1?", Fraction(-9, 16)),
    Question(
        "notation-and-losses-2",
        "q = (1 - s) onehot(y) + s/k 1. What does the cross-entropy send back to o?",
        r"\frac{\partial H}{\partial o}",
        dict(OF_LABEL, s=s),
        -inner((1 - s) * hot + s / extent(k) * ones(k), log(softmax(o[t]))),
        o[t],
        p - ((1 - s) * hot + s / extent(k) * ones(k)),
    ),
    Question(
        "notation-and-losses-3",
        "The target is w onehot(y). What does the cross-entropy send back to o?",
        r"\frac{\partial H}{\partial o}",
        dict(OF_LABEL, w=w),
        -inner(w * hot, log(softmax(o[t]))),
        o[t],
        w * (p - hot),
    ),
    Slipped(
        "notation-and-losses-4",
        WHICH_LINE,
        [
            2 * (diag(p_k) - outer(p_k, p_k)) @ (p_k - q),
            2 * (p_k * (p_k - q)) - 2 * outer(p_k, p_k) @ (p_k - q),
            2 * (p_k * (p_k - q)) - 2 * inner(p_k, p_k - q) * p_k,
            2 * (p_k * (p_k - q - total(p_k - q))),
        ],
    ),
)

output_gradient = (
    Exact("output-gradient-1", "What is exp(o_3)?", 5),
    Question(
        "output-gradient-2",
        "What do all entries of the gradient of L by o(t) add up to?",
        r"\langle\mathbf 1, \frac{\partial L}{\partial o^{(t)}}\rangle",
        NETWORK,
        total(softmax(o[t]) - onehot(y[t])),
        None,
        0 * total(o[t]),
    ),
    Question(
        "output-gradient-3",
        "sharp = softmax(beta o(t)), and the loss is -log sharp_y. What is its gradient by o(t)?",
        r"\frac{\partial L}{\partial o^{(t)}}",
        dict(NETWORK, beta=beta, sharp=named("sharp", softmax(beta * o[t]))),
        -inner(onehot(y[t]), log(softmax(beta * o[t]))),
        o[t],
        beta * (softmax(beta * o[t]) - onehot(y[t])),
    ),
    Exact("output-gradient-4", "Which line is the first that does not hold?", 2),
)

off = V @ h[t] + c - q
output_weights = (
    Exact(
        "output-weights-1",
        "g_o = (1/4, -3/4, 1/2) and h = (2, -4). What is the gradient by V, as a list of its rows?",
        [[Fraction(1, 2), -1], [Fraction(-3, 2), 3], [1, -2]],
    ),
    Question(
        "output-weights-2",
        "What is the gradient of L(t) by c?",
        r"\frac{\partial L^{(t)}}{\partial c}",
        NETWORK,
        NLL,
        c,
        g_o[t],
        definitions=AT_LOGITS,
    ),
    Question(
        "output-weights-3",
        "The loss is half the squared distance of the logits from q. What is its gradient by V?",
        r"\frac{\partial}{\partial V}",
        dict(NETWORK, q=q),
        inner(off, off) / 2,
        V,
        outer(off, h[t]),
    ),
    Slipped(
        "output-weights-4",
        WHICH_LINE,
        [
            inner(g_k, dV @ h_n),
            inner(outer(g_k, h_n), dV),
            total(outer(g_k, h_n) * dV),
            total(g_k) * total(dV @ h_n),
        ],
    ),
)

felt = -inner(onehot(y[T]), log(softmax(o[T])))
last_state = (
    Exact("last-state-1", "What is the gradient by the last state, as a list?", [Fraction(5, 4), 2]),
    Question(
        "last-state-2",
        "The loss has one more term, |h(T)|²/2. What is its gradient by the last state?",
        r"\frac{\partial L}{\partial h^{(T)}}",
        NETWORK,
        felt + inner(h[T], h[T]) / 2,
        h[T],
        V.T @ g_o[T] + h[T],
        definitions=AT_LOGITS,
    ),
    Question(
        "last-state-3",
        "o = V E h, and g_o is the gradient by o. What is the derivative of the loss by h(T), as a row?",
        r"\frac{\partial L}{\partial h^{(T)}}",
        dict(NETWORK, E=E),
        inner(g_o[T], V @ E @ h[T]) * ones(1),
        h[T],
        g_o[T].T @ V @ E,
    ),
    Slipped(
        "last-state-4",
        WHICH_LINE,
        [
            inner(g_k, V @ dh_n),
            sum_over(i, sum_over(j, g_k[i] * V[i, j] * dh_n[j])),
            sum_over(i, sum_over(j, g_k[i] * V[i, j])) * total(dh_n),
            total(V.T @ g_k) * total(dh_n),
        ],
    ),
)

earlier_state = (
    Exact("earlier-state-1", "What is the gradient by h(T-1)?", Fraction(7, 2)),
    Question(
        "earlier-state-2",
        "Only the last step has a loss, and g(T) is its gradient by h(T). What is its gradient by a(T)?",
        r"\frac{\partial L}{\partial a^{(T)}}",
        NETWORK,
        inner(g[T], h[T]),
        a[T],
        slope(T + 0) @ g[T],
        definitions=(activations,),
    ),
    Question(
        "earlier-state-3",
        "What comes back through h(T) alone to h(T-1), as a row?",
        r"\frac{\partial}{\partial h^{(T-1)}}",
        NETWORK,
        inner(g[T], h[T]),
        h[T - 1],
        g[T].T @ slope(T + 0) @ W,
        definitions=(preactivations, activations),
    ),
    Slipped(
        "earlier-state-4",
        WHICH_LINE,
        [
            W.T @ diag(1 - h_n**2) @ g_n,
            W.T @ ((1 - h_n**2) * g_n),
            W.T @ g_n - W.T @ (h_n**2 * g_n),
            W.T @ g_n - (W.T @ h_n**2) * g_n,
        ],
    ),
)
EXERCISES = losses + output_gradient + output_weights + last_state + earlier_state
