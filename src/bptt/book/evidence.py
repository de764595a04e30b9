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
DENIED = "denied"

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
    denied: bool = False,
) -> Record:
    """Say how a record is taken: as printed, under or without a convention, in one reading, or corrected.

    What is ``denied`` stands in the document as what cannot be said.
    """
    if not isinstance(id, str) or not ID.fullmatch(id):
        raise ValueError(f"id: expected a record such as 'S000-01', got {id!r}")
    roles = [
        (UNDER, under),
        (WITHOUT, without),
        (READING, reading),
        (CORRECTED, "corrected" if corrected else ""),
        (DENIED, "denied" if denied else ""),
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

    def line(self) -> str:
        """The verdict in a reader's words, in Markdown: what stands open."""
        return self.title

    def above(self) -> list[str]:
        """What stands open between that line and the text, in lines of MyST."""
        return []

    def text(self) -> str:
        """What stands open under that line, in Markdown."""
        return ""

    def facts(self) -> list[str]:
        """What was found, in Markdown, a few words each: what can be unfolded."""
        raise NotImplementedError

    def details(self) -> list[str]:
        """What else can be unfolded: lists, a line each."""
        return []

    def breaks(self) -> list[str]:
        """The wrong variants that are worth a fold of their own, a line each."""
        return []

    def evidence(self) -> dict[str, Any]:
        """What the ledger reads."""
        taken = [{"id": item.id, "role": item.role, "words": item.words} for item in self.records]
        return {"label": self.label, "outcome": self.outcome, "tex": self.equation(), "records": taken}

    def __repr__(self) -> str:
        said = [f"{self.title}: {self.typed()}".rstrip(": "), *map(plain, [self.text(), *self.facts()])]
        return " · ".join(filter(None, said))

    def markdown(self) -> str:
        """The whole output in the book's own MyST."""
        style = REFUTED if self.outcome == MISFIT else self.outcome
        lines = []
        if self.equation():
            label = f" ({self.label})" if self.numbered else ""
            lines += ["$$", self.equation(), f"$${label}", ""]
        if not (self.equation() and self.numbered):
            lines += [f"({self.label})="]
        settles = " settles" if self.records and self.outcome != ARGUED else ""
        lines += [f"::::{{admonition}} {self.line()}", f":class: verdict {style}{settles}"]
        lines += [*self.above(), self.text()]
        details = [*self.facts(), *settled(self.records), *self.details()]
        for words, folded in (("Details", details), ("Break this formula", self.breaks())):
            if folded:
                lines += [f":::{{dropdown}} {words}", *(f"- {line}" for line in folded), ":::"]
        return "\n".join([*lines, "::::"])

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        if in_the_book():
            return {"text/markdown": self.markdown(), "text/plain": repr(self), MIME: self.evidence()}
        return {"text/markdown": shown(self.markdown()), "text/plain": repr(self)}


def settled(taken: Sequence[Record]) -> list[str]:
    """Say which records an output settles, if it settles any."""
    ids = dict.fromkeys(item.id for item in taken)
    return [f"settles {', '.join(map(ledger_link, ids))}"] if ids else []


def ledger_link(id: str) -> str:  # noqa: A002
    return f"{{ref}}`{id} <ledger-{id.lower()}>`"


def symbol_link(name: str) -> str:
    return f"{{symbol}}`{name}`"


def plain(markdown: str) -> str:
    """Take the marks out of a line of Markdown."""
    return re.sub(r"\{\w+\}`([^<`]*?)( <[^>]*>)?`|[`$]", lambda found: found.group(1) or "", markdown)


def agreement(residual: float, measured: Sequence[str]) -> str:
    """Say what a formula was compared with, and how far it was from it."""
    against = "NumPy and measured derivative" if "complex step" in measured else "NumPy"
    return f"{against} within {residual:.0e}" if residual else f"{against} exactly"


def code(text: str) -> str:
    """Set a piece of code in a line of Markdown."""
    return f"`{text}`"


def escaped(text: str) -> str:
    """Keep the marks in words, or in Python, from being those of Markdown."""
    return re.sub(r"([\\`*_\[\]<>$])", r"\\\1", text)
