"""Computes with NumPy: a recurrent network, its losses and every gradient of them.

What only the book needs, the bare matrix product and document 003's two steps, is in `bptt.numeric.products`
and `bptt.numeric.two_steps`.

A docstring ends with the equations of the book that prove or define its formula, by their labels, and with
where it is from: records of the documents, and references by their keys in brackets.
"""

from bptt.numeric.activations import (
    sigmoid,
    sigmoid_jacobian,
    sigmoid_vjp,
    softmax,
    softmax_jacobian,
    softmax_vjp,
    tanh,
    tanh_jacobian,
    tanh_vjp,
)
from bptt.numeric.backward import (
    BackwardPass,
    Copies,
    Gradients,
    backward,
    copies,
    loss_and_gradients,
    sum_over_copies,
)
from bptt.numeric.checkpointing import checkpointed_loss_and_gradients
from bptt.numeric.losses import (
    Loss,
    logit_gradients,
    nll,
    nll_and_gradient,
    nll_gradient,
    squared_error,
    squared_error_and_gradient,
    squared_error_gradient,
    total_loss,
)
from bptt.numeric.output_losses import (
    binary_cross_entropy_and_gradient,
    linear_and_gradient,
    squared_distance_and_gradient,
)
from bptt.numeric.prepared import Prepared
from bptt.numeric.products import embedding_vjp, vjp_left, vjp_right
from bptt.numeric.rnn import ForwardPass, Parameters, forward, network_loss, unrolled_loss
from bptt.numeric.truncation import truncated_loss_and_gradients
from bptt.numeric.workspace import Workspace

__all__ = [
    "BackwardPass",
    "Copies",
    "ForwardPass",
    "Gradients",
    "Loss",
    "Parameters",
    "Prepared",
    "Workspace",
    "backward",
    "binary_cross_entropy_and_gradient",
    "checkpointed_loss_and_gradients",
    "copies",
    "embedding_vjp",
    "forward",
    "linear_and_gradient",
    "logit_gradients",
    "loss_and_gradients",
    "network_loss",
    "nll",
    "nll_and_gradient",
    "nll_gradient",
    "sigmoid",
    "sigmoid_jacobian",
    "sigmoid_vjp",
    "softmax",
    "softmax_jacobian",
    "softmax_vjp",
    "squared_distance_and_gradient",
    "squared_error",
    "squared_error_and_gradient",
    "squared_error_gradient",
    "sum_over_copies",
    "tanh",
    "tanh_jacobian",
    "tanh_vjp",
    "total_loss",
    "truncated_loss_and_gradients",
    "unrolled_loss",
    "vjp_left",
    "vjp_right",
]
