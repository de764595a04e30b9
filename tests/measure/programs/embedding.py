# layout: words that repeat, an embedding read by index, float32, batch first, rows, sum over all
# tensors: E Wh Wo
# wrong: none
import numpy as np

rng = np.random.default_rng(7)
words = np.array([[2, 2, 0, 2], [1, 0, 0, 3]])
following = np.array([[2, 0, 2, 4], [0, 0, 3, 1]])
V, H = 5, 4


def states(E, Wh):
    h = [np.zeros((2, H), E.dtype)]
    for t in range(4):
        h.append(np.tanh(E[words[:, t]] + h[-1] @ Wh))
    return h


def f(E, Wh, Wo):
    loss = 0.0
    for t, h in enumerate(states(E, Wh)[1:]):
        z = h @ Wo
        loss = loss + np.sum(np.log(np.exp(z).sum(axis=1)) - z[[0, 1], following[:, t]])
    return loss


def backward(E, Wh, Wo):
    h = states(E, Wh)
    dE, dWh, dWo = np.zeros_like(E), np.zeros_like(Wh), np.zeros_like(Wo)
    dnext = np.zeros_like(h[0])
    for t in [3, 2, 1, 0]:
        p = np.exp(h[t + 1] @ Wo)
        p /= p.sum(axis=1, keepdims=True)
        p[[0, 1], following[:, t]] -= 1
        dWo += h[t + 1].T @ p
        da = (p @ Wo.T + dnext) * (1 - h[t + 1] ** 2)
        np.add.at(dE, words[:, t], da)
        dWh += h[t].T @ da
        dnext = da @ Wh.T
    return {"E": dE, "Wh": dWh, "Wo": dWo}


params = {"E": rng.normal(size=(V, H)), "Wh": rng.normal(size=(H, H)), "Wo": rng.normal(size=(H, V))}
params = {name: p.astype(np.float32) for name, p in params.items()}
grads = backward(**params)
