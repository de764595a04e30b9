# layout: a dataclass of parameters, f of the dataclass, time first, rows with W.T, mean over T and B
# tensors: U W V b c
# wrong: U W V b c
# slip: the mean is forgotten
# call: f(params)
from dataclasses import dataclass

import numpy as np


@dataclass
class RNN:
    U: np.ndarray
    W: np.ndarray
    V: np.ndarray
    b: np.ndarray
    c: np.ndarray


rng = np.random.default_rng(25)
T, B, D, H, K = 5, 3, 4, 6, 2
x, y = rng.normal(size=(T, B, D)), rng.integers(0, K, size=(T, B))


def run(net):
    hs, ps = [np.zeros((B, H))], []
    for t in range(T):
        hs.append(np.tanh(x[t] @ net.U.T + hs[-1] @ net.W.T + net.b))
        e = np.exp(hs[-1] @ net.V.T + net.c)
        ps.append(e / e.sum(axis=1, keepdims=True))
    return hs, np.stack(ps)


def f(net):
    _, ps = run(net)
    return np.mean(-np.log(ps[np.arange(T)[:, None], np.arange(B), y]))


def gradients(net):
    hs, ps = run(net)
    do = ps - np.eye(K)[y]
    g = RNN(*(np.zeros_like(p) for p in vars(net).values()))
    g.c = do.sum(axis=(0, 1))
    dh = np.zeros((B, H))
    for t in range(T - 1, -1, -1):
        g.V += do[t].T @ hs[t + 1]
        da = (do[t] @ net.V + dh) * (1 - hs[t + 1] ** 2)
        g.U, g.W, g.b = g.U + da.T @ x[t], g.W + da.T @ hs[t], g.b + da.sum(axis=0)
        dh = da @ net.W
    return g


params = RNN(*(rng.normal(size=size) / 2 for size in ((H, D), (H, H), (K, H), H, K)))
grads = gradients(params)
