# layout: a class whose weights are attributes, set by the function that is checked, columns, regression
# tensors: Wx Wh
# wrong: none
# after: all(np.array_equal(getattr(net, name), original[name]) for name in original)
import numpy as np

rng = np.random.default_rng(9)


class Net:
    def __init__(self):
        self.Wx, self.Wh = rng.normal(size=(4, 3)), rng.normal(size=(4, 4)) / 2

    def loss(self, xs, y):
        self.hs = [np.zeros(4)]
        for x in xs:
            self.hs.append(np.tanh(self.Wx @ x + self.Wh @ self.hs[-1]))
        return 0.5 * np.sum((self.hs[-1] - y) ** 2)

    def gradients(self, xs, y):
        self.loss(xs, y)
        d = self.hs[-1] - y
        dWx, dWh = np.zeros((4, 3)), np.zeros((4, 4))
        for t in range(len(xs), 0, -1):
            d = d * (1 - self.hs[t] ** 2)
            dWx += np.outer(d, xs[t - 1])
            dWh += np.outer(d, self.hs[t - 1])
            d = self.Wh.T @ d
        return {"Wx": dWx, "Wh": dWh}


net = Net()
xs, y = rng.normal(size=(5, 3)), rng.normal(size=4)
params = {"Wx": net.Wx, "Wh": net.Wh}
original = {name: array.copy() for name, array in params.items()}
grads = net.gradients(xs, y)


def f(Wx, Wh):
    net.Wx, net.Wh = Wx, Wh
    return net.loss(xs, y)
