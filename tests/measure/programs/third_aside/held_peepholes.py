# layout: LSTM with peepholes, padded batch, state held over padding, gates stacked, softmax with temperature
# tensors: W R P b Wy
# wrong: none
import numpy as np

rng = np.random.default_rng(311)
B, T, D, H, K, TEMPERATURE = 4, 6, 2, 3, 5, 1.7
lengths, y = np.array([6, 3, 5, 2]), np.array([0, 4, 2, 2])
x = rng.normal(size=(B, T, D))
alive = (np.arange(T) < lengths[:, None]).astype(float)[:, :, None]


def logistic(a):
    return 1 / (1 + np.exp(-a))


def unroll(W, R, P, b, Wy):
    """P[0], P[1] look at the old cell (input, forget gate), P[2] at the new one (output gate)."""
    h = c = np.zeros((B, H))
    steps = []
    for t in range(T):
        zi, zf, zo, zg = np.split(x[:, t] @ W + h @ R + b, 4, axis=1)
        i, f_, g = logistic(zi + P[0] * c), logistic(zf + P[1] * c), np.tanh(zg)
        new_c = f_ * c + i * g
        o = logistic(zo + P[2] * new_c)
        steps.append((h, c, i, f_, o, g, new_c))
        h, c = np.where(alive[:, t], [o * np.tanh(new_c), new_c], [h, c])
    e = np.exp(h @ Wy / TEMPERATURE)
    return steps, h, e / e.sum(1, keepdims=True)


def f(W, R, P, b, Wy):
    return -np.log(unroll(W, R, P, b, Wy)[2][np.arange(B), y]).mean()


def df(W, R, P, b, Wy):
    steps, h_end, prob = unroll(W, R, P, b, Wy)
    prob[np.arange(B), y] -= 1
    dlogit = prob / B / TEMPERATURE
    gW, gR, gP, gb = np.zeros_like(W), np.zeros_like(R), np.zeros_like(P), np.zeros_like(b)
    dh, dc = dlogit @ Wy.T, np.zeros((B, H))
    for t in range(T - 1, -1, -1):
        h, c, i, f_, o, g, new_c = steps[t]
        m, th = alive[:, t], np.tanh(new_c)
        do = m * dh * th * o * (1 - o)
        dnew = m * dc + m * dh * o * (1 - th**2) + do * P[2]
        di, df_ = dnew * g * i * (1 - i), dnew * c * f_ * (1 - f_)
        dz = np.hstack([di, df_, do, dnew * i * (1 - g**2)])
        gW += x[:, t].T @ dz
        gR += h.T @ dz
        gb += dz.sum(0)
        gP += [(di * c).sum(0), (df_ * c).sum(0), (do * new_c).sum(0)]
        dh = (1 - m) * dh + dz @ R.T
        dc = (1 - m) * dc + dnew * f_ + di * P[0] + df_ * P[1]
    return {"W": gW, "R": gR, "P": gP, "b": gb, "Wy": h_end.T @ dlogit}


params = {"W": rng.normal(size=(D, 4 * H)), "R": rng.normal(size=(H, 4 * H)), "P": rng.normal(size=(3, H))}
params |= {"b": rng.normal(size=4 * H), "Wy": rng.normal(size=(H, K))}
grads = df(**params)
