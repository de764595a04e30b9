# layout: weight decay by np.linalg.norm, column vectors, one label per sequence, sequences in a loop, sum
# tensors: W U V
# wrong: none
# fault: f takes the absolute value of complex numbers
# says: central differences
import numpy as np

rng = np.random.default_rng(42)
n_seq, T, D, H, K, decay = 3, 4, 2, 4, 3, 0.05
data = [(rng.normal(size=(T, D)), k) for k in rng.integers(0, K, n_seq)]


def unroll(xs, W, U, V):
    h = [np.zeros(H)]
    for x in xs:
        h.append(np.tanh(W @ h[-1] + U @ x))
    e = np.exp(V @ h[-1])
    return h, e / e.sum()


def f(W, U, V):
    nll = sum(-np.log(unroll(xs, W, U, V)[1][k]) for xs, k in data)
    return nll + decay * sum(np.linalg.norm(M) ** 2 for M in (W, U, V))


def gradients(W, U, V):
    gW, gU, gV = 2 * decay * W, 2 * decay * U, 2 * decay * V
    for xs, k in data:
        h, p = unroll(xs, W, U, V)
        p[k] -= 1
        gV += np.outer(p, h[-1])
        dh = V.T @ p
        for t in range(T, 0, -1):
            da = (1 - h[t] ** 2) * dh
            gW += np.outer(da, h[t - 1])
            gU += np.outer(da, xs[t - 1])
            dh = W.T @ da
    return {"W": gW, "U": gU, "V": gV}


params = {"W": rng.normal(size=(H, H)), "U": rng.normal(size=(H, D)), "V": rng.normal(size=(K, H))}
grads = gradients(**params)
