# layout: minimal gated unit, a sequence in and states out, upstream gradient, batch last, columns
# tensors: x h0 Wf Uf bf Wn Un bn
# wrong: none
# says: vjpcheck
import numpy as np


def sigmoid(a):
    return 0.5 * (1 + np.tanh(0.5 * a))


def forward(x, h0, Wf, Uf, bf, Wn, Un, bn):
    h, out = h0, []
    for x_t in x:
        gate = sigmoid(Wf @ x_t + Uf @ h + bf)
        new = np.tanh(Wn @ x_t + Un @ (gate * h) + bn)
        h = (1 - gate) * h + gate * new
        out.append(h)
    return np.array(out)


def backward(dout, x, h0, Wf, Uf, bf, Wn, Un, bn):
    hs = [h0, *forward(x, h0, Wf, Uf, bf, Wn, Un, bn)]
    g = {"x": np.zeros_like(x), "h0": np.zeros_like(h0)}
    for name, weight in {"Wf": Wf, "Uf": Uf, "bf": bf, "Wn": Wn, "Un": Un, "bn": bn}.items():
        g[name] = np.zeros_like(weight)
    dh = np.zeros_like(h0)
    for t in range(len(x) - 1, -1, -1):
        h = hs[t]
        gate = sigmoid(Wf @ x[t] + Uf @ h + bf)
        new = np.tanh(Wn @ x[t] + Un @ (gate * h) + bn)
        dh = dh + dout[t]
        dn = dh * gate * (1 - new**2)
        dgh = Un.T @ dn
        dg = (dh * (new - h) + dgh * h) * gate * (1 - gate)
        g["x"][t] = Wf.T @ dg + Wn.T @ dn
        g["Wf"] += dg @ x[t].T
        g["Uf"] += dg @ h.T
        g["bf"] += dg.sum(axis=1, keepdims=True)
        g["Wn"] += dn @ x[t].T
        g["Un"] += dn @ (gate * h).T
        g["bn"] += dn.sum(axis=1, keepdims=True)
        dh = dh * (1 - gate) + dgh * gate + Uf.T @ dg
    g["h0"] = dh
    return g


rng = np.random.default_rng(69)
T, D, H, B = 4, 2, 3, 2
arrays = {"x": rng.normal(size=(T, D, B)), "h0": rng.normal(size=(H, B))}
for k in "fn":
    arrays["W" + k], arrays["U" + k] = rng.normal(size=(H, D)), rng.normal(size=(H, H))
    arrays["b" + k] = rng.normal(size=(H, 1))
