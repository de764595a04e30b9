"""What a conclusion claims, in nodes of the falsifier's own: nothing here is the kernel's.

A name plays no part in it. Whatever can be told from another thing has a key, and the key is its identity.
"""

from dataclasses import dataclass, field
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
    """That left is right for all values of ``own``; ``defines``: and is called a definition of left."""

    own: tuple[Var, ...]
    left: Node
    right: Node
    defines: bool = False


@dataclass(frozen=True)
class Condition:
    """That every entry, for all values of ``own``, is non-zero or positive, or only has a value."""

    own: tuple[Var, ...]
    formula: Node
    kind: str


@dataclass(frozen=True)
class Statement:
    """That left is right for all values of the context, if the hypotheses and conditions hold.

    ``partial``: only where both have a value. Else they have one wherever all that is assumed holds.
    """

    left: Node
    right: Node
    context: tuple[Var, ...]
    hypotheses: tuple[Hypothesis, ...] = ()
    conditions: tuple[Condition, ...] = ()
    partial: bool = False
    sizes: tuple[Key, ...] = field(default=())


def by_dependence(found: "list[Var]") -> tuple[Var, ...]:
    """Put variables after those on which their ranges depend, which are listed too."""
    ordered: dict[Key, Var] = {}

    def add(var: Var) -> None:
        if var.key not in ordered:
            for limit in var.limits:
                if isinstance(limit.base, Var):
                    add(limit.base)
            ordered[var.key] = var

    for var in found:
        add(var)
    return tuple(ordered.values())


def nodes_of(node: Node) -> list[Node]:
    """List a formula and everything below it."""
    return [node, *(found for arg in node.args for found in nodes_of(arg))]
