"""Theorems at random: trees of all rules, most of which look true, and some of which are not."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from bptt.kernel import (
    Equation,
    Formula,
    Function,
    Index,
    Recurrence,
    Step,
    by_entry,
    defined,
    diag,
    exp,
    extent,
    eye,
    log,
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
from bptt.kernel.language.formula import Named
from bptt.symbolic import diff, grad, jacobian
from falsifier.author import Author, Failed, Made, Stopped, Watch

Family = Callable[[Author], Made]


def theorem(
    seed: int, watch: Watch, failed: Failed = lambda rule, told, error: None, family: str = ""
) -> None:
    """Make one theorem, and perhaps others out of it; the same seed, the same theorems.

    ``family`` asks for those of one family alone.
    """
    author = Author(seed, watch, failed)
    try:
        families = [item for item in FAMILIES if family in ("", item.__name__)]
        made = author.random.choices(families, [FAMILIES[item] for item in families])[0](author)
        while author.chance(0.55):
            made = extended(author, made)
    except Stopped:
        pass
    except (ValueError, TypeError) as error:
        failed("words", (), error)  # what is to be said was refused before any rule was asked


def plain(author: Author) -> Made:
    """A formula and the same in other words."""
    scope = author.scope()
    left = author.words.scalar(scope, author.random.choice((1, 2, 2, 3)))
    return author.equal(left, author.rewritten(left, scope, author.random.choice((1, 1, 2, 3))))


def there_and_back(author: Author) -> Made:
    """A = B = A, where B speaks of more than A."""
    scope, more = author.scope(), author.scope()
    left = author.words.scalar(scope, author.random.choice((0, 1)))
    middle = left + 0 * author.words.leaf(more) if author.chance(0.6) else author.rewritten(left, more)
    return author.chain(author.equal(left, middle), author.equal(middle, author.rewritten(left, scope)))


def slip(author: Author) -> Made:
    """A formula and what is nearly the same: most of these are undecided or refuted."""
    scope = author.scope()
    left = author.words.scalar(scope, 1)
    more = author.words.leaf(scope)
    wrong = author.random.choice((left + 0 * more, left * 1, 2 * left, left + more * more, left * more))
    if author.chance(0.1):
        i, x = author.words.index(), author.words.x
        left, wrong = sum_over(i, (extent(i.size) * x[i] - total(x)) / (1 + x[i] ** 2)), 0 * more
    return author.equal(left, author.rewritten(wrong, scope, 1))


def through_a_denominator(author: Author) -> Made:
    """X + D Y = X + D Y + G/G - 1 = X, where D is a delta and G vanishes with it."""
    scope = author.scope()
    words = author.words
    delta, below = words.vanishing(scope)
    rest = author.random.choice((0 * words.a, words.leaf(scope), words.scalar(scope, 1)))
    whole = rest + author.random.choice((delta, delta * words.leaf(scope), words.leaf(scope)))
    middle = author.random.choice((whole + below / below - 1, whole * below / below))
    return author.chain(author.equal(whole, middle), author.equal(middle, author.rewritten(rest, scope, 1)))


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


def excursion(author: Author) -> Made:
    """A = F(e) = Σ [t = e] F(t) = Σ [t = e] G(t) = G(e), for a step e that may have no value at all."""
    words = author.words
    T, u = words.T, words.series[0]
    t, r = Step("t", T), Step("r", T)
    ends = [(T, 1)] * 4 + [(T + 1, T), (1, T), (T, T), (1, 1), (T, 2), (2, T), (r + 1, T), (T, r)]
    first, last = author.random.choice(ends)
    e = Step(author.random.choice("veq"), T, moment(first), moment(last))
    body = author.random.choice((1 + 0 * words.a, words.a, words.a + 1, u[r]))

    def upto(at: Any) -> Formula:
        k = Step("k", T, 1, moment(at))
        return sum_over(k, body + 0 * u[k])

    def after(at: Any) -> Formula:
        k = Step("k", T, moment(at), T)
        return sum_over(k, body + 0 * u[k])

    def before(at: Any) -> Formula:
        k = Step("k", T)
        m = Step("m", T, k, T)
        return body + sum_over(k, sum_over(m, body * same_time(m, moment(at) - 1)))

    def both(at: Any) -> Formula:
        return upto(at) + after(at)

    def whole(at: Any) -> Formula:
        return extent(T) * body + body + 0 * u[at]

    if author.chance(0.5):
        start, F, G, end = extent(T) * body, upto, before, body
    else:
        start, F, G, end = 2 * extent(T) * body, both, whole, extent(T) * body + body
    d = same_time(t, e)
    parts = [author.equal(start, F(e))] if author.chance(0.8) else []
    parts.append(author.equal(F(e), sum_over(t, d * F(t))))
    parts.append(author.apply("summed", t, premises=[author.equal(d * F(t), d * G(t))]))
    parts.append(author.equal(sum_over(t, d * G(t)), G(e)))
    if author.chance(0.9):
        parts.append(author.equal(G(e), end))
    return author.chain(*parts)


def by_derivative(author: Author) -> Made:
    """A derivative that SymPy takes, and what it should be."""
    words = author.words
    g = words.function()
    if author.chance(0.3):
        f = Function(author.random.choice("fg"))
        return author.equal(jacobian(f(words.x), words.x), diag(f.prime(words.x)))
    if author.chance(0.3):
        return author.equal(
            grad(total(g(words.W @ words.x)), words.x), words.W.T @ g.prime(words.W @ words.x)
        )
    if author.chance(0.3):
        t, u = words.step("t"), words.some_series()
        rule = Recurrence(u, t, g(words.a * words.some_series()[t]) + words.b)
        slope = diff(rule[t].value ** 2, words.b)
        return author.equal(slope, 2 * author.random.choice((rule[t].value, u[t])))
    inside, slope = author.random.choice(((words.a, 1), (words.a * 2, 2), (words.a + words.b, 1)))
    left = diff(g(inside), words.a) if author.chance(0.8) else g.prime(inside) * slope
    return author.equal(left, g.prime(inside) * slope)


def by_function(author: Author) -> Made:
    """Functions of one name and several orders."""
    words, scope = author.words, author.scope()
    f, g = words.function(), words.function()
    inside = words.leaf(scope)
    left = f(inside) * g(inside)
    return author.equal(left, author.rewritten(g(inside) * f(inside), scope, 2))


def by_rounding(author: Author) -> Made:
    """What holds of exp and tanh, times a number that makes much of the rounding."""
    a, b = author.words.a, author.words.b
    large = author.random.choice((1, 10**6, 10**12, 10**20))
    pairs = [
        (exp(a + b), exp(a) * exp(b)),
        (exp(2 * a), exp(a) ** 2),
        (tanh(a - b), -tanh(b - a)),
        (exp(a) * exp(-a), 1 + 0 * a),
    ]
    left, right = author.random.choice(pairs)
    return author.equal(large * (left - right), 0 * a)


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


def by_name(author: Author) -> Made:
    """A named formula and what it means, or two of one name."""
    words = author.words
    if author.chance(0.4):
        left = author.random.choice(
            (words.W @ words.V, words.W.T, words.W @ words.W, words.V * words.W, eye(words.n) @ words.V)
        )
        names = ["V @ W", "W @ V", "W", "V.T", "N", "M", "V @ W + V", "W.T"]
        right = named(author.random.choice(names), left)
        return (
            author.equal(left, right) if author.chance(0.7) else author.equal(right + words.V, left + words.V)
        )
    scope = author.scope()
    left = words.scalar(scope, 1)
    if author.chance(0.2):
        more = words.leaf(scope)
        name, other = words.some_name(), words.some_name()
        return author.equal(named(name, left) + named(other, more), left + more)
    return author.equal(left + words.leaf(scope) * 0, author.called(left, scope))


def by_bound_name(author: Author) -> Made:
    """A bound index or step with the name of a symbol, a size or a horizon."""
    words = author.words
    if author.chance(0.3):
        free = Index("i", words.n)
        i = Index(author.random.choice("ijk"), words.n)
        return author.equal(sum_over(i, words.x[i] * words.y[free]), words.y[free] * total(words.x))
    if author.chance(0.5):
        i = Index(author.random.choice(("a", "b", "n", "i", "k", "x")), words.n)
        what = author.random.choice((scalar(i.name), words.a, extent(words.n), words.b))
        return author.equal(sum_over(i, what * words.x[i]), what * total(words.x))
    t = Step(author.random.choice(("T", "a", "t", "u", "n")), words.T)
    u = words.some_series()
    what = author.random.choice((u[words.T], scalar(t.name), extent(words.T), words.a))
    return author.equal(sum_over(t, what), extent(words.T) * what)


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


def by_quotients(author: Author) -> Made:
    """Σ G/G Y = Σ Y over one range and then over another, whose steps may have one name; or a log beside."""
    words = author.words
    one = words.step("s")
    two = words.step("s" if author.chance(0.7) else "r")
    u = words.some_series()
    if author.chance(0.3):
        scope = author.scope()
        above = author.random.choice((u[words.when(scope)], words.a, words.leaf(scope)))
        left = author.random.choice((log(above) / above, 1 / above + log(above)))
        return author.equal(left, author.rewritten(left, scope))
    first = author.equal(sum_over(one, u[one] / u[one]) * words.a, sum_over(one, words.a))
    zero = sum_over(two, u[two] / u[two]) - sum_over(two, words.a / words.a)
    return author.chain(first, author.equal(sum_over(one, words.a), sum_over(one, words.a) + zero))


def ratio(author: Author, t: Step) -> tuple[Formula, Formula]:
    """Write [t = c] and G/G for a G that is zero at c."""
    words = author.words
    c = author.random.choice((moment(1), moment(2), moment(3), moment(words.T)))
    u = words.some_series()
    below = author.random.choice((u[t] - u[c], u[t] - u[c], tanh(u[t] - u[c])))
    return same_time(t, c), below / below


def by_telescope(author: Author) -> Made:
    """Σ (s(t) - s(t+1) + r(t)), where the step may go through a denominator."""
    words = author.words
    t = words.step("t", (words.step("q"),) if author.chance(0.3) else (), whole=0.6)
    if author.chance(0.1):
        t = Step("t", words.T, *author.random.choice(((3, words.T), (words.T, 1), (2, words.T - 1))))
    scope = (t,)
    u = words.some_series()
    s = author.random.choice(
        (u[t], u[t] ** 2, u[t] * words.a, 0 * u[t], same_time(t, 1) * words.a, words.a / u[t])
    )
    r = author.random.choice((0 * u[t], words.leaf(scope), words.scalar(scope, 1)))
    whole = s - moved(s, {t: t + 1}) + r
    f, left = author.rewritten(whole, scope), whole
    given: list[Equation] = []
    roll = author.random.random()
    if roll < 0.3:
        delta, below = words.vanishing(scope)
        f = whole + delta
        left = f + below / below - 1
    elif roll < 0.5:
        given = [Equation(words.some_series()[t], words.leaf(scope))]
        f = left = whole + given[0].left - given[0].right
    if author.chance(0.15):
        # s has no value at one moment, where something else is added up.
        delta, one = ratio(author, t)
        f = left = whole = s - moved(s, {t: t + 1}) + r + delta
        s = s + one - 1
    step = author.equal(left, whole, given)
    if author.chance(0.1):
        f, s, r = author.random.choice(((f + words.a, s, r), (f, s * 2 + u[t], r), (f, s, r + words.a)))
    return author.apply("telescope", t, f, s, r, premises=[step])


def by_induction(author: Author) -> Made:
    """u(t) = R(t) from the start of u and its recurrence; now and then something in it is another thing."""
    words = author.words
    T, a = words.T, words.a
    u, w, z = author.random.sample(words.series, 3)
    t = Step("t", T) if author.chance(0.7) else Step("t", T, 1, author.random.choice((T - 1, T + 1, T + 0)))
    s = Step("s", T, 1, T - 1) if author.chance(0.8) else words.step("s")
    jump, one = ratio(author, s)
    way = author.random.choice(("grows",) * 5 + ("stays", "stays", "divides", "jumps", "speaks of s"))

    def claim(at: Any) -> Formula:
        k = Step("k", T, 2, moment(at))
        if way == "grows":
            return a + sum_over(k, z[k])
        if way == "divides":
            return a * z[at] / z[at]
        if way == "jumps":  # equal to a where the jump is not near
            return a + moved(one, {s: moment(at)}) + moved(one, {s: moment(at) - 1}) - 2
        if way == "speaks of s":
            return a + same_time(at, s + 1) * words.b
        return a + 0 * words.b

    gain = {"grows": z[s + 1], "jumps": jump * words.b, "speaks of s": words.b}.get(way, 0 * a)
    # What is known of the moment before: the claim, the same in other words, or something else.
    known, before = author.random.choice(
        [(Equation(u[s], claim(s)), u[s])] * 6
        + [(Equation(u[s], claim(s) + 0 * words.leaf((s,))), u[s]), (Equation(u[s], a), u[s] - a + claim(s))]
        + [(Equation(w[s], claim(s)), w[s]), (Equation(u[s], claim(s) + words.b), u[s] - words.b)]
    )
    after = claim(s + 1)
    if way == "jumps":
        known, before, after = Equation(u[s], a), u[s], a + gain
    base = author.equal(u[1], claim(1) if way != "speaks of s" else a + 0 * words.b, [defined(u, 1, a)])
    step = author.equal(
        u[s + 1], after, [Equation(u[s + 1], before + gain, definition=author.chance(0.7)), known]
    )
    told = (t, u[t], claim(t))
    if author.chance(0.15):
        told = author.random.choice(
            ((t, w[t], claim(t)), (t, u[t], claim(t) * 2), (t, u[t], claim(t) + same_time(t, 1) * words.b))
        )
    return author.apply("induct", *told, s, premises=[base, step])


def with_matrices(author: Author) -> Made:
    """Products of matrices, transposed and multiplied out."""
    words = author.words
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
    left, right = author.random.choice(pairs)
    return author.equal(left, author.rewritten(right, (i, j), author.random.choice((0, 1, 1))))


def changed(author: Author) -> Made:
    """A theorem of another family, in which something is assigned to afterwards."""
    made = author.random.choice([family for family in FAMILIES if family is not changed])(author)
    theorem, words = made.theorem, author.words
    targets: list[tuple[Any, str, Any]] = [(theorem, "hypotheses", ()), (theorem, "conditions", ())]
    targets += [(theorem, "right", words.b + 0), (theorem, "left", words.b + 0), (words.a, "name", "b")]
    for step in theorem.context:
        if isinstance(step, Step):
            targets += [(step, "last", step.horizon + 1), (step, "first", moment(0)), (step, "name", "T")]
    return author.apply("assign", *author.random.choice(targets), premises=[made])


def imitated(author: Author) -> Made:
    """What has the parts of a theorem and was made by no rule, chained or summed over."""
    words = author.words
    t = words.step("t")
    left, right = words.a * words.leaf((t,)), words.b * words.leaf((t,))
    parts = {"left": left, "right": right, "context": (t,), "hypotheses": (), "conditions": ()}
    false = Made("none", (), (), SimpleNamespace(**parts))
    false.verdict = SimpleNamespace(is_fault=False)
    if author.chance(0.5):
        return author.apply("summed", t, premises=[false])
    return author.apply("chain", premises=[false, author.equal(right, right + 0)])


def extended(author: Author, made: Made) -> Made:
    """Take a sum over something free, or chain with something that is mostly true."""
    words, theorem = author.words, made.theorem
    scope = theorem.context
    roll = author.random.random()
    if scope and roll < 0.5:
        # The first of those that are free, so that ranges depend on what is summed over; or any.
        index = scope[0] if author.chance(0.4) else author.random.choice(scope)
        return author.apply("summed", index, premises=[made])
    if roll < 0.72:
        return author.chain(made, author.equal(theorem.right, author.rewritten(theorem.right, scope)))
    if roll < 0.87:
        return author.chain(author.equal(author.rewritten(theorem.left, scope), theorem.left), made)
    if roll < 0.9:
        # Two that do not meet: what is between them is nearly the same.
        wrong = author.random.choice((theorem.right * 2, theorem.right + words.leaf(scope)))
        return author.chain(made, author.equal(wrong, author.rewritten(wrong, scope)))
    if theorem.right.shape != (1, 1):
        return author.chain(made, author.equal(theorem.right, theorem.right + 0))
    q, u = words.step(author.random.choice("qqts"), scope), words.some_series()
    more = theorem.right + (u[q] - words.a) * words.leaf(scope)
    return author.chain(made, author.equal(theorem.right, more, [Equation(u[q], words.a)]))


def put(node: Formula, equation: Equation) -> Formula:
    """Put the right side of an equation in place of its left side, where that stands by itself."""
    if str(node) == str(equation.left) and type(node).__name__ == "At":
        return equation.right
    if isinstance(node, Named) or not node.args:
        return node
    return node.with_args(*(put(arg, equation) for arg in node.args))


# How often each family is tried, in relation to the others.
FAMILIES: dict[Family, int] = {
    plain: 14,
    there_and_back: 6,
    slip: 2,
    through_a_denominator: 9,
    zero_by_zero: 5,
    by_hypotheses: 10,
    by_two_proofs: 5,
    by_two_sums: 5,
    excursion: 8,
    by_derivative: 4,
    by_function: 2,
    by_rounding: 2,
    by_definitions: 4,
    by_value: 4,
    by_name: 4,
    by_bound_name: 4,
    by_double_sum: 4,
    by_quotients: 4,
    by_telescope: 12,
    by_induction: 12,
    with_matrices: 3,
    changed: 1,
    imitated: 1,
}
