"""The exercises of the chapters on the whole run, and on all its steps at once."""

from fractions import Fraction

from bptt.check.questions import Exact, Question, Slipped, Typed
from bptt.kernel import (
    Function,
    diag,
    inner,
    log,
    matrix,
    named,
    onehot,
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
from bptt.network import T, U, V, W, b, early, g, g_o, h, k, m, n, o, s, slope, t, x, y

NETWORK: "dict[str, Typed]" = {
    "W": W, "U": U, "V": V, "b": b, "h": h, "o": o, "x": x, "y": y, "g": g, "g_o": g_o, "t": t, "T": T,
    "n": n, "m": m, "k": k,
}  # fmt: skip

weight, q, beta = series("w"), vector("q", k), scalar("beta")
start = (
    Exact(
        "start-1",
        "What is the gradient by the logits, as a list?",
        [Fraction(1, 2), Fraction(-3, 4), Fraction(1, 4)],
    ),
    Exact(
        "start-2",
        "What are the three derivatives, as a list?",
        [Fraction(1, 4), Fraction(-1, 8), Fraction(-1, 8)],
    ),
    Question(
        "start-3",
        "The loss is the sum of weight[s] L(s) over all steps. What is its gradient by o(t)?",
        r"\frac{\partial L}{\partial o^{(t)}}",
        dict(NETWORK, weight=weight),
        sum_over(s, -weight[s] * inner(onehot(y[s]), log(softmax(o[s])))),
        o[t],
        weight[t] * (softmax(o[t]) - onehot(y[t])),
    ),
    Question(
        "start-4",
        "The loss is -<q, log softmax(beta o(t))> for any column q. What is its gradient by o(t)?",
        r"\frac{\partial}{\partial o^{(t)}}",
        dict(NETWORK, q=q, beta=beta),
        -inner(q, log(softmax(beta * o[t]))),
        o[t],
        beta * (total(q) * softmax(beta * o[t]) - q),
    ),
)

A, B = matrix("A", k, k), matrix("B", k, n)
ways = (
    Exact("series-and-parallel-1", "How many paths lead from w to the loss?", 4),
    Question(
        "series-and-parallel-2",
        "o(t) = V h(t) + A (B h(t)). What comes back to h(t)?",
        r"\frac{\partial L^{(t)}}{\partial h^{(t)}}",
        dict(NETWORK, A=A, B=B),
        inner(g_o[t], V @ h[t] + A @ (B @ h[t])),
        h[t],
        V.T @ g_o[t] + B.T @ A.T @ g_o[t],
    ),
    Exact("series-and-parallel-3", "What does the path that enters at step 1 bring back to a(1)?", 2),
    Exact("series-and-parallel-4", "Which line is the first that does not hold?", 3),
)

f = Function("f")
inside = named("A", W @ h[early] + U @ x[early + 1] + b)
recursion = (
    Exact("state-recursion-1", "What is g(t)?", 7),
    Question(
        "state-recursion-2",
        "h(t+1) = f(A) with A = W h(t) + U x(t+1) + b. What comes back to h(t) through h(t+1)?",
        r"\frac{\partial L}{\partial h^{(t)}}",
        dict(NETWORK, A=inside, f=f, t=early),
        inner(g[early + 1], f(inside)),
        h[early],
        W.T @ diag(f.prime(inside)) @ g[early + 1],
    ),
    Question(
        "state-recursion-3",
        "h(t+1) = h(t) + tanh(A) with A = W h(t) + U x(t+1) + b. What comes back to h(t) through h(t+1)?",
        r"\frac{\partial L}{\partial h^{(t)}}",
        dict(NETWORK, A=inside, t=early),
        inner(g[early + 1], h[early] + tanh(inside)),
        h[early],
        W.T @ diag(1 - tanh(inside) ** 2) @ g[early + 1] + g[early + 1],
    ),
    Exact("state-recursion-4", "Which line is the first that does not hold?", 3),
)

dW = matrix("dW", n, n)
parameters = (
    Exact("parameters-1", "What is the gradient by w?", 2),
    Exact("parameters-2", "How many times too large is the sum?", 3),
    Question(
        "parameters-3",
        "o(t) = V W h(t) + c. What do the new edges from W add to the gradient of L by W?",
        r"\frac{\partial L}{\partial W}",
        dict(NETWORK, dW=dW),
        sum_over(t, inner(g_o[t], V @ dW @ h[t])),
        dW,
        sum_over(t, V.T @ g_o[t] @ h[t].T),
    ),
    Exact("parameters-4", "Which line is the first that does not hold for all networks?", 3),
)

(d,) = sizes("d")
z, dE, dM, made_from = series("z", d), matrix("dE", m, d), matrix("dM", n, d), vector("q", d)
every_length = (
    Exact("every-length-1", "What does a push of h_1 cost, per unit?", 7),
    Question(
        "every-length-2",
        "x(t) = E z(t), with one matrix E for all steps. What is the gradient of L by E?",
        r"\frac{\partial L}{\partial E}",
        dict(NETWORK, z=z, d=d),
        sum_over(t, inner(g[t], slope(t) @ U @ dE @ z[t])),
        dE,
        sum_over(t, U.T @ slope(t) @ g[t] @ z[t].T),
    ),
    Question(
        "every-length-3",
        "h(0) = M q. What is the gradient of L by M?",
        r"\frac{\partial L}{\partial M}",
        dict(NETWORK, q=made_from, d=d),
        inner(g[1], slope(1) @ W @ dM @ made_from),
        dM,
        W.T @ slope(1) @ g[1] @ made_from.T,
    ),
    Exact("every-length-4", "Which line is the first that does not hold?", 3),
)

kept = named("a", W @ h[early])
factor, here = scalar("q"), step("t", T, 1, T - 2)
vanishing = (
    Exact("vanishing-1", "By what do three steps back multiply?", Fraction(1, 8)),
    Question(
        "vanishing-2",
        "h(t+1) = h(t) + tanh(a) with a = W h(t). What comes back to h(t) from h(t+1)?",
        r"\frac{\partial L}{\partial h^{(t)}}",
        dict(NETWORK, a=kept, t=early),
        inner(g[early + 1], h[early] + tanh(kept)),
        h[early],
        g[early + 1] + W.T @ diag(1 - tanh(kept) ** 2) @ g[early + 1],
    ),
    Question(
        "vanishing-3",
        "All states are zero and W = q I. What is g(t), in terms of g(t+2)?",
        "g^{(t)}",
        dict(NETWORK, q=factor, t=here),
        factor * (factor * g[here + 2]),
        None,
        factor**2 * g[here + 2],
    ),
    Exact("vanishing-4", "How many steps back does it take?", 10),
)

late, back, moves = step("t", T, 2, T), series("r", n), matrix("dU", n, m)
held_before = slope(late) @ (W @ slope(late - 1) @ moves @ x[late - 1] + moves @ x[late])
onward = slope(late - 1) @ dW @ h[late - 2]
truncation = (
    Exact("truncation-1", "How many fields are filled?", 12),
    Exact("truncation-2", "What is the truncated gradient by w, for windows of 1 and 2, as a list?", [3, 5]),
    Question(
        "truncation-3",
        "h(t) moves with U, h(t-1) too, and h(t-2) is held. What is the gradient by U, with r(t) behind it?",
        r"\frac{\partial F}{\partial U}",
        dict(NETWORK, r=back, t=late, dU=moves),
        inner(back[late], held_before),
        moves,
        slope(late) @ back[late] @ x[late].T
        + slope(late - 1) @ W.T @ slope(late) @ back[late] @ x[late - 1].T,
    ),
    Slipped(
        "truncation-4",
        "Which line does not follow from the one before?",
        [
            inner(back[late], slope(late) @ W @ onward),
            inner(slope(late) @ back[late], W @ onward),
            inner(W.T @ slope(late) @ back[late], onward),
            inner(W.T @ slope(late - 1) @ slope(late) @ back[late], dW @ h[late - 2]),
            inner(W.T @ slope(late - 1) @ slope(late) @ back[late] @ h[late - 2].T, dW),
        ],
    ),
)
EXERCISES = start + ways + recursion + parameters + every_length + vanishing + truncation
