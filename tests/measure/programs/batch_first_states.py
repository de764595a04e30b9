# layout: batch first (B, T, D), rows (x @ W), states as (B, T, H), sum over both
# tensors: Wxh Whh Why bh by
# wrong: Whh
# slip: h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾
import numpy as np

rng = np.random.default_rng(21)
B, T, D, H, K = 2, 5, 3, 4, 6
X, Y = rng.normal(size=(B, T, D)), rng.integers(K, size=(B, T))


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def forward(p):
    h, states = np.zeros((B, H)), []
    for t in range(T):
        h = np.tanh(X[:, t] @ p["Wxh"] + h @ p["Whh"] + p["bh"])
        states.append(h)
    states = np.stack(states, 1)
    return states, softmax(states @ p["Why"] + p["by"])


def f(**p):
    probs = forward(p)[1]
    return -np.log(np.take_along_axis(probs, Y[:, :, None], 2)).sum()


def backward(p):
    states, probs = forward(p)
    dlogits = probs - np.eye(K)[Y]
    dWhy = np.tensordot(states, dlogits, axes=([0, 1], [0, 1]))
    dWxh, dWhh, dbh, dh = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H), np.zeros((B, H))
    for t in range(T)[::-1]:
        da = (dlogits[:, t] @ p["Why"].T + dh) * (1 - states[:, t] ** 2)
        dWxh += X[:, t].T @ da
        dWhh += states[:, t].T @ da
        dbh += da.sum(0)
        dh = da @ p["Whh"].T
    return {"Wxh": dWxh, "Whh": dWhh, "Why": dWhy, "bh": dbh, "by": dlogits.sum((0, 1))}


params = {"Wxh": rng.normal(size=(D, H)), "Whh": rng.normal(size=(H, H)), "Why": rng.normal(size=(H, K))}
params.update(bh=np.zeros(H), by=np.zeros(K))
grads = backward(params)
