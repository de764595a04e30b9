# layout: words looked up in a table, batch first, rows, logistic output at the last step, mean over batch
# tensors: emb W U b v
# wrong: emb
# slip: words that occur more than once in a batch are counted once, += with repeated indices
import numpy as np

rng = np.random.default_rng(302)
N, T, V, D, H = 5, 6, 4, 2, 3
words = rng.integers(0, V, size=(N, T))
labels = np.array([1, 0, 0, 1, 1])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def model(emb, W, U, b, v):
    x = emb[words]
    h = np.zeros((N, H))
    cache = []
    for t in range(T):
        prev, h = h, np.tanh(x[:, t] @ W + h @ U + b)
        cache.append((x[:, t], prev, h))
    return sigmoid(h @ v), cache


def f(emb, W, U, b, v):
    p, _ = model(emb, W, U, b, v)
    return -np.mean(labels * np.log(p) + (1 - labels) * np.log(1 - p))


def gradients(emb, W, U, b, v):
    p, cache = model(emb, W, U, b, v)
    dscore = (p - labels) / N
    dv = cache[-1][2].T @ dscore
    dh = np.outer(dscore, v)
    demb, dW, dU, db = (np.zeros_like(a) for a in (emb, W, U, b))
    for t in reversed(range(T)):
        x, prev, h = cache[t]
        dz = dh * (1 - h**2)
        dW += x.T @ dz
        dU += prev.T @ dz
        db += dz.sum(axis=0)
        demb[words[:, t]] += dz @ W.T
        dh = dz @ U.T
    return {"emb": demb, "W": dW, "U": dU, "b": db, "v": dv}


params = {
    "emb": rng.normal(size=(V, D)),
    "W": rng.normal(size=(D, H)),
    "U": rng.normal(size=(H, H)),
    "b": rng.normal(size=H),
    "v": rng.normal(size=H),
}
grads = gradients(**params)
