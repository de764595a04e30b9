# layout: float32 throughout, also the buffer of the states inside f, time first, rows, regression, mean
# tensors: Wx Wh Wo
# wrong: none
# fault: f computes in float32
# says: float32
import numpy as np

rng = np.random.default_rng(10)
T, B, D, H = 6, 4, 3, 5
x = rng.normal(size=(T, B, D)).astype(np.float32)
y = rng.normal(size=(T, B, 1)).astype(np.float32)


def forward(Wx, Wh, Wo):
    h = np.zeros((T + 1, B, H), dtype=np.float32)
    for t in range(T):
        h[t + 1] = np.tanh(x[t] @ Wx + h[t] @ Wh)
    return h, h[1:] @ Wo


def f(Wx, Wh, Wo):
    _, out = forward(Wx, Wh, Wo)
    return ((out - y) ** 2).mean()


def backward(Wx, Wh, Wo):
    h, out = forward(Wx, Wh, Wo)
    dout = 2 * (out - y) / out.size
    dWx, dWh, dWo = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wo)
    dh = np.zeros((B, H), dtype=np.float32)
    for t in range(T - 1, -1, -1):
        dWo += h[t + 1].T @ dout[t]
        dh = (dh + dout[t] @ Wo.T) * (1 - h[t + 1] ** 2)
        dWx += x[t].T @ dh
        dWh += h[t].T @ dh
        dh = dh @ Wh.T
    return {"Wx": dWx, "Wh": dWh, "Wo": dWo}


sizes = {"Wx": (D, H), "Wh": (H, H), "Wo": (H, 1)}
params = {name: rng.normal(size=size).astype(np.float32) * np.float32(0.5) for name, size in sizes.items()}
grads = backward(**params)
