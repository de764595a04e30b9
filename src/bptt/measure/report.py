"""What a check of gradients found: a table, and a verdict at its end; as text, HTML, JSON and a plot."""

import html
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import NoReturn

from bptt.measure.comparison import TensorComparison
from bptt.measure.plot import Plot


class GradientError(AssertionError):
    """A claimed gradient differs from the measured one by more than the tolerance."""


@dataclass(frozen=True, repr=False)
class GradientReport:
    """What `gradcheck` found: a table and a verdict when printed, or a judgement at the caller's tolerance.

    Attributes:
        method: how the gradients were measured.
        tensors: one comparison per tensor, in the order of the claims; `report["A"]` is the one of A.
        seed: of what was drawn.
    """

    method: str
    tensors: tuple[TensorComparison, ...]
    seed: int = 0
    _steps: Callable[[], Plot] | None = field(default=None, compare=False)

    @property
    def error(self) -> float:
        """The largest error of any tensor."""
        errors = [tensor.error for tensor in self.tensors]
        return math.nan if any(map(math.isnan, errors)) else max(errors)

    def __getitem__(self, name: str) -> TensorComparison:
        for tensor in self.tensors:
            if tensor.name == name:
                return tensor
        raise KeyError(name)

    def failures(self, tol: float) -> tuple[TensorComparison, ...]:
        """Return the tensors whose error exceeds `tol`.

        Raises:
            ValueError: unless 0 <= tol < 1: a gradient of zeros has error 1 and must never pass.
        """
        if not 0 <= tol < 1:
            raise ValueError(f"tol: expected 0 <= tol < 1 (a gradient of zeros has error 1); received {tol}")
        # Not `error > tol`: an error that overflowed to NaN is a failure too.
        return tuple(tensor for tensor in self.tensors if not tensor.error <= tol)

    def passed(self, tol: float) -> bool:
        """Tell whether the error of every tensor is at most `tol`; raises as `failures` does."""
        return not self.failures(tol)

    def require(self, tol: float) -> "GradientReport":
        """Return the report if every tensor's error is at most `tol`.

        Raises:
            GradientError: otherwise; names each wrong tensor with its error, its worst entry and both values.
            ValueError: as in `failures`.
        """
        failed = self.failures(tol)
        if failed:
            surely = any(not tensor.error <= tensor.bound for tensor in failed)
            count = f"{len(failed)} of {len(self.tensors)} gradients {'wrong' if surely else 'undecided'}"
            lines = [f"{count} by {self.method}, tolerance {tol:g}:"]
            lines += [f"  {tensor}{_noted(tensor)}" for tensor in failed]
            raise GradientError("\n".join(lines))
        return self

    def with_status(self, status: str) -> tuple[TensorComparison, ...]:
        """Return the tensors that are "right", "wrong" or "undecided"."""
        return tuple(tensor for tensor in self.tensors if tensor.status == status)

    @property
    def verdict(self) -> str:
        """What is wrong, what could not be decided, and what is right and how exactly, in a sentence."""
        wrong, undecided, right = map(self.with_status, ("wrong", "undecided", "right"))
        parts = []
        if wrong:
            count = f"{len(wrong)} of {len(self.tensors)}"
            parts.append(f"{_are(wrong)} wrong, {count}{_notes(wrong)}")
        if undecided:
            parts.append(f"{_are(undecided)} not decided{_notes(undecided)}")
        if right:
            exact = max(max(tensor.error, tensor.bound) for tensor in right)
            parts.append(f"{_are(right)} right, to {exact:.0e}{_notes(right)}")
        return f"Verdict: {'; '.join(parts)}."

    def plot(self) -> Plot:
        """Measure the claims with many step sizes, and draw the error against the step.

        A right gradient has a V by central differences, the bottom of which is what they can tell, and lies
        below it by the complex step; a wrong one has a floor that no step lowers.

        Raises:
            ValueError: nothing was measured here: the report compares two sets of gradients.
        """
        if self._steps is None:
            raise ValueError("plot: expected a report of gradcheck; received one that compares two gradients")
        return self._steps()

    def to_json(self) -> str:
        """Return the report as JSON: the verdict, and for each tensor what it holds and its status."""
        tensors = [{**asdict(tensor), "status": tensor.status} for tensor in self.tensors]
        for tensor in tensors:
            for key, value in tensor.items():
                if isinstance(value, float) and not math.isfinite(value):
                    tensor[key] = str(value)  # JSON has no infinity
        kept = {"method": self.method, "seed": self.seed, "verdict": self.verdict, "tensors": tensors}
        return json.dumps(kept, ensure_ascii=False, indent=1)

    def __bool__(self) -> NoReturn:
        # Otherwise `assert gradcheck(...)` would pass whatever was found.
        raise TypeError("a GradientReport is neither true nor false: use .passed(tol) or .require(tol)")

    def __str__(self) -> str:
        rows = [
            (
                "gradient of",
                "shape",
                "norm",
                "relative error",
                "exact to",
                "worst entry",
                "claimed",
                "measured",
            )
        ]
        for t in self.tensors:
            values = f"{t.norm:.4g}", f"{t.error:.1e}", f"{t.bound:.0e}", t.place
            rows.append((t.name, str(t.shape), *values, f"{t.claimed:.10g}", f"{t.measured:.10g}"))
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [f"claimed against measured by {self.method}"]
        lines += ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
        return "\n".join([*lines, *self._measured_in_part(), self.verdict])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = ("gradient of", "relative error", "exact to", "worst entry: claimed, measured", "verdict")
        rows = [
            (
                t.name,
                f"{t.error:.1e}",
                f"{t.bound:.0e}",
                f"{t.place}: {t.claimed:.6g}, {t.measured:.6g}",
                t.status,
            )
            for t in self.tensors
        ]
        body = "".join(_row("td", row) for row in rows)
        caption = f"<caption>claimed against measured by {html.escape(self.method)}</caption>"
        below = "".join(f"<p>{html.escape(line)}</p>" for line in [*self._measured_in_part(), self.verdict])
        table = f"{caption}<thead>{_row('th', head)}</thead><tbody>{body}</tbody>"
        return f'<table class="table">{table}</table>{below}'

    def _measured_in_part(self) -> list[str]:
        """Say of tensors that were not measured entry by entry how they were, and what that may miss."""
        ways: dict[tuple[str, str], list[TensorComparison]] = {}
        for tensor in self.tensors:
            if tensor.unseen != "nothing":
                ways.setdefault((tensor.along, tensor.unseen), []).append(tensor)
        return [
            f"{_names(tensors)}: measured along {along}, seed {self.seed}; this misses {unseen}"
            for (along, unseen), tensors in ways.items()
        ]


def _row(tag: str, cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{html.escape(cell)}</{tag}>' for cell in cells)}</tr>"


def _names(tensors: Sequence[TensorComparison]) -> str:
    *others, last = [tensor.name for tensor in tensors]
    return f"{', '.join(others)} and {last}" if others else last


def _are(tensors: Sequence[TensorComparison]) -> str:
    return f"{_names(tensors)} {'is' if len(tensors) == 1 else 'are'}"


def _noted(tensor: TensorComparison) -> str:
    return f"; {tensor.note}" if tensor.note else ""


def _notes(tensors: Sequence[TensorComparison]) -> str:
    """Write what there is to say of some tensors, once where several have the same note."""
    notes: dict[str, list[TensorComparison]] = {}
    for tensor in tensors:
        if tensor.note:
            notes.setdefault(tensor.note, []).append(tensor)
    if not notes:
        return ""
    if len(tensors) == 1 or (len(notes) == 1 and len(next(iter(notes.values()))) == len(tensors)):
        return f" ({next(iter(notes))})"
    return f" ({'; '.join(f'{_names(some)}: {note}' for note, some in notes.items())})"
