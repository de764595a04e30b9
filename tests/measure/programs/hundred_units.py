# layout: real sizes, 100 units, 25 steps, batch of 8, time first, rows, mean
# tensors: Wxh Whh Why bh by
# wrong: none
import numpy as np

rng = np.random.default_rng(12)
T, B, D, H, K = 25, 8, 20, 100, 10
x, y = rng.normal(size=(T, B, D)), rng.integers(0, K, (T, B))
onehot = np.eye(K)[y]


def forward(Wxh, Whh, Why, bh, by):
    h, hs, ps = np.zeros((B, H)), [], []
    for t in range(T):
        h = np.tanh(x[t] @ Wxh + h @ Whh + bh)
        e = np.exp(h @ Why + by)
        hs.append(h)
        ps.append(e / e.sum(axis=1, keepdims=True))
    return hs, ps


def f(**params):
    _, ps = forward(**params)
    return -np.sum(onehot * np.log(ps)) / (T * B)


def backward(Wxh, Whh, Why, bh, by):
    hs, ps = forward(Wxh, Whh, Why, bh, by)
    grads = {"Wxh": 0, "Whh": 0, "Why": 0, "bh": 0, "by": 0}
    dh = np.zeros((B, H))
    for t in reversed(range(T)):
        do = (ps[t] - onehot[t]) / (T * B)
        grads["Why"] += hs[t].T @ do
        grads["by"] += do.sum(0)
        da = (do @ Why.T + dh) * (1 - hs[t] ** 2)
        grads["Wxh"] += x[t].T @ da
        grads["bh"] += da.sum(0)
        if t:
            grads["Whh"] += hs[t - 1].T @ da
        dh = da @ Whh.T
    return grads


shapes = {"Wxh": (D, H), "Whh": (H, H), "Why": (H, K), "bh": (H,), "by": (K,)}
params = {name: rng.normal(size=shape) / 10 for name, shape in shapes.items()}
grads = backward(**params)
