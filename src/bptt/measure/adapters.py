"""Takes functions of PyTorch and JAX to be measured: a loss, as one of NumPy arrays, and its gradients.

        f, gradients = from_torch(loss)
        gradcheck(f, gradients(arrays), arrays)

Neither library is imported before one of its functions is brought.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

Gradients = Callable[[Mapping[str, Any]], dict[str, Any]]


def from_torch(loss: Callable[..., Any]) -> tuple[Callable[..., Any], Gradients]:
    """Return a PyTorch loss as a function of NumPy arrays, and what its `backward` computes.

    A `torch.autograd.Function` with a backward of one's own is held against its forward in this way.

    Args:
        loss: called with tensors by name; returns a scalar tensor.

    Returns:
        The loss, for `gradcheck`; and a function from arrays to the gradients by the floating ones.

    Measured: on a recurrent network, right and with a wrong backward of its own.
    """
    import torch

    def f(**arrays: Any) -> Any:
        with torch.no_grad():
            return loss(**{name: torch.as_tensor(x) for name, x in arrays.items()}).numpy()

    def gradients(arrays: Mapping[str, Any]) -> dict[str, Any]:
        tensors = {name: torch.tensor(x) for name, x in arrays.items()}
        by = {name: x.requires_grad_() for name, x in tensors.items() if x.is_floating_point()}
        loss(**tensors).backward()
        return {name: np.zeros(x.shape) if x.grad is None else x.grad.numpy() for name, x in by.items()}

    return f, gradients


def from_jax(loss: Callable[..., Any]) -> tuple[Callable[..., Any], Gradients]:
    """Return a JAX loss as a function of NumPy arrays, and what `jax.grad` computes.

    JAX computes in single precision unless it is told otherwise, which is done here for the calls:

        with jax.enable_x64(True)

    Args:
        loss: called with arrays by name; returns a scalar.

    Returns:
        The loss, for `gradcheck`; and a function from arrays to the gradients by the floating ones.

    Measured: on a recurrent network, right and with a wrong `custom_vjp`.
    """
    import jax

    def f(**arrays: Any) -> Any:
        with jax.enable_x64(True):
            return np.asarray(loss(**{name: jax.numpy.asarray(x) for name, x in arrays.items()}))

    def gradients(arrays: Mapping[str, Any]) -> dict[str, Any]:
        floating = {name: x for name, x in arrays.items() if np.asarray(x).dtype.kind == "f"}
        with jax.enable_x64(True):
            by = jax.grad(lambda some: loss(**{**arrays, **some}))(floating)
            return {name: np.asarray(x) for name, x in by.items()}

    return f, gradients
