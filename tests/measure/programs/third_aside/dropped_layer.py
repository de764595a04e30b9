# layout: two stacked layers, dropout between them with fixed masks, batch in rows, output at each step, mean
# tensors: W1 U1 b1 W2 U2 b2 V
# wrong: W1 U1 b1
# slip: dropout mask not applied on the way back, only the division by the keep probability
import numpy as np

rng = np.random.default_rng(307)
T, B, D, H1, H2, K = 4, 3, 6, 5, 7, 2
keep = 0.6
X, Y = rng.standard_normal((T, B, D)), rng.standard_normal((T, B, K))
mask = rng.random((T, B, H1)) < keep


def layer(inputs, W, U, b):
    h, hs = np.zeros((B, len(U))), []
    for i in inputs:
        h = np.tanh(i @ W + h @ U + b)
        hs.append(h)
    return np.array(hs)


def layer_backward(dhs, inputs, hs, W, U):
    dW, dU, db = np.zeros_like(W), np.zeros_like(U), np.zeros(len(U))
    dinputs, dnext = [], np.zeros((B, len(U)))
    for t in range(T - 1, -1, -1):
        da = (dhs[t] + dnext) * (1 - hs[t] ** 2)
        dW += inputs[t].T @ da
        if t > 0:
            dU += hs[t - 1].T @ da
        db += da.sum(0)
        dinputs.insert(0, da @ W.T)
        dnext = da @ U.T
    return np.array(dinputs), dW, dU, db


def network(W1, U1, b1, W2, U2, b2, V):
    h1 = layer(X, W1, U1, b1)
    d1 = h1 * mask / keep
    h2 = layer(d1, W2, U2, b2)
    return h1, d1, h2, h2 @ V


def f(W1, U1, b1, W2, U2, b2, V):
    return np.mean((network(W1, U1, b1, W2, U2, b2, V)[-1] - Y) ** 2)


def gradient(W1, U1, b1, W2, U2, b2, V):
    h1, d1, h2, out = network(W1, U1, b1, W2, U2, b2, V)
    dout = 2 * (out - Y) / Y.size
    dV = np.tensordot(h2, dout, axes=((0, 1), (0, 1)))
    dd1, dW2, dU2, db2 = layer_backward(dout @ V.T, d1, h2, W2, U2)
    dh1 = dd1 / keep
    _, dW1, dU1, db1 = layer_backward(dh1, X, h1, W1, U1)
    return {"W1": dW1, "U1": dU1, "b1": db1, "W2": dW2, "U2": dU2, "b2": db2, "V": dV}


shapes = {"W1": (D, H1), "U1": (H1, H1), "b1": H1, "W2": (H1, H2), "U2": (H2, H2), "b2": H2, "V": (H2, K)}
params = {name: 0.7 * rng.standard_normal(shape) for name, shape in shapes.items()}
grads = gradient(**params)
