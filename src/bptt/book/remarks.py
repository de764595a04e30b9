"""Answers in words, for what is not mathematics."""

from typing import Any

from bptt.book import evidence
from bptt.book.evidence import Output, Records


class Answered(Output):
    """A statement or question that is not mathematics, answered in words and tied to what was proved.

    What is answered stands above it, as the document has it.
    """

    title, outcome = "Answered", evidence.ARGUED

    def __init__(self, text: str, by: tuple[str, ...], label: str, of: Records) -> None:
        super().__init__(label, of)
        if not text.strip() or not by:
            raise ValueError(f"{label}: an answer needs its text and the equations it rests on")
        self.answer, self.by = text, by

    def equation(self) -> str:
        return ""

    def typed(self) -> str:
        return ""

    def above(self) -> list[str]:
        return ["", *(f":::{{quoted}} {item.id}\n:::" for item in self.records)]

    def text(self) -> str:
        return f"{self.answer} (see {', '.join(f'{{eq}}`{label}`' for label in self.by)})"

    def facts(self) -> list[str]:
        return []

    def evidence(self) -> dict[str, Any]:
        return super().evidence() | {"text": self.answer, "by": list(self.by)}


def answered(text: str, by: str | tuple[str, ...], label: str, of: Records) -> Answered:
    """Answer a record in words; ``by`` names the proved equations on which the answer rests."""
    return Answered(text, (by,) if isinstance(by, str) else by, label, of)
