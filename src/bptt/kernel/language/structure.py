"""Whether two formulas are the same formula: node by node, whatever their bound indices are called.

Sizes, symbols, series and functions are the same where all that was declared of them is; indices and steps
where they are one object.
"""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from bptt.kernel.language import formula as f
from bptt.kernel.language import series as q
from bptt.kernel.language.formula import Structure
from bptt.kernel.language.frozen import fix
from bptt.kernel.language.shape import Index, Size
from bptt.kernel.language.time import Moment, Step, steps_in

Names = Mapping[Index, str]
Item = TypeVar("Item")

# Nodes that say all by their kind, their arguments and what they bind.
PLAIN = (f.Add, f.Times, f.MatMul, f.Transpose, f.Diag, f.Inner, f.Sum, q.Product, q.Softmax)


def same(one: f.Formula, other: f.Formula) -> bool:
    """Tell whether two formulas are the same but for the names of bound indices and of definitions."""
    return one is other or structure(one) == structure(other)


def structure(node: f.Formula, names: "Names | None" = None) -> Structure:
    """Describe a formula so that two descriptions are equal only where the formulas mean the same.

    Where nothing is bound around it that is done once: it says the same in every statement.
    """
    if names:
        return described(node, names)
    if not hasattr(node, "structure"):
        fix(node, structure=described(node, {}))
    return node.structure


def described(node: f.Formula, names: Names) -> Structure:
    if isinstance(node, f.Named):
        return structure(node.args[0], names)
    inside = dict(names)
    ranges: list[Structure] = []
    for index in node.binds():
        # The range of a bound step is said outside of it.
        ranges.append(range_of(index, names))
        inside[index] = f"~{sum(name[:1] == '~' for name in inside.values())}"
    parts: Structure = tuple(structure(arg, inside) for arg in node.args)
    return (type(node).__name__, own(node, inside), tuple(ranges), parts)


def own(node: f.Formula, names: Names) -> Structure:
    """Describe what a node says beside its arguments."""
    if isinstance(node, f.Symbol):
        return (node.name,) + dimensions(node.shape)
    if isinstance(node, f.Number):
        return (str(node.value),)
    if isinstance(node, f.Extent):
        return dimensions((node.size,))
    if isinstance(node, (f.Ones, f.Identity)):
        return dimensions(node.shape)
    if isinstance(node, f.Power):
        return (node.exponent,)
    if isinstance(node, f.Apply):
        return (node.function.name, node.function.order)
    if isinstance(node, (f.Entry, f.ByEntry)):
        return (place(node.row, names), place(node.col, names))
    if isinstance(node, q.At):
        return (node.name,) + dimensions(node.shape) + (moment(node.moment, names),)
    if isinstance(node, q.OneHot):
        return (node.name,) + dimensions(node.shape) + (moment(node.moment, names),)
    if isinstance(node, q.SameTime):
        return tuple(moment(when, names) for when in node.moments)
    if type(node) in PLAIN:
        return ()
    raise TypeError(f"what {type(node).__name__} says beside its arguments is not known")


def dimensions(shape: "tuple[object, ...]") -> Structure:
    return tuple((d.name, int(d.is_time)) if isinstance(d, Size) else ("1", 0) for d in shape)


def place(index: "Index | None", names: Names) -> Structure:
    """Describe an index: by its place among what binds, or by the number that no other index has."""
    if index is None:
        return ()
    return (names[index],) if index in names else (index.serial,)


def moment(when: Moment, names: Names) -> Structure:
    if isinstance(when.base, Step):
        return place(when.base, names) + (when.offset,)
    base: Structure = () if when.base is None else dimensions((when.base,))
    return (base, when.offset)


def range_of(index: Index, names: Names) -> Structure:
    if isinstance(index, Step):
        return dimensions((index.horizon,)) + (moment(index.first, names), moment(index.last, names))
    return dimensions((index.size,))


def unique(items: "Iterable[Item]") -> "list[Item]":
    """List each thing once, in the order in which they come; MicroPython's dictionaries keep none."""
    found: list[Item] = []
    for item in items:
        if item not in found:
            found.append(item)
    return found


def in_order(indices: "Iterable[Index]") -> "tuple[Index, ...]":
    """List indices once each, a step after those on which its range depends, else the oldest first."""
    return tuple(sorted(set(indices), key=lambda index: (depth(index), index.serial)))


def depends_on(index: Index) -> "tuple[Step, ...]":
    """List the steps on which the range of an index depends."""
    return steps_in(index.first) + steps_in(index.last) if isinstance(index, Step) else ()


def depth(index: Index) -> int:
    """Count the steps that must have a value before the range of an index is known."""
    return 1 + max([depth(step) for step in depends_on(index)], default=0) if depends_on(index) else 0
