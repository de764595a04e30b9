# layout: bidirectional, states of both ways added, batch first, rows, cross-entropy at all steps, sum
# tensors: Uf Wf Ub Wb V
# wrong: Ub Wb
# slip: the backward direction is not turned round
import numpy as np

rng = np.random.default_rng(49)
B, T, D, H, K = 2, 4, 3, 3, 4
X, Y = rng.normal(size=(B, T, D)), rng.integers(0, K, size=(B, T))


def rnn(x, U, W):
    h = [np.zeros((B, H))]
    for t in range(T):
        h.append(np.tanh(x[:, t] @ U + h[t] @ W))
    return np.stack(h[1:], axis=1)


def rnn_grads(x, h, dh, U, W):
    dU, dW, carry = np.zeros_like(U), np.zeros_like(W), np.zeros((B, H))
    for t in reversed(range(T)):
        da = (dh[:, t] + carry) * (1 - h[:, t] ** 2)
        dU += x[:, t].T @ da
        if t > 0:
            dW += h[:, t - 1].T @ da
        carry = da @ W.T
    return dU, dW


def forward(Uf, Wf, Ub, Wb, V):
    hf, hb = rnn(X, Uf, Wf), rnn(X[:, ::-1], Ub, Wb)
    e = np.exp((hf + hb[:, ::-1]) @ V)
    return hf, hb, e / e.sum(axis=2, keepdims=True)


def f(**params):
    p = forward(**params)[2]
    return -np.sum(np.log(p[np.arange(B)[:, None], np.arange(T), Y]))


def backward(Uf, Wf, Ub, Wb, V):
    hf, hb, p = forward(Uf, Wf, Ub, Wb, V)
    do = p - np.eye(K)[Y]
    dV, dh = np.einsum("bth,btk->hk", hf + hb[:, ::-1], do), do @ V.T
    dUf, dWf = rnn_grads(X, hf, dh, Uf, Wf)
    dUb, dWb = rnn_grads(X[:, ::-1], hb, dh, Ub, Wb)
    return {"Uf": dUf, "Wf": dWf, "Ub": dUb, "Wb": dWb, "V": dV}


sizes = {"Uf": (D, H), "Wf": (H, H), "Ub": (D, H), "Wb": (H, H), "V": (H, K)}
params = {name: rng.normal(size=size) for name, size in sizes.items()}
grads = backward(**params)
