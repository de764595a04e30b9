"""A book of two short pages: what its site holds, what a change changes in it, and what stops its build."""

import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Callable
from importlib.metadata import packages_distributions
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import nbformat
import pytest
import short_book
import yaml
from bs4 import BeautifulSoup
from markup import CHECKS, Page
from search import searched
from short_book import CONTENTS, HEADER, build
from sphinx.errors import ExtensionError

from bptt.site import downloads, extension, katex, pdf, typeface

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

Before $y$ comes {doc}`../index`.

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


def sitemap(site: Path) -> list[str]:
    places = ElementTree.parse(site / "sitemap.xml").iterfind("*/{*}loc")
    return [place.text or "" for place in places]


def run(book: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command. A program that it leaves running would keep its output open, and time out."""
    kept = {**os.environ, **environment}
    return subprocess.run(command, cwd=book, env=kept, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book's own settings, on a book of two short pages."""
    return short_book.write(tmp_path_factory.mktemp("site") / "book", INDEX, CLAIM)


@pytest.fixture
def book(settings: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(settings, tmp_path / "book", symlinks=True))


@pytest.fixture(scope="module")
def built(settings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The short book as `make book` builds it, warnings as errors. No test changes it."""
    book = Path(shutil.copytree(settings, tmp_path_factory.mktemp("built") / "book", symlinks=True))
    done = run(book, sys.executable, "-m", "bptt.site.build")
    assert done.returncode == 0, done.stdout + done.stderr
    return book


@pytest.fixture(scope="module")
def pinned_alone(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A PYTHONPATH with which nothing can be imported that `requirements.txt` does not bring."""
    pins = [
        set(re.findall(r"^([\w-]+)==", (ROOT / lock).read_text("utf-8"), re.MULTILINE))
        for lock in ("requirements.txt", "requirements-dev.txt")
    ]
    more = {name.lower().replace("_", "-") for name in pins[1] - pins[0]}
    modules = [
        module
        for module, brought_by in packages_distributions().items()
        if {name.lower().replace("_", "-") for name in brought_by} <= more
    ]
    folder = tmp_path_factory.mktemp("pinned")
    (folder / "sitecustomize.py").write_text(REFUSE.format(modules=modules), "utf-8")
    return str(folder)


REFUSE = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name in {modules}:
            raise ModuleNotFoundError("only development needs " + name)

sys.meta_path.insert(0, Refuse())
"""


@pytest.fixture(scope="module")
def changing(settings: Path, pinned_alone: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The short book, built without make. Each test may change it and build it again."""
    book = Path(shutil.copytree(settings, tmp_path_factory.mktemp("changing") / "book", symlinks=True))
    command = Path(sys.executable).with_name("jupyter-book")
    done = run(book, str(command), "build", ".", PYTHONPATH=pinned_alone)
    assert done.returncode == 0, done.stdout + done.stderr
    shutil.copytree(book / "_build/html", book / "_build/first")
    return book


def rebuilt(book: Path, *options: str) -> Path:
    done = build(book, *options)
    assert done.returncode == 0, done.stdout + done.stderr
    return book / "_build/html"


def rewrite(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text, f"{old!r} does not stand in {file.name}"
    file.write_text(text.replace(old, new), "utf-8")


# ---- without make


def contents(site: Path) -> dict[str, bytes]:
    """Read the files of a site, without what differs each time: the ids of cells, the key of a cache."""
    files = {file.relative_to(site).as_posix(): file for file in site.rglob("*") if file.is_file()}
    return {
        name: re.sub(rb'"id": "\w+"', b"", file.read_bytes())
        for name, file in files.items()
        if name != ".buildinfo" and file.suffix != ".zip"
    }


@pytest.mark.slow
def test_plain_jupyter_book_makes_the_same_site_from_the_pinned_requirements(
    built: Path, changing: Path
) -> None:
    ours, plain = contents(built / "_build/html"), contents(changing / "_build/first")
    assert len(ours) > 50
    assert ours.keys() == plain.keys()
    assert [name for name in ours if ours[name] != plain[name]] == []


@pytest.mark.slow
def test_what_only_development_needs_is_refused(pinned_alone: str) -> None:
    def imports(module: str) -> subprocess.CompletedProcess[str]:
        return run(ROOT, sys.executable, "-c", f"import {module}", PYTHONPATH=pinned_alone)

    assert imports("jupyter_book").returncode == 0
    assert "only development needs pytest" in imports("pytest").stderr


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
    notebook = nbformat.read(built / "_build/html/_sources/chapters/one.ipynb", as_version=4)
    beginning, setup, text, claim = notebook.cells
    assert "a page of *Unrolled*: **A chapter**." in beginning.source
    assert "numbered({})" in setup.source
    assert f'"{downloads.wheel_name(ROOT)}"), "")' in setup.source
    assert text.source.endswith("Before $y$ comes A book.")
    shown = claim.outputs[0].data["text/markdown"].strip()
    assert shown.startswith("**Proved** for all sizes, with `W`, `h[t]` and `unknown`")
    assert shown.endswith("$$\ny = W x \\tag{1}\n$$")
    assert not (built / "_build/html/_sources/index.ipynb").exists()


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
def test_a_changed_title_changes_the_map(changing: Path) -> None:
    rewrite(changing / "chapters/one.md", "# A chapter", "# Another title")
    index = (rebuilt(changing) / "index.html").read_text("utf-8")
    drawn = index[index.index('class="map') :]
    assert ">Another title<" in drawn
    assert ">A chapter<" not in index


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
def test_the_first_page_offers_a_pdf_of_the_book_as_it_stands_and_no_other(changing: Path) -> None:
    def offers(site: Path) -> tuple[bool, bool]:
        address = f"{downloads.FOLDER}/{downloads.PDF.format('')}"
        return address in Page((site / "index.html").read_text("utf-8")).links, (site / address).exists()

    assert offers(changing / "_build/html") == (False, False)
    printed = pdf.pdf_file(changing)
    printed.parent.mkdir()
    printed.write_bytes(b"a PDF")
    assert offers(rebuilt(changing)) == (True, True)
    with (changing / "chapters/one.md").open("a") as chapter:
        chapter.write("\nA new sentence.\n")
    assert offers(rebuilt(changing)) == (False, False)


@pytest.mark.slow
def test_the_archives_are_made_again_where_the_book_or_the_wheel_has_changed(changing: Path) -> None:
    def made() -> list[int]:
        archives = (downloads.ARCHIVE, downloads.WITHOUT_SOLUTIONS)
        return [(site / downloads.FOLDER / name).stat().st_mtime_ns for name in archives]

    site = rebuilt(changing)
    first = made()
    rebuilt(changing)
    assert made() == first
    for file in ("chapters/one.md", "README.md"):
        before = made()
        with (changing / file).open("a") as text:
            text.write("\nOne more sentence.\n")
        rebuilt(changing)
        assert all(new > old for new, old in zip(made(), before, strict=True)), file


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
def test_the_addresses_of_the_site_and_of_its_sources_are_two_settings(built: Path, changing: Path) -> None:
    def edits(site: Path) -> list[str]:
        links = Page((site / "chapters/one.html").read_text("utf-8")).links
        return [link for link in links if "/edit/" in link]

    assert edits(built / "_build/html") == []
    config = changing / "_config.yml"
    rewrite(config, 'edit_address: ""', "edit_address: https://example.org/book/edit/main")
    rewrite(config, 'baseurl: ""', "baseurl: https://example.org/")
    site = rebuilt(changing, "-W", "-n", "--keep-going")
    assert edits(site) == ["https://example.org/book/edit/main/chapters/one.md"]
    assert sitemap(site) == ["https://example.org/index.html", "https://example.org/chapters/one.html"]
    assert "https://example.org/index.html" in Page((site / "404.html").read_text("utf-8")).links
    notebook = (site / "_sources/chapters/one.ipynb").read_text("utf-8")
    assert "[https://example.org/chapters/one.html](https://example.org/chapters/one.html)" in notebook
    assert "Before $y$ comes [A book](https://example.org/index.html)." in notebook
    assert f"https://example.org/downloads/{downloads.wheel_name(ROOT)}" in notebook


@pytest.mark.slow
def test_a_changed_style_sheet_reaches_the_site_and_executes_nothing(changing: Path) -> None:
    style = changing / "_static/custom.css"
    style.write_text(style.read_text("utf-8") + ".changed { color: red; }\n", "utf-8")
    done = build(changing)
    assert done.returncode == 0
    assert ".changed { color: red; }" in (changing / "_build/html/_static/custom.css").read_text("utf-8")
    assert " s  chapters/one" not in done.stdout


@pytest.mark.slow
def test_a_page_that_has_left_the_book_leaves_the_site(changing: Path) -> None:
    more = HEADER + CLAIM.replace("a-claim", "b").replace("eq-claim", "eq-b")
    (changing / "chapters/two.md").write_text(more)
    (changing / "_toc.yml").write_text(CONTENTS + "  - file: chapters/two\n")
    site = rebuilt(changing)
    of_two = [site / "chapters/two.html", site / "_sources/chapters/two.ipynb"]
    assert all(file.exists() for file in of_two)
    (changing / "_toc.yml").write_text(CONTENTS)
    rebuilt(changing)
    assert not any(file.exists() for file in of_two)
    assert all((site / f"{page}.html").exists() for page in ("index", "404", "search", "chapters/one"))


@pytest.mark.slow
@pytest.mark.parametrize("check", CHECKS)
def test_the_short_book_passes_the_checks_of_pages(built: Path, check) -> None:
    assert check(built / "_build/html") == []


@pytest.mark.slow
def test_the_references_follow_the_pages_and_the_pages_the_references(changing: Path) -> None:
    def shown(page: str) -> str:
        made = (changing / f"_build/html/chapters/{page}.html").read_text("utf-8")
        return BeautifulSoup(made, "html.parser").get_text()

    def written(page: str, text: str) -> None:
        (changing / f"chapters/{page}.md").write_text(f"# A page\n\n{text}\n")

    (changing / "_toc.yml").write_text(CONTENTS + "  - file: chapters/constant\n  - file: chapters/list\n")
    written("constant", "See {cite:p}`elman1990`.")
    written("one", "See {cite:p}`werbos1990`.")
    written("list", "```{bibliography}\n```")
    rebuilt(changing)
    assert "what it does and how to do it" in shown("list")
    written("one", "See {cite:p}`squire1998`.")
    rebuilt(changing)
    assert "what it does and how to do it" not in shown("list")
    assert "Using complex variables" in shown("list")

    assert "[Elman, 1990]" in shown("constant")
    rewrite(changing / "references.bib", "Elman", "Ellmann")
    written("one", "No more.")
    rebuilt(changing)
    assert "[Ellmann, 1990]" in shown("constant")


# ---- what stops a build, also a plain one without `-W`


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "chapters/one.md",
            HEADER + CLAIM.replace("y = W x", "y = \\left( W x"),
            "chapters/one: KaTeX parse error",
        ),
        ("chapters/one.md", HEADER + CLAIM.replace('Markdown(r"', '1 / 0; Markdown(r"'), "ZeroDivisionError"),
        ("_toc.yml", CONTENTS.replace("chapters/one", "chapters/gone"), "chapters/gone"),
    ],
    ids=["a cell's formula", "a cell that raises", "a page that is not there"],
)
def test_a_build_stops_at(book: Path, file: str, text: str, said: str) -> None:
    (book / file).write_text(text)
    done = build(book)
    assert done.returncode
    assert said in done.stdout + done.stderr


ALIKE = """
# A page

```{{code-cell}}
from bptt.book import claim
from bptt.kernel import named, scalar

a, b = scalar("a"), scalar("b")
claim(named("E", {formula}), {formula}, "{label}", why_few="there is little in a letter to get wrong")
```
"""


@pytest.mark.slow
@pytest.mark.parametrize(("other", "stops"), [("a * a", True), ("a * b", False)])
def test_a_build_stops_at_displays_that_look_alike_and_contradict(
    book: Path, other: str, stops: bool
) -> None:
    (book / "index.md").write_text(HEADER + ALIKE.format(formula="a * b", label="first"))
    (book / "chapters/one.md").write_text(HEADER + ALIKE.format(formula=other, label="second"))
    done = build(book)
    said = done.stdout + done.stderr
    assert bool(done.returncode) == stops
    assert ("index, first, proved: E = a * b\n  against chapters/one, second, proved: E = a" in said) == stops


@pytest.mark.slow
def test_make_book_says_why_it_stops_and_shows_none_of_our_code(book: Path) -> None:
    (book / "chapters/one.md").write_text(HEADER + CLAIM.replace("y = W x", "y = \\left( W x"))
    done = run(book, sys.executable, "-m", "bptt.site.build")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert "chapters/one: KaTeX parse error" in said
    assert "Traceback" not in said


# Each of these raises what has stopped a build above.


@pytest.fixture
def app(book: Path) -> SimpleNamespace:
    """What the parts of the extension ask of Sphinx."""
    (book / "html").mkdir()
    return SimpleNamespace(srcdir=book, outdir=book / "html", add_css_file=lambda file: None)


@pytest.mark.parametrize("display", [True, False])
@pytest.mark.parametrize(
    ("formula", "said"), [("\\frac{1", "KaTeX parse error"), ("x\\undefined", "Undefined control sequence")]
)
def test_a_formula_that_cannot_be_set_is_refused(
    app: SimpleNamespace, formula: str, said: str, display: bool
) -> None:
    setter = katex.Katex()
    setter.start(app)
    assert "katex-html" in setter.html("x", display, "index")
    with pytest.raises(ExtensionError, match=f"(?s)index: .*{said}.*in the formula"):
        setter.html(formula, display, "index")
    setter.stop(app, None)


@pytest.mark.parametrize("part", [lambda app: katex.Katex().start(app), typeface.write_face])
def test_no_page_is_made_without_the_fonts(app: SimpleNamespace, part: Callable[[Any], None]) -> None:
    (app.srcdir / "node_modules").unlink()
    (app.srcdir / "node_modules").mkdir()
    with pytest.raises(ExtensionError, match="run `npm ci` first"):
        part(app)


def test_a_vanished_page_is_missed(settings: Path, tmp_path: Path) -> None:
    (tmp_path / "chapters").mkdir()
    (tmp_path / "index.html").touch()
    assert extension.missing_pages(settings, tmp_path) == ["chapters/one"]
    (tmp_path / "chapters/one.html").touch()
    assert extension.missing_pages(settings, tmp_path) == []
