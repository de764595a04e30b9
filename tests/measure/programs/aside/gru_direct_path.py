# layout: one step of a GRU, column vectors, upstream gradient instead of a loss, a matrix per gate
# tensors: x h Wz Uz Wr Ur Wn Un
# wrong: h
# slip: a term is dropped
# says: vjpcheck
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gates(x, h, Wz, Uz, Wr, Ur, Wn, Un):
    z = sigmoid(Wz @ x + Uz @ h)
    r = sigmoid(Wr @ x + Ur @ h)
    return z, r, np.tanh(Wn @ x + Un @ (r * h))


def forward(**arrays):
    z, _, n = gates(**arrays)
    return z * arrays["h"] + (1 - z) * n


def backward(dout, x, h, Wz, Uz, Wr, Ur, Wn, Un):
    z, r, n = gates(x, h, Wz, Uz, Wr, Ur, Wn, Un)
    dn = dout * (1 - z) * (1 - n**2)
    dz = dout * (h - n) * z * (1 - z)
    drh = Un.T @ dn
    dr = drh * h * r * (1 - r)
    return {
        "x": Wz.T @ dz + Wr.T @ dr + Wn.T @ dn,
        "h": Uz.T @ dz + Ur.T @ dr + drh * r,
        "Wz": dz @ x.T,
        "Uz": dz @ h.T,
        "Wr": dr @ x.T,
        "Ur": dr @ h.T,
        "Wn": dn @ x.T,
        "Un": dn @ (r * h).T,
    }


rng = np.random.default_rng(48)
arrays = {"x": rng.normal(size=(3, 1)), "h": np.tanh(rng.normal(size=(4, 1)))}
for gate in "zrn":
    arrays |= {"W" + gate: rng.normal(size=(4, 3)), "U" + gate: rng.normal(size=(4, 4))}
