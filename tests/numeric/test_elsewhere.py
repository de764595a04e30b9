"""Yours → ours: networks as PyTorch, min-char-rnn and the well-known tutorials write them, in these names.

Every row of the table on the page *Check your own code* is tried: ours are made of yours by the row, and the
loss and all gradients must agree.
Yours are written out in NumPy from what their documentation says; where PyTorch is installed, it runs too.
"""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import page
import pytest
from networks import B, D, H, K, T, distance

from bptt.measure import complex_step
from bptt.numeric import (
    Gradients,
    Parameters,
    loss_and_gradients,
    sigmoid,
    softmax,
    truncated_loss_and_gradients,
)

Array = npt.NDArray[Any]


TABLE = page.table()


def read(whose: str, given: dict[str, Any], **rest: Any) -> dict[str, Any]:
    """What the rows of one program make of its arrays; where a row stands for nothing, `rest` does."""
    made = dict(rest)
    for row in TABLE:
        if row.whose == whose:
            made |= eval(f"dict({row.ours})", {"np": np, **made, **given})
    return made


def ours(whose: str, given: dict[str, Any], **rest: Any) -> tuple[float, Gradients]:
    """The loss and the gradients of a program's arrays, by its rows."""
    made = read(whose, given, **rest)
    params = Parameters(*(made.pop(name) for name in "UWVbc"))
    way = truncated_loss_and_gradients if "window" in made else loss_and_gradients
    return way(params, **made)


def draw(*size: int, seed: int = 0) -> Array:
    return np.random.default_rng([seed, *size]).normal(size=size)


LABELS = np.random.default_rng(1).integers(0, K, size=(T, B))


# ---- PyTorch: h_t = tanh(x_t W_ihᵀ + b_ih + h_{t−1} W_hhᵀ + b_hh), as the documentation of nn.RNN says

TORCH = {
    "weight_ih_l0": draw(H, D), "weight_hh_l0": draw(H, H, seed=1), "bias_ih_l0": draw(H, seed=2),
    "bias_hh_l0": draw(H, seed=3), "linear_weight": draw(K, H), "linear_bias": draw(K),
    "input": draw(T, B, D), "h_0": np.tanh(draw(1, B, H)),
}  # fmt: skip
IGNORING = np.where(np.arange(T)[:, None] < [5, 3, 1, 4, 2, 5], LABELS, -100)
SOFT = np.random.default_rng(2).uniform(size=(T, B, K))


def logsoftmax_at(o: Array, y: Array) -> Any:
    z = o - o.real.max(axis=-1, keepdims=True)
    return np.take_along_axis(z - np.log(np.exp(z).sum(axis=-1, keepdims=True)), y[..., None], axis=-1)[
        ..., 0
    ]


def mean_but(o: Array, y: Array) -> Any:
    return -(logsoftmax_at(o, np.maximum(y, 0)) * (y >= 0)).sum() / (y >= 0).sum()


def bce(o: Array, y: Array) -> Any:
    return -(y * np.log(sigmoid(o)) + (1 - y) * np.log(1 - sigmoid(o))).sum()


# Of each program: the target, its loss of the outputs in NumPy, and the call of torch.nn.functional.
SUM: tuple[Array, Callable[..., Any], Callable[..., Any]] = (
    LABELS,
    lambda o, y: -logsoftmax_at(o, y).sum(),
    lambda F, o, y: F.cross_entropy(o.flatten(0, -2), y.flatten(), reduction="sum"),
)
OF_TORCH: dict[str, tuple[Array, Callable[..., Any], Callable[..., Any]]] = {
    "PyTorch: nn.RNN and nn.Linear": SUM,
    "PyTorch: batch_first=True": SUM,
    "PyTorch: h.detach() after every k steps": SUM,
    "PyTorch: CrossEntropyLoss()": (
        LABELS,
        lambda o, y: -logsoftmax_at(o, y).mean(),
        lambda F, o, y: F.cross_entropy(o.flatten(0, -2), y.flatten()),
    ),
    "PyTorch: CrossEntropyLoss with ignore_index=-100": (
        IGNORING,
        mean_but,
        lambda F, o, y: F.cross_entropy(o.flatten(0, -2), y.flatten()),
    ),
    "PyTorch: BCEWithLogitsLoss with reduction='sum'": (
        SOFT,
        bce,
        lambda F, o, y: F.binary_cross_entropy_with_logits(o, y, reduction="sum"),
    ),
    "PyTorch: MSELoss()": (SOFT, lambda o, y: ((o - y) ** 2).mean(), lambda F, o, y: F.mse_loss(o, y)),
    "PyTorch: linear(output[-1])": (
        LABELS[-1],
        lambda o, y: -logsoftmax_at(o[-1], y).sum(),
        lambda F, o, y: F.cross_entropy(o[-1], y, reduction="sum"),
    ),
}
EVERY = 2  # steps between two detaches
MEASURED = ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0", "linear_weight", "linear_bias")


def in_numpy(whose: str) -> tuple[float, dict[str, Array]]:
    """The documented equations, measured; what is detached keeps its value while the rest is shifted."""
    y, loss, _ = OF_TORCH[whose]
    held: dict[int, Array] = {}

    def f(**shifted: Array) -> Any:
        p = {**TORCH, **shifted}
        h, o = p["h_0"][0], []
        for t, x_t in enumerate(p["input"]):
            if "detach" in whose and t and t % EVERY == 0:
                h = held.setdefault(t, h)
            h = np.tanh(
                x_t @ p["weight_ih_l0"].T + p["bias_ih_l0"] + h @ p["weight_hh_l0"].T + p["bias_hh_l0"]
            )
            o.append(h @ p["linear_weight"].T + p["linear_bias"])
        return loss(np.array(o), y)

    value = f()
    return float(value), dict(complex_step(f, {name: TORCH[name] for name in MEASURED}))


def in_torch(whose: str) -> tuple[float, dict[str, Array]]:
    """PyTorch's own modules and its autograd."""
    torch = pytest.importorskip("torch")
    y, _, loss = OF_TORCH[whose]
    first = "batch_first" in whose
    rnn = torch.nn.RNN(D, H, dtype=torch.float64, batch_first=first)
    linear = torch.nn.Linear(H, K, dtype=torch.float64)
    named = {**dict(rnn.named_parameters()), "linear_weight": linear.weight, "linear_bias": linear.bias}
    with torch.no_grad():
        for name in MEASURED:
            named[name].copy_(torch.tensor(TORCH[name]))
    x, h, targets = (torch.tensor(array) for array in (TORCH["input"], TORCH["h_0"], y))
    if first:
        x, targets = x.transpose(0, 1), targets.transpose(0, 1)
    outputs = []
    for piece in x.split(EVERY) if "detach" in whose else [x]:
        output, h = rnn(piece, h.detach())
        outputs.append(output)
    value = loss(torch.nn.functional, linear(torch.cat(outputs)), targets)
    value.backward()
    return value.item(), {name: named[name].grad.numpy() for name in MEASURED}


@pytest.mark.parametrize("run", [in_numpy, in_torch], ids=["written out in NumPy", "PyTorch itself"])
@pytest.mark.parametrize("whose", OF_TORCH)
def test_pytorch(whose: str, run: Callable[[str], tuple[float, dict[str, Array]]]) -> None:
    y = OF_TORCH[whose][0]
    given = {**TORCH, "target": y, "k": EVERY}
    if "batch_first" in whose:
        given |= {"input": given["input"].swapaxes(0, 1), "target": y.swapaxes(0, 1)}
    plain = read("PyTorch: nn.RNN and nn.Linear", {**TORCH, "target": y})
    value, gradients = ours(whose, given, **plain)
    expected, by = run(whose)
    assert value == pytest.approx(expected, rel=1e-12)
    U, W, V, b, c = gradients.params
    claimed = dict(zip(MEASURED, (U, W, b, b, V, c), strict=True))
    assert max(distance(claimed[name], by[name]) for name in MEASURED) < 1e-12


# ---- min-char-rnn: columns, lists of indices, one loop forward and one back


def test_min_char_rnn() -> None:
    Wxh, Whh, Why = draw(H, K), draw(H, H), draw(K, H)
    bh, by, hprev = draw(H, 1), draw(K, 1), np.tanh(draw(H, 1, seed=1))
    inputs, targets = [2, 0, 2, 1, 3], [0, 2, 1, 3, 3]
    xs, hs, ps, loss = {}, {-1: hprev}, {}, 0.0
    for t in range(T):
        xs[t] = np.zeros((K, 1))
        xs[t][inputs[t]] = 1
        hs[t] = np.tanh(Wxh @ xs[t] + Whh @ hs[t - 1] + bh)
        ps[t] = softmax((Why @ hs[t] + by).T).T
        loss -= math.log(ps[t][targets[t], 0])
    dWxh, dWhh, dWhy, dbh, dby = (np.zeros_like(array) for array in (Wxh, Whh, Why, bh, by))
    dhnext = np.zeros_like(hprev)
    for t in reversed(range(T)):
        dy = ps[t].copy()
        dy[targets[t]] -= 1
        dWhy += dy @ hs[t].T
        dby += dy
        dhraw = (1 - hs[t] ** 2) * (Why.T @ dy + dhnext)
        dbh += dhraw
        dWxh += dhraw @ xs[t].T
        dWhh += dhraw @ hs[t - 1].T
        dhnext = Whh.T @ dhraw
    given = {"Wxh": Wxh, "Whh": Whh, "Why": Why, "bh": bh, "by": by, "hprev": hprev,
             "inputs": inputs, "targets": targets}  # fmt: skip
    value, gradients = ours("min-char-rnn", given)
    assert value == pytest.approx(loss, rel=1e-14)
    for claimed, expected in zip(gradients.params, (dWxh, dWhh, dWhy, dbh.ravel(), dby.ravel()), strict=True):
        assert distance(claimed, expected) < 1e-14
    assert distance(gradients.last_state, hs[T - 1].ravel()) < 1e-15


# ---- the tutorial's bptt: for each step, back through bptt_truncate steps before it


@pytest.mark.parametrize("bptt_truncate", [0, 1, 2, 4, 10])
def test_wildml(bptt_truncate: int) -> None:
    U, V, W = draw(H, K), draw(K, H), draw(H, H)
    x, y = [2, 0, 2, 1, 3], [0, 2, 1, 3, 3]
    s = np.zeros((T + 1, H))  # s[-1] is the state before the first step
    for t in range(T):
        s[t] = np.tanh(U[:, x[t]] + W @ s[t - 1])
    delta_o = softmax(s[:T] @ V.T)
    loss = -np.log(delta_o[range(T), y]).sum()
    delta_o[range(T), y] -= 1
    dU, dV, dW = (np.zeros_like(array) for array in (U, V, W))
    for t in reversed(range(T)):
        dV += np.outer(delta_o[t], s[t])
        delta_t = V.T @ delta_o[t] * (1 - s[t] ** 2)
        for step in reversed(range(max(0, t - bptt_truncate), t + 1)):
            dW += np.outer(delta_t, s[step - 1])
            dU[:, x[step]] += delta_t
            delta_t = W.T @ delta_t * (1 - s[step - 1] ** 2)
    given = {"U": U, "V": V, "W": W, "x": x, "y": y, "bptt_truncate": bptt_truncate}
    value, gradients = ours("wildml: rnn-tutorial", given)
    assert value == pytest.approx(loss, rel=1e-14)
    for claimed, expected in zip(
        (gradients.params.U, gradients.params.W, gradients.params.V), (dU, dW, dV), strict=True
    ):
        assert distance(claimed, expected) < 1e-13


# ---- rows instead of columns: h = tanh(x W_xh + h W_hh + b_h)


@pytest.mark.parametrize(
    ("whose", "names", "first"),
    [
        ("Dive into Deep Learning", ("W_xh", "W_hh", "W_hq", "b_h", "b_q"), False),
        (
            "Keras: SimpleRNN and Dense",
            ("kernel", "recurrent_kernel", "dense_kernel", "bias", "dense_bias"),
            True,
        ),
    ],
)
def test_matrices_from_the_right(whose: str, names: tuple[str, ...], first: bool) -> None:
    shapes = [(D, H), (H, H), (H, K), (H,), (K,)]
    given = {name: draw(*shape) for name, shape in zip(names, shapes, strict=True)}
    x, y, h0 = draw(T, B, D), LABELS, np.tanh(draw(B, H))

    def f(**arrays: Array) -> Any:
        W_xh, W_hh, W_hq, b_h, b_q = arrays.values()
        h, o = h0, []
        for x_t in x:
            h = np.tanh(x_t @ W_xh + h @ W_hh + b_h)
            o.append(h @ W_hq + b_q)
        return -logsoftmax_at(np.array(o), y).sum()

    made = {**given, "inputs": x.swapaxes(0, 1)} if first else given
    value, gradients = ours(whose, made, x=x, y=y, h0=h0)
    measured = complex_step(f, given)
    assert value == pytest.approx(f(**given), rel=1e-13)
    for name, claimed in zip(names, gradients.params, strict=True):
        assert distance(claimed.T, measured[name]) < 1e-12


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.ours)
def test_what_is_yours_is_read(row: page.Row) -> None:
    for name in re.findall(r"`([\w.]+)`", row.yours):
        assert re.search(rf"\b{name.replace('.', '_')}\b", row.ours)


def test_every_row_is_tried() -> None:
    others = {"min-char-rnn", "wildml: rnn-tutorial", "Dive into Deep Learning", "Keras: SimpleRNN and Dense"}
    assert {row.whose for row in TABLE} == {*OF_TORCH, *others}
