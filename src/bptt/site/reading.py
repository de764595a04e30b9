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

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from sphinx.application import Sphinx

from bptt.book import evidence
from bptt.site import ledger, ledger_text
from bptt.site.ledger import Row

HEADING = "## As printed in the source\n"
ANCHOR = "as-printed-in-the-source"
CODE = re.compile(r"(^```\{code-cell\}.*?^```$)", re.MULTILINE | re.DOTALL)
NEXT = re.compile(r"^## ", re.MULTILINE)


@dataclass(frozen=True)
class Reading:
    """The records that a page settles, in the order of the documents, and what these documents are."""

    rows: Mapping[str, Row]
    documents: Mapping[str, Mapping[str, str]]

    def of(self, page: str) -> "Reading":
        """Leave the records that are settled on other pages out."""
        own = {id: row for id, row in self.rows.items() if any(item.page == page for item in row.found)}  # noqa: A001
        return Reading(own, self.documents)

    def annotated(self, texts: Sequence[str], settled: Sequence[Sequence[str]]) -> list[str]:
        """Write the records into the texts of a page: the text before each code cell, and one after the last.

        ``settled`` names, for each code cell, the records that its output settles.
        """
        texts = list(texts)
        start = next((n for n, text in enumerate(texts) if HEADING in text), None)
        if start is None or not self.rows:
            return texts
        before, after = texts[start].split(HEADING)
        end = next(n for n in range(start, len(texts)) if NEXT.search(after if n == start else texts[n]))
        here = {id for ids in settled[start:end] for id in ids}  # noqa: A001
        waiting = list(self.rows)
        for n in range(start, end):
            items = [item for id in settled[n] for item in self.until(id, waiting, here)]  # noqa: A001
            if n == start:
                after = after + "".join(items)
            else:
                texts[n] += "".join(items)
        texts[start] = "\n".join([before, HEADING, self.title(), after])
        last = NEXT.search(texts[end], len(before) + len(HEADING) if end == start else 0)
        assert last
        rest = "".join(self.item(self.rows[id], in_place=False) for id in waiting)  # noqa: A001
        texts[end] = f"{texts[end][: last.start()]}{rest}\n{texts[end][last.start() :]}"
        return texts

    def until(self, id: str, waiting: list[str], here: set[str]) -> Iterator[str]:  # noqa: A002
        """Write a record, once, after the earlier ones of its document that are settled elsewhere."""
        if id not in waiting:
            return
        for earlier in waiting[: waiting.index(id)]:
            if earlier not in here and earlier[:4] == id[:4]:
                waiting.remove(earlier)
                yield self.item(self.rows[earlier], in_place=False)
        waiting.remove(id)
        if any(
            item.outcome != evidence.ARGUED for item in self.rows[id].found
        ):  # an answer shows its question
            yield self.item(self.rows[id], in_place=True)

    def title(self) -> str:
        numbers = dict.fromkeys(row.document for row in self.rows.values())
        return "\n\n".join(ledger_text.title(self.documents[number]) for number in numbers)

    def item(self, row: Row, in_place: bool) -> str:
        """Write a record as it is printed, the mark that it gets, and what holds instead."""
        record, style = row.record, row.verdict.replace(" ", "-")
        mark = f"**{MARKS[row.verdict]}**{self.condition(row)}"
        lines = ["", "", f"::::{{container}} reading {style}"]
        lines += [f"{evidence.ledger_link(row.id)} {mark} · {ledger_text.escaped(str(record['says']))}"]
        lines += ledger_text.displayed(str(record.get("formula", "")))
        if record.get("from_picture"):
            lines += ["", f"*A reading of a picture, of {record['confidence']} confidence.*"]
        lines += ledger_text.quotation(record)
        lines += self.instead(row)
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


def settled_by(notebook: NotebookNode) -> list[list[str]]:
    """Name the records that each code cell settles."""
    return [
        list(
            dict.fromkeys(taken["id"] for output in ledger.shown(single(cell)) for taken in output["records"])
        )
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def single(cell: NotebookNode) -> NotebookNode:
    return NotebookNode(cells=[cell])


def of_book(app: Sphinx) -> Reading:
    table: list[Row] = app.ledger  # type: ignore[attr-defined]
    return Reading({row.id: row for row in table}, ledger.documents(Path(app.srcdir)))


def annotate(app: Sphinx, page: str, source: list[str]) -> None:
    """Write the records into the source of a page that Sphinx reads."""
    if HEADING not in source[0]:
        return
    app.env.note_dependency(str(Path(app.outdir).parent / "ledger.json"))
    parts = CODE.split(source[0])
    parts[::2] = of_book(app).of(page).annotated(parts[::2], app.settled[page])  # type: ignore[attr-defined]
    source[0] = "".join(parts)


def annotated_notebook(app: Sphinx, page: str, notebook: NotebookNode) -> NotebookNode:
    """Write the records into a notebook that leaves the site; a short book has none."""
    if not hasattr(app, "ledger"):
        return notebook
    texts, cells = [""], []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cells.append(cell)
            texts.append("")
        else:
            texts[-1] += f"{cell.source}\n\n"
    written = of_book(app).of(page).annotated(texts, app.settled[page])  # type: ignore[attr-defined]
    mixed = [part for text, cell in zip(written, [*cells, None], strict=True) for part in (text, cell)]
    found = [new_markdown_cell(part) if isinstance(part, str) else part for part in mixed if part]
    return NotebookNode({**notebook, "cells": found})


def setup(app: Sphinx) -> None:
    app.connect("source-read", annotate)
