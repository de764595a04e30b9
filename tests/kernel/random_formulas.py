"""Random formulas, rewritten so that their value stays, or changed so that it probably does not."""

import random
from collections.abc import Callable

from bptt.kernel import (
    Formula,
    Function,
    Index,
    Place,
    by_entry,
    delta,
    diag,
    exp,
    extent,
    eye,
    inner,
    log,
    matrix,
    named,
    ones,
    outer,
    scalar,
    sizes,
    sum_over,
    tanh,
    total,
    vector,
)
from bptt.kernel.language import formula as f
from bptt.kernel.language.shape import SCALAR, Shape, ShapeError, Size
from bptt.kernel.language.wellformed import symbols_of
from bptt.kernel.run.points import point

n, m = sizes("n m")
unknown = Function("f")
SYMBOLS = [matrix("A", n, m), matrix("B", m, n), matrix("S", n, n), matrix("R", n, n)]
SYMBOLS += [vector("x", n), vector("y", n), vector("z", m), scalar("a"), scalar("b")]
# Size 1 is where sums have one term; the other sizes are unequal both ways.
CONCRETE = ({"n": 2, "m": 3}, {"n": 3, "m": 2}, {"n": 1, "m": 2}, {"n": 4, "m": 1})


def points(*sides: Formula) -> list[Place]:
    """One place of each size, exact values."""
    return [Place(concrete, point(symbols_of(*sides), concrete)) for concrete in CONCRETE]


class Writer:
    """Writes formulas at random; the same seed, the same formulas."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.indices = 0

    def index(self, size: Size) -> Index:
        self.indices += 1
        return Index(f"i{self.indices}", size)

    def some(self, choices: list[Callable[[], Formula]]) -> Formula:
        return self.random.choice(choices)()

    def formula(self, shape: Shape, depth: int, scope: tuple[Index, ...] = ()) -> Formula:
        """Write a formula of the given shape, which may use the indices in scope."""
        if depth == 0:
            return self.leaf(shape, scope)
        rows, cols = shape

        def part(*dimensions: f.Dimension) -> Formula:
            return self.formula((dimensions[0], dimensions[1]), depth - 1, scope)

        choices: list[Callable[[], Formula]] = [
            lambda: self.leaf(shape, scope),
            lambda: part(*shape) + part(*shape),
            lambda: part(*shape) - part(*shape),
            lambda: part(*shape) * part(*shape),
            lambda: part(1, 1) * part(*shape),
            lambda: part(*shape) + part(1, 1),
            lambda: part(rows, n) @ part(n, cols),
            lambda: part(rows, m) @ part(m, cols),
            lambda: part(cols, rows).T,
            lambda: part(*shape) ** self.random.choice((0, 1, 2, 2, 3)),
            lambda: self.random.choice((tanh, exp, unknown, unknown.prime))(part(*shape)),
            lambda: named(f"N{self.random.randrange(10**6)}", part(*shape)),
            lambda: self.added_up(shape, depth, scope),
            lambda: self.entries(shape, depth, scope),
            lambda: part(*shape) / (2 + part(1, 1) ** 2),
            lambda: part(*shape) / total(exp(part(n, 1))),
        ]
        if rows == cols != 1:
            choices += [lambda: diag(part(rows, 1)), lambda: diag(part(rows, 1)) @ part(*shape)]
        if rows != 1 and cols != 1:
            choices += [lambda: outer(part(rows, 1), part(cols, 1))]
        if shape == SCALAR:
            choices += [lambda: inner(part(n, m), part(n, m)), lambda: total(part(n, n))]
            choices += [lambda: self.picked(depth, scope)] * 2
        return self.some(choices)

    def leaf(self, shape: Shape, scope: tuple[Index, ...]) -> Formula:
        rows, cols = shape
        fitting = [item for item in SYMBOLS if item.shape == shape]
        fitting += [item.T for item in SYMBOLS if item.shape == (cols, rows) and rows != cols]
        choices: list[Callable[[], Formula]] = [lambda item=item: item for item in fitting] * 2
        choices += [lambda: ones(rows, cols)]
        if rows == cols != 1:
            choices += [lambda: eye(rows)]
        if shape == SCALAR:
            choices += [lambda: f.Number(self.random.choice((-2, -1, 2, 3))), lambda: extent(n)]
            choices += [lambda: self.picked(0, scope)] * 3
        return self.some(choices)

    def picked(self, depth: int, scope: tuple[Index, ...]) -> Formula:
        """One entry at indices in scope, or a delta of two of them."""
        if not scope:
            return self.leaf((1, 1), ()) if depth == 0 else total(self.formula((n, 1), depth - 1))
        i, j = self.random.choice(scope), self.random.choice(scope)
        if i.size == j.size and self.random.random() < 0.4:
            return delta(i, j)
        if self.random.random() < 0.3:
            return self.formula((i.size, 1), max(depth - 1, 0), scope)[i]
        return self.formula((i.size, j.size), max(depth - 1, 0), scope)[i, j]

    def added_up(self, shape: Shape, depth: int, scope: tuple[Index, ...]) -> Formula:
        index = self.index(self.random.choice((n, n, m)))
        return sum_over(index, self.formula(shape, depth - 1, (*scope, index)))

    def entries(self, shape: Shape, depth: int, scope: tuple[Index, ...]) -> Formula:
        row, col = (self.index(d) if isinstance(d, Size) else None for d in shape)
        inside = (*scope, *(index for index in (row, col) if index is not None))
        return by_entry(row, col, self.formula((1, 1), depth - 1, inside))

    def rewritten(self, node: Formula) -> Formula:
        """Say the same in another way, here or there or in several places."""
        if node.args:
            node = self.over([self.rewritten(arg) for arg in node.args], node)
        if self.random.random() < 0.5:
            return node
        return self.some([lambda make=make: make(node) for make in self.identities(node)])

    def contraction_of_entries(self) -> tuple[Formula, Formula, Formula]:
        """A sum of products of entries over all indices, the same with other names, and one wired anew."""
        names = self.random.randint(2, 4)
        kinds = [self.random.choice(SYMBOLS[2:6]) for _ in range(self.random.randint(2, 4))]
        places = [[self.random.randrange(names) for d in kind.shape if d != 1] for kind in kinds]
        wired = [list(place) for place in places]
        first, second = self.random.choice(wired), self.random.choice(wired)
        at, to = self.random.randrange(len(first)), self.random.randrange(len(second))
        first[at], second[to] = second[to], first[at]

        in_a_function = self.random.random() < 0.5

        def written(wiring: list[list[int]]) -> Formula:
            indices = [self.index(n) for _ in range(names)]
            self.random.shuffle(indices)
            placed = zip(kinds, wiring, strict=True)
            factors = [kind[tuple(indices[name] for name in place)] for kind, place in placed]
            self.random.shuffle(factors)
            body: Formula = f.Times(*factors)
            if in_a_function:
                body = unknown(body) * body
            for index in self.random.sample(indices, names):
                body = sum_over(index, body)
            return body

        return written(places), written(places), written(wired)

    def over(self, args: list[Formula], node: Formula) -> Formula:
        """The same node over other sub-formulas; a name that means something else is another name."""
        if isinstance(node, f.Named):
            return named(f"N{self.random.randrange(10**9)}", args[0])
        return node.with_args(*args)

    def identities(self, node: Formula) -> list[Callable[[Formula], Formula]]:
        rows, cols = node.shape
        same: list[Callable[[Formula], Formula]] = [
            lambda x: x.T.T,
            lambda x: x / 2 + x / 2,
            lambda x: eye(rows) @ x,
            lambda x: x @ eye(cols),
            lambda x: ones(rows, cols) * x,
            lambda x: x + 0,
            lambda x: (x + 1) * 2 / 2 - 1,
            self.entry_by_entry,
        ]
        if isinstance(node, (f.Add, f.Times)):
            same += [lambda x: type(x)(*self.random.sample(x.args, len(x.args)))] * 3
        if isinstance(node, f.Times):
            same += [self.distributed] * 3
        if isinstance(node, f.MatMul):
            same += [lambda x: f.MatMul(*(arg.T for arg in x.args[::-1])).T, self.contraction] * 2
            same += [self.distributed] * 2
        if isinstance(node, f.Inner):
            same += [lambda x: inner(x.args[1], x.args[0]), lambda x: total(x.args[0] * x.args[1])]
            same += [lambda x: inner(x.args[0].T, x.args[1].T)]
        if isinstance(node, f.Apply) and repr(node.function) == "tanh":
            same += [lambda x: -tanh(-x.args[0])] * 3
        if isinstance(node, f.Apply) and repr(node.function) == "exp":
            same += [lambda x: exp(x.args[0] - 1) * exp(f.Number(1)), lambda x: 1 / exp(-x.args[0])] * 2
        if isinstance(node, f.Power) and node.exponent > 0:
            same += [lambda x: x.args[0] * x.args[0] ** (x.exponent - 1)] * 3
        if isinstance(node, f.Diag):
            same += [lambda x: eye(x.shape[0]) * (x.args[0] @ ones(x.shape[0]).T)] * 3
        if isinstance(node, f.Entry) and node.row is not None and node.col is None:
            same += [lambda x: self.at_a_delta(x)] * 3
        if isinstance(node, f.Sum):
            same += [lambda x: sum_over(x.index, x.args[0] - ones(*x.shape)) + extent(x.index.size)] * 2
        return same

    def entry_by_entry(self, node: Formula) -> Formula:
        row, col = (self.index(d) if isinstance(d, Size) else None for d in node.shape)
        return by_entry(row, col, f.Entry(node, row, col))

    def contraction(self, node: Formula) -> Formula:
        """A matrix product as a sum over an index."""
        left, right = node.args[0], f.MatMul(*node.args[1:]) if len(node.args) > 2 else node.args[1]
        if not isinstance(left.shape[1], Size):
            return node
        between = self.index(left.shape[1])
        row, col = (self.index(d) if isinstance(d, Size) else None for d in node.shape)
        term = f.Entry(left, row, between) * f.Entry(right, between, col)
        return by_entry(row, col, sum_over(between, term))

    def distributed(self, node: Formula) -> Formula:
        """A product with a factor x as (x - 1) plus the rest, multiplied out."""
        first, *rest = node.args
        one = ones(*first.shape)
        return type(node)(first - one, *rest) + type(node)(one, *rest)

    def at_a_delta(self, node: f.Entry) -> Formula:
        """The entry x_i as a sum over all x_j with the delta of i and j."""
        assert node.row is not None
        other = self.index(node.row.size)
        return sum_over(other, delta(node.row, other) * f.Entry(node.args[0], other, None))

    def mutated(self, node: Formula) -> Formula:
        """Change one place of a formula; what comes out may or may not conform, or be equal after all."""
        while True:
            try:
                return self.changed(node)
            except ShapeError:
                continue

    def changed(self, node: Formula) -> Formula:
        if node.args and self.random.random() < 0.8:
            n_th = self.random.randrange(len(node.args))
            args = [self.changed(arg) if k == n_th else arg for k, arg in enumerate(node.args)]
            return self.over(args, node)
        wrong: list[Callable[[], Formula]] = [lambda: -node, lambda: node + 1, lambda: 2 * node]
        wrong += [lambda: node.T, lambda: node * node, lambda: tanh(node), lambda: ones(*node.shape)]
        if len(node.args) > 1 and not isinstance(node, f.Inner):
            wrong += [lambda: type(node)(*node.args[1:], node.args[0]), lambda: type(node)(*node.args[:-1])]
        if isinstance(node, f.Sum):
            wrong += [lambda: extent(node.index.size) * sum_over(node.index, node.args[0])] * 2
        if isinstance(node, f.Entry) and node.row is not None and node.col is not None:
            wrong += [lambda: f.Entry(node.args[0], node.col, node.row)] * 3
        if isinstance(node, f.Symbol):
            wrong += [lambda: self.leaf(node.shape, ())] * 3
        if isinstance(node, f.Apply):
            wrong += [lambda: f.Apply(self.random.choice((tanh, exp, log, unknown)), node.args[0])]
        return self.some(wrong)
