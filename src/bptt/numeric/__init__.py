"""Computes with NumPy, and measures what was computed.

What computes a gradient and what measures one share no code but the checks of their arguments.
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
from bptt.numeric.blindness import BlindnessTable, blindness
from bptt.numeric.checkpointing import checkpointed_loss_and_gradients
from bptt.numeric.gradcheck import GradientError, GradientReport, TensorComparison, compare, gradcheck
from bptt.numeric.losses import (
    logit_gradients,
    nll,
    nll_gradient,
    squared_error,
    squared_error_gradient,
    total_loss,
)
from bptt.numeric.measurement import central_differences, complex_step
from bptt.numeric.products import loss, product, vjp_left, vjp_right
from bptt.numeric.rnn import ForwardPass, Parameters, forward, network_loss, unrolled_loss
from bptt.numeric.scalar import (
    TwoStepGradients,
    TwoSteps,
    two_step_gradients,
    two_step_loss,
    two_steps,
)
from bptt.numeric.slips import SLIPS, Slip
from bptt.numeric.truncation import truncated_loss_and_gradients
from bptt.numeric.workspace import Workspace

__all__ = [
    "SLIPS",
    "BackwardPass",
    "BlindnessTable",
    "Copies",
    "ForwardPass",
    "GradientError",
    "GradientReport",
    "Gradients",
    "Parameters",
    "Slip",
    "TensorComparison",
    "TwoStepGradients",
    "TwoSteps",
    "Workspace",
    "backward",
    "blindness",
    "central_differences",
    "checkpointed_loss_and_gradients",
    "compare",
    "complex_step",
    "copies",
    "forward",
    "gradcheck",
    "logit_gradients",
    "loss",
    "loss_and_gradients",
    "network_loss",
    "nll",
    "nll_gradient",
    "product",
    "sigmoid",
    "sigmoid_jacobian",
    "sigmoid_vjp",
    "softmax",
    "softmax_jacobian",
    "softmax_vjp",
    "squared_error",
    "squared_error_gradient",
    "sum_over_copies",
    "tanh",
    "tanh_jacobian",
    "tanh_vjp",
    "total_loss",
    "truncated_loss_and_gradients",
    "two_step_gradients",
    "two_step_loss",
    "two_steps",
    "unrolled_loss",
    "vjp_left",
    "vjp_right",
]
