# layout: f scales its recurrent weights in place to a spectral radius, rows, time first, regression, mean
# tensors: Wx Wh
# wrong: none
# fault: f changes Wh
# says: modified Wh | changes Wh
import numpy as np

rng = np.random.default_rng(52)
T, B, D, H = 5, 2, 3, 4
x, y = rng.normal(size=(T, B, D)), rng.normal(size=(B, H))


def forward(Wx, Wh):
    h = [np.zeros((B, H))]
    for t in range(T):
        h.append(np.tanh(x[t] @ Wx + h[-1] @ Wh))
    return h


def f(Wx, Wh):
    Wh *= 0.9
    return np.mean((forward(Wx, Wh)[-1] - y) ** 2)


def backward(Wx, Wh):
    h = forward(Wx, Wh)
    dh = 2 * (h[-1] - y) / y.size
    dWx, dWh = np.zeros_like(Wx), np.zeros_like(Wh)
    for t in range(T, 0, -1):
        da = dh * (1 - h[t] ** 2)
        dWx += x[t - 1].T @ da
        dWh += h[t - 1].T @ da
        dh = da @ Wh.T
    return {"Wx": dWx, "Wh": dWh}


params = {"Wx": rng.normal(size=(D, H)), "Wh": rng.normal(size=(H, H))}
grads = backward(Wx=params["Wx"], Wh=0.9 * params["Wh"])
grads["Wh"] *= 0.9
