"""The words of one random theorem: sizes, symbols, series and steps, some named alike on purpose."""

import random

from bptt.kernel import (
    Formula,
    Function,
    Horizon,
    Index,
    Moment,
    Series,
    Step,
    exp,
    extent,
    horizon,
    inner,
    labels,
    log,
    matrix,
    moment,
    onehot,
    product_over,
    same_time,
    scalar,
    series,
    sizes,
    softmax,
    sum_over,
    tanh,
    total,
    vector,
)
from bptt.kernel import delta as kronecker

COLLIDING = 0.06  # how often a thing takes the name of another
Scope = tuple[Index, ...]


class Words:
    """Declares what a theorem speaks of; the same seed, the same words."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.n, self.m = sizes("n m")
        self.T = horizon("T")
        self.S = horizon("S")
        self.a, self.b = (scalar(self.name(name)) for name in "ab")
        self.x, self.y = (vector(self.name(name), self.n) for name in "xy")
        self.W, self.V = (matrix(self.name(name), self.n, self.n) for name in "WV")
        self.series = [series(self.name(name)) for name in "uvwz"]
        self.U, self.d = matrix("U", self.n, self.m), vector("d", self.m)
        self.vectors = [series(self.name(name), self.n) for name in "hgp"]
        self.h, self.c = self.vectors[0], labels("c", self.n)
        self.J = series("J", self.n, self.n)
        self.counter = 0

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def name(self, name: str) -> str:
        """Give a name, or now and then one that another thing has."""
        if self.chance(COLLIDING):
            return self.random.choice(("a", "x", "W", "u", "z", "n", "T", "t", "i", "f", "s", "k"))
        return name

    def fresh(self, letter: str) -> str:
        """Give a name of its own, or now and then that of another thing."""
        self.counter += 1
        return self.name(f"{letter}{self.counter}")

    def index(self, name: str = "") -> Index:
        return Index(self.name(name) if name else self.fresh("k"), self.n)

    def horizon(self) -> Horizon:
        return self.S if self.chance(0.05) else self.T

    def step(self, name: str = "", scope: Scope = (), whole: float = 0.5) -> Step:
        """Declare a step over all of time, or over a range that may depend on others or be empty."""
        name = self.name(name) if name else self.fresh("s")
        over = self.horizon()
        if self.chance(whole):
            return Step(name, over)
        firsts: list[Moment] = [moment(1)] * 3 + [moment(2), moment(0), over + 0]
        lasts: list[Moment] = [over + 0] * 3 + [over - 1, over + 1, moment(1), moment(2), self.horizon() + 0]
        for other in scope:
            if isinstance(other, Step):
                firsts += [other + 0, other + 1, other - 1] * 2
                lasts += [other + 0, other - 1] * 2
        return Step(name, over, self.random.choice(firsts), self.random.choice(lasts))

    def function(self) -> Function:
        """Choose a function, an unknown one also as a derivative."""
        if self.chance(0.3):
            return self.random.choice((tanh, exp))
        return Function(self.name(self.random.choice("ffg")), self.random.choice((0, 0, 0, 1, 2)))

    def some_name(self) -> str:
        """Give a name for a formula."""
        return self.name(self.random.choice(("N", "M", "L", f"N{self.random.randrange(1000)}")))

    # Formulas.

    def when(self, scope: Scope) -> Moment:
        steps = [step for step in scope if isinstance(step, Step)]
        choices = [Moment(step) for step in steps] * 3 + [Moment(self.T), Moment(None, 1), Moment(None, 0)]
        return self.random.choice(choices) + self.random.choice((-1, 0, 0, 0, 0, 1))

    def leaf(self, scope: Scope) -> Formula:
        places = [index for index in scope if not isinstance(index, Step)]
        steps = [index for index in scope if isinstance(index, Step)]
        roll = self.random.random()
        if places and roll < 0.4:
            i, j = self.random.choice(places), self.random.choice(places)
            return self.random.choice((self.x[i], self.y[i], self.W[i, j], self.V[j, i], kronecker(i, j)))
        if steps and roll < 0.6:
            if self.chance(0.15):
                return same_time(self.when(scope), self.when(scope))
            return self.some_series()[self.when(scope)]
        if places and roll < 0.65:
            when = self.when(scope)
            return self.random.choice((self.h[when], onehot(self.c[when])))[self.random.choice(places)]
        if roll < 0.7:
            return self.some_series()[self.when(scope)]
        if roll < 0.75:
            return extent(self.random.choice((self.n, self.T)))
        return self.random.choice((self.a, self.a, self.b, self.a * 2, inner(self.x, self.y), self.b + 1))

    def some_series(self) -> Series:
        return self.random.choice(self.series)

    def scalar(self, scope: Scope, depth: int) -> Formula:
        """Write a scalar that may use the indices and steps in scope."""
        if depth <= 0:
            return self.leaf(scope)

        def part() -> Formula:
            return self.scalar(scope, depth - 1 - self.random.randrange(2))

        roll = self.random.random()
        if roll < 0.25:
            return part() + part()
        if roll < 0.5:
            return part() * part()
        if roll < 0.56:
            return part() - part()
        if roll < 0.62:
            return part() ** 2
        if roll < 0.7:
            return self.random.choice((Function("f"), Function("f").prime, tanh, exp, log))(part())
        if roll < 0.76:
            return part() / self.denominator(scope)
        if roll < 0.84:
            step = self.step(scope=scope)
            return sum_over(step, self.scalar((*scope, step), depth - 1))
        if roll < 0.92:
            index = self.index()
            return sum_over(index, self.scalar((*scope, index), depth - 1))
        if roll < 0.95:
            step = self.step(scope=scope)
            return product_over(step, self.scalar((*scope, step), depth - 1))
        return self.random.choice(
            (
                total(self.W @ self.x) * part(),
                inner(self.x, self.V @ self.y) + part(),
                inner(self.U.T @ self.x, self.d) * part(),
                inner(self.x, self.moved_by(scope) @ self.y) + part(),
                inner(softmax(self.h[self.when(scope)]), onehot(self.c[self.when(scope)])) + part(),
            )
        )

    def moved_by(self, scope: Scope) -> Formula:
        """Write a matrix at a moment, or the product of those of a range."""
        step = self.step(scope=scope)
        return self.random.choice((self.J[self.when(scope)], product_over(step, self.J[step])))

    def of_one_shape(self) -> tuple[list[Series], Formula, Formula]:
        """Choose series and two symbols that are all scalars, or all columns."""
        return self.random.choice(((self.series[:3], self.a, self.b), (self.vectors, self.x, self.y)))

    def denominator(self, scope: Scope) -> Formula:
        """Write what may be zero: a difference, a series, a symbol, a sum that may vanish or be empty."""
        _, vanishing = self.vanishing(scope)
        step = self.step(scope=scope)
        return self.random.choice(
            (
                vanishing,
                vanishing,
                self.leaf(scope),
                self.a - self.b,
                self.some_series()[self.when(scope)],
                sum_over(step, self.some_series()[step]),
                1 + self.leaf(scope) ** 2,
            )
        )

    def vanishing(self, scope: Scope) -> tuple[Formula, Formula]:
        """Write a delta and something that is zero wherever the delta is not."""
        places = [index for index in scope if not isinstance(index, Step)]
        steps = [index for index in scope if isinstance(index, Step)]
        if len(places) > 1 and (not steps or self.chance(0.6)):
            i, j = self.random.sample(places, 2)
            other = self.random.choice((self.x[i] - self.x[j], self.W[i, j] - self.W[j, i]))
            return kronecker(i, j), other
        u = self.some_series()
        if steps:
            t = self.random.choice(steps)
            end = self.random.choice([moment(1), moment(self.T), *(moment(s) for s in steps if s is not t)])
            return same_time(t, end), u[t] - u[end]
        return same_time(self.T, 1), u[self.T] - u[1]
