# layout: leaky units with rate alpha, weight decay written out, vectors, Huber-like log cosh loss, all steps
# tensors: W_in W_rec W_out alpha
# wrong: none
import numpy as np

rng = np.random.default_rng(70)
T, D, H, K, lam = 6, 2, 4, 2, 1e-2
u, target = rng.normal(size=(T, D)), rng.normal(size=(T, K))


def simulate(W_in, W_rec, W_out, alpha):
    r, trace = np.zeros(H), []
    for t in range(T):
        s = np.tanh(W_in @ u[t] + W_rec @ r)
        trace.append((r, s))
        r = (1 - alpha) * r + alpha * s
    rates = [r_ for r_, _ in trace[1:]] + [r]
    return trace, np.array(rates), np.array([W_out @ r_ for r_ in rates])


def f(W_in, W_rec, W_out, alpha):
    *_, z = simulate(W_in, W_rec, W_out, alpha)
    decay = lam * ((W_rec**2).sum() + (W_out**2).sum())
    return np.log(np.cosh(z - target)).sum() / T + decay


def f_grad(W_in, W_rec, W_out, alpha):
    trace, rates, z = simulate(W_in, W_rec, W_out, alpha)
    dz = np.tanh(z - target) / T
    gW_out = dz.T @ rates + 2 * lam * W_out
    gW_in, gW_rec, g_alpha, dr = np.zeros_like(W_in), 2 * lam * W_rec, 0.0, np.zeros(H)
    for t in range(T - 1, -1, -1):
        r, s = trace[t]
        dr = dr + W_out.T @ dz[t]
        g_alpha += dr @ (s - r)
        da = alpha * dr * (1 - s**2)
        gW_in += np.outer(da, u[t])
        gW_rec += np.outer(da, r)
        dr = (1 - alpha) * dr + W_rec.T @ da
    return {"W_in": gW_in, "W_rec": gW_rec, "W_out": gW_out, "alpha": np.array(g_alpha)}


params = {"W_in": rng.normal(size=(H, D)), "W_rec": rng.normal(size=(H, H)) / 2}
params |= {"W_out": rng.normal(size=(K, H)), "alpha": np.array(0.3)}
grads = f_grad(**params)
