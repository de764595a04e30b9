"""A function in a file: the wrong tensors are named, and the slip, and the line, in every layout."""

import itertools
import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import pytest

from bptt.measure import gradcheck
from bptt.slips import SLIPS, check_function
from bptt.slips.command import main
from bptt.slips.function import posed, trials
from bptt.slips.repairs import Change

pytestmark = pytest.mark.usefixtures("patient")

# The book's network as a program of one's own: matrices on the left, one step after the other.
COLUMNS = """
import numpy as np


def loss_and_grads(U, W, V, b, c, x, y, h0):
    T = len(x)
    h, p, loss = {-1: h0}, {}, 0.0
    for t in range(T):
        h[t] = np.tanh(x[t] @ U.T + h[t - 1] @ W.T + b)
        e = np.exp(h[t] @ V.T + c)
        p[t] = e / e.sum(-1, keepdims=True)
        loss = loss - np.log(np.take_along_axis(p[t], y[t][..., None], -1)).sum()
    dU, dW, dV, db, dc, dh = 0 * U, 0 * W, 0 * V, 0 * b, 0 * c, 0 * h0
    for t in reversed(range(T)):
        do = p[t].copy()
        np.put_along_axis(do, y[t][..., None], np.take_along_axis(do, y[t][..., None], -1) - 1, -1)
        dV += do.T @ h[t]
        dc += do.sum(0)
        da = (do @ V + dh) * (1 - h[t] ** 2)
        dU += da.T @ x[t]
        dW += da.T @ h[t - 1]
        db += da.sum(0)
        dh = da @ W
    return loss, {"U": dU, "W": dW, "V": dV, "b": db, "c": dc}
"""

# The same in rows, batch first, with other names, a mean, and no h0.
ROWS = """
import numpy as np


def step(inputs, targets, Wxh, Whh, Why, bh, by):
    B, T, _ = inputs.shape
    hs, ps, loss = [np.zeros((B, len(bh)))], [], 0.0
    for t in range(T):
        hs.append(np.tanh(inputs[:, t] @ Wxh + hs[t] @ Whh + bh))
        e = np.exp(hs[t + 1] @ Why + by)
        ps.append(e / e.sum(1, keepdims=True))
        loss = loss - np.log(ps[t][np.arange(B), targets[:, t]]).sum() / (B * T)
    dWxh, dWhh, dWhy, dbh, dby = (np.zeros_like(p) for p in (Wxh, Whh, Why, bh, by))
    dh = np.zeros_like(hs[0])
    for t in reversed(range(T)):
        dy = ps[t].copy()
        dy[np.arange(B), targets[:, t]] -= 1
        dy /= B * T
        dWhy += hs[t + 1].T @ dy
        dby += dy.sum(0)
        da = (dy @ Why.T + dh) * (1 - hs[t + 1] ** 2)
        dWxh += inputs[:, t].T @ da
        dWhh += hs[t].T @ da
        dbh += da.sum(0)
        dh = da @ Whh.T
    return loss, (dWxh, dWhh, dWhy, dbh, dby)
"""

# What stands in the program, what goes wrong there, the tensors, and the slip.
WRONG: dict[str, tuple[str, str, str, str, str]] = {
    "columns: W": (COLUMNS, "dh = da @ W\n", "dh = da @ W.T\n", "U W b", "W not transposed"),
    "columns: state": (COLUMNS, "da.T @ h[t - 1]", "da.T @ h[t]", "W", "h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾"),
    "columns: tanh′": (COLUMNS, " * (1 - h[t] ** 2)", "", "U W b", "missing tanh′"),
    "columns: carry": (COLUMNS, "do @ V + dh", "do @ V", "U W b", "no carry through time"),
    "columns: sign": (COLUMNS, "do @ V + dh", "do @ V - dh", "U W b", "sign of the carried term"),
    "columns: labels": (
        COLUMNS,
        "do = p[t].copy()",
        "do = p[t - 1].copy() if t else p[T - 1].copy()",
        "",
        "",
    ),
    "columns: c": (
        COLUMNS,
        "dc += do.sum(0)",
        "dc = dc if t < T - 1 else do.sum(0)",
        "c",
        "c of the last step only",
    ),
    "rows: W": (ROWS, "dh = da @ Whh.T", "dh = da @ Whh", "Wxh Whh bh", "W not transposed"),
    "rows: state": (ROWS, "hs[t].T @ da", "hs[t + 1].T @ da", "Whh", "h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾"),
    "rows: output": (ROWS, "dWhy += hs[t + 1].T", "dWhy += hs[t].T", "Why", "h⁽ᵗ⁻¹⁾ for h⁽ᵗ⁾"),
    "rows: slope": (ROWS, "(1 - hs[t + 1] ** 2)", "(1 - hs[t] ** 2)", "Wxh Whh bh", "tanh′ one step early"),
    "rows: doubled": (
        ROWS,
        "* (1 - hs[t + 1] ** 2)",
        "* (1 - hs[t + 1] ** 2) ** 2",
        "Wxh Whh bh",
        "doubled tanh′",
    ),
    "rows: mean": (ROWS, "dy /= B * T", "pass", "Wxh Whh Why bh by", "the mean is forgotten"),
    "rows: overwritten": (ROWS, "dbh += da.sum(0)", "dbh = da.sum(0)", "bh", "overwritten, not added up"),
}


def written(folder: Path, program: str, old: str = "", new: str = "") -> Path:
    assert not old or program.count(old) == 1
    path = folder / "my_backward.py"
    path.write_text(program.replace(old, new) if old else program, encoding="utf-8")
    return path


def changes(path: Path, name: str = "") -> list[Change]:
    """List all that is tried to repair a program."""
    source = path.read_text("utf-8")
    problem = posed(source, str(path), name)
    report = gradcheck(problem.f, problem.gradients, problem.arrays)
    return list(itertools.chain(*trials(source, str(path), name, problem, report).changes()))


@pytest.mark.parametrize(
    ("program", "name"), [(COLUMNS, "loss_and_grads"), (ROWS, "step")], ids=["columns", "rows"]
)
def test_a_right_function_is_right_and_its_layout_is_known(tmp_path: Path, program: str, name: str) -> None:
    found = check_function(written(tmp_path, program), name)
    assert found.report.passed(1e-12)
    assert found.slip == ""
    assert found.repair is None
    layout = {"step": "rows, batch first, nll, mean over T·B"}.get(name, "columns, time first, nll, sum")
    assert found.layout == layout
    assert str(found).endswith(f"The loss is that of the book's network: {layout}.")


@pytest.mark.parametrize("case", [case for case in WRONG if WRONG[case][3]])
def test_the_tensors_and_the_slip_are_named(tmp_path: Path, case: str) -> None:
    program, old, new, tensors, slip = WRONG[case]
    name = "step" if program is ROWS else "loss_and_grads"
    found = check_function(written(tmp_path, program, old, new), name)
    assert [tensor.name for tensor in found.report.with_status("wrong")] == tensors.split()
    assert found.slip == slip
    assert str(found).endswith(f"Slip: {slip}.")
    if found.repair:
        repaired = tmp_path / "repaired.py"
        repaired.write_text(found.repair.source, encoding="utf-8")
        assert check_function(repaired, name).report.passed(1e-9)
        before, after = (text.splitlines() for text in (program.replace(old, new), found.repair.source))
        changed = [k for k, (a, b) in enumerate(zip(before, after, strict=True), 1) if a != b]
        assert changed == [found.repair.line]


def test_what_has_no_name_is_wrong_all_the_same(tmp_path: Path) -> None:
    found = check_function(written(tmp_path, ROWS, "dby += dy.sum(0)", "dby += np.sin(dy.sum(0))"), "step")
    assert [tensor.name for tensor in found.report.with_status("wrong")] == ["by"]
    lines = ROWS.splitlines()
    assert [lines[line - 1].split()[0] for line in found.suspects] == ["dby", "return"]
    assert f"depends, and nothing else: {', '.join(map(str, found.suspects))}." in str(found)
    assert str(found).endswith("Slip: none that is known; the tensors above are wrong all the same.")


def test_every_slip_of_the_table_is_named_where_it_is_run(tmp_path: Path) -> None:
    """The book's own wrong passes, as functions of the stated signature."""
    program = """
from bptt.numeric import Parameters
from bptt.slips import SLIPS

wrong = next(slip for slip in SLIPS if slip.name == NAME)


def loss_and_grads(U, W, V, b, c, x, y, h0):
    if any(array.dtype == complex for array in (U, W, V, b, c)):
        from bptt.numeric import network_loss

        return network_loss(Parameters(U, W, V, b, c), x, y, h0, loss=wrong.loss), None
    loss, by = wrong.loss_and_gradients()(Parameters(U, W, V, b, c), x, y, h0, loss=wrong.loss)
    return loss, vars(by.params)
"""
    for slip in SLIPS[::9]:
        if slip.name in ("V not transposed", "factors of U swapped"):
            continue  # on unequal sizes these do not conform
        found = check_function(written(tmp_path, program.replace("NAME", repr(slip.name))), "loss_and_grads")
        assert found.slip == slip.name


def test_each_change_changes_one_place_and_can_be_read(tmp_path: Path) -> None:
    found = changes(written(tmp_path, ROWS), "step")
    assert len(found) > 100
    assert len({change.source for change in found}) == len(found)
    for change in found:
        assert change.source.replace(change.new, change.old, 1) == ROWS or change.new in change.source
        assert change.source != ROWS
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            compile(change.source, "changed", "exec")


def test_where_two_repairs_are_as_likely_it_says_either(tmp_path: Path) -> None:
    program = """
import numpy as np

x, params = np.array([3.0, 4.0]), {"w": np.array([1.0, 2.5])}


def f(w):
    return np.sum(x * w)


def back(w):
    u, v = 2 * w, w + w
    return x + u + v


grads = {"w": back(**params)}
"""
    found = check_function(written(tmp_path, program))
    assert found.slip == "either sign of v or sign of u"
    assert "x + u - v" in str(found)


def test_what_is_divided_by_is_not_said_to_miss_a_slope(tmp_path: Path) -> None:
    program = """
import numpy as np

s, params = np.array([0.5, 0.25]), {"w": np.array([1.0, 2.5])}


def back(w):
    return w / (s * s)


def f(w):
    return np.sum(w)


grads = {"w": back(**params)}
"""
    found = changes(written(tmp_path, program))
    missing = [change.old for change in found if change.slip.startswith("missing")]
    assert "w / (s * s)" in missing
    assert "s * s" not in missing


def test_the_loss_must_stay(tmp_path: Path) -> None:
    """A change that makes the gradients right for another loss is no repair."""
    program = """
import numpy as np

params = {"w": np.array([1.0, 2.0])}


def both(w):
    u = 3 * w * w
    return np.sum(u), 6 * np.sqrt(u)


def f(w):
    return both(w)[0]


grads = {"w": both(**params)[1]}
"""
    found = check_function(written(tmp_path, program))
    assert found.report.with_status("wrong")
    assert found.repair is None


# ---- the command


def asked(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bptt", *arguments],
        capture_output=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        check=False,
    )


def test_the_command_names_tensor_and_slip(tmp_path: Path) -> None:
    written(tmp_path, COLUMNS, *WRONG["columns: state"][1:3])
    ran = asked("check-function", "my_backward.py:loss_and_grads", folder=tmp_path)
    assert ran.returncode == 1, ran.stderr
    assert "Verdict: W is wrong, 1 of 5" in ran.stdout
    assert ran.stdout.endswith("Slip: h⁽ᵗ⁾ for h⁽ᵗ⁻¹⁾.\n")


def test_its_exit_status_and_json(tmp_path: Path, capsys: Any) -> None:
    place = f"{written(tmp_path, ROWS)}:step"
    assert main([place]) == 0
    assert "Verdict: Wxh, Whh, Why, bh and by are right" in capsys.readouterr().out
    place = f"{written(tmp_path, ROWS, 'dbh += da.sum(0)', 'dbh = da.sum(0)')}:step"
    assert main([place, "--json"]) == 1
    kept = json.loads(capsys.readouterr().out)
    assert kept["slip"] == "overwritten, not added up"
    assert kept["repair"]["old"] == "dbh = da.sum(0)"
    assert [one["name"] for one in kept["tensors"] if one["status"] == "wrong"] == ["bh"]


@pytest.mark.parametrize(
    ("program", "name", "said"),
    [
        (ROWS, "nothing", "expected to define nothing; it does not"),
        ("x = 1\n", "", "file: expected to define f, params and grads, or forward, backward and arrays"),
        ("def f(weights): return 0\n", "f", "function: expected arguments among U: U Wxh"),
        ("def f(U): return 1 / 0\n", "f", "function: no layout fits"),
        ("import numpy as np\ndef f(U): return np.random.rand(), {'U': U}\n", "f", "two values at one point"),
    ],
)
def test_what_cannot_be_checked_is_said(
    tmp_path: Path, capsys: Any, program: str, name: str, said: str
) -> None:
    place = str(written(tmp_path, program)) + (f":{name}" if name else "")
    assert main([place]) == 2
    assert said in capsys.readouterr().err


REAL = """
import numpy as np

x = np.array([0.3, -0.7, 1.1])


def f(w):
    kept = np.zeros(3)
    kept[:] = w**3 * x
    return kept.sum()


params = {"w": np.array([0.5, 2.0, -0.9])}
grads = {"w": 3 * params["w"] * x}
"""


def test_what_takes_no_complex_numbers_is_measured_by_the_option_that_is_named(
    tmp_path: Path, capsys: Any
) -> None:
    place = str(written(tmp_path, REAL))
    assert main([place]) == 2
    assert "or measure by central differences (--central)" in capsys.readouterr().err
    assert main([place, "--central"]) == 1
    said = capsys.readouterr().out
    assert "measured by central differences" in said
    assert "Verdict: w is wrong" in said


def test_help_states_the_signature(capsys: Any) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    said = capsys.readouterr().out
    assert "FUNCTION takes some of these arrays" in said
    assert "U   U Wxh W_xh" in said
    with pytest.raises(SystemExit) as left:
        main(["nowhere.py:f"])
    assert left.value.code == 2
