"""What is said of an answer, written as a formula of the kernel: right, wrong, or neither."""

import json

import pytest

from bptt.check import TARGETS, judge_formula
from bptt.check.targets import missed
from bptt.kernel import diag, onehot, outer, product_over, softmax, step, sum_over, tanh
from bptt.network import T, U, V, W, a, b, c, g, g_o, h, p, slope, t, x, y

q, early, late = step("q", T), step("q", T, 0, T - 1), step("q", T, 1, T + 1)
d = slope(q) @ g[q]
back = W.T @ slope(q + 1) @ g[q + 1]
full = diag(1 - tanh(W @ h[q - 1] + U @ x[q] + b) ** 2)

RIGHT = {
    "as it stands": ("A", TARGETS["A"].reference.T.T),
    "a word written out": ("o[t]", softmax(V @ h[t] + c) - onehot(y[t])),
    "the prediction by its letter": ("o[t]", p[t] - onehot(y[t])),
    "the gradient by the logits": ("h[t]", W.T @ slope(t + 1) @ g[t + 1] + V.T @ g_o[t]),
    "the state written out, at t < T and at T": (
        "h[t]",
        W.T @ diag(1 - tanh(W @ h[t] + U @ x[t + 1] + b) ** 2) @ g[t + 1] + V.T @ g_o[t],
    ),
    "the state written out under a sum": ("W", sum_over(q, full @ g[q] @ h[q - 1].T)),
    "the pre-activation by its letter": ("b", sum_over(q, diag(1 - tanh(a[q]) ** 2) @ g[q])),
    "a sum from 0": ("W", sum_over(early, slope(early + 1) @ g[early + 1] @ h[early].T)),
    "a sum to T+1": ("W", sum_over(late, slope(late) @ g[late] @ h[late - 1].T)),
    "the first step apart": (
        "U",
        slope(1) @ g[1] @ x[1].T + sum_over(q, slope(q + 1) @ g[q + 1] @ x[q + 1].T),
    ),
    "g written out": ("W", sum_over(q, outer(slope(q) @ (back + V.T @ missed(q)), h[q - 1]))),
    "g written out, multiplied out": (
        "W",
        sum_over(q, slope(q) @ back @ h[q - 1].T + slope(q) @ V.T @ missed(q) @ h[q - 1].T),
    ),
    "the losses by their numbers": ("cse", TARGETS["cse"].reference),
    "V from the states written out": (
        "V",
        sum_over(q, (softmax(V @ h[q] + c) - onehot(y[q])) @ tanh(W @ h[q - 1] + U @ x[q] + b).T),
    ),
}
WRONG = {
    "W for its transpose": ("h[t]", W @ slope(t + 1) @ g[t + 1] + V.T @ g_o[t], {"n": 2, "T": 2}),
    "the slope one step off": ("h[t]", W.T @ slope(t) @ g[t + 1] + V.T @ g_o[t], {"n": 1, "T": 2}),
    "the state of its own step": ("W", sum_over(q, d @ h[q].T), {"n": 1, "T": 2}),
    "no slope": ("b", sum_over(q, g[q]), {"n": 1, "T": 2}),
    "only the loss of the step": ("x[t]", U.T @ slope(t) @ V.T @ missed(t), {"n": 1, "T": 2}),
    "a constant": ("b", 0 * b, {"n": 1, "T": 2}),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_answer_is_proved(name: str) -> None:
    target, answer = RIGHT[name]
    verdict = judge_formula(TARGETS[target], answer)
    assert verdict.verdict == "proved"
    assert verdict.proofs
    assert not verdict.found
    assert verdict.holds in (
        "all n, m, k",
        "all k",
        "all n, m, k and every T",
        "all n, m, k, every T and every step t",
    )


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_refuted_by_the_smallest_run(name: str) -> None:
    target, answer, sizes = WRONG[name]
    verdict = judge_formula(TARGETS[target], answer)
    assert verdict.verdict == "refuted"
    assert not verdict.proofs
    run = verdict.as_dict()["run"]
    assert isinstance(run, dict)
    assert {name: run["sizes"][name] for name in sizes} == sizes
    assert run["yours"] != run["true"]


def test_a_theorem_lists_what_it_uses() -> None:
    said = judge_formula(TARGETS["b"], RIGHT["the pre-activation by its letter"][1]).as_dict()
    assert "h[s] = tanh(a[s]) for 1 ≤ s ≤ T" in said["assumes"]  # type: ignore[operator]


def test_what_an_answer_may_not_speak_of() -> None:
    for target, answer in [
        ("h[t]", g[t]),
        ("h[T]", g[T]),
        ("o[t]", 1 * g_o[t]),
        ("h[0]", g[0]),
        ("paths-W", sum_over(q, d @ h[q - 1].T)),
        ("linear", W @ h[t - 1] + U @ x[t]),
    ]:
        assert judge_formula(TARGETS[target], answer).verdict == "circular", target


def test_a_sum_that_is_not_there() -> None:
    for answer in (slope(t) @ g[t] @ h[t - 1].T, d @ h[q - 1].T):
        verdict = judge_formula(TARGETS["W"], answer)
        assert verdict.verdict == "no sum over t"
        assert [reason.slip for reason in verdict.likely] == ["no-sum"]


def test_what_stands_beyond_the_last_step_is_told() -> None:
    """g of the next step, written out, speaks of a label after the last one where t is T."""
    after = W.T @ slope(t + 2) @ g[t + 2] + V.T @ (p[t + 1] - onehot(y[t + 1]))
    verdict = judge_formula(TARGETS["h[t]"], W.T @ slope(t + 1) @ after + V.T @ g_o[t])
    assert verdict.verdict == "proved"
    assert (
        verdict.holds
        == "all n, m, k, every T and every step t but the last, where it speaks of what is not there"
    )
    wrong = judge_formula(TARGETS["h[t]"], W.T @ slope(t + 1) @ after - V.T @ g_o[t])
    assert wrong.verdict == "refuted"


def test_a_product_over_time_is_compared() -> None:
    r = step("r", T, q, T)
    j = step("j", T, q + 1, r)
    through = product_over(j, slope(j) @ W)
    answer = sum_over(q, sum_over(r, slope(q) @ through.T @ V.T @ g_o[r]) @ h[q - 1].T)
    assert judge_formula(TARGETS["paths-W"], answer).verdict == "proved"


def test_what_is_true_and_not_proved_is_undecided() -> None:
    """tanh(2z) by tanh(z) is beyond the kernel; it agrees in every run."""
    nothing = tanh(2 * a[q]) - 2 * h[q] * (1 + h[q] ** 2) ** -1
    verdict = judge_formula(TARGETS["b"], sum_over(q, d + nothing))
    assert verdict.verdict == "undecided"
    assert not verdict.proofs
    assert not verdict.found


def test_shapes_that_do_not_conform() -> None:
    verdict = judge_formula(TARGETS["W"], sum_over(q, d * h[q - 1]))
    assert (verdict.verdict, verdict.says) == (
        "does not conform",
        "What is asked for is n×n, and this is n×1.",
    )


@pytest.mark.parametrize("name", ["g written out", "W for its transpose"])
def test_a_verdict_is_json(name: str) -> None:
    target, answer = (RIGHT | WRONG)[name][:2]
    said = judge_formula(TARGETS[target], answer).as_dict()
    assert json.loads(json.dumps(said)) == said
