# layout: forecast fed back as the next input, first steps forced, recursion, residual states, columns
# tensors: S Q w o
# wrong: none
import numpy as np

rng = np.random.default_rng(314)
LEN, FORCED, N, M = 7, 3, 4, 2
series = rng.normal(size=(LEN + 1, M, 1))


def softplus(a):
    return np.log1p(np.exp(a))


def f(S, Q, w, o):
    def run(t, h, shown):
        if t == LEN:
            return 0.0
        h = h + softplus(S @ h + Q @ shown + w) / 4
        guess = o @ h
        cost = 0.5 * np.sum((guess - series[t + 1]) ** 2)
        return cost + run(t + 1, h, series[t + 1] if t + 1 < FORCED else guess)

    return run(0, np.ones((N, 1)), series[0]) / LEN


def gradient(S, Q, w, o):
    g = {"S": np.zeros_like(S), "Q": np.zeros_like(Q), "w": np.zeros_like(w), "o": np.zeros_like(o)}

    def run(t, h, shown):
        """Return the derivatives of the costs from step t on by the state and the input given to it."""
        if t == LEN:
            return np.zeros((N, 1)), np.zeros((M, 1))
        a = S @ h + Q @ shown + w
        new = h + softplus(a) / 4
        guess = o @ new
        forced = t + 1 < FORCED
        dnew, dshown = run(t + 1, new, series[t + 1] if forced else guess)
        dguess = (guess - series[t + 1]) / LEN + (0 if forced else dshown)
        dnew = dnew + o.T @ dguess
        da = dnew / (1 + np.exp(-a)) / 4
        g["o"] += dguess @ new.T
        g["S"] += da @ h.T
        g["Q"] += da @ shown.T
        g["w"] += da
        return dnew + S.T @ da, Q.T @ da

    run(0, np.ones((N, 1)), series[0])
    return g


params = {"S": rng.normal(size=(N, N)), "Q": rng.normal(size=(N, M)), "w": rng.normal(size=(N, 1))}
params["o"] = rng.normal(size=(M, N))
grads = gradient(**params)
