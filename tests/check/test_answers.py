"""Typed answers, from the text to the verdict."""

import json

import pytest

from bptt.check import DoesNotConform, check, read

LATEST = (
    r"\sum_{t=1}^T \sum_{s=1}^t \operatorname{diag}(1-h_s^2)"
    r" (\prod_{j=s+1}^t \operatorname{diag}(1-h_j^2) W)^\top V^\top (p_t-y_t) h_{s-1}^\top"
)
EARLIEST = LATEST.replace(r"\operatorname{diag}(1-h_j^2) W)^\top", r"W^\top \operatorname{diag}(1-h_j^2))")

TWO_WAYS = [
    ("W", "sum(outer(da[t], h[t-1]) for t in range(T))", "range(T) is read as all steps, 1..T"),
    ("W", "sum(outer(da[t+1], h[t]) for t in range(T))", ""),
    ("paths-W", LATEST, "the latest step stands on the left"),
    ("paths-W", EARLIEST, "the earliest on the left"),
]


@pytest.mark.parametrize(
    ("target", "typed", "note"), TWO_WAYS, ids=["all steps", "steps from 0", "latest", "earliest"]
)
def test_what_can_be_meant_in_two_ways_is_right_in_one_and_says_in_which(
    target: str, typed: str, note: str
) -> None:
    answer = check(target, typed)
    assert answer.verdict == "proved"
    assert answer.reading
    assert note in " ".join(answer.reading.notes)


def test_what_is_wrong_in_both_ways_is_refuted_in_the_first() -> None:
    answer = check("W", "sum(outer(da[t], h[t]) for t in range(T))")
    assert answer.verdict == "refuted"
    assert answer.reading
    assert str(answer.reading).startswith("sum_over(t=0..T-1")


def test_the_transpose_of_a_matrix_is_another_one() -> None:
    with pytest.raises(DoesNotConform, match="this is k×n, but what is asked for is n×k"):
        read("A", "B @ G.T")
    assert check("V", "sum(t, outer(h[t], do[t]))").verdict == "does not conform"


def test_an_answer_is_json_with_its_reading_and_its_place() -> None:
    said = check("o[t]", "y - p").as_dict()
    assert json.loads(json.dumps(said)) == said
    assert said["read"] == {
        "latex": r"\underset{k}{\mathbf{1}_{y^{(t)}}} - \underset{k}{p^{(t)}}",
        "notes": ["y without a time is read as y[t]", "p without a time is read as p[t]"],
    }
    assert said["at"] is None
    assert check("o[t]", "y @ ?").as_dict()["at"] == [4, 5]


def test_of_ones_own_symbols_a_run_of_the_kernel_refutes() -> None:
    said = check("free", "W: n n, x[t]: n, t in 1..T; W @ x[t] = W.T @ x[t]").as_dict()
    assert said["verdict"] == "refuted"
    assert set(said["run"]) == {"sizes", "entry", "index", "yours", "true", "values"}  # type: ignore[call-overload]
    assert said["run"]["sizes"]["n"] == 2  # type: ignore[index]
    assert check("free", "a: 1, b: 1; exp(a) exp(b) = exp(a + b)").verdict == "proved"
    assert check("free", "a: 1; tanh(2 a) = 2 tanh(a) / (1 + tanh(a)^2)").verdict == "undecided"
