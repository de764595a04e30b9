"""The ledger: a verdict follows from evidence, and from nothing else."""

import json
import re

import pytest
from chapter import CHAPTERS, ROOT, code_cells, run
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bptt.book import ledger
from bptt.book.evidence import MIME
from bptt.book.ledger import Found, LedgerError, verdict


def found(role, outcome, words=""):
    return Found("a/page", role, words, {"outcome": outcome, "label": "x", "tex": ""})


PRINTED_PROVED = found("as printed", "proved")
PRINTED_REFUTED = found("as printed", "refuted")
CORRECTED = found("corrected", "proved")


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ([], "not yet"),
        ([found("as printed", "defined")], "definition"),
        ([PRINTED_PROVED], "holds"),
        ([found("as printed", "computed")], "holds"),
        ([found("as printed", "defined"), found("as printed", "computed")], "holds"),
        ([found("as printed", "argued")], "answered"),
        ([PRINTED_REFUTED], "not yet"),
        ([PRINTED_REFUTED, CORRECTED], "wrong"),
        ([found("as printed", "does not conform"), CORRECTED], "wrong"),
        ([PRINTED_REFUTED, found("corrected", "argued")], "not yet"),
        ([found("under", "proved", "c")], "not yet"),
        ([found("without", "refuted", "c")], "not yet"),
        ([found("under", "proved", "c"), found("without", "refuted", "c")], "holds under a convention"),
        (
            [found("under", "computed", "c"), found("without", "does not conform", "c")],
            "holds under a convention",
        ),
        ([found("reading", "proved", "a")], "not yet"),
        ([found("reading", "proved", "a"), found("reading", "refuted", "b")], "ambiguous"),
    ],
)
def test_the_verdict_follows_from_the_evidence(evidence, expected):
    assert verdict("S000-01", evidence) == expected


@pytest.mark.parametrize(
    "evidence",
    [
        [PRINTED_PROVED, PRINTED_REFUTED],
        [PRINTED_PROVED, CORRECTED],
        [CORRECTED],
        [found("under", "proved", "c"), found("without", "proved", "c")],
        [found("under", "refuted", "c"), found("without", "refuted", "c")],
        [found("reading", "proved", "a"), found("reading", "computed", "b")],
    ],
)
def test_evidence_that_contradicts_itself_is_refused(evidence):
    with pytest.raises(LedgerError):
        verdict("S000-01", evidence)


def notebook(cells):
    """The notebook that these cells would make, with the evidence of what they show."""
    bundles = [value._repr_mimebundle_() for value in run(cells) if hasattr(value, "_repr_mimebundle_")]
    outputs = [new_output("execute_result", data=bundle) for bundle in bundles]
    return new_notebook(cells=[new_code_cell(outputs=[output]) for output in outputs])


@pytest.fixture(scope="module")
def notebooks():
    return {page: notebook(code_cells(page)) for page in CHAPTERS}


@pytest.fixture(scope="module")
def table(notebooks):
    return ledger.rows(ledger.inventory(ROOT), notebooks)


STILL_TO_DO = {"000": 0, "001": 47, "002": 27, "003": 49, "004": 37}  # counts down, chapter by chapter


def test_the_ledger_counts_down(table):
    waiting = [row.id for row in table if row.verdict == ledger.NOT_YET]
    assert {number: sum(name[1:4] == number for name in waiting) for number in STILL_TO_DO} == STILL_TO_DO


def test_every_row_of_document_000_rests_on_something_that_was_run(table):
    for row in table:
        if row.id.startswith("S000"):
            assert row.found, row.id
            assert row.kinds, row.id
    argued = [row.id for row in table if row.kinds == ["argued"]]
    assert argued == ["S000-01", "S000-14"]


def test_the_verdicts_on_document_000(table):
    verdicts = {row.id: row.verdict for row in table}
    assert verdicts["S000-10"] == "holds"
    assert verdicts["S000-13"] == "holds under a convention"
    assert verdicts["S000-18"] == "holds under a convention"
    assert verdicts["S000-19"] == verdicts["S000-20"] == "ambiguous"
    assert verdicts["S000-23"] == "holds"


@pytest.mark.parametrize("id_", [f"S000-{n:02}" for n in range(1, 24)])
def test_no_evidence_no_verdict(id_, notebooks):
    """Take the outputs about one record away: its verdict goes too."""
    poorer = {
        page: new_notebook(cells=[cell for cell in book.cells if id_ not in str(cell.outputs[0].data[MIME])])
        for page, book in notebooks.items()
    }
    row = next(row for row in ledger.rows(ledger.inventory(ROOT), poorer) if row.id == id_)
    assert row.verdict == ledger.NOT_YET


def test_evidence_for_no_record_is_refused(notebooks):
    records = [record for record in ledger.inventory(ROOT) if record["id"] != "S000-23"]
    with pytest.raises(LedgerError, match="chain-rule, vjp-left: there is no record S000-23"):
        ledger.rows(records, notebooks)


def test_every_label_is_used_once(notebooks):
    labels = [output["label"] for book in notebooks.values() for output in ledger.shown(book)]
    assert sorted(labels) == sorted(set(labels))


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
    text = ledger.document(table, "000")
    for row in table:
        if row.id.startswith("S000") and "formula" in row.record:
            assert row.record["formula"] in text
    assert "{eq}`vjp-left`" in text
    assert len(re.findall(r"^\(ledger-s000-", text, flags=re.M)) == 23


def test_the_summary_adds_up(table):
    lines = [line.split("|")[1:-1] for line in ledger.summary(table).splitlines()]
    counts = {line[0].strip(): [int(cell) for cell in line[1:]] for line in lines[2:]}
    each = [counts[name] for name in (*ledger.VERDICTS, ledger.NOT_YET)]
    assert [sum(column) for column in zip(*each, strict=True)] == counts["all"]
    assert counts["all"][-1] == 183
