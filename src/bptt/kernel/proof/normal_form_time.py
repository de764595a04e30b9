"""The normal form of sums over time: what is known of "not after", and one place for each sum to start.

Every bound step runs over the whole of 1 to T with T ≥ 1, and each rewriting is an identity for all these T.
[x ≤ y] is 1 where x is not after y, else 0. The order in which rules are tried is completeness only.
"""

from fractions import Fraction

from bptt.kernel.language.shape import Index
from bptt.kernel.language.time import Moment, Step, at_most
from bptt.kernel.language.verdicts import Undecided
from bptt.kernel.proof.polynomial import (
    MOST_STEPS,
    Atom,
    Before,
    Delta,
    Element,
    Group,
    Image,
    Label,
    Polynomial,
    Product,
    Term,
    constant,
    monomial,
)


def retimed(term: Term) -> "tuple[Term, ...] | None":
    """Rewrite a term by the first rule that applies; None where it is in normal form already."""
    order = [pair[0] for pair in term.factors if isinstance(pair[0], Before)]
    for n, (atom, power) in enumerate(term.factors):
        if not isinstance(atom, Before):
            continue
        if power < 0:
            raise Undecided("a comparison of moments stands in a denominator")
        # [x ≤ y]^p = [x ≤ y] for p > 0: so one of them may go, and the other stays among the others.
        others = [other for other in order if other is not atom]
        value = monomial(atom) if power > 1 else decided(atom, term.bound) or ordered(atom, others)
        if value is not None:
            rest = Term(term.coefficient, term.factors[:n] + term.factors[n + 1 :], term.bound)
            return (Polynomial((rest,)) * value).terms
    for n, (atom, power) in enumerate(term.factors):
        opened = multiplied_out(atom, order) if isinstance(atom, Product) else None
        if opened is not None:
            rest = Term(term.coefficient, term.factors[:n] + term.factors[n + 1 :], term.bound)
            return (Polynomial((rest,)) * opened.power(power)).terms
    for index in term.bound:
        if isinstance(index, Step):
            ahead = furthest(term, index)
            if ahead:
                return shifted(term, index, ahead)
    return None


def decided(atom: Before, bound: "tuple[Index, ...]") -> "Polynomial | None":
    """Say by a number or by deltas what the ranges of the steps say of x ≤ y; None where they do not."""
    x, y = atom.places
    if at_most(x, y):
        return constant(1)
    if at_most(y + 1, x):
        return Polynomial()
    if at_most(y, x):  # then x ≤ y just where x = y
        return monomial(Delta(x, y))
    if at_most(x, y + 1):  # then x ≤ y but where x = y + 1
        return constant(1) + -monomial(Delta(x, y + 1))
    if not isinstance(x.base, Step) or not isinstance(y.base, Step):
        return None
    if x.base not in bound and y.base in bound:
        # [x ≤ y] = 1 - [y ≤ x] + [x = y]. Completeness only: the one that begins with the bound step.
        return constant(1) + -monomial(Before(y, x)) + monomial(Delta(x, y))
    # s + a ≤ t + b says s ≤ t + gap, and [s ≤ t + gap] = [s ≤ t] + [s = t + 1] + ... + [s = t + gap];
    # where the gap is negative, those of t + gap + 1 to t are taken away.
    gap = y.offset - x.offset
    if not gap and not x.offset:
        return None
    if abs(gap) > MOST_STEPS:
        raise Undecided(f"{x} ≤ {y} is too far from {x.base} ≤ {y.base} to be written out")
    result = monomial(Before(Moment(x.base), Moment(y.base)))
    for offset in range(1, gap + 1):
        result = result + monomial(Delta(Moment(x.base), y.base + offset))
    for offset in range(gap + 1, 1):
        result = result + -monomial(Delta(Moment(x.base), y.base + offset))
    return result


def ordered(atom: Before, others: "list[Before]") -> "Polynomial | None":
    """Drop x ≤ y where the other comparisons imply it; make an equality of x ≤ y ≤ x.

    Where one of the others is 0, so is the term, with x ≤ y or without; [x ≤ y] [y ≤ x] = [x = y].
    """
    x, y = atom.places
    if follows(x, y, others):
        return constant(1)
    if any(other.places == (y, x) for other in others):
        return monomial(Delta(x, y))
    return None


def multiplied_out(atom: Product, order: "list[Before]") -> "Polynomial | None":
    """Write an empty product as a delta, and split factors off the end until it is that of a step or of T.

    The empty product is the identity. A factor is split off where there is one. Completeness only: how many.
    """
    first, last = atom.limits
    if at_most(last + 1, first):
        row, col = atom.places
        return constant(1) if row is None else monomial(Delta(row, col))
    if not (last.offset > 0 or last.base == first.base) or not follows(first, last, order):
        return None
    if last.offset - (first.offset if last.base == first.base else 0) > MOST_STEPS:
        raise Undecided(f"a product from {first} to {last} has too many factors to be written out")
    return atom.last_split_off()


def follows(x: Moment, y: Moment, others: "list[Before]") -> bool:
    """Tell whether x ≤ y follows from the ranges of the steps and from other comparisons."""
    reached, grown = [x], True
    while grown:
        grown = False
        for other in others:
            a, b = other.places
            if b not in reached and any(at_most(here, a) for here in reached):
                reached.append(b)
                grown = True
    return any(at_most(here, y) for here in reached)


def furthest(term: Term, step: Step) -> int:
    """Find the latest moment, counted from a step, that a term speaks of. Completeness only."""
    offsets = [offset for atom, _ in term.factors for offset in offsets_in(atom, step)]
    return max(offsets) if offsets else 0


def offsets_in(atom: Atom, step: Step) -> list[int]:
    """List how far from a step the series and labels of an atom are taken; comparisons do not count."""
    if isinstance(atom, (Image, Group)):
        inside = atom.argument if isinstance(atom, Image) else atom.inside
        return [n for term in inside.terms for part, _ in term.factors for n in offsets_in(part, step)]
    if isinstance(atom, Product):
        body = [n for term in atom.body.terms for part, _ in term.factors for n in offsets_in(part, step)]
        return body + [limit.offset for limit in atom.limits if limit.base is step]
    if not isinstance(atom, (Element, Delta)):
        return []
    moments = [place.moment for place in atom.places if isinstance(place, Label)]
    if isinstance(atom, Element):
        moments += [place for place in atom.places if isinstance(place, Moment)]
    return [when.offset for when in moments if when.base is step]


def shifted(term: Term, step: Step, ahead: int) -> "tuple[Term, ...]":
    """Let a sum run over t - ahead in place of t, and add what it gains and loses at both ends.

    A series has values at all integers, so for every T ≥ 0 the sum of F(t) over 1 to T is that of
    F(t - ahead) over 1 + ahead to T + ahead, which is a sum over 1 to T plus and minus boundary terms.
    It is so for every ``ahead``. Completeness only: with this one nothing lies after t.
    """
    if abs(ahead) > MOST_STEPS:
        raise Undecided(f"a sum over {step} begins {ahead} steps away: too many boundary terms")
    bound = tuple(index for index in term.bound if index is not step)
    last = Moment(step.horizon)

    def at(when: Moment, coefficient: Fraction) -> Term:
        return Term(coefficient, term.factors, bound).rename({step: when})

    new = step.fresh()
    terms = [Term(term.coefficient, term.factors, bound + (new,)).rename({step: Moment(new, -ahead)})]
    for n in range(ahead):
        terms += [at(last - n, term.coefficient), at(Moment(None, -n), -term.coefficient)]
    for n in range(1, 1 - ahead):
        terms += [at(Moment(None, n), term.coefficient), at(last + n, -term.coefficient)]
    return tuple(terms)
