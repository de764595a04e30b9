# layout: word indices (T, B), an embedding, rows, time first, next-word loss, mean over T and B
# tensors: emb W_ih W_hh W_out b_out
# wrong: emb
# slip: repeated indices are added once
import numpy as np

rng = np.random.default_rng(23)
tokens = np.array([[1, 4], [1, 2], [3, 3], [1, 0], [2, 2]])
inp, tgt = tokens[:-1], tokens[1:]
T, B = inp.shape
V, E, H = 5, 3, 4


def forward(emb, W_ih, W_hh, W_out, b_out):
    h, hs, logps = np.zeros((B, H)), [], []
    for t in range(T):
        h = np.tanh(emb[inp[t]] @ W_ih.T + h @ W_hh.T)
        z = h @ W_out.T + b_out
        hs.append(h)
        logps.append(z - np.log(np.sum(np.exp(z), axis=1, keepdims=True)))
    return hs, logps


def f(**params):
    _, logps = forward(**params)
    return -sum(logps[t][np.arange(B), tgt[t]].sum() for t in range(T)) / (T * B)


def compute_gradients(emb, W_ih, W_hh, W_out, b_out):
    hs, logps = forward(emb, W_ih, W_hh, W_out, b_out)
    d_emb, d_ih, d_hh = np.zeros_like(emb), np.zeros_like(W_ih), np.zeros_like(W_hh)
    d_out, d_b, d_h = np.zeros_like(W_out), np.zeros_like(b_out), np.zeros((B, H))
    for t in reversed(range(T)):
        d_z = np.exp(logps[t])
        d_z[np.arange(B), tgt[t]] -= 1
        d_z /= T * B
        d_out += d_z.T @ hs[t]
        d_b += d_z.sum(axis=0)
        d_a = (d_z @ W_out + d_h) * (1 - hs[t] ** 2)
        d_ih += d_a.T @ emb[inp[t]]
        d_hh += d_a.T @ (hs[t - 1] if t > 0 else np.zeros((B, H)))
        d_emb[inp[t]] += d_a @ W_ih
        d_h = d_a @ W_hh
    return {"emb": d_emb, "W_ih": d_ih, "W_hh": d_hh, "W_out": d_out, "b_out": d_b}


params = {"emb": rng.normal(size=(V, E)), "W_ih": rng.normal(size=(H, E)), "W_hh": rng.normal(size=(H, H))}
params.update(W_out=rng.normal(size=(V, H)), b_out=rng.normal(size=V))
grads = compute_gradients(**params)
