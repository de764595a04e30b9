# layout: rows (x @ W), batch first (N, T, D), mean over N and T, one learnt h0 for all sequences
# tensors: Wx Wh b Wo bo h0
# wrong: none
import numpy as np

rng = np.random.default_rng(1)
N, T, D, H, C = 3, 4, 5, 6, 7
X, Y = rng.standard_normal((N, T, D)), rng.integers(0, C, (N, T))


def forward(Wx, Wh, b, Wo, bo, h0):
    h, hs = np.tile(h0, (N, 1)), []
    for t in range(T):
        h = np.tanh(X[:, t] @ Wx + h @ Wh + b)
        hs.append(h)
    hs = np.stack(hs, axis=1)
    scores = hs @ Wo + bo
    scores -= scores.max(axis=2, keepdims=True)
    probs = np.exp(scores)
    probs /= probs.sum(axis=2, keepdims=True)
    return hs, probs


def f(**params):
    probs = forward(**params)[1]
    return -np.mean(np.log(probs[np.arange(N)[:, None], np.arange(T), Y]))


def backward(Wx, Wh, b, Wo, bo, h0):
    hs, probs = forward(Wx, Wh, b, Wo, bo, h0)
    dscores = (probs - np.eye(C)[Y]) / (N * T)
    dWx, dWh, db, dh = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b), 0
    for t in range(T - 1, -1, -1):
        da = (dscores[:, t] @ Wo.T + dh) * (1 - hs[:, t] ** 2)
        dWx += X[:, t].T @ da
        dWh += (hs[:, t - 1] if t else np.tile(h0, (N, 1))).T @ da
        db += da.sum(axis=0)
        dh = da @ Wh.T
    dWo, dbo = np.einsum("nth,ntc->hc", hs, dscores), dscores.sum(axis=(0, 1))
    return {"Wx": dWx, "Wh": dWh, "b": db, "Wo": dWo, "bo": dbo, "h0": dh.sum(axis=0)}


sizes = {"Wx": (D, H), "Wh": (H, H), "b": H, "Wo": (H, C), "bo": C, "h0": H}
params = {k: rng.standard_normal(s) * 0.4 for k, s in sizes.items()}
grads = backward(**params)
