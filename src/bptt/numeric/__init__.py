"""Computes with NumPy, and measures what was computed.

What computes a gradient and what measures one share no code but the checks of their arguments.
"""

from bptt.numeric.gradcheck import GradientError, GradientReport, TensorComparison, compare, gradcheck
from bptt.numeric.measurement import central_differences, complex_step
from bptt.numeric.products import loss, product, vjp_left, vjp_right

__all__ = [
    "GradientError",
    "GradientReport",
    "TensorComparison",
    "central_differences",
    "compare",
    "complex_step",
    "gradcheck",
    "loss",
    "product",
    "vjp_left",
    "vjp_right",
]
