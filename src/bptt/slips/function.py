"""Checks a function in a file: which gradients are wrong, and by which slip.

The gradients are held against the complex step. If some are wrong, the slip is looked for in two ways: among
the slips of the book's network, where the function computes that network's loss, in whatever layout; and by
repairing the function's source.
"""

import contextlib
import io
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import CodeType
from typing import Any

from bptt.measure.containers import named
from bptt.measure.derivatives import central_differences, complex_step
from bptt.measure.faults import by_keyword
from bptt.measure.gradcheck import gradcheck
from bptt.measure.report import GradientReport
from bptt.measure.vjpcheck import pairing
from bptt.slips.inputs import Example
from bptt.slips.layouts import PARAMETERS, ROLES, Layout, layouts, roles
from bptt.slips.programs import SLIPS
from bptt.slips.repairs import WHICH, Change, Trials, close

MEAN = "the mean"
MOST_ENTRIES = 3000


@dataclass(frozen=True)
class Problem:
    """A function with its claimed gradients.

    Attributes:
        f: the loss; or the outputs, paired with a random cotangent.
        gradients, arrays: as `gradcheck` takes them.
        layout: what the function was recognised as, if it was.
        given: the example on which it was.
    """

    f: Callable[..., Any]
    gradients: Any
    arrays: Any
    layout: Layout | None = None
    given: Any = None


@dataclass(frozen=True, repr=False)
class FunctionReport:
    """What came of checking a function.

    Attributes:
        report: of the gradients.
        layout: the layout in which it computes the loss of the book's network, or an empty text.
        slip: the slip's name, or an empty text.
        repair: the change that makes the gradients right, if one was found.
        suspects: the lines whose values lead to all that is wrong, and to nothing else.
    """

    report: GradientReport
    layout: str = ""
    slip: str = ""
    repair: Change | None = None
    suspects: tuple[int, ...] = ()

    def __str__(self) -> str:
        lines = [str(self.report)]
        if self.layout:
            lines.append(f"The loss is that of the book's network: {self.layout}.")
        if self.repair:
            lines.append(f"Right as changed in {self.repair}")
        if self.slip:
            lines.append(f"Slip: {self.slip}.")
        elif self.report.with_status("wrong"):
            if self.suspects:
                places = ", ".join(map(str, self.suspects))
                lines.append(f"Lines on which all that is wrong depends, and nothing else: {places}.")
            lines.append("Slip: none that is known; the tensors above are wrong all the same.")
        return "\n".join(lines)

    __repr__ = __str__

    def to_json(self) -> str:
        """Return the report as JSON, as `GradientReport.to_json`, with slip, repair, and lines to look at."""
        repair = self.repair and {"line": self.repair.line, "old": self.repair.old, "new": self.repair.new}
        found = {"layout": self.layout, "slip": self.slip, "repair": repair, "lines": self.suspects}
        return json.dumps({**json.loads(self.report.to_json()), **found}, ensure_ascii=False, indent=1)


def check_function(path: Path, name: str = "", method: str = "complex step") -> FunctionReport:
    """Check the gradients that a function in a file returns, and name the slip if some are wrong.

    Args:
        path: the file, which is run, and run again for each change that is tried.
        name: the function; it takes arrays called as in `layouts.NAMES`, and returns a loss and its
            gradients, in a dictionary or a tuple. Without a name the file defines `f`, `params` and `grads`;
            or `forward`, `backward` and `arrays`, as for `vjpcheck`.
        method: as for `gradcheck`.

    Raises:
        TypeError, ValueError: as `gradcheck`; ValueError also where the function cannot be called.
    """
    source = path.read_text("utf-8")
    problem = posed(source, str(path), name)
    report = gradcheck(problem.f, problem.gradients, problem.arrays, method=method)
    wrong = report.with_status("wrong")
    layout = str(problem.layout or "")
    if not wrong:
        return FunctionReport(report, layout)
    slip = from_the_table(problem) if problem.layout else ""
    found, suspects = [], set[int]()
    if sum(math.prod(tensor.shape) for tensor in wrong) <= MOST_ENTRIES:
        tried = trials(source, str(path), name, problem, report)
        found, suspects = tried.repairs(), tried.suspects
    if not slip and not found:
        slip = by_the_numbers(report)
    elif not slip:
        slips = {one.slip.partition(":")[0]: one.slip for one in reversed(found)}
        slip = " or ".join(reversed(slips.values()))
        slip = f"either {slip}" if len(slips) > 1 else slip
    return FunctionReport(report, layout, slip, found[0] if found else None, tuple(sorted(suspects)))


def posed(
    source: str | CodeType, path: str, name: str, like: Problem | None = None, which: int = 0
) -> Problem:
    """Run a file and return the function to be checked, with the gradients that it claims.

    A changed file is given the arrays of the problem that it is `like`.
    """
    space: dict[str, Any] = {"__name__": "checked", "__file__": path, WHICH: which}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(source if isinstance(source, CodeType) else compile(source, path, "exec"), space)
    if not name:
        return _of_file(space)
    if name not in space:
        raise ValueError(f"{path}: expected to define {name}; it does not")
    return _of_function(space[name], like)


def _of_file(space: Mapping[str, Any]) -> Problem:
    if {"forward", "backward", "arrays"} <= {*space}:
        paired, claims = pairing(space["forward"], space["backward"], space["arrays"])
        return Problem(paired, claims, space["arrays"])
    if {"f", "params", "grads"} <= {*space}:
        return Problem(space["f"], space["grads"], space["params"])
    raise ValueError("file: expected to define f, params and grads, or forward, backward and arrays")


def _of_function(function: Callable[..., Any], like: Problem | None) -> Problem:
    takes = roles(function)
    if like:
        arrays, layout, given = like.arrays, like.layout, like.given
    else:
        arrays, layout, given = _drawn(function, takes)
    parameters = [called for called, role in takes.items() if role in PARAMETERS]
    _, returned = function(**{called: array.copy() for called, array in arrays.items()})
    if not isinstance(returned, Mapping):
        returned = dict(zip(parameters, returned, strict=False))
    bare = {own.removeprefix("d_").removeprefix("d").removeprefix("g"): by for own, by in returned.items()}
    claims = {one: {**bare, **returned}[one] for one in parameters if one in {*bare, *returned}}
    return Problem(lambda **at: function(**at)[0], claims, arrays, layout, given)


def _drawn(
    function: Callable[..., Any], takes: Mapping[str, str]
) -> tuple[dict[str, Any], Layout | None, Example]:
    """Draw arrays in a layout in which the function runs, if possible with the loss of the book's network."""

    def by_role(**arrays: Any) -> Any:
        return function(**{called: arrays[role] for called, role in takes.items()})

    found = sorted(layouts(by_role, "h0" in takes.values()), key=lambda one: not one[2])
    if not found:
        raise ValueError(f"function: no layout fits in which it runs on arrays of the roles {dict(takes)}")
    layout, given, known = found[0]
    taken = layout.taken(given)
    arrays = {called: taken[role].copy() for called, role in takes.items()}
    return arrays, layout if known else None, given


def from_the_table(problem: Problem) -> str:
    """Name the slip of the book's network that claims the same gradients; an empty text if there is none."""
    layout, given = problem.layout, problem.given
    assert layout
    for slip in SLIPS:
        if slip.loss != layout.loss:
            continue
        try:
            _, wrong = slip.loss_and_gradients()(
                given.params, given.x, given.y, given.h0, loss=layout.loss, loss_at=layout.loss_at
            )
        except ValueError:
            continue
        theirs = layout.turned(wrong.by_name())
        claims = {own: theirs[ROLES[own]] / layout.divisor(given) for own in problem.gradients}
        if close(claims, problem.gradients):
            return slip.name
    return ""


def trials(source: str, path: str, name: str, problem: Problem, report: GradientReport) -> Trials:
    """Prepare to change the source, such that the gradients come out as they are measured."""
    f, gradients, arrays = by_keyword(problem.f, problem.gradients, problem.arrays)
    right = _claims(gradients, arrays)
    wrong = [tensor.name for tensor in report.with_status("wrong")]
    try:
        right |= complex_step(f, arrays, wrong)
    except (TypeError, ValueError):
        right |= central_differences(f, arrays, wrong)

    paths = dict(zip(named("", {"": problem.gradients}), _claims(gradients, arrays), strict=True))

    def run(program: CodeType, which: int) -> tuple[Mapping[str, Any], Callable[[], float]]:
        other = posed(program, path, name, problem, which)
        claims = {paths[at]: one for at, (_, one) in named("", {"": other.gradients}).items()}

        def loss() -> float:
            g, _, at = by_keyword(other.f, other.gradients, other.arrays)
            return float(g(**at))

        return claims, loss

    return Trials(run, source, path, right)


def _claims(gradients: Any, arrays: Any) -> dict[str, Any]:
    """Return the gradients by the names of the arrays."""
    names = {at: own for at, (own, _) in named("arrays", arrays).items()}
    return {names[at]: one for at, (_, one) in named("gradients", gradients).items()}


def by_the_numbers(report: GradientReport) -> str:
    """Name a mean that was forgotten, a sign, or a clip, if all wrong gradients are off by one factor."""
    wrong = report.with_status("wrong")
    notes = {tensor.note for tensor in wrong}
    if len(notes) != 1 or not (note := notes.pop()).endswith("times what is measured"):
        return ""
    factor = note.split()[3]
    if factor == "−1":
        return "the sign"
    if factor.startswith("−"):
        return ""
    if factor.startswith("1/"):
        return f"{MEAN} taken where there is none, or too often"
    if factor.isdigit():
        return f"{MEAN} is forgotten"
    size = float(factor) * math.hypot(*(tensor.norm for tensor in wrong))
    if len(wrong) == len(report.tensors) and abs(size - round(size, 2)) < 1e-5 * size:
        return f"the gradients are clipped, to the norm {size:.3g}"
    parts = Fraction(factor).limit_denominator(100)
    if abs(float(parts) - float(factor)) > 1e-6:
        return ""
    return f"either {MEAN} is over another count or a scale is wrong, by {parts}"
