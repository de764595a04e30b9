"""The table and the plots of what was measured."""

import datetime
import os
import platform
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

from measured.networks import GRID
from measured.peers import EARLIER, PEERS
from measured.timing import Spread

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "benchmarks/results"
VERSIONS = ("numpy", "torch", "jax", "autograd")
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9")

plt.rcParams.update({"svg.hashsalt": "bptt", "svg.fonttype": "none", "font.size": 9, "axes.spines.top": False,
                     "axes.spines.right": False, "legend.frameon": False})  # fmt: skip


@dataclass
class Row:
    """One network in one precision.

    Attributes:
        sizes, dtype: which.
        ratios: peer -> its time over ours.
        seconds: our own time.
        limit: our time over that of the arithmetic alone.
        prepared: whether ours is a prepared run.
    """

    sizes: tuple[int, ...]
    dtype: str
    ratios: dict[str, Spread] = field(default_factory=dict)
    seconds: Spread | None = None
    limit: float = 0.0
    prepared: bool = False

    def __str__(self) -> str:
        ratios = [str(self.ratios[peer]) if peer in self.ratios else "–" for peer in PEERS]
        ms = f"{1e3 * self.seconds.median:.3g}" if self.seconds else "–"
        sizes = ", ".join(map(str, self.sizes))
        dtype = f"{self.dtype}, prepared" if self.prepared else self.dtype
        return f"| {sizes} | {dtype} | {ms} | {' | '.join(ratios)} | {self.limit:.2f} |"


@dataclass
class Found:
    """Everything that was measured; `benchmarks/speed.py` says how."""

    rows: list[Row]
    absent: list[str]
    compiling: list[float]
    gains: dict[str, list[Spread]]
    memory: dict[str, float]
    roundings: dict[str, dict[str, float]]
    growth: dict[int, float]


def write(found: Found, name: str, took: float) -> None:
    """Write NAME.md, NAME.svg and NAME-rewrites.svg to benchmarks/results, or without all peers to _build."""
    # What the book shows is not replaced by less.
    folder = ROOT / "_build/benchmarks" if found.absent else RESULTS
    folder.mkdir(parents=True, exist_ok=True)
    text = table(found, took)
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    plot_ratios(found, folder / f"{name}.svg")
    plot_gains(found, folder / f"{name}-rewrites.svg")
    print(f"{text}\nin {folder.relative_to(ROOT)}")


def table(found: Found, took: float) -> str:
    """All numbers in Markdown, the circumstances last."""
    lines = [
        f"| T, B, D, H, K | dtype | ms | {' | '.join(PEERS)} | limit |",
        "|---" * (len(PEERS) + 4) + "|",
        *map(str, found.rows),
        "",
        "How many times as long as NumPy each peer takes, above 1 where NumPy is ahead: medians of "
        "alternating pairs of process CPU time, with the smallest and the largest.",
        "*ms* is NumPy's own time; *limit* is NumPy's time over that of its products at the peak rate and "
        "its tanh and exp at the fastest rate seen.",
        "*Prepared* rows are of a `Prepared` run, which has looked at its arguments once; "
        f"*{EARLIER}* is this package at that commit, before it took weights and losses of one's own.",
        "",
        "- Memory at T, B, D, H, K = 4096, 32, 64, 128, 64 in float64 (tracemalloc, without the arguments): "
        f"{found.memory['whole']:.0f} MiB; with checkpoints {found.memory['checkpointed']:.1f} MiB at "
        f"{found.memory['ratio']:.2f} times the time.",
        "- Largest error of a gradient against 50 digits, in the norm, at the first point: "
        + ", ".join(f"{max(of.values()):.1f} eps in {dtype}" for dtype, of in found.roundings.items())
        + ".",
        "- Time for each step, B, D, H, K as above: "
        + ", ".join(f"{us:.0f} µs at T = {steps}" for steps, us in found.growth.items())
        + ".",
    ]
    if found.compiling:
        lines.append(
            f"- JAX's first call, which compiles and is not counted: {min(found.compiling):.1f} to "
            f"{max(found.compiling):.1f} s."
        )
    if found.absent:
        lines.append(f"- Not installed, and so not compared: {', '.join(found.absent)}.")
    return "\n".join([*lines, f"- {circumstances(took)}", ""])


def circumstances(took: float) -> str:
    """Machine, kernels, versions, threads and date."""
    versions = [f"Python {platform.python_version()}"]
    for package in VERSIONS:
        try:
            versions.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    machine = f"{processor()}, {platform.system()}; NumPy's OpenBLAS with {kernels()} kernels"
    when = f"one thread; {datetime.date.today()}; {took / 60:.1f} minutes"
    return f"{machine}; {', '.join(versions)}; {when}."


def processor() -> str:
    """The model of the processor, as far as the system tells."""
    cpuinfo = Path("/proc/cpuinfo")
    models = (
        [line for line in cpuinfo.read_text().splitlines() if "model name" in line]
        if cpuinfo.exists()
        else []
    )
    return models[0].split(":")[1].strip() if models else platform.processor() or platform.machine()


def kernels() -> str:
    """The processor that OpenBLAS takes this one for, and whether it was told so."""
    environment = {**os.environ, "OPENBLAS_VERBOSE": "2"}
    said = subprocess.run(
        [sys.executable, "-c", "import numpy"], env=environment, capture_output=True, text=True
    )
    core = (said.stdout + said.stderr).partition("Core:")[2].split()[:1]
    told = " (OPENBLAS_CORETYPE)" if "OPENBLAS_CORETYPE" in os.environ else ""
    return (core[0] if core else "unknown") + told


def plot_ratios(found: Found, path: Path) -> None:
    """Bars for each peer at each point, on a logarithmic axis; whiskers from the smallest to the largest."""
    figure, panels = plt.subplots(1, 2, figsize=(7, 3.4), sharey=True, layout="constrained")
    for panel, dtype in zip(panels, dict.fromkeys(row.dtype for row in found.rows), strict=True):
        rows = [row for row in found.rows if row.dtype == dtype and not row.prepared]
        for n, (peer, colour) in enumerate(
            zip([peer for peer in PEERS if peer != EARLIER], COLOURS, strict=False)
        ):
            some = [(x, row.ratios[peer]) for x, row in enumerate(rows) if peer in row.ratios]
            bars(panel, [x + 0.2 * n - 0.3 for x, _ in some], [ratio for _, ratio in some], peer, colour)
        marked(panel, dtype)
    panels[0].set_ylabel("time / NumPy's time")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    save(figure, path)


def plot_gains(found: Found, path: Path) -> None:
    """Bars for each stage at each point."""
    figure, panel = plt.subplots(figsize=(7, 3), layout="constrained")
    for n, ((stage, ratios), colour) in enumerate(zip(found.gains.items(), COLOURS, strict=True)):
        bars(panel, [x + 0.16 * n - 0.32 for x in range(len(GRID))], ratios, stage, colour, width=0.15)
    marked(panel, "float64")
    panel.set_ylabel("times as fast as the first")
    panel.legend()
    save(figure, path)


def bars(panel, places, ratios, label, colour, width=0.19) -> None:  # type: ignore[no-untyped-def]
    """Draw one series of medians."""
    medians = [ratio.median for ratio in ratios]
    below = [ratio.median - ratio.least for ratio in ratios]
    above = [ratio.most - ratio.median for ratio in ratios]
    panel.bar(places, medians, width, label=label, color=colour, yerr=[below, above], error_kw={"lw": 0.8})


def marked(panel, title) -> None:  # type: ignore[no-untyped-def]
    """Name the points of the grid, and draw the line where both sides are equal."""
    panel.axhline(1, color="black", lw=0.8)
    panel.set_yscale("log")
    panel.set_yticks([0.5, 1, 2, 5, 10, 20], ["0.5", "1", "2", "5", "10", "20"])
    panel.minorticks_off()
    panel.set_xticks(range(len(GRID)), [f"T = {T}\nB = {B}\nH = {H}" for T, B, _, H, _ in GRID])
    panel.set_title(title)


def save(figure, path: Path) -> None:  # type: ignore[no-untyped-def]
    """Write a figure that is the same whenever its numbers are."""
    figure.savefig(path, metadata={"Date": None, "Creator": None}, facecolor="white")
    figure.savefig(path.with_suffix(".png"), dpi=200, facecolor="white")  # for notebooks
    plt.close(figure)
