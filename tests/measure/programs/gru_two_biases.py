# layout: GRU as in PyTorch, two biases, gates r z n in one matrix, rows, regression on the last state
# tensors: weight_ih weight_hh bias_ih bias_hh
# wrong: none
import numpy as np

rng = np.random.default_rng(4)
L, N, D, H = 4, 2, 3, 5
x, goal = rng.normal(size=(L, N, D)), rng.normal(size=(N, H))


def sigmoid(a):
    return 1.0 / (1.0 + np.exp(-a))


def gru(weight_ih, weight_hh, bias_ih, bias_hh):
    h, tape = np.zeros((N, H)), []
    for t in range(L):
        i_r, i_z, i_n = np.split(x[t] @ weight_ih.T + bias_ih, 3, axis=1)
        h_r, h_z, h_n = np.split(h @ weight_hh.T + bias_hh, 3, axis=1)
        r, z = sigmoid(i_r + h_r), sigmoid(i_z + h_z)
        n = np.tanh(i_n + r * h_n)
        tape.append((h, r, z, n, h_n))
        h = (1 - z) * n + z * h
    return h, tape


def f(**params):
    return 0.5 * np.mean((gru(**params)[0] - goal) ** 2)


def backprop(weight_ih, weight_hh, bias_ih, bias_hh):
    h, tape = gru(weight_ih, weight_hh, bias_ih, bias_hh)
    dh = (h - goal) / goal.size
    g = [np.zeros_like(p) for p in (weight_ih, weight_hh, bias_ih, bias_hh)]
    for t in range(L - 1, -1, -1):
        h, r, z, n, h_n = tape[t]
        dn = dh * (1 - z) * (1 - n * n)
        dz = dh * (h - n) * z * (1 - z)
        dr = dn * h_n * r * (1 - r)
        di, dhh = np.hstack([dr, dz, dn]), np.hstack([dr, dz, dn * r])
        g[0] += di.T @ x[t]
        g[1] += dhh.T @ h
        g[2] += di.sum(axis=0)
        g[3] += dhh.sum(axis=0)
        dh = dh * z + dhh @ weight_hh
    return g


names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh"]
params = dict(zip(names, [rng.normal(size=s) for s in ((3 * H, D), (3 * H, H), 3 * H, 3 * H)], strict=True))
grads = dict(zip(names, backprop(**params), strict=True))
