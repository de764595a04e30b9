"""The proof kernel: formulas of symbolic sizes, and the one judge of "equal for all sizes"."""

from bptt.kernel.evaluate import Place, evaluate
from bptt.kernel.formula import (
    Formula,
    Function,
    by_entry,
    delta,
    diag,
    exp,
    extent,
    eye,
    inner,
    log,
    matrix,
    named,
    ones,
    outer,
    scalar,
    sum_over,
    tanh,
    total,
    vector,
)
from bptt.kernel.index_form import Undecided
from bptt.kernel.latex import latex
from bptt.kernel.rules import Proof, Refuted, decide, prove, refute
from bptt.kernel.shape import Index, ShapeError, Size, indices, sizes

__all__ = [
    "Formula",
    "Function",
    "Index",
    "Place",
    "Proof",
    "Refuted",
    "ShapeError",
    "Size",
    "Undecided",
    "by_entry",
    "decide",
    "delta",
    "diag",
    "evaluate",
    "exp",
    "extent",
    "eye",
    "indices",
    "inner",
    "latex",
    "log",
    "matrix",
    "named",
    "ones",
    "outer",
    "prove",
    "refute",
    "scalar",
    "sizes",
    "sum_over",
    "tanh",
    "total",
    "vector",
]
