# layout: one label per sequence, batch first, rows, parameters in a list
# tensors: [0] [1] [2] [3]
# wrong: none
# call: f(params)
import numpy as np

rs = np.random.RandomState(5)
batch, steps, dim, hid, classes = 4, 5, 2, 3, 3
X, labels = rs.randn(batch, steps, dim), rs.randint(0, classes, batch)


def f(ps):
    Wx, Wh, bh, Wo = ps
    h = np.zeros((batch, hid))
    for t in range(steps):
        h = np.tanh(np.dot(X[:, t, :], Wx) + np.dot(h, Wh) + bh)
    logits = np.dot(h, Wo)
    logz = np.log(np.sum(np.exp(logits), axis=1))
    return np.sum(logz - logits[range(batch), labels]) / batch


def grad_f(ps):
    Wx, Wh, bh, Wo = ps
    hs = [np.zeros((batch, hid))]
    for t in range(steps):
        hs += [np.tanh(np.dot(X[:, t, :], Wx) + np.dot(hs[-1], Wh) + bh)]
    e = np.exp(np.dot(hs[-1], Wo))
    delta = e / e.sum(1)[:, None]
    delta[range(batch), labels] -= 1
    delta /= batch
    dWo, dh = hs[-1].T.dot(delta), delta.dot(Wo.T)
    dWx, dWh, dbh = 0, 0, 0
    for t in range(steps)[::-1]:
        da = dh * (1 - hs[t + 1] ** 2)
        dWx, dWh, dbh = dWx + X[:, t].T.dot(da), dWh + hs[t].T.dot(da), dbh + da.sum(0)
        dh = da.dot(Wh.T)
    return [dWx, dWh, dbh, dWo]


params = [rs.randn(dim, hid), rs.randn(hid, hid), rs.randn(hid), rs.randn(hid, classes)]
grads = grad_f(params)
