# layout: one sequence, vectors, logistic states, squared error at each step, L2 penalty on all weights
# tensors: U W V
# wrong: U W
# slip: the weight decay is added at every step of the loop instead of once
import numpy as np

rng = np.random.default_rng(309)
STEPS, N_IN, N_HID, N_OUT = 6, 2, 3, 4
L2 = 0.05
xs = rng.uniform(-1, 1, (STEPS, N_IN))
ts = rng.uniform(-1, 1, (STEPS, N_OUT))
s_start = rng.uniform(0, 1, N_HID)


def states(U, W):
    s = [s_start]
    for x in xs:
        s.append(1 / (1 + np.exp(-(U.dot(x) + W.dot(s[-1])))))
    return s


def f(U, W, V):
    s = states(U, W)
    error = sum(0.5 * np.sum((V.dot(s[k + 1]) - ts[k]) ** 2) for k in range(STEPS))
    return error + 0.5 * L2 * (np.sum(U**2) + np.sum(W**2) + np.sum(V**2))


def bptt(U, W, V):
    s = states(U, W)
    dU, dW, dV = np.zeros(U.shape), np.zeros(W.shape), L2 * V
    delta_next = np.zeros(N_HID)
    for k in np.arange(STEPS)[::-1]:
        e = V.dot(s[k + 1]) - ts[k]
        dV += np.outer(e, s[k + 1])
        delta = (V.T.dot(e) + W.T.dot(delta_next)) * s[k + 1] * (1 - s[k + 1])
        dW += np.outer(delta, s[k]) + L2 * W
        dU += np.outer(delta, xs[k]) + L2 * U
        delta_next = delta
    return {"U": dU, "W": dW, "V": dV}


params = {
    "U": rng.normal(size=(N_HID, N_IN)),
    "W": rng.normal(size=(N_HID, N_HID)),
    "V": rng.normal(size=(N_OUT, N_HID)),
}
grads = bptt(**params)
