"""Reads a proof as a reader of the page must: by what is printed, where one name is one thing.

A name that reads as a formula is that formula: ``named("V @ W", ...)`` is a product, ``h[t]`` the value of a
series and ``diff(f(a), a)`` a derivative. Where two things print alike and no reading is left, ``Alike``.
"""

import ast
import re
from fractions import Fraction
from typing import Any

from falsifier.declared import Reader, Scope
from falsifier.statement import Node, Statement, Var, When

RESERVED = {"softmax", "inner", "diag", "ones", "eye", "onehot", "outer", "total", "delta", "sum_over"}
RESERVED |= {"product_over", "by_entry", "same_time", "diff", "grad", "jacobian", "immediate"}


# What a name may be of, so that the one that misleads can be found.
ASPECTS = frozenset(("variables", "functions", "values", "names"))


class Alike(Exception):
    """Two different things of one statement print as one."""


class Unread(Exception):
    """A name that does not read as a formula."""


class Printed(Reader):
    """The reading by names, of all aspects or of some; the others are read as they were declared."""

    def __init__(self, proof: Any, aspects: frozenset[str] = ASPECTS) -> None:
        super().__init__()
        self.aspects = aspects
        self.meanings: dict[str, Any] = {}
        self.named_first: dict[str, Any] = {}
        self.free_names: dict[str, Var] = {}
        self.open: list[str] = []  # the names whose definitions are being read
        equations = proof.hypotheses if hasattr(proof, "hypotheses") else proof.given
        sides = [proof.left, proof.right]
        sides += [side for equation in equations for side in (equation.left, equation.right)]
        if hasattr(proof, "hypotheses"):
            sides += [condition.formula for condition in proof.conditions]
        for side in sides:
            self.collect(side)
        # A name may speak of a free variable before the formula does.
        for index in proof.context if hasattr(proof, "context") else proof.indices:
            self.free(self.identity(index), index, {})

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
        if self.meanings.setdefault(name, meaning) != meaning and "variables" in self.aspects:
            raise Alike(f"{name} is a {self.meanings[name][0]} and a {meaning[0]}, or has two shapes")

    # Variables: by name, the innermost first.

    def named_var(self, name: str, scope: Scope) -> Var | None:
        if "variables" not in self.aspects:
            return None
        return scope.get(("name", name)) or self.free_names.get(name)

    def var(self, index: Any, scope: Scope) -> Var:
        if "variables" not in self.aspects:
            return super().var(index, scope)
        inner = scope.get(("name", index.name))
        if inner is not None:
            return inner
        return self.free(self.identity(index), index, scope)

    def free(self, key: Any, index: Any, scope: Scope) -> Var:
        if "variables" not in self.aspects:
            self.free_names.setdefault(index.name, super().free(key, index, scope))
            return super().free(key, index, scope)
        before = self.free_names.get(index.name)
        if before is None:
            if index.name in self.meanings:
                raise Alike(f"{index.name} is a free index and a {self.meanings[index.name][0]}")
            before = self.free_names[index.name] = self.made(("free", index.name), index, {})
        elif self.ranged(before) != self.ranged(self.made(key, index, {})):
            raise Alike(f"{index.name} runs over two ranges")
        return before

    def ranged(self, var: Var) -> Any:
        def shown(when: When | None) -> Any:
            if when is None:
                return None
            return (when.base.name if isinstance(when.base, Var) else when.base, when.offset)

        return (var.size, shown(var.first), shown(var.last))

    def bound(self, index: Any, scope: Scope) -> tuple[Var, Scope]:
        var = self.made(("bound", index.name, len(scope)), index, scope)
        return var, {**scope, ("name", index.name): var, self.identity(index): var}

    def when(self, moment: Any, scope: Scope) -> When:
        if moment.base is not None and not hasattr(moment.base, "first"):
            inner = self.named_var(moment.base.name, scope)
            if inner is not None:
                return When(inner, moment.offset)
        return super().when(moment, scope)

    # Names.

    def symbol(self, node: Any, scope: Scope) -> Node:
        return self.by_name(node.name, node.shape, scope) or Node(
            "symbol", self.shape(node.shape), data=("name", node.name)
        )

    def by_name(self, name: str, shape: Any, scope: Scope) -> Node | None:
        """Read a name as a variable or a size, if it is one here."""
        var = self.named_var(name, scope)
        if var is not None:
            if self.shape(shape) != (1, 1):
                raise Alike(f"{name} is an index and a matrix")
            return Node("counter", (1, 1), data=var)
        return None

    def series(self, series: Any) -> Any:
        return ("name", series.name)

    def labels(self, labels: Any) -> Any:
        return ("name", labels.name)

    def extent(self, node: Any, scope: Scope) -> Node:
        return self.by_name(node.size.name, (1, 1), scope) or super().extent(node, scope)

    def function(self, function: Any) -> tuple[Any, int]:
        if "functions" not in self.aspects:
            return super().function(function)
        return function.name, max(function.order, 0)  # as many primes as are printed

    def apply(self, node: Any, scope: Scope) -> Node:
        if "functions" not in self.aspects:
            return super().apply(node, scope)
        name, order = self.function(node.function)
        if name == "softmax" and not order:
            return Node("softmax", self.shape(node.shape), self.args(node, scope))
        if name in RESERVED and name != "softmax":
            raise Alike(f"{name} is a function and a word of the notation")
        return super().apply(node, scope)

    def named(self, node: Any, scope: Scope) -> Node:
        name = node.name
        if ("values" if re.fullmatch(r"\w+\[.*\]", name) else "names") not in self.aspects:
            return super().named(node, scope)
        if name.isidentifier():
            found = self.by_name(name, node.shape, scope)
            if found is not None:
                return found
            meaning = self.meanings.get(name)
            if meaning is not None and meaning[0] == "symbol":
                if meaning[1] != self.shape(node.shape):
                    raise Alike(f"{name} is a named formula and a symbol of another shape")
                return Node("symbol", meaning[1], data=("name", name))
            if meaning is not None and meaning[0] == "size":
                return Node("extent", (1, 1), data=("size", name, meaning[1]))
            first = self.named_first.setdefault(name, node)  # one name, one definition
            if self.shape(first.shape) != self.shape(node.shape):
                raise Alike(f"{name} is a name for two things")
            if name in self.open:
                raise Alike(f"{name} stands in its own definition")
            self.open.append(name)
            try:
                return self.node(first.args[0], scope)
            finally:
                self.open.pop()
        try:
            return Sentence(self, scope, self.shape(node.shape)).read(name)
        except (Unread, SyntaxError):
            return super().named(node, scope)


class Sentence:
    """Reads a name that is written like a formula."""

    def __init__(self, reader: Printed, scope: Scope, shape: tuple[Any, Any]) -> None:
        self.reader, self.scope, self.shape = reader, scope, shape

    def read(self, text: str) -> Node:
        primed = re.sub(r"(\w)('+)", lambda found: found[1] + "_prime" * len(found[2]), text)
        return self.node(ast.parse(primed, mode="eval").body)

    def node(self, node: ast.expr) -> Node:
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return Node("number", (1, 1), data=node.value)
        if isinstance(node, ast.Name):
            return self.name(node.id)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return self.times(Node("number", (1, 1), data=-1), self.node(node.operand))
        if isinstance(node, ast.BinOp):
            return self.operation(node)
        if isinstance(node, ast.Attribute) and node.attr == "T":
            arg = self.node(node.value)
            return Node("transpose", arg.shape[::-1], (arg,))
        if isinstance(node, ast.Subscript):
            return self.subscript(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            return self.call(node.func.id, node.args)
        raise Unread

    def name(self, name: str) -> Node:
        found = self.reader.by_name(name, (1, 1), self.scope)
        meaning = self.reader.meanings.get(name)
        if found is not None:
            return found
        if meaning is not None and meaning[0] == "symbol":
            return Node("symbol", meaning[1], data=("name", name))
        if meaning is not None and meaning[0] == "size":
            return Node("extent", (1, 1), data=("size", name, meaning[1]))
        # A symbol that stands in a name only is read as one that the statement does not know: not at all.
        raise Unread

    def times(self, left: Node, right: Node) -> Node:
        return Node("times", left.shape if left.shape != (1, 1) else right.shape, (left, right))

    def operation(self, node: ast.BinOp) -> Node:
        if isinstance(node.op, ast.Pow):
            exponent = ast.literal_eval(node.right)
            arg = self.node(node.left)
            return Node("power", arg.shape, (arg,), int(exponent))
        left, right = self.node(node.left), self.node(node.right)
        if isinstance(node.op, ast.MatMult):
            return Node("matmul", (left.shape[0], right.shape[1]), (left, right))
        if isinstance(node.op, ast.Mult):
            return self.times(left, right)
        if isinstance(node.op, ast.Div):
            if left.kind == right.kind == "number":
                return Node("number", (1, 1), data=Fraction(left.data, right.data))
            return self.times(left, Node("power", right.shape, (right,), -1))
        if isinstance(node.op, (ast.Add, ast.Sub)):
            if isinstance(node.op, ast.Sub):
                right = self.times(Node("number", (1, 1), data=-1), right)
            return Node("add", left.shape if left.shape != (1, 1) else right.shape, (left, right))
        raise Unread

    def variable(self, name: str) -> Var | None:
        return self.scope.get(("name", name)) or self.reader.free_names.get(name)

    def moment(self, node: ast.expr) -> When:
        if isinstance(node, ast.Constant) and isinstance(node.value, int):
            return When(None, node.value)
        if isinstance(node, ast.Name):
            var = self.variable(node.id)
            if var is not None:
                return When(var, 0)
            raise Unread
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Sub)):
            left, offset = self.moment(node.left), ast.literal_eval(node.right)
            return When(left.base, left.offset + (offset if isinstance(node.op, ast.Add) else -offset))
        raise Unread

    def subscript(self, node: ast.Subscript) -> Node:
        if not isinstance(node.value, ast.Name):
            raise Unread
        name = node.value.id
        # What only this name speaks of can be nothing but a series, where a moment stands beside it.
        meaning = self.reader.meanings.get(name, ("series", self.shape))
        if meaning[0] == "series":
            return Node("at", meaning[1], data=(("name", name), self.moment(node.slice)))
        if meaning[0] != "symbol":
            raise Unread
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        given = [self.moment(place) for place in places]
        if any(not isinstance(when.base, Var) or when.offset for when in given):
            raise Unread
        vars_ = [when.base for when in given]
        row, col = (None if dimension == 1 else vars_.pop(0) for dimension in meaning[1])
        return Node("entry", (1, 1), (Node("symbol", meaning[1], data=("name", name)),), (row, col))

    def call(self, name: str, given: list[ast.expr]) -> Node:
        base, order = name.replace("_prime", ""), name.count("_prime")
        args = tuple(self.node(arg) for arg in given)
        if base in ("diff", "grad", "jacobian") and len(args) == 2 and args[1].kind in ("symbol", "at"):
            if base == "grad":
                return Node("derivative", args[1].shape, args[:1], (base, args[1]))
            if base == "jacobian":
                return Node("derivative", (args[0].shape[0], args[1].shape[0]), args[:1], (base, args[1]))
            if args[1].shape == (1, 1):
                return Node("derivative", args[0].shape, args[:1], (base, args[1]))
            raise Unread
        if base == "softmax" and not order and len(args) == 1:
            return Node("softmax", args[0].shape, args)
        if base in ("diag", "inner"):
            shape = (args[0].shape[0], args[0].shape[0]) if base == "diag" else (1, 1)
            return Node(base, shape, args)
        if base in RESERVED or len(args) != 1:
            raise Unread
        return Node("apply", args[0].shape, args, (base, order))


def printed(proof: Any, aspects: frozenset[str] = ASPECTS) -> Statement:
    """Read what a proof says by what is printed of it; ``Alike`` where that can be read in two ways."""
    return Printed(proof, aspects).statement(proof)
