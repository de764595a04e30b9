"""Lists the kinds of slips, and with each the change that would repair it."""

import ast
from collections.abc import Callable
from typing import NamedTuple

from bptt.slips import missing, rewritings, steps
from bptt.slips.source import SIMPLE, Function, Pair


class Kind(NamedTuple):
    """A kind of slip.

    Attributes:
        slip: its name, in which {} is what it is about.
        on: the kind of node in which it stands.
        repair: yields what it is about, and what would stand there.
    """

    slip: str
    on: tuple[type[ast.AST], ...]
    repair: Callable[[Function, ast.AST], rewritings.New]


PRODUCT = (ast.BinOp, ast.Call)
READ = (ast.Name, ast.Attribute, ast.Subscript)
VALUE = (*PRODUCT, *READ)
ASSIGNED = (ast.Assign, ast.AugAssign)
LISTED = (ast.Tuple, ast.List, ast.Dict)

# The likeliest first: where several repair, the first of them is named.
KINDS = (
    Kind("{}", VALUE, rewritings.transposed),
    Kind("{}", (ast.Constant,), rewritings.einsum_transposed),
    Kind("overwritten, not added up", (ast.Assign,), steps.overwritten),
    Kind("a term is dropped: {}", (ast.Assign,), steps.dropped_line),
    Kind("an array changed in place", ASSIGNED, steps.copied),
    Kind("repeated words added once", (ast.AugAssign,), steps.repeated),
    Kind("the gradients are clipped", (ast.Call,), rewritings.clips),
    Kind("the gradients are clipped", (ast.BinOp, *SIMPLE, ast.If, ast.For), rewritings.clipped_by),
    Kind("h⁽⁰⁾ wraps round to h⁽ᵀ⁾", (ast.Subscript,), steps.wraps),
    Kind("{}", (ast.Subscript,), steps.steps),
    Kind("sign of {}", (ast.UnaryOp, ast.BinOp, ast.Call, ast.AugAssign), rewritings.signs),
    Kind("sign of {}", PRODUCT, rewritings.sign_of_whole),
    Kind("factors swapped", PRODUCT, rewritings.factors_swapped),
    Kind("the product transposed", PRODUCT, rewritings.product_transposed),
    Kind("only the diagonal of softmax′", (ast.BinOp,), rewritings.softmax_diagonal),
    Kind("the halves are swapped: {}", (ast.Subscript,), steps.halves_swapped),
    Kind("the halves are swapped: {}", LISTED, steps.swapped),
    Kind("the halves are swapped: {}", (Pair,), steps.targets_swapped),
    Kind("a direction is {}", READ, steps.direction),
    Kind("a mean for a sum", (ast.Call,), rewritings.mean_for_sum),
    Kind("a sum for a mean", (ast.Call,), rewritings.sum_for_mean),
    Kind("a {}", (ast.Constant,), rewritings.other_axis),
    Kind("the mean is over another count", (ast.BinOp, ast.AugAssign), missing.other_count),
    Kind("{}", (ast.Call,), steps.bounds),
    Kind("the steps run the wrong way: {}", VALUE, steps.backwards),
    Kind("added up, not overwritten", (ast.AugAssign,), steps.added_up),
    Kind("{}", (ast.BinOp, ast.AugAssign), rewritings.factors_too_many),
    Kind("the mask is forgotten", (*ASSIGNED, *VALUE), missing.mask),
    Kind("the mean is forgotten", VALUE, missing.count),
    Kind("factor 2 forgotten", VALUE, missing.two),
    Kind("one in place of the sum: {}", (ast.Subscript,), steps.one_for_sum),
    Kind("{}", (*READ, ast.BinOp), rewritings.complement),
    Kind("{}", (ast.Name,), steps.other_index),
    Kind("tanh′ at the wrong place: {}", (ast.BinOp,), missing.slope_elsewhere),
    Kind("the slope of another function: {}", (ast.BinOp,), missing.other_slope),
    Kind("a factor of one term, or of all: {}", (ast.BinOp,), rewritings.brackets),
    Kind("missing tanh′", VALUE, missing.tanh_slope),
    Kind("missing relu′", VALUE, missing.relu_slope),
    Kind("{} too many", (ast.BinOp,), rewritings.terms_too_many),
    Kind("factor 2 too many", VALUE, missing.half),
    Kind("another case: {}", (ast.If, ast.IfExp), steps.cases),
    Kind("{} too many", (*SIMPLE, ast.If), rewritings.lines_too_many),
    Kind("two lines in the wrong order, the second: {}", (Pair,), steps.order),
    Kind("set anew at each step: {}", (ast.For,), steps.set_anew),
    Kind("missing sigmoid′", VALUE, missing.sigmoid_slope),
    Kind("a factor is dropped: {}", VALUE, missing.gate),
    Kind("a factor is dropped: {}", (ast.stmt,), missing.factor_of_carried),
    Kind("a term is dropped: {}", VALUE, missing.term),
    Kind("another part is read: {}", (ast.Subscript,), steps.other_part),
    Kind("{}", READ, missing.variable),
    Kind("a term is dropped: {}", VALUE, missing.gated),
    Kind("reshaped, not transposed: {}", (ast.Call,), rewritings.reshaped),
    Kind("a factor is dropped: {}", VALUE, missing.factor),
    Kind("a term is dropped: {}", VALUE, missing.centred),
    Kind("a term is dropped: {}", VALUE, missing.difference),
    Kind("a term is dropped: {}", VALUE, missing.product),
    Kind("a term is dropped: {}", VALUE, missing.matrix_product),
    Kind("no softmax′", VALUE, missing.softmax),
    Kind("missing tanh′", VALUE, missing.slope_of_sum),
)
