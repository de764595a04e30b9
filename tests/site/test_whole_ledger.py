"""The ledger of the whole book, from the outputs of its notebooks as they were executed."""

from collections import Counter
from pathlib import Path

import pytest

from bptt.site import ledger, notebooks

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

# What is not mathematics, or asks; each rests on equations that are proved.
ARGUED = [
    "S000-01",
    "S000-14",
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
]


@pytest.fixture(scope="module")
def executed():
    assert not notebooks.execute(ROOT)  # which does nothing where the book has been built
    return notebooks.outputs(ROOT)


@pytest.fixture(scope="module")
def table(executed):
    return ledger.rows(ledger.inventory(ROOT), executed)


def test_every_record_has_a_verdict(table):
    assert len(table) == 183
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


def test_no_reading_of_a_picture_is_called_wrong(table):
    pictures = Counter(row.verdict for row in table if row.record.get("from_picture"))
    assert pictures.total() > 10
    assert "wrong" not in pictures


def test_every_label_is_used_once(executed):
    labels = [output["label"] for book in executed.values() for output in ledger.shown(book)]
    assert len(labels) > 300
    assert sorted(labels) == sorted(set(labels))
