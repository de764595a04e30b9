"""Reads a theorem as a reader of the page must: by what is printed, where one name is one thing.

The value of a series reads as the series, a derivative as the derivative of what it is printed of, a name as
what else has that name. Where two things print alike and no reading is left, ``Alike`` is raised.
"""

from typing import Any

from falsifier.declared import Reader, Scope, limits_of
from falsifier.statement import Node, Statement, Var, When


class Alike(Exception):
    """Two different things of one statement print as one."""


class Printed(Reader):
    """The reading by names."""

    def __init__(self, theorem: Any) -> None:
        super().__init__()
        self.meanings: dict[str, Any] = {}
        self.named_first: dict[str, Any] = {}
        self.being_read: list[str] = []  # the names whose definitions are
        self.differentiated = 0
        sides = [theorem.left, theorem.right, *(item.formula for item in theorem.conditions)]
        for side in [*sides, *(side for item in theorem.hypotheses for side in (item.left, item.right))]:
            self.collect(side)
        # A name may speak of a free variable before the formula does.
        for index in theorem.context:
            self.free(index)

    def collect(self, node: Any) -> None:
        """Note what each name is declared as; a variable is looked at where it stands."""
        kind = type(node).__name__
        if kind == "Symbol":
            self.means(node.name, ("symbol", self.shape(node.shape)))
        elif kind == "At":
            self.means(node.series.name, ("series", self.shape(node.series.shape)))
        elif kind == "OneHot":
            self.means(node.label.labels.name, ("labels", self.size(node.label.labels.size)))
        elif kind == "Apply":
            self.means(node.function.name, ("function",))
        for dimension in (*node.shape, getattr(node, "size", 1)):
            if not isinstance(dimension, int):
                self.means(dimension.name, ("size", dimension.is_time))
        for arg in node.args:
            self.collect(arg)

    def means(self, name: str, meaning: Any) -> None:
        if self.meanings.setdefault(name, meaning) != meaning:
            raise Alike(f"{name} is a {self.meanings[name][0]} and a {meaning[0]}, or has two shapes")

    # Variables: by name, the innermost first.

    def var(self, index: Any, scope: Scope) -> Var:
        return scope.get(index.name) or self.free(index)

    def free(self, index: Any) -> Var:
        new = self.made(("free", index.name), index, {})
        before = self.seen.setdefault(index.name, new)
        if before is new and index.name in self.meanings:
            raise Alike(f"{index.name} is a free index and a {self.meanings[index.name][0]}")
        if ranged(before) != ranged(new):
            raise Alike(f"{index.name} runs over two ranges")
        return before

    def bound(self, index: Any, scope: Scope) -> tuple[Var, Scope]:
        var = self.made(("bound", index.name, len(scope)), index, scope)
        return var, {**scope, index.name: var}

    def when(self, moment: Any, scope: Scope) -> When:
        if moment.base is not None and not limits_of(moment.base) and moment.base.name in scope:
            return When(scope[moment.base.name], moment.offset)
        return super().when(moment, scope)

    # Names.

    def counter(self, name: str, shape: Any, scope: Scope) -> Node | None:
        """Read a name as a variable that stands as a number, if it is that of one here."""
        var = scope.get(name) or self.seen.get(name)
        if var is not None and self.shape(shape) != (1, 1):
            raise Alike(f"{name} is an index and a matrix")
        return None if var is None else Node("counter", (1, 1), data=var)

    def symbol(self, node: Any, scope: Scope) -> Node:
        return self.counter(node.name, node.shape, scope) or Node(
            "symbol", self.shape(node.shape), data=("name", node.name)
        )

    def series(self, series: Any) -> Any:
        return ("name", series.name)

    def labels(self, labels: Any) -> Any:
        return ("name", labels.name)

    def extent(self, node: Any, scope: Scope) -> Node:
        return self.counter(node.size.name, (1, 1), scope) or super().extent(node, scope)

    def value(self, node: Any, scope: Scope) -> Node:
        return self.node(node.args[0] if self.differentiated else node.equation.left, scope)

    def derivative(self, node: Any, scope: Scope) -> Node:
        """Read a derivative off what is differentiated: a second opinion on it."""
        if node.kind not in ("diff", "grad", "jacobian") or type(node.by[0]).__name__ not in ("Symbol", "At"):
            return super().named(node, scope)
        self.differentiated += 1
        try:
            of, by = self.node(node.of, scope), self.node(node.by[0], scope)
        finally:
            self.differentiated -= 1
        if by.kind == "counter":
            raise Alike(f"{node} is by an index")
        return Node("derivative", self.shape(node.shape), (of,), (node.kind, by))

    def named(self, node: Any, scope: Scope) -> Node:
        name, shape = node.name, self.shape(node.shape)
        found, meaning = self.counter(name, node.shape, scope), self.meanings.get(name, ("nothing else",))
        if found is not None:
            return found
        if meaning == ("symbol", shape):
            return Node("symbol", shape, data=("name", name))
        if meaning[0] != "nothing else":
            raise Alike(f"{name} is a named formula and a {meaning[0]}")
        first = self.named_first.setdefault(name, node)  # one name, one definition
        if self.shape(first.shape) != shape or name in self.being_read:
            raise Alike(f"{name} is a name for two things, or stands in its own definition")
        self.being_read.append(name)
        try:
            return self.node(first.args[0], scope)
        finally:
            self.being_read.pop()


def ranged(var: Var) -> Any:
    """Write the range of a variable as it is printed."""
    shown = [
        (limit.base.name if isinstance(limit.base, Var) else limit.base, limit.offset) for limit in var.limits
    ]
    return var.size, shown


def printed(theorem: Any) -> Statement:
    """Read what a theorem says by what is printed of it; ``Alike`` where that can be read in two ways."""
    return Printed(theorem).theorem(theorem)
