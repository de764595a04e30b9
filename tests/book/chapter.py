"""Run a chapter's cells in this process, as they stand or with something changed on purpose."""

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from myst_nb.core.read import myst_nb_reader_plugin

from bptt.book.claims import Claim
from bptt.book.evidence import Output
from bptt.site import notebooks

ROOT = Path(__file__).parents[2]
# Each in the folder of its part. Beside them stands the ledger, whose pages are no notebooks.
CHAPTERS = [page for page in notebooks.pages(ROOT) if page.count("/") == 2 and "/ledger/" not in page]

each_chapter = pytest.mark.parametrize("page", CHAPTERS)


@cache
def code_cells(page: str) -> tuple[str, ...]:
    notebook = myst_nb_reader_plugin(str(ROOT / f"{page}.md"))
    return tuple(cell.source for cell in notebook.cells if cell.cell_type == "code")


def run_cell(cell: str, names: dict[str, Any]) -> Any:
    """Execute a cell and return the value of its last line, shown as a page would show it."""
    tree = ast.parse(cell)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)
    value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None
    if isinstance(value, Output):
        value.markdown()
        value.evidence()
    return value


@dataclass(frozen=True)
class Run:
    """What each cell of a chapter shows, the names before each, and the claims compared with NumPy."""

    shown: tuple[Any, ...]
    before: tuple[dict[str, Any], ...]
    compared: tuple[tuple[Claim, tuple[Any, ...], dict[str, Any]], ...]


@cache
def unbroken(page: str) -> Run:
    """Run a chapter once for all tests of it."""
    names: dict[str, Any] = {}
    shown, before, compared = [], [], []
    agrees_with = Claim.agrees_with

    def remember(claim: Claim, *against: Any, **by: Any) -> Claim:
        compared.append((claim, against, by))
        return agrees_with(claim, *against, **by)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Claim, "agrees_with", remember)
        for cell in code_cells(page):
            before.append(dict(names))
            shown.append(run_cell(cell, names))
    return Run(tuple(shown), tuple(before), tuple(compared))


def shown(page: str) -> tuple[Any, ...]:
    return unbroken(page).shown


def run_changed(page: str, number: int, cell: str) -> Any:
    """Run a chapter from a cell on that is changed, the cells before it as they were; return its value."""
    names = dict(unbroken(page).before[number])
    value = run_cell(cell, names)
    for later in code_cells(page)[number + 1 :]:
        run_cell(later, names)
    return value


def with_text(page: str, old: str, new: str) -> tuple[int, str]:
    """Replace one piece of text, which must stand in the cells exactly once: the cell's number and text."""
    cells = code_cells(page)
    assert sum(cell.count(old) for cell in cells) == 1, f"{page}: {old!r} does not stand there once"
    number = next(n for n, cell in enumerate(cells) if old in cell)
    return number, cells[number].replace(old, new)
