# layout: characters as indices, batch first, rows, softmax less the greatest score, last 3 steps scored, mean
# tensors: Wx Wh b Wy
# wrong: none
# call: f(params)
import numpy as np

rng = np.random.default_rng(68)
B, T, V, H, SCORED = 3, 6, 5, 4, 3
tokens = rng.integers(0, V, size=(B, T + 1))


def softmax(z):
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


def forward(p):
    h = np.zeros((B, H))
    hs = []
    for t in range(T):
        h = np.tanh(p["Wx"][tokens[:, t]] + h @ p["Wh"] + p["b"])
        hs.append(h)
    hs = np.stack(hs, axis=1)
    return hs, softmax(hs[:, -SCORED:] @ p["Wy"])


def f(params):
    _, probs = forward(params)
    rows, cols = np.indices((B, SCORED))
    return -np.log(probs[rows, cols, tokens[:, -SCORED:]]).mean()


def backward(params):
    hs, probs = forward(params)
    dz = (probs - np.eye(V)[tokens[:, -SCORED:]]) / (B * SCORED)
    grads = {k: np.zeros_like(v) for k, v in params.items()}
    grads["Wy"] = np.tensordot(hs[:, -SCORED:], dz, axes=([0, 1], [0, 1]))
    dhs = np.zeros_like(hs)
    dhs[:, -SCORED:] = dz @ params["Wy"].T
    carry = np.zeros((B, H))
    for t in reversed(range(T)):
        da = (dhs[:, t] + carry) * (1 - hs[:, t] ** 2)
        before = hs[:, t - 1] if t else np.zeros((B, H))
        np.add.at(grads["Wx"], tokens[:, t], da)
        grads["Wh"] += before.T @ da
        grads["b"] += da.sum(0)
        carry = da @ params["Wh"].T
    return grads


params = {"Wx": rng.normal(size=(V, H)), "Wh": rng.normal(size=(H, H)), "b": rng.normal(size=H)}
params["Wy"] = rng.normal(size=(H, V))
grads = backward(params)
