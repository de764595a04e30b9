# layout: one sigmoid output per step, binary cross-entropy written out, batch first, rows, mean over both
# tensors: Wx Wh b w c
# wrong: Wx Wh b w c
# slip: σ′ after the log
import numpy as np

rng = np.random.default_rng(47)
N, T, D, H = 3, 4, 2, 5
X, spikes = rng.normal(size=(N, T, D)), rng.integers(0, 2, size=(N, T))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(Wx, Wh, b, w, c):
    h, hs = np.zeros((N, H)), []
    for t in range(T):
        h = sigmoid(X[:, t] @ Wx + h @ Wh + b)
        hs.append(h)
    hs = np.stack(hs, axis=1)
    return hs, sigmoid(hs @ w + c)


def f(**params):
    _, q = forward(**params)
    return -np.mean(spikes * np.log(q) + (1 - spikes) * np.log(1 - q))


def backward(Wx, Wh, b, w, c):
    hs, q = forward(Wx, Wh, b, w, c)
    dz = (q - spikes) * q * (1 - q) / (N * T)
    dWx, dWh, db, dh = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b), np.zeros((N, H))
    for t in range(T - 1, -1, -1):
        da = (np.outer(dz[:, t], w) + dh) * hs[:, t] * (1 - hs[:, t])
        dWx += X[:, t].T @ da
        if t > 0:
            dWh += hs[:, t - 1].T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    return {"Wx": dWx, "Wh": dWh, "b": db, "w": np.tensordot(dz, hs, 2), "c": dz.sum()}


params = {"Wx": rng.normal(size=(D, H)), "Wh": rng.normal(size=(H, H)), "b": rng.normal(size=H)}
params |= {"w": rng.normal(size=H), "c": np.array(0.2)}
grads = backward(**params)
