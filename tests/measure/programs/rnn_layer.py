# layout: a layer with an upstream gradient instead of a loss, batch first (N, T, D), rows, returns all states
# tensors: x h0 Wx Wh b
# wrong: none
# says: vjpcheck
import numpy as np


def rnn_forward(x, h0, Wx, Wh, b):
    hs = [h0]
    for t in range(x.shape[1]):
        hs.append(np.tanh(x[:, t].dot(Wx) + hs[-1].dot(Wh) + b))
    h = np.stack(hs[1:], axis=1)
    return h, (x, h0, Wx, Wh, b, h)


def rnn_backward(dh, cache):
    x, h0, Wx, Wh, b, h = cache
    dx, dWx, dWh, db = np.zeros_like(x), np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(b)
    dprev = np.zeros_like(h0)
    for t in range(x.shape[1] - 1, -1, -1):
        da = (1 - h[:, t] ** 2) * (dh[:, t] + dprev)
        dx[:, t] = da.dot(Wx.T)
        dWx += x[:, t].T.dot(da)
        dWh += (h[:, t - 1] if t > 0 else h0).T.dot(da)
        db += da.sum(axis=0)
        dprev = da.dot(Wh.T)
    return dx, dprev, dWx, dWh, db


rng = np.random.default_rng(13)
shapes = {"x": (2, 4, 3), "h0": (2, 5), "Wx": (3, 5), "Wh": (5, 5), "b": (5,)}
arrays = {name: rng.normal(size=shape) for name, shape in shapes.items()}


def forward(**arrays):
    return rnn_forward(**arrays)[0]


def backward(dh, **arrays):
    return dict(zip(arrays, rnn_backward(dh, rnn_forward(**arrays)[1]), strict=True))
