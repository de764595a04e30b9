"""The command line: what it says, where it points, and how it ends."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bptt.check.command import main

ENDS = [  # the arguments, the exit code, and what is said
    (["o[t]", "p - y"], 0, "proved: Right for all n, m, k, every T and every step t."),
    (["o[t]", "-(y - p)"], 0, "proved"),
    (["o[t]", "y - p"], 1, "refuted: Wrong: with n = 1"),
    (["W", "sum(t, W @ x[t] @ h[t].T)"], 1, "does not conform: W @ x[t]: W is n×n, x[t] is m×1"),
    (["h[t]", "g[t]"], 1, "circular"),
    (["W", "outer(da[t], h[t-1])"], 1, "no sum over t"),
    (["o[t]", "p - @ y"], 4, "not understood: @ cannot stand here"),
    (["free", "W: n n; W.T.T = W"], 0, "proved"),
    (["free", "W: n n; W.T = W"], 1, "the left side is"),
    (["free", "W W"], 4, "declare the symbols"),
    (["free", "a: 1; tanh(2 a) = 2 tanh(a) / (1 + tanh(a)^2)"], 3, "undecided: Neither proved nor refuted"),
    (["--list"], 0, "paths-W"),
    (["--help"], 0, "Check a derivation of your own."),
    ([], 2, "Expected a target and a formula, got 0 words."),
    (["o[t]"], 2, "Expected a target and a formula"),
    (["nothing", "p"], 2, "'nothing' is no target. There are A, B"),
    (["o[t]", "p", "--verbose"], 2, "--verbose is no option."),
    (["o[t]", "--file"], 2, "--file needs the name of a file."),
    (["o[t]", "--file", "there/is/none"], 2, "No such file"),
]


@pytest.mark.parametrize(
    ("arguments", "code", "says"), ENDS, ids=[entry[2].partition(":")[0] for entry in ENDS]
)
def test_each_verdict_has_its_exit_code(
    arguments: "list[str]", code: int, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    out, err = capsys.readouterr()
    assert says in (err if code == 2 else out)


def test_carets_stand_under_the_place(capsys: pytest.CaptureFixture[str]) -> None:
    main(["h[t]", "V.T @ p[t] + Q @ g[t+1]"])
    lines = capsys.readouterr().out.split("\n")
    assert lines[1:3] == ["    V.T @ p[t] + Q @ g[t+1]", "                 ^"]


def test_the_run_and_the_likely_slip_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    main(["A", "2 * G @ B.T"])
    said = capsys.readouterr().out
    assert "\n  B = " in said
    assert "\n  read as: (2 * G) @ B.T\n" in said


def test_json_holds_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["o[t]", "y - p", "--json"]) == 1
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {
        "verdict", "says", "target", "read", "at", "run", "reasons", "holds", "assumes", "proof"
    }  # fmt: skip
    assert said["verdict"] == "refuted"
    assert said["read"]["notes"] == ["y without a time is read as y[t]", "p without a time is read as p[t]"]
    assert set(said["run"]) == {"sizes", "entry", "index", "yours", "true", "values"}
    assert main(["free", "W: n n; W.T = W", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["run"]["sizes"] == {"n": 2}


def test_a_file_is_followed_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "derivation.txt"
    file.write_text("dc = sum_t do[t]\n= sum_t (p[t] - y[t])\n", encoding="utf-8")
    assert main(["c", "--file", str(file)]) == 0
    assert "  2. = sum_t (p[t] - y[t])\n     follows\n" in capsys.readouterr().out
    file.write_text("sum_t do[t]\n= sum_t (y[t] - p[t])\n", encoding="utf-8")
    assert main(["c", "--file", str(file)]) == 1
    assert capsys.readouterr().out.startswith("refuted: Line 2 does not follow from the line before it.")


def test_a_file_may_come_from_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("p - y"))
    assert main(["o[t]", "--file", "-"]) == 0


KEY = "A: n m, x: m, r: n\n2 * A.T @ (A @ x - r)\n"


def test_a_hidden_formula_is_held_against_and_never_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "key.txt"
    file.write_text(KEY, encoding="utf-8")
    assert main(["--against", str(file), "2*A.T@A@x - 2*A.T@r"]) == 0
    for wrong in ("2 * A.T @ A @ x", "3 * A.T @ r", "2 * A @ r", "A.T @ (r - A @ x)", "r", "2 * (", "Q"):
        for more in ([], ["--json"]):
            assert main(["--against", str(file), wrong, *more]) in (1, 4)
    said = capsys.readouterr().out
    assert "the true value is" in said
    assert "A @ x - r" not in said
    assert "likely" not in said
    assert '"reasons": []' in said


def test_a_key_that_is_no_key_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "key.txt"
    file.write_text("A: n m\nA @ A", encoding="utf-8")
    assert main(["--against", str(file), "A"]) == 2
    assert "The file of --against is not understood" in capsys.readouterr().err


def test_it_is_a_command_of_the_package() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bptt", "check", "o[t]", "p ?"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (4, "")
    assert done.stdout.startswith("not understood: '?' is no sign that is known here")
