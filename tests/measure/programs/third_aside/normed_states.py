# layout: layer norm before tanh, a class, batch first, rows, counts predicted at the last step, mean
# tensors: Wx Wh gain shift Wo
# wrong: Wx Wh gain shift
# slip: layer norm differentiated with its mean and deviation held constant
import numpy as np

rng = np.random.default_rng(310)
B, T, D, H, K = 3, 4, 2, 6, 5
EPS = 1e-5
inputs, counts = rng.normal(size=(B, T, D)), rng.poisson(2.0, size=(B, K))


class LayerNormRNN:
    def __init__(self, Wx, Wh, gain, shift, Wo):
        self.Wx, self.Wh, self.gain, self.shift, self.Wo = Wx, Wh, gain, shift, Wo

    def normalise(self, a):
        centred = a - a.mean(axis=1, keepdims=True)
        std = np.sqrt((centred**2).mean(axis=1, keepdims=True) + EPS)
        return centred / std, std

    def forward(self):
        self.cache = []
        h = np.zeros((B, H))
        for t in range(T):
            before = h
            normed, std = self.normalise(inputs[:, t] @ self.Wx + before @ self.Wh)
            h = np.tanh(self.gain * normed + self.shift)
            self.cache.append((before, normed, std, h))
        self.score = h @ self.Wo
        return np.sum(np.exp(self.score) - counts * self.score) / B

    def backward(self):
        self.forward()
        names = ("Wx", "Wh", "gain", "shift", "Wo")
        grad = {name: np.zeros_like(getattr(self, name)) for name in names}
        dscore = (np.exp(self.score) - counts) / B
        grad["Wo"] += self.cache[-1][3].T @ dscore
        dh = dscore @ self.Wo.T
        for t in reversed(range(T)):
            before, normed, std, h = self.cache[t]
            du = dh * (1 - h**2)
            grad["gain"] += (du * normed).sum(axis=0)
            grad["shift"] += du.sum(axis=0)
            da = du * self.gain / std
            grad["Wx"] += inputs[:, t].T @ da
            grad["Wh"] += before.T @ da
            dh = da @ self.Wh.T
        return grad


def f(**weights):
    return LayerNormRNN(**weights).forward()


params = {"Wx": rng.normal(size=(D, H)), "Wh": rng.normal(size=(H, H)), "Wo": rng.normal(size=(H, K)) / 2}
params |= {"gain": rng.uniform(0.5, 1.5, size=H), "shift": rng.normal(size=H) / 2}
grads = LayerNormRNN(**params).backward()
