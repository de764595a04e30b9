"""The files of the built site, and each check seen to object to one that is wrong."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from markup import (
    CHECKS,
    broken_links,
    foreign_loads,
    heavy_scripts,
    unset_formulas,
    unspoken_images,
    wordless_headers,
)
from search import searched

from bptt.site import extension, notebooks

ROOT = Path(__file__).parents[2]


# ---- the book, as `make book` built it


def test_every_page_of_the_contents_is_in_the_site(html: Path) -> None:
    assert notebooks.pages(ROOT)
    assert extension.missing_pages(ROOT, html) == []


@pytest.mark.parametrize("check", CHECKS)
def test_nothing_is_held_against_the_book(check, html: Path) -> None:
    assert check(html) == []


@pytest.mark.parametrize(
    ("query", "leads"),
    [
        ("S001-18", "chapters/ledger/document-001#ledger-s001-18"),
        ("s000-23", "chapters/ledger/document-000#ledger-s000-23"),
        ("g_o", "chapters/notation#symbol-g-o-t"),
        ("cotangent", "chapters/notation"),
        ("telescoping", "chapters/trust"),
        ("sum_over_copies", "chapters/package#bptt.numeric.sum_over_copies"),
    ],
)
def test_the_search_of_the_book_finds(html: Path, query: str, leads: str) -> None:
    found = searched(html, query)
    assert leads in found
    assert "#" not in leads or found[0] == leads


def test_a_function_of_the_package_leads_to_the_equations_that_prove_it(html: Path) -> None:
    page = BeautifulSoup((html / "chapters/package.html").read_text("utf-8"), "html.parser")
    entry = page.find(id="bptt.numeric.backward").parent
    links = {str(link["href"]) for link in entry.select("dd a[href]")}
    assert {
        "through-time/state-recursion.html#equation-state-recursion",
        "ledger/document-001.html#ledger-s001-14",
        "references.html#reference-werbos1990",
        "#bptt.numeric.forward",
    } <= links


def test_the_index_of_the_ledger_has_every_record(html: Path) -> None:
    page = (html / "chapters/ledger/index.html").read_text("utf-8")
    listed = re.findall(r"(document-\d+\.html#ledger-s\d+-\w+)", page[page.index("ledger-index") :])
    assert len(listed) == len(set(listed)) == 192


# ---- each check seen to object


@pytest.mark.parametrize(
    "text",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/x.css">',
        '<img src="http://images.example/x.png">',
        '<p style="background: url(https://images.example/x.png)">',
    ],
)
def test_a_foreign_load_is_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.html").write_text(f'<a href="https://example.org">allowed</a>{text}')
    assert len(foreign_loads(tmp_path)) == 1


def test_a_foreign_load_in_a_style_sheet_is_found(tmp_path: Path) -> None:
    (tmp_path / "x.css").write_text('@import "https://fonts.example/x.css"; p { background: url(local.png) }')
    assert len(foreign_loads(tmp_path)) == 1


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ('<a href="gone.html">', "gone.html"),
        ('<a href="#nowhere">', "#nowhere"),
        ('<a href="page.html#nowhere">', "page.html#nowhere"),
        ('<a href="gone.ipynb" download>', "gone.ipynb"),
        ('<a href="folder/">', "folder/"),
        ('<a href="../outside.html">', "../outside.html"),
        ('<img src="gone.svg">', "gone.svg"),
        ('<img src="page.html" srcset="page.html 1x, gone.svg 2x">', "gone.svg"),
        ('<p style="background: url(gone.svg)">', "gone.svg"),
    ],
)
def test_a_broken_link_is_found(tmp_path: Path, text: str, link: str) -> None:
    (tmp_path / "outside.html").touch()
    (tmp_path / "site/folder").mkdir(parents=True)
    page = tmp_path / "site/page.html"
    page.write_text(f'<p id="here"><a href="#here">good</a><a href="page.html#here">good</a>{text}')
    assert broken_links(tmp_path / "site") == [f"page.html: {link}"]


def test_a_broken_link_in_a_style_sheet_is_found(tmp_path: Path) -> None:
    (tmp_path / "font.woff2").touch()
    (tmp_path / "x.css").write_text("@font-face { src: url(font.woff2), url(gone.woff2) }")
    assert broken_links(tmp_path) == ["x.css: gone.woff2"]


@pytest.mark.parametrize("script", ["_static/scripts/fontawesome.js?digest=1", "../searchindex.js"])
def test_a_heavy_script_is_found(tmp_path: Path, script: str) -> None:
    for name in ("page", "search"):
        (tmp_path / f"{name}.html").write_text(f'<script src="{script}"></script>')
    assert heavy_scripts(tmp_path) == [f"page.html: {script}"]


@pytest.mark.parametrize("text", ['<span class="katex-error">x</span>', "<p>\\(x\\)</p>"])
def test_an_unset_formula_is_found(tmp_path: Path, text: str) -> None:
    (tmp_path / "page.html").write_text(f"<pre>\\(fine here\\)</pre>{text}")
    assert len(unset_formulas(tmp_path)) == 1


@pytest.mark.parametrize(
    "image",
    [
        '<img src="a.svg">',
        '<img src="a.svg" alt="">',
        '<img src="a.svg" alt="a.svg">',
        '<img src="a.svg" alt="../../_images/the_graph_of_a_step.svg">',
        '<img src="a.svg" alt="the file _images/the_graph_of_a_step.svg">',
        '<img src="a.svg" alt="a graph">',
        '<img src="a.svg" alt="1 2 3 4 5">',
    ],
)
def test_an_image_that_says_nothing_is_found(tmp_path: Path, image: str) -> None:
    good = '<img src="b.svg" alt="Three grids: A with four rows.">'
    (tmp_path / "page.html").write_text(good + image)
    assert len(unspoken_images(tmp_path)) == 1


@pytest.mark.parametrize("header", ['<span class="math"><span class="katex">x</span></span>', "", "—"])
def test_a_header_without_words_is_found(tmp_path: Path, header: str) -> None:
    formula = '<span class="math"><span class="katex">x</span></span>'
    (tmp_path / "page.html").write_text(
        f"<th>at {formula}</th><th>007</th><th>{header}</th><td>{formula}</td>"
    )
    assert len(wordless_headers(tmp_path)) == 1
