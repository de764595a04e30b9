"""What the build writes between the cells of a page, the formula sheet, and where a formula may break."""

import pytest
from docutils import nodes
from docutils.utils import new_document
from nbformat.v4 import new_code_cell, new_notebook, new_output

from bptt.book.evidence import MIME
from bptt.site import ledger_text
from bptt.site.folds import FoldCode, is_folded
from bptt.site.katex import KeepMarks, lines_of, shaped, spaced
from bptt.site.ledger import Found, Row
from bptt.site.reading import HEADING, Languages, of_pages

DOCUMENT = {"title": "题", "english": "A title", "kind": "a note", "language": "Chinese"}


def output(outcome, label, **facts):
    return {"outcome": outcome, "label": label, "tex": "a = b", **facts}


def row(name, *found, page="a/page", **record):
    return Row({"id": name, "says": "It is so.", **record}, [Found(page, *item) for item in found])


HOLDS = row("S001-01", ("as printed", "", output("proved", "above")), formula="x = 1")
WRONG = row(
    "S001-02",
    ("as printed", "", output("refuted", "not-so")),
    ("corrected", "", output("proved", "mended")),
    formula="x = 2",
)
WORDS = row("S001-03", ("as printed", "", output("proved", "words")), quote="原文", translation="words")
ASKED = row("S001-04", ("as printed", "", output("argued", "why", text="So.")), quote="为什么")
REAL = "w is real"
LAST = row(
    "S001-05",
    ("under", REAL, output("proved", "last")),
    ("without", REAL, output("refuted", "last-not")),
    formula="x = 5",
)
ELSEWHERE = row("S001-06", ("as printed", "", output("proved", "far")), page="another/page")

TEXTS = [
    "# A page\n\n",
    "all sizes\n\n",
    f"text\n\n{HEADING}\nThey say:\n\n",
    "and\n\n",
    "so\n\n",
    "## More\n",
]
SETTLED = [["S001-01"], [], ["S001-02"], ["S001-02", "S001-03"], ["S001-04"]]


def cell_that_settles(names):
    shown = {"records": [{"id": name} for name in names]}
    return new_code_cell(outputs=[new_output("display_data", {MIME: shown})])


def of_page(page, rows):
    notebook = new_notebook(cells=[cell_that_settles(names) for names in SETTLED])
    return of_pages(rows, {"001": DOCUMENT}, {page: notebook})[page]


@pytest.fixture
def written():
    rows = (HOLDS, WRONG, WORDS, ASKED, LAST, ELSEWHERE)
    return of_page("a/page", rows).annotated(TEXTS)


def test_a_record_stands_before_the_cell_that_settles_it_with_its_formula_and_its_mark(written):
    assert written[:2] == TEXTS[:2]
    before = written[2]
    assert "**题** (*A title*): a note. In Chinese." in before
    assert "**✗ does not hold** · It is so.\n\n$$\nx = 2\n$$" in before
    assert "What holds instead, {eq}`mended`:\n\n$$\na = b\n$$" in before
    assert "**✓ holds** · It is so.\n\n> 原文\n>\n> *In English:* words" in written[3]


def test_a_record_stands_once_and_in_the_order_of_the_document(written):
    text = "".join(written)
    found = [text.count(f"<ledger-s001-0{n}>") for n in range(1, 7)]
    assert found == [1, 1, 1, 0, 1, 0]  # an answer shows its question itself
    places = [text.index(f"<ledger-s001-0{n}>") for n in (1, 2, 3, 5)]
    assert places == sorted(places)


def test_a_short_formula_that_only_defines_stands_in_the_line():
    rows = [
        row("S001-02", ("as printed", "", output("defined", "short")), formula="x = 2"),
        row("S001-03", ("as printed", "", output("defined", "long")), formula="x = 2" + " + 2" * 20),
    ]
    text = "".join(of_page("a/page", rows).annotated(TEXTS))
    assert "**defined** · It is so. $x = 2$\n" in text
    assert "**defined** · It is so.\n\n$$\nx = 2 + 2" in text


def test_what_is_settled_elsewhere_on_the_page_is_linked_in_its_place(written):
    assert "x = 1\n$$\n\nSettled above: {eq}`above`.\n::::" in written[2]
    assert written[2].index("x = 1") < written[2].index("x = 2")
    assert (
        "**✓ holds** if w is real · It is so.\n\n$$\nx = 5\n$$\n\nSettled above: {eq}`last`, " in written[5]
    )
    assert written[5].endswith("## More\n")


def test_a_page_without_that_section_or_without_records_stays_as_it_is():
    assert of_page("a/page", ()).annotated(TEXTS) == TEXTS
    assert of_page("a/page", (HOLDS,)).annotated(["a", "b"]) == ["a", "b"]


def test_the_sheet_shows_what_was_proved_and_where():
    proved = output("proved", "mended", proved_for="all sizes $n$", assumes=["given $c$"])
    assert ledger_text.result("By the bias", proved) == [
        ":::{container} result",
        "",
        "$$",
        "a = b",
        "$$",
        "",
        "By the bias {eq}`mended`: for all sizes $n$, given $c$.",
        ":::",
        "",
    ]


@pytest.mark.parametrize(
    ("latex", "lines"),
    [
        ("a = b", ["a = b"]),
        (r"\begin{aligned}&a \\ &= b\end{aligned}", ["a", "= b"]),
        (r"\begin{aligned}a &= b &&\text{as {it} is} \\ &= c\end{aligned}", None),
        (r"\begin{aligned}&\begin{pmatrix}1 & 2 \\ 3 & 4\end{pmatrix} \\ &= \{c\}\end{aligned}", None),
        (r"x = \begin{aligned}a \\ b\end{aligned}", [r"x = \begin{aligned}a \\ b\end{aligned}"]),
    ],
    ids=["one", "two", "reasons", "a matrix", "a part"],
)
def test_aligned_lines_are_taken_apart_and_nothing_else_is(latex, lines):
    wanted = {
        "reasons": [
            r"a \allowbreak{}\quad = b \allowbreak{}\quad \allowbreak{}\quad \text{as {it} is}",
            "= c",
        ],
        "matrix": [r"\begin{pmatrix}1 & 2 \\ 3 & 4\end{pmatrix}", r"= \{c\}"],
    }
    lines = lines or wanted["reasons" if "text" in latex else "matrix"]
    assert lines_of(latex) == lines


def test_a_shape_below_a_symbol_is_marked():
    assert shaped(r"\underset{n}{h}") == r"\shape{n}{h}"


@pytest.mark.parametrize(
    ("tex", "stretched"),
    [
        (r"\begin{bmatrix} \frac{1}{2} \end{bmatrix}", True),
        (r"\left[\begin{matrix} 1 \\ \frac{1}{2} \end{matrix}\right]", True),
        (r"\begin{bmatrix} 1 \end{bmatrix}", False),
        (r"\frac{\partial L}{\partial A} = G", False),
        (r"\frac{\partial L}{\partial A} = \begin{bmatrix} 1 \end{bmatrix}", False),
    ],
)
def test_the_rows_of_a_matrix_of_fractions_do_not_touch(tex, stretched):
    assert spaced(tex) == (r"\def\arraystretch{1.5}" if stretched else "") + tex


@pytest.mark.parametrize(
    ("tex", "kept"),
    [
        (r"[y = j] p_j = [y \ne j]", r"{[y = j]} p_j = {[y \ne j]}"),
        (r"\left[y = j\right]_i", r"\left[y = j\right]_i"),
        ("[x_i = j + 1]", "[x_i = j + 1]"),
    ],
    ids=["cases", "a bracket that grows", "more than a name"],
)
def test_a_case_is_kept_on_one_line(tex, kept):
    assert spaced(tex) == kept


@pytest.mark.parametrize(
    ("text", "after", "rest"),
    [
        (". So", ".", " So"),
        ("), and", "),", " and"),
        (".", ".", ""),
        (" is", None, " is"),
        (".5", None, ".5"),
        ("-th, and", "-th,", " and"),
        ("’s", "’s", ""),
        ("-the", None, "-the"),
    ],
)
def test_a_mark_stays_with_the_formula_before_it(text, after, rest):
    document = new_document("page")
    formula = nodes.math("", "x")
    document += nodes.paragraph("", "", formula, nodes.Text(text))
    KeepMarks(document).run()
    assert formula.get("after") == after
    assert formula.parent.astext() == f"x{rest}"


def test_chinese_and_korean_words_bear_their_language_and_code_is_left_alone():
    document = new_document("page")
    document += nodes.paragraph("", "", nodes.Text("Of 时间步（t）: 시간 단계, in English."))
    document += nodes.literal_block("", "时间")
    Languages(document).run()
    spans = [(span["classes"], span.astext()) for span in document.findall(nodes.inline)]
    zh, ko = ["language-zh"], ["language-ko"]
    assert spans == [(zh, "时间步（"), (zh, "）"), (ko, "시간 단계")]
    assert document.astext() == "Of 时间步（t）: 시간 단계, in English.\n\n时间"


def test_what_is_folded_is_named():
    document = new_document("page")
    for mode in ("input", "output"):
        document += nodes.container(
            nb_element="cell_code",
            hide_mode=mode,
            prompt_show="Show the result",
            prompt_hide="Hide the result",
        )
    FoldCode(document).run()
    assert [cell["prompt_show"] for cell in document.children] == ["Code", "Show the result"]


def test_folds_that_follow_each_other_are_one():
    document = new_document("page")
    for text in ("one", "two", "shown", "three"):
        cell = nodes.container(nb_element="cell_code")
        cell += nodes.container("", nodes.literal_block("", text), nb_element="cell_code_source")
        if text == "shown":
            cell += nodes.container("", nodes.paragraph("", text))
        document += cell
    FoldCode(document).run()
    assert [cell.astext() for cell in document.children] == ["one\n\ntwo", "shown\n\nshown", "three"]
    assert [len(cell[0].children) for cell in document.children if is_folded(cell)] == [2, 1]


def test_a_mark_that_opens_stays_with_the_formula_after_it():
    document = new_document("page")
    formula = nodes.math("", "x")
    document += nodes.paragraph("", "", nodes.Text("a (“"), formula, nodes.Text("”) is"))
    KeepMarks(document).run()
    assert (formula["before"], formula["after"]) == ("(“", "”)")
    assert formula.parent.astext() == "a x is"


def test_a_mark_is_taken_from_where_it_stands():
    document = new_document("")
    word, formula = nodes.emphasis("", "word"), nodes.math("", "x")
    document += nodes.paragraph("", "", word, nodes.Text("."), formula, nodes.Text("."))
    KeepMarks(document).run()
    assert [child.astext() for child in formula.parent] == ["word", ".", "x", ""]
