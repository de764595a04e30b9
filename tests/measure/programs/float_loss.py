# layout: returns float(loss), time first, rows, cross-entropy, mean over T
# tensors: U W V
# wrong: none
# fault: f makes a real number of its loss by float()
# says: float(
import numpy as np

rng = np.random.default_rng(33)
seq, lab = rng.normal(size=(5, 1, 3)), rng.integers(0, 4, 5)


def softmax(o):
    o = np.exp(o)
    return o / o.sum()


def forward_pass(U, W, V):
    s, probs = [np.zeros((1, 4))], []
    for x in seq:
        s.append(np.tanh(x @ U + s[-1] @ W))
        probs.append(softmax(s[-1] @ V))
    return s, probs


def f(U, W, V):
    _, probs = forward_pass(U, W, V)
    loss = sum(-np.log(p[0, k]) for p, k in zip(probs, lab, strict=True))
    return float(loss / len(lab))


def bptt(U, W, V):
    s, probs = forward_pass(U, W, V)
    dU, dW, dV, ds = np.zeros_like(U), np.zeros_like(W), np.zeros_like(V), 0
    for t in range(len(lab) - 1, -1, -1):
        delta = probs[t].copy()
        delta[0, lab[t]] -= 1.0
        delta /= len(lab)
        dV += s[t + 1].T @ delta
        da = (delta @ V.T + ds) * (1 - s[t + 1] ** 2)
        dU += seq[t].T @ da
        dW += s[t].T @ da
        ds = da @ W.T
    return dU, dW, dV


params = {"U": rng.normal(size=(3, 4)), "W": rng.normal(size=(4, 4)), "V": rng.normal(size=(4, 4))}
grads = dict(zip("UWV", bptt(**params), strict=True))
