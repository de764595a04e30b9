"""Reads a theorem by what was declared: things are one if their whole declaration is, whatever they print as.

The node types are told by the names of their classes, so that the kernel may keep them where it likes.
"""

from fractions import Fraction
from typing import Any

from falsifier.statement import Condition, Hypothesis, Node, Statement, Var, When

Scope = dict[Any, Var]


class Reader:
    """Turns the kernel's formulas into the falsifier's, by declaration; ``printed`` reads by name."""

    def __init__(self) -> None:
        self.seen: dict[Any, Var] = {}

    def size(self, size: Any) -> Any:
        return 1 if isinstance(size, int) else ("size", size.name, size.is_time)

    def shape(self, shape: Any) -> tuple[Any, Any]:
        return self.size(shape[0]), self.size(shape[1])

    def var(self, index: Any, scope: Scope) -> Var:
        """Find the variable that an index stands for here; one that nothing binds is free."""
        return scope.get(identity(index)) or self.free(index)

    def free(self, index: Any) -> Var:
        key = identity(index)
        if key not in self.seen:
            self.seen[key] = self.made(key, index, {})
        return self.seen[key]

    def made(self, key: Any, index: Any, scope: Scope) -> Var:
        limits = [self.when(limit, scope) for limit in limits_of(index)]
        return Var(key, index.name, self.size(index.size), *limits)

    def bound(self, index: Any, scope: Scope) -> tuple[Var, Scope]:
        """Open the scope of a sum: a new variable, whose range is read outside."""
        var = self.made(("bound", identity(index), len(scope)), index, scope)
        return var, {**scope, identity(index): var}

    def when(self, moment: Any, scope: Scope) -> When:
        if moment.base is None:
            return When(None, moment.offset)
        step = hasattr(moment.base, "first")
        return When(self.var(moment.base, scope) if step else self.size(moment.base), moment.offset)

    def symbol(self, node: Any, scope: Scope) -> Node:
        shape = self.shape(node.shape)
        return Node("symbol", shape, data=("symbol", node.name, shape))

    def series(self, series: Any) -> Any:
        return ("series", series.name, self.shape(series.shape))

    def labels(self, labels: Any) -> Any:
        return ("labels", labels.name, self.size(labels.size))

    def named(self, node: Any, scope: Scope) -> Node:
        return self.node(node.args[0], scope)

    value = derivative = named

    def extent(self, node: Any, scope: Scope) -> Node:
        return Node("extent", (1, 1), data=self.size(node.size))

    def args(self, node: Any, scope: Scope) -> tuple[Node, ...]:
        return tuple(self.node(arg, scope) for arg in node.args)

    def node(self, node: Any, scope: Scope) -> Node:
        """Read a formula."""
        kind, shape = type(node).__name__, self.shape(node.shape)
        if kind in BY_READING:
            return getattr(self, kind.lower())(node, scope)  # type: ignore[no-any-return]
        if kind in PLAIN:
            return Node(kind.lower(), shape, self.args(node, scope))
        if kind == "Number":
            value = Fraction(node.value)
            return Node("number", shape, data=value.numerator if value.denominator == 1 else value)
        if kind == "Power":
            return Node("power", shape, self.args(node, scope), node.exponent)
        if kind == "Apply":
            return Node("apply", shape, self.args(node, scope), (node.function.name, node.function.order))
        if kind == "At":
            return Node("at", shape, data=(self.series(node.series), self.when(node.moment, scope)))
        if kind == "OneHot":
            label = node.label
            return Node("onehot", shape, data=(self.labels(label.labels), self.when(label.moment, scope)))
        if kind == "SameTime":
            return Node("same_time", shape, data=tuple(self.when(when, scope) for when in node.moments))
        if kind == "Entry":
            places = tuple(index and self.var(index, scope) for index in (node.row, node.col))
            return Node("entry", shape, self.args(node, scope), places)
        if kind in ("Sum", "Product"):
            var, inside = self.bound(node.index, scope)
            return Node(kind.lower(), shape, self.args(node, inside), var)
        if kind == "ByEntry":
            inside, bound = scope, list[Var | None]()
            for index in (node.row, node.col):
                if index is None:
                    bound.append(None)
                    continue
                var, inside = self.bound(index, inside)
                bound.append(var)
            return Node("by_entry", shape, self.args(node, inside), tuple(bound))
        raise TypeError(f"the falsifier cannot read a {kind}")

    def quantified(self, indices: Any) -> tuple[tuple[Var, ...], Scope]:
        scope: Scope = {}
        own = []
        for index in indices:
            var, scope = self.bound(index, scope)
            own.append(var)
        return tuple(own), scope

    def theorem(self, theorem: Any) -> Statement:
        """Read a theorem, which says of itself what is free and what is said of all values of what."""
        context = [self.free(index) for index in theorem.context]
        hypotheses = []
        for item in theorem.hypotheses:
            own, scope = self.quantified(item.for_all)
            hypotheses.append(Hypothesis(own, self.node(item.left, scope), self.node(item.right, scope)))
        conditions = []
        for condition in theorem.conditions:
            own, scope = self.quantified(condition.for_all)
            conditions.append(Condition(own, self.node(condition.formula, scope), condition.positive))
        left, right = self.node(theorem.left, {}), self.node(theorem.right, {})
        return Statement(
            left, right, tuple(context), tuple(hypotheses), tuple(conditions), tuple(self.seen.values())
        )


PLAIN = ("Ones", "Identity", "Add", "Times", "MatMul", "Transpose", "Diag", "Inner", "Softmax")
BY_READING = ("Symbol", "Named", "Value", "Derivative", "Extent")


def identity(index: Any) -> Any:
    return ("index", index.serial)


def limits_of(index: Any) -> tuple[Any, ...]:
    return (index.first, index.last) if hasattr(index, "first") else ()


def declared(theorem: Any) -> Statement:
    """Read what a theorem says by the declarations of all that it speaks of."""
    return Reader().theorem(theorem)
