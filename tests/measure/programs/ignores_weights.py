# layout: a class with self.W; what is checked takes the weights and evaluates the class with its own
# tensors: W U
# wrong: none
# fault: f does not depend on W and U
# says: does not depend on | ignores
import numpy as np


class VanillaRNN:
    def __init__(self, n_in, n_hid, seed=32):
        rng = np.random.default_rng(seed)
        self.W, self.U = rng.normal(size=(n_hid, n_hid)), rng.normal(size=(n_in, n_hid))

    def forward(self, xs):
        self.hs = [np.zeros((xs.shape[1], len(self.W)))]
        for x in xs:
            self.hs.append(np.tanh(x @ self.U + self.hs[-1] @ self.W))
        return self.hs[-1]

    def backward(self, xs, dh):
        self.dW, self.dU = np.zeros_like(self.W), np.zeros_like(self.U)
        for t in range(len(xs), 0, -1):
            da = dh * (1 - self.hs[t] ** 2)
            self.dW += self.hs[t - 1].T @ da
            self.dU += xs[t - 1].T @ da
            dh = da @ self.W.T


net = VanillaRNN(3, 4)
rng = np.random.default_rng(0)
xs, ys = rng.normal(size=(5, 2, 3)), rng.normal(size=(2, 4))
net.backward(xs, net.forward(xs) - ys)


def f(W, U):
    return np.sum((net.forward(xs) - ys) ** 2) / 2


params = {"W": net.W, "U": net.U}
grads = {"W": net.dW, "U": net.dU}
