"""Applies the rules of the kernel to what it writes at random, and tells whoever watches what they say."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bptt.kernel import Equation, Formula, ShapeError, Step, delta, moved, named, prove, same_time, sum_over
from bptt.kernel.proof import theorem as rules
from falsifier.vocabulary import Scope, Words


@dataclass
class Made:
    """A conclusion, the rule that gave it, what the rule was told, and the conclusions it was given."""

    rule: str
    told: tuple[Any, ...]
    premises: "tuple[Made, ...]"
    theorem: Any
    verdict: Any = field(default=None)  # what whoever watches found


class Stopped(Exception):
    """A rule gave no conclusion."""


Watch = Callable[[Made], None]
Failed = Callable[[str, tuple[Any, ...], Exception], None]


class Author:
    """Applies rules; whoever watches is told of each conclusion, and of each attempt that gave none."""

    def __init__(self, seed: int, watch: Watch, failed: Failed = lambda rule, told, error: None) -> None:
        self.words = Words(seed)
        self.random = self.words.random
        self.chance = self.words.chance
        self.watch, self.failed = watch, failed

    def apply(self, rule: str, *told: Any, premises: Sequence[Made] = ()) -> Made:
        """Apply a rule of the kernel; what it raises is noted and ends the theorem."""
        try:
            theorem = applied(rule, told, [made.theorem for made in premises])
        except Exception as error:
            self.failed(rule, told, error)
            raise Stopped from error
        made = Made(rule, told, tuple(premises), theorem)
        self.watch(made)
        return made

    def equal(self, left: Formula, right: Formula, given: Sequence[Equation] = ()) -> Made:
        """Decide or prove that two formulas are equal."""
        told: Any = tuple(given)
        if given and self.chance(0.04):
            told = Once(given)
        return self.apply("prove" if self.chance(0.1) else "decide", left, right, told)

    def chain(self, *parts: Made) -> Made:
        first, *rest = parts
        for other in rest:
            first = self.apply("chain", premises=(first, other))
        return first

    def scope(self) -> Scope:
        """Choose free indices and steps."""
        words = self.words
        kind = self.random.randrange(5)
        if kind == 0:
            return ()
        if kind == 1:
            return (words.index("i"), words.index("j"))
        if kind == 2:
            return (words.step("t"),)
        if kind == 3:
            return (words.index("i"), words.step("t"))
        t = words.step("t")
        return (t, words.step("s", (t,)))

    # The same in other words.

    def rewritten(self, node: Formula, scope: Scope, times: int = 1) -> Formula:
        """Say the same in other words, at one place or at several."""
        for _ in range(times):
            node = self.once(node, scope)
        return node

    def once(self, node: Formula, scope: Scope) -> Formula:
        kind = type(node).__name__
        if node.args and kind not in ("Sum", "Product", "ByEntry") and self.chance(0.5):
            at = self.random.randrange(len(node.args))
            args = [self.once(arg, scope) if k == at else arg for k, arg in enumerate(node.args)]
            try:
                return node.with_args(*args)
            except (ShapeError, IndexError):
                return node
        if node.shape != (1, 1):
            return self.random.choice((node + 0, node.T.T, 2 * node - node))
        return self.random.choice(MOVES)(self, node, scope)

    def distributed(self, node: Formula, scope: Scope) -> Formula:
        if len(node.args) > 1 and type(node).__name__ == "Times":
            first, *rest = node.args
            if first.shape == (1, 1):
                more = self.words.leaf(scope)
                return node.with_args(first - more, *rest) + node.with_args(more, *rest)
        if len(node.args) > 1 and type(node).__name__ == "Add":
            return node.with_args(*self.random.sample(node.args, len(node.args)))
        return node / 2 + node / 2

    def picked(self, node: Formula, scope: Scope) -> Formula:
        """Write F(t) as a sum of F(s) over all moments s that are t: right where t is one of them."""
        steps = [step for step in scope if isinstance(step, Step)]
        places = [index for index in scope if not isinstance(index, Step)]
        if steps:
            t = self.random.choice(steps)
            s = Step(self.words.fresh("p"), t.horizon)
            return sum_over(s, same_time(s, t) * moved(node, {t: s + 0}))
        if places:
            j = self.words.index()
            return sum_over(j, delta(places[0], j) * node)
        return node * 2 - node

    def quotient(self, node: Formula, scope: Scope) -> Formula:
        below = self.words.denominator(scope)
        return self.random.choice((node * below / below, node + below / below - 1, node + below - below))

    def called(self, node: Formula, scope: Scope) -> Formula:
        return named(self.words.some_name(), node)


class Once:
    """Equations that can be read once only, as a generator can; made anew for each call of a rule."""

    def __init__(self, given: Sequence[Equation]) -> None:
        self.given = tuple(given)


def applied(rule: str, told: tuple[Any, ...], theorems: Sequence[Any]) -> Any:
    """Call a rule of what is trusted; ``prove`` is the kernel's, which refutes what it cannot prove."""
    if rule == "assign":
        target, name, value = told
        setattr(target, name, value)
        return theorems[0]
    call: Callable[..., Any] = prove if rule == "prove" else getattr(rules, rule)
    if rule in ("decide", "prove"):
        left, right, given = told
        return call(left, right, iter(given.given) if isinstance(given, Once) else given)
    if rule == "induct":
        t, left, right, s = told
        return call(t, left, right, *theorems, s)
    return call(*told, *theorems)


def walked(node: Formula) -> list[Formula]:
    """List a formula and everything below it."""
    return [node, *(found for arg in node.args for found in walked(arg))]


Move = Callable[[Author, Formula, Scope], Formula]
MOVES: list[Move] = [
    lambda author, node, scope: node + 0,
    lambda author, node, scope: node * 1,
    lambda author, node, scope: node + author.words.leaf(scope) * 0,
    Author.distributed,
    Author.distributed,
    Author.picked,
    Author.quotient,
    Author.called,
]
