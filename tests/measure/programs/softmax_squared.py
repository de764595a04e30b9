# layout: squared error of the probabilities, one-hot targets, column vectors, time first, one sequence, sum
# tensors: Wax Waa Wya ba by
# wrong: Wax Waa Wya ba by
# slip: only the diagonal of softmax′
import numpy as np

np.random.seed(28)
T, n_x, n_a, n_y = 4, 3, 5, 4
X = np.random.randn(T, n_x, 1)
Y = np.eye(n_y)[np.random.randint(0, n_y, T)].reshape(T, n_y, 1)


def rnn(Wax, Waa, Wya, ba, by):
    a, y_hat = {-1: np.zeros((n_a, 1))}, {}
    for t in range(T):
        a[t] = np.tanh(Wax @ X[t] + Waa @ a[t - 1] + ba)
        e = np.exp(Wya @ a[t] + by)
        y_hat[t] = e / e.sum()
    return a, y_hat


def f(**parameters):
    _, y_hat = rnn(**parameters)
    return sum(np.sum((y_hat[t] - Y[t]) ** 2) for t in range(T))


def bptt(Wax, Waa, Wya, ba, by):
    a, y_hat = rnn(Wax, Waa, Wya, ba, by)
    gradients = dict.fromkeys(("Wax", "Waa", "Wya", "ba", "by"), 0)
    da_next = np.zeros((n_a, 1))
    for t in reversed(range(T)):
        dz = 2 * (y_hat[t] - Y[t]) * y_hat[t] * (1 - y_hat[t])
        gradients["Wya"] += dz @ a[t].T
        gradients["by"] += dz
        da = (1 - a[t] ** 2) * (Wya.T @ dz + da_next)
        gradients["Wax"] += da @ X[t].T
        gradients["Waa"] += da @ a[t - 1].T
        gradients["ba"] += da
        da_next = Waa.T @ da
    return gradients


sizes = {"Wax": (n_a, n_x), "Waa": (n_a, n_a), "Wya": (n_y, n_a), "ba": (n_a, 1), "by": (n_y, 1)}
params = {k: np.random.randn(*size) for k, size in sizes.items()}
grads = bptt(**params)
