# layout: derivatives of the state carried forward in time (real time recurrent learning), learned h0
# tensors: W V b h0 c
# wrong: none
import numpy as np

rng = np.random.default_rng(313)
T, D, H = 6, 3, 4
x, y = rng.normal(size=(T, D)), rng.normal(size=T)
eye = np.eye(H)


def f(W, V, b, h0, c):
    h, loss = h0, 0.0
    for x_t, y_t in zip(x, y, strict=True):
        h = np.tanh(W @ h + V @ x_t + b)
        loss = loss + (c @ h - y_t) ** 2
    return loss / T


def rtrl(W, V, b, h0, c):
    h = h0
    # J_p[i, ...] is the derivative of h[i] by the entries of p
    J_W, J_V = np.zeros((H, H, H)), np.zeros((H, H, D))
    J_b, J_h0 = np.zeros((H, H)), eye
    g = {"W": 0.0, "V": 0.0, "b": 0.0, "h0": 0.0, "c": 0.0}
    for x_t, y_t in zip(x, y, strict=True):
        new = np.tanh(W @ h + V @ x_t + b)
        slope = 1 - new**2
        J_W = np.einsum("i,ijk->ijk", slope, np.einsum("il,ljk->ijk", W, J_W) + eye[:, :, None] * h)
        J_V = np.einsum("i,ijk->ijk", slope, np.einsum("il,ljk->ijk", W, J_V) + eye[:, :, None] * x_t)
        J_b = slope[:, None] * (W @ J_b + eye)
        J_h0 = slope[:, None] * (W @ J_h0)
        h = new
        err = 2 * (c @ h - y_t) / T
        for name, J in (("W", J_W), ("V", J_V), ("b", J_b), ("h0", J_h0)):
            g[name] = g[name] + np.tensordot(err * c, J, axes=1)
        g["c"] = g["c"] + err * h
    return g


params = {"W": rng.normal(size=(H, H)), "V": rng.normal(size=(H, D)), "b": rng.normal(size=H)}
params |= {"h0": rng.normal(size=H), "c": rng.normal(size=H)}
grads = rtrl(**params)
