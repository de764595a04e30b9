"""Run a chapter's cells in this process, as they stand or with something changed on purpose."""

import ast
from pathlib import Path
from typing import Any

import pytest
from myst_nb.core.read import myst_nb_reader_plugin

from bptt.book.execute import notebooks

ROOT = Path(__file__).parents[2]
PAGES = [page for page, _ in notebooks(ROOT)]
CHAPTERS = [page for page in PAGES if page.startswith("chapters/")]

each_chapter = pytest.mark.parametrize("page", CHAPTERS)


def code_cells(page: str) -> list[str]:
    notebook = myst_nb_reader_plugin(str(ROOT / f"{page}.md"))
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def changed(page: str, old: str, new: str) -> list[str]:
    """The cells with one piece of text replaced, which must stand there exactly once."""
    cells = code_cells(page)
    assert sum(cell.count(old) for cell in cells) == 1, f"{page}: {old!r} does not stand there once"
    return [cell.replace(old, new) for cell in cells]


def run(cells: list[str]) -> list[Any]:
    """Execute cells one after the other and return the value of each, shown as a page would show it."""
    names: dict[str, Any] = {}
    shown = []
    for cell in cells:
        tree = ast.parse(cell)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "<cell>", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None
        if hasattr(value, "_repr_mimebundle_"):
            value._repr_mimebundle_()
        shown.append(value)
    return shown
