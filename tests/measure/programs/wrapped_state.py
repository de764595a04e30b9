# layout: time first, rows, states (T, B, H) without the first one, which is zero, regression, mean
# tensors: Wx Wh Wo
# wrong: Wh
# slip: the state before the first step wraps round to the last
import numpy as np

rng = np.random.default_rng(22)
T, B, D, H, M = 5, 3, 2, 4, 2
x, target = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, M))


def forward(Wx, Wh, Wo):
    hs = []
    for t in range(T):
        a = x[t] @ Wx
        if t > 0:
            a = a + hs[t - 1] @ Wh
        hs.append(np.tanh(a))
    hs = np.array(hs)
    return hs, hs @ Wo


def f(Wx, Wh, Wo):
    return np.mean((forward(Wx, Wh, Wo)[1] - target) ** 2)


def backward(Wx, Wh, Wo):
    hs, out = forward(Wx, Wh, Wo)
    dout = 2 / out.size * (out - target)
    dWx, dWh, dWo = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wo)
    dh_next = np.zeros((B, H))
    for t in range(T - 1, -1, -1):
        dWo += hs[t].T @ dout[t]
        da = (dout[t] @ Wo.T + dh_next) * (1 - hs[t] ** 2)
        dWx += x[t].T @ da
        dWh += hs[t - 1].T @ da
        dh_next = da @ Wh.T
    return {"Wx": dWx, "Wh": dWh, "Wo": dWo}


params = {"Wx": rng.normal(size=(D, H)), "Wh": rng.normal(size=(H, H)), "Wo": rng.normal(size=(H, M))}
grads = backward(**params)
