# layout: batch last, columns, binary label of each sequence, cross entropy with sigmoid, mean over the batch
# tensors: Wax Waa ba Wya by
# wrong: Wax Waa ba Wya by
# slip: the slope of the sigmoid is multiplied in once more, though a - y already contains it
import numpy as np

np.random.seed(308)
n_x, n_a, m, T_x = 3, 4, 5, 6
x = np.random.randn(n_x, m, T_x)
y = np.array([[0, 1, 1, 0, 1]])


def rnn_forward(Wax, Waa, ba, Wya, by):
    a_prev = np.zeros((n_a, m))
    caches = []
    for t in range(T_x):
        a_next = np.tanh(np.dot(Wax, x[:, :, t]) + np.dot(Waa, a_prev) + ba)
        caches.append((a_next, a_prev, x[:, :, t]))
        a_prev = a_next
    y_hat = 1 / (1 + np.exp(-(np.dot(Wya, a_prev) + by)))
    return y_hat, caches


def f(Wax, Waa, ba, Wya, by):
    y_hat, _ = rnn_forward(Wax, Waa, ba, Wya, by)
    return -1 / m * np.sum(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))


def rnn_backward(Wax, Waa, ba, Wya, by):
    y_hat, caches = rnn_forward(Wax, Waa, ba, Wya, by)
    dz = (y_hat - y) * y_hat * (1 - y_hat) / m
    gradients = {"Wya": np.dot(dz, caches[-1][0].T), "by": np.sum(dz, axis=1, keepdims=True)}
    gradients["Wax"] = np.zeros((n_a, n_x))
    gradients["Waa"] = np.zeros((n_a, n_a))
    gradients["ba"] = np.zeros((n_a, 1))
    da = np.dot(Wya.T, dz)
    for a_next, a_prev, xt in caches[::-1]:
        dtanh = (1 - a_next**2) * da
        gradients["Wax"] += np.dot(dtanh, xt.T)
        gradients["Waa"] += np.dot(dtanh, a_prev.T)
        gradients["ba"] += np.sum(dtanh, axis=1, keepdims=True)
        da = np.dot(Waa.T, dtanh)
    return gradients


params = {
    "Wax": np.random.randn(n_a, n_x),
    "Waa": np.random.randn(n_a, n_a),
    "ba": np.random.randn(n_a, 1),
    "Wya": np.random.randn(1, n_a),
    "by": np.random.randn(1, 1),
}
grads = rnn_backward(**params)
