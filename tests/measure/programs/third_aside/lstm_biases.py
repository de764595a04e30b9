# layout: LSTM, one sequence of column vectors, [h; x] stacked, dictionary of weights, class at the last step
# tensors: Wf Wi Wg Wo Wy bf bi bg bo by
# wrong: bi
# slip: the bias of the input gate gets the delta of the forget gate
# call: f(params)
import numpy as np

rng = np.random.default_rng(306)
T, n_x, n_h, n_y = 5, 2, 4, 3
X = rng.normal(size=(T, n_x, 1))
label = 1


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(p):
    h, c = np.full((n_h, 1), 0.2), np.full((n_h, 1), -0.4)
    tape = []
    for x in X:
        z = np.vstack([h, x])
        f_t, i_t = sigmoid(p["Wf"] @ z + p["bf"]), sigmoid(p["Wi"] @ z + p["bi"])
        g_t, o_t = np.tanh(p["Wg"] @ z + p["bg"]), sigmoid(p["Wo"] @ z + p["bo"])
        c_old, c = c, f_t * c + i_t * g_t
        h = o_t * np.tanh(c)
        tape.append((z, f_t, i_t, g_t, o_t, c_old, c))
    e = np.exp(p["Wy"] @ h + p["by"])
    return tape, h, e / e.sum()


def f(p):
    return -np.log(forward(p)[2][label, 0])


def backward(p):
    tape, h, prob = forward(p)
    d = {name: np.zeros_like(w) for name, w in p.items()}
    dy = prob.copy()
    dy[label] -= 1
    d["Wy"], d["by"] = dy @ h.T, dy
    dh, dc = p["Wy"].T @ dy, np.zeros((n_h, 1))
    for z, f_t, i_t, g_t, o_t, c_old, c in reversed(tape):
        dc = dc + dh * o_t * (1 - np.tanh(c) ** 2)
        delta_o = dh * np.tanh(c) * o_t * (1 - o_t)
        delta_f = dc * c_old * f_t * (1 - f_t)
        delta_i = dc * g_t * i_t * (1 - i_t)
        delta_g = dc * i_t * (1 - g_t**2)
        d["Wf"], d["bf"] = d["Wf"] + delta_f @ z.T, d["bf"] + delta_f
        d["Wi"], d["bi"] = d["Wi"] + delta_i @ z.T, d["bi"] + delta_f
        d["Wg"], d["bg"] = d["Wg"] + delta_g @ z.T, d["bg"] + delta_g
        d["Wo"], d["bo"] = d["Wo"] + delta_o @ z.T, d["bo"] + delta_o
        dz = p["Wf"].T @ delta_f + p["Wi"].T @ delta_i + p["Wg"].T @ delta_g + p["Wo"].T @ delta_o
        dh, dc = dz[:n_h], dc * f_t
    return d


params = {"W" + k: rng.normal(size=(n_h, n_h + n_x)) for k in "figo"} | {"Wy": rng.normal(size=(n_y, n_h))}
params |= {"b" + k: rng.normal(size=(n_h, 1)) for k in "figo"} | {"by": rng.normal(size=(n_y, 1))}
grads = backward(params)
