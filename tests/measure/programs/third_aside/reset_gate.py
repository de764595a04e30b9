# layout: GRU layer, a sequence in and states out, upstream gradient, time first, batch in rows, no biases
# tensors: x h0 Wz Uz Wr Ur Wc Uc
# wrong: Uc
# slip: gradient of the candidate's recurrent weight made with h, not with the reset state r * h
# says: vjpcheck
import numpy as np


def sig(a):
    return 1.0 / (1.0 + np.exp(-a))


def step(x_t, h, Wz, Uz, Wr, Ur, Wc, Uc):
    z = sig(x_t @ Wz + h @ Uz)
    r = sig(x_t @ Wr + h @ Ur)
    c = np.tanh(x_t @ Wc + (r * h) @ Uc)
    return z, r, c, z * h + (1 - z) * c


def forward(x, h0, Wz, Uz, Wr, Ur, Wc, Uc):
    h, hs = h0, []
    for x_t in x:
        *_, h = step(x_t, h, Wz, Uz, Wr, Ur, Wc, Uc)
        hs.append(h)
    return np.stack(hs)


def backward(dout, x, h0, Wz, Uz, Wr, Ur, Wc, Uc):
    states = np.concatenate([h0[None], forward(x, h0, Wz, Uz, Wr, Ur, Wc, Uc)])
    dWz, dUz, dWr, dUr, dWc, dUc = (np.zeros_like(m) for m in (Wz, Uz, Wr, Ur, Wc, Uc))
    dx = np.empty_like(x)
    dh = np.zeros_like(h0)
    for t in range(x.shape[0])[::-1]:
        h = states[t]
        z, r, c, _ = step(x[t], h, Wz, Uz, Wr, Ur, Wc, Uc)
        dh = dh + dout[t]
        dac = dh * (1 - z) * (1 - c * c)
        daz = dh * (h - c) * z * (1 - z)
        drh = dac @ Uc.T
        dar = drh * h * r * (1 - r)
        dWc += x[t].T @ dac
        dUc += h.T @ dac
        dWz += x[t].T @ daz
        dUz += h.T @ daz
        dWr += x[t].T @ dar
        dUr += h.T @ dar
        dx[t] = dac @ Wc.T + daz @ Wz.T + dar @ Wr.T
        dh = dh * z + drh * r + daz @ Uz.T + dar @ Ur.T
    return {"x": dx, "h0": dh, "Wz": dWz, "Uz": dUz, "Wr": dWr, "Ur": dUr, "Wc": dWc, "Uc": dUc}


rng = np.random.default_rng(305)
T, B, D, H = 5, 2, 3, 4
arrays = {"x": rng.normal(size=(T, B, D)), "h0": rng.normal(size=(B, H))}
for gate in "zrc":
    arrays["W" + gate] = rng.normal(size=(D, H))
    arrays["U" + gate] = rng.normal(size=(H, H))
