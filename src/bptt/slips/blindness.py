"""Which inputs are blind to which mistake, and why: a table in which every cell is run.

Each slip is run on each example, and what it claims is compared with what is measured there by the complex
step. A slip is *found* where the gradient of a parameter comes out wrong, or a shape does not conform; the
example is *blind* to it where all five come out right. The reasons stand in this file, since no program can
give them; that each blind cell has one, and no other cell has, is checked whenever the table is made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from bptt.arrays import Array
from bptt.measure.derivatives import complex_step
from bptt.measure.gradcheck import compare
from bptt.numeric.backward import loss_and_gradients
from bptt.numeric.rnn import Parameters, network_loss
from bptt.slips.inputs import Example, examples
from bptt.slips.programs import SLIPS, Slip

TOLERANCE = 1e-9
PARAMETERS = ("U", "W", "V", "b", "c")

_TANH = ("missing tanh′", "doubled tanh′", "tanh′ one step early", "tanh′ one step late", "b without tanh′")
_CARRY = ("W not transposed", "no carry through time", "diagonal on the other side")
_ONE_STEP = (
    "label of the step before",
    "mean over time",
    "output term dropped",
    "sign of the carried term",
    "tanh′ one step late",
    "input of the step before",
    "W of the last step only",
    "U overwritten, not added up",
    "c of the last step only",
)

# For each example, by its name: why the slips that come after it do no harm there.
REASONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "T = 1": {
        "the only step is the first and the last: there is no other": _ONE_STEP,
        "what is carried reaches h⁽⁰⁾ alone, and no parameter": _CARRY,
    },
    "T = 1, h⁽⁰⁾ = 0": {
        "the only step is the first and the last: there is no other": _ONE_STEP,
        "what is carried reaches h⁽⁰⁾ alone, and no parameter": _CARRY,
        "W meets the state 0 alone: its gradient is 0, transposed or not": ("factors of W swapped",),
    },
    "B = 1": {"the mean over one sequence is the sum": ("mean over the batch",)},
    "H = 1": {
        "a matrix of one entry is its own transpose": ("W not transposed", "factors of W swapped"),
        "numbers commute": ("diagonal on the other side",),
    },
    "K = 1": {
        "the softmax of one number is 1: every gradient is 0, and a slip that conforms claims 0": tuple(
            slip.name for slip in SLIPS if slip.name not in ("V not transposed", "factors of U swapped")
        )
    },
    "symmetric V": {"V is its own transpose": ("V not transposed",)},
    "symmetric W": {"W is its own transpose": ("W not transposed",)},
    "diagonal W": {
        "W is its own transpose": ("W not transposed",),
        "diagonal matrices commute": ("diagonal on the other side",),
    },
    "W = 0": {"nothing is carried through time": (*_CARRY, "sign of the carried term")},
    "loss at the last step only": {
        "the gradient by the logits is 0 before the last step": (
            "output term dropped",
            "c of the last step only",
        )
    },
    "equal labels at all steps": {"the label before is the same": ("label of the step before",)},
    "equal inputs at all steps": {"the input before is the same": ("input of the step before",)},
    "words, none of them twice": {"no word is repeated": ("repeated words added once",)},
    "equal |h| at all steps": {
        "1 − h² does not see the sign": (
            "tanh′ one step early",
            "tanh′ one step late",
        )
    },
    "equal |h| in all units": {
        "diag(1 − h²) is a multiple of the identity, and commutes": ("diagonal on the other side",)
    },
    "equal states at all steps": {
        "1 − h² is the same at all steps": ("tanh′ one step early", "tanh′ one step late"),
        "h⁽ᵗ⁾ = h⁽ᵗ⁻¹⁾": ("h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾", "h⁽⁰⁾ wraps round to h⁽ᵀ⁾", "h⁽ᵗ⁻¹⁾ for h⁽ᵗ⁾"),
        "U x⁽ᵗ⁾ was chosen so, and came out the same at all steps": ("input of the step before",),
    },
    "zero states": {
        "tanh′(0) = 1": (*_TANH, "diagonal on the other side"),
        "all states are 0: the gradients of W and V are 0, whichever state is taken": (
            "h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾",
            "h⁽⁰⁾ wraps round to h⁽ᵀ⁾",
            "h⁽ᵗ⁻¹⁾ for h⁽ᵗ⁾",
            "factors of W swapped",
            "W of the last step only",
        ),
        "all inputs are 0: so is the gradient of U": (
            "input of the step before",
            "U overwritten, not added up",
        ),
    },
    "V = 0": {
        "no gradient enters the states: only those of V and c are not 0": (
            *_CARRY,
            *_TANH,
            "output term dropped",
            "sign of the carried term",
            "h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾",
            "h⁽⁰⁾ wraps round to h⁽ᵀ⁾",
            "input of the step before",
            "factors of W swapped",
            "W of the last step only",
            "U overwritten, not added up",
            "repeated words added once",
        )
    },
}


@dataclass(frozen=True)
class Cell:
    """What came of one slip on one example.

    Attributes:
        slip, example: their names.
        conforms: whether the slip ran to its end, with gradients of the right shapes.
        errors: tensor -> relative error, as `gradcheck` defines it, for all five parameters, h0 and x.
        why: the reason where the example is blind, otherwise empty.
    """

    slip: str
    example: str
    conforms: bool
    errors: Mapping[str, float]
    why: str

    @property
    def wrong(self) -> tuple[str, ...]:
        """The tensors whose gradients come out wrong."""
        return tuple(name for name, error in self.errors.items() if not error <= TOLERANCE)

    @property
    def blind(self) -> bool:
        """Whether all five parameters' gradients come out right, wrong as the backward pass is."""
        return self.conforms and not set(self.wrong) & set(PARAMETERS)

    @property
    def elsewhere(self) -> str:
        """Where a slip shows that no parameter shows, such as " (seen in h0)"."""
        return f" (seen in {', '.join(self.wrong)})" if self.blind and self.wrong else ""

    def __str__(self) -> str:
        if self.blind:
            return f"blind{self.elsewhere}"
        return "found" if self.conforms else "does not conform"


@dataclass(frozen=True, repr=False)
class BlindnessTable:
    """What came of every slip on every example; printed, the blind spots of each example.

    Attributes:
        cells: example by example; `table[slip, example]` is one of them.
    """

    cells: tuple[Cell, ...]

    def __getitem__(self, key: tuple[str, str]) -> Cell:
        for cell in self.cells:
            if (cell.slip, cell.example) == key:
                return cell
        raise KeyError(key)

    def __str__(self) -> str:
        lines = []
        for name in dict.fromkeys(cell.example for cell in self.cells):
            column = [cell for cell in self.cells if cell.example == name]
            blind = [cell for cell in column if cell.blind]
            lines.append(f"{name}: finds {len(column) - len(blind)} of {len(column)}")
            for why in dict.fromkeys(cell.why for cell in blind):
                slips = (f"{cell.slip}{cell.elsewhere}" for cell in blind if cell.why == why)
                lines.append(f"    {why}\n        {', '.join(slips)}")
        return "\n".join(lines)

    __repr__ = __str__

    def table(self, *, slip: str | Sequence[str] = (), example: str | Sequence[str] = ()) -> "Grid":
        """Show which examples catch the given slips, ✓, and which let them pass, ✗, and why.

        Args:
            slip, example: the names of those asked for; all, if none is given.

        Returns:
            A table for the notebook, with a row for each example that lets a slip pass; of a single example,
            with a row for each slip that passes.

        Raises:
            KeyError: there is no slip, or no example, of such a name.
        """
        slips = asked(slip, [cell.slip for cell in self.cells])
        given = asked(example, [cell.example for cell in self.cells])
        if len(given) == 1:
            return Grid("slip", tuple(given), {one: [self[one, given[0]]] for one in slips})
        return Grid("example", tuple(slips), {name: [self[one, name] for one in slips] for name in given})


def asked(names: str | Sequence[str], known: Sequence[str]) -> list[str]:
    """List the names that are asked for: all that are known, if none is given."""
    wanted = [names] if isinstance(names, str) else list(names)
    for name in wanted:
        if name not in known:
            raise KeyError(name)
    return wanted or list(dict.fromkeys(known))


@dataclass(frozen=True, repr=False)
class Grid:
    """A part of the table, as Markdown: a row for each line that holds a blind cell, one for all others.

    Attributes:
        what: what the rows are, "example" or "slip".
        columns: the headings between it and the reason.
        rows: name -> its cells, in the order of the columns.
    """

    what: str
    columns: tuple[str, ...]
    rows: Mapping[str, Sequence[Cell]]

    def __str__(self) -> str:
        head = [self.what, *self.columns, "why it passes"]
        lines = [head, ["---", *([":---:"] * len(self.columns)), "---"]]
        passing = {name: cells for name, cells in self.rows.items() if any(cell.blind for cell in cells)}
        for name, cells in passing.items():
            why = dict.fromkeys(cell.why for cell in cells if cell.blind)
            lines.append([name, *("✗" if cell.blind else "✓" for cell in cells), "; ".join(why)])
        if others := len(self.rows) - len(passing):
            lines.append([f"the other {others}", *("✓" * len(self.columns)), ""])
        return "\n".join(f"| {' | '.join(part.replace('|', '∣') for part in line)} |" for line in lines)

    __repr__ = _repr_markdown_ = __str__


@cache  # for all chapters that a process runs
def blindness() -> BlindnessTable:
    """Run every slip on every example and say which come out right all the same.

    Returns:
        The table.

    Raises:
        ValueError: as `column`, or a reason stands for an example that there is not.
        GradientError: as `column`.
    """
    given = examples()
    for name in REASONS:
        if name not in given:
            raise ValueError(f"REASONS: expected names of examples; received {name!r}")
    return BlindnessTable(tuple(cell for name in given for cell in column(name, given[name])))


def column(name: str, given: Example) -> tuple[Cell, ...]:
    """Run every slip on one example.

    Returns:
        The cells of this example, in the order of the slips.

    Raises:
        ValueError: a blind cell has no reason in `REASONS`, or a reason stands for a cell that is not blind.
        GradientError: the right backward pass is wrong on the example.
    """
    measured = {loss: measured_gradients(given, loss) for loss in ("nll", "squared_error")}
    for loss, gradients in measured.items():
        _, claimed = loss_and_gradients(
            given.params, given.x, given.y, given.h0, loss=loss, loss_at=given.loss_at
        )
        compare(claimed.by_name(), gradients, method="complex step").require(TOLERANCE)
    reasons = {slip: why for why, slips in REASONS.get(name, {}).items() for slip in slips}
    cells = []
    for slip in SLIPS:
        errors = slip_errors(_program(slip), given, slip.loss, measured[slip.loss])
        cells.append(Cell(slip.name, name, bool(errors), errors, reasons.get(slip.name, "")))
    blind = {cell.slip for cell in cells if cell.blind}
    for slip_name in sorted(blind ^ reasons.keys()):
        expected = "a reason, as it is blind" if slip_name in blind else "no reason, as it is not blind"
        raise ValueError(f"REASONS: expected {expected} to {slip_name!r}, for {name!r}")
    return tuple(cells)


# Made once, and not anew for each example.
_program = cache(Slip.loss_and_gradients)


def measured_gradients(given: Example, loss: str) -> dict[str, Array]:
    """Measure the gradients of an example's loss by the complex step: five parameters, h0 and x."""

    def f(h0: Array, x: Array, **arrays: Array) -> float | complex:
        return network_loss(Parameters(**arrays), x, given.y, h0, loss=loss, loss_at=given.loss_at)

    return complex_step(f, {**vars(given.params), "h0": given.h0, "x": given.x})


def slip_errors(
    wrong: Callable[..., Any], given: Example, loss: str, measured: Mapping[str, Array]
) -> dict[str, float]:
    """Compare what a slip claims with what was measured: tensor -> relative error; none if it cannot run."""
    try:
        _, claimed = wrong(given.params, given.x, given.y, given.h0, loss=loss, loss_at=given.loss_at)
        report = compare(claimed.by_name(), measured, method="complex step")
    except ValueError:
        return {}
    return {tensor.name: tensor.error for tensor in report.tensors}
