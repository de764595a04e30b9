"""Theorems at random: trees of all rules, most of which look true, and some of which are not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import bptt.kernel as kernel
from bptt.kernel import (
    Equation,
    Formula,
    Function,
    Index,
    Recurrence,
    ShapeError,
    Step,
    by_entry,
    diag,
    exp,
    extent,
    eye,
    moment,
    moved,
    named,
    ones,
    same_time,
    scalar,
    softmax,
    sum_over,
    tanh,
    total,
)
from bptt.symbolic import diff, jacobian
from falsifier.vocabulary import Scope, Words


@dataclass
class Made:
    """A conclusion, the rule that gave it, what the rule was told, and the conclusions it was given."""

    rule: str
    told: tuple[Any, ...]
    premises: "tuple[Made, ...]"
    proof: Any
    verdict: Any = field(default=None)  # what whoever watches found


class Author:
    """Makes theorems; whoever watches is told of each conclusion, and of each attempt that gave none."""

    def __init__(
        self,
        seed: int,
        watch: Callable[[Made], None],
        failed: Callable[[str, tuple[Any, ...], Exception], None] = lambda rule, told, error: None,
    ) -> None:
        self.words = Words(seed)
        self.random = self.words.random
        self.watch, self.failed = watch, failed

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    # Rules.

    def apply(self, rule: str, *told: Any, premises: Sequence[Made] = ()) -> Made:
        """Apply a rule of the kernel; what it raises is noted and ends the theorem."""
        try:
            proof = applied(rule, told, [made.proof for made in premises])
        except Exception as error:
            self.failed(rule, told, error)
            raise Stopped from error
        made = Made(rule, told, tuple(premises), proof)
        self.watch(made)
        return made

    def equal(self, left: Formula, right: Formula, given: Sequence[Equation] = ()) -> Made:
        """Decide or prove that two formulas are equal."""
        told: Any = given
        roll = self.random.random()
        if given and roll < 0.04:
            told = Once(given)
        elif roll < 0.5:
            told = tuple(given)
        return self.apply("prove" if self.chance(0.25) else "decide", left, right, told)

    def chain(self, *parts: Made) -> Made:
        first, *rest = parts
        for other in rest:
            first = self.apply("chain", premises=(first, other))
        return first

    def theorem(self) -> "Made | None":
        """Make one theorem, and perhaps others out of it; None where not even the first came off."""
        made = None
        try:
            families = list(FAMILIES)
            family = self.random.choices(families, [FAMILIES[item] for item in families])[0]
            made = family(self)
            while made is not None and self.chance(0.55):
                made = self.extended(made)
        except Stopped:
            pass
        except (ValueError, TypeError) as error:
            self.failed("words", (), error)  # what is to be said was refused before any rule was asked
        return made

    # Scopes and rewritings.

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
            return sum_over(j, kernel.delta(places[0], j) * node)
        return node * 2 - node

    def quotient(self, node: Formula, scope: Scope) -> Formula:
        below = self.words.denominator(scope)
        return self.random.choice((node * below / below, node + below / below - 1, node + below - below))

    def called(self, node: Formula, scope: Scope) -> Formula:
        return named(self.some_name(scope), node)

    def some_name(self, scope: Scope) -> str:
        plain = ["N", "M", "L", "N", "M", "L", f"N{self.random.randrange(1000)}"]
        return self.random.choice([*plain, "a", "x", "a * b", "u[t]", "z[1]", "V @ W", "x.T @ y", "i", "n"])

    # Families.

    def plain(self) -> Made:
        """A formula and the same in other words."""
        scope = self.scope()
        left = self.words.scalar(scope, self.random.choice((1, 2, 2, 3)))
        return self.equal(left, self.rewritten(left, scope, self.random.choice((1, 1, 2, 3))))

    def slip(self) -> Made:
        """A formula and what is nearly the same: most of these are undecided or refuted."""
        scope = self.scope()
        left = self.words.scalar(scope, 1)
        more = self.words.leaf(scope)
        wrong = self.random.choice((left + 0 * more, left * 1, 2 * left, left + more * more, left * more))
        return self.equal(left, self.rewritten(wrong, scope, 1))

    def through_a_denominator(self) -> Made:
        """X + D Y = X + D Y + G/G - 1 = X, where D is a delta and G vanishes with it."""
        scope = self.scope()
        words = self.words
        delta, below = words.vanishing(scope)
        rest = self.random.choice((0 * words.a, words.leaf(scope), words.scalar(scope, 1)))
        whole = rest + self.random.choice((delta, delta * words.leaf(scope), words.leaf(scope)))
        middle = self.random.choice((whole + below / below - 1, whole * below / below))
        return self.chain(self.equal(whole, middle), self.equal(middle, self.rewritten(rest, scope, 1)))

    def zero_by_zero(self) -> Made:
        """Y = Y G/G = 0 Y, given what makes G zero."""
        words, scope = self.words, self.scope()
        when, u = words.when(scope), words.some_series()
        value = self.random.choice((0 * words.a, words.b, words.a, words.leaf(scope)))
        below = self.random.choice((u[when], u[when] - value, u[when] + words.a))
        what = self.random.choice((words.a, words.leaf(scope), words.scalar(scope, 1)))
        given = [Equation(u[when], value)]
        right = self.random.choice((0 * what, what, self.rewritten(what, scope)))
        middle = what * below / below
        return self.chain(self.equal(what, middle), self.equal(middle, right, given))

    def by_hypotheses(self) -> Made:
        """A formula of u, and the same of what u is given to be, perhaps by way of another series."""
        words = self.words
        scope = self.scope()
        t = words.when(scope)
        q = words.step("q", scope, whole=0.2)
        u, w, z = self.random.sample(words.series, 3)
        inside = self.random.choice((scope, scope, (*scope, q)))
        between = words.when((q,)) if self.chance(0.6) else words.when(inside)
        last = self.random.choice((z[t], words.a, words.leaf(scope), words.a + z[t]))
        if self.chance(0.4):
            given = [Equation(u[t], words.scalar(scope, 1))]
            last = given[0].right
        else:
            given = [Equation(u[t], w[between]), Equation(w[between], last)]
        factor = words.leaf(scope)
        left = factor * u[t] + self.random.choice((0 * words.a, words.leaf(scope)))
        right = factor * last + (left - factor * u[t])
        return self.equal(left, self.rewritten(right, scope), given)

    def by_two_proofs(self) -> Made:
        """X w[q] by one hypothesis is X a, and by another it is X b or X a again."""
        words, scope = self.words, self.scope()
        q = words.step(self.random.choice("qts"), scope)
        w, z = self.random.sample(words.series, 2)
        one = self.random.choice((words.a, words.leaf(scope), z[q]))
        two = self.random.choice((one, words.b, words.leaf(scope), z[q]))
        factor = words.leaf(scope)
        r = self.random.choice((q, q, Step(q.name, q.horizon, words.when(()), words.when(()))))
        first = self.equal(factor * one, factor * w[q], [Equation(w[q], one)])
        second = self.equal(factor * w[q if self.chance(0.7) else r], factor * two, [Equation(w[r], two)])
        return self.chain(first, second)

    def by_two_sums(self) -> Made:
        """Σ (u - a) = 0 = Σ 0 b, by hypotheses over two ranges whose steps may have one name."""
        words = self.words
        one = words.step("s")
        two = words.step("s" if self.chance(0.7) else "r")
        u = words.some_series()
        v = u if self.chance(0.7) else words.some_series()
        value = self.random.choice((words.a, words.b + 1, extent(words.T)))
        zero = self.random.choice((0 * words.a, 0 * words.b))
        first = self.apply(
            "summed", one, premises=[self.equal(u[one] - value, zero, [Equation(u[one], value)])]
        )
        right = self.random.choice((0 * words.b, (v[two] - value) * words.b))
        second = self.apply("summed", two, premises=[self.equal(zero, right, [Equation(v[two], value)])])
        parts = [first, second] if self.chance(0.7) else [second, first]
        return self.chain(*parts)

    def excursion(self) -> Made:
        """A = F(e) = Σ [t = e] F(t) = Σ [t = e] G(t) = G(e), for a step e that may have no value at all."""
        words = self.words
        T = words.T
        t = Step("t", T)
        ends: list[tuple[object, object]] = [
            (T, 1),
            (T, 1),
            (T, 1),
            (T, 1),
            (T + 1, T),
            (1, T),
            (T, T),
            (1, 1),
            (T, 2),
        ]
        first, last = self.random.choice(ends)
        e = Step(self.random.choice("veq"), T, moment(first), moment(last))
        body = self.random.choice((1 + 0 * words.a, words.a, words.a + 1))

        def upto(at: Any) -> Formula:
            k = Step("k", T, 1, moment(at))
            return sum_over(k, body + 0 * words.series[0][k])

        def after(at: Any) -> Formula:
            k = Step("k", T, moment(at), T)
            return sum_over(k, body + 0 * words.series[0][k])

        def before(at: Any) -> Formula:
            k = Step("k", T)
            r = Step("r", T, k, T)
            return body + sum_over(k, sum_over(r, body * same_time(r, moment(at) - 1)))

        if self.chance(0.5):
            start, F, G, end = extent(T) * body, upto, before, body
        else:

            def both(at: Any) -> Formula:
                return upto(at) + after(at)

            def whole(at: Any) -> Formula:
                return extent(T) * body + body + 0 * words.series[0][at]

            start, F, G, end = 2 * extent(T) * body, both, whole, extent(T) * body + body
        d = same_time(t, e)
        parts = [self.equal(start, F(e))] if self.chance(0.8) else []
        parts.append(self.equal(F(e), sum_over(t, d * F(t))))
        parts.append(self.apply("summed", t, premises=[self.equal(d * F(t), d * G(t))]))
        parts.append(self.equal(sum_over(t, d * G(t)), G(e)))
        if self.chance(0.9):
            parts.append(self.equal(G(e), end))
        return self.chain(*parts)

    def by_derivative(self) -> Made:
        """A derivative that SymPy takes, and what it should be; of functions that may print alike."""
        words = self.words
        g = words.function()
        if self.chance(0.3):
            f = Function(self.random.choice(("softmax", "f", "g", "f")))
            return self.equal(jacobian(f(words.x), words.x), diag(f.prime(words.x)))
        inside = self.random.choice((words.a, words.a * 2, words.a + words.b))
        factor = 2 if str(inside) == str(words.a * 2) else 1
        f = Function(g.name, g.order + 1)
        left = diff(g(inside), words.a) if self.chance(0.8) else g.prime(inside) * factor
        return self.equal(left, f(inside) * factor)

    def by_function(self) -> Made:
        """Functions of one name and several orders."""
        words, scope = self.words, self.scope()
        f, g = words.function(), words.function()
        inside = words.leaf(scope)
        left = f(inside) * g(inside)
        return self.equal(left, self.rewritten(g(inside) * f(inside), scope, 2))

    def by_rounding(self) -> Made:
        """What holds of exp and tanh, times a number that makes much of the rounding."""
        a, b = self.words.a, self.words.b
        large = self.random.choice((1, 10**6, 10**12, 10**20))
        pairs = [
            (exp(a + b), exp(a) * exp(b)),
            (exp(2 * a), exp(a) ** 2),
            (tanh(a - b), -tanh(b - a)),
            (exp(a) * exp(-a), 1 + 0 * a),
        ]
        left, right = self.random.choice(pairs)
        return self.equal(large * (left - right), 0 * a)

    def by_definitions(self) -> Made:
        """E Y = u Y = E' Y by a definition of u, and by another or the same."""
        words = self.words
        t = words.step("t")
        u, w = self.random.sample(words.series, 2)
        one = self.random.choice((words.a, words.scalar((t,), 1), w[t]))
        two = self.random.choice((one, 2 * one, words.leaf((t,)), one + words.b))
        first, second = Recurrence(u, t, one)[t], Recurrence(u, t, two)[t]
        factor = words.leaf((t,))
        if self.chance(0.3):
            second = Equation(u[t], two)
        if self.chance(0.2):  # in a circle
            z = words.some_series()
            second = Recurrence(z, t, u[t] + 1)[t]
            return self.chain(
                self.equal(one * factor, u[t] * factor, [first]),
                self.equal((z[t] - 1) * factor, (z[t] - 1) * factor + 0 * w[t], [second]),
            )
        return self.chain(
            self.equal(one * factor, u[t] * factor, [first]),
            self.equal(u[t] * factor, two * factor, [second]),
        )

    def by_value(self) -> Made:
        """The value of a series in place of the series, with its equation or without."""
        words = self.words
        t = words.step("t")
        u, w, z = self.random.sample(words.series, 3)
        what = self.random.choice((2 * z[t], z[t] + 1, words.leaf((t,))))
        rule = Recurrence(u, t, what)[t]
        factor = self.random.choice((w[t], words.a, 1 + 0 * words.a, u[t]))
        given = [rule] if self.chance(0.4) else []
        right = self.random.choice((what * factor, u[t] * factor, rule.value * factor))
        first = self.equal(rule.value * factor, right, given)
        if self.chance(0.5):
            more = Equation(z[t], u[t]) if self.chance(0.5) else Equation(z[t], w[t])
            return self.chain(first, self.equal(right, kernel_given(right, more), [more]))
        return first

    def by_name(self) -> Made:
        """A named formula and what it means, or two of one name."""
        words = self.words
        if self.chance(0.4):
            left = self.random.choice(
                (words.W @ words.V, words.W.T, words.W @ words.W, words.V * words.W, eye(words.n) @ words.V)
            )
            names = ["V @ W", "W @ V", "W", "V.T", "N", "M", "V @ W + V", "W.T"]
            right = named(self.random.choice(names), left)
            return (
                self.equal(left, right) if self.chance(0.7) else self.equal(right + words.V, left + words.V)
            )
        scope = self.scope()
        left = words.scalar(scope, 1)
        return self.equal(left + words.leaf(scope) * 0, self.called(left, scope))

    def by_bound_name(self) -> Made:
        """A bound index or step with the name of a symbol, a size or a horizon."""
        words = self.words
        if self.chance(0.5):
            i = Index(self.random.choice(("a", "b", "n", "i", "k", "x")), words.n)
            what = self.random.choice((scalar(i.name), words.a, extent(words.n), words.b))
            return self.equal(sum_over(i, what * words.x[i]), what * total(words.x))
        t = Step(self.random.choice(("T", "a", "t", "u", "n")), words.T)
        u = words.some_series()
        what = self.random.choice((u[words.T], scalar(t.name), extent(words.T), words.a))
        return self.equal(sum_over(t, what), extent(words.T) * what)

    def by_telescope(self) -> Made:
        """Σ (s(t) - s(t+1) + r(t)), where the step may go through a denominator."""
        words = self.words
        t = words.step("t", (words.step("q"),) if self.chance(0.3) else ())
        scope = (t,)
        u = words.some_series()
        s = self.random.choice((u[t], u[t] ** 2, u[t] * words.a, 0 * u[t], same_time(t, 1) * words.a))
        r = self.random.choice((0 * u[t], words.leaf(scope), words.scalar(scope, 1)))
        whole = s - moved(s, {t: t + 1}) + r
        f, left = self.rewritten(whole, scope), whole
        given: list[Equation] = []
        roll = self.random.random()
        if roll < 0.3:
            delta, below = words.vanishing(scope)
            f = whole + delta
            left = f + below / below - 1
        elif roll < 0.5:
            given = [Equation(words.some_series()[t], words.leaf(scope))]
            f = left = whole + given[0].left - given[0].right
        step = self.equal(left, whole, given)
        return self.apply("telescope", t, f, s, r, premises=[step])

    def by_induction(self) -> Made:
        """u(t) = R(t) from the start of u and its recurrence."""
        words = self.words
        T = words.T
        u, z = self.random.sample(words.series, 2)
        t = Step("t", T) if self.chance(0.7) else Step("t", T, 1, self.random.choice((T - 1, T + 1, T + 0)))
        s = self.random.choice((Step("s", T, 1, T - 1), Step("s", T, 1, T - 1), words.step("s")))
        first, more = self.random.choice(((words.a, 0), (words.a, z), (0 * words.a, z)))

        def claim(at: Any) -> Formula:
            if isinstance(more, int):
                return first + 0 * words.b
            k = Step("k", T, 2, moment(at))
            return first + sum_over(k, z[k])

        def gain(at: Any) -> Formula:
            return 0 * words.a if isinstance(more, int) else z[at]

        starts = kernel.defined(u, 1, first)
        here = Equation(u[s + 1], u[s] + gain(s + 1), definition=self.chance(0.7))
        base = self.equal(u[1], claim(1), [starts])
        hypothesis = Equation(u[s], claim(s))
        if self.chance(0.1):
            hypothesis = Equation(u[s], claim(s) + 0 * words.leaf((s,)))
        step = self.equal(u[s + 1], claim(s + 1), [here, hypothesis])
        return self.apply("induct", t, u[t], claim(t), s, premises=[base, step])

    def with_matrices(self) -> Made:
        """Products of matrices, transposed and multiplied out."""
        words = self.words
        W, V, x = words.W, words.V, words.x
        i, j, k = words.index("i"), words.index("j"), words.index("k")
        pairs: list[tuple[Formula, Formula]] = [
            ((W @ V).T, V.T @ W.T),
            (W @ (V + W), W @ V + W @ W),
            (diag(x) @ W, (x @ ones(words.n).T) * W),
            (by_entry(i, j, sum_over(k, W[i, k] * V[k, j])), W @ V),
            (sum_over(i, x[i] * W[i, j]), (W.T @ x)[j]),
            (total(softmax(x)), 1 + 0 * words.a),
            (W @ V, V @ W),
        ]
        left, right = self.random.choice(pairs)
        return self.equal(left, self.rewritten(right, (i, j), self.random.choice((0, 1, 1))))

    def changed(self) -> Made:
        """A theorem of another family, in which something is assigned to afterwards."""
        families = [family for family in FAMILIES if family is not Author.changed]
        made = self.random.choice(families)(self)
        proof = made.proof
        words = self.words
        free = list(proof.context if hasattr(proof, "context") else proof.indices)
        steps = [index for index in free if isinstance(index, Step)]
        targets: list[tuple[Any, str, Any]] = [(proof, "given", ()), (proof, "hypotheses", ())]
        targets += [(proof, "conditions", ()), (proof, "right", words.b + 0), (proof, "left", words.b + 0)]
        for step in steps:
            targets += [(step, "last", step.horizon + 1), (step, "first", moment(0)), (step, "name", "T")] * 2
        targets.append((words.a, "name", "b"))
        target, name, value = self.random.choice([item for item in targets if hasattr(item[0], item[1])])
        return self.apply("assign", target, name, value, premises=[made])

    # Out of a theorem, another.

    def extended(self, made: Made) -> Made:
        """Take a sum over something free, or chain with something that is mostly true."""
        proof = made.proof
        free = list(proof.context if hasattr(proof, "context") else proof.indices)
        words = self.words
        roll = self.random.random()
        if free and roll < 0.5:
            return self.apply("summed", self.random.choice(free), premises=[made])
        scope = tuple(free)
        if roll < 0.75:
            return self.chain(made, self.equal(proof.right, self.rewritten(proof.right, scope, 1)))
        if roll < 0.9:
            return self.chain(self.equal(self.rewritten(proof.left, scope, 1), proof.left), made)
        q = words.step("q", scope)
        u = words.some_series()
        if proof.right.shape != (1, 1):
            return self.chain(made, self.equal(proof.right, proof.right + 0))
        more = self.equal(
            proof.right,
            proof.right + (u[q] - words.a) * words.leaf(scope),
            [Equation(u[q], words.a)],
        )
        return self.chain(made, more)


class Stopped(Exception):
    """A rule gave no conclusion."""


class Once:
    """Equations that can be read once only, as a generator can; made anew for each call of a rule."""

    def __init__(self, given: Sequence[Equation]) -> None:
        self.given = tuple(given)


def applied(rule: str, told: tuple[Any, ...], proofs: Sequence[Any]) -> Any:
    """Call the kernel's rule of that name."""
    if rule == "assign":
        target, name, value = told
        setattr(target, name, value)
        return proofs[0]
    call: Callable[..., Any] = getattr(kernel, rule)
    if rule in ("decide", "prove"):
        left, right, given = told
        return call(left, right, iter(given.given) if isinstance(given, Once) else given)
    if rule == "induct":
        t, left, right, s = told
        return call(t, left, right, *proofs, s)
    return call(*told, *proofs)


def walked(node: Formula) -> list[Formula]:
    """List a formula and everything below it."""
    return [node, *(found for arg in node.args for found in walked(arg))]


def kernel_given(node: Formula, equation: Equation) -> Formula:
    """Put the right side of an equation in place of its left side, where that stands by itself."""
    if str(node) == str(equation.left) and type(node).__name__ == "At":
        return equation.right
    if type(node).__name__ == "Named" or not node.args:
        return node
    return node.with_args(*(kernel_given(arg, equation) for arg in node.args))


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

# How often each family is tried, in relation to the others.
FAMILIES: dict[Callable[[Author], Made], int] = {
    Author.plain: 14,
    Author.slip: 2,
    Author.through_a_denominator: 9,
    Author.zero_by_zero: 5,
    Author.by_hypotheses: 10,
    Author.by_two_proofs: 5,
    Author.by_two_sums: 5,
    Author.excursion: 8,
    Author.by_derivative: 4,
    Author.by_function: 2,
    Author.by_rounding: 2,
    Author.by_definitions: 4,
    Author.by_value: 4,
    Author.by_name: 4,
    Author.by_bound_name: 4,
    Author.by_telescope: 6,
    Author.by_induction: 4,
    Author.with_matrices: 3,
    Author.changed: 4,
}
