# layout: ReLU, rows, batch first, regression on the sum of the states; one unit is almost at its kink
# tensors: Wx Wh b
# wrong: none
# fault: f has a kink within a step
# says: kink
import numpy as np

rng = np.random.default_rng(41)
B, T, D, H = 2, 3, 3, 4
X, y = rng.normal(size=(B, T, D)), rng.normal(size=(B, H))


def forward(Wx, Wh, b):
    h, hs = np.zeros((B, H)), []
    for t in range(T):
        h = np.maximum(X[:, t] @ Wx + h @ Wh + b, 0)
        hs.append(h)
    return hs


def f(Wx, Wh, b):
    return 0.5 * np.sum((sum(forward(Wx, Wh, b)) - y) ** 2)


def backward(Wx, Wh, b):
    hs = forward(Wx, Wh, b)
    d = sum(hs) - y
    dWx, dWh, db, carry = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b), 0
    for t in range(T - 1, -1, -1):
        da = (d + carry) * (hs[t] > 0)
        dWx += X[:, t].T @ da
        if t > 0:
            dWh += hs[t - 1].T @ da
        db += da.sum(axis=0)
        carry = da @ Wh.T
    return {"Wx": dWx, "Wh": dWh, "b": db}


params = {"Wx": rng.normal(size=(D, H)), "Wh": rng.normal(size=(H, H)) / 2, "b": np.zeros(H)}
params["b"][1] = 2e-6 - X[0, 0] @ params["Wx"][:, 1]
grads = backward(**params)
