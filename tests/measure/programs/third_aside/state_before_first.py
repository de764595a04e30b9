# layout: one sequence of characters, vectors, states in a preallocated array, softmax, sum over steps
# method: central differences
# tensors: Wxh Whh Why bh by
# wrong: Whh
# slip: hs[t - 1] at the first step is the last state, not the state before the first
import numpy as np

rng = np.random.default_rng(301)
seq_length, vocab_size, hidden_size = 7, 5, 4
data = rng.integers(0, vocab_size, size=seq_length + 1)
inputs, targets = data[:-1], data[1:]


def forward(Wxh, Whh, Why, bh, by):
    hs = np.zeros((seq_length, hidden_size))
    ps = np.zeros((seq_length, vocab_size))
    loss = 0
    for t in range(seq_length):
        hs[t] = np.tanh(Wxh[:, inputs[t]] + np.dot(Whh, hs[t - 1]) + bh)
        y = np.dot(Why, hs[t]) + by
        ps[t] = np.exp(y) / np.sum(np.exp(y))
        loss += -np.log(ps[t, targets[t]])
    return loss, hs, ps


def f(Wxh, Whh, Why, bh, by):
    return forward(Wxh, Whh, Why, bh, by)[0]


def lossFun(Wxh, Whh, Why, bh, by):
    _, hs, ps = forward(Wxh, Whh, Why, bh, by)
    dWxh, dWhh, dWhy = np.zeros_like(Wxh), np.zeros_like(Whh), np.zeros_like(Why)
    dbh, dby = np.zeros_like(bh), np.zeros_like(by)
    dhnext = np.zeros(hidden_size)
    for t in reversed(range(seq_length)):
        dy = np.copy(ps[t])
        dy[targets[t]] -= 1
        dWhy += np.outer(dy, hs[t])
        dby += dy
        dh = np.dot(Why.T, dy) + dhnext
        dhraw = (1 - hs[t] * hs[t]) * dh
        dbh += dhraw
        dWxh[:, inputs[t]] += dhraw
        dWhh += np.outer(dhraw, hs[t - 1])
        dhnext = np.dot(Whh.T, dhraw)
    return {"Wxh": dWxh, "Whh": dWhh, "Why": dWhy, "bh": dbh, "by": dby}


params = {
    "Wxh": rng.normal(size=(hidden_size, vocab_size)),
    "Whh": rng.normal(size=(hidden_size, hidden_size)),
    "Why": rng.normal(size=(vocab_size, hidden_size)),
    "bh": rng.normal(size=hidden_size),
    "by": rng.normal(size=vocab_size),
}
grads = lossFun(**params)
