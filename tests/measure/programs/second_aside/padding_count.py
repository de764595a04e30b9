# layout: padded batch with a mask, embedding, time first, rows, mean over the words that are there
# tensors: emb Wh bh Wo bo
# wrong: emb Wh bh Wo bo
# slip: the mean is over another count
import numpy as np

rng = np.random.default_rng(66)
V, H, PAD = 6, 4, 0
batch = np.array([[1, 3, 5, 2, 4], [2, 5, 1, 0, 0], [4, 1, 0, 0, 0]]).T
src, dst = batch[:-1], batch[1:]
mask = (dst != PAD).astype(float)


def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def forward(emb, Wh, bh, Wo, bo):
    n_steps, n_seq = src.shape
    hs = [np.zeros((n_seq, H))]
    for t in range(n_steps):
        hs.append(np.tanh(emb[src[t]] + hs[t] @ Wh + bh))
    hs = np.stack(hs)
    return hs, log_softmax(hs[1:] @ Wo + bo)


def f(**params):
    _, logp = forward(**params)
    picked = np.take_along_axis(logp, dst[..., None], axis=-1)[..., 0]
    return -(picked * mask).sum() / mask.sum()


def backward(emb, Wh, bh, Wo, bo):
    hs, logp = forward(emb, Wh, bh, Wo, bo)
    dlogits = (np.exp(logp) - np.eye(V)[dst]) * mask[..., None]
    dlogits = dlogits / dst.size
    demb, dWh, dbh = np.zeros_like(emb), np.zeros_like(Wh), np.zeros_like(bh)
    dhs = dlogits @ Wo.T
    dnext = 0
    for t in range(len(src))[::-1]:
        draw = (1 - hs[t + 1] ** 2) * (dhs[t] + dnext)
        np.add.at(demb, src[t], draw)
        dWh += hs[t].T @ draw
        dbh += draw.sum(axis=0)
        dnext = draw @ Wh.T
    return {
        "emb": demb,
        "Wh": dWh,
        "bh": dbh,
        "Wo": np.einsum("tbh,tbv->hv", hs[1:], dlogits),
        "bo": dlogits.sum(axis=(0, 1)),
    }


params = {
    "emb": rng.normal(size=(V, H)),
    "Wh": rng.normal(size=(H, H)),
    "bh": rng.normal(size=H),
    "Wo": rng.normal(size=(H, V)),
    "bo": rng.normal(size=V),
}
grads = backward(**params)
