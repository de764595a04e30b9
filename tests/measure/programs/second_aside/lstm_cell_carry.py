# layout: LSTM, fused gates in rows, batch first, a class with a cache, sum of squares of the last state
# tensors: Wx Wh b
# wrong: Wx Wh b
# slip: a factor is dropped
import numpy as np

rng = np.random.default_rng(64)
B, T, D, H = 2, 5, 3, 3
x, goal = rng.normal(size=(B, T, D)), rng.normal(size=(B, H))


def sigm(z):
    return 1.0 / (1.0 + np.exp(-z))


class LSTM:
    def __init__(self, Wx, Wh, b):
        self.Wx, self.Wh, self.b = Wx, Wh, b

    def forward(self, x):
        h, c, self.cache = np.zeros((B, H)), np.zeros((B, H)), []
        for t in range(T):
            z = x[:, t].dot(self.Wx) + h.dot(self.Wh) + self.b
            i, f, o = sigm(z[:, :H]), sigm(z[:, H : 2 * H]), sigm(z[:, 2 * H : 3 * H])
            g = np.tanh(z[:, 3 * H :])
            c_next = f * c + i * g
            h_next = o * np.tanh(c_next)
            self.cache.append((h, c, i, f, o, g, c_next))
            h, c = h_next, c_next
        return h

    def backward(self, dh):
        dWx, dWh, db = np.zeros_like(self.Wx), np.zeros_like(self.Wh), np.zeros_like(self.b)
        dc = np.zeros((B, H))
        for t in range(T - 1, -1, -1):
            h_prev, c_prev, i, f, o, g, c_next = self.cache[t]
            tc = np.tanh(c_next)
            dc = dc + dh * o * (1 - tc * tc)
            dz = np.empty((B, 4 * H))
            dz[:, :H] = dc * g * i * (1 - i)
            dz[:, H : 2 * H] = dc * c_prev * f * (1 - f)
            dz[:, 2 * H : 3 * H] = dh * tc * o * (1 - o)
            dz[:, 3 * H :] = dc * i * (1 - g * g)
            dWx += x[:, t].T.dot(dz)
            dWh += h_prev.T.dot(dz)
            db += dz.sum(0)
            dh = dz.dot(self.Wh.T)
        return {"Wx": dWx, "Wh": dWh, "b": db}


def f(Wx, Wh, b):
    return 0.5 * np.sum((LSTM(Wx, Wh, b).forward(x) - goal) ** 2)


params = {"Wx": rng.normal(size=(D, 4 * H)), "Wh": rng.normal(size=(H, 4 * H)), "b": rng.normal(size=4 * H)}
model = LSTM(**params)
grads = model.backward(model.forward(x) - goal)
