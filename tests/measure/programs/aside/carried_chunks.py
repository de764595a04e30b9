# layout: a long sequence in chunks, the state at the beginning is an argument, a tuple of arrays, rows, mean
# tensors: [0] [1] [2] [3]
# wrong: none
# call: f(*params)
import numpy as np

rng = np.random.default_rng(44)
stream, chunk, H, K = rng.integers(0, 5, size=(13, 2)), 6, 4, 5


def run_chunk(Wx, Wh, Wo, h, start):
    hs, ps = [h], []
    for t in range(start, start + chunk):
        h = np.tanh(Wx[stream[t]] + h @ Wh)
        e = np.exp(h @ Wo)
        hs.append(h)
        ps.append(e / e.sum(1, keepdims=True))
    return hs, ps


def loss_of(ps, start):
    chosen = [ps[i][[0, 1], stream[start + i + 1]] for i in range(chunk)]
    return -np.mean(np.log(np.array(chosen)))


def f(Wx, Wh, Wo, h0):
    return loss_of(run_chunk(Wx, Wh, Wo, h0, chunk)[1], chunk)


def backward(Wx, Wh, Wo, h0):
    hs, ps = run_chunk(Wx, Wh, Wo, h0, chunk)
    gx, gh, go, carry = np.zeros_like(Wx), np.zeros_like(Wh), np.zeros_like(Wo), np.zeros_like(h0)
    for i in reversed(range(chunk)):
        d = ps[i]
        d[[0, 1], stream[chunk + i + 1]] -= 1
        d /= 2 * chunk
        go += hs[i + 1].T @ d
        da = (d @ Wo.T + carry) * (1 - hs[i + 1] ** 2)
        np.add.at(gx, stream[chunk + i], da)
        gh += hs[i].T @ da
        carry = da @ Wh.T
    return gx, gh, go, carry


weights = rng.normal(size=(5, H)), rng.normal(size=(H, H)), rng.normal(size=(H, K))
h_end = run_chunk(*weights, np.zeros((2, H)), 0)[0][-1]
params = (*weights, h_end)
grads = backward(*params)
