"""What a chapter calls: claims, derivations, exercises, figures, and the evidence of them all."""

from bptt.book.claims import Disagreement, NotProved, claim, concluded, definition, rejected
from bptt.book.derivations import Derivation
from bptt.book.evidence import record
from bptt.book.exercises import Lines, Wrong, exercise
from bptt.book.notebook import numbered, quoted
from bptt.book.numbers import Miscalculated, computed, stated
from bptt.book.remarks import answered

__all__ = [
    "Derivation",
    "Disagreement",
    "Lines",
    "Miscalculated",
    "NotProved",
    "Wrong",
    "answered",
    "claim",
    "computed",
    "concluded",
    "definition",
    "exercise",
    "numbered",
    "quoted",
    "record",
    "rejected",
    "stated",
]
