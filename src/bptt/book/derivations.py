"""A chain of equalities in which every line is proved equal to the one before it."""

from collections.abc import Sequence
from typing import Any

from bptt.book import evidence
from bptt.book.claims import NotProved, briefly, held_for, hypotheses
from bptt.book.displays import Context, display
from bptt.book.evidence import Output, Records
from bptt.kernel import Equation, Formula, Refuted, ShapeError, Theorem, Undecided, latex, prove

LONG = 60  # in characters of code: beyond that, the reason stands under its line and not beside it


class Derivation(Output):
    """Lines of one argument; the reason is text, the equality is what is proved."""

    title, outcome = "Each line proved equal to the one before", evidence.PROVED

    def __init__(
        self, start: Formula, label: str, of: Records = (), *, given: Sequence[Equation] = ()
    ) -> None:
        super().__init__(label, of)
        self.given = given
        self.lines: list[tuple[Formula, str]] = [(start, "")]
        self.proofs: list[Theorem] = []

    def becomes(self, line: Formula, reason: str) -> "Derivation":
        """Add a line; raises NotProved where it does not equal the last one, or does not differ from it."""
        last = self.lines[-1][0]
        if not reason.strip():
            raise ValueError(f"derivation {self.label}: the step to {line} needs its reason")
        if latex(line) == latex(last):
            raise NotProved(f"derivation {self.label}: the step to {line} changes nothing")
        try:
            self.proofs.append(prove(last, line, self.given))
        except (Refuted, Undecided, ShapeError, ValueError) as error:
            raise NotProved(f"derivation {self.label}, {reason}: {type(error).__name__}: {error}") from error
        self.lines.append((line, reason))
        return self

    def equation(self) -> str:
        long = any(len(str(line)) > LONG for line, _ in self.lines)
        start = f"&{latex(self.lines[0][0])} \\\\\n" if long else f"{latex(self.lines[0][0])} "
        beside = " \\\\\n&\\qquad\\quad" if long else " &&"
        steps = [f"&= {latex(line)}{beside} \\text{{{reason}}}" for line, reason in self.lines[1:]]
        return "\\begin{aligned}\n" + start + " \\\\\n".join(steps) + "\n\\end{aligned}"

    def typed(self) -> str:
        start, *rest = self.lines
        return "\n  = ".join([str(start[0]), *(f"{line}    ({reason})" for line, reason in rest)])

    def line(self) -> str:
        return f"{self.title}, {briefly(*self.proofs)}"

    def facts(self) -> list[str]:
        steps = "1 step" if len(self.proofs) == 1 else f"{len(self.proofs)} steps"
        return [held_for(*self.proofs), *hypotheses(*self.proofs), steps]

    def evidence(self) -> dict[str, Any]:
        if not self.proofs:
            raise NotProved(f"derivation {self.label} has no step")
        context = Context.of(*self.proofs)
        return super().evidence() | {
            "displays": [
                display(line, later, context)
                for n, (line, _) in enumerate(self.lines)
                for later, _ in self.lines[n + 1 :]
            ],
            "proved_for": held_for(*self.proofs).removeprefix("for "),
            "assumes": hypotheses(*self.proofs),
        }
