"""Theorems about how things are called: names, functions, bound variables, and what was changed."""

from types import SimpleNamespace

from bptt.kernel import (
    Formula,
    Function,
    Index,
    Recurrence,
    Step,
    by_entry,
    diag,
    exp,
    extent,
    eye,
    inner,
    named,
    ones,
    outer,
    product_over,
    scalar,
    softmax,
    sum_over,
    tanh,
    total,
)
from bptt.symbolic import diff, grad, jacobian
from falsifier.author import Author, Made


def slope_of(function: Function, at: Formula) -> Formula:
    """Write the derivative of a function at a formula."""
    if function.name == "exp":
        return exp(at)
    return 1 - tanh(at) ** 2 if function.name == "tanh" else function.prime(at)


def by_derivative(author: Author) -> Made:
    """A derivative that SymPy takes, and what it should be."""
    words = author.words
    g = words.function()
    if author.chance(0.3):
        f = Function(author.random.choice("fg"))
        return author.equal(jacobian(f(words.x), words.x), diag(f.prime(words.x)))
    if author.chance(0.3):
        return author.equal(
            grad(total(g(words.W @ words.x)), words.x), words.W.T @ slope_of(g, words.W @ words.x)
        )
    if author.chance(0.3):
        t, u = words.step("t"), words.some_series()
        rule = Recurrence(u, t, g(words.a * words.some_series()[t]) + words.b)
        return author.equal(
            diff(rule[t].value ** 2, words.b), 2 * author.random.choice((rule[t].value, u[t]))
        )
    inside, slope = author.random.choice(((words.a, 1), (words.a * 2, 2), (words.a + words.b, 1)))
    right = slope_of(g, inside) * slope
    return author.equal(diff(g(inside), words.a) if author.chance(0.8) else right, right)


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


def by_name(author: Author) -> Made:
    """A named formula and what it means, or two of one name."""
    words = author.words
    if author.chance(0.4):
        W, V = words.W, words.V
        left = author.random.choice((W @ V, W.T, W @ W, V * W, eye(words.n) @ V))
        right = named(author.random.choice(("V @ W", "W", "N", "M", "N", "M")), left)
        return author.equal(left, right) if author.chance(0.7) else author.equal(right + V, left + V)
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


def with_matrices(author: Author) -> Made:
    """Products of matrices, transposed and multiplied out."""
    words = author.words
    W, V, x = words.W, words.V, words.x
    i, j, k = words.index("i"), words.index("j"), words.index("k")
    U, d, t = words.U, words.d, words.step("t")
    J = words.J
    pairs: list[tuple[Formula, Formula]] = [
        ((W @ V).T, V.T @ W.T),
        (W @ (V + W), W @ V + W @ W),
        (diag(x) @ W, (x @ ones(words.n).T) * W),
        (by_entry(i, j, sum_over(k, W[i, k] * V[k, j])), W @ V),
        (sum_over(i, x[i] * W[i, j]), (W.T @ x)[j]),
        (total(softmax(x)), 1 + 0 * words.a),
        (W @ V, V @ W),
        ((U @ d).T @ x, d.T @ (U.T @ x)),
        (outer(x, d) * U, diag(x) @ U @ diag(d)),
        (total(U), total(U.T)),
        (x.T @ softmax(words.h[t]), inner(softmax(words.h[t]), x)),
        (softmax(x) + x, x + softmax(x)),
        (sum_over(t, J[t] @ x), sum_over(t, J[t]) @ x),
        (product_over(t, J[t]) @ x, product_over(t, J[t] + 0) @ x),
    ]
    left, right = author.random.choice(pairs)
    return author.equal(left, author.rewritten(right, (i, j), author.random.choice((0, 1, 1))))


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
