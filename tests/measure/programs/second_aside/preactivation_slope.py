# layout: keeps pre-activations, time first, columns are the batch, all steps scored by squares, mean of all
# tensors: Wxh Whh bh Why
# wrong: Wxh Whh bh
# slip: tanh′ at the wrong place
import numpy as np

rng = np.random.default_rng(63)
T, D, H, K, B = 4, 3, 4, 2, 5
x, y = rng.normal(size=(T, D, B)), rng.normal(size=(T, K, B))


def forward(Wxh, Whh, bh, Why):
    h_prev = np.zeros((H, B))
    a, h, o = {}, {-1: h_prev}, {}
    for t in range(T):
        a[t] = np.dot(Wxh, x[t]) + np.dot(Whh, h[t - 1]) + bh
        h[t] = np.tanh(a[t])
        o[t] = np.dot(Why, h[t])
    return a, h, o


def f(Wxh, Whh, bh, Why):
    _, _, o = forward(Wxh, Whh, bh, Why)
    return sum(np.sum((o[t] - y[t]) ** 2) for t in range(T)) / (T * K * B)


def backward(Wxh, Whh, bh, Why):
    a, h, o = forward(Wxh, Whh, bh, Why)
    dWxh, dWhh, dbh, dWhy = (np.zeros_like(w) for w in (Wxh, Whh, bh, Why))
    dh_next = np.zeros((H, B))
    for t in reversed(range(T)):
        do = 2 * (o[t] - y[t]) / (T * K * B)
        dWhy += np.dot(do, h[t].T)
        dh = np.dot(Why.T, do) + dh_next
        da = dh * (1 - a[t] ** 2)
        dWxh += np.dot(da, x[t].T)
        dWhh += np.dot(da, h[t - 1].T)
        dbh += da.sum(axis=1, keepdims=True)
        dh_next = np.dot(Whh.T, da)
    return {"Wxh": dWxh, "Whh": dWhh, "bh": dbh, "Why": dWhy}


params = {
    "Wxh": 0.4 * rng.normal(size=(H, D)),
    "Whh": 0.4 * rng.normal(size=(H, H)),
    "bh": 0.4 * rng.normal(size=(H, 1)),
    "Why": rng.normal(size=(K, H)),
}
grads = backward(**params)
