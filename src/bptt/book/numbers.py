"""Numbers that a document gives or works out: given as they are, or computed again and compared exactly."""

from collections.abc import Mapping
from typing import Any

import sympy as sp

from bptt.book import evidence
from bptt.book.displays import valued, values, written
from bptt.book.evidence import Output, Records
from bptt.book.exact import exact, same, value_at
from bptt.kernel import Formula, latex


class Miscalculated(Exception):
    """A printed value is not the value that is computed."""


class Computed(Output):
    """A formula or expression, and its exact value, equal to the one that is printed."""

    title, outcome, numbered = "Computed", evidence.COMPUTED, False

    def __init__(self, left: Any, printed: Any, at: Mapping[Any, Any], label: str, of: Records) -> None:
        super().__init__(label, of)
        self.left, self.value, self.at = left, value_at(left, at), at
        if not same(self.value, exact(printed)):
            raise Miscalculated(f"{label}: computed {self.value}, printed {printed}")

    def equation(self) -> str:
        left, value = written(self.left), sp.latex(self.value)
        return value if left == value else f"{left} = {value}"

    def typed(self) -> str:
        return f"{self.left} = {self.value}"

    def line(self) -> str:
        return f"{self.title}, exactly"

    def facts(self) -> list[str]:
        return values(self.at)

    def evidence(self) -> dict[str, Any]:
        return super().evidence() | {"displays": [valued(self.left, self.value, self.at)]}


def computed(
    left: Any, printed: Any, label: str, of: Records = (), *, at: Mapping[Any, Any] | None = None
) -> Computed:
    """Show that ``left`` has exactly the printed value; raises Miscalculated where it has not.

    ``left`` is a formula of the kernel, with ``at`` giving a matrix for each of its symbols, or a SymPy
    expression or matrix, with ``at`` giving numbers for its symbols. No floats.
    """
    return Computed(left, printed, at or {}, label, of)


class Stated(Output):
    """Values that a document assumes: there is nothing to check in them."""

    title, outcome = "Given", evidence.DEFINED

    def __init__(self, left: Formula, value: Any, label: str, of: Records) -> None:
        super().__init__(label, of)
        self.left, self.value = left, exact(value)

    def equation(self) -> str:
        return f"{latex(self.left)} = {sp.latex(self.value)}"

    def typed(self) -> str:
        return f"{self.left} = {self.value}"

    def line(self) -> str:
        return f"{self.title} by the document"

    def facts(self) -> list[str]:
        return []


def stated(left: Formula, value: Any, label: str, of: Records = ()) -> Stated:
    """Show values that a document gives to a symbol or named formula."""
    return Stated(left, value, label, of)
