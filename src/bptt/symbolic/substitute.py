"""A function that a formula leaves open, chosen afterwards: what holds for every f is run with tanh."""

from collections.abc import Callable
from functools import cache

from bptt.kernel.language import formula as f
from bptt.kernel.language.latex import function_name, name
from bptt.kernel.language.wellformed import symbols_of
from bptt.symbolic.differentiate import diff, replaced


@cache  # what two formulas share they share afterwards too, which spares the kernel much
def with_function(
    root: f.Formula, function: f.Function, value: Callable[[f.Formula], f.Formula], word: str = ""
) -> f.Formula:
    """Put a formula in place of f, and its derivatives, by SymPy, in place of f′, f″ and so on.

    ``value`` writes f(z) for a number z, as in ``with_function(E, f, tanh)`` or
    ``with_function(E, f, lambda z: 1 / (1 + exp(-z)), "sigmoid")``. A name E in which f stood becomes
    E_tanh or E_sigmoid, so that nothing that holds for one function is read as a statement about all.
    """
    word = value.name if isinstance(value, f.Function) else word or getattr(value, "__name__", "")
    word = word if word.isidentifier() else "chosen"
    if not any(isinstance(node, f.Apply) and node.function.name == function.name for node in f.walk(root)):
        return root
    if isinstance(root, f.Derivative):
        return root.renamed(lambda part: with_function(part, function, value, word))
    if isinstance(root, f.Named):
        chosen = with_function(root.args[0], function, value, word)
        called = function_name(value) if isinstance(value, f.Function) else name(word)
        set_ = f"{{{root.tex or name(root.name)}}}_{{{name(function.name)}={called}}}"
        return f.Named(f"{root.name}_{word}", chosen, set_)
    args = [with_function(arg, function, value, word) for arg in root.args]
    if not isinstance(root, f.Apply) or root.function.name != function.name:
        return root.with_args(*args)
    z = f.Symbol(unused(root, value(f.Symbol("argument"))))
    body = value(z)
    for _ in range(root.function.order):
        varies = any(isinstance(node, f.Symbol) and node.name == z.name for node in f.walk(body))
        body = diff(body, z).args[0] if varies else f.Number(0)
    everywhere = replaced(body, z, args[0])
    return everywhere if everywhere.shape == root.shape else everywhere * f.Ones(*root.shape)


def unused(*formulas: f.Formula) -> str:
    """Find a name for the argument of the chosen function that no formula uses."""
    taken = {symbol.name for symbol in symbols_of(*formulas)}
    return next(f"z{number}" for number in range(len(taken) + 1) if f"z{number}" not in taken)
