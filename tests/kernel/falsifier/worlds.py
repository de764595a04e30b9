"""A world: sizes, horizons, and a value for everything that can be told apart; and formulas computed in it.

Values are drawn when they are asked for, so a series has one at every integer time, as the meaning of a
statement says. The draws favour what breaks rules: zeros, equal entries, negative numbers, sizes of 1.
"""

import random
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from falsifier.statement import Condition, Hypothesis, Key, Node, Statement, Var, When
from falsifier.values import (
    Dual,
    Number,
    Unsure,
    derived,
    exponential,
    horner,
    known,
    nonzero,
    parts,
    positive,
    power,
    same,
)

Matrix = list[list[Number]]
Env = dict[Key, int]  # the values of variables
KNOWN = ("tanh", "exp", "log")
MOODS: tuple[tuple[Any, ...], ...] = (
    (-2, -1, 1, 2, 3),
    (-2, -1, 0, 1, 2),
    (1, 2, 3, 5),
    (0, 1),
    (0, 0, 0, 1, -1),
    (-3, 2, 7, Fraction(1, 2), 5, -4),
    (0,),
    (1,),
    (Fraction(1, 3),),
    (-1, 2),
)
MOST_INSTANCES = 200


class Unsatisfied(Exception):
    """What is assumed does not hold in this world, and nothing was found that makes it hold."""


class World:
    """Sizes and values; the same generator, the same world, if it is asked in the same order."""

    def __init__(self, sizes: Mapping[Key, int], draw: random.Random, mood: tuple[Any, ...]) -> None:
        self.sizes, self.draw, self.mood = sizes, draw, mood
        self.drawn: dict[Any, Any] = {}
        # What hypotheses say of series, over what was drawn; what is differentiated by, over both.
        self.settled: dict[Any, Matrix] = {}
        self.varied: dict[Any, Matrix] = {}

    def extent(self, dimension: Any) -> int:
        return 1 if dimension == 1 else self.sizes[dimension]

    def time(self, when: When, env: Env) -> int:
        if when.base is None:
            return when.offset
        start = env[when.base.key] if isinstance(when.base, Var) else self.sizes[when.base]
        return start + when.offset

    def taken_by(self, var: Var, env: Env) -> range:
        """List the values of a variable."""
        if var.first is None or var.last is None:
            return range(self.sizes[var.size])
        return range(self.time(var.first, env), self.time(var.last, env) + 1)

    def matrix(self, key: Any, shape: tuple[Any, Any]) -> Matrix:
        """Look up the value of a symbol, or of a series at a time."""
        for values in (self.varied, self.settled, self.drawn):
            if key in values:
                return values[key]  # type: ignore[no-any-return]
        rows, cols = (self.extent(dimension) for dimension in shape)
        self.drawn[key] = [[self.draw.choice(self.mood) for _ in range(cols)] for _ in range(rows)]
        return self.drawn[key]  # type: ignore[no-any-return]

    def label(self, key: Any, size: Key) -> int:
        if key not in self.drawn:
            self.drawn[key] = self.draw.randrange(self.sizes[size])
        return self.drawn[key]  # type: ignore[no-any-return]

    def image(self, function: tuple[Key, int], x: Number) -> Number:
        """Apply a function, or a derivative of it: some polynomial, if nothing is known of it."""
        name, order = function
        if isinstance(x, Dual):
            return Dual(self.image(function, x.value), self.image((name, order + 1), x.value) * x.slope)
        if name in KNOWN:
            return known(name, order, x)
        if ("function", name) not in self.drawn:
            draws = [self.draw.randrange(-3, 4) for _ in range(5)]
            self.drawn["function", name] = [*draws, self.draw.choice((1, 2))]
        if ("function", name, order) not in self.drawn:
            self.drawn["function", name, order] = derived(self.drawn["function", name], order)
        return horner(self.drawn["function", name, order], x)

    # Formulas.

    def value(self, node: Node, env: Env) -> Matrix:
        """Compute all entries of a formula, as a list of rows."""
        return RULES[node.kind](self, node, env)

    def filled(self, node: Node, value: int) -> Matrix:
        rows, cols = (self.extent(dimension) for dimension in node.shape)
        return [[value] * cols for _ in range(rows)]

    def entrywise(self, node: Node, env: Env, combine: Callable[[Number, Number], Number]) -> Matrix:
        first, *rest = [self.value(arg, env) for arg in node.args]
        for other in rest:
            if len(first) == len(first[0]) == 1:
                x = first[0][0]
                first = [[combine(x, y) for y in row] for row in other]
            elif len(other) == len(other[0]) == 1:
                y = other[0][0]
                first = [[combine(x, y) for x in row] for row in first]
            else:
                pairs = zip(first, other, strict=True)
                first = [[combine(x, y) for x, y in zip(us, vs, strict=True)] for us, vs in pairs]
        return first

    def matmul(self, node: Node, env: Env) -> Matrix:
        first, *rest = [self.value(arg, env) for arg in node.args]
        for other in rest:
            first = product(first, other)
        return first

    def diag(self, node: Node, env: Env) -> Matrix:
        column = [row[0] for row in self.value(node.args[0], env)]
        return [[x if i == j else 0 for j in range(len(column))] for i, x in enumerate(column)]

    def inner(self, node: Node, env: Env) -> Matrix:
        left, right = (self.value(arg, env) for arg in node.args)
        pairs = [(u, v) for us, vs in zip(left, right, strict=True) for u, v in zip(us, vs, strict=True)]
        return [[sum((u * v for u, v in pairs), 0)]]

    def power(self, node: Node, env: Env) -> Matrix:
        return [[power(x, node.data) for x in row] for row in self.value(node.args[0], env)]

    def apply(self, node: Node, env: Env) -> Matrix:
        return [[self.image(node.data, x) for x in row] for row in self.value(node.args[0], env)]

    def entry(self, node: Node, env: Env) -> Matrix:
        row, col = (0 if var is None else env[var.key] for var in node.data)
        return [[self.value(node.args[0], env)[row][col]]]

    def sum_over(self, node: Node, env: Env) -> Matrix:
        result = self.filled(node, 0)
        for n in self.taken_by(node.data, env):
            value = self.value(node.args[0], {**env, node.data.key: n})
            result = [
                [x + y for x, y in zip(us, vs, strict=True)] for us, vs in zip(result, value, strict=True)
            ]
        return result

    def product_over(self, node: Node, env: Env) -> Matrix:
        result = [
            [int(i == j) for j in range(self.extent(node.shape[0]))]
            for i in range(self.extent(node.shape[0]))
        ]
        for n in self.taken_by(node.data, env):
            result = product(self.value(node.args[0], {**env, node.data.key: n}), result)
        return result

    def by_entry(self, node: Node, env: Env) -> Matrix:
        rows, cols = (self.extent(dimension) for dimension in node.shape)
        row, col = node.data
        result: Matrix = []
        for i in range(rows):
            inside = dict(env) if row is None else {**env, row.key: i}
            result.append([])
            for j in range(cols):
                if col is not None:
                    inside[col.key] = j
                result[-1].append(self.value(node.args[0], inside)[0][0])
        return result

    def softmax(self, node: Node, env: Env) -> Matrix:
        values = [row[0] for row in self.value(node.args[0], env)]
        slopes = [parts(x)[1] for x in values]
        exponentials = [exponential(parts(x)[0]) for x in values]
        over = power(sum(exponentials, 0), -1)
        chosen = [x * over for x in exponentials]
        if not any(isinstance(x, Dual) for x in values):
            return [[x] for x in chosen]
        mean = sum((p * slope for p, slope in zip(chosen, slopes, strict=True)), 0)
        return [[Dual(p, p * (slope + -1 * mean))] for p, slope in zip(chosen, slopes, strict=True)]

    def derivative(self, node: Node, env: Env) -> Matrix:
        """Differentiate by each entry of what stands beside, with dual numbers."""
        way, target = node.data
        key = target.data if target.kind == "symbol" else (target.data[0], self.time(target.data[1], env))
        at = self.matrix(key, target.shape)
        slopes: list[list[Matrix]] = []
        for i, us in enumerate(at):
            slopes.append([])
            for j, _ in enumerate(us):
                self.varied[key] = [
                    [Dual(x, int((i, j) == (k, m))) for m, x in enumerate(row)] for k, row in enumerate(at)
                ]
                try:
                    value = self.value(node.args[0], env)
                finally:
                    del self.varied[key]
                slopes[-1].append([[parts(x)[1] for x in row] for row in value])
        if way == "diff":
            return slopes[0][0]
        if way == "grad":
            return [[slope[0][0] for slope in row] for row in slopes]
        return [[row[0][i][0] for row in slopes] for i in range(len(slopes[0][0]))]

    # What is assumed.

    def spots(self, own: tuple[Var, ...], env: Env) -> Iterator[Env]:
        """List the values of variables, each after those on which its range depends."""
        if not own:
            yield env
            return
        for n in self.taken_by(own[0], env):
            yield from self.spots(own[1:], {**env, own[0].key: n})

    def settle(self, hypotheses: tuple[Hypothesis, ...], env: Env) -> None:
        """Give the series the values that are assumed, until all that is assumed holds; else Unsatisfied."""
        self.settled = {}
        asked = [(item, spot) for item in hypotheses for spot in self.spots(item.own, env)]
        if len(asked) > MOST_INSTANCES:
            raise Unsure("too much is assumed")
        for _ in range(len(asked) + 1):
            changed = False
            for item, spot in asked:
                value = self.value(item.right, spot)
                key = (item.left.data[0], self.time(item.left.data[1], spot))
                before = self.matrix(key, item.left.shape)
                if not all_same(value, before):
                    self.settled[key], changed = value, True
            if not changed:
                return
        raise Unsatisfied

    def holds(self, condition: Condition, env: Env) -> bool:
        """Tell whether a formula is positive, or else not zero, throughout."""
        test = positive if condition.positive else nonzero
        return all(
            test(x)
            for spot in self.spots(condition.own, env)
            for row in self.value(condition.formula, spot)
            for x in row
        )


def all_same(left: Matrix, right: Matrix) -> bool:
    return all(same(u, v) for us, vs in zip(left, right, strict=True) for u, v in zip(us, vs, strict=True))


def product(left: Matrix, right: Matrix) -> Matrix:
    """Multiply two matrices; an exact zero takes nothing with it, since everything here has a value."""
    return [
        [sum((x * right[k][j] for k, x in enumerate(row)), 0) for j in range(len(right[0]))] for row in left
    ]


RULES: dict[str, Callable[[World, Node, Env], Matrix]] = {
    "symbol": lambda world, node, env: world.matrix(node.data, node.shape),
    "at": lambda world, node, env: world.matrix((node.data[0], world.time(node.data[1], env)), node.shape),
    "number": lambda world, node, env: [[node.data]],
    "extent": lambda world, node, env: [[world.extent(node.data)]],
    # A variable that stands as a number: the positions are counted from 1, as they are printed.
    "counter": lambda world, node, env: [[env[node.data.key] + (node.data.first is None)]],
    "ones": lambda world, node, env: world.filled(node, 1),
    "identity": lambda world, node, env: [
        [int(i == j) for j in range(world.extent(node.shape[0]))] for i in range(world.extent(node.shape[0]))
    ],
    "add": lambda world, node, env: world.entrywise(node, env, lambda x, y: x + y),
    "times": lambda world, node, env: world.entrywise(node, env, lambda x, y: x * y),
    "matmul": World.matmul,
    "transpose": lambda world, node, env: [
        list(row) for row in zip(*world.value(node.args[0], env), strict=True)
    ],
    "power": World.power,
    "diag": World.diag,
    "inner": World.inner,
    "apply": World.apply,
    "entry": World.entry,
    "sum": World.sum_over,
    "product": World.product_over,
    "by_entry": World.by_entry,
    "onehot": lambda world, node, env: [
        [int(i == world.label((node.data[0], world.time(node.data[1], env)), node.shape[0]))]
        for i in range(world.extent(node.shape[0]))
    ],
    "same_time": lambda world, node, env: [
        [int(world.time(node.data[0], env) == world.time(node.data[1], env))]
    ],
    "softmax": World.softmax,
    "derivative": World.derivative,
}


def assumed(world: World, statement: Statement, env: Env) -> bool:
    """Make what is assumed hold at one place; False, or Unsatisfied, where it cannot."""
    world.settle(statement.hypotheses, env)
    return all(world.holds(condition, env) for condition in statement.conditions)
