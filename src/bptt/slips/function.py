"""Checks a function in a file: which gradients are wrong, and by which slip.

The gradients are held against the complex step. If some are wrong, the slip is looked for in two ways: among
the slips of the book's network, where the function computes that network's loss, in whatever layout; and by
repairing the function's source.
"""

import contextlib
import io
import json
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from bptt.measure.containers import named
from bptt.measure.derivatives import central_differences, complex_step
from bptt.measure.faults import by_keyword
from bptt.measure.gradcheck import gradcheck
from bptt.measure.report import GradientReport
from bptt.measure.vjpcheck import pairing
from bptt.slips.inputs import Example
from bptt.slips.layouts import PARAMETERS, ROLES, Layout, layouts, roles
from bptt.slips.programs import SLIPS
from bptt.slips.repairs import Change, changes
from bptt.slips.scopes import watched

CLOSE = 1e-6
MEAN = "the mean"
PATIENCE = 8.0  # processor seconds, for repairs
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
    """

    report: GradientReport
    layout: str = ""
    slip: str = ""
    repair: Change | None = None

    def __str__(self) -> str:
        lines = [str(self.report)]
        if self.layout:
            lines.append(f"The loss is that of the book's network: {self.layout}.")
        if self.repair:
            lines.append(f"Right as changed in {self.repair}")
        if self.slip:
            lines.append(f"Slip: {self.slip}.")
        elif self.report.with_status("wrong"):
            lines.append("Slip: none that is known; the tensors above are wrong all the same.")
        return "\n".join(lines)

    __repr__ = __str__

    def to_json(self) -> str:
        """Return the report as JSON, as `GradientReport.to_json`, with the slip and its repair."""
        repair = self.repair and {"line": self.repair.line, "old": self.repair.old, "new": self.repair.new}
        found = {"layout": self.layout, "slip": self.slip, "repair": repair}
        return json.dumps({**json.loads(self.report.to_json()), **found}, ensure_ascii=False, indent=1)


def check_function(path: Path, name: str = "") -> FunctionReport:
    """Check the gradients that a function in a file returns, and name the slip if some are wrong.

    Args:
        path: the file, which is run, and run again for each change that is tried.
        name: the function; it takes arrays called as in `layouts.NAMES`, and returns a loss and its
            gradients, in a dictionary or a tuple. Without a name the file defines `f`, `params` and `grads`;
            or `forward`, `backward` and `arrays`, as for `vjpcheck`.

    Raises:
        TypeError, ValueError: as `gradcheck`; ValueError also where the function cannot be called.
    """
    source = path.read_text("utf-8")
    problem = posed(source, str(path), name)
    report = gradcheck(problem.f, problem.gradients, problem.arrays)
    wrong = report.with_status("wrong")
    layout = str(problem.layout or "")
    if not wrong:
        return FunctionReport(report, layout)
    slip = (from_the_table(problem) if problem.layout else "") or by_a_factor(report)
    found = [] if slip.startswith(MEAN) else repairs(source, str(path), name, problem, report)
    if found and (not slip or slip.startswith("either")):
        slip = found[0].slip if len(found) == 1 else "either " + " or ".join(one.slip for one in found)
    return FunctionReport(report, layout, slip, found[0] if found else None)


def posed(source: str, path: str, name: str, like: Problem | None = None) -> Problem:
    """Run a file and return the function to be checked, with the gradients that it claims.

    A changed file is given the arrays of the problem that it is `like`.
    """
    space: dict[str, Any] = {"__name__": "checked", "__file__": path}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(source, path, "exec"), space)
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
        if _close(claims, problem.gradients):
            return slip.name
    return ""


def _close(claims: Mapping[str, Any], gradients: Mapping[str, Any]) -> bool:
    if {*claims} != {*gradients}:
        return False
    pairs = [(np.asarray(claims[name]), np.asarray(right)) for name, right in gradients.items()]
    return all(
        one.shape == right.shape and np.linalg.norm(one - right) <= CLOSE * np.linalg.norm(right)
        for one, right in pairs
    )


def repairs(source: str, path: str, name: str, problem: Problem, report: GradientReport) -> list[Change]:
    """Find changes of the source by which the loss stays and the gradients come out as they are measured.

    Of the likeliest kind that repairs there is one for each slip: where there are two, both may be meant.
    """
    f, gradients, arrays = by_keyword(problem.f, problem.gradients, problem.arrays)
    right = _claims(gradients, arrays)
    wrong = [tensor.name for tensor in report.with_status("wrong")]
    if sum(np.size(right[one]) for one in wrong) > MOST_ENTRIES:
        return []
    try:
        right |= complex_step(f, arrays, wrong)
    except (TypeError, ValueError):
        right |= central_differences(f, arrays, wrong)
    with watched(path) as scopes:
        posed(source, path, name, problem)
    with watched(path) as of_the_loss:
        value = float(f(**arrays))
    found: dict[str, Change] = {}
    until = time.process_time() + PATIENCE
    for change in changes(source, scopes, of_the_loss):
        if time.process_time() > until or (found and change.rank > next(iter(found.values())).rank):
            break
        if change.slip in found:
            continue
        with contextlib.suppress(Exception), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            other = posed(change.source, path, name, problem)
            g, claims, at = by_keyword(other.f, other.gradients, other.arrays)
            if _close(_claims(claims, at), right) and abs(float(g(**at)) - value) <= CLOSE * abs(value):
                found[change.slip] = change
    return list(found.values())


def _claims(gradients: Any, arrays: Any) -> dict[str, Any]:
    """Return the gradients by the names of the arrays."""
    names = {at: own for at, (own, _) in named("arrays", arrays).items()}
    return {names[at]: one for at, (_, one) in named("gradients", gradients).items()}


def by_a_factor(report: GradientReport) -> str:
    """Name a mean that was forgotten, or a sign, if all wrong gradients are off by one factor."""
    notes = {tensor.note for tensor in report.with_status("wrong")}
    if len(notes) != 1 or not (note := notes.pop()).endswith("times what is measured"):
        return ""
    factor = note.split()[3]
    if factor == "−1":
        return "the sign"
    if factor.startswith("1/"):
        return f"{MEAN} taken where there is none, or too often"
    if factor.isdigit():
        return f"{MEAN} is forgotten"
    if factor.startswith("−"):
        return ""
    parts = Fraction(factor).limit_denominator(100)
    if abs(float(parts) - float(factor)) > 1e-6:
        return ""
    return f"either {MEAN} is over another count or a scale is wrong, by {parts}"
