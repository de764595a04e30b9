"""What each rewrite of the loop gains: the functions of the chapter, as they stand on its page."""

import ast
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bptt.numeric import logit_gradients
from measured.networks import GRID, Network
from measured.timing import Spread, in_pairs

CHAPTER = Path(__file__).parents[2] / "chapters" / "beyond" / "fast-loop.md"

# What each stage runs forward and back; the last is the package itself.
STAGES = {
    "as the formulas read": ("forward_by_steps", "back_by_steps"),
    "one product per parameter": ("forward_by_steps", "back_with_products"),
    "inputs and logits at once": ("forward_at_once", "back_with_products"),
    "Vᵀ g_o and tanh′ at once": ("forward_at_once", "back_at_once"),
}
PACKAGE = "buffers that stay (the package)"


def gains() -> dict[str, list[Spread]]:
    """For each stage, how many times as fast as the first it is at each point of the grid, in float64."""
    functions = functions_of(CHAPTER.read_text(encoding="utf-8"))
    found: dict[str, list[Spread]] = {stage: [] for stage in [*STAGES, PACKAGE]}
    for sizes in GRID:
        network = Network(sizes, np.float64)
        works: dict[str, Callable[[], Any]] = {
            stage: partial(run, network, *(functions[name] for name in names))
            for stage, names in STAGES.items()
        }
        works[PACKAGE] = network.run
        first = next(iter(works.values()))
        for stage, work in works.items():
            found[stage].append(in_pairs(work, first)[0])
    return found


def run(network: Network, forward: Callable[..., Any], back: Callable[..., Any]) -> Any:
    """The gradients by one stage's functions."""
    U, W, V, b, c = network.arrays.values()
    h, o = forward(U, W, V, b, c, network.x, network.h0)
    return back(U, W, V, network.x, h, logit_gradients(o, network.y))


def functions_of(page: str) -> dict[str, Any]:
    """Define the functions of a page's cells, without running the cells."""
    names: dict[str, Any] = {"np": np}
    for cell in re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```", page, re.DOTALL | re.MULTILINE):
        code = re.sub(r"\A(:.*\n)+\n", "", cell)  # what is folded says so first
        if code.startswith("def "):
            tree = ast.parse(code)
            tree.body = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
            exec(compile(tree, "<chapter>", "exec"), names)
    return names
