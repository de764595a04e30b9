"""Verdicts: they follow from evidence, and from nothing else."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bptt.book.evidence import MIME
from bptt.site import ledger, ledger_text
from bptt.site.ledger import Found, LedgerError, verdict


def found(role, outcome, words="", rests_on=(), **facts):
    return Found("a/page", role, words, {"outcome": outcome, "label": "x", "tex": "", **facts}, rests_on)


PRINTED_PROVED = found("as printed", "proved")
PRINTED_REFUTED = found("as printed", "refuted")
CORRECTED = found("corrected", "proved")
CONVENTION = [("under", "proved"), ("without", "refuted")]
UNDER, WITHOUT = (found(role, outcome, "c") for role, outcome in CONVENTION)
READINGS = [found("reading", "proved", "a"), found("reading", "refuted", "b")]


EVIDENCE = {
    "none": ([], "not yet"),
    "a definition": ([found("as printed", "defined")], "definition"),
    "printed, proved": ([PRINTED_PROVED], "holds"),
    "printed, computed": ([found("as printed", "computed")], "holds"),
    "defined, then computed": (
        [found("as printed", "defined"), found("as printed", "computed")],
        "holds",
    ),
    "argued": ([found("as printed", "argued")], "answered"),
    "refuted alone": ([PRINTED_REFUTED], "not yet"),
    "refuted and corrected": ([PRINTED_REFUTED, CORRECTED], "wrong"),
    "corrected where nothing conforms": ([found("as printed", "does not conform"), CORRECTED], "wrong"),
    "a correction that is argued": ([PRINTED_REFUTED, found("corrected", "argued")], "not yet"),
    "under a convention alone": ([UNDER], "not yet"),
    "without a convention alone": ([WITHOUT], "not yet"),
    "under and without a convention": ([UNDER, WITHOUT], "holds under a convention"),
    "computed under one, and not conforming without": (
        [found("under", "computed", "c"), found("without", "does not conform", "c")],
        "holds under a convention",
    ),
    "one reading": (READINGS[:1], "not yet"),
    "two readings": (READINGS, "ambiguous"),
    "two readings, one computed and one not conforming": (
        [found("reading", "computed", "a"), found("reading", "does not conform", "b")],
        "ambiguous",
    ),
    "denied and refuted": ([found("denied", "refuted", "denied")], "holds"),
    "three readings": ([found("reading", "proved", "c"), *READINGS], "ambiguous"),
    "two conventions": (
        [found(role, outcome, words) for role, outcome in CONVENTION for words in ("c1", "c2")],
        "holds under a convention",
    ),
}


@pytest.mark.parametrize("case", EVIDENCE)
def test_the_verdict_follows_from_the_evidence(case):
    evidence, expected = EVIDENCE[case]
    assert verdict("S000-01", evidence) == expected


CONTRADICTIONS = {
    "printed, proved and refuted": ([PRINTED_PROVED, PRINTED_REFUTED], "as printed: both proved and refuted"),
    "a correction of what is proved": ([PRINTED_PROVED, CORRECTED], "not refuted as printed"),
    "a correction of nothing": ([CORRECTED], "not refuted as printed"),
    "a correction, proved and refuted": (
        [PRINTED_REFUTED, CORRECTED, found("corrected", "refuted")],
        "corrected: both proved and refuted",
    ),
    "printed and readings": ([PRINTED_PROVED, *READINGS], "exclude each other: as printed, reading"),
    "printed and a convention": (
        [PRINTED_PROVED, UNDER, WITHOUT],
        "exclude each other: as printed, under, w",
    ),
    "corrected and readings": ([CORRECTED, *READINGS], "exclude each other: corrected, reading"),
    "wrong and readings": ([PRINTED_REFUTED, CORRECTED, *READINGS], "exclude each other"),
    "a convention and readings": ([UNDER, WITHOUT, *READINGS], "exclude each other: under, without, reading"),
    "an answer and readings": ([found("as printed", "argued"), *READINGS], "exclude each other"),
    "a convention that is not needed": ([UNDER, found("without", "proved", "c")], "makes no difference"),
    "a convention that does not help": ([found("under", "refuted", "c"), WITHOUT], "makes no difference"),
    "a convention that is defined": ([found("under", "defined", "c"), WITHOUT], "makes no difference"),
    "two conventions": ([UNDER, found("without", "refuted", "d")], "different conventions"),
    "one convention too many": ([UNDER, WITHOUT, found("without", "refuted", "d")], "different conventions"),
    "under one convention, proved and refuted": (
        [UNDER, found("under", "refuted", "c"), WITHOUT],
        "under c: both proved and refuted",
    ),
    "without it, proved and refuted": (
        [UNDER, WITHOUT, found("without", "computed", "c")],
        "without c: both proved and refuted",
    ),
    "denied and proved": ([found("denied", "proved", "denied")], "it was not refuted"),
    "two readings, both proved": (
        [found("reading", "proved", "a"), found("reading", "computed", "b")],
        "all come out the same",
    ),
    "two readings, both refuted": (
        [found("reading", "refuted", "a"), found("reading", "does not conform", "b")],
        "all come out the same",
    ),
    "one reading, proved and refuted": (
        [*READINGS, found("reading", "refuted", "a")],
        "reading a: both proved and refuted",
    ),
    "a reading that is defined": (
        [found("reading", "proved", "a"), found("reading", "defined", "b")],
        "neither proved nor refuted",
    ),
    "a reading that is argued": (
        [found("reading", "argued", "a"), found("reading", "refuted", "b")],
        "neither proved nor refuted",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
@pytest.mark.parametrize("step", [1, -1], ids=["in order", "backwards"])
def test_evidence_that_contradicts_itself_is_refused(case, step):
    evidence, told = CONTRADICTIONS[case]
    if "exclude" in told and step < 0:
        told = "exclude each other"
    with pytest.raises(LedgerError, match=f"S000-01.*{told}"):
        verdict("S000-01", evidence[::step])


def of_outputs(*outputs):
    """The ledger of one page with these outputs, for the first record."""
    taken = [{"id": "S000-01", "role": "as printed", "words": ""}]
    cells = [
        new_code_cell(
            outputs=[new_output("display_data", data={MIME: {"tex": "", "records": taken, **output}})]
        )
        for output in outputs
    ]
    return ledger.rows([{"id": "S000-01", "says": "It is so."}], {"a/page": new_notebook(cells=cells)})


WHY = {"label": "why", "outcome": "argued", "text": "Because.", "by": ["sums", "twelve"]}
SUMS = {"label": "sums", "outcome": "proved", "tex": "a = b", "records": []}
TWELVE = {"label": "twelve", "outcome": "computed", "tex": "12", "records": []}


def test_evidence_is_for_a_record():
    taken = {"id": "S000-02", "role": "as printed", "words": ""}
    with pytest.raises(LedgerError, match="a/page, sums: there is no record S000-02"):
        of_outputs(SUMS | {"records": [taken]})


@pytest.mark.parametrize("outcome", ["", "defined", "refuted", "does not conform", "argued"])
def test_an_answer_rests_on_what_is_proved_or_computed(outcome):
    twelve = [TWELVE | {"outcome": outcome}] if outcome else []
    with pytest.raises(LedgerError, match="a/page, why: it rests on twelve, neither proved nor computed"):
        of_outputs(WHY, SUMS, *twelve)


def test_an_answer_shows_what_it_rests_on_and_where_it_is_argued():
    (row,) = of_outputs(WHY, SUMS, TWELVE)
    assert row.verdict == "answered"
    assert ledger_text.account(row.found[0], row.record)[1] == (
        "As said: **argued** · resting on {eq}`sums`, {ref}`twelve <twelve>` · "
        "{ref}`where it is argued <why>`"
    )


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"proved_for": "all n"}, "for all n"),
        ({"assumes": ["if every denominator is non-zero"]}, "if every denominator is non-zero"),
        (
            {"mutants": {"refuted": 3, "do not conform": 2, "undecided": 0}},
            "slips: 3 refuted, 2 do not conform",
        ),
        ({"mutants": {"do not conform": 1}}, "slips: 1 does not conform"),
        ({"residual": 0.0}, "NumPy exactly"),
        ({"residual": 3.2e-16}, "NumPy within 3e-16"),
        ({"residual": 3e-16, "measured": ["implementation"]}, "NumPy within 3e-16"),
        (
            {"residual": 3e-16, "measured": ["implementation", "complex step"]},
            "NumPy and measured derivative within 3e-16",
        ),
    ],
)
def test_a_row_tells_what_was_found(facts, told):
    item = found("as printed", "proved", **facts)
    assert f" · {told} · " in ledger_text.account(item, FORMULA)[1]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ({"formula": "a"}, "As printed"),
        ({"quote": "a"}, "As said"),
        ({"formula": "a", "from_picture": True}, "As read"),
    ],
)
def test_only_a_formula_in_the_text_is_as_printed(record, said):
    assert ledger_text.taken(PRINTED_PROVED, record) == said
    assert ledger_text.taken(UNDER, record) == "If c"


def test_the_errata_say_what_was_read_off_a_picture():
    assert "Read off a picture, with low confidence" in ledger_text.erratum(
        row(UNDER, from_picture=True, confidence="low")
    )
    assert "Read off a picture" not in ledger_text.erratum(row(UNDER))


def test_the_words_of_the_inventory_stay_and_its_formulas_are_set():
    text = r"It *is* [so] in \eqn?: $W^\top$ or `_`, $a_1$."
    assert ledger_text.escaped(text) == r"It \*is\* \[so\] in \\eqn?: $W^\top$ or \`\_\`, $a_1$."


@pytest.mark.parametrize(
    ("quote", "shown"),
    [
        (r"所有$i,t$ \(S0\`\)", r"所有$i,t$ \(S0\`\)"),
        ("$$y_t$$是, $$\\hat y\\_t$$\n$$o$$", r"$y_t$是, $\hat y_t$ $o$"),
        (r"将\emph{所有}边, {\tt bprop}方法", "将*所有*边, `bprop`方法"),
        (r"将\sec?中 (\eqn?)", r"将`\sec?`中 (`\eqn?`)"),
    ],
)
def test_a_quote_is_written_in_our_markdown(quote, shown):
    assert ledger_text.quoted(quote) == shown


def test_a_document_is_named_as_what_it_is():
    described = {"title": "题", "english": "A title", "kind": "a note", "language": "Chinese"}
    assert ledger_text.title(described) == "**题** (*A title*): a note. In Chinese."
    del described["english"]
    assert ledger_text.title(described) == "**题**: a note. In Chinese."


def test_a_record_shows_what_is_quoted_above_its_translation():
    lines = ledger_text.block(row(found("as printed", "defined"), quote="令{L}=1", translation="let {L}=1"))
    assert "It is so.\n\n> 令{L}=1\n>\n> *In English:* let {L}=1\n\n$$" in lines
    assert ledger_text.quotation({"quote": "So."}) == ["", "> So."]
    assert ledger_text.quotation({}) == []


FORMULA = {"id": "S000-01", "says": "It is so.", "formula": "a = b"}


def row(*evidence, **record):
    return ledger.Row({**FORMULA, **record}, list(evidence))


def proved_on(page, label, tex, role="as printed"):
    return Found(page, role, "", {"outcome": "proved", "label": label, "tex": tex})


def test_a_record_is_dealt_with_on_one_page():
    row(proved_on("a", "x", "a = b"), proved_on("a", "y", "a = b")).check()
    with pytest.raises(LedgerError, match="S000-01: it is dealt with on several pages, a, b"):
        row(proved_on("a", "x", "a = b"), proved_on("b", "y", "a = b")).check()


def test_one_printed_formula_is_one_formula():
    with pytest.raises(LedgerError, match="S000-01: it is one formula, and here it is several: x, y"):
        row(proved_on("a", "x", "a = b"), proved_on("a", "y", "a = c")).check()
    several = row(proved_on("a", "x", "a = b"), proved_on("a", "y", "a = c"))
    several.record = {"id": "S000-01", "says": "It is so."}  # in words, which several formulas may bear out
    several.check()


def test_a_reading_of_a_picture_is_never_wrong():
    refuted = [found("as printed", "refuted"), CORRECTED]
    assert row(*refuted).verdict == "wrong"
    with pytest.raises(LedgerError, match="S000-01: the document shows a picture"):
        row(*refuted, from_picture=True, confidence="low").verdict  # noqa: B018


def test_a_record_without_a_verdict_is_named():
    ledger.check_complete([row(PRINTED_PROVED)])
    with pytest.raises(LedgerError, match=r"no verdict on S000-01$"):
        ledger.check_complete([row(PRINTED_PROVED, id="S000-02"), row()])


@pytest.mark.parametrize(
    "typed",
    ["$$\na = b\n$$ (by-hand)", "```{math}\n:label: by-hand\na = b\n```", "$$a = b \\tag{1}$$"],
)
def test_a_number_is_for_what_was_checked(tmp_path, typed):
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "index.md").write_text("# A page\n\n$$\na = b\n$$\n")
    ledger.check_numbered(tmp_path)
    (tmp_path / "index.md").write_text(f"# A page\n\n{typed}\n")
    with pytest.raises(LedgerError, match="index: a numbered equation must come out of a cell"):
        ledger.check_numbered(tmp_path)
