# layout: math.log and math.exp in a loop over classes, column vectors, one label per sequence
# tensors: Wx Wh Wy
# wrong: none
# fault: f takes no complex numbers
# says: math. | central differences
import math

import numpy as np

rng = np.random.default_rng(53)
xs, label = rng.normal(size=(4, 3)), 1


def forward(Wx, Wh, Wy):
    h = [np.zeros(4)]
    for x in xs:
        h.append(np.tanh(np.dot(Wx, x) + np.dot(Wh, h[-1])))
    scores = np.dot(Wy, h[-1])
    exps = [math.exp(s) for s in scores]
    return h, [e / sum(exps) for e in exps]


def f(Wx, Wh, Wy):
    return -math.log(forward(Wx, Wh, Wy)[1][label])


def backward(Wx, Wh, Wy):
    h, probs = forward(Wx, Wh, Wy)
    ds = np.array([p - (k == label) for k, p in enumerate(probs)])
    dWx, dWh, dWy = np.zeros_like(Wx), np.zeros_like(Wh), np.outer(ds, h[-1])
    dh = Wy.T @ ds
    for t in range(len(xs), 0, -1):
        da = dh * (1 - h[t] ** 2)
        dWx += np.outer(da, xs[t - 1])
        dWh += np.outer(da, h[t - 1])
        dh = Wh.T @ da
    return {"Wx": dWx, "Wh": dWh, "Wy": dWy}


params = {"Wx": rng.normal(size=(4, 3)), "Wh": rng.normal(size=(4, 4)), "Wy": rng.normal(size=(3, 4))}
grads = backward(**params)
