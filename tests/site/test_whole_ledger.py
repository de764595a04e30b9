"""The ledger of the whole book, from the outputs of its notebooks as they were executed."""

import json
import re
from collections import Counter
from copy import deepcopy
from pathlib import Path

import pytest

from bptt.site import ledger, ledger_text, notebooks

ROOT = Path(__file__).parents[2]

# What is not mathematics, or asks; each rests on equations that are proved.
ARGUED = [
    "S000-01",
    "S000-14",
    "S001-00",
    "S001-01",
    "S001-02",
    "S001-06",
    "S001-20",
    "S001-21",
    "S001-24",
    "S002-01",
    "S002-09",
    "S002-15",
    "S002-23",
    "S002-27",
    "S003-09",
    "S003-12",
    "S004-01",
    "S004-09a",
]


@pytest.fixture(scope="module")
def executed(html):
    return notebooks.outputs(html.parents[1])


@pytest.fixture(scope="module")
def table(executed):
    return ledger.rows(ledger.inventory(ROOT), executed)


def test_every_record_has_a_verdict(table):
    assert len(table) == 192
    ledger.check_complete(table)


def test_every_row_rests_on_something_that_was_run(table):
    assert all(row.kinds and row.found for row in table)
    assert [row.id for row in table if row.kinds == ["argued"]] == ARGUED


def test_every_record_belongs_to_one_chapter(table):
    for row in table:
        assert len({item.page for item in row.found}) == 1, row.id


def test_every_question_is_answered(table):
    """In words, by a proof, or by the readings between which the reader asks."""
    questions = [row for row in table if row.record["kind"] == "question"]
    assert len(questions) >= 5
    assert {row.verdict for row in questions} == {"answered"}


def test_an_answer_stands_by_itself_in_two_sentences(table):
    answers = {
        item.output["label"]: item.output["text"]
        for row in table
        for item in row.found
        if "text" in item.output
    }
    assert len(answers) == len(ARGUED)
    for label, text in answers.items():
        assert not re.match(r"(Yes|No|In part)\b", text), label
        assert len(re.findall(r"[.?!](?= [A-Z$]|$)", text)) <= 2, label


def test_the_doubts_of_a_document_are_its_questions_with_their_answers(table):
    for number in ("001", "002", "003"):
        text = ledger_text.about(table, f"doubts {number}")
        asked = [row for row in table if row.document == number and row.record["kind"] == "question"]
        assert re.findall(r"^\{ref\}`(S[^ ]+) <.* · \{doc\}", text, flags=re.M) == [row.id for row in asked]
        for row in asked:
            assert text.index(ledger_text.quoted(row.record["quote"])) < text.index(
                row.found[0].output["text"]
            )


def test_no_reading_of_a_picture_is_called_wrong(table):
    pictures = Counter(row.verdict for row in table if row.record.get("from_picture"))
    assert pictures.total() > 10
    assert "wrong" not in pictures


def test_every_label_is_used_once(executed):
    labels = [output["label"] for book in executed.values() for output in ledger.shown(book)]
    assert len(labels) > 300
    assert sorted(labels) == sorted(set(labels))


# ---- part of the book, in which most records have no verdict

# A document that is dealt with whole, and a record that is wrong.
SOME = ("chapters/products/gradient", "chapters/products/chain-rule", "chapters/through-time/state-recursion")


@pytest.fixture(scope="module")
def some(executed):
    return {page: executed[page] for page in SOME}


@pytest.fixture(scope="module")
def partial(some):
    return ledger.rows(ledger.inventory(ROOT), some)


def test_the_verdicts_on_document_000(partial):
    verdicts = {row.id: row.verdict for row in partial}
    assert verdicts["S000-10"] == "holds"
    assert verdicts["S000-13"] == "holds"  # under the convention that the document states itself
    ambiguous = ("S000-17", "S000-18", "S000-19", "S000-20", "S000-23")
    assert {verdicts[record] for record in ambiguous} == {"ambiguous"}


def test_no_evidence_no_verdict(partial, some):
    """Let no output be about a record: its verdict goes, and no other."""
    verdicts = {row.id: row.verdict for row in partial}
    for gone in [row.id for row in partial if row.verdict != ledger.NOT_YET][::10]:
        poorer = deepcopy(some)
        for output in (output for book in poorer.values() for output in ledger.shown(book)):
            output["records"] = [taken for taken in output["records"] if taken["id"] != gone]
        rest = {row.id: row.verdict for row in ledger.rows(ledger.inventory(ROOT), poorer)}
        assert rest == verdicts | {gone: ledger.NOT_YET}


def test_the_ledger_for_programs_has_every_record(partial):
    entries = json.loads(ledger.as_json(partial))
    assert len(entries) == 192
    for entry, record in zip(entries, ledger.inventory(ROOT), strict=True):
        assert entry.items() >= record.items()
        assert {"verdict", "evidence", "proved_for", "page"} <= set(entry)
    last = next(entry for entry in entries if entry["id"] == "S000-23")
    assert (last["verdict"], last["page"]) == ("ambiguous", "chapters/products/chain-rule")
    assert set(last["evidence"]) == {"proved", "run"}
    assert last["proved_for"].startswith("all ")


def test_a_row_shows_the_formula_as_printed_beside_the_one_that_was_checked(partial):
    text = ledger_text.document(partial, "000")
    for row in partial:
        if row.id.startswith("S000") and "formula" in row.record:
            assert row.record["formula"] in text
    assert "{eq}`vjp-left`" in text
    assert len(re.findall(r"^\(ledger-s000-", text, flags=re.M)) == 23


def test_the_summary_adds_up(partial):
    lines = [line.split("|")[1:-1] for line in ledger_text.summary(partial).splitlines()]
    counts = {line[0].strip(): [int(cell) for cell in line[1:]] for line in lines[2:]}
    each = [counts[name] for name in (*ledger.VERDICTS, ledger.NOT_YET)]
    assert [sum(column) for column in zip(*each, strict=True)] == counts["all"]
    assert counts["all"][-1] == 192


def test_the_index_has_a_row_for_each_record_with_its_verdict_and_its_page(partial):
    head, _, *lines = [line.split("|")[1:-1] for line in ledger_text.index(partial).splitlines()]
    assert [cell.strip() for cell in head] == ["record", "what it says", "verdict", "document", "settled in"]
    assert len(lines) == 192
    cells = {row.id: [cell.strip() for cell in line] for row, line in zip(partial, lines, strict=True)}
    for row in partial:
        assert cells[row.id][0] == f"{{ref}}`{row.id} <ledger-{row.id.lower()}>`"
        assert cells[row.id][1] == ledger_text.escaped(row.record["says"])
        assert cells[row.id][2] == row.verdict
        assert (cells[row.id][4] == "—") == (row.verdict == ledger.NOT_YET)
    assert cells["S000-23"][3:] == [
        "{ref}`000 <ledger-000>`",
        "{doc}`products: chain rule </chapters/products/chain-rule>`",
    ]


def test_a_list_of_something_else_is_refused(partial):
    with pytest.raises(ValueError, match=r"ledger: expected a document or one of definition, .* got '005'"):
        ledger_text.about(partial, "005")


def test_the_errata_tell_what_was_refuted_and_what_holds_instead(partial):
    text = ledger_text.about(partial, "wrong")
    wrong = [row for row in partial if row.verdict == "wrong"]
    assert wrong
    for item in wrong:
        part = text[text.index(f"`{item.id} <") :]
        assert "- As printed: " in part
        assert re.search(r"^- Corrected: proved · .*\n  \n  \$\$$", part, flags=re.M)
    assert "- As printed: does not conform, `g[t+1] @ diag(1 - h[t+1]**2): g[t+1] is n×1" in text
    assert ledger_text.about([], "ambiguous") == "None."
