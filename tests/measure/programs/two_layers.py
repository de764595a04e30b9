# layout: two layers, a list of dictionaries and an output matrix, rows, time first, last step, mean
# tensors: layers[0].W layers[0].U layers[0].b layers[1].W layers[1].U layers[1].b V
# wrong: layers[0].b layers[1].b
# slip: overwritten, not added up
# call: f(params)
import numpy as np

rng = np.random.default_rng(29)
T, B, H, K = 3, 4, 3, 3
x, label = rng.normal(size=(T, B, 2)), rng.integers(0, K, B)


def run(params):
    h = [[np.zeros((B, H))] for _ in params["layers"]]
    for t in range(T):
        below = x[t]
        for k, p in enumerate(params["layers"]):
            below = np.tanh(below @ p["U"] + h[k][-1] @ p["W"] + p["b"])
            h[k].append(below)
    z = np.exp(h[-1][-1] @ params["V"])
    return h, z / z.sum(axis=1, keepdims=True)


def f(params):
    return -np.log(run(params)[1][np.arange(B), label]).mean()


def backward(params):
    h, prob = run(params)
    prob[np.arange(B), label] -= 1
    prob /= B
    grads = {
        "V": h[-1][-1].T @ prob,
        "layers": [{k: np.zeros_like(v) for k, v in p.items()} for p in params["layers"]],
    }
    carry = [np.zeros((B, H)), prob @ params["V"].T]
    for t in range(T, 0, -1):
        dh = np.zeros((B, H))
        for k in (1, 0):
            p, g = params["layers"][k], grads["layers"][k]
            da = (dh + carry[k]) * (1 - h[k][t] ** 2)
            g["U"] += (h[0][t] if k else x[t - 1]).T @ da
            g["W"] += h[k][t - 1].T @ da
            g["b"] = da.sum(axis=0)
            carry[k], dh = da @ p["W"].T, da @ p["U"].T
    return grads


def layer(n):
    return {"W": rng.normal(size=(H, H)), "U": rng.normal(size=(n, H)), "b": rng.normal(size=H)}


params = {"layers": [layer(2), layer(H)], "V": rng.normal(size=(H, K))}
grads = backward(params)
