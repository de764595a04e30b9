"""Theorems about steps and their ranges: excursions to a step that may not exist, telescopes, inductions."""

from typing import Any

from bptt.kernel import (
    Equation,
    Formula,
    Step,
    defined,
    extent,
    moment,
    moved,
    same_time,
    sum_over,
    tanh,
)
from falsifier.author import Author, Made


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
    (u, *_), a, _ = words.of_one_shape()
    s = author.random.choice((u[t], u[t] ** 2, u[t] * a, 0 * u[t], same_time(t, 1) * a, a / u[t]))
    r = author.random.choice((0 * u[t], words.leaf(scope), words.scalar(scope, 1)))
    whole = s - moved(s, {t: t + 1}) + r
    f, left = author.rewritten(whole, scope), whole
    given: list[Equation] = []
    roll = author.random.random()
    if roll < 0.15:
        delta, below = words.vanishing(scope)
        f = whole + delta
        left = f + below / below - 1
    elif roll < 0.4:
        given = [Equation(words.some_series()[t], words.leaf(scope))]
        f = left = whole + given[0].left - given[0].right
    if author.chance(0.1):
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
    T = words.T
    series, a, b = words.of_one_shape()
    u, w, z = author.random.sample(series, 3)
    t = Step("t", T) if author.chance(0.8) else Step("t", T, 1, author.random.choice((T - 1, T + 1, T + 0)))
    s = Step("s", T, 1, T - 1) if author.chance(0.8) else words.step("s")
    jump, one = ratio(author, s)
    way = author.random.choice(("grows",) * 7 + ("stays",) * 3 + ("divides", "jumps", "speaks of s"))

    def claim(at: Any) -> Formula:
        k = Step("k", T, 2, moment(at))
        if way == "grows":
            return a + sum_over(k, z[k])
        if way == "divides":
            return a * z[at] / z[at]
        if way == "jumps":  # equal to a where the jump is not near
            return a + moved(one, {s: moment(at)}) + moved(one, {s: moment(at) - 1}) - 2
        if way == "speaks of s":
            return a + same_time(at, s + 1) * b
        return a + 0 * b

    gain = {"grows": z[s + 1], "jumps": jump * b, "speaks of s": b}.get(way, 0 * a)
    # What is known of the moment before: the claim, the same in other words, or something else.
    known, before = author.random.choice(
        [(Equation(u[s], claim(s)), u[s])] * 6
        + [(Equation(u[s], claim(s) + 0 * words.leaf((s,))), u[s]), (Equation(u[s], a), u[s] - a + claim(s))]
        + [(Equation(w[s], claim(s)), w[s]), (Equation(u[s], claim(s) + b), u[s] - b)]
    )
    after = claim(s + 1)
    if way == "jumps":
        known, before, after = Equation(u[s], a), u[s], a + gain
    base = author.equal(u[1], claim(1) if way != "speaks of s" else a + 0 * b, [defined(u, 1, a)])
    step = author.equal(
        u[s + 1], after, [Equation(u[s + 1], before + gain, definition=author.chance(0.7)), known]
    )
    told = (t, u[t], claim(t))
    if author.chance(0.15):
        told = author.random.choice(
            ((t, w[t], claim(t)), (t, u[t], claim(t) * 2), (t, u[t], claim(t) + same_time(t, 1) * b))
        )
    return author.apply("induct", *told, s, premises=[base, step])
