"""The ledger: what the chapters show of the records, and how it is told."""

import json
import re
from copy import deepcopy

import pytest
from chapter import ROOT, shown
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bptt.site import ledger, ledger_text
from bptt.site.ledger import LedgerError

# A document that is dealt with whole, and a record that is wrong; tests/test_whole_ledger.py has all of them.
SOME = ("chapters/products/gradient", "chapters/products/chain-rule", "chapters/through-time/state-recursion")


def notebook(page):
    """The notebook that a chapter makes, with the evidence of what its cells show."""
    bundles = [value._repr_mimebundle_() for value in shown(page) if hasattr(value, "_repr_mimebundle_")]
    outputs = [new_output("execute_result", data=bundle) for bundle in bundles]
    return new_notebook(cells=[new_code_cell(outputs=[output]) for output in outputs])


@pytest.fixture(scope="module")
def notebooks():
    return {page: notebook(page) for page in SOME}


@pytest.fixture(scope="module")
def table(notebooks):
    return ledger.rows(ledger.inventory(ROOT), notebooks)


def test_the_verdicts_on_document_000(table):
    verdicts = {row.id: row.verdict for row in table}
    assert verdicts["S000-10"] == "holds"
    assert verdicts["S000-13"] == "holds under a convention"
    assert verdicts["S000-18"] == "holds under a convention"
    assert verdicts["S000-19"] == verdicts["S000-20"] == "ambiguous"
    assert verdicts["S000-23"] == "holds"


def test_no_evidence_no_verdict(table, notebooks):
    """Let no output be about a record: its verdict goes, and no other."""
    verdicts = {row.id: row.verdict for row in table}
    for gone in [row.id for row in table if row.verdict != ledger.NOT_YET][::10]:
        poorer = deepcopy(notebooks)
        for output in (output for book in poorer.values() for output in ledger.shown(book)):
            output["records"] = [taken for taken in output["records"] if taken["id"] != gone]
        rest = {row.id: row.verdict for row in ledger.rows(ledger.inventory(ROOT), poorer)}
        assert rest == verdicts | {gone: ledger.NOT_YET}


def test_evidence_for_no_record_is_refused(notebooks):
    records = [record for record in ledger.inventory(ROOT) if record["id"] != "S000-23"]
    with pytest.raises(LedgerError, match=r"chain-rule, .*: there is no record S000-23"):
        ledger.rows(records, notebooks)


def test_the_ledger_for_programs_has_every_record(table):
    entries = json.loads(ledger.as_json(table))
    assert len(entries) == 183
    for entry in entries:
        assert {"id", "verdict", "evidence", "proved_for", "page"} <= set(entry)
    last = next(entry for entry in entries if entry["id"] == "S000-23")
    assert (last["verdict"], last["page"]) == ("holds", "chapters/products/chain-rule")
    assert set(last["evidence"]) == {"proved", "run"}
    assert last["proved_for"].startswith("all ")


def test_a_row_shows_the_formula_as_printed_beside_the_one_that_was_checked(table):
    text = ledger_text.document(table, "000")
    for row in table:
        if row.id.startswith("S000") and "formula" in row.record:
            assert row.record["formula"] in text
    assert "{eq}`vjp-left`" in text
    assert len(re.findall(r"^\(ledger-s000-", text, flags=re.M)) == 23


def test_the_summary_adds_up(table):
    lines = [line.split("|")[1:-1] for line in ledger_text.summary(table).splitlines()]
    counts = {line[0].strip(): [int(cell) for cell in line[1:]] for line in lines[2:]}
    each = [counts[name] for name in (*ledger.VERDICTS, ledger.NOT_YET)]
    assert [sum(column) for column in zip(*each, strict=True)] == counts["all"]
    assert counts["all"][-1] == 183


def test_the_index_has_a_row_for_each_record_with_its_verdict_and_its_page(table):
    head, _, *lines = [line.split("|")[1:-1] for line in ledger_text.index(table).splitlines()]
    assert [cell.strip() for cell in head] == ["record", "verdict", "document", "settled in"]
    assert len(lines) == 183
    cells = {row.id: [cell.strip() for cell in line] for row, line in zip(table, lines, strict=True)}
    for row in table:
        assert cells[row.id][0] == f"{{ref}}`{row.id} <ledger-{row.id.lower()}>`"
        assert cells[row.id][1] == row.verdict
        assert (cells[row.id][3] == "—") == (row.verdict == ledger.NOT_YET)
    assert cells["S000-23"][2:] == [
        "{ref}`000 <ledger-000>`",
        "{doc}`products: chain rule </chapters/products/chain-rule>`",
    ]


def test_the_errata_tell_what_was_refuted_and_what_holds_instead(table):
    text = ledger_text.about(table, "wrong")
    wrong = [row for row in table if row.verdict == "wrong"]
    assert wrong
    for item in wrong:
        part = text[text.index(f"`{item.id} <") :]
        assert "- As printed: " in part
        assert re.search(r"^- Corrected: proved · .*\n  \n  \$\$$", part, flags=re.M)
    assert "- As printed: does not conform, `g[t+1] @ diag(1 - h[t+1]**2): g[t+1] is n×1" in text
    assert ledger_text.about([], "ambiguous") == "None."


def test_a_list_of_something_else_is_refused(table):
    with pytest.raises(ValueError, match=r"ledger: expected a document or one of definition, .* got '005'"):
        ledger_text.about(table, "005")
