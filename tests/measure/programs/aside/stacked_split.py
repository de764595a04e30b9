# layout: one matrix over [h; x] stacked, as many inputs as units, column vectors, states in a list, sum
# tensors: W b V
# wrong: W b
# slip: the halves of [h; x] are swapped
import numpy as np

rng = np.random.default_rng(51)
T, n = 5, 3
xs, ys = rng.normal(size=(T, n, 1)), rng.normal(size=(T, 2, 1))


def forward(W, b, V):
    h, zs, hs = np.zeros((n, 1)), [], []
    for t in range(T):
        z = np.concatenate([h, xs[t]], axis=0)
        h = np.tanh(W @ z + b)
        zs.append(z)
        hs.append(h)
    return zs, hs


def f(W, b, V):
    _, hs = forward(W, b, V)
    return sum(0.5 * np.sum((V @ h - y) ** 2) for h, y in zip(hs, ys, strict=True))


def backward(W, b, V):
    zs, hs = forward(W, b, V)
    dW, db, dV, dh_next = np.zeros_like(W), np.zeros_like(b), np.zeros_like(V), np.zeros((n, 1))
    for t in range(T - 1, -1, -1):
        e = V @ hs[t] - ys[t]
        dV += e @ hs[t].T
        da = (V.T @ e + dh_next) * (1 - hs[t] ** 2)
        dW += da @ zs[t].T
        db += da
        dz = W.T @ da
        dh_next = dz[n:]
    return {"W": dW, "b": db, "V": dV}


params = {"W": rng.normal(size=(n, 2 * n)), "b": rng.normal(size=(n, 1)), "V": rng.normal(size=(2, n))}
grads = backward(**params)
