# layout: characters as indices, column vectors, states in a dictionary, gradients clipped before the return
# tensors: Wxh Whh Why bh by
# wrong: Whh Why bh by
# slip: the gradients are clipped
import itertools

import numpy as np

np.random.seed(50)
data = [0, 1, 2, 0, 0, 1, 3, 0, 1, 2, 0, 0] * 4
H, V = 4, 4


def loss_fun(Wxh, Whh, Why, bh, by):
    hs, ps, loss = {-1: np.zeros((H, 1))}, {}, 0
    for t, (ch, nxt) in enumerate(itertools.pairwise(data)):
        hs[t] = np.tanh(Wxh[:, ch : ch + 1] + Whh @ hs[t - 1] + bh)
        y = Why @ hs[t] + by
        ps[t] = np.exp(y) / np.exp(y).sum()
        loss = loss - np.log(ps[t][nxt, 0])
    return loss, hs, ps


def f(**params):
    return loss_fun(**params)[0]


def get_gradients(Wxh, Whh, Why, bh, by):
    _, hs, ps = loss_fun(Wxh, Whh, Why, bh, by)
    dWxh, dWhh, dWhy, dbh, dby = (np.zeros_like(p) for p in (Wxh, Whh, Why, bh, by))
    dhnext = np.zeros_like(hs[0])
    for t in reversed(range(len(data) - 1)):
        dy = ps[t]
        dy[data[t + 1]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        dhraw = (Why.T @ dy + dhnext) * (1 - hs[t] ** 2)
        dWxh[:, data[t]] += dhraw[:, 0]
        dWhh += dhraw @ hs[t - 1].T
        dbh += dhraw
        dhnext = Whh.T @ dhraw
    for d in (dWxh, dWhh, dWhy, dbh, dby):
        np.clip(d, -5, 5, out=d)
    return {"Wxh": dWxh, "Whh": dWhh, "Why": dWhy, "bh": dbh, "by": dby}


shapes = {"Wxh": (H, V), "Whh": (H, H), "Why": (V, H), "bh": (H, 1), "by": (V, 1)}
params = {name: np.random.randn(*shape) * 0.5 for name, shape in shapes.items()}
grads = get_gradients(**params)
