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
from bptt.site import notebooks

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
    rests_on: tuple[Mapping[str, Any], ...] = ()  # the outputs that an answer in words names

    @property
    def outcome(self) -> str:
        return str(self.output["outcome"])

    @property
    def shown(self) -> bool:
        """Whether it is a formula that was shown to hold."""
        return self.outcome in YES and bool(self.output["tex"])


@dataclass
class Row:
    """A record with all that was found about it."""

    record: Mapping[str, Any]
    found: list[Found] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.record["id"])

    @property
    def document(self) -> str:
        """The number of the document that it stands in: 001 for S001-18."""
        return self.id[1:4]

    @property
    def verdict(self) -> str:
        """What follows from the evidence; raises LedgerError where it says two things at once."""
        found = verdict(self.id, self.found)
        if found == "wrong" and self.record.get("from_picture"):
            raise LedgerError(f"{self.id}: the document shows a picture, and a reading of it cannot be wrong")
        return found

    def check(self) -> None:
        """Refuse evidence on several pages, and different formulas for the one that is printed."""
        if len(pages := dict.fromkeys(item.page for item in self.found)) > 1:
            raise LedgerError(f"{self.id}: it is dealt with on several pages, {', '.join(pages)}")
        for role, words in {(item.role, item.words) for item in self.found}:
            proved = [
                item.output for item in self.found if (item.role, item.words) == (role, words) and item.shown
            ]
            if "formula" in self.record and len({output["tex"] for output in proved}) > 1:
                labels = ", ".join(output["label"] for output in proved)
                raise LedgerError(f"{self.id}: it is one formula, and here it is several: {labels}")

    @property
    def kinds(self) -> list[str]:
        """How it is known: proved, computed, run, by definition, argued."""
        kinds = Counter(item.outcome for item in self.found if item.outcome not in NO)
        if any(item.outcome in NO or item.output.get("residual") is not None for item in self.found):
            kinds["run"] += 1
        return list(kinds)


Outcomes = Mapping[tuple[str, str], set[str]]  # what came out, by the role and the words of what was run


def verdict(id: str, found: Iterable[Found]) -> str:  # noqa: A002
    """Work out the verdict on a record from its evidence; raises LedgerError where it contradicts itself."""
    outcomes: dict[tuple[str, str], set[str]] = {}
    for item in found:
        outcomes.setdefault((item.role, item.words), set()).add(item.outcome)
    for (role, words), came_out in outcomes.items():
        if came_out & set(YES) and came_out & set(NO):
            raise LedgerError(f"{id}, {' '.join(filter(None, [role, words]))}: both proved and refuted")
    judges = {JUDGES[role] for role, _ in outcomes}
    if len(judges) > 1:
        ways = ", ".join(dict.fromkeys(role for role, _ in outcomes))
        raise LedgerError(f"{id}: taken in ways that exclude each other: {ways}")
    return judges.pop()(id, outcomes) if judges else NOT_YET


def as_printed(id: str, outcomes: Outcomes) -> str:  # noqa: A002
    """Judge what is printed; a correction needs something that it corrects."""
    printed, corrected = all_of(evidence.PRINTED, outcomes), all_of(evidence.CORRECTED, outcomes)
    if corrected:
        if not printed or printed - set(NO):
            raise LedgerError(f"{id}: corrected, but not refuted as printed")
        return "wrong" if corrected <= set(YES) else NOT_YET
    if printed <= {evidence.DEFINED}:
        return "definition"
    if printed <= {*YES, evidence.DEFINED}:
        return "holds"
    return "answered" if printed == {evidence.ARGUED} else NOT_YET


def by_convention(id: str, outcomes: Outcomes) -> str:  # noqa: A002
    """With the convention it is shown, without it it fails: one of the two alone proves nothing about it."""
    words = {role: {said for taken, said in outcomes if taken == role} for role, _ in outcomes}
    if len(words) < 2:
        return NOT_YET
    if words[evidence.UNDER] != words[evidence.WITHOUT]:
        raise LedgerError(f"{id}: under and without speak of different conventions")
    if all_of(evidence.UNDER, outcomes) - set(YES) or all_of(evidence.WITHOUT, outcomes) - set(NO):
        raise LedgerError(f"{id}: the convention makes no difference")
    return "holds under a convention"


def by_reading(id: str, outcomes: Outcomes) -> str:  # noqa: A002
    """Two readings with different outcomes; equal outcomes would make the difference idle."""
    if all_of(evidence.READING, outcomes) - {*YES, *NO}:
        raise LedgerError(f"{id}: a reading was neither proved nor refuted")
    if len(outcomes) < 2:
        return NOT_YET
    if len({came_out <= set(YES) for came_out in outcomes.values()}) < 2:
        raise LedgerError(f"{id}: its {len(outcomes)} readings all come out the same")
    return "ambiguous"


def by_denial(id: str, outcomes: Outcomes) -> str:  # noqa: A002
    """The document is right to deny what is refuted."""
    if all_of(evidence.DENIED, outcomes) - set(NO):
        raise LedgerError(f"{id}: the document denies it, and it was not refuted")
    return "holds"


def all_of(role: str, outcomes: Outcomes) -> set[str]:
    return set[str]().union(*(came_out for (taken, _), came_out in outcomes.items() if taken == role))


# Who judges what was run in a role; a record is taken in the roles of one of them.
JUDGES = {
    evidence.PRINTED: as_printed,
    evidence.CORRECTED: as_printed,
    evidence.UNDER: by_convention,
    evidence.WITHOUT: by_convention,
    evidence.READING: by_reading,
    evidence.DENIED: by_denial,
}


def inventory(root: Path) -> list[dict[str, Any]]:
    """Read the records of the five documents."""
    records: list[dict[str, Any]] = yaml.safe_load((root / "sources" / "formulas.yml").read_text("utf-8"))
    return records


def documents(root: Path) -> dict[str, dict[str, str]]:
    """Read what the five documents are, by their numbers."""
    described = yaml.safe_load((root / "sources" / "documents.yml").read_text("utf-8"))
    return {document["number"]: document for document in described}


def rows(records: Iterable[Mapping[str, Any]], notebooks: Mapping[str, NotebookNode]) -> list[Row]:
    """Bring the records and the evidence in the notebooks' outputs together."""
    table = {str(record["id"]): Row(record) for record in records}
    outputs = [(page, output) for page, notebook in notebooks.items() for output in shown(notebook)]
    certain = {output["label"]: output for _, output in outputs if output["outcome"] in YES}
    for page, output in outputs:
        labels = output.get("by", ())
        if missing := [label for label in labels if label not in certain]:
            raise LedgerError(
                f"{page}, {output['label']}: it rests on {', '.join(missing)}, neither proved nor computed"
            )
        rests_on = tuple(certain[label] for label in labels)
        for taken in output["records"]:
            if taken["id"] not in table:
                raise LedgerError(f"{page}, {output['label']}: there is no record {taken['id']}")
            item = Found(page, taken["role"], taken["words"], output, rests_on)
            table[taken["id"]].found.append(item)
    for row in table.values():
        row.check()
    return list(table.values())


def check_complete(table: Iterable[Row]) -> None:
    """Refuse a ledger in which a record has no verdict yet."""
    if waiting := [row.id for row in table if row.verdict == NOT_YET]:
        raise LedgerError(f"no verdict on {', '.join(waiting)}")


NUMBERED = re.compile(r"^\$\$ *\([^)]+\)|^ *:label:|\\tag\{|\\begin\{(equation|align|gather)\}", re.MULTILINE)


def check_numbered(root: Path) -> None:
    """Refuse a numbered equation that is typed into a page: numbers are for outputs, which were checked."""
    for page in notebooks.pages(root):
        source = root / f"{page}.md"
        if source.exists() and (found := NUMBERED.search(source.read_text("utf-8"))):
            raise LedgerError(f"{page}: a numbered equation must come out of a cell, got {found.group()!r}")


def shown(notebook: NotebookNode) -> Iterable[Mapping[str, Any]]:
    """List the evidence that a notebook's outputs carry."""
    for cell in notebook.cells:
        yield from shown_by(cell)


def shown_by(cell: NotebookNode) -> Iterable[Mapping[str, Any]]:
    """List the evidence that one cell's outputs carry."""
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
        **row.record,
        "verdict": row.verdict,
        "evidence": row.kinds,
        "proved_for": proved,
        "page": first.page if first else None,
        "found": [
            {"page": item.page, "role": item.role, "words": item.words, **item.output, "records": None}
            for item in row.found
        ],
    }
