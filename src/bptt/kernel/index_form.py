"""The index form: one entry of a formula as a sum of monomials over bound indices.

(A B)[i, k] becomes the single term  sum_j A[i, j] B[j, k].  Sums and products are multiplied out here and
nothing else is done; ``normal_form`` does the rest.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from bptt.kernel import formula as f
from bptt.kernel import sequence as q
from bptt.kernel.shape import SCALAR, Dimension, Index, Size
from bptt.kernel.time import Moment, Step, at_most


class Label:
    """The position that a label has at a moment: y at t."""

    def __init__(self, name: str, moment: Moment) -> None:
        self.name = name
        self.moment = moment


Position = Index | Label | None  # None is the only position of a dimension 1
Spot = Index | Label | Moment | None
Renaming = Mapping[Index, Index | Label | Moment]


def moved(place: Spot, renaming: Renaming) -> Spot:
    """Put what is given for an index in its place; of two moments, the offsets add up."""
    if isinstance(place, Label):
        return Label(place.name, moved_moment(place.moment, renaming))
    if isinstance(place, Moment):
        return moved_moment(place, renaming)
    return place and renaming.get(place, place)


def moved_moment(when: Moment, renaming: Renaming) -> Moment:
    if not isinstance(when.base, Step) or when.base not in renaming:
        return when
    new = renaming[when.base]
    if isinstance(new, Moment):
        return new + when.offset
    assert isinstance(new, Step), "a step is renamed to a step or a moment"
    return Moment(new, when.offset)


def index_of(place: Spot) -> "tuple[Index, ...]":
    """Give the index that a place speaks of, if any."""
    if isinstance(place, Label):
        return index_of(place.moment)
    if isinstance(place, Moment):
        return (place.base,) if isinstance(place.base, Step) else ()
    return () if place is None else (place,)


# Multiplying out is exponential in the worst case; a claim beyond this is reported, not waited for.
MOST_TERMS = 5000


class Undecided(Exception):
    """The kernel can neither prove nor refute; it is never evidence for either."""


class Atom:
    """A factor of a monomial; ``indices`` are those it uses and does not bind itself."""

    indices: tuple[Index, ...] = ()

    def rename(self, renaming: Renaming) -> "Atom":
        """Put other indices in place of its own."""
        return self


class Element(Atom):
    """An entry of a named matrix; for a series, the last of its places is a moment."""

    def __init__(self, name: str, places: tuple[Spot, ...]) -> None:
        self.name = name
        self.places = places
        self.indices = tuple(index for place in places for index in index_of(place))

    def rename(self, renaming: Renaming) -> Atom:
        return Element(self.name, tuple(moved(place, renaming) for place in self.places))


class Delta(Atom):
    """1 where its two places agree, else 0; both are positions of one dimension, or both are moments."""

    def __init__(self, i: Spot, j: Spot) -> None:
        self.places = (i, j)
        self.indices = index_of(i) + index_of(j)

    def rename(self, renaming: Renaming) -> "Delta":
        i, j = self.places
        return Delta(moved(i, renaming), moved(j, renaming))


class Before(Atom):
    """1 where the first moment is not after the second, else 0."""

    def __init__(self, x: Moment, y: Moment) -> None:
        self.places = (x, y)
        self.indices = index_of(x) + index_of(y)

    def rename(self, renaming: Renaming) -> Atom:
        x, y = self.places
        return Before(moved_moment(x, renaming), moved_moment(y, renaming))


class Extent(Atom):
    """The number of values of an index."""

    def __init__(self, size: Size) -> None:
        self.size = size


class Image(Atom):
    """A function of a polynomial, opaque but for its argument."""

    def __init__(self, function: str, argument: "Polynomial") -> None:
        self.function = function
        self.argument = argument
        self.indices = argument.indices

    def rename(self, renaming: Renaming) -> Atom:
        return Image(self.function, self.argument.rename(renaming))


class Group(Atom):
    """A polynomial that is not multiplied out because it stands in a denominator."""

    def __init__(self, inside: "Polynomial") -> None:
        self.inside = inside
        self.indices = inside.indices

    def rename(self, renaming: Renaming) -> Atom:
        return Group(self.inside.rename(renaming))


class Product(Atom):
    """An entry of an ordered product over the moments from first to last, the latest factor on the left.

    ``body`` is the entry (p, q) of the factor at ``step``; these three are its own. Nothing is known of where
    the step lies.
    """

    def __init__(
        self,
        places: "tuple[Spot, Spot]",
        limits: "tuple[Moment, Moment]",
        own: "tuple[Step, Index | None, Index | None]",
        body: "Polynomial",
    ) -> None:
        self.places, self.limits, self.own, self.body = places, limits, own, body
        outside = [index for place in places + limits for index in index_of(place)]
        self.indices = tuple(outside) + tuple(index for index in body.indices if index not in own)

    def rename(self, renaming: Renaming) -> Atom:
        row, col = (moved(place, renaming) for place in self.places)
        first, last = (moved_moment(limit, renaming) for limit in self.limits)
        return Product((row, col), (first, last), self.own, self.body.rename(renaming))

    def last_split_off(self) -> "Polynomial":
        """Write the factor at the last moment before the product of the others; right where there is one."""
        (row, col), (first, last), (step, p, q) = self.places, self.limits, self.own
        between = None if p is None else p.fresh()
        renaming: dict[Index, Index | Label | Moment] = {step: last}
        for own, place in ((p, row), (q, between)):
            if own is not None and not isinstance(place, (Moment, type(None))):
                renaming[own] = place
        factor = Polynomial(tuple(term.freshen() for term in self.body.terms)).rename(renaming)
        rest = Product((between, col), (first, last - 1), self.own, self.body)
        return summed(factor * monomial(rest), between)


Factors = tuple[tuple[Atom, int], ...]  # each atom with its non-zero integer exponent


class Term:
    """A rational number times atoms, summed over the whole range of its bound indices."""

    def __init__(self, coefficient: Fraction, factors: Factors = (), bound: tuple[Index, ...] = ()) -> None:
        self.coefficient = coefficient
        self.factors = factors
        self.bound = bound

    def freshen(self) -> "Term":
        """Give the bound indices new identities, so that two copies can be multiplied."""
        renaming = {index: index.fresh() for index in self.bound}
        factors = tuple((atom.rename(renaming), power) for atom, power in self.factors)
        return Term(self.coefficient, factors, tuple(renaming.values()))

    def rename(self, renaming: Renaming) -> "Term":
        # A new index is never one that is bound here: bound indices are fresh from the moment they are made.
        factors = tuple((atom.rename(renaming), power) for atom, power in self.factors)
        return Term(self.coefficient, factors, self.bound)


class Polynomial:
    """A sum of terms."""

    def __init__(self, terms: tuple[Term, ...] = ()) -> None:
        self.terms = terms
        used = [i for term in terms for atom, _ in term.factors for i in atom.indices if i not in term.bound]
        self.indices = tuple(dict.fromkeys(used))

    def __add__(self, other: "Polynomial") -> "Polynomial":
        return Polynomial(self.terms + other.terms)

    def __mul__(self, other: "Polynomial") -> "Polynomial":
        if len(self.terms) * len(other.terms) > MOST_TERMS:
            raise Undecided(f"multiplied out, the formula has more than {MOST_TERMS} terms")
        products = []
        for left in self.terms:
            for term in other.terms:
                right = term.freshen()
                products.append(
                    Term(
                        left.coefficient * right.coefficient,
                        left.factors + right.factors,
                        left.bound + right.bound,
                    )
                )
        return Polynomial(tuple(products))

    def __neg__(self) -> "Polynomial":
        return Polynomial(tuple(Term(-term.coefficient, term.factors, term.bound) for term in self.terms))

    def power(self, exponent: int) -> "Polynomial":
        """Raise to an integer power; a negative one is kept as an unopened group."""
        if exponent < 0:
            return monomial(Group(self), exponent)
        result = constant(1)
        for _ in range(exponent):
            result = result * self
        return result

    def summed(self, index: Index) -> "Polynomial":
        """Sum over the whole range of an index that is used nowhere else."""
        return Polynomial(
            tuple(Term(term.coefficient, term.factors, term.bound + (index,)) for term in self.terms)
        )

    def rename(self, renaming: Renaming) -> "Polynomial":
        return Polynomial(tuple(term.rename(renaming) for term in self.terms))


def constant(value: int | Fraction) -> Polynomial:
    """Make the polynomial of one number."""
    return Polynomial((Term(Fraction(value)),)) if value else Polynomial()


def monomial(atom: Atom, power: int = 1) -> Polynomial:
    """Make the polynomial of one atom."""
    return Polynomial((Term(Fraction(1), ((atom, power),)),))


# Which internal index stands for an index that the formula's writer declared: binders open a scope here.
Scope = Mapping[Index, Index | Label | Moment]
Rule = Callable[..., Polynomial]  # each takes its own kind of node, the row, the column and the scope


def index_form(node: f.Formula, row: Position, col: Position, scope: Scope | None = None) -> Polynomial:
    """Write the entry (row, col) of a formula as a polynomial in the entries of its symbols."""
    rule = RULES.get(type(node))
    if rule is None:
        raise Undecided(f"the kernel has no index form for {type(node).__name__}")
    return rule(node, row, col, scope or {})


def fresh(dimension: Dimension) -> Index | None:
    """Make a new index over a dimension, or None for the dimension 1."""
    return Index("_", dimension) if isinstance(dimension, Size) else None


def summed(polynomial: Polynomial, index: Index | None) -> Polynomial:
    return polynomial if index is None else polynomial.summed(index)


def symbol(node: f.Symbol, row: Position, col: Position, scope: Scope) -> Polynomial:
    return monomial(Element(node.name, (row, col)))


def number(node: f.Number, row: Position, col: Position, scope: Scope) -> Polynomial:
    return constant(node.value)


def extent(node: f.Extent, row: Position, col: Position, scope: Scope) -> Polynomial:
    return monomial(Extent(node.size))


def ones(node: f.Ones, row: Position, col: Position, scope: Scope) -> Polynomial:
    return constant(1)


def identity(node: f.Identity, row: Position, col: Position, scope: Scope) -> Polynomial:
    return constant(1) if row is None or col is None else monomial(Delta(row, col))


def add(node: f.Add, row: Position, col: Position, scope: Scope) -> Polynomial:
    result = Polynomial()
    for arg in node.args:
        result = result + spread(arg, row, col, scope)
    return result


def times(node: f.Times, row: Position, col: Position, scope: Scope) -> Polynomial:
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
    first, *middle = node.args[:-1]
    between = fresh(first.shape[1])
    result = index_form(first, row, between, scope)
    for factor in middle:
        right = fresh(factor.shape[1])
        result = summed(result * index_form(factor, between, right, scope), between)
        between = right
    return summed(result * index_form(node.args[-1], between, col, scope), between)


def transpose(node: f.Transpose, row: Position, col: Position, scope: Scope) -> Polynomial:
    return index_form(node.args[0], col, row, scope)


def power(node: f.Power, row: Position, col: Position, scope: Scope) -> Polynomial:
    return index_form(node.args[0], row, col, scope).power(node.exponent)


def diag(node: f.Diag, row: Position, col: Position, scope: Scope) -> Polynomial:
    on_diagonal = constant(1) if row is None or col is None else monomial(Delta(row, col))
    return on_diagonal * index_form(node.args[0], row, None, scope)


def inner(node: f.Inner, row: Position, col: Position, scope: Scope) -> Polynomial:
    i, j = (fresh(dimension) for dimension in node.args[0].shape)
    product = index_form(node.args[0], i, j, scope) * index_form(node.args[1], i, j, scope)
    return summed(summed(product, i), j)


def apply(node: f.Apply, row: Position, col: Position, scope: Scope) -> Polynomial:
    return monomial(Image(repr(node.function), index_form(node.args[0], row, col, scope)))


def softmax(node: q.Softmax, row: Position, col: Position, scope: Scope) -> Polynomial:
    other = fresh(node.shape[0])
    whole = summed(monomial(Image("exp", index_form(node.args[0], other, None, scope))), other)
    return monomial(Image("exp", index_form(node.args[0], row, None, scope))) * whole.power(-1)


def at(node: q.At, row: Position, col: Position, scope: Scope) -> Polynomial:
    return monomial(Element(node.name, (row, col, moved(node.moment, scope))))


def onehot(node: q.OneHot, row: Position, col: Position, scope: Scope) -> Polynomial:
    return monomial(Delta(row, moved(Label(node.name, node.moment), scope)))


def same_time(node: q.SameTime, row: Position, col: Position, scope: Scope) -> Polynomial:
    return monomial(Delta(moved(node.moments[0], scope), moved(node.moments[1], scope)))


def product_over(node: q.Product, row: Position, col: Position, scope: Scope) -> Polynomial:
    declared = node.index
    # The factors may lie anywhere, also before 1 and after T.
    step = declared.between(Moment(None, -(10**9)), Moment(None, 10**9))
    # Named apart, so that of two formulas the same one comes first.
    p, r = (Index(name, d) if isinstance(d, Size) else None for name, d in zip("pr", node.shape))
    inside = dict(scope)
    inside[declared] = step
    body = index_form(node.args[0], p, r, inside)
    first, last = (moved_moment(limit, scope) for limit in (declared.first, declared.last))
    return monomial(Product((row, col), (first, last), (step, p, r), body))


def entry(node: f.Entry, row: Position, col: Position, scope: Scope) -> Polynomial:
    place = tuple(index and scope.get(index, index) for index in (node.row, node.col))
    return index_form(node.args[0], place[0], place[1], scope)  # type: ignore[arg-type]


def sum_over(node: f.Sum, row: Position, col: Position, scope: Scope) -> Polynomial:
    running = node.index.fresh()
    inside = dict(scope)
    inside[node.index] = running
    body = index_form(node.args[0], row, col, inside)
    if isinstance(node.index, Step) and isinstance(running, Step):
        return over_time(body, running, node.index, scope)
    return body.summed(running)


# A sum over time whose limits are numbers is written out up to this length, and so are boundary terms.
MOST_STEPS = 20


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
    if not inside or (isinstance(high.base, Step) and not at_most(Moment(None), high)):
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
    inside = dict(scope)
    for declared, actual in ((node.row, row), (node.col, col)):
        if declared is not None and actual is not None:
            inside[declared] = actual
    return index_form(node.args[0], None, None, inside)


def named(node: f.Named, row: Position, col: Position, scope: Scope) -> Polynomial:
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
