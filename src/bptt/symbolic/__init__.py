"""Derivations in SymPy: formulas written out, their entries, and their derivatives."""

from bptt.kernel.conclusions import prove
from bptt.symbolic.differentiate import Captured, derivative, diff, differential, grad, immediate, jacobian
from bptt.symbolic.entry import OutsideTheLanguage, entry
from bptt.symbolic.explicit import explicit
from bptt.symbolic.ring import differing_entries, explicit_gradient
from bptt.symbolic.substitute import with_function

__all__ = [
    "Captured",
    "OutsideTheLanguage",
    "derivative",
    "diff",
    "differential",
    "differing_entries",
    "entry",
    "explicit",
    "explicit_gradient",
    "grad",
    "immediate",
    "jacobian",
    "prove",
    "with_function",
]
