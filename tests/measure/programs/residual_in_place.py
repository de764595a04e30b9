# layout: two recurrent layers with a skip from the first's states past the second, time first, rows, sum
# tensors: A1 W1 A2 W2
# wrong: A1 W1
# slip: the upstream gradient is changed in place
import numpy as np

rng = np.random.default_rng(24)
T, B, H = 4, 2, 3
x, G = rng.normal(size=(T, B, H)), rng.normal(size=(T, B, H))


class Layer:
    def forward(self, x, A, W):
        h, self.x, self.A, self.W, self.h = np.zeros((B, H)), x, A, W, [np.zeros((B, H))]
        for t in range(T):
            h = np.tanh(x[t] @ A + h @ W)
            self.h.append(h)
        return np.array(self.h[1:])

    def backward(self, dh):
        dx, dA, dW, carry = np.zeros_like(self.x), np.zeros_like(self.A), np.zeros_like(self.W), 0
        for t in range(T - 1, -1, -1):
            da = dh[t]
            da += carry
            da *= 1 - self.h[t + 1] ** 2
            dx[t] = da @ self.A.T
            dA += self.x[t].T @ da
            dW += self.h[t].T @ da
            carry = da @ self.W.T
        return dx, dA, dW


first, second = Layer(), Layer()


def f(A1, W1, A2, W2):
    h1 = first.forward(x, A1, W1)
    return np.sum(G * (h1 + second.forward(h1, A2, W2)))


params = {name: rng.normal(size=(H, H)) for name in ("A1", "W1", "A2", "W2")}
f(**params)
upstream = G.copy()
dh1, dA2, dW2 = second.backward(upstream)
_, dA1, dW1 = first.backward(upstream + dh1)
grads = {"A1": dA1, "W1": dW1, "A2": dA2, "W2": dW2}
