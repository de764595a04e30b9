# layout: characters as indices, column vectors, one sequence, states in a list, biases (H, 1), sum over T
# tensors: U W V b c
# wrong: U W b
# slip: W not transposed
import numpy as np

text = "to be or not to be"
chars = sorted(set(text))
ix = [chars.index(ch) for ch in text]
n, m = 6, len(chars)
rng = np.random.RandomState(20)
U, W, V = rng.randn(n, m) * 0.4, rng.randn(n, n) * 0.4, rng.randn(m, n) * 0.4
b, c = rng.randn(n, 1) * 0.1, rng.randn(m, 1) * 0.1


def fprop(U, W, V, b, c):
    h, p, loss = [np.zeros((n, 1))], [], 0.0
    for t in range(len(ix) - 1):
        h.append(np.tanh(U[:, [ix[t]]] + W @ h[t] + b))
        o = V @ h[t + 1] + c
        p.append(np.exp(o) / np.exp(o).sum())
        loss = loss - np.log(p[t][ix[t + 1], 0])
    return loss, h, p


def f(U, W, V, b, c):
    return fprop(U, W, V, b, c)[0]


def bprop(U, W, V, b, c):
    _, h, p = fprop(U, W, V, b, c)
    gU, gW, gV, gb, gc = (np.zeros_like(a) for a in (U, W, V, b, c))
    carry = np.zeros((n, 1))
    for t in reversed(range(len(p))):
        p[t][ix[t + 1]] -= 1
        gV += p[t] @ h[t + 1].T
        gc += p[t]
        ga = (V.T @ p[t] + carry) * (1 - h[t + 1] ** 2)
        gU[:, [ix[t]]] += ga
        gW += ga @ h[t].T
        gb += ga
        carry = W @ ga
    return gU, gW, gV, gb, gc


params = {"U": U, "W": W, "V": V, "b": b, "c": c}
grads = dict(zip(params, bprop(**params), strict=True))
