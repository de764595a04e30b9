"""Functions of PyTorch and JAX, where these are installed: pip install '.[peers]'."""

from typing import Any

import numpy as np
import pytest

from bptt.measure import from_jax, from_torch, gradcheck

random = np.random.default_rng(9)
ARRAYS = {
    "x": random.normal(size=(5, 2, 3)),
    "y": np.array([[0, 1]] * 5),
    "U": random.normal(size=(4, 3)),
    "W": random.normal(size=(4, 4)) / 2,
    "V": random.normal(size=(3, 4)),
}


def test_a_network_of_pytorch_and_a_wrong_backward() -> None:
    torch = pytest.importorskip("torch")

    class Tanh(torch.autograd.Function):
        wrong = False

        @staticmethod
        def forward(context: Any, a: Any) -> Any:
            h = torch.tanh(a)
            context.save_for_backward(h)
            return h

        @staticmethod
        def backward(context: Any, g: Any) -> Any:
            (h,) = context.saved_tensors
            return g if Tanh.wrong else g * (1 - h**2)

    def loss(x: Any, y: Any, U: Any, W: Any, V: Any) -> Any:
        h, total = torch.zeros((2, 4), dtype=U.dtype), 0.0
        for x_t, y_t in zip(x, y, strict=True):
            h = Tanh.apply(x_t @ U.T + h @ W.T)
            o = h @ V.T
            total = total + (torch.log(torch.exp(o).sum(-1)) - o[torch.arange(2), y_t]).sum()
        return total

    f, gradients = from_torch(loss)
    report = gradcheck(f, gradients(ARRAYS), ARRAYS).require(1e-13)
    assert {tensor.name for tensor in report.tensors} == {"x", "U", "W", "V"}
    Tanh.wrong = True
    report = gradcheck(f, gradients(ARRAYS), ARRAYS)
    assert {tensor.name for tensor in report.with_status("wrong")} == {"x", "U", "W"}


def test_a_network_of_jax_and_a_wrong_vjp() -> None:
    jax = pytest.importorskip("jax")
    jnp = jax.numpy

    @jax.custom_vjp
    def wrong_tanh(a: Any) -> Any:
        return jnp.tanh(a)

    wrong_tanh.defvjp(lambda a: (jnp.tanh(a), None), lambda kept, g: (g,))

    def loss_with(tanh: Any) -> Any:
        def loss(x: Any, y: Any, U: Any, W: Any, V: Any) -> Any:
            h, total = jnp.zeros((2, 4), U.dtype), 0.0
            for x_t, y_t in zip(x, y, strict=True):
                h = tanh(x_t @ U.T + h @ W.T)
                o = h @ V.T
                total = total + (jnp.log(jnp.exp(o).sum(-1)) - o[jnp.arange(2), y_t]).sum()
            return total

        return loss

    f, gradients = from_jax(loss_with(jnp.tanh))
    gradcheck(f, gradients(ARRAYS), ARRAYS).require(1e-13)
    f, gradients = from_jax(loss_with(wrong_tanh))
    report = gradcheck(f, gradients(ARRAYS), ARRAYS)
    assert {tensor.name for tensor in report.with_status("wrong")} == {"x", "U", "W"}
