"""What a conclusion claims, in nodes of the falsifier's own: nothing here is the kernel's.

A name plays no part in it. Whatever can be told from another thing has a key, and the key is its identity.
"""

from dataclasses import dataclass
from typing import Any

# A size or a horizon: its key, or the 1 of columns, rows and scalars.
Extent = Any
Key = Any


@dataclass(frozen=True)
class When:
    """A moment: some steps after a step, a horizon (its key) or 0 (None)."""

    base: "Var | Key | None"
    offset: int


@dataclass(frozen=True, eq=False)
class Var:
    """A variable over the positions of a size, or over the moments from ``first`` to ``last``."""

    key: Key
    name: str
    size: Extent
    first: When | None = None
    last: When | None = None

    @property
    def limits(self) -> tuple[When, ...]:
        return tuple(limit for limit in (self.first, self.last) if limit is not None)


@dataclass(frozen=True, eq=False)
class Node:
    """A formula; ``kind`` says what is done with the arguments, ``data`` what it needs to know besides."""

    kind: str
    shape: tuple[Extent, Extent]
    args: "tuple[Node, ...]" = ()
    data: Any = None


@dataclass(frozen=True)
class Hypothesis:
    """That left is right for all values of ``own``."""

    own: tuple[Var, ...]
    left: Node
    right: Node


@dataclass(frozen=True)
class Condition:
    """That every entry, for all values of ``own``, is not zero, or is positive."""

    own: tuple[Var, ...]
    formula: Node
    positive: bool


@dataclass(frozen=True)
class Statement:
    """That left is right for all values of the context, if the hypotheses and conditions hold.

    ``free`` is what it speaks of and nothing in it binds. ``partial``: it is only said of where both sides
    have a value. Else they have one wherever all that is assumed holds.
    """

    left: Node
    right: Node
    context: tuple[Var, ...]
    hypotheses: tuple[Hypothesis, ...] = ()
    conditions: tuple[Condition, ...] = ()
    free: tuple[Var, ...] = ()
    partial: bool = False

    def open(self) -> tuple[Var, ...]:
        """List what is free and stands in no context: of which of its values anything is said is unknown."""
        known = {var.key for var in self.context}
        return tuple(var for var in self.free if var.key not in known)

    def sizes(self) -> tuple[Key, ...]:
        """List the sizes and horizons that must be known before anything else is."""
        variables = list(self.context)
        variables += [var for item in self.hypotheses for var in item.own]
        variables += [var for item in self.conditions for var in item.own]
        found: list[Any] = []
        for node in (node for root in self.formulas() for node in nodes_of(root)):
            data = node.data if isinstance(node.data, tuple) else (node.data,)
            variables += [item for item in data if isinstance(item, Var)]
            found += [*node.shape, node.data, *(item.base for item in data if isinstance(item, When))]
        for var in variables:
            found += [var.size, *(limit.base for limit in var.limits)]
        return tuple(dict.fromkeys(s for s in found if isinstance(s, tuple) and s and s[0] == "size"))

    def formulas(self) -> list[Node]:
        sides = [side for item in self.hypotheses for side in (item.left, item.right)]
        return [self.left, self.right, *sides, *(item.formula for item in self.conditions)]


def nodes_of(node: Node) -> list[Node]:
    """List a formula and everything below it."""
    return [node, *(found for arg in node.args for found in nodes_of(arg))]
