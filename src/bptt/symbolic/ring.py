"""Exact comparison at chosen sizes, in a polynomial ring over the rationals: a second opinion on the kernel.

SymPy's ``simplify`` may take forever and its ``equals`` may shrug; an identity in a ring is decided.
"""

import math
from random import Random

import sympy as sp
from sympy.polys.rings import ring

from bptt.kernel.language.formula import Formula
from bptt.kernel.language.wellformed import check_shapes
from bptt.symbolic.explicit import written_out


def differing_entries(left: Formula, right: Formula, **sizes: int) -> dict[tuple[int, int], sp.Expr]:
    """Compare two formulas at the given sizes.

    The result maps each entry (i, j) that differs, counted from 0, to left - right; it is empty if none does.
    """
    check_shapes(left, right)
    lefts, rights = written_out(left, right, sizes=sizes)
    gap = lefts - rights
    return {(i, j): gap[i, j] for i in range(gap.rows) for j in range(gap.cols) if not is_zero(gap[i, j])}


def is_zero(expression: sp.Expr) -> bool:
    """Decide whether an expression vanishes, functions of equal arguments being one unknown each."""
    expression = without_functions(expression)
    try:
        if residue(expression, {}, Random(0)):
            return False  # what is 0 is 0 everywhere, and modulo any number
    except ValueError:
        pass  # a denominator is 0 there, or is no rational one
    numerator = sp.fraction(sp.together(expression))[0]
    symbols = sorted(numerator.free_symbols, key=str)
    if not symbols:
        return bool(numerator == 0)
    polynomials = ring(symbols, sp.QQ)[0]
    return not polynomials.from_expr(numerator)


PRIME = 2**61 - 1


def residue(node: sp.Expr, known: dict[sp.Expr, int], draw: Random) -> int:
    """Compute the value of a rational expression modulo a prime, at a point drawn on the way.

    Raises ValueError where it has none.
    """
    if node not in known:
        if isinstance(node, sp.Symbol):
            value = draw.randrange(PRIME)
        elif isinstance(node, sp.Rational):
            value = node.p * pow(node.q, -1, PRIME)
        elif isinstance(node, sp.Add):
            value = sum(residue(arg, known, draw) for arg in node.args)
        elif isinstance(node, sp.Mul):
            value = math.prod(residue(arg, known, draw) for arg in node.args)
        elif isinstance(node, sp.Pow) and isinstance(node.exp, sp.Integer):
            value = pow(residue(node.base, known, draw), int(node.exp), PRIME)
        else:
            raise ValueError(f"{node} is not rational")
        known[node] = value % PRIME
    return known[node]


def without_functions(expression: sp.Expr) -> sp.Expr:
    """Put an unknown in place of each function value, the innermost first."""
    names: dict[sp.Expr, sp.Symbol] = {}

    def named(value: sp.Expr) -> sp.Expr:
        return names.setdefault(value, sp.Dummy(f"value{len(names)}"))

    def unknown(value: sp.Expr) -> sp.Expr:
        if not isinstance(value, sp.exp):
            return named(type(value)(*(sp.expand(arg) for arg in value.args)))
        # exp(2a - b) is exp(a)² / exp(b): an exponential of a sum is no unknown of its own.
        parts = [term.as_coeff_Mul() for term in sp.Add.make_args(sp.expand(value.args[0]))]
        whole = [(count, rest) if count.is_Integer else (sp.S.One, count * rest) for count, rest in parts]
        return sp.Mul(*(named(sp.exp(rest)) ** count for count, rest in whole))

    return expression.replace(lambda part: isinstance(part, (sp.Function, sp.exp)), unknown)


def explicit_gradient(y: Formula, x: Formula, **sizes: int) -> sp.Matrix:
    """Let SymPy differentiate the written-out scalar ``y`` by every entry of the symbol ``x``."""
    value, variables = written_out(y, x, sizes=sizes)
    return variables.applyfunc(lambda variable: sp.diff(value[0, 0], variable))
