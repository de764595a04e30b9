"""Derive, prove, measure and present backpropagation through time.

Where to begin:

    bptt.measure    gradcheck: hold the gradients of any smooth function against measured ones
    bptt.numeric    loss_and_gradients: a recurrent network and its backward pass, in NumPy
    bptt.slips      the mistakes that are made in such a pass, and the inputs that hide them
    bptt.kernel     prove: formulas of symbolic sizes, equal for all of them or not
    bptt.symbolic   grad: SymPy's derivative of such a formula
    bptt.check      check: a formula of your own, proved for all sizes or refuted by a run
    bptt.book       claim, Derivation, exercise: what a chapter calls
    bptt.site       what builds the pages; it needs the extra `book`

`python -m bptt` lists the commands.
"""

from bptt import tracebacks

__version__ = "0.1.0"

tracebacks.install()
