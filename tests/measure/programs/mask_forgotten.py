# layout: batch first, rows, padded with label -1, the loss leaves the padding out, sum over sequences
# tensors: Wx Wh Wo
# wrong: Wx Wh Wo
# slip: the mask is forgotten
import numpy as np

rng = np.random.default_rng(26)
B, T, D, H, K = 3, 5, 2, 4, 4
X = rng.normal(size=(B, T, D))
Y = np.array([[0, 2, 1, 3, 0], [1, 1, -1, -1, -1], [3, 0, 2, -1, -1]])
valid = Y >= 0


def forward(Wx, Wh, Wo):
    h, hs = np.zeros((B, H)), []
    for t in range(T):
        h = np.tanh(X[:, t] @ Wx + h @ Wh)
        hs.append(h)
    e = np.exp(np.array(hs) @ Wo)
    return hs, e / e.sum(axis=-1, keepdims=True)


def f(Wx, Wh, Wo):
    _, p = forward(Wx, Wh, Wo)
    loss = 0.0
    for n in range(B):
        for t in range(T):
            if valid[n, t]:
                loss += -np.log(p[t, n, Y[n, t]])
    return loss


def backward(Wx, Wh, Wo):
    hs, p = forward(Wx, Wh, Wo)
    dWx, dWh, dWo, dh = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wo), np.zeros((B, H))
    for t in reversed(range(T)):
        do = p[t].copy()
        do[np.arange(B), Y[:, t]] -= 1
        dWo += hs[t].T @ do
        da = (do @ Wo.T + dh) * (1 - hs[t] ** 2)
        dWx += X[:, t].T @ da
        if t > 0:
            dWh += hs[t - 1].T @ da
        dh = da @ Wh.T
    return {"Wx": dWx, "Wh": dWh, "Wo": dWo}


params = {"Wx": rng.normal(size=(D, H)), "Wh": rng.normal(size=(H, H)), "Wo": rng.normal(size=(H, K))}
grads = backward(**params)
