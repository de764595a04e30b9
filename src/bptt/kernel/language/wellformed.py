"""What the names in a claim stand for, each one thing only, and that both sides have one shape."""

from bptt.kernel.language.formula import Apply, Extent, Formula, Named, Symbol, bound_by, free_indices, walk
from bptt.kernel.language.series import At, Labels, OneHot, Series, Timed
from bptt.kernel.language.shape import ShapeError, Size, show_shape
from bptt.kernel.language.time import Step, steps_in
from bptt.kernel.proof.equality import normal_difference


def sizes_of(*sides: Formula) -> tuple[Size, ...]:
    """List the symbolic sizes that formulas speak of, in the order in which they appear."""
    found: list[object] = []
    for node in (node for side in sides for node in walk(side)):
        found += node.shape
        found += [index.size for index in bound_by(node) + node.uses()]
        if isinstance(node, Timed):
            found += [when.base for when in node.moments]
        if isinstance(node, Extent):
            found.append(node.size)
    return tuple(size for size in dict.fromkeys(found) if isinstance(size, Size))


def symbols_of(*sides: Formula) -> tuple[Symbol, ...]:
    """List the symbols of formulas, each name once."""
    named = {node.name: node for side in sides for node in walk(side) if isinstance(node, Symbol)}
    return tuple(named[name] for name in sorted(named))


def series_of(*sides: Formula) -> "tuple[Series | Labels, ...]":
    """List the series and labels of formulas, each name once."""
    nodes = [node for side in sides for node in walk(side)]
    named: dict[str, Series | Labels] = {node.name: node.series for node in nodes if isinstance(node, At)}
    named.update((node.name, node.label.labels) for node in nodes if isinstance(node, OneHot))
    return tuple(named[name] for name in sorted(named))


def check_shapes(left: Formula, right: Formula) -> None:
    """Raise ShapeError unless both sides have one shape."""
    if left.shape != right.shape:
        raise ShapeError(
            f"{left} = {right}: {left} is {show_shape(left.shape)}, {right} is {show_shape(right.shape)}"
        )


def check_names(*sides: Formula) -> None:
    """Refuse a claim in which one name stands for two things: what is printed would not be what is proved."""
    nodes = [node for side in sides for node in walk(side)]
    free = {index for side in sides for index in free_indices(side)}
    meanings: list[tuple[str, str, object]] = [(size.name, "a size", size) for size in sizes_of(*sides)]
    meanings += [(index.name, f"a free index over {index.size}", index) for index in free]
    for node in nodes:
        if isinstance(node, Symbol):
            meanings.append((node.name, f"a {show_shape(node.shape)} symbol", node.shape))
        elif isinstance(node, At):
            meanings.append((node.name, f"a {show_shape(node.shape)} series", ("series", node.shape)))
        elif isinstance(node, OneHot):
            meanings.append((node.name, f"labels out of {node.shape[0]}", ("labels", node.shape)))
        elif isinstance(node, Apply):
            meanings.append((node.function.name, "a function", "function"))
        elif isinstance(node, Named):
            meanings.append((node.name, f"a name for {node.args[0]}", Meaning(node.args[0])))
    first: dict[str, tuple[str, object]] = {}
    for name, kind, meaning in meanings:
        before = first.setdefault(name, (kind, meaning))
        if before[1] != meaning:
            raise ValueError(
                f"{name!r} is {before[0]} and {kind} in one claim: give one of them another name"
            )
    for side in sides:
        check_bound_names(side, {index.name for index in free})


def check_bound_names(node: Formula, around: "set[str]") -> None:
    """Refuse a sum over i where i already means something, be it free or the index of a sum around it."""
    if isinstance(node, Named):
        # A name is printed without what it means, which is a line of its own.
        around = {index.name for index in free_indices(node)}
    for index in bound_by(node):
        for other in free_indices(node):
            if isinstance(other, Step) and index in steps_in(other.first) + steps_in(other.last):
                raise ValueError(f"{other.range()} depends on {index}, which is bound in {node}")
        if index.name in around:
            raise ValueError(
                f"{index.name!r} is bound in {node}, where there is another index of that name: "
                "a free and a bound index, or two bound ones, need two names"
            )
        around = around | {index.name}
    for arg in node.args:
        check_bound_names(arg, around)


class Meaning:
    """What a name stands for; equal where the kernel finds one normal form."""

    def __init__(self, node: Formula) -> None:
        self.node = node

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Meaning) or self.node.shape != other.node.shape:
            return False
        # A name is mostly used many times for one and the same formula.
        return self.node is other.node or not normal_difference(self.node, other.node)

    __hash__ = None  # type: ignore[assignment]
