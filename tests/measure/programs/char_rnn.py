# layout: characters as indices, column vectors, one sequence, states in a dictionary from -1, sum over T
# tensors: Wxh Whh Why bh by
# wrong: none
import numpy as np

np.random.seed(0)
inputs, targets = [0, 3, 1, 1, 5], [3, 1, 1, 5, 2]
vocab, hidden = 6, 5
hprev = np.random.randn(hidden, 1) * 0.1


def loss_and_grads(Wxh, Whh, Why, bh, by):
    xs, hs, ps, loss = {}, {-1: hprev}, {}, 0
    for t in range(len(inputs)):
        xs[t] = np.zeros((vocab, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(np.dot(Wxh, xs[t]) + np.dot(Whh, hs[t - 1]) + bh)
        y = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby, dhnext = np.zeros_like(bh), np.zeros_like(by), np.zeros_like(hprev)
    for t in reversed(range(len(inputs))):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.dot(dy, hs[t].T)
        dby += dy
        dh = np.dot(Why.T, dy) + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dbh += dhraw
        dWxh += np.dot(dhraw, xs[t].T)
        dWhh += np.dot(dhraw, hs[t - 1].T)
        dhnext = np.dot(Whh.T, dhraw)
    return loss, {"Wxh": dWxh, "Whh": dWhh, "Why": dWhy, "bh": dbh, "by": dby}


def f(**params):
    return loss_and_grads(**params)[0]


shapes = {
    "Wxh": (hidden, vocab),
    "Whh": (hidden, hidden),
    "Why": (vocab, hidden),
    "bh": (hidden, 1),
    "by": (vocab, 1),
}
params = {name: np.random.randn(*shape) * 0.5 for name, shape in shapes.items()}
grads = loss_and_grads(**params)[1]
