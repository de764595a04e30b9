# layout: results written by out= into buffers made once, time first, rows, sum of squares
# tensors: Wx Wh
# wrong: none
# fault: f writes into an array of real dtype
# says: real dtype; central differences
import numpy as np

rng = np.random.default_rng(43)
T, B, D, H = 5, 3, 2, 4
x, goal = rng.normal(size=(T, B, D)), rng.normal(size=(T, B, H))
states, tmp = np.zeros((T + 1, B, H)), np.empty((B, H))


def forward(Wx, Wh):
    for t in range(T):
        np.matmul(x[t], Wx, out=tmp)
        np.matmul(states[t], Wh, out=states[t + 1])
        np.add(states[t + 1], tmp, out=states[t + 1])
        np.tanh(states[t + 1], out=states[t + 1])
    return states[1:]


def f(Wx, Wh):
    return np.sum((forward(Wx, Wh) - goal) ** 2)


def backward(Wx, Wh):
    d = 2 * (forward(Wx, Wh) - goal)
    dWx, dWh, back = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros((B, H))
    for t in range(T - 1, -1, -1):
        d[t] += back
        d[t] *= 1 - states[t + 1] ** 2
        dWx += x[t].T @ d[t]
        dWh += states[t].T @ d[t]
        np.matmul(d[t], Wh.T, out=back)
    return {"Wx": dWx, "Wh": dWh}


params = {"Wx": rng.normal(size=(D, H)), "Wh": rng.normal(size=(H, H)) / 2}
grads = backward(**params)
