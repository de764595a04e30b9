# layout: residual recurrence h + tanh(...), column vectors, one label per sequence, a list of parameters
# tensors: [0] [1] [2]
# wrong: [0] [1]
# slip: a term is dropped
# call: f(*params)
import numpy as np

rng = np.random.default_rng(65)
T, D, H, K, label = 5, 2, 4, 3, 1
xs = rng.normal(size=(T, D, 1))


def states(A, R):
    hs, us = [np.zeros((H, 1))], []
    for x in xs:
        us.append(np.tanh(A @ x + R @ hs[-1]))
        hs.append(hs[-1] + us[-1])
    return hs, us


def f(A, R, V):
    scores = (V @ states(A, R)[0][-1])[:, 0]
    return np.log(np.sum(np.exp(scores))) - scores[label]


def gradient(A, R, V):
    hs, us = states(A, R)
    p = np.exp(V @ hs[-1])
    p /= p.sum()
    p[label] -= 1
    gA, gR, gV = np.zeros_like(A), np.zeros_like(R), p @ hs[-1].T
    gh = V.T @ p
    for x, h, u in zip(xs[::-1], hs[-2::-1], us[::-1], strict=True):
        ga = gh * (1 - u**2)
        gA += ga @ x.T
        gR += ga @ h.T
        gh = R.T @ ga
    return [gA, gR, gV]


params = [rng.normal(size=(H, D)) / 2, rng.normal(size=(H, H)) / 2, rng.normal(size=(K, H))]
grads = gradient(*params)
