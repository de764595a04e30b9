"""Wrong backward passes, and the inputs on which they come out right all the same."""

from bptt.slips.blindness import BlindnessTable, blindness
from bptt.slips.function import FunctionReport, check_function
from bptt.slips.inputs import Example, example, examples
from bptt.slips.programs import SLIPS, Slip

__all__ = [
    "SLIPS",
    "BlindnessTable",
    "Example",
    "FunctionReport",
    "Slip",
    "blindness",
    "check_function",
    "example",
    "examples",
]
