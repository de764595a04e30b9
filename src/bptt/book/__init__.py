"""Present: claims, derivations, exercises, figures, the ledger, and the site they stand on."""

from bptt.book.answers import answered
from bptt.book.claims import Disagreement, NotProved, claim, concluded, definition, rejected
from bptt.book.derivations import Derivation
from bptt.book.evidence import record
from bptt.book.exercises import Wrong, exercise
from bptt.book.worked import Miscalculated, computed, given

__all__ = [
    "Derivation",
    "Disagreement",
    "Miscalculated",
    "NotProved",
    "Wrong",
    "answered",
    "claim",
    "computed",
    "concluded",
    "definition",
    "exercise",
    "given",
    "record",
    "rejected",
]
