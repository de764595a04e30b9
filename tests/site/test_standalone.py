"""A chapter by mail: its notebook, where there is nothing but that file, the package's wheel and a kernel."""

import asyncio
import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from elsewhere import environment, read, run, unpacked
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from sphinx.errors import ExtensionError

from bptt.book.commonmark import folded
from bptt.site import downloads, standalone
from bptt.site.notebooks import pages
from bptt.site.notebooks import run as execute

ROOT = Path(__file__).parents[2]
WHEEL = downloads.wheel_name(ROOT)
PAGES = [
    page
    for page in pages(ROOT)
    if page in ("index", "chapters/check-code") or (page.count("/") > 1 and "ledger" not in page)
]


@pytest.fixture(scope="module")
def taken(html: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive that the site offers, unpacked in an empty folder."""
    return unpacked(html / downloads.FOLDER / downloads.ARCHIVE, tmp_path_factory.mktemp("taken"))


@pytest.fixture(scope="module")
def for_teachers(html: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    archive = html / downloads.FOLDER / downloads.WITHOUT_SOLUTIONS
    return unpacked(archive, tmp_path_factory.mktemp("teachers"))


def notebooks(folder: Path) -> list[Path]:
    found = sorted(folder.rglob("*.ipynb"))
    assert len(found) == len(PAGES)
    return found


# ---- the scan


MYST = re.compile(r":::|\{[\w:]+\}`|^\(\S+\)=$|```\{", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:|attachment:|data:image/)([^)#]*)")


def texts(notebook: NotebookNode) -> Iterator[tuple[str, str]]:
    """List what is read as text: of cells, and of outputs with their kind."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield "text/markdown", cell.source
        for output in cell.get("outputs", ()):
            yield from output.get("data", {}).items()


def faults(notebook: NotebookNode, folder: Path) -> list[str]:
    """Say what in a notebook is not read by every program, leads nowhere, or gives a solution away."""
    found = []
    for kind, text in texts(notebook):
        if kind == "text/markdown":
            found += [f"MyST: {piece}" for piece in MYST.findall(text)]
            found += [
                f"leads nowhere: {link}" for link in LINK.findall(text) if not (folder / link).is_file()
            ]
            unfolded = re.sub(r"<details>.*?</details>", "", text, flags=re.DOTALL)
            found += [f"open: {piece}" for piece in re.findall(r".*(?:Solution|Hint)\b.*", unfolded)]
            found += [
                f"a formula without dollars: {piece}" for piece in re.findall(r"\\[a-z]{2,}", plain(text))
            ]
        if kind == "text/html" and "$" in text:
            found.append("dollars in HTML")
        if kind.startswith("application/vnd"):
            found.append(f"of use to the book alone: {kind}")
    for cell in notebook.cells:
        hidden = cell.metadata.get("jupyter", {})
        if hidden.get("outputs_hidden"):
            found.append(f"its first line is seen: {cell.source}")
        images = {kind for kind in kinds(cell) if kind.startswith("image/")}
        numbers = [output.get("data", {}).get("text/plain", "") for output in cell.get("outputs", ())]
        # Where no SVG is shown, the same in numbers is: a text of several lines.
        if images and "image/png" not in images and not any("\n" in text for text in numbers):
            found.append("a figure without PNG")
        for output in cell.get("outputs", ()):
            shown = images & set(output.get("data", ()))
            found += [
                "a figure without words" for kind in shown if not output.metadata.get(kind, {}).get("alt")
            ]
    return found


def kinds(cell: NotebookNode) -> set[str]:
    return {kind for output in cell.get("outputs", ()) for kind in output.get("data", {})}


def plain(text: str) -> str:
    """Take formulas and code out of a text."""
    return re.sub(r"\$\$.*?\$\$|\$[^$]*\$|`[^`]*`|```.*?```", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("archive", ["taken", "for_teachers"])
def test_no_notebook_has_a_fault(archive: str, request: pytest.FixtureRequest, html: Path) -> None:
    found = {
        file.name: faults(read(file), file.parent) for file in notebooks(request.getfixturevalue(archive))
    }
    assert not {name: complaints for name, complaints in found.items() if complaints}


def output(kind: str, content: str) -> NotebookNode:
    return new_code_cell("x", outputs=[new_output("display_data", data={kind: content})])


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (new_markdown_cell("see {eq}`vjp-left`"), "MyST: {eq}`"),
        (new_markdown_cell(":::{dropdown} More\nx\n:::"), "MyST: :::"),
        (output("text/markdown", "```{include} a.md\n```"), "MyST: ```{"),
        (new_markdown_cell("(label)=\ntext"), "MyST: (label)="),
        (new_markdown_cell("[there](../there.ipynb)"), "leads nowhere: ../there.ipynb"),
        (new_markdown_cell("**Solution**: 80"), "open: **Solution**: 80"),
        (new_code_cell("80", metadata={"jupyter": {"outputs_hidden": True}}), "its first line is seen: 80"),
        (output("text/markdown", r"for 1 \le t"), r"a formula without dollars: \le"),
        (output("text/html", "$$a$$"), "dollars in HTML"),
        (output("application/vnd.unrolled.evidence+json", "{}"), "of use to the book alone"),
        (output("image/svg+xml", "<svg/>"), "a figure without PNG"),
    ],
)  # fmt: skip
def test_the_scan_finds(cell: NotebookNode, said: str, tmp_path: Path) -> None:
    assert said in "\n".join(faults(new_notebook(cells=[cell]), tmp_path))


def test_the_archive_has_the_pages_with_something_to_run_and_these_offer_it(taken: Path, html: Path) -> None:
    offered = {file.relative_to(taken).with_suffix("").as_posix() for file in notebooks(taken)}
    assert offered == set(PAGES)
    for page in pages(ROOT):
        text = (html / f"{page}.html").read_text("utf-8")
        assert (f'/{page}.ipynb"' in text) == (page in offered), page
        assert (html / f"_sources/{page}.ipynb").exists() == (page in offered)


def test_solutions_are_in_one_archive_and_not_in_the_other(taken: Path, for_teachers: Path) -> None:
    def solutions(folder: Path) -> int:
        return sum("Solution" in cell.source for file in notebooks(folder) for cell in read(file).cells)

    assert solutions(for_teachers) == 0
    assert solutions(taken) >= 2 * 15


def test_the_numbers_are_those_of_the_site(taken: Path, html: Path) -> None:
    page = "chapters/products/chain-rule"
    site = (html / f"{page}.html").read_text("utf-8")
    numbers = read(taken / f"{page}.ipynb").metadata["unrolled"]["numbers"]
    shown = re.findall(r'class="eqno">\((\d+)\)<a class="headerlink" href="#equation-([\w-]+)"', site)
    assert {label: number for number, label in shown} == numbers
    text = "\n".join(text for _, text in texts(read(taken / f"{page}.ipynb")) if isinstance(text, str))
    assert f"\\tag{{{numbers['vjp-left']}}}" in text
    assert "{eq}`vjp-left`" not in text
    assert "**Fig. 2.**" in text
    assert "Fig. 2 " in site


# ---- it runs


@pytest.fixture(scope="module")
def python(taken: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel, for all notebooks."""
    return environment(tmp_path_factory.mktemp("machine") / "env", taken / WHEEL)


TEXTS = ("text", "text/plain", "text/markdown", "text/latex")


def said(notebook: NotebookNode) -> list[Any]:
    """List what each code cell gives besides figures; a result that is folded stands in the cell after it."""
    found: list[Any] = []
    for cell, after in pairwise([*notebook.cells, new_markdown_cell()]):
        if after.source.startswith(FOLDED_RESULT):
            result = folded(standalone.RESULT, standalone.result(cell.outputs)).strip()
            found.append(result if cell.outputs else after.source)
        elif cell.cell_type == "code":
            data = [output.get("data") or output for output in cell.outputs]
            found.append([{kind: one[kind] for kind in TEXTS if kind in one} for one in data])
    return found


FOLDED_RESULT = folded(standalone.RESULT, "").strip().partition("\n\n")[0]


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES)
def test_it_gives_the_sites_outputs_again(page: str, taken: Path, python: Path, tmp_path: Path) -> None:
    shutil.copy(taken / f"{page}.ipynb", tmp_path)
    notebook = read(tmp_path / Path(page).with_suffix(".ipynb").name)
    expected = said(notebook)
    notebook.cells.append(new_code_cell("import bptt; bptt.__file__"))
    again = run(notebook, python, tmp_path)
    assert str(python.parents[1]) in again.cells.pop().outputs[0].data["text/plain"]
    assert said(again) == expected


def test_another_output_is_seen() -> None:
    claimed = new_notebook(cells=[output("text/markdown", r"$$a \tag{1}$$")])
    other = new_notebook(cells=[output("text/markdown", r"$$a \tag{2}$$")])
    assert said(claimed) != said(other)
    fold = new_markdown_cell(folded(standalone.RESULT, "```\n1\n```").strip())
    written, again, wrong = (
        new_notebook(cells=[cell, fold])
        for cell in (new_code_cell("1"), output("text/plain", "1"), output("text/plain", "2"))
    )
    assert said(written) == said(again) != said(wrong)


# ---- it installs what it needs


def failing(source: str) -> NotebookNode:
    return new_code_cell(source, metadata={"tags": ["raises-exception"]})


def error(cell: NotebookNode) -> str:
    """Give all that a cell shows that fails, which is one line."""
    (shown,) = (output for output in cell.outputs if output.output_type == "error")
    (line,) = shown.traceback
    return line


@pytest.mark.slow
def test_its_first_cell_installs_what_is_missing_and_says_what_it_needs(taken: Path, tmp_path: Path) -> None:
    python = environment(tmp_path / "env")
    mail = tmp_path / "a/b/mail"
    mail.mkdir(parents=True)
    setup = read(taken / "chapters/products/chain-rule.ipynb").cells[1].source
    other = "unrolled-0.0.9-py3-none-any.whl"
    cells = [
        failing(setup),
        new_code_cell(f"(pathlib.Path('..') / '{other}').touch()"),
        failing(setup),
        new_code_cell(f"import shutil; shutil.copy({str(taken / WHEEL)!r}, '..'); None"),
        new_code_cell(setup),
        new_code_cell("import bptt; bptt.__file__"),
        new_code_cell(setup),
        new_code_cell(
            "found = importlib.metadata.distribution('unrolled')._path / 'METADATA'\n"
            "found.write_text(found.read_text().replace(f'Version: {bptt.__version__}', 'Version: 0.0.9'))\n"
            "None"
        ),
        failing(setup),
    ]
    run(new_notebook(cells=cells), python, mail)
    nothing, _, wrong_beside, _, installs, where, installed, _, wrong_installed = cells
    assert (
        error(nothing) == f"Put {WHEEL}, the book's package, beside this notebook, and run this cell again."
    )
    assert error(wrong_beside) == f"{other} is of another version: put {WHEEL} beside this notebook instead."
    assert not [shown for shown in installs.outputs if shown.output_type == "error"]
    assert str(tmp_path / "env") in where.outputs[0].data["text/plain"]
    assert installed.outputs == []
    assert error(wrong_installed) == f"unrolled 0.0.9 is installed, and this notebook needs {WHEEL}."


@pytest.mark.slow
def test_without_its_first_cell_it_needs_the_package(taken: Path, tmp_path: Path) -> None:
    notebook = read(taken / "chapters/products/chain-rule.ipynb")
    del notebook.cells[1]
    with pytest.raises(CellExecutionError, match="No module named 'bptt'"):
        run(notebook, environment(tmp_path / "env"), tmp_path)


# ---- how it is made


def test_a_page_whose_code_is_all_hidden_has_no_notebook() -> None:
    hidden = new_code_cell("x", metadata={"tags": ["remove-input"]})
    assert not standalone.can_be_run(new_notebook(cells=[hidden, new_markdown_cell("x")]))
    assert standalone.can_be_run(new_notebook(cells=[hidden, new_code_cell("x")]))


@pytest.fixture
def text() -> standalone.Text:
    """A page of a book, with a figure."""
    env = SimpleNamespace(toc_fignumbers={"one": {"figure": {"fig-one": (1,)}}})
    book = SimpleNamespace(env=env, anchors={"fig-one": ("one", "fig-one")}, directives={}, numbers={})
    return standalone.Text(book, "one", solutions=True)  # type: ignore[arg-type]


def test_a_figure_that_was_not_drawn_stops_the_build(text: standalone.Text) -> None:
    figure = {"figure": {"name": "fig-one", "caption": "One."}}
    with pytest.raises(ExtensionError, match="one: the figure fig-one was not drawn"):
        list(text.cells(new_notebook(cells=[new_code_cell("x", metadata={"mystnb": figure})])))


def test_what_has_no_other_markdown_stops_the_build(text: standalone.Text) -> None:
    with pytest.raises(ExtensionError, match="one: the role kbd has no other Markdown"):
        list(text.cells(new_notebook(cells=[new_markdown_cell("{kbd}`x`")])))


@pytest.mark.slow
def test_every_figure_of_a_page_is_shown(tmp_path: Path) -> None:
    drawn = "graph({'W': (1, 1), 'h': (3, 1)}, [('W', 'h', 'a', '')])"
    cells = [new_code_cell(f"from bptt.book.figures import graph; {drawn}"), new_code_cell(drawn)]
    with ThreadPoolExecutor() as aside:  # a browser's loop may run in this thread
        failure = aside.submit(asyncio.run, execute("one", new_notebook(cells=cells), tmp_path)).result()
    assert failure is None
    assert [{"image/png", "image/svg+xml"} <= kinds(cell) for cell in cells] == [True, True]
