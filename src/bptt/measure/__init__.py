"""Measures gradients, of functions that are given to it: it knows no network.

What computes a gradient, ``bptt.numeric``, and what measures it share the checks of their arguments, no more.
The loss that is measured is the caller's: ``bptt.numeric.network_loss`` runs the same forward loop as
``loss_and_gradients``, so that measuring it tests the way back alone.
"""

from bptt.measure.adapters import from_jax, from_torch
from bptt.measure.comparison import TensorComparison
from bptt.measure.derivatives import central_differences, complex_step
from bptt.measure.gradcheck import compare, gradcheck
from bptt.measure.plot import Plot
from bptt.measure.report import GradientError, GradientReport
from bptt.measure.vjpcheck import vjpcheck

__all__ = [
    "GradientError",
    "GradientReport",
    "Plot",
    "TensorComparison",
    "central_differences",
    "compare",
    "complex_step",
    "from_jax",
    "from_torch",
    "gradcheck",
    "vjpcheck",
]
