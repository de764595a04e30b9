# layout: attention over the states of a sequence; a bias of all scores cancels: gradient 0 but for rounding
# tensors: W v c
# wrong: none
import numpy as np

rng = np.random.default_rng(11)
x, y = rng.normal(size=(5, 3)), rng.normal(size=3)


def forward(W, v, c):
    h, hs = np.zeros(3), []
    for x_t in x:
        h = np.tanh(W @ h + x_t)
        hs.append(h)
    hs = np.array(hs)
    e = np.exp(hs @ v + c)
    return hs, e / e.sum()


def f(W, v, c):
    hs, a = forward(W, v, c)
    return np.sum((a @ hs - y) ** 2) / 2


def gradients(W, v, c):
    hs, a = forward(W, v, c)
    dcontext = a @ hs - y
    da = hs @ dcontext
    dscore = a * (da - a @ da)
    dhs = np.outer(a, dcontext) + np.outer(dscore, v)
    dW, dh = np.zeros_like(W), np.zeros(3)
    for t in range(4, -1, -1):
        dz = (dhs[t] + dh) * (1 - hs[t] ** 2)
        dW += np.outer(dz, hs[t - 1]) if t else 0
        dh = W.T @ dz
    return {"W": dW, "v": hs.T @ dscore, "c": dscore.sum()}


params = {"W": rng.normal(size=(3, 3)), "v": rng.normal(size=3), "c": np.array(0.3)}
grads = gradients(**params)
