"""Theorems of what is given: hypotheses, definitions and values, and what is zero by them."""

from bptt.kernel import Equation, Formula, Recurrence, Step, extent, moved, same_time, sum_over, tanh
from bptt.kernel.language.formula import Named
from falsifier.author import Author, Made


def zero_by_zero(author: Author) -> Made:
    """Y = Y G/G = 0 Y, given what makes G zero."""
    words, scope = author.words, author.scope()
    when, u = words.when(scope), words.some_series()
    value = author.random.choice((0 * words.a, words.b, words.a, words.leaf(scope)))
    below = author.random.choice((u[when], u[when] - value, u[when] + words.a))
    what = author.random.choice((words.a, words.leaf(scope), words.scalar(scope, 1)))
    given = [Equation(u[when], value)] if author.chance(0.7) else []
    right = author.random.choice((0 * what, what, author.rewritten(what, scope)))
    if isinstance(when.base, Step) and author.chance(0.3):
        # It is zero but at one moment, and what stands above is zero there.
        one = same_time(when, author.random.choice((1, words.T)))
        given, below, right = [Equation(u[when], one)], u[when], 0 * what
        what = what * (1 - one)
    middle = what * below / below
    return author.chain(author.equal(what, middle), author.equal(middle, right, given))


def by_hypotheses(author: Author) -> Made:
    """A formula of u, and the same of what u is given to be, perhaps by way of another series."""
    words = author.words
    scope = author.scope()
    t = words.when(scope)
    q = words.step("q", scope, whole=0.15)
    u, w, z = author.random.sample(words.series, 3)
    inside = author.random.choice((scope, scope, (*scope, q)))
    between = words.when((q,)) if author.chance(0.6) else words.when(inside)
    last = author.random.choice((z[t], words.a, words.leaf(scope), words.a + z[t]))
    if author.chance(0.4):
        given = [Equation(u[t], words.scalar(scope, 1))]
        last = given[0].right
    else:
        given = [Equation(u[t], w[between]), Equation(w[between], last)]
    if author.chance(0.05):  # of another moment than that of which something is said
        given[0] = Equation(u[t + 1], given[0].right)
    factor = words.leaf(scope)
    left = factor * u[t] + author.random.choice((0 * words.a, words.leaf(scope)))
    right = factor * last + (left - factor * u[t])
    return author.equal(left, author.rewritten(right, scope), given)


def by_two_proofs(author: Author) -> Made:
    """X w[q] by one hypothesis is X a, and by another it is X b or X a again."""
    words, scope = author.words, author.scope()
    q = words.step(author.random.choice("qts"), scope)
    w, z = author.random.sample(words.series, 2)
    one = author.random.choice((words.a, words.leaf(scope), z[q]))
    two = author.random.choice((one, words.b, words.leaf(scope), z[q]))
    factor = words.leaf(scope)
    r = author.random.choice((q, q, Step(q.name, q.horizon, words.when(()), words.when(()))))
    first = author.equal(factor * one, factor * w[q], [Equation(w[q], one)])
    second = author.equal(factor * w[q if author.chance(0.7) else r], factor * two, [Equation(w[r], two)])
    return author.chain(first, second)


def by_two_sums(author: Author) -> Made:
    """Σ (u - a) = 0 = Σ 0 b, by hypotheses over two ranges whose steps may have one name."""
    words = author.words
    one = words.step("s")
    two = words.step("s" if author.chance(0.7) else "r")
    u = words.some_series()
    v = u if author.chance(0.7) else words.some_series()
    value = author.random.choice((words.a, words.b + 1, extent(words.T)))
    if author.chance(0.1):  # the step is free in what is given and bound in what is said
        return author.equal(sum_over(one, u[one]), sum_over(one, value), [Equation(u[one], value)])
    zero = author.random.choice((0 * words.a, 0 * words.b))
    first = author.apply(
        "summed", one, premises=[author.equal(u[one] - value, zero, [Equation(u[one], value)])]
    )
    right = author.random.choice((0 * words.b, (v[two] - value) * words.b))
    second = author.apply("summed", two, premises=[author.equal(zero, right, [Equation(v[two], value)])])
    parts = [first, second] if author.chance(0.7) else [second, first]
    return author.chain(*parts)


def by_double_sum(author: Author) -> Made:
    """0 = Σ Σ 0 = 0 by u - a = 0, given for a range that depends on another; then a step of that name."""
    words = author.words
    outer = words.step("q")
    ends = ((1, outer), (outer, words.T), (outer - 1, outer))
    inside = Step("r", outer.horizon, *author.random.choice(ends))
    u, w = author.random.sample(words.series, 2)
    value = author.random.choice((words.a, w[outer], w[inside - 1], words.b + 1))
    zero, given = 0 * words.a, [Equation(u[inside], value)]
    made = author.chain(
        author.equal(zero, u[inside] - value, given), author.equal(u[inside] - value, zero, given)
    )
    for step in (inside, outer):
        made = author.apply("summed", step, premises=[made])
    twice = made.theorem.left
    free = author.random.choice((words.step("q"), words.step("r"), words.step("s")))
    parts = [author.equal(zero, twice), made, author.equal(twice, zero)]
    return author.chain(*parts, author.equal(zero, zero + 0 * w[free]))


def by_definitions(author: Author) -> Made:
    """E Y = u Y = E' Y by a definition of u, and by another or the same."""
    words = author.words
    t = words.step("t")
    u, w = author.random.sample(words.series, 2)
    one = author.random.choice((words.a, words.scalar((t,), 1), w[t]))
    two = author.random.choice((one, 2 * one, words.leaf((t,)), one + words.b))
    first, second = Recurrence(u, t, one)[t], Recurrence(u, t, two)[t]
    factor = words.leaf((t,))
    if author.chance(0.3):
        second = Equation(u[t], two)
    if author.chance(0.2):  # in a circle
        z = words.some_series()
        second = Recurrence(z, t, u[t] + 1)[t]
        return author.chain(
            author.equal(one * factor, u[t] * factor, [first]),
            author.equal((z[t] - 1) * factor, (z[t] - 1) * factor + 0 * w[t], [second]),
        )
    return author.chain(
        author.equal(one * factor, u[t] * factor, [first]),
        author.equal(u[t] * factor, two * factor, [second]),
    )


def by_folding(author: Author) -> Made:
    """Y R(q) = Y u[q], where u[s] = R(s) is given for all s of a range, at a q that may lie outside of it."""
    words = author.words
    scope = author.scope()
    s = words.step("s" if author.chance(0.8) else "t", scope, whole=0.4)
    q = words.step(author.random.choice("qqt"), scope)
    u, w, z = author.random.sample(words.series, 3)
    inside = author.random.choice((w[s], w[s - 1], w[s] * z[s + 1], 0 * w[s], words.leaf((s,)) + w[s]))
    said = author.random.choice((tanh(inside) + words.a, inside * words.a, inside + z[words.when(scope)]))
    when = words.when((*scope, q))
    factor = author.random.choice((words.leaf((*scope, q)), words.a, words.some_series()[q]))
    there = moved(said, {s: when})
    if author.chance(0.2):  # not quite what is given
        there = there + author.random.choice((words.a, words.leaf(scope)))
    if author.chance(0.1):  # a part that says nothing of its step
        r = words.step("r")
        there = sum_over(r, moved(said, {s: r + 0}))
    left, right = factor * there, factor * u[when]
    if author.chance(0.6):
        left, right = sum_over(q, left), sum_over(q, right)
    return author.equal(left, right, [Equation(u[s], said, [s])])


def by_ends(author: Author) -> Made:
    """Σ F(t+1) = Σ F(t) - F(1), where the last summand is zero by what is given at T+1, or at another end."""
    words = author.words
    t = words.step("t", whole=0.8)
    u, w = author.random.sample(words.series, 2)
    other = author.random.choice((w[t], words.a, 1 / w[t], words.denominator((t,)), w[t - 1] / words.a, u[t]))
    term = u[t] * other if author.chance(0.8) else u[t] + other
    zero = Equation(u[words.when(()) if author.chance(0.3) else t.last + 1], 0 * words.a)
    if author.chance(0.1):
        zero = Equation(zero.left, words.a)
    later, first = moved(term, {t: t + 1}), moved(term, {t: t.first})
    return author.equal(sum_over(t, later) + first, sum_over(t, term), [zero])


def by_value(author: Author) -> Made:
    """The value of a series in place of the series, with its equation or without."""
    words = author.words
    t = words.step("t")
    u, w, z = author.random.sample(words.series, 3)
    what = author.random.choice((2 * z[t], z[t] + 1, words.leaf((t,))))
    rule = Recurrence(u, t, what)[t]
    factor = author.random.choice((w[t], words.a, 1 + 0 * words.a, u[t]))
    given = [rule] if author.chance(0.4) else []
    right = author.random.choice((what * factor, u[t] * factor, rule.value * factor))
    first = author.equal(rule.value * factor, right, given)
    if author.chance(0.3):
        if author.chance(0.5):
            return author.equal(sum_over(t, rule.value * factor), sum_over(t, what * factor))
        return author.apply("summed", t, premises=[first])
    if author.chance(0.5):
        more = Equation(z[t], u[t]) if author.chance(0.5) else Equation(z[t], w[t])
        return author.chain(first, author.equal(right, put(right, more), [more]))
    return first


def put(node: Formula, equation: Equation) -> Formula:
    """Put the right side of an equation in place of its left side, where that stands by itself."""
    if str(node) == str(equation.left) and type(node).__name__ == "At":
        return equation.right
    if isinstance(node, Named) or not node.args:
        return node
    return node.with_args(*(put(arg, equation) for arg in node.args))
