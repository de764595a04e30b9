# layout: one step with layer normalisation, rows, returns new state and output, upstream gradients of both
# tensors: x h W U gamma beta V
# wrong: none
# says: vjpcheck
import numpy as np

EPS = 1e-5


def cell(x, h, W, U, gamma, beta, V):
    a = x @ U + h @ W
    mu = a.mean(axis=1, keepdims=True)
    inv = 1 / np.sqrt(((a - mu) ** 2).mean(axis=1, keepdims=True) + EPS)
    norm = (a - mu) * inv
    h_new = np.tanh(gamma * norm + beta)
    return h_new, h_new @ V, (norm, inv, h_new)


def forward(**arrays):
    h_new, out, _ = cell(**arrays)
    return h_new, out


def backward(upstream, x, h, W, U, gamma, beta, V):
    dh_new, dout = upstream
    _, _, (norm, inv, h_new) = cell(x, h, W, U, gamma, beta, V)
    dz = (dh_new + dout @ V.T) * (1 - h_new**2)
    dnorm = dz * gamma
    centred = dnorm - dnorm.mean(axis=1, keepdims=True)
    da = inv * (centred - norm * (dnorm * norm).mean(axis=1, keepdims=True))
    return {
        "x": da @ U.T,
        "h": da @ W.T,
        "W": h.T @ da,
        "U": x.T @ da,
        "gamma": (dz * norm).sum(axis=0),
        "beta": dz.sum(axis=0),
        "V": h_new.T @ dout,
    }


rng = np.random.default_rng(45)
sizes = {"x": (3, 2), "h": (3, 5), "W": (5, 5), "U": (2, 5), "gamma": 5, "beta": 5, "V": (5, 4)}
arrays = {name: rng.normal(size=size) for name, size in sizes.items()}
