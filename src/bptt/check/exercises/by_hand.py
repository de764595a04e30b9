"""The exercises of the chapters by hand, and on many paths."""

from fractions import Fraction

from bptt.check.questions import Exact, Question, Typed
from bptt.kernel import (
    Function,
    Recurrence,
    inner,
    log,
    matrix,
    named,
    onehot,
    outer,
    product_over,
    scalar,
    series,
    softmax,
    step,
    sum_over,
    tanh,
    vector,
)
from bptt.network import (
    U_,
    W_,
    T,
    U,
    V,
    W,
    b,
    b_,
    c,
    copied_states,
    early,
    g,
    g_o,
    h,
    k,
    logits,
    m,
    n,
    o,
    output_gradients,
    slope,
    states,
    t,
    x,
    y,
)

dh, dW, dU, db = series("dh", n), matrix("dW", n, n), matrix("dU", n, m), vector("db", n)
NETWORK: "dict[str, Typed]" = {
    "W": W, "U": U, "V": V, "b": b, "c": c, "h": h, "o": o, "x": x, "y": y, "g": g, "g_o": g_o, "dh": dh,
    "dW": dW, "dU": dU, "db": db, "t": t, "T": T, "n": n, "m": m, "k": k,
}  # fmt: skip

alpha = series("alpha")
model = (
    Exact("model-and-loss-1", "What is the derivative of the last loss by the shared weight?", 7),
    Exact("model-and-loss-2", "What is the number that should stand in that line?", 6),
    Question(
        "model-and-loss-3",
        "What is the gradient of L(t) by V?",
        r"\frac{\partial L^{(t)}}{\partial V}",
        NETWORK,
        -inner(onehot(y[t]), log(softmax(o[t]))),
        V,
        g_o[t] @ h[t].T,
        definitions=(logits, output_gradients),
    ),
    Question(
        "model-and-loss-4",
        "The loss is the sum of alpha(t) L(t). What is its change, in terms of g_o(t), V and dh(t)?",
        r"\mathrm dL",
        dict(NETWORK, alpha=alpha),
        sum_over(t, alpha[t] * inner(g_o[t], V @ dh[t])),
        None,
        sum_over(t, alpha[t] * inner(g_o[t], V @ dh[t])),
    ),
)

A_, z = series("A_", n, n), series("z", n)
tied = Recurrence(h, t, tanh(A_[t] @ h[t - 1] + A_[t] @ z[t]))
COPIES: "dict[str, Typed]" = dict(NETWORK, W_=W_, U_=U_, b_=b_)
copies = (
    Exact("shared-copies-1", "What is the derivative of E by u?", Fraction(-9, 2)),
    Question(
        "shared-copies-2",
        "Each step has copies of its own of W, U and b. What does the copy b_(t) get?",
        r"\frac{\partial L}{\partial b^{(t)}}",
        COPIES,
        inner(g[t], h[t]),
        b_[t],
        slope(t) @ g[t],
        definitions=(copied_states,),
    ),
    Question(
        "shared-copies-3",
        "There is one loss, at the end. What is g(t) for t < T?",
        "g^{(t)}",
        dict(NETWORK, t=early),
        inner(g[early + 1], h[early + 1]),
        h[early],
        W.T @ slope(early + 1) @ g[early + 1],
        definitions=(states,),
    ),
    Question(
        "shared-copies-4",
        "h(t) = tanh(A h(t-1) + A z(t)). What does the copy A_(t) of A get?",
        r"\frac{\partial L}{\partial A^{(t)}}",
        dict(NETWORK, A_=A_, z=z),
        inner(g[t], h[t]),
        A_[t],
        outer(slope(t) @ g[t], h[t - 1] + z[t]),
        definitions=(tied,),
    ),
)

x_0, x_1, u, w, bias, s = (scalar(name) for name in ("x_0", "x_1", "u", "w", "k", "s"))
f = Function("f")
# Named as the chapter names them, each copy of a weight by its step.
u_0, u_1, w_0, w_1 = named("u_0", u), named("u_1", u), named("w_0", w), named("w_1", w)
s_before = named("s_before", s, "s_{-1}")
a_0, b_0 = named("a_0", x_0 * u_0), named("b_0", s_before * w_0)
z_0 = named("z_0", a_0 + b_0 + bias)
s_0 = named("s_0", f(z_0))
a_1, b_1 = named("a_1", x_1 * u_1), named("b_1", s_0 * w_1)
z_1 = named("z_1", a_1 + b_1 + bias)
s_1 = named("s_1", f(z_1))
BY_HAND: "dict[str, Typed]" = {
    "x_0": x_0, "x_1": x_1, "u": u, "w": w, "k": bias, "s": s_before, "s_before": s_before, "z_0": z_0,
    "s_0": s_0, "z_1": z_1, "s_1": s_1, "u_0": u_0, "u_1": u_1, "w_0": w_0, "w_1": w_1, "f": f,
}  # fmt: skip
hand = (
    Exact("two-steps-1", "What is the derivative of E by u?", 8),
    Question(
        "two-steps-2",
        "z_1 = u x_1 + w f(z_0) + k, z_0 = u x_0 + w s + k. What is the derivative of z_1 by k?",
        r"\frac{\partial z_1}{\partial k}",
        BY_HAND,
        z_1,
        bias,
        1 + w * f.prime(z_0),
        local=("diff(s_0, z_0)",),
    ),
    Exact("two-steps-3", "What is B(2)?", 7),
    Question(
        "two-steps-4",
        "s_1 = f(z_1), z_1 = u x_1 + w f(z_0) + k, z_0 = u x_0 + w s + k. How does s_1 follow s?",
        r"\frac{\partial s_1}{\partial s_{-1}}",
        BY_HAND,
        s_1,
        s,
        f.prime(z_1) * w * f.prime(z_0) * w,
        local=("diff(s_1, z_1)", "diff(s_0, z_0)"),
    ),
)

rule = (
    Exact("product-rule-1", "What is S_3'?", Fraction(15, 16)),
    Exact("product-rule-2", "What is S_3'?", Fraction(3, 4)),
    Question(
        "product-rule-3",
        "How does W W h(t-1) change when W changes by dW and h(t-1) by dh(t-1)?",
        r"\mathrm d(W W h^{(t-1)})",
        NETWORK,
        W @ W @ h[t - 1],
        None,
        dW @ W @ h[t - 1] + W @ dW @ h[t - 1] + W @ W @ dh[t - 1],
        along=((W, dW), (h[t - 1], dh[t - 1])),
    ),
    Question(
        "product-rule-4",
        "U changes by dU, and with it h(t-1) by dh(t-1). How does h(t) change?",
        r"\mathrm dh^{(t)}",
        NETWORK,
        tanh(W @ h[t - 1] + U @ x[t] + b),
        None,
        slope(t) @ (dU @ x[t] + W @ dh[t - 1]),
        definitions=(states,),
        along=((U, dU), (h[t - 1], dh[t - 1])),
    ),
)

used = step("s", T, 1, t)
onward = step("j", T, used + 1, t)
moved_by_W = product_over(onward, W) @ dW @ h[used - 1]
moved_by_b = product_over(onward, slope(onward) @ W) @ slope(used)
paths = (
    Exact("sum-over-paths-1", "How many of the paths pass through h(3)?", 3),
    Exact("sum-over-paths-2", "What is dh(3)?", 3),
    Question(
        "sum-over-paths-3",
        "h(t) = W h(t-1) + U x(t) + b. What is the change dh(t) when W changes by dW, as a sum over paths?",
        r"\mathrm dh^{(t)}",
        NETWORK,
        sum_over(used, moved_by_W),
        None,
        sum_over(used, moved_by_W),
    ),
    Question(
        "sum-over-paths-4",
        "h(t) = tanh(W h(t-1) + U x(t) + b). What is dh(t) when b changes by db, as a sum over paths?",
        r"\mathrm dh^{(t)}",
        NETWORK,
        sum_over(used, moved_by_b @ db),
        None,
        sum_over(used, moved_by_b) @ db,
    ),
)
EXERCISES = model + copies + hand + rule + paths
