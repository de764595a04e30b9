# layout: gradients under the names dWxh, dWhh, ..., column vectors, one sequence, regression, mean
# tensors: Wxh Whh Why
# wrong: none
# fault: the gradients have other names than the parameters
# says: Wxh, Whh, Why
import numpy as np

rng = np.random.default_rng(46)
T = 6
xs, ts = rng.normal(size=(T, 2, 1)), rng.normal(size=(T, 1, 1))


def forward(Wxh, Whh, Why):
    hs = {-1: np.zeros((3, 1))}
    for t in range(T):
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1])
    ys = np.array([Why @ hs[t] for t in range(T)])
    return hs, ys


def f(Wxh, Whh, Why):
    return np.mean((forward(Wxh, Whh, Why)[1] - ts) ** 2)


def get_grads(Wxh, Whh, Why):
    hs, ys = forward(Wxh, Whh, Why)
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dh_next = np.zeros((3, 1))
    for t in reversed(range(T)):
        dy = 2 * (ys[t] - ts[t]) / T
        dWhy += dy @ hs[t].T
        dh = Why.T @ dy + dh_next
        dz = dh * (1 - hs[t] ** 2)
        dWxh += dz @ xs[t].T
        dWhh += dz @ hs[t - 1].T
        dh_next = Whh.T @ dz
    return {"dWxh": dWxh, "dWhh": dWhh, "dWhy": dWhy}


params = {"Wxh": rng.normal(size=(3, 2)), "Whh": rng.normal(size=(3, 3)), "Why": rng.normal(size=(1, 3))}
grads = get_grads(**params)
