"""A function that a formula leaves open, chosen afterwards: what holds for every f is run with tanh."""

from collections.abc import Callable
from functools import cache

from bptt.kernel.language import formula as f
from bptt.symbolic.differentiate import diff, replaced


@cache  # what two formulas share they share afterwards too, which spares the kernel much
def with_function(
    root: f.Formula, function: f.Function, value: Callable[[f.Formula], f.Formula]
) -> f.Formula:
    """Put a formula in place of f, and its derivatives, by SymPy, in place of f′, f″ and so on.

    ``value`` writes f(z) for a number z, as in ``with_function(E, f, tanh)`` or
    ``with_function(E, f, lambda z: 1 / (1 + exp(-z)))``. Names stay, and mean what has become of them.
    """
    args = [with_function(arg, function, value) for arg in root.args]
    if not isinstance(root, f.Apply) or root.function.name != function.name:
        return root.with_args(*args) if args else root
    z = f.Symbol("z")
    body = value(z)
    for _ in range(root.function.order):
        varies = any(isinstance(node, f.Symbol) and node.name == z.name for node in f.walk(body))
        body = diff(body, z).args[0] if varies else f.Number(0)
    everywhere = replaced(body, z, args[0])
    return everywhere if everywhere.shape == root.shape else everywhere * f.Ones(*root.shape)
