# layout: bidirectional, time first, rows, states of both ways side by side, regression, nested dictionaries
# tensors: fwd.Wx fwd.Wh bwd.Wx bwd.Wh out
# wrong: none
# call: f(params)
import numpy as np

rng = np.random.default_rng(8)
T, B, D, H = 4, 3, 2, 3
x, target = rng.normal(size=(T, B, D)), rng.normal(size=(T, B))


def scan(xs, cell):
    h, hs = np.zeros((B, H)), []
    for x_t in xs:
        h = np.tanh(x_t @ cell["Wx"] + h @ cell["Wh"])
        hs.append(h)
    return np.stack(hs)


def scan_back(xs, hs, dhs, cell):
    g = {"Wx": np.zeros_like(cell["Wx"]), "Wh": np.zeros_like(cell["Wh"])}
    carry = np.zeros((B, H))
    for t in range(T - 1, -1, -1):
        da = (dhs[t] + carry) * (1 - hs[t] ** 2)
        g["Wx"] += xs[t].T @ da
        g["Wh"] += (hs[t - 1] if t > 0 else np.zeros((B, H))).T @ da
        carry = da @ cell["Wh"].T
    return g


def predict(params):
    a = scan(x, params["fwd"])
    b = scan(x[::-1], params["bwd"])[::-1]
    both = np.concatenate([a, b], axis=2)
    return a, b, both, both @ params["out"]


def f(params):
    return np.sum((predict(params)[3] - target) ** 2)


params = {}
for way in ("fwd", "bwd"):
    params[way] = {"Wx": rng.normal(size=(D, H)), "Wh": rng.normal(size=(H, H))}
params["out"] = rng.normal(size=2 * H)
a, b, both, pred = predict(params)
dpred = 2 * (pred - target)
dboth = dpred[..., None] * params["out"]
grads = {
    "fwd": scan_back(x, a, dboth[..., :H], params["fwd"]),
    "bwd": scan_back(x[::-1], b[::-1], dboth[::-1, :, H:], params["bwd"]),
    "out": np.einsum("tb,tbh->h", dpred, both),
}
