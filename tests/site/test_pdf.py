"""The book on paper: how its pages are joined, what is said without a browser, and what the PDF holds."""

import re
from collections import Counter
from copy import copy
from pathlib import Path

import pypdf
import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page

from bptt.site import downloads, notebooks, pdf

ROOT = Path(__file__).parents[2]
TEXT_BLOCK = 612  # pixels: 162 mm, as @page leaves of A4
PAGES = ["chapters/one", "chapters/two/three"]


# ---- joining the pages


@pytest.mark.parametrize(
    ("written", "becomes"),
    [
        ('<p id="here">', '<p id="chapters/one/here">'),
        ('<a href="#here">', '<a href="#chapters/one/here">'),
        ('<a href="two/three.html#place">', '<a href="#chapters/two/three/place">'),
        ('<a class="x" href="two/three.html">', '<a class="x" href="#chapters/two/three">'),
        ('<a href="https://example.org/x.html#y">', '<a href="https://example.org/x.html#y">'),
        ('<a href="../ledger.json">', "<a>"),
        ('<img alt="a &gt; b" src="../_images/x.svg">', '<img alt="a &gt; b" src="../html/_images/x.svg">'),
        ('<code>id="here"</code>', '<code>id="here"</code>'),
        ('<span class="katex-mathml"><math>x</math></span>y', "y"),
        ('<h2>Of <b aria-hidden="true">x</b></h2>', "<h2>Of <b>x</b></h2>"),
        ('<p>Of <b aria-hidden="true">x</b></p>', '<p>Of <b aria-hidden="true">x</b></p>'),
    ],
)
def test_in_the_book_a_page_leads_to_the_places_of_the_others(written: str, becomes: str) -> None:
    assert pdf.within_book(written, PAGES[0], PAGES, "") == becomes


def test_with_an_address_a_file_of_the_site_is_linked_there() -> None:
    written = '<a href="../ledger.json">'
    found = pdf.within_book(written, PAGES[0], PAGES, "https://example.org/")
    assert found == '<a href="https://example.org/ledger.json">'


def test_two_pages_may_have_a_place_of_the_same_name() -> None:
    one, other = (pdf.within_book('<h2 id="exercises">', page, PAGES, "") for page in PAGES)
    assert one != other


# ---- which PDF is that of the book


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """What the name of the PDF is made from, and a test."""
    for file in ("chapters/one.md", "_static/custom.css", "src/bptt/rules.py", "_toc.yml", "tests/test_x.py"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("as it was")
    return tmp_path


@pytest.mark.parametrize("edition", pdf.EDITIONS, ids=["whole", "without solutions"])
@pytest.mark.parametrize(
    ("file", "matters"),
    [
        ("chapters/one.md", True),
        ("_static/custom.css", True),
        ("src/bptt/rules.py", True),
        ("_toc.yml", True),
        ("sources/new.yml", True),
        ("tests/test_x.py", False),
        ("_build/html/index.html", False),
    ],
)
def test_a_pdf_is_offered_for_the_book_that_it_was_printed_from(
    book: Path, file: str, matters: bool, edition: str
) -> None:
    folder = book / "site"
    folder.mkdir()
    name = downloads.PDF.format(edition)
    printed = pdf.pdf_file(book, edition)
    printed.parent.mkdir(parents=True)
    printed.write_bytes(b"a PDF")
    downloads.copy_pdf(book, folder)
    assert (folder / name).read_bytes() == b"a PDF"
    assert [file.name for file in folder.iterdir()] == [name]
    (book / file).parent.mkdir(parents=True, exist_ok=True)
    (book / file).write_text("changed")
    downloads.copy_pdf(book, folder)
    assert (folder / name).exists() != matters
    (book / "pyproject.toml").write_text('project = {name = "a", version = "1"}')
    assert name not in downloads.offered(book)
    pdf.pdf_file(book, edition).write_bytes(b"another PDF")
    assert name in downloads.offered(book)


# ---- without a browser


def test_without_a_browser_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pdf, "BROWSERS", ["no-such-browser"])
    monkeypatch.delenv("CHROMIUM", raising=False)
    assert pdf.main() == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert said[0].startswith("No Chromium found: install it")


def test_a_browser_can_be_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.touch(mode=0o755)
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert pdf.chromium() == str(mine)


# ---- the PDF of the book itself


def letters(text: str) -> str:
    """Keep what does not depend on how lines are broken and formulas are laid out."""
    return "".join(re.findall(r"[A-Za-z]", text))


def said(node: BeautifulSoup) -> str:
    """The letters of a heading, those of its formulas too."""
    return letters(node.get_text())


def prose(node: BeautifulSoup) -> list[str]:
    """The letters of a node, in pieces between its formulas."""
    node = copy(node)
    for formula in node.select(".math"):
        formula.replace_with("\0")
    return [found for piece in node.get_text().split("\0") if (found := letters(piece))]


@pytest.fixture(scope="session")
def page(html: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The joined page, beside the site that it takes its style from."""
    file = tmp_path_factory.mktemp("pdf") / "book.html"
    file.write_text(pdf.joined(ROOT).replace("../html/", f"{html.as_uri()}/"), "utf-8")
    return file


@pytest.fixture(scope="session")
def reader(page: Path, chromium_path: str) -> pypdf.PdfReader:
    """The PDF that `make pdf` left, if it is that of the book as it stands; else it is printed, once."""
    printed = pdf.pdf_file(ROOT)
    if not printed.exists():
        printed = page.with_suffix(".pdf")
        pdf.print_page(page, printed)
    return pypdf.PdfReader(printed)


@pytest.fixture(scope="session")
def articles(page: Path) -> dict[str, BeautifulSoup]:
    """What the joined page has for each page of the book."""
    found = re.findall(
        r'(?s)<article class="bd-article" id="([^"]*)">(.*?)</article>', page.read_text("utf-8")
    )
    return {name: BeautifulSoup(text, "html.parser") for name, text in found}


@pytest.fixture(scope="session")
def places(reader: pypdf.PdfReader, articles: dict[str, BeautifulSoup]) -> list[range]:
    """The pages of paper that each page of the book takes."""
    outline = [entry for entry in reader.outline if not isinstance(entry, list)][1:]  # the first: contents
    starts = [reader.get_destination_page_number(entry) for entry in outline]
    assert len(starts) == len(articles)
    return [range(a, b) for a, b in zip(starts, [*starts[1:], len(reader.pages)], strict=True)]


def text(reader: pypdf.PdfReader, pages: range) -> str:
    return "\n".join(reader.pages[number].extract_text() for number in pages)


@pytest.mark.slow
def test_every_chapter_is_on_paper_from_its_title_to_its_last_sentence(
    reader: pypdf.PdfReader, articles: dict[str, BeautifulSoup], places: list[range]
) -> None:
    assert list(articles) == notebooks.pages(ROOT)
    assert len(articles) <= len(reader.pages) < 1000
    for (name, article), pages in zip(articles.items(), places, strict=True):
        begin = letters(text(reader, pages[:1]))
        assert all(piece in begin for piece in prose(article.find("h1"))), name
        printed = article.select("p:not(dl.py details p)")  # a function's arguments stay folded on paper
        last = [piece for paragraph in printed for piece in prose(paragraph)][-1]
        end = letters(text(reader, pages[-1:]))
        if last not in end:  # it may be parted
            end = letters(text(reader, pages[-2:]))
        assert last in end, name
        assert last + "x" not in end


@pytest.mark.slow
def test_the_outline_names_every_chapter_and_its_sections(
    reader: pypdf.PdfReader, articles: dict[str, BeautifulSoup]
) -> None:
    chapters = [letters(entry.title) for entry in reader.outline if not isinstance(entry, list)]
    assert chapters == ["Contents", *(said(article.find("h1")) for article in articles.values())]
    under = [
        [letters(entry.title) for entry in part if not isinstance(entry, list)]
        for part in reader.outline
        if isinstance(part, list)
    ]
    sections = [[said(heading) for heading in article.select("h2")] for article in articles.values()]
    assert under == [found for found in sections if found]


@pytest.mark.slow
def test_the_pdf_has_a_title_tags_and_its_own_fonts(reader: pypdf.PdfReader) -> None:
    assert reader.metadata
    assert reader.metadata.title == "Unrolled: executable derivations of backpropagation through time"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    fonts = {
        str(font.get_object()["/BaseFont"]): font.get_object()
        for page in reader.pages[:40]
        for font in page["/Resources"]["/Font"].values()
        if "/BaseFont" in font.get_object()
    }
    assert any("SourceSerif4" in name for name in fonts)
    assert any("KaTeX_Math" in name for name in fonts)
    for font in fonts.values():
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described)


@pytest.mark.slow
def test_equations_have_their_numbers_on_paper(
    reader: pypdf.PdfReader, articles: dict[str, BeautifulSoup], places: list[range]
) -> None:
    numbers = {
        name: [node.get_text() for node in article.select(".eqno")] for name, article in articles.items()
    }
    every = [number.rstrip("#") for found in numbers.values() for number in found]
    assert len(every) == len(set(every)) > 250
    chosen = "chapters/products/chain-rule"
    shown = text(reader, places[list(articles).index(chosen)])
    assert numbers[chosen]
    assert all(number.rstrip("#") in shown for number in numbers[chosen])


def lost_links(reader: pypdf.PdfReader) -> list[str]:
    """List the links that lead to no place of the PDF, and to files of the machine that printed it."""
    lost = []
    for number, page in enumerate(reader.pages, 1):
        for link in (note.get_object() for note in page.get("/Annots", [])):
            address = str(link.get("/A", {}).get("/URI", ""))
            if address.startswith("file:") or (
                not address and link.get("/Dest") not in reader.named_destinations
            ):
                lost.append(f"page {number}: {address or link.get('/Dest')}")
    return lost


@pytest.mark.slow
def test_links_between_chapters_lead_to_places_in_the_pdf(reader: pypdf.PdfReader, page: Path) -> None:
    assert lost_links(reader) == []
    joined = BeautifulSoup(page.read_text("utf-8"), "html.parser")
    ids = [node["id"] for node in joined.select("[id]")]
    links = {link["href"][1:] for link in joined.select('a[href^="#"]')}
    assert len(ids) == len(set(ids))
    assert len(links) > 500
    assert links <= set(ids)
    assert sum(len(page.get("/Annots", [])) for page in reader.pages) > 500


@pytest.mark.slow
def test_a_lost_link_is_found(tmp_path: Path, chromium_path: str) -> None:
    page = tmp_path / "page.html"
    page.write_text('<a href="gone.html">lost</a><a href="#here">found</a><p id="here">here</p>')
    pdf.print_page(page, tmp_path / "page.pdf")
    found = lost_links(pypdf.PdfReader(tmp_path / "page.pdf"))
    assert [line.rpartition("/")[2] for line in found] == ["gone.html"]


# ---- nothing is cut off


def paper(browser: Browser, address: str) -> Page:
    """Open a page as wide as the text is on paper."""
    paper = browser.new_page(viewport={"width": TEXT_BLOCK, "height": 900})
    paper.emulate_media(media="print")
    paper.goto(address)
    return paper


@pytest.fixture(scope="module")
def whole(browser: Browser, page: Path) -> Page:
    """The joined page, which takes long to open, for all tests that read it."""
    return paper(browser, page.as_uri())


def too_wide(paper: Page) -> list[str]:
    """List what reaches over the edge of the text or would have to be scrolled."""
    return paper.evaluate("""() => {
      const edge = document.documentElement.clientWidth + 1;  // KaTeX has empty boxes that reach over by less
      const outside = (node) => node.getBoundingClientRect().right > edge;
      const scrolls = (node) => !node.matches(".base") && node.scrollWidth > node.clientWidth + 1;
      return [...document.querySelectorAll(".katex-display, .katex .base, pre, table, img, p")]
        .filter((node) => outside(node) || scrolls(node))
        .map((node) => `${node.closest("article")?.id}: ${node.textContent.slice(0, 80)}`);
    }""")


@pytest.mark.slow
def test_nothing_on_paper_is_wider_than_the_text(whole: Page) -> None:
    whole.evaluate("document.fonts.ready")
    whole.evaluate("document.querySelectorAll('.katex').forEach((one) => one.style.removeProperty('--ems'))")
    assert too_wide(whole), "a formula is as wide as it is until it has been measured"
    whole.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert too_wide(whole) == []


def folds(paper: Page) -> tuple[Counter[str], str]:
    """Count the folds of the book by the first word of their titles, and give all its text."""
    titles = paper.eval_on_selector_all("summary", "all => all.map(each => each.textContent.trim())")
    return Counter(title.split()[0] for title in titles), paper.text_content("main") or ""


@pytest.mark.slow
def test_the_edition_without_solutions_lacks_them_and_nothing_else(
    browser: Browser, whole: Page, page: Path, html: Path
) -> None:
    without = page.with_name("without.html")
    (edition,) = filter(None, pdf.EDITIONS)
    without.write_text(pdf.joined(ROOT, edition).replace("../html/", f"{html.as_uri()}/"), "utf-8")
    (all_folds, all_text), (found, text) = folds(whole), folds(paper(browser, without.as_uri()))
    assert all_folds["Solution"] == all_folds["Hint"] > 40
    assert all_folds - found == Counter(Solution=all_folds["Solution"])
    solution = 'exercise("chain-rule-2", A.T @ G3 @ E.T'
    assert solution in all_text
    assert solution not in text


@pytest.mark.slow
def test_what_is_too_wide_is_found(browser: Browser) -> None:
    page = paper(browser, f"data:text/html,<body style='margin: 0'><pre>{'x' * 200}</pre><p>short</p>")
    assert len(too_wide(page)) == 1
