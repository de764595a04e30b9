"""What a notebook draws."""

import asyncio
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from bptt.site import notebooks

ROOT = Path(__file__).parents[2]
GRAPH = "from bptt.book.figures import graph; graph({'W': (1, 1), 'h': (3, 1)}, [('W', 'h', 'a', '%s')])"


def drawn(backward: str) -> str:
    """Execute a cell that draws, as the book does, and return its file."""
    notebook = new_notebook(cells=[new_code_cell(GRAPH % backward)])
    assert asyncio.run(notebooks.run("page", notebook, ROOT)) is None
    return next(output.data["image/svg+xml"] for output in notebook.cells[0].outputs if "data" in output)


@pytest.mark.slow
def test_the_same_figure_gives_the_same_file() -> None:
    assert drawn("g") == drawn("g")
    assert drawn("g") != drawn("")
