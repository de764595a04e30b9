# layout: dropout drawn anew in each forward pass, batch first, rows, sum
# tensors: Wx Wh Wo
# wrong: none
# fault: f random
# says: random | two values
import numpy as np

rng = np.random.default_rng(30)
N, T, D, H, K = 2, 4, 3, 5, 3
X, Y = rng.normal(size=(N, T, D)), rng.integers(0, K, (N, T))


def loss_and_grads(Wx, Wh, Wo, p=0.5):
    h, hs, masks, loss = np.zeros((N, H)), [np.zeros((N, H))], [], 0
    for t in range(T):
        h = np.tanh(X[:, t] @ Wx + h @ Wh)
        mask = (rng.random((N, H)) > p) / (1 - p)
        hs.append(h)
        masks.append(mask)
    dWx, dWh, dWo, dh = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wo), np.zeros((N, H))
    for t in range(T, 0, -1):
        dropped = hs[t] * masks[t - 1]
        e = np.exp(dropped @ Wo)
        ds = e / e.sum(axis=1, keepdims=True)
        loss -= np.sum(np.log(ds[range(N), Y[:, t - 1]]))
        ds[range(N), Y[:, t - 1]] -= 1
        dWo += dropped.T @ ds
        da = (ds @ Wo.T * masks[t - 1] + dh) * (1 - hs[t] ** 2)
        dWx += X[:, t - 1].T @ da
        dWh += hs[t - 1].T @ da
        dh = da @ Wh.T
    return loss, {"Wx": dWx, "Wh": dWh, "Wo": dWo}


def f(Wx, Wh, Wo):
    return loss_and_grads(Wx, Wh, Wo)[0]


params = {"Wx": rng.normal(size=(D, H)), "Wh": rng.normal(size=(H, H)), "Wo": rng.normal(size=(H, K))}
grads = loss_and_grads(**params)[1]
