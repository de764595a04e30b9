# layout: bidirectional, last states of both ways side by side, one sequence, flat vectors, regression
# tensors: forth.U forth.W back.U back.W out
# wrong: forth.U forth.W back.U back.W
# slip: the halves are swapped
# call: f(params)
import numpy as np

rng = np.random.default_rng(62)
T, D, H = 4, 2, 3
xs, target = rng.normal(size=(T, D)), np.array([0.7, -1.2])


def encode(seq, cell):
    hs = [np.zeros(H)]
    for x in seq:
        hs.append(np.tanh(cell["U"] @ x + cell["W"] @ hs[-1]))
    return hs


def forward(params):
    hf, hb = encode(xs, params["forth"]), encode(xs[::-1], params["back"])
    features = np.concatenate([hf[-1], hb[-1]])
    return hf, hb, features, params["out"] @ features


def f(params):
    y = forward(params)[3]
    return ((y - target) ** 2).sum() / 2


def encode_backward(seq, hs, dh, cell):
    dU, dW = np.zeros_like(cell["U"]), np.zeros_like(cell["W"])
    for t in range(len(seq) - 1, -1, -1):
        dz = dh * (1 - hs[t + 1] ** 2)
        dU += dz[:, None] * seq[t]
        dW += dz[:, None] * hs[t]
        dh = cell["W"].T @ dz
    return {"U": dU, "W": dW}


def backward(params):
    hf, hb, features, y = forward(params)
    dy = y - target
    dfeat = params["out"].T @ dy
    dhb, dhf = dfeat[:H], dfeat[H:]
    return {
        "forth": encode_backward(xs, hf, dhf, params["forth"]),
        "back": encode_backward(xs[::-1], hb, dhb, params["back"]),
        "out": np.outer(dy, features),
    }


params = {way: {"U": rng.normal(size=(H, D)), "W": rng.normal(size=(H, H))} for way in ("forth", "back")}
params["out"] = rng.normal(size=(2, 2 * H))
grads = backward(params)
