"""Numbers and shapes that a document prints, computed again and compared exactly."""

from typing import Any

import sympy as sp

from bptt.book import evidence
from bptt.book.evidence import Output, Records
from bptt.book.exact import exact, same


class Miscalculated(Exception):
    """A printed value is not the value that is computed."""


class Computed(Output):
    """An exact value, equal to the one that is printed."""

    title, outcome, numbered = "Computed", evidence.COMPUTED, False

    def __init__(self, value: Any, printed: Any, label: str, of: Records, what: str) -> None:
        super().__init__(label, of)
        self.value, self.what = exact(value), what
        if not same(self.value, exact(printed)):
            raise Miscalculated(f"{label}: computed {self.value}, printed {printed}")

    def equation(self) -> str:
        return (f"{self.what} = " if self.what else "") + sp.latex(self.value)

    def facts(self) -> list[str]:
        return ["exactly what is printed"]


def computed(value: Any, printed: Any, label: str, of: Records = (), *, what: str = "") -> Computed:
    """Show a computed value that equals the printed one exactly; raises Miscalculated where it does not.

    Both are SymPy expressions or matrices, integers, or nested lists and arrays of integers. ``what`` is the
    LaTeX of the left side.
    """
    return Computed(value, printed, label, of, what)


class Answered(Output):
    """A statement or question that is not mathematics, answered in words and tied to what was proved."""

    title, outcome = "Answered", evidence.ARGUED

    def __init__(self, text: str, by: tuple[str, ...], label: str, of: Records) -> None:
        super().__init__(label, of)
        if not text.strip() or not by:
            raise ValueError(f"{label}: an answer needs its text and the equations it rests on")
        self.text, self.by = text, by

    def equation(self) -> str:
        return ""

    def facts(self) -> list[str]:
        return [f"{self.text} (see {', '.join(f'{{eq}}`{label}`' for label in self.by)})"]

    def evidence(self) -> dict[str, Any]:
        return super().evidence() | {"text": self.text, "by": list(self.by)}


def answered(text: str, by: str | tuple[str, ...], label: str, of: Records) -> Answered:
    """Answer a record in words; ``by`` names the equations on which the answer rests."""
    return Answered(text, (by,) if isinstance(by, str) else by, label, of)
