"""State, prove, measure and show a formula in one line; or show that a wrong one is rejected."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp

from bptt.book import evidence
from bptt.book.evidence import Output, Records, code
from bptt.book.exact import exact, same, value_at
from bptt.book.run import Run
from bptt.check import Judgement, judge
from bptt.kernel import Formula, Proof, Refuted, ShapeError, Undecided, latex, prove
from bptt.kernel.formula import Named, free_indices
from bptt.numeric import compare, complex_step

# Relative, in the norm of the whole tensor; float64 leaves about 1e-16 at these sizes.
TOLERANCE = 1e-12
ENOUGH_MUTANTS = 3


class NotProved(Exception):
    """A claim of the book that does not hold, or that the kernel cannot decide."""


class Disagreement(Exception):
    """A proved formula and the NumPy code differ: one of them is not what it is said to be."""


class Claim(Output):
    """An equation proved for all sizes, with what its check rejects and how near the NumPy code comes."""

    title, outcome = "Proved", evidence.PROVED

    def __init__(self, left: Formula, right: Formula, label: str, of: Records, few: str) -> None:
        super().__init__(label, of)
        self.left, self.right, self.few = left, right, few
        try:
            self.proof: Proof = prove(left, right)
            self.judgement: Judgement = judge(left, right)
        except (Refuted, Undecided, ShapeError, ValueError) as error:
            raise NotProved(f"claim {label}: {type(error).__name__}: {error}") from error
        self.residual: float | None = None
        self.measured: tuple[str, ...] = ()
        conforming = len(self.judgement.refuted)
        if conforming < ENOUGH_MUTANTS and not few:
            raise NotProved(
                f"claim {label}: only {conforming} wrong variants conform; say in few= why that is so"
            )

    def agrees_with(
        self,
        implemented: Callable[..., Any],
        loss: Callable[..., Any] | None = None,
        by: Formula | None = None,
    ) -> "Claim":
        """Compare the right side, evaluated on a run's arrays, with the NumPy code and the complex step.

        Both functions take the symbols of the formula by name. ``loss`` is measured by the symbol ``by``.
        A claim with free indices is compared with an array that has an axis for each, in the order of their
        names. Raises Disagreement where the norm-relative difference exceeds 1e-12.
        """
        run = Run(self.left, self.right, *([by] if by is not None else []))
        measured = {"implementation": implemented(**run.arguments(implemented))}
        if loss is not None and by is not None:
            name = str(by)
            measured["complex step"] = complex_step(loss, run.arguments(loss), name)[name]
        claimed = run.value(self.right, free_indices(self.left) | free_indices(self.right))
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
        return f"{latex(self.left, shapes=True)} = {latex(self.right, shapes=True)}"

    def facts(self) -> list[str]:
        found = [held_for(self.proof)]
        found += [f"if {condition}" for condition in self.proof.assumes]
        found.append(f"wrong variants: {self.judgement}" + (f" ({self.few})" if self.few else ""))
        if self.residual is not None:
            against = "NumPy and complex step" if "complex step" in self.measured else "NumPy"
            found.append(f"{against} {f'within {self.residual:.0e}' if self.residual else 'exactly'}")
        return found

    def details(self) -> str:
        lines = [":::{dropdown} What the check rejects"]
        for mutant, counterexample in self.judgement.refuted:
            lines.append(f"- {code(str(mutant.formula))} — {difference(counterexample)}")
        for mutant in self.judgement.misfits:
            wrong = code(str(mutant.formula)) if mutant.formula else mutant.slip
            lines.append(f"- {wrong} — does not conform: {mutant.error}")
        for mutant, _ in self.judgement.disguised:
            lines.append(f"- {code(str(mutant.formula))} — the same in disguise, proved")
        for mutant, _ in self.judgement.undecided:
            lines.append(f"- {code(str(mutant.formula))} — **undecided**")
        return "\n".join([*lines, ":::"])

    def evidence(self) -> dict[str, Any]:
        judged = self.judgement
        return super().evidence() | {
            "proved_for": f"all {', '.join(variables(self.proof))}",
            "assumes": list(self.proof.assumes),
            "mutants": {
                "refuted": len(judged.refuted),
                "do not conform": len(judged.misfits),
                "the same in disguise": len(judged.disguised),
                "undecided": len(judged.undecided),
            },
            "residual": self.residual,
            "measured": list(self.measured),
        }


def claim(left: Formula, right: Formula, label: str, of: Records = (), *, few: str = "") -> Claim:
    """Prove ``left = right`` for all sizes and show it as a numbered equation; raises NotProved.

    ``of`` names the records that this settles, ``few`` says why fewer than three wrong variants conform.
    """
    return Claim(left, right, label, of, few)


Sides = tuple[Any, Any]  # two formulas, or a formula and the value it is said to have


class Rejected(Output):
    """A wrong statement and the run, the numbers or the shapes that show it."""

    numbered = False

    def __init__(
        self, statement: Callable[[], Sides], label: str, of: Records, at: Mapping[Any, Any] | None
    ) -> None:
        super().__init__(label, of)
        self.tex = ""
        try:
            left, right = statement()
            if at is None:
                self.tex = f"{latex(left, shapes=True)} \\ne {latex(right, shapes=True)}"
                prove(left, right)
            elif not same(value_at(left, at), exact(right)):
                self.tex = f"{latex(left)} = {sp.latex(value_at(left, at))} \\ne {sp.latex(exact(right))}"
                self.title, self.outcome, self.reason = "Refuted", evidence.REFUTED, "by these numbers"
                return
        except ShapeError as error:
            self.title, self.outcome, self.reason = "Does not conform", evidence.MISFIT, code(str(error))
        except Refuted as found:
            self.title, self.outcome, self.reason = "Refuted", evidence.REFUTED, difference(found)
        else:
            raise NotProved(f"{label}: {left} = {right} was to be rejected, and it holds")

    def equation(self) -> str:
        return self.tex

    def facts(self) -> list[str]:
        return [self.reason]


def rejected(
    statement: Callable[[], Sides], label: str, of: Records = (), *, at: Mapping[Any, Any] | None = None
) -> Rejected:
    """Show that ``statement()``, a pair of sides, does not conform or is refuted by a run.

    It is a function, so that a product that does not conform fails here and not in the chapter. Raises
    NotProved if the two sides are equal after all. With ``at``, a matrix for each symbol of the left
    side, the right side is a number or matrix.
    """
    return Rejected(statement, label, of, at)


class Definition(Output):
    """A formula by definition: what a name means, with the shapes worked out."""

    title, outcome = "Definition", evidence.DEFINED

    def __init__(self, name: Formula, label: str, of: Records) -> None:
        super().__init__(label, of)
        if not isinstance(name, Named):
            raise TypeError(f"definition {label}: expected a named formula, got {name}")
        self.left, self.right = name, name.args[0]

    def equation(self) -> str:
        return f"{latex(self.left, shapes=True)} = {latex(self.right, shapes=True)}"

    def facts(self) -> list[str]:
        return [f"in code {code(str(self.right))}"]


def definition(named: Formula, label: str, of: Records = ()) -> Definition:
    """Show a named formula with its definition as a numbered equation."""
    return Definition(named, label, of)


def variables(*proofs: Proof) -> list[str]:
    """List the names of the sizes and indices that proofs hold for, the sizes first."""
    sizes = [size.name for proof in proofs for size in proof.sizes]
    indices = [index.name for proof in proofs for index in proof.indices]
    return list(dict.fromkeys(sizes + indices))


def held_for(*proofs: Proof) -> str:
    """Say in Markdown for what proofs hold."""
    sizes = {size.name for proof in proofs for size in proof.sizes}
    names = variables(*proofs)
    words = [f"all sizes ${', '.join(name for name in names if name in sizes)}$"] if sizes else []
    rest = [name for name in names if name not in sizes]
    words += [f"all ${', '.join(rest)}$"] if rest else []
    return "for " + (" and ".join(words) or "all values")


def difference(found: Refuted) -> str:
    """Say where the right side differs from the left, and by what."""
    return (
        f"at {found.where()} it gives {float(found.right_value):.4g} instead of {float(found.left_value):.4g}"
    )
