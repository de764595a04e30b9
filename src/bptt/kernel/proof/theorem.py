"""Theorems, and the five rules by which one is made.

A theorem says: in every interpretation, for all values of its context, if its hypotheses and its conditions
hold, then both sides have values and these are equal in every entry.

- An *interpretation* gives each size and each horizon a whole number from 1 on, each symbol a matrix of its
  shape, each series one for every whole number as a time, before 1 and after T too, each label a position for
  every time, and each unknown function a differentiable function with all its derivatives.
- The *context* are the indices and steps that are free, a step within its range, which may depend on other
  steps and may be empty: of such values the theorem says nothing.
- A *hypothesis* is an equation for a series at a moment, for all values of the steps that are its own; where
  their range is empty it supposes nothing.
- A *condition* is that a formula is not zero, or is positive, in every entry and for all values of the
  indices that are its own. Every denominator and every logarithm of the sides and of the hypotheses has one,
  unless it is positive by the way it is written.

The rules are ``decide``, ``chain``, ``summed``, ``telescope`` and ``induct``. Each takes over the context,
the hypotheses and the conditions of the theorems that it is given, and says in its code where it drops one.
"""

from collections.abc import Callable, Sequence
from typing import NoReturn

from bptt.kernel.language.conditions import Condition, conditions_in
from bptt.kernel.language.equations import Equation, values_in
from bptt.kernel.language.formula import Formula, Sum, free_indices
from bptt.kernel.language.frozen import Frozen, fix
from bptt.kernel.language.series import moved, moved_moment
from bptt.kernel.language.shape import Index, ShapeError, Size
from bptt.kernel.language.structure import depends_on, in_order, range_of, structure, unique
from bptt.kernel.language.time import Moment, Step, at_most
from bptt.kernel.language.verdicts import Undecided
from bptt.kernel.language.wellformed import check_shapes, check_statement, sizes_of
from bptt.kernel.proof.equality import is_same, normal_difference
from bptt.kernel.proof.folding import folded
from bptt.kernel.proof.polynomial import allowance
from bptt.kernel.proof.substitution import with_given


class Theorem(Frozen):
    """That two formulas are equal; what that means is written at the top of this file."""

    left: Formula
    right: Formula
    context: "tuple[Index, ...]"
    hypotheses: "tuple[Equation, ...]"
    conditions: "tuple[Condition, ...]"

    def __init__(self, *parts: object) -> NoReturn:
        raise TypeError("a Theorem is made by a rule of the kernel, and by nothing else")

    @property
    def sizes(self) -> "tuple[Size, ...]":
        """List the sizes and horizons of which the equality speaks."""
        horizons = tuple(step.horizon for step in self.context if isinstance(step, Step))
        return tuple(unique(sizes_of(self.left, self.right) + horizons))

    @property
    def assumes(self) -> "tuple[str, ...]":
        """List all that must hold for the equality to hold, as text."""
        given = [item.within(self.context) for item in self.hypotheses]
        return tuple(unique([str(item) for item in self.conditions] + given))

    def holds_for(self) -> str:
        """Say in words for what the equality is proved."""
        names = [size.name for size in self.sizes]
        names += [index.range() if isinstance(index, Step) else index.name for index in self.context]
        return f"all {', '.join(names)}" if names else "all values"

    def __repr__(self) -> str:
        given = f", given {' and '.join(self.assumes)}" if self.assumes else ""
        return f"proved for {self.holds_for()}{given}: {self.left} = {self.right}"


# ---- what a theorem supposes


class Supposed:
    """What a theorem supposes, gathered from other theorems and from formulas; each thing once."""

    def __init__(self) -> None:
        self.context: list[Index] = []
        self.hypotheses: list[Equation] = []
        self.conditions: list[Condition] = []
        self.known: set[object] = set()

    def theorem(self, theorem: Theorem) -> None:
        self.context += theorem.context
        self.equations(theorem.hypotheses)
        for condition in theorem.conditions:
            self.condition(condition)

    def equations(self, equations: "Sequence[Equation]") -> None:
        for equation in equations:
            key = sequent_of(equation.for_all, [equation.left, equation.right])
            if key not in self.known:
                self.known.add(key)
                self.hypotheses.append(equation)

    def condition(self, condition: Condition) -> None:
        key = (condition.positive, sequent_of(condition.for_all, [condition.formula]))
        if key not in self.known:
            self.known.add(key)
            self.conditions.append(condition)

    def formula(self, root: Formula, around: "tuple[Index, ...]" = ()) -> None:
        """Suppose that a formula has a value, and the equations of the values that stand in it."""
        self.equations([equation.quantified(around) for equation in values_in(root)])
        for condition in conditions_in(root):
            self.condition(condition.quantified(around))

    def call_apart(self, taken: "set[str]") -> None:
        """Give the steps that are a hypothesis' or a condition's own other names than those of free ones."""
        self.hypotheses = [
            Equation(moved(item.left, moves), moved(item.right, moves), own, item.definition)
            for item in self.hypotheses
            for own, moves in [called_apart(item.for_all, taken)]
        ]
        self.conditions = [
            Condition(moved(item.formula, moves), item.positive, own)
            for item in self.conditions
            for own, moves in [called_apart(item.for_all, taken)]
        ]

    def for_every(self, index: Index) -> "Supposed":
        """Suppose all of it for every value of an index, which is no longer free.

        What holds of every value of a step in a range that depends on this index holds then for all values of
        both, but where that range may be empty, nothing was shown: such a step may not be dropped.
        """
        gone = [index]
        for other in in_order(self.context):
            if index not in depends_on(other):
                continue
            assert isinstance(other, Step)
            if not at_most(other.first, other.last):
                raise Undecided(f"{other.range()} depends on {index}, and may be empty")
            gone.append(other)
        result = Supposed()
        result.context = [other for other in self.context if other not in gone]
        result.equations([equation.quantified(gone) for equation in self.hypotheses])
        for condition in self.conditions:
            result.condition(condition.quantified(gone))
        return result


def called_apart(
    own: "tuple[Index, ...]", taken: "set[str]"
) -> "tuple[tuple[Index, ...], dict[Step, Moment]]":
    """Rename steps that are bound: what a bound step is called, and which one it is, makes no difference."""
    moves: dict[Step, Moment] = {}
    names: list[Index] = []
    for index in own:
        if isinstance(index, Step) and (index.name in taken or set(depends_on(index)) & set(moves)):
            first, last = (moved_moment(limit, moves) for limit in (index.first, index.last))
            new = Step(index.name + "_any" * (index.name in taken), index.horizon, first, last)
            moves[index] = Moment(new)
            names.append(new)
        else:
            names.append(index)
    return tuple(names), moves


def sequent_of(for_all: "tuple[Index, ...]", formulas: "Sequence[Formula]") -> object:
    """Describe formulas under indices that are their own, whatever these are called."""
    names: dict[Index, str] = {}
    ranges = []
    for index in for_all:
        ranges.append(range_of(index, names))
        names[index] = f"own {len(names)}"
    return (tuple(ranges), tuple(structure(formula, names) for formula in formulas))


def check_once(equations: "Sequence[Equation]") -> None:
    """Refuse two definitions of one thing."""
    seen: list[tuple[object, Equation]] = []
    for equation in equations:
        key = sequent_of(equation.for_all, [equation.left])
        if any(key == before for before, _ in seen):
            raise ValueError(f"{equation.left} is given twice")
        seen.append((key, equation))


def sequent(left: Formula, right: Formula, supposed: Supposed) -> "dict[str, object]":
    """Gather the parts of a theorem, with all that its formulas suppose; refuse one that cannot be read."""
    check_shapes(left, right)
    for side in (left, right):
        supposed.formula(side)
    for equation in list(supposed.hypotheses):
        supposed.formula(equation.left, equation.for_all)
        supposed.formula(equation.right, equation.for_all)
    free = free_indices(left) | free_indices(right)
    for equation in supposed.hypotheses:
        free |= set(equation.speaks_of()) - set(equation.for_all)
    for condition in supposed.conditions:
        free |= free_indices(condition.formula) - set(condition.for_all)
    # An index of which nothing speaks any more may go if it has a value: the rest is then said without it.
    free |= {
        index
        for index in supposed.context
        if isinstance(index, Step) and not at_most(index.first, index.last)
    }
    for index in list(free):
        free |= set(depends_on(index))
    context = in_order(free)
    supposed.call_apart({index.name for index in context})
    conditions = [(condition.formula, condition.for_all) for condition in supposed.conditions]
    check_statement((left, right), context, supposed.hypotheses, conditions)
    return {
        "left": left,
        "right": right,
        "context": context,
        "hypotheses": tuple(supposed.hypotheses),
        "conditions": tuple(supposed.conditions),
    }


# ---- the rules


def rules() -> "tuple[Callable[..., Theorem], ...]":
    """Make the rules. What makes a theorem is in no module's namespace: it is seen by them alone."""

    def made(parts: "dict[str, object]") -> Theorem:
        theorem: Theorem = object.__new__(Theorem)  # type: ignore[arg-type]
        fix(theorem, **parts)
        return theorem

    def decide(left: Formula, right: Formula, given: "Sequence[Equation]" = ()) -> Theorem:
        """Prove that two formulas are equal for all sizes, or raise ``Undecided``.

        What is given is used by putting right sides in place of left sides, each once and in the order given.
        What is given of all values of a step is folded: a part that is its right side becomes its left side.
        The theorem lists all of it.
        """
        given = checked(given)
        with allowance():
            check_shapes(left, right)
            check_circular(left, right, given)
            supposed = Supposed()
            supposed.equations(given)
            # Before anything is computed: two things of one name would be taken for one.
            parts = sequent(left, right, supposed)
            # What a value says of its series is supposed anyway, and may as well be used.
            known = supposed.hypotheses
            us, vs = (folded(with_given(side, known), given) for side in (left, right))
            rest = normal_difference(us, vs, known)
            if rest:
                raise Undecided(
                    f"{left} and {right} could not be brought to one normal form: {len(rest)} terms are left"
                )
            return made(parts)

    def chain(first: Theorem, second: Theorem) -> Theorem:
        """From A = B and B = C conclude A = C. That B has a value stays supposed."""
        check_made(first, second)
        with allowance():
            agree(
                first.right, second.left, "the right side of the first proof", "the left side of the second"
            )
            supposed = Supposed()
            supposed.theorem(first)
            supposed.theorem(second)
            return made(sequent(first.left, second.right, supposed))

    def summed(index: Index, step: Theorem) -> Theorem:
        """From f(t) = r(t) conclude Σ f = Σ r, over the range of a step or an index."""
        check_made(step)
        with allowance():
            supposed = Supposed()
            supposed.theorem(step)
            return made(sequent(Sum(index, step.left), Sum(index, step.right), supposed.for_every(index)))

    def telescope(t: Step, f: Formula, s: Formula, r: Formula, step: Theorem) -> Theorem:
        """From f(t) = s(t) - s(t+1) + r(t) conclude Σ f = s(first) - s(last+1) + Σ r, over the range of t."""
        check_made(step)
        check_step(t)
        if not at_most(t.first, t.last + 1):
            raise Undecided(f"a sum over {t.range()} does not telescope: it may end before it begins")
        with allowance():
            after = moved(s, {t: t + 1})
            agree(step.left, f, "the left side of the step", "f")
            agree(step.right, s - after + r, "the right side of the step", "s(t) - s(t+1) + r(t)")
            supposed = Supposed()
            supposed.theorem(step)
            # Where f and s have no value the step speaks of something else.
            for part in (f, s, after, r):
                supposed.formula(part)
            ends = moved(s, {t: t.first}) - moved(s, {t: t.last + 1})
            return made(sequent(Sum(t, f), ends + Sum(t, r), supposed.for_every(t)))

    def induct(t: Step, left: Formula, right: Formula, base: Theorem, step: Theorem, s: Step) -> Theorem:
        """Conclude left(t) = right(t) for the whole range of t.

        ``base`` proves it at the first moment. ``step`` proves it at s+1, given at s that ``left``, a series
        at a moment, is ``right``; s runs from the first moment to the one before the last.
        """
        check_made(base, step)
        check_step(t, s)
        if not (at_most(s.first, t.first) and at_most(t.last - 1, s.last)):
            raise ValueError(f"the step is proved for {s.range()}, which does not lead through {t.range()}")
        if s in free_indices(left) | free_indices(right):
            raise ValueError(f"{s} stands for the moment of the step and cannot be in the claim itself")
        with allowance():
            for theorem, when, name in ((base, t.first, "base"), (step, s + 1, "step")):
                there = f"the side of the {name}", "that of the claim there"
                agree(theorem.left, moved(left, {t: when}), *there)
                agree(theorem.right, moved(right, {t: when}), *there)
            of_step = Supposed()
            of_step.theorem(step)
            # At s the claim is known by then, if both of its sides have values there.
            here = [moved(side, {t: s + 0}) for side in (left, right)]
            of_step.hypotheses = [item for item in of_step.hypotheses if not is_claim(item, *here)]
            for side in here:
                of_step.formula(side)
            supposed = of_step.for_every(s)
            supposed.theorem(base)
            return made(sequent(left, right, supposed))

    return decide, chain, summed, telescope, induct


def check_made(*theorems: object) -> None:
    """Refuse what only looks like a theorem: something else with such parts, or a subclass of it."""
    for theorem in theorems:
        if type(theorem) is not Theorem:
            raise TypeError(f"expected a Theorem, got {type(theorem).__name__} {theorem!r}")


def check_step(*steps: object) -> None:
    for step in steps:
        if not isinstance(step, Step):
            raise TypeError(f"expected a Step, got {type(step).__name__} {step!r}")


def checked(given: "Sequence[Equation]") -> "tuple[Equation, ...]":
    """Take equations from whatever lists them, once."""
    equations = tuple(given)
    for equation in equations:
        if not isinstance(equation, Equation):
            raise TypeError(f"given: expected equations such as states[t], got {equation!r}")
    check_once(equations)
    return equations


def check_circular(left: Formula, right: Formula, given: "Sequence[Equation]") -> None:
    """Refuse to be given what is to be proved.

    That a definition says just what is claimed is noticed by its words: in other words it is a small proof.
    """
    for equation in given:
        for side, other in ((left, right), (right, left)):
            if side.shape != equation.left.shape or structure(side) != structure(equation.left):
                continue
            said = structure(equation.right) == structure(other)
            if said or (not equation.definition and is_same(equation.right, other)):
                raise ValueError(f"circular: {equation} is given where {left} = {right} is to be proved")


def is_claim(item: Equation, left: Formula, right: Formula) -> bool:
    """Tell whether what is given is the claim at the moment of the step; said of all moments it is more."""
    return not item.for_all and is_same(item.left, left) and is_same(item.right, right)


def agree(one: Formula, other: Formula, this: str, that: str) -> None:
    """Raise ValueError unless two formulas are equal wherever both have a value, with nothing given."""
    try:
        if one.shape == other.shape and not normal_difference(one, other):
            return
        reason = ""
    except (Undecided, ShapeError) as error:
        reason = f": {error}"
    raise ValueError(f"{this}, {one}, is not {that}, {other}{reason}")


decide, chain, summed, telescope, induct = rules()
