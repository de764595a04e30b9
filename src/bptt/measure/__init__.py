"""Measures gradients, of functions that are given to it: it knows no network.

What computes a gradient, ``bptt.numeric``, and what measures it share the checks of their arguments, no more.
The loss that is measured is the caller's: ``bptt.numeric.network_loss`` runs the same forward loop as
``loss_and_gradients``, so that measuring it tests the way back alone.
"""

from bptt.measure.derivatives import central_differences, complex_step
from bptt.measure.gradcheck import GradientError, GradientReport, TensorComparison, compare, gradcheck

__all__ = [
    "GradientError",
    "GradientReport",
    "TensorComparison",
    "central_differences",
    "compare",
    "complex_step",
    "gradcheck",
]
