# layout: the training step is given as f, which returns loss and gradients; columns, regression, mean
# tensors: Wx Wh b
# wrong: none
# fault: f returns a pair
# says: [0] | first of | the loss alone
import numpy as np

rng = np.random.default_rng(34)
T, B = 4, 5
x, y = rng.normal(size=(T, 2, B)), rng.normal(size=(3, B))


def loss_and_grads(Wx, Wh, b):
    hs = [np.zeros((3, B))]
    for t in range(T):
        hs.append(np.tanh(Wx @ x[t] + Wh @ hs[t] + b[:, None]))
    diff = hs[T] - y
    loss = np.mean(diff**2)
    d = 2 * diff / diff.size
    grads = {"Wx": np.zeros_like(Wx), "Wh": np.zeros_like(Wh), "b": np.zeros_like(b)}
    for t in range(T - 1, -1, -1):
        d = d * (1 - hs[t + 1] ** 2)
        grads["Wx"] += d @ x[t].T
        grads["Wh"] += d @ hs[t].T
        grads["b"] += d.sum(axis=1)
        d = Wh.T @ d
    return loss, grads


f = loss_and_grads
params = {"Wx": rng.normal(size=(3, 2)), "Wh": rng.normal(size=(3, 3)), "b": rng.normal(size=3)}
loss, grads = f(**params)
