"""The index form: one entry of a formula as a sum of monomials over bound indices.

(A B)[i, k] becomes the single term  sum_j A[i, j] B[j, k].  Sums and products are multiplied out here and
nothing else is done; ``normal_form`` does the rest. Each rule is the definition of its node.
"""

from collections.abc import Callable, Mapping

from bptt.kernel.language import formula as f
from bptt.kernel.language import series as q
from bptt.kernel.language.shape import SCALAR, Dimension, Index, Size
from bptt.kernel.language.structure import dimensions
from bptt.kernel.language.time import Moment, Step, at_most
from bptt.kernel.language.verdicts import Undecided
from bptt.kernel.proof.polynomial import (
    MOST_STEPS,
    Before,
    Delta,
    Element,
    Extent,
    Image,
    Label,
    Polynomial,
    Position,
    Product,
    constant,
    monomial,
    moved,
    moved_moment,
    summed,
)

# Which internal index stands for an index that the formula's writer declared: binders open a scope here.
Scope = Mapping[Index, Index | Label | Moment]
Rule = Callable[..., Polynomial]  # each takes its own kind of node, the row, the column and the scope


def index_form(node: f.Formula, row: Position, col: Position, scope: Scope | None = None) -> Polynomial:
    """Write the entry (row, col) of a formula as a polynomial in the entries of its symbols."""
    rule = RULES.get(f.kind_of(node))
    if rule is None:
        raise Undecided(f"the kernel has no index form for {type(node).__name__}")
    return rule(node, row, col, scope or {})


def fresh(dimension: Dimension) -> Index | None:
    """Make a new index over a dimension, or None for the dimension 1."""
    return Index("i", dimension) if isinstance(dimension, Size) else None


def symbol(node: f.Symbol, row: Position, col: Position, scope: Scope) -> Polynomial:
    return monomial(Element(("symbol", node.name, dimensions(node.shape)), (row, col)))


def number(node: f.Number, row: Position, col: Position, scope: Scope) -> Polynomial:
    return constant(node.value)


def extent(node: f.Extent, row: Position, col: Position, scope: Scope) -> Polynomial:
    return monomial(Extent(node.size))


def ones(node: f.Ones, row: Position, col: Position, scope: Scope) -> Polynomial:
    return constant(1)


def identity(node: f.Identity, row: Position, col: Position, scope: Scope) -> Polynomial:
    # 1 where row and column agree, as the only ones of a dimension 1 do.
    return constant(1) if row is None or col is None else monomial(Delta(row, col))


def add(node: f.Add, row: Position, col: Position, scope: Scope) -> Polynomial:
    # (A + B)[i, k] = A[i, k] + B[i, k]
    result = Polynomial()
    for arg in node.args:
        result = result + spread(arg, row, col, scope)
    return result


def times(node: f.Times, row: Position, col: Position, scope: Scope) -> Polynomial:
    # (A * B)[i, k] = A[i, k] B[i, k]
    result = constant(1)
    for arg in node.args:
        result = result * spread(arg, row, col, scope)
    return result


def spread(arg: f.Formula, row: Position, col: Position, scope: Scope) -> Polynomial:
    """The entry of an operand that may be a scalar, which has the same value everywhere."""
    if arg.shape == SCALAR:
        row = col = None
    return index_form(arg, row, col, scope)


def matmul(node: f.MatMul, row: Position, col: Position, scope: Scope) -> Polynomial:
    # (A B C)[i, l] = Σ_k (Σ_j A[i, j] B[j, k]) C[k, l]
    first, *rest = node.args
    bound = [fresh(factor.shape[1]) for factor in node.args[:-1]]
    ends: list[Position] = list(bound)
    ends.append(col)
    result = index_form(first, row, ends[0], scope)
    for factor, between, end in zip(rest, bound, ends[1:]):
        result = summed(result * index_form(factor, between, end, scope), between)
    return result


def transpose(node: f.Transpose, row: Position, col: Position, scope: Scope) -> Polynomial:
    # A.T[i, k] = A[k, i]
    return index_form(node.args[0], col, row, scope)


def power(node: f.Power, row: Position, col: Position, scope: Scope) -> Polynomial:
    # (A ** e)[i, k] = A[i, k] ** e
    return index_form(node.args[0], row, col, scope).power(node.exponent)


def diag(node: f.Diag, row: Position, col: Position, scope: Scope) -> Polynomial:
    # diag(x)[i, k] = δ_ik x[i]
    on_diagonal = constant(1) if row is None or col is None else monomial(Delta(row, col))
    return on_diagonal * index_form(node.args[0], row, None, scope)


def inner(node: f.Inner, row: Position, col: Position, scope: Scope) -> Polynomial:
    # inner(A, B) = Σ_i Σ_j A[i, j] B[i, j]
    i, j = (fresh(dimension) for dimension in node.args[0].shape)
    product = index_form(node.args[0], i, j, scope) * index_form(node.args[1], i, j, scope)
    return summed(summed(product, i), j)


def apply(node: f.Apply, row: Position, col: Position, scope: Scope) -> Polynomial:
    # f(A)[i, k] = f(A[i, k])
    return monomial(
        Image((node.function.name, node.function.order), index_form(node.args[0], row, col, scope))
    )


def softmax(node: q.Softmax, row: Position, col: Position, scope: Scope) -> Polynomial:
    # softmax(x)[i] = exp(x[i]) / Σ_k exp(x[k]), which is positive
    other = fresh(node.shape[0])
    whole = summed(monomial(Image(("exp", 0), index_form(node.args[0], other, None, scope))), other)
    return monomial(Image(("exp", 0), index_form(node.args[0], row, None, scope))) * whole.power(-1)


def at(node: q.At, row: Position, col: Position, scope: Scope) -> Polynomial:
    name = ("series", node.name, dimensions(node.shape))
    return monomial(Element(name, (row, col, moved(node.moment, scope))))


def onehot(node: q.OneHot, row: Position, col: Position, scope: Scope) -> Polynomial:
    # 1 in the row of the label, else 0
    return monomial(Delta(row, moved(Label(node.name, node.moment), scope)))


def same_time(node: q.SameTime, row: Position, col: Position, scope: Scope) -> Polynomial:
    return monomial(Delta(moved(node.moments[0], scope), moved(node.moments[1], scope)))


def product_over(node: q.Product, row: Position, col: Position, scope: Scope) -> Polynomial:
    # (J(last) ... J(first))[i, k] stays one atom, until its limits are known to be equal or in order.
    declared = node.index
    # The factors may lie anywhere, also before 1 and after T.
    step = declared.anywhere()
    # Completeness only: named apart, so that of two formulas the same one comes first.
    p, r = (Index(name, d) if isinstance(d, Size) else None for name, d in zip("pr", node.shape))
    inside = dict(scope)
    inside[declared] = step
    body = index_form(node.args[0], p, r, inside)
    first, last = (moved_moment(limit, scope) for limit in (declared.first, declared.last))
    return monomial(Product((row, col), (first, last), (step, p, r), body))


def entry(node: f.Entry, row: Position, col: Position, scope: Scope) -> Polynomial:
    # A[i, k], where i and k are what the binder around them made of them
    place = tuple(index and scope.get(index, index) for index in (node.row, node.col))
    return index_form(node.args[0], place[0], place[1], scope)  # type: ignore[arg-type]


def sum_over(node: f.Sum, row: Position, col: Position, scope: Scope) -> Polynomial:
    # (Σ_s A(s))[i, k] = Σ_s A(s)[i, k]
    running = node.index.fresh()
    inside = dict(scope)
    inside[node.index] = running
    body = index_form(node.args[0], row, col, inside)
    if isinstance(node.index, Step) and isinstance(running, Step):
        return over_time(body, running, node.index, scope)
    return body.summed(running)


def over_time(body: Polynomial, running: Step, declared: Step, scope: Scope) -> Polynomial:
    """Sum over the declared range of a step, by a sum over the whole of 1 to T.

    A limit that is another step becomes a factor: a sum over k ≤ t is one over all k of [k ≤ t]. What a limit
    such as T+1 or t-1 has too many or too few terms is added or taken away. With the convention that a sum
    from a+1 to b is one up to b less one up to a, all this is an identity; for the sum as everybody reads it,
    the range must not end more than one step before it begins, and lie where the whole sum sees all of it.
    """
    first, last, whole = declared.first, declared.last, declared.horizon
    low = Moment(first.base if isinstance(first.base, Step) else None, 0 if first.base else 1)
    high = Moment(last.base)
    if not at_most(first, last + 1):
        raise Undecided(f"a sum over {declared.range()}: not for every T ≥ 1 is {first} at most {last + 1}")
    if not isinstance(first.base, (Step, type(None))) or last.base is None:
        if first.base != last.base:
            raise Undecided(f"a sum over {declared.range()} is not one that the kernel can write")
        return written_out(body, running, first, last)
    inside = at_most(Moment(None, 1), low) and at_most(low, high + 1) and at_most(high, Moment(whole))
    if not inside:
        raise Undecided(
            f"a sum over {declared.range()}: that {low} to {high} lies in 1 to {whole} is not known"
        )
    first, low, last, high = (moved_moment(limit, scope) for limit in (first, low, last, high))
    factor = constant(1)
    if declared.first.base is not None:
        factor = factor * monomial(Before(low, Moment(running)))
    if declared.last.base != whole:
        factor = factor * monomial(Before(Moment(running), high))
    core = (body * factor).summed(running)
    return (
        core
        + written_out(body, running, first, low - 1)
        + -written_out(body, running, low, first - 1)
        + written_out(body, running, high + 1, last)
        + -written_out(body, running, last + 1, high)
    )


def written_out(body: Polynomial, running: Step, first: Moment, last: Moment) -> Polynomial:
    """Add up the values at the moments from first to last, which have one base; none if last is before."""
    if last.offset - first.offset >= MOST_STEPS:
        raise Undecided(f"a sum from {first} to {last} has too many terms to be written out")
    result = Polynomial()
    for offset in range(first.offset, last.offset + 1):
        value = Polynomial(tuple(term.freshen() for term in body.terms))
        result = result + value.rename({running: Moment(first.base, offset)})
    return result


def by_entry(node: f.ByEntry, row: Position, col: Position, scope: Scope) -> Polynomial:
    # The entry (row, col) is the scalar at these.
    inside = dict(scope)
    for declared, actual in ((node.row, row), (node.col, col)):
        if declared is not None and actual is not None:
            inside[declared] = actual
    return index_form(node.args[0], None, None, inside)


def named(node: f.Named, row: Position, col: Position, scope: Scope) -> Polynomial:
    # A name means its definition; of a derivative that is what its maker says it is.
    return index_form(node.args[0], row, col, scope)


RULES: dict[type[f.Formula], Rule] = {
    f.Symbol: symbol,
    f.Number: number,
    f.Extent: extent,
    f.Ones: ones,
    f.Identity: identity,
    f.Add: add,
    f.Times: times,
    f.MatMul: matmul,
    f.Transpose: transpose,
    f.Power: power,
    f.Diag: diag,
    f.Inner: inner,
    f.Apply: apply,
    f.Entry: entry,
    f.Sum: sum_over,
    f.ByEntry: by_entry,
    f.Named: named,
    q.Softmax: softmax,
    q.At: at,
    q.Product: product_over,
    q.OneHot: onehot,
    q.SameTime: same_time,
}
