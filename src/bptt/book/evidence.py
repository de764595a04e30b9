"""What a cell's output says to the page, to a notebook and to the ledger.

The ledger reads nothing but these outputs: a record is judged by what was run, and by nobody's word.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bptt.book.notebook import in_the_book, shown

MIME = "application/vnd.unrolled.evidence+json"

PROVED, COMPUTED, DEFINED, ARGUED = "proved", "computed", "defined", "argued"
REFUTED, MISFIT = "refuted", "does not conform"
OUTCOMES = (PROVED, COMPUTED, DEFINED, ARGUED, REFUTED, MISFIT)

PRINTED, UNDER, WITHOUT, READING, CORRECTED = "as printed", "under", "without", "reading", "corrected"

ID = re.compile(r"S\d{3}-\d{2}[a-z]?")


@dataclass(frozen=True)
class Record:
    """A record of the inventory and the way in which it is taken here."""

    id: str
    role: str = PRINTED
    words: str = ""


def record(
    id: str,  # noqa: A002 (the inventory's own word)
    *,
    under: str = "",
    without: str = "",
    reading: str = "",
    corrected: bool = False,
) -> Record:
    """Say how a record is taken: as printed, under or without a convention, in one reading, or corrected."""
    if not isinstance(id, str) or not ID.fullmatch(id):
        raise ValueError(f"id: expected a record such as 'S000-01', got {id!r}")
    roles = [
        (UNDER, under),
        (WITHOUT, without),
        (READING, reading),
        (CORRECTED, "corrected" if corrected else ""),
    ]
    taken = [Record(id, role, words) for role, words in roles if words]
    if len(taken) > 1:
        raise ValueError(f"{id}: expected one way to take it, got {', '.join(item.role for item in taken)}")
    return taken[0] if taken else Record(id)


Records = Record | str | Sequence[Record | str]


def records(of: Records) -> tuple[Record, ...]:
    """Take one record or several, a bare id meaning the record as printed."""
    several = (of,) if isinstance(of, (Record, str)) else tuple(of)
    return tuple(item if isinstance(item, Record) else record(item) for item in several)


class Output:
    """A checked statement: an equation or a line, the facts about it, and the evidence it is."""

    title = ""
    outcome = ""
    numbered = True

    def __init__(self, label: str, of: Records = ()) -> None:
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", label):
            raise ValueError(f"label: expected lower-case words joined by hyphens, got {label!r}")
        self.label = label
        self.records = records(of)

    def equation(self) -> str:
        """The LaTeX that was checked; empty where the statement is in words."""
        raise NotImplementedError

    def typed(self) -> str:
        """The same as one would type it; empty where the facts say it all."""
        raise NotImplementedError

    def above(self) -> list[str]:
        """What stands over the facts, in lines of MyST."""
        return []

    def facts(self) -> list[str]:
        """What was found, in Markdown, a few words each."""
        raise NotImplementedError

    def details(self) -> str:
        """What can be unfolded under the facts, in Markdown."""
        return ""

    def evidence(self) -> dict[str, Any]:
        """What the ledger reads."""
        taken = [{"id": item.id, "role": item.role, "words": item.words} for item in self.records]
        return {"label": self.label, "outcome": self.outcome, "tex": self.equation(), "records": taken}

    def __repr__(self) -> str:
        return " · ".join(
            filter(None, [f"{self.title}: {self.typed()}".rstrip(": "), *map(plain, self.facts())])
        )

    def markdown(self) -> str:
        """The whole output in the book's own MyST."""
        facts = " · ".join([*self.facts(), *(ledger_link(item.id) for item in unique(self.records))])
        style = REFUTED if self.outcome == MISFIT else self.outcome
        lines = []
        if self.equation():
            label = f" ({self.label})" if self.numbered else ""
            lines += ["$$", self.equation(), f"$${label}", ""]
        if not (self.equation() and self.numbered):
            lines += [f"({self.label})="]
        lines += [f"::::{{admonition}} {self.title}", f":class: {style}", *self.above()]
        lines += [facts, self.details(), "::::"]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if in_the_book():
            return {"text/markdown": self.markdown(), "text/plain": repr(self), MIME: self.evidence()}
        return {"text/markdown": shown(self.markdown()), "text/plain": repr(self)}


def unique(taken: Sequence[Record]) -> list[Record]:
    return list({item.id: item for item in taken}.values())


def ledger_link(id: str) -> str:  # noqa: A002
    return f"{{ref}}`{id} <ledger-{id.lower()}>`"


def symbol_link(name: str) -> str:
    return f"{{symbol}}`{name}`"


def plain(markdown: str) -> str:
    """Take the marks out of a line of Markdown."""
    return re.sub(r"\{\w+\}`([^<`]*?)( <[^>]*>)?`|[`$]", lambda found: found.group(1) or "", markdown)


def agreement(residual: float, measured: Sequence[str]) -> str:
    """Say what a formula was compared with, and how far it was from it."""
    against = "NumPy and complex step" if "complex step" in measured else "NumPy"
    return f"{against} within {residual:.0e}" if residual else f"{against} exactly"


def code(text: str) -> str:
    """Set a piece of code in a line of Markdown."""
    return f"`{text}`"
