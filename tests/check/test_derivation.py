"""Derivations, line by line: the first line that does not follow, and whether the end is the asked one."""

import json
from pathlib import Path

import pytest
import yaml

from bptt.check import NotUnderstood, follow
from bptt.check.derivation import lines_of

ANSWERS = Path(__file__).with_name("answers")
WHOLE = yaml.safe_load((ANSWERS / "derivations.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("entry", WHOLE, ids=[f"{entry['target']}-{n}" for n, entry in enumerate(WHOLE)])
def test_the_first_wrong_line_and_the_end_are_told(entry: "dict[str, object]") -> None:
    found = follow(str(entry["target"]), "\n".join(" ".join(line.split()) for line in entry["lines"]))  # type: ignore[attr-defined]
    assert (found.wrong, found.ends) == (entry["wrong"], entry["ends"])
    assert json.loads(json.dumps(found.as_dict())) == found.as_dict()


def verdicts(target: str, *lines: str) -> "list[str]":
    return [step.verdict for step in follow(target, "\n".join(lines)).steps]


def test_lines_after_a_wrong_one_are_judged_against_each_other() -> None:
    lines = "sum_t da[t] h[t-1].T", "sum_t da[t] h[t].T", "sum(t, outer(da[t], h[t]))", "sum_t da[t] h[t-1].T"
    assert verdicts("W", *lines) == ["first line", "refuted", "proved", "refuted"]
    found = follow("W", "\n".join(lines))
    assert (found.verdict, found.wrong, found.ends) == ("refuted", 2, "asked")
    assert found.says == (
        "Line 2 does not follow from the line before it. The last line is what is asked for."
    )
    assert "and the line before gives" in found.steps[1].says


def test_a_line_that_is_not_understood_is_stepped_over() -> None:
    lines = "p - y", "p ??? y", "= -(y - p)"
    assert verdicts("o[t]", *lines) == ["first line", "not understood", "proved"]
    assert follow("o[t]", "\n".join(lines)).verdict == "not understood"


def test_a_line_that_does_not_conform_is_wrong() -> None:
    found = follow("h[T]", "V @ (p[T] - y[T])\nV.T @ (p[T] - y[T])")
    assert (found.wrong, found.ends, found.says) == (
        1, "asked", "Line 1 does not conform. The last line is what is asked for."
    )  # fmt: skip


def test_a_derivation_that_ends_elsewhere_has_no_wrong_line_for_that() -> None:
    found = follow("c", "sum_t (y[t] - p[t])  # the sign\n\n= -sum_t (p[t] - y[t])")
    assert (found.verdict, found.wrong, found.ends) == ("refuted", None, "elsewhere")
    assert len(found.lines) == 2


def test_the_gradient_by_the_last_state_may_be_used() -> None:
    assert verdicts("W", "sum_t da[t] h[t-1].T", "sum(t, 1, T-1, da[t] h[t-1].T) + da[T] h[T-1].T") == [
        "first line", "proved"
    ]  # fmt: skip
    lines = "W.T @ diag(1 - h[T]**2) @ g[T]", "W.T @ diag(1 - h[T]**2) @ V.T @ (p[T] - y[T])"
    assert verdicts("h[t]", *lines) == ["first line", "proved"]


def test_a_line_that_is_left_open_goes_on_in_the_next() -> None:
    text = "sum(da[t] @ h[t-1].T  # the sum\n\n  for t in range(1, T+1))\n = sum(outer(da[t], h[t-1])\n  = W"
    lines = lines_of(text)
    assert [line.split()[0] for _, line in lines] == ["sum(da[t]", "=", "="]
    assert all(text[start:].startswith(line) for start, line in lines)
    loop = "for t in range(1, T+1):\n    dW += np.outer(da[t], h[t-1])"
    assert lines_of(loop) == [(0, loop)]
    assert verdicts("W", "sum_t da[t] h[t-1].T", loop) == ["first line", "proved"]


def test_nothing_is_no_derivation_and_too_much_is_refused() -> None:
    assert follow("W", "# nothing\n").verdict == "undecided"
    with pytest.raises(NotUnderstood, match="at most 40 lines"):
        follow("W", "W\n" * 41)
