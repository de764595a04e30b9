"""Random formulas that speak of time: series at offsets, sums with shifted, split and dependent limits."""

import random
from collections.abc import Callable

from bptt.kernel import (
    Formula,
    Function,
    Moment,
    Place,
    Step,
    diag,
    exp,
    horizon,
    inner,
    labels,
    moment,
    onehot,
    product_over,
    same_time,
    series,
    sizes,
    softmax,
    sum_over,
    tanh,
    vector,
)
from bptt.kernel.language import formula as f
from bptt.kernel.language.formula import free_indices
from bptt.kernel.language.series import Product, moved
from bptt.kernel.language.shape import Shape
from bptt.kernel.language.wellformed import series_of, symbols_of
from bptt.kernel.run.evaluate import every_index
from bptt.kernel.run.points import point

(n,) = sizes("n")
T = horizon("T")
unknown = Function("f")
A = series("A", n, n)
h, z, y, x = series("h", n), series("z"), labels("y", n), vector("x", n)
free = Step("t", T)
CONCRETE = ({"n": 2, "T": 1}, {"n": 3, "T": 2}, {"n": 2, "T": 3}, {"n": 1, "T": 5})


def points(*sides: Formula) -> list[Place]:
    """All values of the free step at each of the sizes; T = 1 is one of them."""
    indices = {index for side in sides for index in free_indices(side)}
    found = []
    for concrete in CONCRETE:
        values = point(symbols_of(*sides) + series_of(*sides), concrete)
        found += every_index(Place(concrete, values), indices)
    return found


class Timer:
    """Writes formulas at random; the same seed, the same formulas."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.steps = 0

    def some(self, choices: list[Callable[[], Formula]]) -> Formula:
        return self.random.choice(choices)()

    def step(self, first: object = 1, last: object = None) -> Step:
        self.steps += 1
        return Step(f"s{self.steps}", T, moment(first), moment(T if last is None else last))

    def when(self, scope: tuple[Step, ...]) -> Moment:
        choices = [Moment(step) for step in scope] * 3 + [Moment(T), Moment(None, 0), Moment(None, 1)]
        return self.random.choice(choices) + self.random.choice((-1, 0, 0, 0, 1))

    def any_range(self, scope: tuple[Step, ...]) -> Step:
        """A step with limits at random; for some of them the kernel must say that it does not know."""
        firsts = [Moment(None, number) for number in (0, 1, 1, 1, 2)]
        lasts = [T + offset for offset in (-1, 0, 0, 0, 1)]
        for other in scope:
            firsts += [other + offset for offset in (-1, 0, 0, 1)]
            lasts += [other + offset for offset in (-1, 0, 0, 1)]
        return self.step(self.random.choice(firsts), self.random.choice(lasts))

    def formula(self, shape: Shape, depth: int, scope: tuple[Step, ...]) -> Formula:
        if depth == 0:
            return self.leaf(shape, scope)

        def part(of: Shape) -> Formula:
            return self.formula(of, depth - 1, scope)

        choices: list[Callable[[], Formula]] = [
            lambda: part(shape) + part(shape),
            lambda: part(shape) - part(shape),
            lambda: part(shape) * part(shape),
            lambda: part((1, 1)) * part(shape),
            lambda: self.random.choice((tanh, exp, unknown))(part(shape)),
        ]
        choices += [lambda: self.added_up(shape, depth, scope)] * 5
        if shape == (1, 1):
            choices += [lambda: inner(part((n, 1)), part((n, 1)))]
            choices += [lambda: part(shape) / (2 + part(shape) ** 2)]
        else:
            choices += [lambda: softmax(part(shape)), lambda: diag(part(shape)) @ part(shape)]
            choices += [lambda: self.multiplied(shape, depth, scope)] * 2
        return self.some(choices)

    def leaf(self, shape: Shape, scope: tuple[Step, ...]) -> Formula:
        if shape == (1, 1):
            deltas = [lambda: same_time(self.when(scope), self.when(scope))] if scope else []
            return self.some([lambda: z[self.when(scope)]] * 3 + [lambda: f.Number(2)] + deltas)
        return self.some([lambda: h[self.when(scope)]] * 2 + [lambda: onehot(y[self.when(scope)]), lambda: x])

    def added_up(self, shape: Shape, depth: int, scope: tuple[Step, ...]) -> Formula:
        step = self.any_range(scope)
        return sum_over(step, self.formula(shape, depth - 1, (*scope, step)))

    def multiplied(self, shape: Shape, depth: int, scope: tuple[Step, ...]) -> Formula:
        """An ordered product of matrices that do not commute, times a vector."""
        step = self.any_range(scope)
        factor = diag(self.formula(shape, depth - 1, (*scope, step))) + A[self.when((*scope, step))]
        return product_over(step, factor) @ self.leaf(shape, scope)

    def rewritten(self, node: Formula) -> Formula:
        """Say the same in another way wherever there is a sum over time."""
        if node.args:
            node = node.with_args(*(self.rewritten(arg) for arg in node.args))
        if isinstance(node, Product):
            return self.some([lambda: node, lambda: self.split(node)])
        if not isinstance(node, f.Sum) or self.random.random() < 0.2:
            return node
        step, body = node.index, node.args[0]
        assert isinstance(step, Step)
        return self.some(
            [
                lambda: self.shifted(step, body, 1),
                lambda: self.shifted(step, body, -1),
                lambda: self.longer(step, body),
                lambda: self.shorter(step, body),
                lambda: self.exchanged(node),
            ]
        )

    def split(self, node: Product) -> Formula:
        """The last factor by itself; right only where there is one."""
        new = self.step(node.index.first, node.index.last - 1)
        body = node.args[0]
        return moved(body, {node.index: node.index.last}) @ product_over(
            new, moved(body, {node.index: new + 0})
        )

    def shifted(self, step: Step, body: Formula, by: int) -> Formula:
        new = self.step(step.first - by, step.last - by)
        return sum_over(new, moved(body, {step: new + by}))

    def longer(self, step: Step, body: Formula) -> Formula:
        """One more term at the end, taken away again."""
        new = self.step(step.first, step.last + 1)
        return sum_over(new, moved(body, {step: new + 0})) - moved(body, {step: step.last + 1})

    def shorter(self, step: Step, body: Formula) -> Formula:
        """The first term by itself; right only where the sum has one."""
        new = self.step(step.first + 1, step.last)
        return moved(body, {step: step.first}) + sum_over(new, moved(body, {step: new + 0}))

    def exchanged(self, node: Formula) -> Formula:
        """The order of two sums over all k ≤ t exchanged."""
        inside = node.args[0]
        if not isinstance(node, f.Sum) or not isinstance(inside, f.Sum):
            return node
        t, k = node.index, inside.index
        assert isinstance(t, Step)
        assert isinstance(k, Step)
        if (t.first, t.last, k.first, k.last) != (Moment(None, 1), Moment(T), Moment(None, 1), Moment(t)):
            return node
        outside = self.step()
        later = self.step(outside, T)
        return sum_over(outside, sum_over(later, moved(inside.args[0], {t: later + 0, k: outside + 0})))

    def mutated(self, node: Formula) -> Formula:
        """A slip at one place: a moment, a limit or a sign."""
        if node.args and self.random.random() < 0.7:
            at = self.random.randrange(len(node.args))
            args = [self.mutated(arg) if k == at else arg for k, arg in enumerate(node.args)]
            return node.with_args(*args)
        if isinstance(node, (f.Sum, Product)) and isinstance(node.index, Step):
            step = node.index
            first = step.first + self.random.choice((0, 0, 1))
            last = step.last - self.random.choice((0, 1))
            new = self.step(first, last)
            return type(node)(new, moved(node.args[0], {step: new + self.random.choice((0, 0, 1))}))
        steps = [item for item in free_indices(node) if isinstance(item, Step)]
        if steps and self.random.random() < 0.8:
            step = self.random.choice(sorted(steps, key=lambda step: step.name))
            return moved(node, {step: step + self.random.choice((-1, 1))})
        return -node


def pair_of_sums(timer: Timer) -> tuple[Formula, Formula]:
    """Σ over t of Σ over k ≤ t against Σ over k of Σ over t ≥ k."""
    t = timer.step()
    k = timer.step(1, t)
    body = timer.formula((1, 1), 1, (t, k))
    outside = timer.step()
    later = timer.step(outside, T)
    left = sum_over(t, sum_over(k, body))
    return left, sum_over(outside, sum_over(later, moved(body, {t: later + 0, k: outside + 0})))
