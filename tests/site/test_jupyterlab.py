"""Notebooks of the book as a reader sees them: opened in JupyterLab, and converted to HTML."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import nbformat
import pytest
from chromium import served
from elsewhere import read, unpacked
from nbconvert import HTMLExporter
from nbformat import NotebookNode
from playwright.sync_api import Browser, Locator, Page, expect

from bptt.site import downloads

ROOT = Path(__file__).parents[2]
CHAPTER = "chapters/products/chain-rule"
OPENED = [CHAPTER, "chapters/through-time/state-recursion", "chapters/beyond/fast-loop"]
SLOW = 120_000  # ms

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def unrolled(html: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(html / downloads.FOLDER / downloads.ARCHIVE, tmp_path_factory.mktemp("lab"))


@pytest.fixture(scope="module")
def lab(unrolled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab as it comes, but that it lays out what is not in sight, too."""
    home = tmp_path_factory.mktemp("home")
    settings = {
        "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {"windowingMode": "none"},
        "labconfig/page_config.json": {"disabledExtensions": {"jupyterlab-myst": True}},  # that of `make lab`
    }
    for name, content in settings.items():
        (home / name).parent.mkdir(parents=True)
        (home / name).write_text(json.dumps(content))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    own = {
        "JUPYTER_CONFIG_DIR": str(home),
        "JUPYTER_DATA_DIR": str(home),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home),
    }
    options = [f"--ServerApp.port={port}", "--IdentityProvider.token=", "--no-browser", "--allow-root"]
    options += ["--LabApp.expose_app_in_browser=True", "--LabApp.news_url=", f"--notebook-dir={unrolled}"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=os.environ | own, stdout=log, stderr=log
        )
        address = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urlopen(f"{address}/api").close()
                break
            except OSError:
                assert server.poll() is None, (home / "log").read_text()
                time.sleep(0.1)
        yield address
        server.terminate()
        server.wait()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.set_default_timeout(SLOW)
    yield page
    page.close()


def opened(tab: Page, lab: str, page: str) -> Page:
    """Open a notebook, and wait until its formulas are typeset."""
    tab.goto(f"{lab}/lab/tree/{page}.ipynb?reset")
    tab.locator(".jp-Notebook .jp-MarkdownOutput").first.wait_for()
    tab.locator("mjx-container").first.wait_for()
    tab.wait_for_function("!document.querySelector('.jp-Notebook').innerText.includes('$$')", timeout=SLOW)
    return tab


def displays(notebook: NotebookNode) -> int:
    """Count the displayed formulas: of claims, and of SymPy's results."""
    data = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", ())]
    return sum(shown.get("text/markdown", "").count("$$") // 2 for shown in data)


@pytest.mark.parametrize("page", OPENED)
def test_claims_are_typeset_and_folds_closed(page: str, tab: Page, lab: str, unrolled: Path) -> None:
    notebook = read(unrolled / f"{page}.ipynb")
    shown = opened(tab, lab, page)
    assert shown.locator("mjx-container[display=true]").count() >= displays(notebook) > 3
    assert shown.locator("mjx-merror, [data-mjx-error]").count() == 0
    assert shown.locator("details").count() > 3
    assert shown.locator("details[open]").count() == 0
    hidden = [cell.metadata.get("jupyter", {}) for cell in notebook.cells]
    assert shown.locator(".jp-InputPlaceholder").count() == sum("source_hidden" in one for one in hidden)
    assert shown.locator(".jp-OutputPlaceholder").count() == sum("outputs_hidden" in one for one in hidden)
    words = shown.locator(".jp-Notebook").inner_text()
    assert "{eq}" not in words
    assert ":::" not in words
    figures = shown.locator(".jp-OutputArea-output img, .jp-MarkdownOutput img")
    assert figures.count() > 0
    for figure in figures.all():
        assert figure.evaluate("(image) => image.naturalWidth") > 100


def cell(tab: Page, words: str) -> Locator:
    return tab.locator(".jp-CodeCell", has_text=words).first


def answer(tab: Page, exercise: Locator, code: str) -> Locator:
    """Put an answer in place of the dots, as a reader does, and run the cell."""
    exercise.locator(".cm-content").click()
    tab.keyboard.press("Control+A")
    tab.keyboard.insert_text(code)
    tab.keyboard.press("Control+Enter")
    return exercise.locator(".jp-OutputArea")


def test_an_exercise_is_answered(tab: Page, lab: str) -> None:
    shown = opened(tab, lab, CHAPTER)
    command = "(name) => window.jupyterapp.commands.execute(name)"
    shown.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()  # there is a kernel
    exercise = cell(shown, 'exercise("chain-rule-1", answer)')
    number = exercise.locator(".jp-InputArea-prompt")
    in_the_book = number.inner_text()
    shown.evaluate(command, "notebook:run-all-cells")
    expect(number).not_to_have_text(in_the_book, timeout=SLOW)  # the first cell is not in the book
    expect(number).not_to_have_text("[*]:", timeout=SLOW)
    given = 'answer = {}\nexercise("chain-rule-1", answer)'
    wrong = answer(shown, exercise, given.format(64))
    expect(wrong).to_contain_text("64 is not it", timeout=SLOW)
    expect(wrong).to_contain_text('----> 2 exercise("chain-rule-1", answer)')
    expect(wrong).not_to_contain_text("exercises.py")
    right = answer(shown, exercise, given.format(80))
    expect(right).to_contain_text("Right: 80", timeout=SLOW)
    shown.evaluate(command, "docmanager:save")  # else the browser asks whether to leave


# ---- converted

WRONG = "#cc0001"  # the colour of what KaTeX cannot set
AUTO_RENDER = f"""
renderMathInElement(document.body, {{ throwOnError: false, errorColor: "{WRONG}", delimiters: [
  {{ left: "$$", right: "$$", display: true }}, {{ left: "$", right: "$", display: false }} ] }});
"""


def converted(notebook: NotebookNode, folder: Path, tab: Page) -> dict[str, Any]:
    """Convert a notebook to HTML, and set its formulas by KaTeX in place of the MathJax of another site."""
    text, _ = HTMLExporter(mathjax_url="", require_js_url="").from_notebook_node(notebook)
    (folder / "page.html").write_text(text, "utf-8")
    katex = ROOT / "node_modules/katex/dist"
    with served(folder) as address:
        tab.goto(f"{address}/page.html")
        tab.add_script_tag(path=katex / "katex.min.js")
        tab.add_script_tag(path=katex / "contrib/auto-render.min.js")
        tab.evaluate(AUTO_RENDER)
        return {
            "formulas": tab.locator(".katex-display").count(),
            "errors": tab.locator(f".katex-error, [mathcolor='{WRONG}']").count(),
            "open": tab.locator("details[open]").count(),
        }


def test_converted_to_html_the_formulas_are_there(unrolled: Path, tmp_path: Path, tab: Page) -> None:
    notebook = read(unrolled / f"{CHAPTER}.ipynb")
    found = converted(notebook, tmp_path, tab)
    assert found["formulas"] >= displays(notebook)
    assert (found["errors"], found["open"]) == (0, 0)


def test_a_formula_that_is_lost_or_cannot_be_set_is_missed(unrolled: Path, tmp_path: Path, tab: Page) -> None:
    broken = json.loads(json.dumps(read(unrolled / f"{CHAPTER}.ipynb")).replace("\\\\partial", "\\\\partail"))
    found = converted(nbformat.from_dict(broken), tmp_path, tab)
    assert found["errors"] > 0
