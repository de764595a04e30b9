# layout: a stateful class that carries h into the next call, one sequence, vectors, regression, sum
# tensors: Wx Wh
# wrong: none
# fault: f keeps a state
# says: state | two values
import numpy as np


class Stateful:
    def __init__(self, n_in, n_hidden):
        self.h = np.zeros(n_hidden)

    def forward(self, x, Wx, Wh):
        self.hs = [self.h]
        for x_t in x:
            self.h = np.tanh(Wx @ x_t + Wh @ self.h)
            self.hs.append(self.h)
        return np.array(self.hs[1:])

    def backward(self, x, dhs, Wx, Wh):
        dWx, dWh, d = np.zeros_like(Wx), np.zeros_like(Wh), 0
        for t in reversed(range(len(x))):
            d = (dhs[t] + d) * (1 - self.hs[t + 1] ** 2)
            dWx += np.outer(d, x[t])
            dWh += np.outer(d, self.hs[t])
            d = Wh.T @ d
        return {"Wx": dWx, "Wh": dWh}


rng = np.random.default_rng(31)
x, y = rng.normal(size=(6, 2)), rng.normal(size=(6, 4))
cell = Stateful(2, 4)
params = {"Wx": rng.normal(size=(4, 2)), "Wh": rng.normal(size=(4, 4))}
out = cell.forward(x, **params)
grads = cell.backward(x, out - y, **params)


def f(Wx, Wh):
    return 0.5 * np.sum((cell.forward(x, Wx, Wh) - y) ** 2)
