"""Makes theorems at random, judges each conclusion, and counts what came of them, by rule and by feature."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from types import SimpleNamespace
from typing import Any

from bptt.kernel.conclusions import tried
from bptt.kernel.language.verdicts import Contradiction, Undecided
from falsifier.author import Made, Once
from falsifier.declared import declared
from falsifier.families import theorem
from falsifier.features import features
from falsifier.judge import HOLDS, WORLDS, judge, judged

# What a rule may raise of what it cannot conclude; anything else is no answer.
ANSWERS = ("Undecided", "Refuted", "Vacuous", "ValueError", "TypeError", "ShapeError")
# Of so many conclusions one is run by the kernel itself, which must not refute it either.
RUN = 10


@dataclass
class Fault:
    """A fault where it enters: what it was concluded from is true."""

    seed: int
    after: int  # so many conclusions
    made: Made

    def lines(self) -> list[str]:
        """Write it as a reader would read it, with what it was concluded from and the world against it."""
        made = self.made
        written = [f"{made.rule}: {made.theorem}", *(f"    from {part.theorem}" for part in made.premises)]
        return [*written, f"    {made.verdict.kind}: {made.verdict.why}"]


@dataclass
class Found:
    """What came of a number of attempts."""

    attempts: Counter[str] = field(default_factory=Counter)  # by rule, as are the conclusions
    made: Counter[str] = field(default_factory=Counter)
    features: Counter[str] = field(default_factory=Counter)
    points: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    run: Counter[str] = field(default_factory=Counter)  # what the kernel's own run says
    denied: list[str] = field(default_factory=list)  # refuted, and yet no world is against it
    strange: dict[str, str] = field(default_factory=dict)
    faults: "list[Fault]" = field(default_factory=list)

    @property
    def conclusions(self) -> int:
        return sum(self.made.values())

    def concluded(self, seed: int, made: Made) -> None:
        self.attempts[made.rule] += 1
        self.made[made.rule] += 1
        self.features.update(features(made))
        made.verdict = judge(made.theorem, seed)
        self.verdicts[made.verdict.kind] += 1
        self.points += made.verdict.points
        if made.verdict.is_fault and not any(part.verdict.is_fault for part in made.premises):
            self.faults.append(Fault(seed, self.conclusions, made))

    def refused(self, seed: int, rule: str, told: tuple[Any, ...], error: Exception) -> None:
        self.attempts[rule] += 1
        name = type(error).__name__
        self.refusals[name] += 1
        if name == "Refuted" and holds(*told):
            self.denied.append(f"seed {seed}: {error}")
        if name not in ANSWERS and not (rule == "assign" and isinstance(error, AttributeError)):
            self.strange.setdefault(f"{rule}: {name}", f"seed {seed}: {error}")

    def tried(self, seed: int, made: Made) -> None:
        """Let the kernel run a conclusion itself: it must not refute what holds."""
        try:
            said = "agrees" if tried(made.theorem) else ""
        except (Undecided, Contradiction) as error:
            said = type(error).__name__
            if isinstance(error, Contradiction) and not made.verdict.is_fault:
                self.denied.append(f"seed {seed}: {error}")
        self.run[f"{said}, and the falsifier says {made.verdict.kind}"] += 1


def search(
    conclusions: int, enough: Callable[[Found], bool] = lambda found: False, family: str = ""
) -> Found:
    """Make theorems from one seed after another until so many conclusions have been judged."""
    found = Found()
    for seed in count():
        if found.conclusions >= conclusions or enough(found):
            return found

        def watch(made: Made, seed: int = seed) -> None:
            found.concluded(seed, made)
            if found.conclusions % RUN == 0:
                found.tried(seed, made)

        def failed(rule: str, told: tuple[Any, ...], error: Exception, seed: int = seed) -> None:
            found.refused(seed, rule, told, error)

        theorem(seed, watch, failed, family)
    raise AssertionError


def holds(left: Any, right: Any, given: Any) -> bool:
    """Tell whether many worlds agree with a claim that is no theorem."""
    claim = SimpleNamespace(
        left=left,
        right=right,
        context=(),
        hypotheses=given.given if isinstance(given, Once) else given,
        conditions=(),
    )
    said = declared(claim)
    context = tuple(var for var in said.free)
    return judged(replace(said, context=context, partial=True), count=4 * WORLDS).kind == HOLDS
