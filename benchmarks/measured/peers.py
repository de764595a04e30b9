"""The same gradients by other means: each peer makes a function () -> (loss, gradients) for a network.

A peer that is not installed raises ImportError, and the benchmark says that it is absent.
"""

import importlib
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from measured.networks import Network

Run = Callable[[], tuple[float, dict[str, Any]]]


def pytorch(network: Network) -> Run:
    """nn.RNN, Linear and cross_entropy, differentiated by autograd."""
    import torch

    torch.set_num_threads(1)
    T, B, D, H, K = network.sizes
    dtype = {np.float32: torch.float32, np.float64: torch.float64}[network.dtype]
    arrays = {name: torch.from_numpy(array) for name, array in network.arrays.items()}
    rnn, linear = torch.nn.RNN(D, H, dtype=dtype), torch.nn.Linear(H, K, dtype=dtype)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(arrays["U"])
        rnn.weight_hh_l0.copy_(arrays["W"])
        rnn.bias_ih_l0.copy_(arrays["b"])
        rnn.bias_hh_l0.zero_()
        linear.weight.copy_(arrays["V"])
        linear.bias.copy_(arrays["c"])
    x, h0 = torch.from_numpy(network.x), torch.from_numpy(network.h0)[None]
    labels = torch.from_numpy(network.y).reshape(-1)

    def run() -> tuple[float, dict[str, Any]]:
        rnn.zero_grad(set_to_none=True)
        linear.zero_grad(set_to_none=True)
        states, _ = rnn(x, h0)
        logits = linear(states).reshape(T * B, K)
        loss = torch.nn.functional.cross_entropy(logits, labels, reduction="sum")
        loss.backward()
        gradients = {"U": rnn.weight_ih_l0.grad, "W": rnn.weight_hh_l0.grad, "V": linear.weight.grad,
                     "b": rnn.bias_ih_l0.grad, "c": linear.bias.grad}  # fmt: skip
        return loss.item(), {name: gradient.numpy() for name, gradient in gradients.items()}

    return run


def hips_autograd(network: Network) -> Run:
    """The formulas in autograd's NumPy, step by step, with the logits of all steps in one product."""
    import autograd.numpy as anp
    from autograd import value_and_grad

    return _differentiated(network, anp, value_and_grad)


def _differentiated(network: Network, anp: Any, value_and_grad: Any) -> Run:
    x, h0 = network.x, network.h0
    rows, labels = np.arange(network.y.size), network.y.reshape(-1)

    def loss(arrays: dict[str, Any]) -> Any:
        U, W, V, b, c = arrays.values()
        h, states = h0, []
        for x_t in x:
            h = anp.tanh(anp.dot(h, W.T) + anp.dot(x_t, U.T) + b)
            states.append(h)
        o = anp.dot(anp.concatenate(states), V.T) + c
        o = o - anp.max(o, axis=1, keepdims=True)
        return anp.sum(anp.log(anp.sum(anp.exp(o), axis=1))) - anp.sum(o[rows, labels])

    run: Run = partial(value_and_grad(loss), network.arrays)
    return run


def jax_jit(network: Network) -> Run:
    """The formulas in a jax.lax.scan, compiled; the first call compiles."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    x, y, h0 = jnp.asarray(network.x), jnp.asarray(network.y), jnp.asarray(network.h0)
    arrays = {name: jnp.asarray(array) for name, array in network.arrays.items()}

    def loss(arrays: dict[str, Any]) -> Any:
        U, W, V, b, c = (arrays[name] for name in network.arrays)

        def step(h: Any, x_t: Any) -> Any:
            h = jnp.tanh(h @ W.T + x_t @ U.T + b)
            return h, h

        _, states = jax.lax.scan(step, h0, x)
        logs = jax.nn.log_softmax(states @ V.T + c)
        return -jnp.take_along_axis(logs, y[..., None], axis=-1).sum()

    compiled = jax.jit(jax.value_and_grad(loss))

    def run() -> tuple[float, dict[str, Any]]:
        value, gradients = jax.block_until_ready(compiled(arrays))
        return float(value), {name: np.asarray(gradient) for name, gradient in gradients.items()}

    return run


def per_sample(network: Network) -> Run:
    """One sequence at a time and one step at a time, in the style of min-char-rnn."""
    U, W, V, b, c = network.arrays.values()
    column = (-1, 1)

    def one(x: Any, y: Any, h0: Any, sums: list[Any]) -> float:
        h, p, loss = [h0.reshape(column)], [], 0.0
        for t in range(len(x)):
            h.append(np.tanh(np.dot(U, x[t].reshape(column)) + np.dot(W, h[t]) + b.reshape(column)))
            o = np.dot(V, h[t + 1]) + c.reshape(column)
            p.append(np.exp(o) / np.sum(np.exp(o)))
            loss += -np.log(p[t][y[t], 0])
        carried = np.zeros_like(h[0])
        dU, dW, dV, db, dc = sums
        for t in reversed(range(len(x))):
            g_o = np.copy(p[t])
            g_o[y[t]] -= 1
            dV += np.dot(g_o, h[t + 1].T)
            dc += g_o
            g_a = (1 - h[t + 1] * h[t + 1]) * (np.dot(V.T, g_o) + carried)
            db += g_a
            dU += np.dot(g_a, x[t].reshape(column).T)
            dW += np.dot(g_a, h[t].T)
            carried = np.dot(W.T, g_a)
        return loss

    def run() -> tuple[float, dict[str, Any]]:
        sums = [np.zeros_like(array if array.ndim == 2 else array.reshape(column))
                for array in network.arrays.values()]  # fmt: skip
        loss = sum(one(network.x[:, i], network.y[:, i], network.h0[i], sums) for i in range(len(network.h0)))
        shaped = (
            total.reshape(array.shape) for total, array in zip(sums, network.arrays.values(), strict=True)
        )
        return float(loss), dict(zip(network.arrays, shaped, strict=True))

    return run


def earlier(network: Network) -> Run:
    """This package at an earlier commit, taken from the history and loaded beside that of today."""
    packed = subprocess.run(
        ["git", "archive", EARLIER, "src"], cwd=Path(__file__).parent.parent.parent, capture_output=True
    )
    if packed.returncode:
        raise ImportError(f"there is no commit {EARLIER}")
    today = {name: sys.modules.pop(name) for name in [*sys.modules] if name.partition(".")[0] == "bptt"}
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as archive:
            archive.extractall(folder, filter="data")
        sys.path.insert(0, f"{folder}/src")
        then = importlib.import_module("bptt.numeric")
        sys.path.remove(f"{folder}/src")
    for name in [*sys.modules]:
        if name.partition(".")[0] == "bptt":
            del sys.modules[name]
    sys.modules |= today
    params = then.Parameters(**network.arrays)
    workspace = then.Workspace(params, network.x)

    def run() -> tuple[float, dict[str, Any]]:
        loss, gradients = then.loss_and_gradients(
            params, network.x, network.y, network.h0, inputs=False, workspace=workspace
        )
        return loss, vars(gradients.params)

    return run


# Before losses of one's own, weights, indices as inputs and prepared runs came.
EARLIER = "7fb5d6d"
PEERS: dict[str, Callable[[Network], Run]] = {
    "PyTorch": pytorch,
    "autograd": hips_autograd,
    "per sample": per_sample,
    "JAX jit": jax_jit,
    EARLIER: earlier,
}
