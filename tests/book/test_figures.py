"""What a notebook draws."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, Rectangle
from nbformat.v4 import new_code_cell, new_notebook

from bptt.book import figures
from bptt.site import notebooks

ROOT = Path(__file__).parents[2]
GRAPH = "from bptt.book.figures import graph; graph({'W': (1, 1), 'h': (3, 1)}, [('W', 'h', 'a', '%s')])"


def drawn() -> list[str]:
    """Execute cells that draw two figures, as the book does, and return their files."""
    notebook = new_notebook(cells=[new_code_cell(GRAPH % backward) for backward in ("g", "")])
    with ThreadPoolExecutor(1) as thread:  # in this one a browser's event loop may be running
        assert thread.submit(asyncio.run, notebooks.run("page", notebook, ROOT)).result() is None
    outputs = [output for cell in notebook.cells for output in cell.outputs if "data" in output]
    return [output.data["image/svg+xml"] for output in outputs]


@pytest.mark.slow
def test_the_same_figure_gives_the_same_file() -> None:
    one, other = drawn()
    assert drawn() == [one, other]
    assert one != other


def test_a_matrix_bears_its_name_above_its_middle() -> None:
    figures.matrices([("A", 2, 3), ("B", 3, 4)], {}, ["="])
    axes = plt.gca()
    above = [text.get_position() for text in axes.texts if text.get_text() in ("$A$", "$B$")]
    cells = [patch.get_bbox() for patch in axes.patches if isinstance(patch, Rectangle)]
    plt.close()
    assert len(cells) == 2 * (6 + 12)
    for matrix, (x, y) in zip((cells[:12], cells[12:]), above, strict=True):
        left, right = min(cell.x0 for cell in matrix), max(cell.x1 for cell in matrix)
        assert abs((left + right) / 2 - x) < 1e-9
        assert max(cell.y1 for cell in matrix) < y


def test_an_entry_is_coloured_by_its_depth() -> None:
    figures.matrices([("A", 2, 1)], {}, [], depths={"A": {(0, 0): 1.0, (1, 0): 0.5}})
    patches = [patch for patch in plt.gca().patches if patch.get_alpha() not in (None, 1.0)]
    plt.close()
    assert [(round(patch.get_y(), 2), patch.get_alpha()) for patch in patches] == [(0.39, 0.8), (0.05, 0.4)]


@pytest.mark.parametrize(
    ("along", "scale", "ends"),
    [
        (None, "log", {"A": (2, 0.01), "B": (2, 10.0)}),
        ([-1, 0, 1], "linear", {"A": (1, 0.01), "B": (1, 10.0)}),
    ],
)
def test_a_curve_bears_its_name_where_it_ends(
    along: list[float] | None, scale: str, ends: dict[str, tuple[float, float]]
) -> None:
    figures.curves({"A": [1.0, 0.1, 0.01], "B": [1.0, 3.0, 10.0]}, "steps", "size", along)
    axes = plt.gca()
    plt.close()
    assert axes.get_yscale() == scale
    assert axes.figure.get_figwidth() <= figures.WIDEST
    assert {text.get_text(): text.xy for text in axes.texts} == ends


PLACES = {"W": (0.5, 0.5), "h": (2.5, 0.5), "L": (4.5, 0.5)}
ROUTES = [[("W", "h"), ("h", "L")], [("h", "L")], [("W", "h")]]


def test_each_route_has_its_arrows_in_a_colour_of_its_own_and_none_hides_another() -> None:
    figures.routes(PLACES, ROUTES, width=5.0, height=1.0)
    arrows = [patch for patch in plt.gca().patches if isinstance(patch, FancyArrowPatch)]
    plt.close()
    expected = [color for way, (color, _) in zip(ROUTES, figures.PATHS, strict=True) for _ in way]
    assert [to_hex(arrow.get_edgecolor()) for arrow in arrows] == expected
    ends = [tuple(map(tuple, arrow.get_path().vertices[[0, -1]])) for arrow in arrows]
    assert len(set(ends)) == len(arrows)
    assert len({start[1] for start, _ in ends}) == len(ROUTES)


def test_a_path_leads_over_its_nodes_in_a_colour_and_a_dash_of_its_own_and_hides_no_other() -> None:
    paths = [["W", "h", "L"], ["W", "h", "L"], ["h", "L"]]
    figures.graph(PLACES, [("W", "h", "", ""), ("h", "L", "", "")], 5.0, 1.0, paths)
    lines = plt.gca().lines
    plt.close()
    assert [line.get_color() for line in lines] == [color for color, _ in figures.PATHS]
    assert [line.is_dashed() for line in lines] == [line != "-" for _, line in figures.PATHS]
    for line, path in zip(lines, paths, strict=True):
        places = zip(*line.get_data(), (PLACES[name] for name in path), strict=True)
        assert max(abs(x - node[0]) + abs(y - node[1]) for x, y, node in places) < figures.RADIUS
    assert len({tuple(line.get_ydata()[-2:]) for line in lines}) == len(paths)
