# layout: LSTM, a matrix per gate over [h, x] side by side, rows, last state, tuples of W and b
# tensors: gates.i[0] gates.i[1] gates.f[0] gates.f[1] gates.o[0] gates.o[1] gates.g[0] gates.g[1] out
# wrong: gates.i[0] gates.i[1] gates.f[0] gates.f[1] gates.o[0] gates.o[1] gates.g[0] gates.g[1]
# slip: missing tanh′
# call: f(params)
import numpy as np

rng = np.random.default_rng(27)
T, B, D, H = 4, 3, 2, 3
x, y = rng.normal(size=(T, B, D)), rng.normal(size=B)
act = {"i": lambda a: 1 / (1 + np.exp(-a)), "g": np.tanh}
act["f"] = act["o"] = act["i"]


def run(params):
    h = c = np.zeros((B, H))
    tape = []
    for t in range(T):
        hx = np.hstack([h, x[t]])
        s = {k: act[k](hx @ W + b) for k, (W, b) in params["gates"].items()}
        tape.append((hx, s, c))
        c = s["f"] * c + s["i"] * s["g"]
        s["c"] = c
        h = s["o"] * np.tanh(c)
    return h, tape


def f(params):
    return 0.5 * np.sum((run(params)[0] @ params["out"] - y) ** 2)


def backward(params):
    h, tape = run(params)
    err = h @ params["out"] - y
    dh, dc = np.outer(err, params["out"]), 0
    grads = {k: [0, 0] for k in params["gates"]}
    for hx, s, c_prev in reversed(tape):
        dc = dc + dh * s["o"]
        up = {"o": dh * np.tanh(s["c"]), "f": dc * c_prev, "i": dc * s["g"], "g": dc * s["i"]}
        dhx = 0
        for k, (W, _) in params["gates"].items():
            da = up[k] * (1 - s[k] ** 2 if k == "g" else s[k] * (1 - s[k]))
            grads[k][0] += hx.T @ da
            grads[k][1] += da.sum(axis=0)
            dhx = dhx + da @ W.T
        dh, dc = dhx[:, :H], dc * s["f"]
    return {"gates": {k: tuple(g) for k, g in grads.items()}, "out": h.T @ err}


params = {
    "gates": {k: (rng.normal(size=(H + D, H)), rng.normal(size=H)) for k in "ifog"},
    "out": rng.normal(size=H),
}
grads = backward(params)
