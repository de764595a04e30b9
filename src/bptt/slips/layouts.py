"""Writes the book's network as others do: rows or columns, batch or time first, a mean or a sum.

A function is recognised by the value of its loss: in one of these layouts, on random arrays of unequal sizes,
it computes that of the book's network or a mean of it.
"""

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from bptt.arrays import Array
from bptt.numeric.losses import LOSS_AT
from bptt.numeric.rnn import network_loss
from bptt.slips.inputs import Example, example

# What the arguments of such a function are called, by the book's names of them.
NAMES = {
    "U": "U Wxh W_xh Wx W_x W_ih Wax",
    "W": "W Whh W_hh Wh W_h Waa",
    "V": "V Why W_hy Wy W_y Wo W_o W_out Wya",
    "b": "b bh b_h ba",
    "c": "c by b_y bo b_o b_out",
    "x": "x X xs inputs",
    "y": "y Y ys targets labels",
    "h0": "h0 h_0 hprev h_prev",
}
ROLES = {name: role for role, names in NAMES.items() for name in names.split()}
PARAMETERS = ("U", "W", "V", "b", "c", "h0")
LOSSES = ("nll", "squared_error")  # of labels


@dataclass(frozen=True)
class Layout:
    """How a function takes the network.

    Attributes:
        rows: whether matrices stand on the right, x @ U.
        axes: "time first", "batch first" or "one sequence".
        onehot: whether the targets are rows and not labels.
        loss, loss_at: as in `total_loss`.
        mean: "", or what the loss is a mean over, "T", "B" or "T·B".
    """

    rows: bool = False
    axes: str = "time first"
    onehot: bool = False
    loss: str = "nll"
    loss_at: str = "all"
    mean: str = ""

    def __str__(self) -> str:
        over = f"mean over {self.mean}" if self.mean else "sum"
        at = ", of the last step" if self.loss_at == "last" else ""
        return f"{'rows' if self.rows else 'columns'}, {self.axes}, {self.loss}, {over}{at}"

    def taken(self, given: Example) -> dict[str, Array]:
        """Return the arrays of an example in this layout, by their roles."""
        x, y, h0 = given.x, given.y, given.h0
        targets = np.eye(len(given.params.V))[y] if self.onehot else y
        if self.axes == "batch first":
            x, targets = x.swapaxes(0, 1), targets.swapaxes(0, 1)
        return {**self.turned(vars(given.params)), "x": x, "y": targets, "h0": h0}

    def turned(self, by_role: Mapping[str, Array]) -> dict[str, Array]:
        """Return parameters, or gradients by them, in this layout."""
        return {role: array.T if self.rows and role in "UWV" else array for role, array in by_role.items()}

    def divisor(self, given: Example) -> int:
        """Return the number that the loss is divided by."""
        T, B = given.x.shape[0], given.x.shape[1] if given.x.ndim == 3 else 1
        return {"": 1, "T": T, "B": B, "T·B": T * B}[self.mean]


def drawn(layout: Layout) -> Example:
    """Draw an example of unequal sizes."""
    given = example()
    if layout.axes == "one sequence":
        return replace(given, x=given.x[:, 0], y=given.y[:, 0], h0=given.h0[0])
    return given


def roles(function: Callable[..., Any]) -> dict[str, str]:
    """Return the roles of a function's arguments, by their names.

    Raises:
        ValueError: an argument of which it is not known what it is.
    """
    found = {}
    for name, one in inspect.signature(function).parameters.items():
        if name in ROLES:
            found[name] = ROLES[name]
        elif one.default is one.empty:
            known = "; ".join(f"{role}: {names}" for role, names in NAMES.items())
            raise ValueError(f"function: expected arguments among {known}; received {name!r}")
    return found


def layouts(function: Callable[..., Any], h0: bool) -> Iterator[tuple[Layout, Example, bool]]:
    """List the layouts in which a function runs, and whether its loss is then that of the network.

    Args:
        function: takes arrays by their roles; returns a loss and gradients.
        h0: whether it takes the state before the first step; it is zero if not.
    """
    axes = ("time first", "batch first", "one sequence")
    for rows, axis, onehot in itertools.product((False, True), axes, (False, True)):
        taken = Layout(rows, axis, onehot)
        given = drawn(taken)
        given = given if h0 else replace(given, h0=0 * given.h0)
        try:
            value = float(function(**taken.taken(given))[0])
        except Exception:  # of whatever kind: this layout is not meant
            continue
        for loss, at, mean in itertools.product(LOSSES, LOSS_AT, ("", "T", "B", "T·B")):
            tried = replace(taken, loss=loss, loss_at=at, mean=mean)
            ours = network_loss(given.params, given.x, given.y, given.h0, loss=loss, loss_at=at)
            if abs(value - ours / tried.divisor(given)) <= 1e-9 * abs(value):
                yield tried, given, True
                break
        else:
            yield taken, given, False
