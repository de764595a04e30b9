# layout: time first, batch, einsum, attention over the states of all steps, one output, half mean square
# tensors: W_x W_h A v C
# wrong: W_x W_h A v
# slip: softmax of the attention differentiated like a sigmoid, a(1 - a) on the diagonal only
import numpy as np

rng = np.random.default_rng(303)
T, B, D, H, M, K = 5, 6, 2, 4, 3, 7
x, target = rng.normal(size=(T, B, D)), rng.normal(size=(B, K))
h_init = rng.normal(size=(B, H))


def forward(W_x, W_h, A, v, C):
    h = [h_init]
    for t in range(T):
        h.append(np.tanh(x[t] @ W_x + h[-1] @ W_h))
    h = np.stack(h)
    key = np.tanh(np.einsum("tbh,hm->tbm", h[1:], A))
    energy = np.einsum("tbm,m->tb", key, v)
    attn = np.exp(energy) / np.exp(energy).sum(axis=0)
    context = np.einsum("tb,tbh->bh", attn, h[1:])
    return h, key, attn, context, context @ C


def f(W_x, W_h, A, v, C):
    *_, out = forward(W_x, W_h, A, v, C)
    return 0.5 * ((out - target) ** 2).sum() / B


def backward(W_x, W_h, A, v, C):
    h, key, attn, context, out = forward(W_x, W_h, A, v, C)
    d_out = (out - target) / B
    d_context = d_out @ C.T
    d_attn = np.einsum("bh,tbh->tb", d_context, h[1:])
    d_energy = attn * (1 - attn) * d_attn
    d_key = np.einsum("tb,m->tbm", d_energy, v) * (1 - key**2)
    d_states = np.einsum("tb,bh->tbh", attn, d_context) + np.einsum("tbm,hm->tbh", d_key, A)
    g = {"C": context.T @ d_out, "v": np.einsum("tbm,tb->m", key, d_energy)}
    g["A"] = np.einsum("tbh,tbm->hm", h[1:], d_key)
    d_pre = np.zeros((T, B, H))
    d_next = np.zeros((B, H))
    for t in range(T)[::-1]:
        d_pre[t] = (d_states[t] + d_next) * (1 - h[t + 1] ** 2)
        d_next = d_pre[t] @ W_h.T
    g["W_x"] = np.einsum("tbd,tbh->dh", x, d_pre)
    g["W_h"] = np.einsum("tbi,tbj->ij", h[:-1], d_pre)
    return g


params = {"W_x": rng.normal(size=(D, H)), "W_h": rng.normal(size=(H, H)), "A": rng.normal(size=(H, M))}
params |= {"v": rng.normal(size=M), "C": rng.normal(size=(H, K))}
grads = backward(**params)
