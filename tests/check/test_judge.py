"""What is said of an answer, written as a formula of the kernel: right, wrong, or neither."""

import json

import pytest
from known_answers import ANSWERS, OTHERWISE, RIGHT, WRONG

from bptt.check import TARGETS, Verdict, judge_formula
from bptt.check.judge import written_out
from bptt.check.model import difference


def judged(name: str) -> Verdict:
    target, answer = ANSWERS[name]
    return judge_formula(TARGETS[target], answer)


def slips(verdict: Verdict) -> str:
    return " ".join(reason.slip for reason in verdict.likely)


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_proved(name: str) -> None:
    verdict = judged(name)
    assert verdict.verdict == "proved"
    assert verdict.proofs
    assert not verdict.found
    target, answer = ANSWERS[name]
    assert difference(TARGETS[target], written_out(answer, TARGETS[target].words)) is None
    whole = "all n, m, k", "all n, m, k and every T", "all n, m, k, every T and every step t"
    assert verdict.holds in whole


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_refuted_by_a_run_and_its_slip_told(name: str) -> None:
    verdict = judged(name)
    assert verdict.verdict == "refuted"
    assert not verdict.proofs
    assert verdict.found
    assert verdict.found.yours != verdict.found.true
    assert slips(verdict) == WRONG[name][2]


@pytest.mark.parametrize("name", OTHERWISE)
def test_what_else_is_said(name: str) -> None:
    verdict = judged(name)
    assert (verdict.verdict, slips(verdict)) == OTHERWISE[name][2:]
    assert bool(verdict.proofs) == (verdict.verdict == "proved")
    assert bool(verdict.found) == (verdict.verdict == "refuted")


@pytest.mark.parametrize(
    ("name", "sizes"), [("no slope", (1, 2)), ("W for its transpose", (2, 2)), ("both", (1, 2))]
)
def test_the_smallest_run_is_shown(name: str, sizes: "tuple[int, int]") -> None:
    found = judged(name).found
    assert found
    assert (found.run.sizes["n"], found.run.sizes["T"]) == sizes


def test_a_theorem_lists_what_it_uses() -> None:
    said = judged("the pre-activation by its letter").as_dict()
    assert "h[s] = tanh(a[s]) for 1 ≤ s ≤ T" in said["assumes"]  # type: ignore[operator]
    assert not judged("a sum from 0").as_dict()["assumes"]


def test_what_stands_beyond_the_last_step_is_told() -> None:
    """g of the next step, written out, speaks of a label after the last one where t is T."""
    holds = judged("beyond the last step").holds
    assert holds == "all n, m, k, every T and every step t but the last, where it speaks of what is not there"


@pytest.mark.parametrize("name", ["g written out", "both", "not summed"])
def test_a_verdict_is_json(name: str) -> None:
    said = judged(name).as_dict()
    assert json.loads(json.dumps(said)) == said
