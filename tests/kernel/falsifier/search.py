"""Makes theorems at random, judges each conclusion, and counts what was found, by kind."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from bptt.kernel import Formula
from falsifier.declared import declared
from falsifier.judge import HOLDS, WORLDS, judge, judged
from falsifier.kinds import enters, kind
from falsifier.shrink import shrunk, size
from falsifier.theorems import Author, Made, Once

# What a rule may raise of what it cannot conclude; anything else is no answer.
ANSWERS = ("Undecided", "Refuted", "Vacuous", "ValueError", "TypeError", "ShapeError")


@dataclass
class Fault:
    """A fault where it enters, as it was when it was found: something may be assigned to afterwards."""

    seed: int
    after: int  # so many conclusions
    kind: str
    made: Made
    lines: list[str]


@dataclass
class Found:
    """What came of a number of attempts."""

    attempts: int = 0
    conclusions: int = 0
    points: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    denied: list[str] = field(default_factory=list)  # refuted, and yet no world is against it
    strange: dict[str, str] = field(default_factory=dict)
    faults: "list[Fault]" = field(default_factory=list)


def search(conclusions: int, start: int = 0) -> Found:
    """Make theorems from one seed after another until so many conclusions have been judged."""
    found = Found()
    for seed in seeds(start):
        if found.conclusions >= conclusions:
            return found

        def watch(made: Made, seed: int = seed) -> None:
            found.attempts += 1
            found.conclusions += 1
            made.verdict = judge(made.proof, seed)
            found.verdicts[made.verdict.kind] += 1
            found.points += made.verdict.points
            if enters(made):
                found.faults.append(Fault(seed, found.conclusions, kind(made), made, lines(made)))

        def failed(rule: str, told: tuple[Any, ...], error: Exception, seed: int = seed) -> None:
            found.attempts += 1
            name = type(error).__name__
            found.refusals[name] += 1
            if rule == "prove" and name == "Refuted" and holds(*told):
                found.denied.append(f"seed {seed}: {error}")
            if name not in ANSWERS and not (rule == "assign" and isinstance(error, AttributeError)):
                found.strange.setdefault(f"{rule}: {name}", f"seed {seed}: {error}")

        Author(seed, watch, failed).theorem()
    return found


def seeds(start: int) -> Iterator[int]:
    while True:
        yield start
        start += 1


def holds(left: Formula, right: Formula, given: Any) -> bool:
    """Tell whether many worlds agree with a claim that is no theorem."""
    equations = given.given if isinstance(given, Once) else given
    hypotheses = [SimpleNamespace(steps=(), left=item.left, right=item.right) for item in equations]
    claim = SimpleNamespace(left=left, right=right, context=(), hypotheses=hypotheses, conditions=())
    return judged(replace(declared(claim), partial=True), count=4 * WORLDS).kind == HOLDS


def lines(made: Made) -> list[str]:
    """Write a fault as a reader would read it, with what it was concluded from and the world against it."""
    written = [f"{made.rule}: {made.proof}"]
    written += [f"    from {premise.proof}" for premise in made.premises]
    return [*written, f"    {made.verdict.kind}: {made.verdict.why}"]


def by_kind(found: Found) -> dict[str, list[Fault]]:
    """Sort the faults, the smallest of each kind first."""
    kinds: dict[str, list[Fault]] = {}
    for fault in found.faults:
        kinds.setdefault(fault.kind, []).append(fault)
    return {name: sorted(kinds[name], key=lambda fault: size(fault.made)) for name in sorted(kinds)}


def smallest(fault: Fault) -> list[str]:
    """Shrink a fault as far as it stays of its kind, and write it."""

    def still(smaller: Made) -> bool:
        for part in (*smaller.premises, smaller):
            part.verdict = judge(part.proof)
        return enters(smaller) and kind(smaller) == fault.kind

    smaller = shrunk(fault.made, still)
    return fault.lines if smaller is fault.made else lines(smaller)
