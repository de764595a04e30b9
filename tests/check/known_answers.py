"""Answers as formulas of the kernel, right and wrong: MicroPython reads this file too."""

from bptt.check import TARGETS
from bptt.check.targets import missed
from bptt.kernel import diag, inner, onehot, outer, product_over, softmax, step, sum_over, tanh
from bptt.network import T, U, V, W, a, b, c, g, g_o, h, p, slope, t, x, y

q, early, late = step("q", T), step("q", T, 0, T - 1), step("q", T, 1, T + 1)
d = slope(q) @ g[q]
back = W.T @ slope(q + 1) @ g[q + 1]
full = diag(1 - tanh(W @ h[q - 1] + U @ x[q] + b) ** 2)
after = W.T @ slope(t + 2) @ g[t + 2] + V.T @ (p[t + 1] - onehot(y[t + 1]))
r = step("r", T, q, T)
j = step("j", T, q + 1, r)
through = product_over(j, slope(j) @ W)
two_steps = TARGETS["two-steps-u"].symbols
cross = TARGETS["cse"].symbols

RIGHT = {
    "as it stands": ("A", TARGETS["A"].reference.T.T),
    "a word written out": ("o[t]", softmax(V @ h[t] + c) - onehot(y[t])),
    "the prediction by its letter": ("o[t]", p[t] - onehot(y[t])),
    "the gradient by the logits": ("h[t]", W.T @ slope(t + 1) @ g[t + 1] + V.T @ g_o[t]),
    "the state written out, at t < T and at T": (
        "h[t]",
        W.T @ diag(1 - tanh(W @ h[t] + U @ x[t + 1] + b) ** 2) @ g[t + 1] + V.T @ g_o[t],
    ),
    "the state written out under a sum": ("W", sum_over(q, full @ g[q] @ h[q - 1].T)),
    "the pre-activation by its letter": ("b", sum_over(q, diag(1 - tanh(a[q]) ** 2) @ g[q])),
    "a sum from 0": ("W", sum_over(early, slope(early + 1) @ g[early + 1] @ h[early].T)),
    "a sum to T+1": ("W", sum_over(late, slope(late) @ g[late] @ h[late - 1].T)),
    "the first step apart": (
        "U",
        slope(1) @ g[1] @ x[1].T + sum_over(q, slope(q + 1) @ g[q + 1] @ x[q + 1].T),
    ),
    "g written out": ("W", sum_over(q, outer(slope(q) @ (back + V.T @ missed(q)), h[q - 1]))),
    "g written out, multiplied out": (
        "W",
        sum_over(q, slope(q) @ back @ h[q - 1].T + slope(q) @ V.T @ missed(q) @ h[q - 1].T),
    ),
    "V from the states written out": (
        "V",
        sum_over(q, (softmax(V @ h[q] + c) - onehot(y[q])) @ tanh(W @ h[q - 1] + U @ x[q] + b).T),
    ),
    "a double sum": ("paths-W", sum_over(q, sum_over(r, slope(q) @ through.T @ V.T @ g_o[r]) @ h[q - 1].T)),
}
# Each with the slip that is told, or the two.
WRONG = {
    "W for its transpose": ("h[t]", W @ slope(t + 1) @ g[t + 1] + V.T @ g_o[t], "transpose"),
    "the slope one step off": ("h[t]", W.T @ slope(t) @ g[t + 1] + V.T @ g_o[t], "slope-time"),
    "both": ("h[t]", W @ slope(t) @ g[t + 1] + V.T @ g_o[t], "transpose slope-time"),
    "the slope on the other side": ("h[t]", slope(t + 1) @ W.T @ g[t + 1] + V.T @ g_o[t], "slope-side"),
    "one path only": ("h[t]", W.T @ slope(t + 1) @ g[t + 1], "missing-term"),
    "label minus prediction": ("h[T]", V.T @ (onehot(y[T]) - p[T]), "label-minus-prediction"),
    "softmax once more": ("o[t]", p[t] * (1 - p[t]) * (p[t] - onehot(y[t])), "softmax-slope"),
    "the label of the next step": ("o[t]", p[t] - onehot(y[t + 1]), "time-shift"),
    "the state of its own step": ("W", sum_over(q, d @ h[q].T), "state-time"),
    "the last step only": ("W", slope(T) @ g[T] @ h[T - 1].T, "last-only"),
    "the outer product turned round": ("W", sum_over(q, h[q - 1] @ d.T), "transpose"),
    "no slope": ("b", sum_over(q, g[q]), "no-slope"),
    "no slope, g written out": ("W", sum_over(q, outer(back + V.T @ missed(q), h[q - 1])), "no-slope"),
    "a sign": ("b", -sum_over(q, d), "sign"),
    "only the loss of the step": ("x[t]", U.T @ slope(t) @ V.T @ missed(t), "missing-term"),
    "a constant": ("b", 0 * b, ""),
    "the target taken to sum to 1": ("cse", cross["p"] - cross["q"], "missing-factor"),  # type: ignore[operator]
    "two too much": ("A", 2 * TARGETS["A"].reference, "extra-factor"),
}
# What else is said, and the slip.
OTHERWISE = {
    "entry by entry": ("W", sum_over(q, d * h[q - 1]), "does not conform", "entrywise"),
    "of another matrix": ("W", sum_over(q, d @ x[q].T), "does not conform", "other-question"),
    "one number": ("W", sum_over(q, inner(d, h[q - 1])), "does not conform", "order"),
    "itself": ("h[t]", g[t], "circular", ""),
    "itself at T": ("h[T]", g[T], "circular", ""),
    "itself by the logits": ("o[t]", 1 * g_o[t], "circular", ""),
    "itself at 0": ("h[0]", g[0], "circular", ""),
    "what is barred": ("paths-W", sum_over(q, d @ h[q - 1].T), "circular", ""),
    "no closed form": ("linear", W @ h[t - 1] + U @ x[t], "circular", ""),
    "not summed": ("W", slope(t) @ g[t] @ h[t - 1].T, "no sum over t", "no-sum"),
    "not summed, and no slope": ("W", g[t] @ h[t - 1].T, "no sum over t", "no-sum no-slope"),
    "true, and beyond the kernel": (
        "b",
        sum_over(q, d + tanh(2 * a[q]) - 2 * h[q] * (1 + h[q] ** 2) ** -1),
        "undecided",
        "",
    ),
    "beyond the last step": ("h[t]", W.T @ slope(t + 1) @ after + V.T @ g_o[t], "proved", ""),
    "beyond the last step, and wrong": (
        "h[t]",
        W.T @ slope(t + 1) @ after - V.T @ g_o[t],
        "refuted",
        "sign",
    ),
}
ANSWERS = {}
for _known in (RIGHT, WRONG, OTHERWISE):
    for _name, _answer in _known.items():
        ANSWERS[_name] = _answer[:2]
