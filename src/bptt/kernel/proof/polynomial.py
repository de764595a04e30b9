"""Polynomials over bound indices: sums of monomials in the entries of symbols, deltas and functions.

A term such as  sum_j A[i, j] B[j, k]  is a product of atoms with the indices that it sums over. Sums and
products are multiplied out here and nothing else is done.

In this folder each rewriting says by which identity it holds. *Completeness only* marks a choice with which
nothing false could be proved, however it were made: it bears on what is found, not on what is true.
"""

from collections.abc import Mapping
from fractions import Fraction

from bptt.kernel.language.formula import Structure
from bptt.kernel.language.shape import Index, Size
from bptt.kernel.language.time import Moment, Step
from bptt.kernel.language.verdicts import Undecided

# A sum over time whose limits are numbers is written out up to this length, and so are boundary terms.
# Completeness only, as all limits here.
MOST_STEPS = 20


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

# Terms that one call of a rule may look at, which bounds its time on every machine alike.
MOST_WORK = 300_000
MOST_POWER = 1000


class Allowance:
    """What is left of the work that a call may do; calls within it share it."""

    def __init__(self) -> None:
        self.left = MOST_WORK
        self.calls = 0

    def __enter__(self) -> None:
        if not self.calls:
            self.left = MOST_WORK
        self.calls += 1

    def __exit__(self, *raised: object) -> None:
        self.calls -= 1

    def spend(self, terms: int) -> None:
        self.left -= terms
        if self.calls and self.left < 0:
            raise Undecided(f"it takes more than {MOST_WORK} terms to compare")


work = Allowance()


def allowance() -> Allowance:
    """Limit what is computed under it: ``with allowance(): ...``."""
    return work


class Atom:
    """A factor of a monomial; ``indices`` are those it uses and does not bind itself."""

    indices: tuple[Index, ...] = ()

    def rename(self, renaming: Renaming) -> "Atom":
        """Put other indices in place of its own."""
        return self


class Element(Atom):
    """An entry of a named matrix; for a series, the last of its places is a moment.

    The name is all that was declared: kind, name and shape.
    """

    def __init__(self, name: "tuple[str | Structure, ...]", places: tuple[Spot, ...]) -> None:
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

    def __init__(self, function: "tuple[str, int]", argument: "Polynomial") -> None:
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
        """Write the factor at the last moment before the product of the others; right where there is one.

        F(last) ... F(first) = F(last) (F(last-1) ... F(first)), and an entry of that is a sum over the index
        between.
        """
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
        """Give the bound indices new identities, to multiply two copies: Σ_i f(i) = Σ_j f(j)."""
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
        # Its normal form and its name, once they were asked for: nothing else of it changes any more.
        self.normal: Polynomial | None = None
        self.key: Structure | None = None
        used: dict[Index, None] = {}
        for term in terms:
            bound = set(term.bound)
            used.update((i, None) for atom, _ in term.factors for i in atom.indices if i not in bound)
        self.indices = tuple(used)

    def __add__(self, other: "Polynomial") -> "Polynomial":
        return Polynomial(self.terms + other.terms)

    def __mul__(self, other: "Polynomial") -> "Polynomial":
        if len(self.terms) * len(other.terms) > MOST_TERMS:
            raise Undecided(f"multiplied out, the formula has more than {MOST_TERMS} terms")
        work.spend(len(self.terms) * len(other.terms))
        # (Σ_i a_i) (Σ_j b_j) = Σ_i Σ_j a_i b_j, where j is none of the indices of a_i.
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
        if abs(exponent) > MOST_POWER:
            raise Undecided(f"a power of {exponent} is more than {MOST_POWER}")
        if exponent < 0:  # which says no more than that a power of it is below
            return monomial(Group(self), exponent)
        result = constant(1)
        for _ in range(exponent):
            result = result * self
        return result

    def summed(self, index: Index) -> "Polynomial":
        """Sum over the whole range of an index that is used nowhere else: Σ (f + g) = Σ f + Σ g."""
        return Polynomial(
            tuple(Term(term.coefficient, term.factors, term.bound + (index,)) for term in self.terms)
        )

    def rename(self, renaming: Renaming) -> "Polynomial":
        if not any(index in renaming for index in self.indices):
            return self
        return Polynomial(tuple(term.rename(renaming) for term in self.terms))


def constant(value: int | Fraction) -> Polynomial:
    """Make the polynomial of one number."""
    return Polynomial((Term(Fraction(value)),)) if value else Polynomial()


def monomial(atom: Atom, power: int = 1) -> Polynomial:
    """Make the polynomial of one atom."""
    return Polynomial((Term(Fraction(1), ((atom, power),)),))


def summed(polynomial: Polynomial, index: Index | None) -> Polynomial:
    return polynomial if index is None else polynomial.summed(index)
