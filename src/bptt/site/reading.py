"""Read a document beside the verdicts: its formulas in their order, as printed, each before its evidence.

A chapter's section *As printed in the source* holds the cells that settle the document's records. Here it
gets what nobody should type twice: the document's title, and before each cell the records that it settles,
with their formula, their words and what came of them. A record that the chapter settles elsewhere is named in
its place, with a link.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

from bptt.book import evidence
from bptt.site import ledger, ledger_text
from bptt.site.ledger import Row

HEADING = "## As printed in the source\n"
ANCHOR = "as-printed-in-the-source"
CODE = re.compile(r"(^```\{code-cell\}.*?^```$)", re.MULTILINE | re.DOTALL)
NEXT = re.compile(r"^## ", re.MULTILINE)
SHORT = 64  # characters of TeX: a formula that only defines, and is no longer, stands in the line


@dataclass(frozen=True)
class Reading:
    """The records that a page settles, in the order of the documents, and what these documents are.

    ``settled`` names, for each code cell of the page, the records that its output settles.
    """

    rows: Mapping[str, Row]
    settled: Sequence[Sequence[str]]
    documents: Mapping[str, Mapping[str, str]]

    def annotated(self, texts: Sequence[str]) -> list[str]:
        """Write the records into the texts of a page, one before each code cell and one after the last."""
        start = next((n for n, text in enumerate(texts) if HEADING in text), None)
        if start is None or not self.rows:
            return list(texts)
        before, first = texts[start].split(HEADING)
        section, rest = self.split([first, *texts[start + 1 :]])
        settled = self.settled[start : start + len(section) - 1]
        here = {name for names in settled for name in names}
        waiting = list(self.rows)
        for n, names in enumerate(settled):
            section[n] += "".join(item for name in names for item in self.until(name, waiting, here))
        section[-1] += "".join(self.item(self.rows[name], in_place=False) for name in waiting)
        section[0] = f"{before}\n{HEADING}\n{self.title()}\n{section[0]}"
        section[-1] += f"\n{rest[0]}"
        return [*texts[:start], *section, *rest[1:]]

    def split(self, texts: Sequence[str]) -> tuple[list[str], list[str]]:
        """Part the texts before the next heading: what belongs to the section, and the rest."""
        end, heading = next((n, found) for n, text in enumerate(texts) if (found := NEXT.search(text)))
        place = heading.start()
        return [*texts[:end], texts[end][:place]], [texts[end][place:], *texts[end + 1 :]]

    def until(self, name: str, waiting: list[str], here: set[str]) -> Iterator[str]:
        """Write a record, once, after the earlier ones of its document that are settled elsewhere."""
        if name not in waiting:
            return
        row = self.rows[name]
        for earlier in waiting[: waiting.index(name)]:
            if earlier not in here and self.rows[earlier].document == row.document:
                waiting.remove(earlier)
                yield self.item(self.rows[earlier], in_place=False)
        waiting.remove(name)
        if any(item.outcome != evidence.ARGUED for item in row.found):  # an answer shows its question
            yield self.item(row, in_place=True)

    def title(self) -> str:
        numbers = dict.fromkeys(row.document for row in self.rows.values())
        return "\n\n".join(ledger_text.title(self.documents[number]) for number in numbers)

    def item(self, row: Row, in_place: bool) -> str:
        """Write a record as it is printed, the mark that it gets, and what holds instead."""
        record, style = row.record, row.verdict.replace(" ", "-")
        mark = f"**{MARKS[row.verdict]}**{self.condition(row)}"
        formula = str(record.get("formula", ""))
        in_line = row.verdict == "definition" and 0 < len(formula) <= SHORT
        defined = [f"${formula}$"] if in_line else []
        words = " ".join([ledger_text.escaped(str(record["says"])), *defined, *ledger_text.reading(record)])
        lines = ["", "", f"::::{{container}} reading {style}"]
        lines += [f"{evidence.ledger_link(row.id)} {mark} · {words}"]
        lines += ledger_text.displayed("" if in_line else formula)
        lines += [*ledger_text.quotation(record), *self.instead(row)]
        if not in_place:
            lines += self.elsewhere(row)
        return "\n".join([*lines, "::::", "", ""])

    def condition(self, row: Row) -> str:
        """Name the convention under which a record holds."""
        words = dict.fromkeys(item.words for item in row.found if item.role == evidence.UNDER)
        return f" if {' and '.join(words)}" if words else ""

    def instead(self, row: Row) -> Iterator[str]:
        """Show the formula that should have been printed."""
        corrected = [item.output for item in row.found if item.role == evidence.CORRECTED]
        for output in corrected[:1]:
            yield f"\nWhat holds instead, {ledger_text.link(output, 'run below')}:"
            yield from ledger_text.displayed(output["tex"])

    def elsewhere(self, row: Row) -> Iterator[str]:
        """Link what settles a record in another section of its chapter."""
        links = dict.fromkeys(ledger_text.link(item.output, "shown here") for item in row.found)
        yield f"\nSettled above: {', '.join(links)}."


MARKS = {
    "definition": "defined",
    "holds": "✓ holds",
    "holds under a convention": "✓ holds",
    "ambiguous": "? has two readings",
    "wrong": "✗ does not hold",
    "answered": "answered",
}


def of_pages(
    table: Sequence[Row],
    documents: Mapping[str, Mapping[str, str]],
    executed: Mapping[str, NotebookNode],
) -> dict[str, Reading]:
    """Part the ledger by the pages that settle its records."""
    return {
        page: Reading(
            {row.id: row for row in table if any(item.page == page for item in row.found)},
            [settled_by(cell) for cell in notebook.cells if cell.cell_type == "code"],
            documents,
        )
        for page, notebook in executed.items()
    }


def settled_by(cell: NotebookNode) -> list[str]:
    """Name the records that a cell settles."""
    return [taken["id"] for output in ledger.shown_by(cell) for taken in output["records"]]


def annotate(app: Sphinx, page: str, source: list[str]) -> None:
    """Write the records into the source of a page that Sphinx reads."""
    if HEADING not in source[0]:
        return
    app.env.note_dependency(str(Path(app.outdir).parent / "ledger.json"))
    parts = CODE.split(source[0])
    parts[::2] = app.readings[page].annotated(parts[::2])  # type: ignore[attr-defined]
    source[0] = "".join(parts)


def annotated_notebook(reading: Reading, notebook: NotebookNode) -> NotebookNode:
    """Write the records into a notebook that leaves the site."""
    texts, cells = [""], []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cells.append(cell)
            texts.append("")
        else:
            texts[-1] += f"{cell.source}\n\n"
    written = reading.annotated(texts)
    mixed = [part for text, cell in zip(written, [*cells, None], strict=True) for part in (text, cell)]
    found = [new_markdown_cell(part) if isinstance(part, str) else part for part in mixed if part]
    return NotebookNode({**notebook, "cells": found})


class Languages(SphinxPostTransform):
    """Name the language of Chinese and Korean words, for the voice that reads them and for their font."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs: object) -> None:
        for text in list(self.document.findall(nodes.Text)):
            if FOREIGN.search(text) and not isinstance(text.parent, VERBATIM):
                text.parent.replace(text, [in_language(part) for part in FOREIGN.split(text) if part])


FOREIGN = re.compile("([\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+|[가-힣]+(?:[ ,.]+[가-힣]+)*)")
VERBATIM = (nodes.FixedTextElement, nodes.literal, nodes.math, nodes.math_block, nodes.raw)


def in_language(part: str) -> nodes.Node:
    if not FOREIGN.fullmatch(part):
        return nodes.Text(part)
    language = "ko" if "가" <= part[0] <= "힣" else "zh"
    return nodes.inline("", part, classes=[f"language-{language}"])  # which becomes the attribute lang


def setup(app: Sphinx) -> None:
    app.connect("source-read", annotate)
    app.add_post_transform(Languages)
