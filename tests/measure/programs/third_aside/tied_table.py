# layout: language model, one table for input and output words, batch first, rows, mean over all words
# tensors: E Wx Wh P
# wrong: E
# slip: tied weights, the gradient through the input overwrites the one through the output instead of adding
# call: f(params)
import numpy as np

rng = np.random.default_rng(304)
BATCH, STEPS, VOCAB, EMB, HID = 2, 4, 6, 3, 5
text = rng.integers(0, VOCAB, size=(BATCH, STEPS + 1))
src, dst = text[:, :-1], text[:, 1:]


def forward(p):
    x = p["E"][src]
    hs = [np.zeros((BATCH, HID))]
    for t in range(STEPS):
        hs.append(np.tanh(x[:, t] @ p["Wx"] + hs[-1] @ p["Wh"]))
    out = np.stack(hs[1:], axis=1) @ p["P"]
    logits = out @ p["E"].T
    probs = np.exp(logits)
    return x, hs, out, probs / probs.sum(axis=2, keepdims=True)


def f(p):
    probs = forward(p)[-1]
    picked = np.take_along_axis(probs, dst[:, :, None], axis=2)
    return -np.log(picked).sum() / (BATCH * STEPS)


def backward(p):
    x, hs, out, probs = forward(p)
    grad = {}
    dlogits = (probs - np.eye(VOCAB)[dst]) / (BATCH * STEPS)
    grad["E"] = np.einsum("btv,bte->ve", dlogits, out)
    dout = dlogits @ p["E"]
    states = np.stack(hs[1:], axis=1)
    grad["P"] = np.einsum("bth,bte->he", states, dout)
    dstates = dout @ p["P"].T
    grad["Wx"], grad["Wh"] = np.zeros_like(p["Wx"]), np.zeros_like(p["Wh"])
    dx, dh = np.zeros_like(x), np.zeros((BATCH, HID))
    for t in reversed(range(STEPS)):
        dz = (dh + dstates[:, t]) * (1 - hs[t + 1] ** 2)
        grad["Wx"] += x[:, t].T @ dz
        grad["Wh"] += hs[t].T @ dz
        dx[:, t] = dz @ p["Wx"].T
        dh = dz @ p["Wh"].T
    grad["E"] = np.zeros_like(p["E"])
    np.add.at(grad["E"], src, dx)
    return grad


params = {
    "E": rng.normal(size=(VOCAB, EMB)),
    "Wx": rng.normal(size=(EMB, HID)),
    "Wh": rng.normal(size=(HID, HID)),
    "P": rng.normal(size=(HID, EMB)),
}
grads = backward(params)
