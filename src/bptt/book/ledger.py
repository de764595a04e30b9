"""The ledger: every record of the five documents, with the verdict that follows from what was run.

A record's verdict is worked out from the evidence in the chapters' outputs and is typed nowhere.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from nbformat import NotebookNode

from bptt.book import evidence

VERDICTS = ("definition", "holds", "holds under a convention", "ambiguous", "wrong", "answered")
NOT_YET = "not yet"

YES = (evidence.PROVED, evidence.COMPUTED)
NO = (evidence.REFUTED, evidence.MISFIT)


class LedgerError(Exception):
    """Evidence that belongs to no record, or that says two things at once."""


@dataclass(frozen=True)
class Found:
    """One piece of evidence: how a record was taken, and what an output on a page showed."""

    page: str
    role: str
    words: str
    output: Mapping[str, Any]

    @property
    def outcome(self) -> str:
        return str(self.output["outcome"])


@dataclass
class Row:
    """A record with all that was found about it."""

    record: Mapping[str, Any]
    found: list[Found] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.record["id"])

    @property
    def verdict(self) -> str:
        """What follows from the evidence; raises LedgerError where it contradicts itself."""
        return verdict(self.id, self.found)

    @property
    def kinds(self) -> list[str]:
        """How it is known: proved, computed, run, by definition, argued."""
        kinds = Counter(item.outcome for item in self.found if item.outcome not in NO)
        if any(item.outcome in NO or item.output.get("residual") is not None for item in self.found):
            kinds["run"] += 1
        return list(kinds)


def verdict(id: str, found: Iterable[Found]) -> str:  # noqa: A002
    """Work out the verdict on a record from its evidence."""
    found = list(found)
    outcomes = {role: {item.outcome for item in found if item.role == role} for role in roles(found)}
    printed = outcomes.get(evidence.PRINTED, set())
    if printed & set(YES) and printed & set(NO):
        raise LedgerError(f"{id}: as printed it is both proved and refuted")
    if evidence.READING in outcomes:
        return ambiguous(id, [item for item in found if item.role == evidence.READING])
    if evidence.CORRECTED in outcomes:
        if not printed or printed - set(NO):
            raise LedgerError(f"{id}: corrected, but not refuted as printed")
        return "wrong" if outcomes[evidence.CORRECTED] <= set(YES) else NOT_YET
    if evidence.UNDER in outcomes or evidence.WITHOUT in outcomes:
        return convention(id, outcomes)
    if printed and printed <= {evidence.DEFINED}:
        return "definition"
    if printed & set(YES) and printed <= {*YES, evidence.DEFINED}:
        return "holds"
    if printed == {evidence.ARGUED}:
        return "answered"
    return NOT_YET


def roles(found: Iterable[Found]) -> set[str]:
    return {item.role for item in found}


def convention(id: str, outcomes: Mapping[str, set[str]]) -> str:  # noqa: A002
    """With the convention it is shown, without it it fails: one of the two alone proves nothing about it."""
    with_it = outcomes.get(evidence.UNDER, set())
    without = outcomes.get(evidence.WITHOUT, set())
    if not with_it or not without:
        return NOT_YET
    if with_it - set(YES) or without - set(NO):
        raise LedgerError(f"{id}: the convention makes no difference")
    return "holds under a convention"


def ambiguous(id: str, found: list[Found]) -> str:  # noqa: A002
    """Two readings with different outcomes; equal outcomes would make the difference idle."""
    readings = {item.words: item.outcome in YES for item in found}
    if len(readings) < 2:
        return NOT_YET
    if len(set(readings.values())) < 2:
        raise LedgerError(f"{id}: its {len(readings)} readings all come out the same")
    return "ambiguous"


def inventory(root: Path) -> list[dict[str, Any]]:
    """Read the records of the five documents."""
    records: list[dict[str, Any]] = yaml.safe_load((root / "sources" / "formulas.yml").read_text("utf-8"))
    return records


def rows(records: Iterable[Mapping[str, Any]], notebooks: Mapping[str, NotebookNode]) -> list[Row]:
    """Bring the records and the evidence in the notebooks' outputs together."""
    table = {str(record["id"]): Row(record) for record in records}
    for page, notebook in notebooks.items():
        for output in shown(notebook):
            for taken in output["records"]:
                if taken["id"] not in table:
                    raise LedgerError(f"{page}, {output['label']}: there is no record {taken['id']}")
                item = Found(page, taken["role"], taken["words"], output)
                table[taken["id"]].found.append(item)
    return list(table.values())


def shown(notebook: NotebookNode) -> Iterable[Mapping[str, Any]]:
    """List the evidence that a notebook's outputs carry."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if evidence.MIME in output.get("data", {}):
                yield output["data"][evidence.MIME]


def as_json(table: Iterable[Row]) -> str:
    """Write the ledger for programs."""
    return json.dumps([entry(row) for row in table], ensure_ascii=False, indent=1) + "\n"


def entry(row: Row) -> dict[str, Any]:
    first = row.found[0] if row.found else None
    proved = next((item.output["proved_for"] for item in row.found if "proved_for" in item.output), None)
    return {
        "id": row.id,
        "verdict": row.verdict,
        "evidence": row.kinds,
        "proved_for": proved,
        "page": first.page if first else None,
        "found": [
            {"page": item.page, "role": item.role, "words": item.words, **item.output, "records": None}
            for item in row.found
        ],
    }


# ---- as pages


def summary(table: list[Row]) -> str:
    """Count the verdicts of each document, in a Markdown table with a column for each document."""
    documents = sorted({row.id[1:4] for row in table})
    links = [f"{{ref}}`{number} <ledger-{number}>`" for number in documents]
    lines = [f"| verdict | {' | '.join(links)} | all |"]
    lines.append("|---" + "|---:" * (len(documents) + 1) + "|")
    counted = [(name, [row for row in table if row.verdict == name]) for name in (*VERDICTS, NOT_YET)]
    counted += [("all", table), ("argued only", [row for row in table if row.kinds == [evidence.ARGUED]])]
    for name, found in counted:
        counts = Counter(row.id[1:4] for row in found)
        cells = [str(counts[number]) for number in documents]
        lines.append(f"| {name} | {' | '.join(cells)} | {len(found)} |")
    return "\n".join(lines)


def document(table: list[Row], number: str) -> str:
    """Write the records of one document, each with its formula as printed and as it was checked."""
    return "\n\n".join(block(row) for row in table if row.id[1:4] == number)


def block(row: Row) -> str:
    record, style = row.record, row.verdict.replace(" ", "-")
    lines = [f"(ledger-{row.id.lower()})="]
    lines += [
        f"::::{{admonition}} {row.id} · {row.verdict}",
        f":class: record {style}",
        escaped(str(record["says"])),
    ]
    if "formula" in record:
        lines += ["", "$$", str(record["formula"]), "$$"]
    if record.get("from_picture"):
        lines += ["", "The document shows a picture here; this is a reading of it."]
    lines += [line for item in row.found for line in account(item)]
    return "\n".join([*lines, "::::"])


def account(item: Found) -> list[str]:
    """Tell one piece of evidence: how the record was taken, what came out, and where."""
    output = item.output
    taken = TAKEN[item.role] + (f" {item.words}" if item.words and item.role != evidence.CORRECTED else "")
    facts = [f"{taken}: **{output['outcome']}**"]
    facts += [f"for {output['proved_for']}"] if output.get("proved_for") else []
    facts += [f"if {condition}" for condition in output.get("assumes", ())]
    counts = ", ".join(f"{count} {what}" for what, count in output.get("mutants", {}).items() if count)
    facts += [f"wrong variants: {counts}"] if counts else []
    facts += [f"NumPy within {output['residual']:.0e}"] if output.get("residual") is not None else []
    numbered = output["tex"] and output["outcome"] in (evidence.PROVED, evidence.DEFINED)
    place = f"{{eq}}`{output['label']}`" if numbered else f"{{ref}}`where it is run <{output['label']}>`"
    lines = ["", " · ".join([*facts, place])]
    lines += ["", output["text"]] if "text" in output else []
    lines += ["", "$$", output["tex"], "$$"] if output["tex"] else []
    return lines


TAKEN = {
    evidence.PRINTED: "As printed",
    evidence.UNDER: "If",
    evidence.WITHOUT: "Unless",
    evidence.READING: "Read so that",
    evidence.CORRECTED: "Corrected",
}


def escaped(text: str) -> str:
    """Let the plain words of the inventory stand in Markdown as they are."""
    return re.sub(r"([\\`*_\[\]<>$])", r"\\\1", text)
