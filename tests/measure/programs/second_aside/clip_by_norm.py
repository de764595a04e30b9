# layout: rows, batch first, cross-entropy at the last step, mean, gradients scaled down to a norm at the end
# tensors: W_in W_rec b W_out
# wrong: W_in W_rec b W_out
# slip: the gradients are clipped
import numpy as np

rng = np.random.default_rng(61)
N, T, D, H, C = 4, 5, 3, 5, 3
inputs, labels = rng.normal(size=(N, T, D)), rng.integers(0, C, N)
MAX_NORM = 0.5


def forward(W_in, W_rec, b, W_out):
    states = [np.zeros((N, H))]
    for t in range(T):
        states.append(np.tanh(inputs[:, t] @ W_in + states[-1] @ W_rec + b))
    h = np.stack(states, axis=1)
    logits = h[:, -1] @ W_out
    return h, logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))


def f(W_in, W_rec, b, W_out):
    return -forward(W_in, W_rec, b, W_out)[1][np.arange(N), labels].mean()


def backward(W_in, W_rec, b, W_out):
    h, logp = forward(W_in, W_rec, b, W_out)
    dlogits = np.exp(logp)
    dlogits[np.arange(N), labels] -= 1
    dlogits /= N
    grads = {"W_in": 0, "W_rec": 0, "b": 0, "W_out": h[:, -1].T @ dlogits}
    dh = dlogits @ W_out.T
    for t in range(T, 0, -1):
        dz = dh * (1 - h[:, t] ** 2)
        grads["W_in"] = grads["W_in"] + inputs[:, t - 1].T @ dz
        grads["W_rec"] = grads["W_rec"] + h[:, t - 1].T @ dz
        grads["b"] = grads["b"] + dz.sum(axis=0)
        dh = dz @ W_rec.T
    norm = np.sqrt(sum((g**2).sum() for g in grads.values()))
    scale = min(1.0, MAX_NORM / norm)
    return {name: g * scale for name, g in grads.items()}


params = {"W_in": rng.normal(size=(D, H)), "W_rec": rng.normal(size=(H, H)) / 2, "b": rng.normal(size=H)}
params["W_out"] = 2 * rng.normal(size=(H, C))
grads = backward(**params)
