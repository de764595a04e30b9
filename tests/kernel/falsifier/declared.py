"""Reads a proof by what was declared: things are one if their whole declaration is, whatever they print as.

The node types are told by the names of their classes, so that the kernel may keep them where it likes.
"""

from fractions import Fraction
from typing import Any

from falsifier.statement import Condition, Hypothesis, Node, Statement, Var, When, by_dependence, nodes_of

Scope = dict[Any, Var]


class Reader:
    """Turns the kernel's formulas into the falsifier's, by declaration; ``printed`` reads by name."""

    def __init__(self) -> None:
        self.seen: dict[Any, Var] = {}

    def size(self, size: Any) -> Any:
        return 1 if isinstance(size, int) else ("size", size.name, size.is_time)

    def shape(self, shape: Any) -> tuple[Any, Any]:
        return self.size(shape[0]), self.size(shape[1])

    def identity(self, index: Any) -> Any:
        """Name the identity of an index or a step: its serial number, else its declaration."""
        serial = getattr(index, "serial", None)
        if serial is not None:
            return ("index", serial)
        limits = tuple(self.limit_identity(getattr(index, end, None)) for end in ("first", "last"))
        return ("index", index.name, self.size(index.size), limits)

    def limit_identity(self, when: Any) -> Any:
        if when is None or when.base is None:
            return when and when.offset
        base = self.identity(when.base) if hasattr(when.base, "first") else self.size(when.base)
        return (base, when.offset)

    def var(self, index: Any, scope: Scope) -> Var:
        """Find the variable that an index stands for here; one that nothing binds is free."""
        key = self.identity(index)
        return scope.get(key) or self.free(key, index, scope)

    def free(self, key: Any, index: Any, scope: Scope) -> Var:
        if key not in self.seen:
            self.seen[key] = self.made(key, index, {})
        return self.seen[key]

    def made(self, key: Any, index: Any, scope: Scope) -> Var:
        limits = (
            [self.when(limit, scope) for limit in (index.first, index.last)]
            if hasattr(index, "first")
            else []
        )
        return Var(key, index.name, self.size(index.size), *limits)

    def bound(self, index: Any, scope: Scope) -> tuple[Var, Scope]:
        """Open the scope of a sum: a new variable, whose range is read outside."""
        var = self.made(("bound", self.identity(index), len(scope)), index, scope)
        return var, {**scope, self.identity(index): var}

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

    def function(self, function: Any) -> tuple[Any, int]:
        return function.name, function.order

    def named(self, node: Any, scope: Scope) -> Node:
        return self.node(node.args[0], scope)

    def extent(self, node: Any, scope: Scope) -> Node:
        return Node("extent", (1, 1), data=self.size(node.size))

    def apply(self, node: Any, scope: Scope) -> Node:
        return Node("apply", self.shape(node.shape), self.args(node, scope), self.function(node.function))

    def args(self, node: Any, scope: Scope) -> tuple[Node, ...]:
        return tuple(self.node(arg, scope) for arg in node.args)

    def node(self, node: Any, scope: Scope) -> Node:
        """Read a formula."""
        kind, shape = type(node).__name__, self.shape(node.shape)
        if kind in SPECIAL:
            return getattr(self, SPECIAL[kind])(node, scope)  # type: ignore[no-any-return]
        if kind in PLAIN:
            return Node(PLAIN[kind], shape, self.args(node, scope))
        if kind == "Number":
            value = Fraction(node.value)
            return Node("number", shape, data=value.numerator if value.denominator == 1 else value)
        if kind == "Power":
            return Node("power", shape, self.args(node, scope), node.exponent)
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

    # Statements.

    def statement(self, proof: Any) -> Statement:
        """Read a proof of either kernel."""
        return self.theorem(proof) if hasattr(proof, "hypotheses") else self.proof(proof)

    def theorem(self, theorem: Any) -> Statement:
        """Read a theorem, which says of itself what is free and what is quantified where."""
        context = [self.free(self.identity(index), index, {}) for index in theorem.context]
        hypotheses = []
        for item in theorem.hypotheses:
            own, scope = self.quantified(item.steps)
            hypotheses.append(Hypothesis(own, self.node(item.left, scope), self.node(item.right, scope)))
        conditions = []
        for condition in theorem.conditions:
            own, scope = self.quantified(condition.indices)
            conditions.append(Condition(own, self.node(condition.formula, scope), condition.kind))
        sides = self.node(theorem.left, {}), self.node(theorem.right, {})
        return closed(*sides, context, hypotheses, conditions, partial=False)

    def quantified(self, indices: Any) -> tuple[tuple[Var, ...], Scope]:
        scope: Scope = {}
        own = []
        for index in indices:
            var, scope = self.bound(index, scope)
            own.append(var)
        return tuple(own), scope

    def proof(self, proof: Any) -> Statement:
        """Read a proof as it is printed: what is not free in its sides is given for all of its range."""
        sides = self.node(proof.left, {}), self.node(proof.right, {})
        context = [self.free(self.identity(index), index, {}) for index in proof.indices]
        free = {var.key for var in by_dependence(context + free_of(*sides))}
        hypotheses = []
        for equation in proof.given:
            steps = sorted(equation.steps(), key=depth)
            own = [step for step in steps if equation.everywhere or self.identity(step) not in free]
            quantified, scope = self.quantified(own)
            left, right = self.node(equation.left, scope), self.node(equation.right, scope)
            hypotheses.append(Hypothesis(quantified, left, right, equation.definition))
        return closed(*sides, context, hypotheses, [], partial=True)


PLAIN = {
    "Ones": "ones",
    "Identity": "eye",
    "Add": "add",
    "Times": "times",
    "MatMul": "matmul",
    "Transpose": "transpose",
    "Diag": "diag",
    "Inner": "inner",
    "Softmax": "softmax",
}
SPECIAL = {"Symbol": "symbol", "Named": "named", "Extent": "extent", "Apply": "apply"}


def depth(index: Any) -> int:
    """Count the steps on which a range depends."""
    limits = [getattr(index, end, None) for end in ("first", "last")]
    return sum(1 + depth(when.base) for when in limits if when is not None and hasattr(when.base, "first"))


def vars_of(node: Node) -> list[Var]:
    """List the variables that a formula speaks of, bound ones too."""
    found: list[Any] = []
    for part in nodes_of(node):
        data = part.data if isinstance(part.data, tuple) else (part.data,)
        found += [item.base if isinstance(item, When) else item for item in data]
        if part.kind == "derivative":
            found += vars_of(part.data[1])
    return list(by_dependence([item for item in found if isinstance(item, Var)]))


def free_of(*nodes: Node) -> list[Var]:
    return [var for node in nodes for var in vars_of(node) if var.key[0] != "bound"]


def sizes_in(nodes: list[Node], variables: list[Var]) -> tuple[Any, ...]:
    found: list[Any] = []
    for var in variables:
        found += [var.size, *(limit.base for limit in var.limits)]
    for node in nodes:
        for part in nodes_of(node):
            found += [*part.shape, part.data if part.kind == "extent" else None]
            data = part.data if isinstance(part.data, tuple) else ()
            found += [item.base for item in data if isinstance(item, When)]
    return tuple(dict.fromkeys(s for s in found if isinstance(s, tuple) and s and s[0] == "size"))


def closed(
    left: Node,
    right: Node,
    context: list[Var],
    hypotheses: list[Hypothesis],
    conditions: list[Condition],
    partial: bool,
) -> Statement:
    """Put a statement together; what is free anywhere and nowhere quantified belongs to the context."""
    nodes = [left, right]
    own: list[Var] = []
    for item in hypotheses:
        nodes += [item.left, item.right]
        own += item.own
    for condition in conditions:
        nodes.append(condition.formula)
        own += condition.own
    free = by_dependence([var for var in context + free_of(*nodes) if var.key[0] != "bound"])
    variables = [*free, *own, *(var for node in nodes for var in vars_of(node))]
    return Statement(
        left,
        right,
        tuple(var for var in free if var.key[0] != "bound"),
        tuple(hypotheses),
        tuple(conditions),
        partial,
        sizes_in(nodes, variables),
    )


def declared(proof: Any) -> Statement:
    """Read what a proof says by the declarations of all that it speaks of."""
    return Reader().statement(proof)
