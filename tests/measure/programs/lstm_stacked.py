# layout: LSTM, gates in one matrix over [h; x] stacked, column vectors, last step scored, f of one dictionary
# tensors: W b Wy by
# wrong: none
# call: f(params)
import numpy as np

np.random.seed(3)
n_x, n_h, n_y = 3, 4, 5
xs, target = np.random.randn(6, n_x, 1), 2


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def f(params):
    return forward(params)[0]


def forward(params):
    h = c = np.zeros((n_h, 1))
    cache = []
    for x in xs:
        z = np.vstack((h, x))
        a = params["W"] @ z + params["b"]
        i, fg, o = (sigmoid(a[k * n_h : (k + 1) * n_h]) for k in range(3))
        g = np.tanh(a[3 * n_h :])
        c_old, c = c, fg * c + i * g
        h = o * np.tanh(c)
        cache.append((z, i, fg, o, g, c_old, c))
    y = params["Wy"] @ h + params["by"]
    p = np.exp(y) / np.exp(y).sum()
    return -np.log(p[target, 0]), p, h, cache


def backward(params):
    _, p, h, cache = forward(params)
    dy = p.copy()
    dy[target] -= 1
    grads = {"Wy": dy @ h.T, "by": dy, "W": np.zeros_like(params["W"]), "b": np.zeros_like(params["b"])}
    dh, dc = params["Wy"].T @ dy, 0
    for z, i, fg, o, g, c_old, c in reversed(cache):
        dc = dc + dh * o * (1 - np.tanh(c) ** 2)
        di, df, do, dg = dc * g, dc * c_old, dh * np.tanh(c), dc * i
        da = np.vstack((di * i * (1 - i), df * fg * (1 - fg), do * o * (1 - o), dg * (1 - g**2)))
        grads["W"] += da @ z.T
        grads["b"] += da
        dh, dc = (params["W"].T @ da)[:n_h], dc * fg
    return grads


params = {"W": np.random.randn(4 * n_h, n_h + n_x), "b": np.random.randn(4 * n_h, 1)}
params |= {"Wy": np.random.randn(n_y, n_h), "by": np.random.randn(n_y, 1)}
grads = backward(params)
