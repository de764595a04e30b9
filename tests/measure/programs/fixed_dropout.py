# layout: dropout on the outputs with masks that are drawn once, time first, column per sequence (H, B), sum
# tensors: Wx Wh Wy
# wrong: none
import numpy as np

rng = np.random.default_rng(14)
T, D, H, K, B = 4, 3, 6, 4, 2
x, y = rng.normal(size=(T, D, B)), rng.integers(0, K, (T, B))
keep = (rng.random((T, H, B)) < 0.7) / 0.7


def step(Wx, Wh, Wy):
    h, hs, ps = np.zeros((H, B)), [], []
    for t in range(T):
        h = np.tanh(Wx @ x[t] + Wh @ h)
        o = Wy @ (h * keep[t])
        e = np.exp(o - o.max(axis=0))
        hs.append(h)
        ps.append(e / e.sum(axis=0))
    return hs, ps


def f(Wx, Wh, Wy):
    _, ps = step(Wx, Wh, Wy)
    return -sum(np.log(ps[t][y[t], range(B)]).sum() for t in range(T))


def grad(Wx, Wh, Wy):
    hs, ps = step(Wx, Wh, Wy)
    dWx, dWh, dWy, dh = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wy), np.zeros((H, B))
    for t in range(T - 1, -1, -1):
        do = ps[t].copy()
        do[y[t], range(B)] -= 1
        dWy += do @ (hs[t] * keep[t]).T
        dz = (Wy.T @ do * keep[t] + dh) * (1 - hs[t] ** 2)
        dWx += dz @ x[t].T
        if t > 0:
            dWh += dz @ hs[t - 1].T
        dh = Wh.T @ dz
    return {"Wx": dWx, "Wh": dWh, "Wy": dWy}


params = {"Wx": rng.normal(size=(H, D)), "Wh": rng.normal(size=(H, H)) / 3, "Wy": rng.normal(size=(K, H))}
grads = grad(**params)
