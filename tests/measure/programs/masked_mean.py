# layout: time first (T, B, D), rows, states in a preallocated array, padding, mean over what is none
# tensors: U W V b c
# wrong: none
# fault: f writes into an array of real dtype
# says: real dtype; central differences
import numpy as np

rng = np.random.default_rng(2)
T, B, D, H, K = 6, 3, 4, 5, 3
lengths = np.array([6, 2, 4])
x, y = rng.normal(size=(T, B, D)), rng.integers(K, size=(T, B))
mask = (np.arange(T)[:, None] < lengths).astype(float)


def run(U, W, V, b, c):
    h = np.zeros((T + 1, B, H))
    p = np.zeros((T, B, K))
    for t in range(T):
        h[t + 1] = np.tanh(x[t] @ U.T + h[t] @ W.T + b)
        z = np.exp(h[t + 1] @ V.T + c)
        p[t] = z / z.sum(axis=1, keepdims=True)
    return h, p


def f(U, W, V, b, c):
    _, p = run(U, W, V, b, c)
    nll = -np.log(np.take_along_axis(p, y[..., None], axis=2)[..., 0])
    return np.sum(mask * nll) / mask.sum()


def gradients(U, W, V, b, c):
    h, p = run(U, W, V, b, c)
    do = (p - np.eye(K)[y]) * mask[..., None] / mask.sum()
    g = {"U": 0 * U, "W": 0 * W, "V": 0 * V, "b": 0 * b, "c": do.sum((0, 1))}
    dh = np.zeros((B, H))
    for t in reversed(range(T)):
        g["V"] += do[t].T @ h[t + 1]
        da = (do[t] @ V + dh) * (1 - h[t + 1] ** 2)
        g["U"] += da.T @ x[t]
        g["W"] += da.T @ h[t]
        g["b"] += da.sum(0)
        dh = da @ W
    return g


params = {"U": rng.normal(size=(H, D)), "W": rng.normal(size=(H, H)) / 2, "V": rng.normal(size=(K, H))}
params |= {"b": rng.normal(size=H), "c": rng.normal(size=K)}
grads = gradients(**params)
