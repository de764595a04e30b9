# layout: bidirectional, each operation returns its value and a pullback, vectors, log cosh loss, sum
# tensors: A_fwd A_bwd R_fwd R_bwd C
# wrong: none
# call: f(params)
import numpy as np

rng = np.random.default_rng(312)
T, D, H, K = 5, 2, 4, 3
obs, goal = rng.normal(size=(T, D)), rng.normal(size=(T, K))


def cell(A, R, u, h):
    out = np.tanh(A @ u + R @ h)

    def pull(dout):
        da = dout * (1 - out**2)
        return np.outer(da, u), np.outer(da, h), R.T @ da

    return out, pull


def scan(A, R, us):
    h, outs, pulls = np.ones(H) / 3, [], []
    for u in us:
        h, pull = cell(A, R, u, h)
        outs, pulls = [*outs, h], [*pulls, pull]

    def pullback(douts):
        total_A, total_R, dh = 0, 0, 0
        for t in reversed(range(T)):
            dA, dR, dh = pulls[t](dh + douts[t])
            total_A, total_R = total_A + dA, total_R + dR
        return total_A, total_R

    return np.array(outs), pullback


def network(p):
    right, pull_right = scan(p["A_fwd"], p["R_fwd"], obs)
    left, pull_left = scan(p["A_bwd"], p["R_bwd"], obs[::-1])
    both = np.concatenate([right, left[::-1]], axis=1)
    miss = both @ p["C"].T - goal

    def pullback():
        dmiss = np.tanh(miss)
        dright, dleft = np.split(dmiss @ p["C"], 2, axis=1)
        dA_fwd, dR_fwd = pull_right(dright)
        dA_bwd, dR_bwd = pull_left(dleft[::-1])
        return {"A_fwd": dA_fwd, "A_bwd": dA_bwd, "R_fwd": dR_fwd, "R_bwd": dR_bwd, "C": dmiss.T @ both}

    return np.log(np.cosh(miss)).sum(), pullback


def f(p):
    return network(p)[0]


params = {"A_fwd": rng.normal(size=(H, D)), "A_bwd": rng.normal(size=(H, D))}
params |= {"R_" + way: rng.normal(size=(H, H)) for way in ("fwd", "bwd")} | {"C": rng.normal(size=(K, 2 * H))}
grads = network(params)[1]()
