# layout: yes-or-no labels, sigmoid outputs, binary cross-entropy by np.logaddexp, time first, mean
# tensors: Wi Wr Wo bo
# wrong: none
# fault: f takes no complex numbers
# says: central differences
import numpy as np

rng = np.random.default_rng(6)
T, B, D, H, K = 5, 2, 3, 4, 3
x, tags = rng.normal(size=(T, B, D)), rng.integers(0, 2, size=(T, B, K)).astype(float)


def logits(Wi, Wr, Wo, bo):
    h, hs = np.zeros((B, H)), []
    for t in range(T):
        h = np.tanh(x[t] @ Wi + h @ Wr)
        hs.append(h)
    hs = np.array(hs)
    return hs, hs @ Wo + bo


def f(**params):
    _, z = logits(**params)
    return np.mean(np.logaddexp(0, z) - tags * z)


def df(Wi, Wr, Wo, bo):
    hs, z = logits(Wi, Wr, Wo, bo)
    dz = (1 / (1 + np.exp(-z)) - tags) / z.size
    dWi, dWr, carry = np.zeros_like(Wi), np.zeros_like(Wr), np.zeros((B, H))
    for t in reversed(range(T)):
        da = (dz[t] @ Wo.T + carry) * (1 - hs[t] ** 2)
        dWi += x[t].T @ da
        if t > 0:
            dWr += hs[t - 1].T @ da
        carry = da @ Wr.T
    return {"Wi": dWi, "Wr": dWr, "Wo": np.tensordot(hs, dz, [[0, 1], [0, 1]]), "bo": dz.sum(axis=(0, 1))}


params = {k: rng.normal(size=s) for k, s in {"Wi": (D, H), "Wr": (H, H), "Wo": (H, K), "bo": (K,)}.items()}
grads = df(**params)
