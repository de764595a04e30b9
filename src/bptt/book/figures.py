"""The book's figures, drawn in one style."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, Rectangle

FORWARD, BACKWARD, QUIET = "#3b4252", "#b3541e", "#9aa3b2"  # legible on white, and inverted on black
DASHED = (0, (4, 2))
PATHS = ((FORWARD, "-"), (BACKWARD, DASHED), ("#1f7a8c", (0, (1, 1))))  # at most three in one graph
RADIUS = 0.32  # of a node, in inches
STYLE: dict[Any, Any] = {
    "font.family": "serif",
    "mathtext.fontset": "cm",
    "font.size": 12,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.transparent": True,
}

# A notebook shows figures while its backend is interactive. Loaded within a style, the backend would cease to
# be so with that style, and only the first figure of a page would be seen.
plt.switch_backend(plt.get_backend())

# The same figure gives the same file. It is written after its cell, when the style is no longer in force.
plt.rcParams["svg.hashsalt"] = "unrolled"

WIDEST = 5.3  # inches: on a phone the letters of a figure are then large enough to be read
NEAREST = 1.05  # between the middles of two nodes with an arrow between them

Place = tuple[float, float]
Edge = tuple[str, str, str, str]  # from, to, label of the forward arrow, label of the backward arrow


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """Open an empty drawing whose units are inches."""
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(width, height))
    axes.set(xlim=(0, width), ylim=(0, height), aspect="equal")
    axes.axis("off")
    figure.subplots_adjust(0, 0, 1, 1)
    return figure, axes


def graph(
    nodes: Mapping[str, Place],
    edges: Iterable[Edge],
    width: float = 6.4,
    height: float = 2.6,
    paths: Sequence[Sequence[str]] = (),
) -> None:
    """Draw a computational graph: values flow along solid arrows, gradients back along dashed ones.

    ``nodes`` places each TeX symbol in inches; an edge whose backward label is empty carries no gradient.
    At a dashed arrow stands what arrives at its end: what this edge adds to the gradient there.
    Each of ``paths`` lists its nodes, and has a broad line behind them in a colour and a dash of its own.
    """
    nodes, width = narrowed(nodes, width)
    with plt.rc_context(STYLE):
        _, axes = canvas(width, height)
        for n, path in enumerate(paths):
            aside = 0.12 * (n - (len(paths) - 1) / 2)  # so that no path hides another
            across, up = zip(*(nodes[name] for name in path), strict=True)
            color, line = PATHS[n]
            axes.plot(
                [x + aside for x in across],
                [y - aside for y in up],
                color=color,
                linestyle=line,
                linewidth=5,
                alpha=0.45,
                solid_joinstyle="round",
            )
        circles(axes, nodes, "white" if paths else "none")  # a path passes below the names
        for start, end, forward, backward in edges:
            arrow(axes, nodes[start], nodes[end], forward, FORWARD, "-", 0.1)
            if backward:
                arrow(axes, nodes[end], nodes[start], backward, BACKWARD, DASHED, 0.1)


def narrowed(nodes: Mapping[str, Place], width: float) -> tuple[dict[str, Place], float]:
    """Move nodes together until the graph is narrow enough, or two of a row come too near."""
    across = sorted({x for x, _ in nodes.values()})
    rows = [sorted(x for x, other in nodes.values() if other == y) for _, y in nodes.values()]
    nearest = min((right - left for row in rows for left, right in pairwise(row)), default=width)
    extent = across[-1] - across[0]
    factor = min(1, max((WIDEST - width + extent) / extent, NEAREST / nearest))
    placed = {name: (across[0] + (x - across[0]) * factor, y) for name, (x, y) in nodes.items()}
    return placed, width - extent * (1 - factor)


def routes(
    nodes: Mapping[str, Place], ways: Sequence[Iterable[tuple[str, str]]], width: float, height: float
) -> None:
    """Draw at most three sets of arrows in one graph, side by side, each in its own colour and line."""
    nodes, width = narrowed(nodes, width)
    with plt.rc_context(STYLE):
        _, axes = canvas(width, height)
        circles(axes, nodes)
        for n, (way, (color, line)) in enumerate(zip(ways, PATHS, strict=False)):
            for start, end in way:
                arrow(axes, nodes[start], nodes[end], "", color, line, 0.13 * (1 - n))


def circles(axes: Axes, nodes: Mapping[str, Place], face: str = "none") -> None:
    """Draw the nodes of a graph with their names."""
    for name, place in nodes.items():
        axes.add_patch(Circle(place, RADIUS, facecolor=face, edgecolor=FORWARD, linewidth=1.3, zorder=2))
        axes.text(*place, f"${name}$", ha="center", va="center", color=FORWARD, fontsize=14)


def arrow(axes: Axes, start: Place, end: Place, label: str, color: str, line: object, aside: float) -> None:
    """Draw one arrow between two nodes, a little to its own left so that two opposite ones stay apart."""
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    left = (-along[1], along[0])
    ends = [
        (
            p[0] + sign * (RADIUS + 0.06) * along[0] + aside * left[0],
            p[1] + sign * (RADIUS + 0.06) * along[1] + aside * left[1],
        )
        for p, sign in ((start, 1), (end, -1))
    ]
    axes.add_patch(
        FancyArrowPatch(
            *ends, arrowstyle="-|>", mutation_scale=11, color=color, linestyle=line, linewidth=1.3
        )
    )
    beside = abs(left[0]) > 0.5  # of a steep arrow, a word begins or ends there
    away = 0.1 if beside else 0.24
    middle = ((ends[0][0] + ends[1][0]) / 2 + away * left[0], (ends[0][1] + ends[1][1]) / 2 + away * left[1])
    side = ("left" if left[0] > 0 else "right") if beside else "center"
    axes.text(*middle, f"${label}$" if label else "", ha=side, va="center", color=color, fontsize=12)


def matrices(
    shapes: Sequence[tuple[str, int, int]],
    marked: Mapping[str, Iterable[tuple[int, int]]],
    signs: Sequence[str],
    cell: float = 0.34,
    depths: Mapping[str, Mapping[tuple[int, int], float]] = MappingProxyType({}),
) -> None:
    """Draw matrices side by side as grids, with some entries marked; rows and columns count from 0.

    ``shapes`` lists (TeX name, rows, columns) and ``signs`` what stands between neighbours.
    ``depths`` colours entries the more strongly the nearer their number is to 1.
    """
    gap, top = 0.75, 0.45
    width = sum(cols * cell for _, _, cols in shapes) + gap * (len(shapes) - 1) + 0.2
    height = max(rows for _, rows, _ in shapes) * cell + top + 0.1
    with plt.rc_context(STYLE):
        _, axes = canvas(width, height)
        x, middle = 0.1, (height - top) / 2
        for n, (name, rows, cols) in enumerate(shapes):
            corner = (x, middle + rows * cell / 2)
            shade(axes, corner, cell, depths.get(name, {}))
            grid(axes, corner, rows, cols, cell, set(marked.get(name, ())))
            axes.text(x + cols * cell / 2, height - 0.2, f"${name}$", ha="center", va="center", color=FORWARD)
            x += cols * cell
            if n < len(signs):
                axes.text(
                    x + gap / 2, middle, f"${signs[n]}$", ha="center", va="center", color=FORWARD, fontsize=15
                )
            x += gap


def shade(axes: Axes, corner: Place, cell: float, depths: Mapping[tuple[int, int], float]) -> None:
    """Colour entries of one matrix."""
    for (i, j), depth in depths.items():
        place = (corner[0] + j * cell, corner[1] - (i + 1) * cell)
        axes.add_patch(Rectangle(place, cell, cell, facecolor=BACKWARD, alpha=0.8 * depth))


def grid(axes: Axes, corner: Place, rows: int, cols: int, cell: float, marked: set[tuple[int, int]]) -> None:
    """Draw one matrix from its upper left corner; marked entries are filled and bear a dot."""
    for i in range(rows):
        for j in range(cols):
            x, y = corner[0] + j * cell, corner[1] - (i + 1) * cell
            face = BACKWARD if (i, j) in marked else "none"
            axes.add_patch(
                Rectangle((x, y), cell, cell, facecolor=face, alpha=0.35 if face != "none" else 1.0)
            )
            axes.add_patch(Rectangle((x, y), cell, cell, facecolor="none", edgecolor=QUIET, linewidth=0.9))
            if (i, j) in marked:
                axes.plot(x + cell / 2, y + cell / 2, "o", color=BACKWARD, markersize=4)


def curves(
    lines: Mapping[str, Sequence[float]], across: str, up: str, along: Sequence[float] | None = None
) -> None:
    """Draw positive numbers against 0, 1, 2, ... on a logarithmic scale, each line named at its end.

    Where the places ``along`` the axis are given, the numbers are any, and the scale is the usual one.
    """
    with plt.rc_context(STYLE):
        _, axes = plt.subplots(figsize=(WIDEST, 3.4), layout="constrained")
        axes.spines[["top", "right"]].set_visible(False)
        axes.tick_params(colors=FORWARD)
        if along is None:
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter("{x:g}")  # the exponent of a power would be too small on a phone
        axes.set_xlabel(across, color=FORWARD)
        axes.set_ylabel(up, color=FORWARD)
        for n, (name, line) in enumerate(lines.items()):
            color = (FORWARD, BACKWARD)[n % 2]
            places = range(len(line)) if along is None else along
            axes.plot(places, line, color=color, linestyle=("-", DASHED)[n // 2 % 2], linewidth=1.6)
            axes.annotate(
                name,
                (places[-1], line[-1]),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                color=color,
            )
