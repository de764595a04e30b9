"""What the letters in an answer stand for: times and positions, bound by a sum or by none."""

from typing import Any, NoReturn

from bptt.check.names import Names
from bptt.check.tokens import NotUnderstood
from bptt.check.tree import Node, Range
from bptt.kernel import Formula, Horizon, Index, Moment, Size, Step
from bptt.kernel.language.formula import free_indices
from bptt.kernel.language.shape import RESERVED, Dimension
from bptt.kernel.language.time import at_most

# What people mean in two ways: range(T) as the steps 0..T-1 or as all T steps, and a product over time with
# the factors in the order in which they are counted, or with the latest on the left.
STEPS, LATEST = "range", "product"
FARTHEST = 9  # the greatest offset of a time


class DoesNotConform(ValueError):
    """A product or a sum whose shapes do not go together: where it stands, and how it is typeset."""

    def __init__(
        self, says: str, start: int, end: int, latex: "str | None", formula: "Formula | None" = None
    ) -> None:
        super().__init__(says)
        self.says, self.start, self.end, self.latex = says, start, end, latex
        self.formula = formula  # where it has another shape than what is asked for, and conforms itself


class Bound:
    """What a sum runs over, or a letter of an entry: a step or an index, as soon as its use has shown which.

    A lag, which stands in t-s, is counted back ``before`` a time: the step is that at which t-s arrives.
    """

    def __init__(self, name: str, index: "Index | None" = None) -> None:
        self.name, self.index = name, index
        self.first = Moment(None, 1)
        self.last: Moment | None = None
        self.before: Step | Horizon | None = None
        self.down = False  # whether it is counted down


class Lagging(Exception):
    """A sum whose variable is found to be a lag: it is read once more."""

    def __init__(self, bound: Bound, before: "Step | Horizon") -> None:
        self.bound, self.before = bound, before


class Scope:
    """Knows what is bound around, and what was noted on the way."""

    def __init__(self, names: Names) -> None:
        self.names, self.question, self.symbols = names, names.question, names.symbols
        self.known: dict[str, Any] = self.symbols  # for names of which the kind is known
        self.scope: list[tuple[str, Bound]] = []  # the innermost last
        self.free: list[tuple[str, Bound]] = []  # the letters of an entry
        self.notes: list[str] = []
        self.collects = False  # whether += adds up what is said for each t
        self.lags = 0
        # What may be meant in two ways: the one taken, and those that were met.
        self.way = ""
        self.ways: list[str] = []

    def takes_other(self, way: str) -> bool:
        """Tell which of two ways is taken, and remember that there are two."""
        self.ways.append(way)
        return self.way == way

    def note(self, says: str) -> None:
        if says not in self.notes:
            self.notes.append(says)

    def refuse(self, says: str, node: Node) -> "NoReturn":
        raise NotUnderstood(says, node.start, node.end)

    def bound(self, word: str) -> "Bound | None":
        for letter, found in reversed(self.scope):
            if letter == word:
                return found
        return None

    def loose(self, value: Formula) -> "Step | None":
        """Give t where a formula speaks of it, no sum binds it and the question is not asked at each t."""
        t = self.symbols.get("t")
        if not isinstance(t, Step) or t in self.names.steps or self.bound("t"):
            return None
        return t if t in free_indices(value) else None

    def now(self) -> "Moment | None":
        """Give the moment that is meant where none is said: t where it is bound, or the one that is asked."""
        found, t = self.bound("t"), self.symbols.get("t")
        if found:
            return Moment(self.step_of(found))
        return Moment(t) if self.collects and isinstance(t, Step) else self.question.moment

    def counted(self, node: Node) -> "tuple[list[tuple[Step | Horizon, int]], int]":
        """Take a time apart: the steps that are added and subtracted, and a number."""
        if node.kind == "group":
            return self.counted(node.parts[0])
        if node.kind == "number" and node.value.isdigit():
            return [], int(node.value)
        if node.kind == "minus":
            bases, offset = self.counted(node.parts[0])
            return [(base, -sign) for base, sign in bases], -offset
        if node.kind == "plus":
            found: list[tuple[Step | Horizon, int]] = []
            offset = 0
            for part in node.parts:
                bases, more = self.counted(part)
                offset += more
                for base, sign in bases:
                    if (base, -sign) in found:
                        found.remove((base, -sign))
                    else:
                        found.append((base, sign))
            return found, offset
        if node.kind == "name":
            return self.named_time(node)
        return self.refuse("a time is t, t-1, T or a number, with an offset up to 9", node)

    def named_time(self, node: Node) -> "tuple[list[tuple[Step | Horizon, int]], int]":
        word, found = node.value, self.bound(node.value)
        if found:
            step = self.step_of(found, node)
            return ([(found.before, 1), (step, -1)] if found.before else [(step, 1)]), 0
        if word in ("prev", "tm1", "next", "tp1"):
            now = self.now()
            base = now.base if now else self.symbols.get("t")
            if not isinstance(base, (Step, Horizon)):
                self.refuse(f"{word} of which time? say it, as in h[t-1]", node)
            return [(base, 1)], (now.offset if now else 0) + (1 if word in ("next", "tp1") else -1)
        meaning = self.symbols.get("T" if word in ("last", "tau") else word)
        if isinstance(meaning, (Step, Horizon)):
            return [(meaning, 1)], 0
        if len(word) > 1:
            self.refuse("a time is t, t-1, T or a number, with an offset up to 9", node)
        return self.refuse(f"{word} is bound by no sum; a time is t, t-1, T or a number", node)

    def moment(self, node: Node) -> Moment:
        bases, offset = self.counted(node)
        ahead = [base for base, sign in bases if sign > 0]
        behind = [base for base, sign in bases if sign < 0]
        if len(ahead) == len(behind) == 1:
            for _, bound in self.scope:
                if bound.index is behind[0] and bound.before is None:
                    raise Lagging(bound, ahead[0])
        if len(bases) > 1 or behind:
            self.refuse("a time is t, t-1, T or a number, with an offset up to 9", node)
        found = Moment(bases[0][0] if bases else None, offset)
        self.near(found, node)
        return found

    def near(self, found: Moment, node: Node) -> None:
        if abs(found.offset) > FARTHEST:
            self.refuse(f"a time is at most {FARTHEST} steps from t or T", node)

    def is_time(self, node: Node) -> bool:
        """Tell whether a place can be nothing but a time."""
        if node.kind in ("plus", "number"):
            return True
        found = self.bound(node.value) if node.kind == "name" else None
        if found:
            return isinstance(found.index, Step)
        return node.kind == "name" and isinstance(self.symbols.get(node.value), (Step, Horizon))

    def step_of(self, found: Bound, node: "Node | None" = None) -> Step:
        horizon = self.symbols.get("T")
        if found.index is None and isinstance(horizon, Horizon):
            found.index = Step(found.name, horizon, found.first, found.last)
        if not isinstance(found.index, Step):
            start, end = (node.start, node.end) if node else (0, 0)
            raise NotUnderstood(f"{found.name} runs over positions and is no time", start, end)
        return found.index

    def letter(self, place: Node) -> Bound:
        """Give the index that a letter stands for; one that no sum binds is that of the entry."""
        if place.kind != "name" or len(place.value) > 1:
            self.refuse("an entry is taken at letters such as i and j, or at a label", place)
        found = self.bound(place.value)
        if found:
            return found
        for letter, known in self.free:
            if letter == place.value:
                return known
        if isinstance(self.symbols.get(place.value), (Step, Horizon)):
            self.refuse(f"{place.value} is a time and no position", place)
        known = Bound(self.unused(place.value))
        self.free.append((place.value, known))
        return known

    def index(self, place: Node, size: Dimension) -> Index:
        found = self.letter(place)
        if found.index is None and isinstance(size, Size):
            found.index = Index(found.name, size)
        if isinstance(found.index, Step):
            self.refuse(f"{place.value} is a time and no position", place)
        if found.index is None or found.index.size != size:
            ran = "" if found.index is None else f", but {place.value} runs over {found.index.size}"
            raise DoesNotConform(f"there are {size} positions here{ran}", place.start, place.end, None)
        return found.index

    def unused(self, name: str) -> str:
        """Find a name for an index that nothing else here has."""
        taken = [known.name for _, known in self.scope + self.free]
        taken += [word for word, meaning in self.symbols.items() if meaning is not self.symbols.get("t")]
        taken += [step.name for step in self.names.steps]
        stem = "i" if name in ("I", "delta") else name  # those that mean something with an index below
        if stem not in taken and stem not in RESERVED.split():
            return stem
        return next(f"{stem}_{n}" for n in range(1, 600) if f"{stem}_{n}" not in taken)

    def count_back(self, known: Bound, before: "Step | Horizon", node: Node) -> None:
        """Let the step run over the times t-s where s was to run over the lags."""
        ends = [known.last or Moment(self.known["T"]), known.first]
        counted = [
            Moment(before, -end.offset) if end.base is None else Moment(None, -end.offset)
            for end in ends
            if end.base is None or end.base is before
        ]
        if len(counted) != 2:
            self.refuse("a sum over lags s, in t-s, runs from a number to t or to a number", node)
        known.first, known.last, known.before, known.index = counted[0], counted[1], before, None

    def limit(self, found: Range, known: Bound) -> None:
        last = found.last
        size = None
        for part in [last] + list(last.parts) if last else []:
            named = part.kind == "name" and not self.bound(part.value)
            size = size or (self.names.size(part.value) if named else None)
        if size:
            known.index = Index(known.name, size)
            return
        known.down = found.down
        if found.whole and self.takes_other(STEPS):
            self.note("range(T) is read as all steps, 1..T: steps are counted from 1 here")
            return
        if found.first:
            known.first = self.moment(found.first) + found.after_first
        if last:
            known.last = self.moment(last) + found.after_last
        if not found.first or not known.last or at_most(known.first, known.last):
            return
        if at_most(known.last - 1, known.first):  # counted down, as in a product from t to s+1
            known.first, known.last, known.down = known.last, known.first, True
