"""Claims about time of which it is known whether they are true."""

from bptt.kernel import (
    Formula,
    Function,
    Index,
    Moment,
    Step,
    diag,
    exp,
    extent,
    eye,
    horizon,
    inner,
    labels,
    log,
    matrix,
    moment,
    onehot,
    ones,
    product_over,
    same_time,
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
from bptt.kernel.language.formula import Number

n, k = sizes("n k")
T = horizon("T")
J = series("J", n, n)
t, s, r = step("t", T), step("s", T), step("r", T)
W, V = matrix("W", n, n), matrix("V", k, n)
h, g, o, z, w = series("h", n), series("g", n), series("o", k), series("z"), series("w")
u = series("u")
y, v = labels("y", k), labels("v", k)
x_ = vector("x", n)
i, j = Index("i", k), Index("j", k)
a = scalar("a")
f = Function("f")


def over(first: object, last: object, body: object, name: str = "s") -> Formula:
    """The sum of body(s) for s from first to last."""
    running = Step(name, T, moment(first), moment(last))
    return sum_over(running, body(running))  # type: ignore[operator]


def whole(body: object, name: str = "s") -> Formula:
    return over(1, T, body, name)


def ordered(first: object, last: object, name: str = "j") -> Formula:
    """J(last) ... J(first)."""
    running = Step(name, T, moment(first), moment(last))
    return product_over(running, J[running])


early, late = step("t", T, 1, T - 1), step("t", T, 0, T)
at_0, at_1_or_2, at_3, at_the_end = (step("t", T, *ends) for ends in ((0, 0), (1, 2), (3, 3), (T - 1, T)))
of_S = step("q", horizon("S"))
from_before = step("q", T, t - 1, T)
at_1 = step("q", T, 1, 1)
empty, two = step("q", T, t + 1, t), step("q", T, t, t + 1)


def not_after(first: Step | Moment, last: Step) -> Formula:
    """Write 1 where a moment, itself not before 1, is not after a step, else 0."""
    return over(1, last, lambda s: same_time(s, first), "q")


TRUE = {
    "the index is renamed": (whole(lambda s: z[s]), whole(lambda s: z[s], "r")),
    "telescoping": (whole(lambda s: z[s] - z[s + 1]), z[1] - z[T + 1]),
    "telescoping by two": (whole(lambda s: z[s] - z[s + 2]), z[1] + z[2] - z[T + 1] - z[T + 2]),
    "a moment is not the next one": (same_time(t, t + 1), 0 * a),
    "nor the one before": (same_time(t + 1, t), 0 * a),
    "the diagonal counted twice": (
        whole(lambda s: over(s, T, lambda r: tanh(z[r] - 2 * z[s]) ** 2, "r"))
        + whole(lambda s: over(1, s, lambda r: tanh(z[r] - 2 * z[s]) ** 2, "r")),
        whole(lambda s: whole(lambda r: tanh(z[r] - 2 * z[s]) ** 2, "r")) + whole(lambda s: tanh(z[s]) ** 2),
    ),
    "shifted limits": (over(0, T - 1, lambda s: z[s + 1]), whole(lambda s: z[s])),
    "shifted twice": (over(3, T + 2, lambda s: z[s - 2]), whole(lambda s: z[s])),
    "the first split off": (over(2, T, lambda s: z[s]) + z[1], whole(lambda s: z[s])),
    "the last split off": (over(1, T - 1, lambda s: z[s]) + z[T], whole(lambda s: z[s])),
    "one more at both ends": (over(0, T + 1, lambda s: z[s]), z[0] + whole(lambda s: z[s]) + z[T + 1]),
    "far from the first moment": (over(15, 16, lambda s: z[s]), z[15] + z[16]),
    "to a step that may come before": (
        over(t, from_before, lambda s: z[s] + z[s]),
        2 * over(t, from_before, lambda s: z[s]),
    ),
    "a sum with numbers for limits": (over(2, 4, lambda s: z[s]), z[2] + z[3] + z[4]),
    "an empty sum": (over(1, 0, lambda s: z[s]), 0 * z[0]),
    "a sum of one": (over(T, T, lambda s: z[s]), z[T] * 1),
    "nothing but T": (whole(lambda s: a), extent(T) * a),
    "all but the last": (over(1, T - 1, lambda s: a), (extent(T) - 1) * a),
    "split at t": (over(1, t, lambda s: z[s]) + over(t + 1, T, lambda s: z[s]), whole(lambda s: z[s])),
    "split before t": (over(1, t - 1, lambda s: z[s]) + over(t, T, lambda s: z[s]), whole(lambda s: z[s])),
    "up to t, the last split off": (over(1, t, lambda s: z[s]), over(1, t - 1, lambda s: z[s]) + z[t]),
    "up to t+1": (
        over(1, early + 1, lambda s: z[s]),
        over(1, early, lambda s: z[s]) + z[early + 1],
    ),
    "up to t shifted back": (over(1, t, lambda s: z[s - 1]), over(0, t - 1, lambda s: z[s])),
    "up to t shifted": (over(0, t - 1, lambda s: z[s + 1]), over(1, t, lambda s: z[s])),
    "up to T is the whole": (over(1, T, lambda s: over(1, T, lambda r: z[r] * w[s], "r")),) * 2,
    "the order exchanged": (
        whole(lambda s: over(1, s, lambda r: z[s] * w[r], "r")),
        whole(lambda r: over(r, T, lambda s: z[s] * w[r]), "r"),
    ),
    "the order exchanged, strictly": (
        whole(lambda s: over(1, s - 1, lambda r: z[s] * w[r], "r")),
        whole(lambda r: over(r + 1, T, lambda s: z[s] * w[r]), "r"),
    ),
    "a triangle and its rest": (
        whole(lambda s: over(1, s, lambda r: z[s] * w[r], "r"))
        + whole(lambda r: over(1, r - 1, lambda s: z[s] * w[r]), "r"),
        whole(lambda s: z[s]) * whole(lambda s: w[s]),
    ),
    "three in a row": (
        whole(lambda s: over(1, s, lambda r: over(r, s, lambda q: z[s] * w[q] * u[r], "q"), "r")),
        whole(lambda s: over(1, s, lambda q: over(1, q, lambda r: z[s] * w[q] * u[r], "r"), "q")),
    ),
    "a delta of moments": (whole(lambda s: same_time(s, t) * z[s]), z[t] * 1),
    "a delta of shifted moments": (whole(lambda s: same_time(s + 1, t + 1) * z[s]), z[t] * 1),
    "a delta at an end": (whole(lambda s: same_time(s, T) * z[s - 1]), z[T - 1] * 1),
    "a delta beyond the end": (whole(lambda s: same_time(s, T + 1) * z[s]), 0 * a),
    "a delta one ahead": (
        whole(lambda s: whole(lambda r: same_time(r, s + 1) * z[r] * w[s], "r")),
        over(1, T - 1, lambda s: z[s + 1] * w[s]),
    ),
    "free moments identified": (same_time(t, s) * z[t] * w[s], same_time(s, t) * z[s] * w[t]),
    "different moments": (same_time(t, t + 1) * a, 0 * a),
    "inside a function": (tanh(whole(lambda s: z[s + 1])), tanh(over(2, T + 1, lambda s: z[s]))),
    "a comparison squared below bars": (
        1 / (1 / (a + 1 / (1 / not_after(r, t)) ** 2)),
        a + not_after(r, t),
    ),
    "a comparison before another factor": (
        whole(lambda r: same_time(r, T) * over(1, r, lambda s: z[s]) * w[r], "r"),
        whole(lambda s: z[s]) * w[T],
    ),
    "a comparison with a number": (
        whole(lambda r: same_time(r, 3) * over(1, r, lambda s: z[s]) * w[r], "r"),
        whole(lambda r: over(1, r, lambda s: z[s] * w[r]) * same_time(3, r), "r"),
    ),
    "two moments before": (
        not_after(r + 2, t),
        (not_after(r, t) - same_time(r, t) - same_time(r + 1, t)) * whole(lambda q: same_time(q, r + 2), "q"),
    ),
    "strictly before, by a shift": (
        over(1, T - 1, lambda r: over(1, r, lambda s: z[s]) * w[r + 1], "r"),
        over(2, T, lambda r: over(1, r - 1, lambda s: z[s]) * w[r], "r"),
    ),
    "both moments one ahead": (
        whole(lambda q: same_time(q, t + 1) * not_after(r + 1, q), "v"),
        not_after(r, t) * whole(lambda q: same_time(q, t + 1), "v"),
    ),
    "neither is after the other": (not_after(r, t) * not_after(t, r), same_time(r, t)),
    "what follows from two": (
        not_after(s, t) * not_after(r, s) * not_after(r, t),
        not_after(s, t) * not_after(r, s),
    ),
    "a size under a sum": (whole(lambda s: extent(n) * z[s]), extent(n) * whole(lambda s: z[s])),
    "shifted below a bar": (
        whole(lambda s: 1 / (1 + z[s + 1] ** 2)),
        over(2, T + 1, lambda s: 1 / (1 + z[s] ** 2)),
    ),
    "shifted in the factors of a product": (
        whole(lambda s: product_over(r, z[s + 1] * J[r])),
        over(2, T + 1, lambda s: product_over(r, z[s] * J[r])),
    ),
    "labels alone, shifted": (whole(lambda s: onehot(y[s + 1])), over(2, T + 1, lambda s: onehot(y[s]))),
    "below a bar": (1 / (2 + over(0, T - 1, lambda s: z[s] ** 2)), 1 / (2 + whole(lambda s: z[s - 1] ** 2))),
    "matrices": (W @ whole(lambda s: h[s]), whole(lambda s: W @ h[s])),
    "a label picks": (inner(onehot(y[t]), o[t]), total(diag(o[t]) @ onehot(y[t]))),
    "a label squared": (onehot(y[t]) * onehot(y[t]), onehot(y[t])),
    "one label": (total(onehot(y[t])), Number(1)),
    "labels of one moment": (inner(onehot(y[t]), onehot(y[t])), Number(1)),
    "a label in an entry": (onehot(y[t])[i] * o[t][i], onehot(y[t])[i] * inner(onehot(y[t]), o[t])),
    "a label at a delta of moments": (
        whole(lambda s: same_time(s, t) * onehot(y[s])[i]),
        onehot(y[t])[i],
    ),
    "a label at a delta of moments, twice": (
        whole(lambda s: same_time(s, t) * onehot(y[s])[i] * onehot(y[t])[i]),
        onehot(y[t])[i],
    ),
    "labels and nothing else": (
        whole(lambda s: onehot(y[s])),
        whole(lambda r: onehot(y[r]), "r"),
    ),
    "labels shifted": (
        over(0, T - 1, lambda s: inner(onehot(y[s + 1]), o[s])),
        whole(lambda s: inner(onehot(y[s]), o[s - 1])),
    ),
    "an empty product": (ordered(t + 1, t), eye(n)),
    "an empty product of scalars": (product_over(empty, z[empty]), Number(1)),
    "a product of two scalars": (product_over(two, z[two]), z[t + 1] * z[t]),
    "a product far from its step": (ordered(t + 24, t + 25), J[t + 25] @ J[t + 24]),
    "a product from far before to far after": (ordered(t - 15, T + 7), J[T + 7] @ ordered(t - 15, T + 6)),
    "a product of one": (ordered(t, t), J[t]),
    "a product of two": (ordered(t, t + 1), J[t + 1] @ J[t]),
    "a product with numbers for limits": (ordered(2, 4), J[4] @ J[3] @ J[2]),
    "the last factor split off": (ordered(1, early + 1), J[early + 1] @ ordered(1, early, "i")),
    "a factor beyond T": (ordered(t, T + 1), J[T + 1] @ ordered(t, T)),
    "a product of scalars": (product_over(r, z[r] + a), product_over(s, a + z[s])),
    "a product of diagonals": (product_over(r, diag(h[r] + x_)), product_over(s, diag(x_ + h[s]))),
    "a product of sums": (product_over(r, J[r] + J[r]), product_over(s, 2 * J[s])),
    "a product below two bars": (1 / (1 / (a + product_over(s, z[s]))), a + product_over(r, z[r])),
    "products under a sum": (
        over(1, early + 1, lambda s: ordered(s + 1, early + 1) @ g[s]),
        J[early + 1] @ over(1, early, lambda s: ordered(s + 1, early) @ g[s]) + g[early + 1],
    ),
    "products shifted": (
        over(0, T - 1, lambda s: ordered(s + 2, T) @ g[s + 1]),
        whole(lambda s: ordered(s + 1, T) @ g[s]),
    ),
    "softmax adds up to one": (total(softmax(o[t])), Number(1)),
    "softmax by exp": (softmax(o[t]), exp(o[t]) / total(exp(o[t]))),
    "softmax is blind to a shift": (softmax(o[t] + a), softmax(o[t])),
    "log softmax": (log(softmax(o[t])), o[t] - log(total(exp(o[t]))) * ones(k)),
    "log softmax of a product": (
        -inner(onehot(y[t]), log(softmax(V @ h[t]))),
        log(total(exp(V @ h[t]))) - onehot(y[t]).T @ V @ h[t],
    ),
    "all entries of an ordered product": (total(ordered(1, t)), ones(n).T @ ordered(1, t) @ ones(n)),
    "a sum over what only the factors of a product speak of": (
        sum_over(i, product_over(s, o[s][i] * J[s])),
        sum_over(j, product_over(r, o[r][j] * J[r])),
    ),
}

WRONG = {
    "a limit one too far": (over(1, T + 1, lambda s: z[s]), whole(lambda s: z[s])),
    "a limit one too near": (over(2, T, lambda s: z[s]), whole(lambda s: z[s])),
    "shifted without its limits": (whole(lambda s: z[s]), whole(lambda s: z[s + 1])),
    "only the last step": (whole(lambda s: z[s]), z[T] * 1),
    "from near the end to a step": (over(T - 1, at_the_end, lambda s: z[s]), z[T - 1] + z[T]),
    "from a step to a number": (
        over(at_1_or_2, 2, lambda s: z[s]),
        z[at_1_or_2] + z[at_1_or_2 + 1] + z[at_1_or_2 + 2],
    ),
    "an empty sum, by the values that are none of it": (
        over(at_3 + 2, at_1 + 3, lambda s: z[s]),
        z[at_1 + 1] + z[at_1 + 2] + z[at_1 + 3] - z[at_3] - z[at_3 + 1],
    ),
    "from 0 for from 1": (over(at_0, T, lambda s: z[s]), whole(lambda s: z[s])),
    "no sum over time": (whole(lambda s: z[s]), z[t] * 1),
    "a neighbour": (z[t] * 1, z[t + 1] * 1),
    "before for after": (over(1, t, lambda s: z[s]), over(t, T, lambda s: z[s])),
    "strictly before": (over(1, t, lambda s: z[s]), over(1, t - 1, lambda s: z[s])),
    "exchanged without its limits": (
        whole(lambda s: over(1, s, lambda r: z[s] * w[r], "r")),
        whole(lambda r: over(1, r, lambda s: z[s] * w[r]), "r"),
    ),
    "a delta without its end": (
        whole(lambda s: whole(lambda r: same_time(r, s + 1) * z[r], "r")),
        whole(lambda s: z[s + 1]),
    ),
    "a delta of moments without its end": (
        whole(lambda s: same_time(s + 1, t) * z[s]),
        z[t - 1] * 1,
    ),
    "a delta two moments on, without its end": (
        whole(lambda s: same_time(s + 2, t) * z[s]),
        z[t - 2] * 1,
    ),
    "two moments on, but for one": (
        whole(lambda s: same_time(s + 2, t) * z[s]),
        z[t - 2] * (1 - same_time(t, 2)),
    ),
    "two that are not after are not the same": (
        not_after(r, t) * not_after(s, t),
        same_time(r, t) * same_time(s, t),
    ),
    "factors in the other order": (ordered(t, t + 1), J[t] @ J[t + 1]),
    "one factor too few": (ordered(1, early + 1), ordered(1, early)),
    "from the first for from the second": (ordered(1, t), ordered(2, t)),
    "an empty product is not 0": (ordered(t + 1, t), 0 * eye(n)),
    "an empty product has no factor to split": (ordered(s, t + 1), J[t + 1] @ ordered(s, t)),
    "true for T = 1 only": (whole(lambda s: z[s]), z[1] * 1),
    "true for T = 1 and 2 only": (whole(lambda s: z[s]), z[1] + z[T] - z[1] * same_time(T, 1)),
    "not true for T = 1": (over(1, T - 2, lambda s: z[s]), whole(lambda s: z[s]) - z[T] - z[T - 1]),
    "true where h is 1 or -1": (diag(1 - h[t] ** 2) @ g[t], 0 * g[t]),
    "true where neighbouring labels are equal": (onehot(y[t]), onehot(y[t + 1])),
    "a sum up to another horizon": (whole(lambda s: z[s]), sum_over(of_S, z[of_S])),
    "a horizon of a strange name": (z[horizon("False") + 0], z[0] * 1),
    "two labels are one": (inner(onehot(y[t]), onehot(v[t])), Number(1)),
    "the last moment is the first": (same_time(T, 1) * z[T], z[T] * 1),
    "two labels": (onehot(y[t]), onehot(v[t])),
    "a label at another moment": (
        whole(lambda s: same_time(s, t) * onehot(y[s])[i]),
        onehot(y[t - 1])[i],
    ),
    "the slope one step off": (diag(1 - h[t] ** 2) @ g[t], diag(1 - h[t - 1] ** 2) @ g[t]),
    "label minus prediction": (softmax(o[t]) - onehot(y[t]), onehot(y[t]) - softmax(o[t])),
    "log of a sum of exponentials": (log(exp(z[t]) + exp(w[t])), z[t] * 1),
    "log of twice an exponential": (log(exp(z[t]) * 2), z[t] * 1),
    "log of a number": (log(Number(2)), Number(1)),
    "log of a size": (log(extent(n)), extent(n) * log(Number(2))),
}

OUTSIDE = {
    "it ends before it begins at T = 1": ((over(1, T - 2, lambda s: z[s]),) * 2, "at most T-1"),
    "beyond T": ((over(1, t + 1, lambda s: over(1, s, lambda r: z[r], "r")),) * 2, "not known"),
    "below 1": ((over(step("t", T, -2, 0), T, lambda s: z[s]),) * 2, "not known"),
    "long": ((over(1, 40, lambda s: z[s]),) * 2, "too many"),
    "far": ((whole(lambda s: z[s]), whole(lambda s: z[s + 40])), "too many"),
    "a far comparison": ((not_after(r + 25, t),) * 2, "too far"),
    "a long product": ((ordered(t, t + 40),) * 2, "too many factors"),
    "a comparison below three bars": ((1 / (1 / (a + 1 / not_after(r, t))),) * 2, "stands in a denominator"),
}
