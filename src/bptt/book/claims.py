"""State, prove, measure and show a formula in one line; or show that a wrong one is rejected."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sympy as sp

from bptt.book import evidence
from bptt.book.displays import Context, display, needed, over, supposed, valued, values
from bptt.book.evidence import Output, Records, agreement, code, escaped, plain
from bptt.book.exact import exact, same, value_at
from bptt.book.published import MAIN, SHEET, published
from bptt.book.sample import Sample
from bptt.check import Judgement, judge
from bptt.check.mutants import Mutant
from bptt.kernel import (
    Clash,
    Equation,
    Formula,
    Refuted,
    ShapeError,
    Theorem,
    Undecided,
    Written,
    latex,
    prove,
    sides_of,
)
from bptt.kernel.language.equations import Value, printed_in
from bptt.kernel.language.formula import Derivative, Extent, Named, Symbol, free_indices
from bptt.kernel.language.latex import equation, interval, name
from bptt.kernel.language.series import At, OneHot
from bptt.kernel.language.time import Horizon, Step
from bptt.measure import compare

# Relative, in the norm of the whole tensor; float64 leaves about 1e-16 at these sizes.
TOLERANCE = 1e-12
ENOUGH_MUTANTS = 3
BY_DEFINITION = "by the definition of "


class NotProved(Exception):
    """A claim of the book that does not hold, or that the kernel cannot decide."""


class Disagreement(Exception):
    """A proved formula and the NumPy code differ: one of them is not what it is said to be."""


class Claim(Output):
    """An equation proved for all sizes, with what its check rejects and how near the NumPy code comes."""

    title, outcome = "Proved", evidence.PROVED

    def __init__(
        self, proof: Theorem, judgement: Judgement, label: str, of: Records = (), why_few: str = ""
    ) -> None:
        super().__init__(label, of)
        self.proof, self.judgement, self.why_few = proof, judgement, why_few
        self.left, self.right = proof.left, proof.right
        self.residual: float | None = None
        self.measured: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return " · ".join([repr(self.proof), *map(plain, self.found())])

    def agrees_with(
        self,
        implemented: Callable[..., Any],
        loss: Callable[..., Any] | None = None,
        by: Formula | None = None,
    ) -> "Claim":
        """Compare the right side, evaluated on a run's arrays, with the NumPy code and the complex step.

        Both functions take the symbols of the formula by name. ``loss`` is measured by the symbol ``by``.
        A claim with free indices is compared with an array that has an axis for each, in the order of their
        names; a function that asks for an index by its name is called at each of its values. A claim about
        the network is compared on a run of it: functions may then ask for ``params``, ``run``, ``back``,
        ``gradients`` and ``copies`` too, and the loss is the network's if none is given.
        Raises Disagreement where the norm-relative difference exceeds 1e-12.
        """
        # What was proved is run with them, so that a variant without one of its symbols has the same arrays.
        run = Sample(self.left, self.right, self.proof.right, *([by] if by is not None else []))
        free = free_indices(self.left) | free_indices(self.right)
        measured = {"implementation": run.called(implemented, free)}
        if by is not None and (loss or run.network):
            measured["complex step"] = run.measured(by, loss, free)
        claimed = run.value(self.right, free)
        try:
            report = compare(dict.fromkeys(measured, claimed), measured, method="NumPy")
        except (TypeError, ValueError) as error:
            self.residual = math.inf  # not even of one shape
            raise Disagreement(f"claim {self.label}: {error}") from error
        self.residual, self.measured = report.error, tuple(measured)
        if not report.passed(TOLERANCE):
            raise Disagreement(
                f"claim {self.label}: {self.right} is {report.error:.1e} away from NumPy\n{report}"
            )
        return self

    def equation(self) -> str:
        return equation(self.left, self.right, shapes=True)

    def line(self) -> str:
        caught = len(self.judgement.refuted) + len(self.judgement.misfits)
        slips = "1 slip caught" if caught == 1 else f"{caught} slips caught"
        equal = ["equal to NumPy"] if self.residual is not None else []
        return " · ".join([f"{self.title} {briefly(self.proof)}", slips, *equal])

    def facts(self) -> list[str]:
        return [held_for(self.proof), *hypotheses(self.proof), *self.found()]

    def found(self) -> list[str]:
        """Say what came of the slips and of the comparison with NumPy."""
        found = [f"slips: {self.judgement}" + (f" ({self.why_few})" if self.why_few else "")]
        if self.residual is not None:
            found.append(agreement(self.residual, self.measured))
        return found

    def details(self) -> list[str]:
        lines = [f"symbols: {', '.join(map(evidence.symbol_link, symbols(self.left, self.right)))}"]
        lines += [f"given {code(item.within(self.proof.context))}" for item in self.proof.hypotheses]
        if not self.is_main:
            for mutant, does in self.broken():
                wrong = code(str(mutant.formula)) if mutant.formula else escaped(mutant.slip)
                lines.append(f"{wrong} — {does}")
        return lines

    @property
    def is_main(self) -> bool:
        return self.label in MAIN or self.label in SHEET

    def breaks(self) -> list[str]:
        """List the slips of a main result: those that were published, and all small changes to it."""
        if not self.is_main:
            return []
        asked = MAIN.get(self.label)
        known = published(asked) if asked else []
        lines = [f"{slip.words} ${slip.tex}$ — {slip.does}. {slip.where}" for slip in known]
        for mutant, does in self.broken():
            if mutant.formula is None:
                lines.append(f"{escaped(mutant.slip)} — {does}")
            elif not any(asked and slip.is_same(asked, mutant.formula) for slip in known):
                lines.append(f"{escaped(mutant.slip)}: ${latex(mutant.formula)}$ — {does}")
        return lines

    def broken(self) -> "Iterator[tuple[Mutant, str]]":
        """Say in Markdown of each slip what it does."""
        for mutant, counterexample in self.judgement.refuted:
            yield mutant, f"{difference(counterexample, 'it')}: {code(counterexample.where())}"
        for mutant in self.judgement.misfits:
            yield mutant, f"does not conform: {code(str(mutant.error))}"
        for mutant, _ in self.judgement.disguised:
            yield mutant, "the same in disguise, proved"
        for mutant, _ in self.judgement.undecided:
            yield mutant, "**undecided**"

    def evidence(self) -> dict[str, Any]:
        judged = self.judgement
        return super().evidence() | {
            "displays": [display(self.left, self.right, Context.of(self.proof))],
            "proved_for": held_for(self.proof).removeprefix("for "),
            "assumes": hypotheses(self.proof),
            "mutants": {
                "refuted": len(judged.refuted),
                "do not conform": len(judged.misfits),
                "the same in disguise": len(judged.disguised),
                "undecided": len(judged.undecided),
            },
            "residual": self.residual,
            "measured": list(self.measured),
        }


def claim(
    left: Formula,
    right: Formula,
    label: str,
    of: Records = (),
    *,
    given: Sequence[Equation] = (),
    why_few: str = "",
) -> Claim:
    """Prove ``left = right`` for all sizes and show it as a numbered equation; raises NotProved.

    ``of`` names the records that this settles, ``given`` lists the equations that the proof may use, each
    once, and ``why_few`` says why fewer than three wrong variants conform.
    """
    try:
        proof = prove(left, right, given)
    except CANNOT as error:
        raise unproved(label, error) from error
    return concluded(proof, label, of, why_few=why_few)


def concluded(proof: Theorem, label: str, of: Records = (), *, why_few: str = "") -> Claim:
    """Show what a rule of the kernel concluded from other proofs, as ``claim`` shows what it proves."""
    try:
        judgement = judge(proof.left, proof.right, proof.hypotheses)
    except CANNOT as error:
        raise unproved(label, error) from error
    conforming = len(judgement.refuted)
    if conforming < ENOUGH_MUTANTS and not why_few:
        raise NotProved(
            f"claim {label}: only {conforming} wrong variants conform; say in why_few= why that is so"
        )
    return Claim(proof, judgement, label, of, why_few)


# How the kernel says that it does not prove something.
CANNOT = (Refuted, Undecided, ShapeError, ValueError)


def unproved(label: str, error: Exception) -> NotProved:
    return NotProved(f"claim {label}: {type(error).__name__}: {error}")


Sides = tuple[Any, Any]  # two formulas, or a formula and the value it is said to have


class Rejected(Output):
    """A wrong statement and the run, the numbers or the shapes that show it."""

    numbered = False

    def __init__(
        self,
        statement: Callable[[], Sides],
        label: str,
        of: Records,
        at: Mapping[Any, Any] | None,
        given: Sequence[Equation],
    ) -> None:
        super().__init__(label, of)
        self.run = ""
        self.displays: list[dict[str, Any]] = []
        try:
            left, right = statement()
        except ShapeError as error:
            raise NotProved(f"{label}: {error}; begin with written(...), to show it as it stands") from error
        self.statement = f"{left} = {right}"
        if at is None:
            self.supposed = [f"given {supposed(item)}" for item in given]
            self.run_into(Written("=", left, right), given)
        else:
            self.supposed = values(at)
            self.computed_at(left, right, at)

    def run_into(self, sides: Written, given: Sequence[Equation]) -> None:
        """Find where the two sides do not conform, or a run in which they differ."""
        try:
            left, right = sides_of(sides)
            prove(left, right, given)
        except Clash as found:
            self.title, self.outcome, self.reason = "Does not conform", evidence.MISFIT, code(str(found))
            self.tex = found.latex(sides)
        except Refuted as found:
            self.title, self.outcome, self.reason = "Refuted", evidence.REFUTED, difference(found)
            self.tex = equation(left, right, shapes=True, sign="\\ne")
            self.run = whole_run(found)
            self.displays = [display(left, right, Context.around(left, right, given))]
        else:
            raise self.holds()

    def computed_at(self, left: Any, right: Any, at: Mapping[Any, Any]) -> None:
        """Compute the left side with these values, and find it not to be the right one."""
        value = value_at(left, at)
        if same(value, exact(right)):
            raise self.holds()
        self.title, self.outcome, self.reason = "Refuted", evidence.REFUTED, "by these numbers"
        self.tex = f"{latex(left)} = {sp.latex(value)} \\ne {sp.latex(exact(right))}"
        self.displays = [valued(left, right, at)]

    def holds(self) -> NotProved:
        return NotProved(f"{self.label}: {self.statement} was to be rejected, and it holds")

    def equation(self) -> str:
        return self.tex

    def typed(self) -> str:
        return self.statement

    def line(self) -> str:
        return f"{self.title}: {self.reason}"

    def facts(self) -> list[str]:
        return [": ".join(filter(None, [self.reason, self.run])), *self.supposed]

    def evidence(self) -> dict[str, Any]:
        return super().evidence() | {"reason": self.reason, "displays": self.displays}


def rejected(
    statement: Callable[[], Sides],
    label: str,
    of: Records = (),
    *,
    at: Mapping[Any, Any] | None = None,
    given: Sequence[Equation] = (),
) -> Rejected:
    """Show that ``statement()``, a pair of sides, does not conform or is refuted by a run.

    Of a side that does not conform each product begins with ``written``, so that it is shown as it stands.
    Raises NotProved if the two sides are equal after all. With ``at``, a matrix for each symbol of the left
    side, the right side is a number or matrix. The run refutes at a point where what is given holds.
    """
    return Rejected(statement, label, of, at, given)


class Definition(Output):
    """A formula by definition: what a name means, or a series at a moment, with the shapes worked out."""

    title, outcome = "Definition", evidence.DEFINED

    def __init__(self, defined: Formula | Equation, label: str, of: Records) -> None:
        super().__init__(label, of)
        if not isinstance(defined, (Named, Equation)):
            raise TypeError(f"definition {label}: expected a named formula or an equation, got {defined}")
        self.equal = defined if isinstance(defined, Equation) else None
        self.left = defined.left if isinstance(defined, Equation) else defined
        self.right = defined.right if isinstance(defined, Equation) else defined.args[0]

    def equation(self) -> str:
        return equation(self.left, self.right, shapes=True)

    def typed(self) -> str:
        return f"{self.left} = {self.right}"

    def facts(self) -> list[str]:
        ranges = over(self.equal.ranges_over()).lstrip() if self.equal else ""
        return [*filter(None, [ranges]), f"in code {code(str(self.right))}"]

    def evidence(self) -> dict[str, Any]:
        return super().evidence() | {"defines": {"left": latex(self.left), "right": latex(self.right)}}


def definition(defined: Formula | Equation, label: str, of: Records = ()) -> Definition:
    """Show a named formula, or an equation such as ``states[t]``, as a definition with its number."""
    return Definition(defined, label, of)


def symbols(*sides: Formula) -> list[str]:
    """Name what is printed in formulas, as the notation page does: a series by its value at t."""
    found: dict[str, None] = {}
    for side in sides:
        for node in printed_nodes(side):
            found |= dict.fromkeys(words_of(node))
    return list(found)


def printed_nodes(root: Formula) -> list[Formula]:
    """List the nodes that are printed: of a derivative, those of what it is of and by; no name is opened."""
    opened = isinstance(root, Derivative) or not isinstance(root, Named)
    inside = printed_in(root) if opened else []
    return [root, *(node for part in inside for node in printed_nodes(part))]


def words_of(node: Formula) -> list[str]:
    """List the words that a node itself brings, of a series its value at t."""
    own: list[str] = []
    if isinstance(node, Value):
        own = [f"{node.equation.left.name}[t]"]
    elif isinstance(node, (At, OneHot)):
        own = [f"{node.name}[t]"]
    elif isinstance(node, Extent):
        own = [node.size.name]
    elif isinstance(node, (Symbol, Named)) and not isinstance(node, Derivative):
        own = [node.name]
    moments = node.equation.left.moments if isinstance(node, Value) else getattr(node, "moments", ())
    bases = [moment.base.name for moment in moments if moment.base is not None]
    return own + bases + [index.name for index in node.binds() + node.uses()]


def held_for(*proofs: Theorem, named: bool = True) -> str:
    """Say in Markdown for what proofs hold; that all sizes are meant can be said without their names."""
    found = dict.fromkeys(size for proof in proofs for size in proof.sizes)
    sizes = [name(size.name) for size in found if not isinstance(size, Horizon)]
    horizons = [name(size.name) for size in found if isinstance(size, Horizon)]
    indices = dict.fromkeys(index for proof in proofs for index in proof.context)
    rest = [name(index.name) for index in indices if not isinstance(index, Step)]
    words = ["all sizes" + (f" ${', '.join(sizes)}$" if named else "")] if sizes else []
    words += [f"every ${', '.join(horizons)}$"] if horizons else []
    words += [f"all ${', '.join(rest)}$"] if rest else []
    words += [f"${interval(index)}$" for index in indices if isinstance(index, Step)]
    *first, last = words or ["all values"]
    return "for " + (f"{', '.join(first)} and {last}" if first else last)


def briefly(*proofs: Theorem) -> str:
    """Say in a line for what proofs hold and what they suppose; what defines a letter is no supposition."""
    supposed = [item for item in hypotheses(*proofs) if not item.startswith(BY_DEFINITION)]
    return ", ".join([held_for(*proofs, named=False), *supposed])


def hypotheses(*proofs: Theorem) -> list[str]:
    """Say in Markdown under what proofs hold: definitions by what they define, all else in full."""
    conditions = {str(condition): condition for proof in proofs for condition in proof.conditions}
    found = [f"if {needed(condition)}" for condition in conditions.values()]
    given = {str(equation): equation for proof in proofs for equation in proof.hypotheses}.values()
    defined = dict.fromkeys(f"${latex(item.left)}$" for item in given if item.definition)
    found += [f"{BY_DEFINITION}{', '.join(defined)}"] if defined else []
    context = [index for proof in proofs for index in proof.context]
    return found + [f"given {supposed(item, context)}" for item in given if not item.definition]


def difference(found: Refuted, formula: str = "the formula") -> str:
    """Say what a wrong formula gives in a run, and what is true there."""
    true, wrong = found.values()
    entry = f" in {found.which()}" if found.which() else ""
    return f"{formula} gives {wrong}{entry}, the true value is {true}"


def whole_run(found: Refuted) -> str:
    """Say in Markdown with what values to redo a run by hand."""
    readings = [f"${reading.tex}$" for reading in found.run()]
    return f"with {', '.join(readings)}" if readings else "whatever the values"
