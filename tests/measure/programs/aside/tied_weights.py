# layout: embedding and output share a matrix, a dataclass of parameters, one sequence of indices, mean
# tensors: E W b
# wrong: none
# call: f(params)
from dataclasses import dataclass

import numpy as np


@dataclass
class Params:
    E: np.ndarray
    W: np.ndarray
    b: np.ndarray


rng = np.random.default_rng(40)
seq = [3, 1, 3, 0, 2, 3, 1]
V, H = 4, 5


def forward(p):
    h, out = [np.zeros(H)], []
    for word in seq[:-1]:
        h.append(np.tanh(p.E[word] + p.W @ h[-1] + p.b))
        z = p.E @ h[-1]
        out.append(np.exp(z) / np.sum(np.exp(z)))
    return h, out


def f(p):
    _, out = forward(p)
    return -np.mean(np.log(np.array([probs[k] for probs, k in zip(out, seq[1:], strict=True)])))


def backward(p):
    h, out = forward(p)
    dE, dW, db, carry = np.zeros_like(p.E), np.zeros_like(p.W), np.zeros_like(p.b), np.zeros(H)
    for t in range(len(out) - 1, -1, -1):
        dz = out[t].copy()
        dz[seq[t + 1]] -= 1
        dz /= len(out)
        dE += np.outer(dz, h[t + 1])
        da = (p.E.T @ dz + carry) * (1 - h[t + 1] ** 2)
        dE[seq[t]] += da
        dW += np.outer(da, h[t])
        db += da
        carry = p.W.T @ da
    return Params(dE, dW, db)


params = Params(rng.normal(size=(V, H)), rng.normal(size=(H, H)) / 2, rng.normal(size=H))
grads = backward(params)
