"""The questions that a reader can be asked about the documents, from the first rung to the last."""

from collections.abc import Sequence

from bptt.check.questions import Question, Typed, column_of
from bptt.kernel import (
    At,
    Formula,
    Index,
    Recurrence,
    Series,
    diag,
    eye,
    inner,
    latex,
    log,
    matrix,
    named,
    onehot,
    ones,
    outer,
    product_over,
    scalar,
    sizes,
    softmax,
    step,
    sum_over,
    tanh,
    total,
    vector,
)
from bptt.network import (
    T,
    U,
    V,
    W,
    a,
    activations,
    b,
    c,
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
    p,
    preactivations,
    predictions,
    slope,
    t,
    x,
    y,
)


def products() -> "list[Question]":
    """Ask for the gradients by the two factors of a product."""
    left, inner_size, right = sizes("n k m")
    A, B = matrix("A", left, inner_size), matrix("B", inner_size, right)
    G, C = matrix("G", left, right), named("C", A @ B)
    symbols: dict[str, Typed] = {"A": A, "B": B, "C": C, "G": G, "dC": G}
    symbols.update({"n": left, "k": inner_size, "m": right})
    said = "C = A B, and G is the gradient of the loss L by C. What is the gradient of L by "
    return [
        Question(
            "A",
            said + "A?",
            r"\frac{\partial L}{\partial A}",
            symbols,
            inner(G, A @ B),
            A,
            G @ B.T,
            proof="vjp-left",
            rung=1,
            misses=[("missing-factor", ones(left, right) @ B.T)],
        ),
        Question(
            "B",
            said + "B?",
            r"\frac{\partial L}{\partial B}",
            symbols,
            inner(G, A @ B),
            B,
            A.T @ G,
            proof="vjp-right",
            rung=1,
            misses=[("missing-factor", A.T @ ones(left, right))],
        ),
    ]


def predicting() -> "list[Question]":
    """Ask for the derivatives of softmax and of the three losses by the logits."""
    o, q = vector("o", k), vector("q", k)
    p, label = named("p", softmax(o)), Index("y", k)
    hot, J = column_of(label, k), diag(p) - outer(p, p)
    some: dict[str, Typed] = {"o": o, "p": p, "k": k}
    target = dict(some)
    target.update({"q": q, "y": q})
    labelled = dict(some)
    labelled["y"] = label
    said = "p = softmax(o). "
    by_o = r"\frac{\partial J}{\partial o}"
    return [
        Question(
            "softmax",
            said + "What is the Jacobian of p by o, the derivative of p_i in row i?",
            r"\frac{\partial p}{\partial o}",
            some,
            softmax(o),
            o,
            J,
            proof="logits-softmax-jacobian",
            rung=2,
            misses=[
                ("missing-term", p * (1 - p)),
                ("missing-term", diag(p * (1 - p))),
                ("entrywise", diag(p) - outer(p * p, ones(k))),
                ("missing-factor", eye(k) - outer(p, p)),
                ("missing-factor", diag(p) - outer(ones(k), p)),
                ("wrong-matrix", diag(o) - outer(o, o)),
            ],
        ),
        Question(
            "llk",
            said + "The loss J is -log p_y for the label y. What is its gradient by o?",
            by_o,
            labelled,
            -inner(hot, log(softmax(o))),
            o,
            p - hot,
            proof="losses-llk",
            rung=2,
            misses=[("missing-factor", -hot / p), ("softmax-slope", p * (1 - p) * (p - hot))],
        ),
        Question(
            "cse",
            said + "The loss J is -Σ_j q_j log p_j for a target q of any sum. What is its gradient by o?",
            by_o,
            target,
            -inner(q, log(softmax(o))),
            o,
            total(q) * p - q,
            proof="losses-any-target",
            rung=2,
            misses=[("missing-factor", -q / p), ("entrywise", q * p - q)],
        ),
        Question(
            "mse",
            said + "The loss J is the squared error (q - p)ᵀ(q - p). What is its gradient by o?",
            by_o,
            target,
            inner(q - softmax(o), q - softmax(o)),
            o,
            2 * J @ (p - q),
            proof="losses-squared",
            rung=2,
            misses=[
                ("missing-factor", 2 * (p - q)),
                ("missing-term", 2 * (p - q) * p * (1 - p)),
                ("missing-term", (p - q) * p * (1 - p)),
            ],
        ),
    ]


LOSS = sum_over(t, -inner(onehot(y[t]), log(softmax(o[t]))))
MODEL = "h(t) = tanh(W h(t-1) + U x(t) + b), o(t) = V h(t) + c, and L is the sum of -log p_y over all steps. "
NETWORK: "dict[str, Typed]" = {
    "W": W, "U": U, "V": V, "b": b, "c": c, "a": a, "h": h, "o": o, "p": p, "x": x, "y": y, "g": g,
    "g_o": g_o, "t": t, "T": T, "n": n, "m": m, "k": k,
}  # fmt: skip
# As it is used: what g_o abbreviates stands in it, so that it is found whichever way that is written.
RECURSION = Recurrence(g, t, W.T @ slope(t + 1) @ g[t + 1] + V.T @ output_gradients[t].value)


def missed(at: object) -> Formula:
    """Prediction minus label."""
    return softmax(o[at]) - onehot(y[at])


def network(
    name: str,
    said: str,
    by: Formula,
    reference: Formula,
    proof: str,
    rung: int,
    barred: "Sequence[Series]" = (),
) -> Question:
    """Ask for the gradient of the whole loss of the recurrent network."""
    after = isinstance(by, At) and by.series is h and by.moment.offset == 0 and by.moment.base is not None
    return Question(
        name,
        f"{MODEL}What is the gradient of L by {said}",
        rf"\frac{{\partial L}}{{\partial {latex(by)}}}",
        NETWORK,
        LOSS,
        by,
        reference,
        definitions=(preactivations, activations, logits),
        words=(predictions, output_gradients),
        gradients=((g, h), (g_o, o)),
        # What is asked for may not be used to find it.
        supposed=(nothing_after,) if after else (RECURSION, nothing_after),
        ahead=RECURSION if after else None,
        barred=barred,
        misses=[("other-question, ∂L/∂a[t]", slope(t) @ reference)] if name == "h[t]" else [],
        proof=proof,
        rung=rung,
    )


def through_time() -> "list[Question]":
    """Ask for the gradients by all that the recurrent network is made of."""
    s = step("s", T)
    d = slope(s) @ g[s]
    later = step("r", T, s, T)
    between = step("j", T, s + 1, later)
    through = product_over(between, slope(between) @ W)
    paths = sum_over(s, sum_over(later, outer(slope(s) @ through.T @ V.T @ missed(later), h[s - 1])))
    uses = " g(t) is the gradient of L by h(t)."
    return [
        network("o[t]", "o(t)?", o[t], missed(t), "start-logit-gradient", 3),
        network("h[T]", "the last state h(T)?", h[T], V.T @ missed(T), "start-last-state", 4),
        network(
            "h[t]",
            "h(t), in terms of g(t+1), the gradient by the state after it?",
            h[t],
            W.T @ slope(t + 1) @ g[t + 1] + V.T @ missed(t),
            "state-recursion",
            5,
        ),
        network("V", "V?", V, sum_over(s, outer(missed(s), h[s])), "every-v", 6),
        network("c", "c?", c, sum_over(s, missed(s)), "every-c", 6),
        network("b", "b?" + uses, b, sum_over(s, d), "every-b", 7),
        network("W", "W?" + uses, W, sum_over(s, outer(d, h[s - 1])), "every-w", 8),
        network("U", "U?" + uses, U, sum_over(s, outer(d, x[s])), "every-u", 8),
        network("h[0]", "h(0)?" + uses, h[0], W.T @ slope(1) @ g[1], "every-h0", 8),
        network("x[t]", "x(t)?" + uses, x[t], U.T @ slope(t) @ g[t], "every-x", 8),
        network(
            "paths-W",
            "W, as a sum over the times of the losses and of the uses of W, without g?",
            W,
            paths,
            "paths-gradient",
            10,
            barred=(g,),
        ),
    ]


def two_steps() -> "list[Question]":
    """Ask for the three gradients of document 003: one unit, two steps, numbers all of them."""
    x_0, x_1, u, w, bias, start = (scalar(name) for name in ("x_0", "x_1", "u", "w", "k", "s"))
    (K,) = sizes("K")
    v, label = vector("v", K), Index("y", K)
    before = named("s_before", start, "s_{-1}")
    z_0 = named("z_0", u * x_0 + w * before + bias)
    s_0 = named("s_0", tanh(z_0))
    z_1 = named("z_1", u * x_1 + w * s_0 + bias)
    s_1 = named("s_1", tanh(z_1))
    q = named("q", s_1 * v)
    p = named("o", softmax(q))
    symbols: dict[str, Typed] = {
        "x_0": x_0, "x_1": x_1, "u": u, "w": w, "k": bias, "s": before, "s_before": before, "z_0": z_0,
        "s_0": s_0, "z_1": z_1, "s_1": s_1, "q": q, "o": p, "p": p, "v": v, "y": label, "f": tanh, "K": K,
        "u_0": u, "u_1": u, "w_0": w, "w_1": w,
    }  # fmt: skip
    felt = (inner(p, v) - v[label]) * (1 - s_1**2)
    said = (
        "z_0 = u x_0 + w s + k, s_0 = tanh z_0, z_1 = u x_1 + w s_0 + k, s_1 = tanh z_1, o = softmax(s_1 v), "
        "E = -log o_y. What is the derivative of E by "
    )
    column = p - column_of(label, K)
    brackets = {
        "u": x_1 + w * (1 - s_0**2) * x_0,
        "w": s_0 + w * (1 - s_0**2) * before,
        "k": 1 + w * (1 - s_0**2),
    }
    proofs = {"u": "hand-clean-tanh", "w": "hand-clean-w-tanh", "k": "hand-clean-k-tanh"}
    return [
        Question(
            f"two-steps-{name}",
            f"{said}{name}?",
            rf"\frac{{\partial E}}{{\partial {name}}}",
            symbols,
            -log(p[label]),
            by,
            felt * brackets[name],
            proof=proofs[name],
            rung=9,
            misses=[("no-output-weights", column * ((1 - s_1**2) * brackets[name])), ("missing-term", felt)],
            swaps=[
                ("wrapped", "s_before s_1"),
                ("time-shift", "x_0 x_1"),
                ("state-time", "s_before s_0 s_1"),
                ("wrong-matrix", "u w"),
            ],
        )
        for name, by in (("u", u), ("w", w), ("k", bias))
    ]


def linear() -> Question:
    """Ask for the states of a network without tanh, written by the start and the inputs alone."""
    s = step("s", T, 1, t)
    onward, whole = step("j", T, s + 1, t), step("j", T, 1, t)
    before = step("j", T, 1, s - 1)
    closed = product_over(whole, W) @ h[0] + sum_over(s, product_over(onward, W) @ U @ x[s])
    symbols: dict[str, Typed] = {"W": W, "U": U, "h": h, "x": x, "t": t, "T": T, "n": n, "m": m}
    return Question(
        "linear",
        "h(t) = W h(t-1) + U x(t), without tanh. What is h(t) in terms of h(0) and the inputs alone?",
        "h^{(t)}",
        symbols,
        h[t],
        None,
        closed,
        definitions=(Recurrence(h, t, W @ h[t - 1] + U @ x[t]),),
        barred=(h,),
        misses=[
            ("time-shift", product_over(whole, W) @ h[0] + sum_over(s, product_over(before, W) @ U @ x[s]))
        ],
        proof="vanishing-linear",
        rung=10,
    )


LADDER = sorted(
    products() + predicting() + through_time() + two_steps() + [linear()], key=lambda question: question.rung
)
TARGETS = {question.name: question for question in LADDER}
