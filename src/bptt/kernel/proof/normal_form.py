"""The normal form of an index polynomial: two formulas with one normal form are equal for every size.

Each rewriting below is an identity for all sizes, because every sum runs over the whole of its range: a delta
is contracted, a sum over an unused index becomes its extent, equal monomials are added up, bound indices get
canonical names, and denominators that are free of bound indices are multiplied away. Which of two equal forms
is kept is completeness only; that two forms of one key are equal is not.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import permutations

from bptt.kernel.language.shape import Index
from bptt.kernel.language.time import Moment, Step, at_most
from bptt.kernel.language.verdicts import Undecided
from bptt.kernel.proof.normal_form_time import retimed
from bptt.kernel.proof.polynomial import (
    Atom,
    Before,
    Delta,
    Element,
    Extent,
    Factors,
    Group,
    Image,
    Label,
    Polynomial,
    Product,
    Spot,
    Term,
    constant,
    monomial,
    work,
)

# A key is a nested tuple of strings and numbers: it can be compared, sorted and stored.
Key = tuple["str | int | Key", ...]
Labels = Mapping[Index, str]

# Functions by their names and how often they are differentiated.
TANH, EXP, LOG = ("tanh", 0), ("exp", 0), ("log", 0)

# Completeness only: renamings of like bound indices that are tried. Beyond it the kernel does not know.
MOST_RENAMINGS = 5040


def normal_form(polynomial: Polynomial) -> Polynomial:
    """Contract, collect and name canonically; the result of a zero polynomial has no terms."""
    if polynomial.normal:
        return polynomial.normal
    collected: dict[Key, Term] = {}
    for term in polynomial.terms:
        work.spend(1)
        for simple in simplified(term):
            # p m + q m = (p + q) m, for terms of one key are one but for the names of their bound indices.
            key = term_key(simple, {})
            previous = collected.get(key)
            coefficient = simple.coefficient + (previous.coefficient if previous else 0)
            collected[key] = Term(coefficient, simple.factors, simple.bound)
    normal = Polynomial(tuple(term for term in collected.values() if term.coefficient))
    # It is its own normal form: of the same value, and simplified already.
    polynomial.normal = normal.normal = normal
    return normal


def without_denominators(polynomial: Polynomial) -> Polynomial:
    """Multiply a normal form by its denominators, one after the other, where that loses nothing.

    Let P G = 0 for a denominator G. Wherever G is not 0, P is. ``is_generic`` says that the worlds in which
    G is not 0 lie dense among all, whichever of its indices coincide; P is continuous where it has a value,
    so it is 0 there too. A difference x_i - x_j is not generic: it is 0 in every world where i is j, and
    delta_ij (x_i - x_j) = 0 says nothing of delta_ij.
    """
    while True:
        group = next(denominators(polynomial), None)
        if group is None:
            return polynomial
        key = atom_key(group, {})
        # (Σ_k m_k G^-e_k) G^h = Σ_k m_k G^(h - e_k), with h the highest e_k, so that none is below any more.
        highest = max(-exponent_of(term, key) for term in polynomial.terms)
        terms: tuple[Term, ...] = ()
        for term in polynomial.terms:
            rest = tuple((atom, power) for atom, power in term.factors if atom_key(atom, {}) != key)
            missing = group.inside.power(highest + exponent_of(term, key))
            terms += (Polynomial((Term(term.coefficient, rest, term.bound),)) * missing).terms
        polynomial = normal_form(Polynomial(terms))


def denominators(polynomial: Polynomial) -> Iterator[Group]:
    """Find the groups that have one value throughout their term: they use none of its bound indices.

    A group stands in no other place than below: ``simplified`` opens those of positive powers.
    """
    for term in polynomial.terms:
        for atom, _ in term.factors:
            if isinstance(atom, Group) and not set(atom.indices) & set(term.bound) and is_generic(atom):
                yield atom


def exponent_of(term: Term, key: Key) -> int:
    return sum(power for atom, power in term.factors if atom_key(atom, {}) == key)


def polynomial_key(polynomial: Polynomial, labels: Labels | None = None) -> Key:
    """Name a normal form: equal keys, equal polynomials."""
    if labels:
        return spelled_out(polynomial, labels)
    if polynomial.key is None:
        polynomial.key = spelled_out(polynomial, {})
    return polynomial.key


def spelled_out(polynomial: Polynomial, labels: Labels) -> Key:
    # Terms may stand in any order: a + b = b + a.
    return tuple(sorted((term_key(term, labels), str(term.coefficient)) for term in polynomial.terms))


def simplified(term: Term) -> tuple[Term, ...]:
    """Contract the deltas of a term, simplify inside its atoms and gather equal factors."""
    term = contracted(term)
    if not term.coefficient:
        return ()
    pieces = retimed(term)
    if pieces is not None:
        return tuple(simple for piece in pieces for simple in simplified(piece))
    coefficient = term.coefficient
    parts: list[tuple[Atom, int]] = []
    for atom, power in term.factors:
        factor, simple = reduced(atom, power)
        coefficient *= factor
        parts.extend(simple)
    parts = gathered(parts)
    # Σ_i m = n m, where m does not use i and n is the number of values of i.
    used = {index for atom, _ in parts for index in atom.indices}
    bound = tuple(index for index in term.bound if index in used)
    parts = gathered(parts + [(Extent(index.size), 1) for index in term.bound if index not in used])
    if not coefficient:
        return ()
    opened = [(atom.inside, power) for atom, power in parts if isinstance(atom, Group) and power > 0]
    if not opened:
        return turned(Term(coefficient, tuple(parts), bound))
    # A group under two fraction bars is no denominator and is multiplied out after all: m G^e is what it
    # says. Sums go outside: the sum of a sum of terms is the sum of the sums.
    rest = tuple((atom, power) for atom, power in parts if not isinstance(atom, Group) or power < 0)
    product = Polynomial((Term(coefficient, rest),))
    for inside, power in opened:
        product = product * inside.power(power)
    for index in bound:
        product = product.summed(index)
    return normal_form(product).terms


def turned(term: Term) -> tuple[Term, ...]:
    """Of x ≤ y and y ≤ x, both summed, keep one: [x ≤ y] = 1 + [x = y] - [y ≤ x] for any two whole numbers.

    Completeness only: that of the smaller key, and only where it is the one comparison.
    """
    befores = [atom for atom, _ in term.factors if isinstance(atom, Before)]
    if len(befores) != 1 or not set(befores[0].indices) <= set(term.bound):
        return (term,)
    x, y = befores[0].places
    rest = tuple(pair for pair in term.factors if pair[0] is not befores[0])

    def with_factor(coefficient: Fraction, *factors: Atom) -> Term:
        return Term(coefficient, rest + tuple((atom, 1) for atom in factors), term.bound)

    other = with_factor(-term.coefficient, Before(y, x))
    if x.base is y.base or not term_key(other, {}) < term_key(term, {}):
        return (term,)
    pieces = (other, with_factor(term.coefficient), with_factor(term.coefficient, Delta(x, y)))
    return tuple(simple for piece in pieces for simple in simplified(piece))


def gathered(factors: "list[tuple[Atom, int]]") -> "list[tuple[Atom, int]]":
    """Add the exponents of equal atoms, a^p a^q = a^(p + q), and drop those that cancel, a^0 = 1.

    An atom that may be 0 in all worlds does not cancel with its own reciprocal.
    """
    powers: dict[Key, tuple[Atom, int]] = {}
    for atom, power in factors:
        key = atom_key(atom, {})
        if power < 0 and not is_generic(atom):
            key = ("below", key)
        powers[key] = (atom, power + (powers[key][1] if key in powers else 0))
    return [(atom, power) for atom, power in powers.values() if power]


def is_generic(atom: Atom) -> bool:
    """Tell whether an atom is other than 0 in a dense set of worlds, whichever of its indices coincide."""
    if isinstance(atom, Group):
        return is_positive(atom.inside) or is_generic_sum(atom.inside)
    if isinstance(atom, Image):
        # Of tanh and log the argument would have to be looked at; an unknown function may be any.
        return atom.function not in (TANH, LOG)
    return isinstance(atom, (Element, Extent))


def is_generic_sum(polynomial: Polynomial) -> bool:
    """Tell whether a sum cannot vanish by coincidence: some kind of monomial has one sign throughout.

    Monomials can cancel only where they are of one kind: made of entries of the same symbols to the same
    powers, whatever their indices, deltas and sizes.
    """
    kinds: dict[Key, tuple[bool, set[bool]]] = {}
    for term in polynomial.terms:
        powers: dict[Key, int] = {}
        certain = True
        for atom, power in term.factors:
            if isinstance(atom, (Delta, Before)):
                certain = False
            elif isinstance(atom, Element):
                powers[atom.name] = powers.get(atom.name, 0) + power
            elif not isinstance(atom, Extent):
                return False
        kind: Key = tuple(sorted((name, power) for name, power in powers.items() if power))
        before, signs = kinds.get(kind, (False, set()))
        kinds[kind] = (before or certain, signs | {term.coefficient > 0})
    return any(certain and len(signs) == 1 for certain, signs in kinds.values())


def contracted(term: Term) -> Term:
    """Use every delta: one with a bound index removes that sum, one of two free indices identifies them.

    Σ_j δ_ij f(j) = f(i), where i is among the values of j; δ_ij f(j) = δ_ij f(i); δ_ii = 1; and δ^p = δ for
    p > 0.
    """
    waiting = [(atom, power) for atom, power in term.factors if isinstance(atom, Delta)]
    factors = [pair for pair in term.factors if not isinstance(pair[0], Delta)]
    bound = list(term.bound)
    kept: list[tuple[Atom, int]] = []
    while waiting:
        atom, power = waiting.pop()
        if power < 0:
            raise Undecided("a Kronecker delta stands in a denominator")
        i, j = atom.places
        if place_key({}, i) == place_key({}, j):
            continue
        # [i = j] = 0 where i < j or j < i
        if isinstance(i, Moment) and isinstance(j, Moment) and (at_most(i + 1, j) or at_most(j + 1, i)):
            return Term(Fraction(0))
        fixed = solutions(atom, bound)
        if not fixed:
            kept.append((atom, 1))
            continue
        old, new = fixed[0]
        if old in bound:
            bound.remove(old)
            factors += within_time(old, new)
            # A delta that was kept may speak of this step, in the moment of a label.
            waiting += [(other, exponent) for other, exponent in kept if isinstance(other, Delta)]
            kept = []
        else:
            # Neither is summed: the delta stays, and the rest may as well speak of the first index alone.
            if isinstance(new, Moment):
                atom = Delta(Moment(old), new)  # type: ignore[arg-type]
            kept = [(other.rename({old: new}), 1) for other, _ in kept] + [(atom, 1)]
        waiting = [(other.rename({old: new}), exponent) for other, exponent in waiting]
        factors = [(other.rename({old: new}), exponent) for other, exponent in factors]
    return Term(term.coefficient, tuple(kept + factors), tuple(bound))


def solutions(atom: Delta, bound: "list[Index]") -> "list[tuple[Index, Index | Label | Moment]]":
    """List what a delta says of its indices: i is j, or t is s + 1. Completeness only: bound ones first."""
    found: list[tuple[Index, Index | Label | Moment]] = []
    for this, other in (atom.places, tuple(reversed(atom.places))):
        if isinstance(this, Moment) and isinstance(other, Moment):
            if isinstance(this.base, Step):
                found.append((this.base, other - this.offset))
        elif isinstance(this, Index) and other is not None:
            found.append((this, other))
    return sorted(found, key=lambda pair: (pair[0] in bound, label({}, pair[0])), reverse=True)


def within_time(step: Index, when: "Index | Label | Moment") -> "list[tuple[Atom, int]]":
    """Require, where it is not known, that a moment is one that a bound step takes."""
    if not isinstance(step, Step) or not isinstance(when, Moment):
        return []
    limits = ((Moment(None, 1), when), (when, Moment(step.horizon)))
    return [(Before(x, y), 1) for x, y in limits if not at_most(x, y)]


def reduced(atom: Atom, power: int) -> tuple[Fraction, Factors]:
    """Simplify inside an atom; a group that is a single monomial is not a group."""
    if isinstance(atom, Image):
        return reduced_image(atom.function, normal_form(atom.argument), power)
    if isinstance(atom, Product):
        return Fraction(1), ((Product(atom.places, atom.limits, atom.own, normal_form(atom.body)), power),)
    if not isinstance(atom, Group):
        return Fraction(1), ((atom, power),)
    # (c m)^e = c^e m^e for one monomial m without a sum; 0^e is 0 for e > 0 and has no value for e < 0.
    inside = normal_form(atom.inside)
    if not inside.terms:
        return zero(power)
    if len(inside.terms) == 1 and not inside.terms[0].bound:
        term = inside.terms[0]
        if any(isinstance(part, Delta) for part, _ in term.factors):
            raise Undecided("a Kronecker delta stands in a denominator")
        return term.coefficient**power, tuple((part, exponent * power) for part, exponent in term.factors)
    return Fraction(1), ((Group(inside), power),)


def reduced_image(function: "tuple[str, int]", argument: Polynomial, power: int) -> tuple[Fraction, Factors]:
    """Use what is known of tanh, exp and log; of another function only that equals go to equals.

    tanh(0) = 0; tanh(-a)^e = (-1)^e tanh(a)^e; exp(a + b) = exp(a) exp(b) and exp(p a / q) = exp(a / q)^p.
    """
    if function == TANH and not argument.terms:
        return zero(power)
    if function == TANH and leads_with_minus(argument):
        return Fraction(-1) ** power, ((Image(function, normal_form(-argument)), power),)
    if function == EXP:
        factors: Factors = ()
        for term in argument.terms:
            part = Term(Fraction(1, term.coefficient.denominator), term.factors, term.bound)
            factors += ((Image(function, Polynomial((part,))), term.coefficient.numerator * power),)
        return Fraction(1), factors
    if function == LOG and len(argument.terms) == 1 and is_positive(argument):
        term = argument.terms[0]
        # log(a b) = log a + log b for positive a and b
        if not term.bound and not is_atomic(term):
            return reduced(Group(log_of(term)), power)
    return Fraction(1), ((Image(function, argument), power),)


def is_atomic(term: Term) -> bool:
    """Tell whether the logarithm of a positive term cannot be taken apart: log 2, log n, log (1 / 2).

    Completeness only: without it, taking apart would not end.
    """
    if not term.factors:
        return term.coefficient != 1
    return term.coefficient == 1 and [(type(atom), power) for atom, power in term.factors] == [(Extent, 1)]


def is_positive(polynomial: Polynomial) -> bool:
    """Tell whether a value is positive by its looks: made of exponentials and sizes by + * /.

    A sum over the whole range of an index has at least one summand, since sizes and T are at least 1.
    """
    return bool(polynomial.terms) and all(
        term.coefficient > 0
        and all(
            isinstance(atom, Extent)
            or (isinstance(atom, Image) and atom.function == EXP)
            or (isinstance(atom, Group) and is_positive(atom.inside))
            for atom, _ in term.factors
        )
        for term in polynomial.terms
    )


def log_of(term: Term) -> Polynomial:
    """Write the logarithm of a product of positive factors as a sum.

    log(c a^p) = log c + p log a, and log exp x = x.
    """
    result = Polynomial()
    if term.coefficient != 1:
        result = monomial(Image(LOG, constant(term.coefficient)))
    for atom, power in term.factors:
        if isinstance(atom, Image):
            part = atom.argument
        else:
            part = monomial(Image(LOG, atom.inside if isinstance(atom, Group) else monomial(atom)))
        result = result + constant(power) * part
    return result


def zero(power: int) -> tuple[Fraction, Factors]:
    """The power of an atom that is 0."""
    if power < 0:
        raise Undecided("a denominator is zero")
    return Fraction(0), ()


def leads_with_minus(polynomial: Polynomial) -> bool:
    """Look at the sign of the first terms, in an order that does not depend on the identity of any index.

    Completeness only: of tanh(a) and -tanh(-a), which are equal, it says which one is kept.
    """
    names = {index: "~" for term in polynomial.terms for atom, _ in term.factors for index in atom.indices}
    leading: dict[Key, Fraction] = {}
    for term in polynomial.terms:
        key = tuple(sorted((atom_key(atom, names), power) for atom, power in term.factors))
        leading[key] = leading.get(key, Fraction(0)) + term.coefficient
    uneven = [key for key in leading if leading[key]]
    return bool(uneven) and leading[min(uneven)] < 0


def label(labels: Labels, index: Index) -> str:
    """Name an index: as ``labels`` says, else by its own serial number, which no other index shares."""
    if index in labels:  # most are, and writing the other name takes time
        return labels[index]
    return f"{index.name} {index.size} {index.serial}"


def place_key(labels: Labels, place: Spot) -> Key:
    if isinstance(place, Label):
        return ("label", place.name, place_key(labels, place.moment))
    if isinstance(place, Moment):
        base = label(labels, place.base) if isinstance(place.base, Step) else str(place.base or "")
        return ("moment", base, place.offset)
    return () if place is None else ("index", label(labels, place))


def atom_key(atom: Atom, labels: Labels) -> Key:
    if isinstance(atom, Element):
        return ("element",) + atom.name + tuple(place_key(labels, place) for place in atom.places)
    if isinstance(atom, Delta):
        return ("delta",) + tuple(sorted(place_key(labels, place) for place in atom.places))
    if isinstance(atom, Before):
        return ("before",) + tuple(place_key(labels, place) for place in atom.places)
    if isinstance(atom, Extent):
        return ("extent", atom.size.name, int(atom.size.is_time))
    if isinstance(atom, Image):
        return ("image",) + atom.function + (polynomial_key(atom.argument, labels),)
    if isinstance(atom, Group):
        return ("group", polynomial_key(atom.inside, labels))
    if isinstance(atom, Product):
        inside = dict(labels)
        inside.update((own, f"^{len(labels)} {n}") for n, own in enumerate(atom.own) if own is not None)
        outside = tuple(place_key(labels, place) for place in atom.places + atom.limits)
        return ("product",) + outside + (polynomial_key(atom.body, inside),)
    raise NotImplementedError(f"unknown atom {atom!r}")


def term_key(term: Term, labels: Labels) -> Key:
    """Name a term by the smallest key over the names that its bound indices could be given.

    Under each of these names the key says all of the term but its coefficient, so terms of one key are equal:
    Σ_i f(i) = Σ_j f(j), and sums may change places. Completeness only: that it is the smallest.
    """

    def key(names: Labels) -> Key:
        return tuple(sorted((atom_key(atom, names), power) for atom, power in term.factors))

    best: Key | None = None
    for order in orders(term, labels):
        work.spend(1)
        names = dict(labels)
        names.update((index, f"~{len(labels) + n}") for n, index in enumerate(order))
        candidate = (tuple(index.size.name for index in order), key(names))
        if best is None or candidate < best:
            best = candidate
    assert best is not None
    return best


def orders(term: Term, labels: Labels) -> "Iterator[tuple[Index, ...]]":
    """List the orders of the bound indices that their places in the term do not already decide.

    Completeness only: each of them gives a true name of the term.
    """
    classes = dict.fromkeys(term.bound, 0)
    while True:
        work.spend(len(term.bound) * len(term.factors))
        signatures = {
            index: (classes[index], signature(term, index, classes, labels)) for index in term.bound
        }
        ranks = sorted(set(signatures.values()))
        refined = {index: ranks.index(signatures[index]) for index in term.bound}
        if refined == classes:
            break
        classes = refined
    groups = [[i for i in term.bound if classes[i] == rank] for rank in range(len(set(classes.values())))]
    count = 1
    for group in groups:
        for n in range(2, len(group) + 1):
            count *= n
    if count > MOST_RENAMINGS:
        raise Undecided(f"{count} ways to name the bound indices of one term")

    def arrange(rest: "list[list[Index]]") -> "Iterator[tuple[Index, ...]]":
        if not rest:
            yield ()
            return
        for first in permutations(rest[0]):
            for following in arrange(rest[1:]):
                yield tuple(first) + following

    return arrange(groups)


def signature(term: Term, index: Index, classes: "dict[Index, int]", labels: Labels) -> Key:
    """Describe the places of one bound index, the others told apart by their class only."""
    names = dict(labels)
    names.update((other, f"~class {rank}") for other, rank in classes.items())
    names[index] = "~this"
    places = sorted((atom_key(atom, names), power) for atom, power in term.factors if index in atom.indices)
    return (index.size.name, tuple(places))


def difference(
    left: Polynomial, right: Polynomial, zero: "Sequence[tuple[object, Moment]]" = ()
) -> Polynomial:
    """Return the normal form of left - right; no terms means that the two are equal for all sizes.

    ``zero`` are series at moments, named as the index form names them, of which is known that they are 0.
    """
    rest = normal_form(left + -right)
    if zero:
        rest = Polynomial(tuple(term for term in rest.terms if not vanishes(term, zero)))
    return without_denominators(rest)


def vanishes(term: Term, zero: "Sequence[tuple[object, Moment]]") -> bool:
    """Tell whether a term has a factor that is known to be 0, and all others have values: 0 m = 0."""
    return is_whole(term) and any(
        isinstance(atom, Element) and (atom.name, atom.places[-1]) in zero for atom, _ in term.factors
    )


def is_whole(term: Term) -> bool:
    """Tell whether a term has a value in every world: below a fraction bar is only what is positive."""
    return all(has_value(atom) and (power > 0 or is_positive(monomial(atom))) for atom, power in term.factors)


def has_value(atom: Atom) -> bool:
    """Tell whether an atom has a value in every world. Completeness only where it says no."""
    if isinstance(atom, Image):
        return atom.function != LOG and all(is_whole(term) for term in atom.argument.terms)
    inside = atom.inside if isinstance(atom, Group) else atom.body if isinstance(atom, Product) else None
    return inside is None or all(is_whole(term) for term in inside.terms)
