"""An exercise checks the reader's answer: a formula by the kernel and its model, a number exactly.

What is asked stands once, in ``bptt.check``, and is asked by its name; the keys are out of sight there.
"""

from collections.abc import Sequence
from types import EllipsisType
from typing import Any

import sympy as sp

from bptt.book.exact import exact, held, of_sympy, same
from bptt.book.notebook import in_the_book
from bptt.check import Question, Slipped, check, judge_formula, question
from bptt.check.judge import PROVED, UNDECIDED
from bptt.check.judge import Verdict as Judged
from bptt.kernel import Theorem, Undecided, latex
from bptt.kernel.language.formula import Derivative, formula, walk
from bptt.kernel.language.structure import same as same_formula


class Wrong(Exception):
    """An answer that is not right, and what is wrong with it."""


class Verdict:
    """What the reader sees: that it is their turn, or that they are right.

    On a page of the site, where nothing is run, it is their turn in the field for the question ``opens``.
    """

    def __init__(self, text: str, proofs: Sequence[Theorem] = (), opens: str = "") -> None:
        self.text, self.opens = text, opens
        self.proofs = tuple(proofs)

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        if self.opens and in_the_book():
            return {"text/markdown": f"```{{check-yours}} {self.opens}\n```", "text/plain": self.text}
        return {"text/plain": self.text}


def exercise(name: str, answer: Any | EllipsisType) -> Verdict:
    """Check an answer to the question of a name; ``...`` stands for no answer yet.

    A formula is right in whatever form it is written, if the kernel proves it equal. Raises Wrong with the
    reason, Undecided where the kernel does not know, ValueError for a name that is not known, and TypeError
    for what is no name.
    """
    if not isinstance(name, str):
        raise TypeError(f"name: expected the name of an exercise such as 'gradient-1', got {name!r}")
    asked = question(name)
    if answer is ...:
        opens = name if isinstance(asked, Question) else ""
        return Verdict("Your turn: put your answer in place of the dots and run the cell again.", opens=opens)
    return judged(asked, answer) if isinstance(asked, Question) else number(answer, asked.value)


class Lines:
    """The lines of a derivation, numbered, as a chapter shows them."""

    def __init__(self, name: str) -> None:
        asked = question(name)
        if not isinstance(asked, Slipped):
            raise TypeError(f"name: expected the name of a derivation with a slip; got {name!r}")
        self.lines = asked.lines

    def __repr__(self) -> str:
        return "\n".join(f"{n + 1}.  {'= ' if n else ''}{line}" for n, line in enumerate(self.lines))

    def _repr_markdown_(self) -> str:
        shown = (f"{'= ' if n else ''}{latex(line)}" for n, line in enumerate(self.lines))
        return "\n".join(f"{n + 1}. $\\displaystyle {line}$" for n, line in enumerate(shown))


def judged(asked: Question, answer: Any) -> Verdict:
    """Judge a formula, or one that is typed as a text.

    One that leaves the work to the program, or says the question again, is no answer.
    """
    if isinstance(answer, str):
        return replied(answer, check(asked, answer).judged)
    answer = asked.adopted(formula(answer))
    taken = [node for node in walk(answer) if isinstance(node, Derivative) and str(node) not in asked.local]
    if taken:
        raise Wrong(f"{taken[0]} is the question once more: the program took the derivative. Say what it is.")
    if asked.is_shown and same_formula(bare(answer), bare(asked.of)):
        raise Wrong(f"{answer} is the question once more: say what it comes to.")
    return replied(answer, judge_formula(asked, answer))


def replied(answer: Any, found: Judged) -> Verdict:
    """Reply to an answer that was judged."""
    if found.verdict == PROVED:
        return Verdict(f"Right for {found.holds}: {answer}", found.proofs)
    if found.verdict == UNDECIDED:
        raise Undecided(found.says)
    raise Wrong(f"{answer} is not it: {told(found)}")


def bare(node: Any) -> Any:
    """Take the name off a formula."""
    return node.args[0] if hasattr(node, "name") and len(node.args) == 1 else node


def told(found: Judged) -> str:
    """Say what is wrong with an answer, by the run that shows it, and the likely slip."""
    return " ".join([found.says.removeprefix("Wrong: ")] + [reason.says for reason in found.likely])


def number(answer: Any, expected: Any) -> Verdict:
    """Compare exact numbers or matrices; a float is taken for what it holds."""
    taken, wanted = of_sympy(answer), exact(expected)
    given = held(taken)
    if getattr(given, "shape", ()) != getattr(wanted, "shape", ()):
        raise Wrong(f"Expected shape {getattr(wanted, 'shape', ())}, got {getattr(given, 'shape', ())}.")
    if not same(given, wanted):
        rounded = "; a float is taken for what it holds, so write a fraction" if taken.atoms(sp.Float) else ""
        raise Wrong(f"{answer} is not it{rounded}.")
    return Verdict(f"Right: {answer}")
