"""The index form: one entry of a formula as a sum of monomials over bound indices.

(A B)[i, k] becomes the single term  sum_j A[i, j] B[j, k].  Sums and products are multiplied out here and
nothing else is done; ``normal_form`` does the rest.
"""

from collections.abc import Callable, Mapping
from fractions import Fraction

from bptt.kernel import formula as f
from bptt.kernel.shape import SCALAR, Dimension, Index, Size

Position = Index | None  # None is the only position of a dimension 1
Renaming = Mapping[Index, Index]

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
    """An entry of a named matrix."""

    def __init__(self, name: str, places: tuple[Position, ...]) -> None:
        self.name = name
        self.places = places
        self.indices = tuple(place for place in places if place is not None)

    def rename(self, renaming: Renaming) -> Atom:
        return Element(self.name, tuple(place and renaming.get(place, place) for place in self.places))


class Delta(Atom):
    """1 where its two indices agree, else 0; both run over the same range."""

    def __init__(self, i: Index, j: Index) -> None:
        self.indices = (i, j)

    def rename(self, renaming: Renaming) -> Atom:
        i, j = self.indices
        return Delta(renaming.get(i, i), renaming.get(j, j))


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
Scope = Mapping[Index, Index]
Rule = Callable[..., Polynomial]  # each takes its own kind of node, the row, the column and the scope


def index_form(node: f.Formula, row: Position, col: Position, scope: Scope | None = None) -> Polynomial:
    """Write the entry (row, col) of a formula as a polynomial in the entries of its symbols."""
    rule = RULES.get(type(node))
    if rule is None:
        raise Undecided(f"the kernel has no index form for {type(node).__name__}")
    return rule(node, row, col, scope or {})


def fresh(dimension: Dimension) -> Position:
    """Make a new index over a dimension, or None for the dimension 1."""
    return Index("_", dimension) if isinstance(dimension, Size) else None


def summed(polynomial: Polynomial, index: Position) -> Polynomial:
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
    *lefts, last = node.args
    result, left = constant(1), row
    for factor in lefts:
        right = fresh(factor.shape[1])
        result = summed(result * index_form(factor, left, right, scope), left if left is not row else None)
        left = right
    return summed(result * index_form(last, left, col, scope), left if left is not row else None)


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


def entry(node: f.Entry, row: Position, col: Position, scope: Scope) -> Polynomial:
    place = tuple(index and scope.get(index, index) for index in (node.row, node.col))
    return index_form(node.args[0], place[0], place[1], scope)


def sum_over(node: f.Sum, row: Position, col: Position, scope: Scope) -> Polynomial:
    running = node.index.fresh()
    inside = dict(scope)
    inside[node.index] = running
    return index_form(node.args[0], row, col, inside).summed(running)


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
}
