# layout: einsum throughout, batch in front, logistic output at every step, states in one array, sum
# tensors: w_in w_rec w_out
# wrong: w_in w_rec
# slip: W not transposed
import numpy as np

rng = np.random.default_rng(67)
n, steps, d, m = 3, 4, 2, 4
x, y = rng.normal(size=(n, steps, d)), rng.integers(0, 2, size=(n, steps))


def run(w_in, w_rec, w_out):
    h = [np.zeros((n, m))]
    drive = np.einsum("btd,dm->btm", x, w_in)
    for t in range(steps):
        h.append(np.tanh(drive[:, t] + np.einsum("bi,ij->bj", h[t], w_rec)))
    h = np.stack(h, axis=1)
    return h, np.einsum("btm,m->bt", h[:, 1:], w_out)


def f(w_in, w_rec, w_out):
    _, s = run(w_in, w_rec, w_out)
    return np.sum(np.log(1 + np.exp(s)) - y * s)


def grad(w_in, w_rec, w_out):
    h, s = run(w_in, w_rec, w_out)
    ds = 1 / (1 + np.exp(-s)) - y
    da = np.einsum("bt,m->btm", ds, w_out)
    for t in range(steps - 1, -1, -1):
        if t < steps - 1:
            da[:, t] += np.einsum("bj,ji->bi", da[:, t + 1], w_rec)
        da[:, t] *= 1 - h[:, t + 1] ** 2
    return {
        "w_in": np.einsum("btd,btm->dm", x, da),
        "w_rec": np.einsum("bti,btj->ij", h[:, :-1], da),
        "w_out": np.einsum("btm,bt->m", h[:, 1:], ds),
    }


params = {"w_in": rng.normal(size=(d, m)), "w_rec": rng.normal(size=(m, m)), "w_out": rng.normal(size=m)}
grads = grad(**params)
