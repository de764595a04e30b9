"""The slips that people make with time, those that have been published among them."""

import pytest

from bptt.check import Judgement, judge
from bptt.kernel import (
    Equation,
    Formula,
    Recurrence,
    Undecided,
    diag,
    onehot,
    outer,
    prove,
    series,
    softmax,
    step,
    sum_over,
    summed,
)
from bptt.kernel.run.refutation import Refuted
from bptt.network import T, V, W, early, g, g_o, h, o, slope, t, y

OUTPUT = softmax(o[t]) - onehot(y[t])
STATE = W.T @ slope(early + 1) @ g[early + 1] + V.T @ g_o[early]
RECURRENT = sum_over(t, slope(t) @ outer(g[t], h[t - 1]))

MADE = {
    "prediction at another time": (OUTPUT, "softmax(o[t]) - onehot(y[t+1])"),
    "label minus prediction": (OUTPUT, "-(softmax(o[t]) - onehot(y[t]))"),
    "label forgotten": (OUTPUT, "softmax(o[t])"),
    "softmax differentiated once more": (OUTPUT, "softmax(o[t]) * (1 - softmax(o[t])) - onehot(y[t])"),
    "the slope one step off": (STATE, "W.T @ diag(1 - h[t]**2) @ g[t+1] + V.T @ g_o[t]"),
    "the gradient one step off": (STATE, "W.T @ diag(1 - h[t+1]**2) @ g[t] + V.T @ g_o[t]"),
    "the diagonal on the other side": (STATE, "diag(1 - h[t+1]**2) @ W.T @ g[t+1] + V.T @ g_o[t]"),
    "W not transposed": (STATE, "W @ diag(1 - h[t+1]**2) @ g[t+1] + V.T @ g_o[t]"),
    "no slope": (STATE, "W.T @ g[t+1] + V.T @ g_o[t]"),
    "the slope twice": (STATE, "W.T @ diag(1 - h[t+1]**2) @ diag(1 - h[t+1]**2) @ g[t+1] + V.T @ g_o[t]"),
    "no recurrent term": (STATE, "V.T @ g_o[t]"),
    "no output term": (STATE, "W.T @ diag(1 - h[t+1]**2) @ g[t+1]"),
    "the state after for the state before": (RECURRENT, "sum_over(t, diag(1 - h[t]**2) @ g[t] @ h[t].T)"),
    "the last step only": (RECURRENT, "diag(1 - h[T]**2) @ g[T] @ h[T-1].T"),
    "not added up over time": (RECURRENT, "diag(1 - h[t_only]**2) @ g[t_only] @ h[t_only-1].T"),
}


@pytest.mark.parametrize("slip", MADE, ids=str)
def test_the_slip_is_made_and_refuted(slip: str) -> None:
    right, wrong = MADE[slip]
    refuted = [str(mutant.formula) for mutant, _ in judge(right, right).refuted]
    assert wrong in refuted


@pytest.mark.parametrize("right", [OUTPUT, STATE, RECURRENT], ids=["output", "state", "recurrent"])
def test_every_slip_with_time_is_decided(right: Formula) -> None:
    judgement = judge(right, right)
    assert len(judgement.refuted) >= 8
    assert not judgement.undecided


def test_slips_that_have_been_published() -> None:
    """One step off, a factor or a term missing, and a gradient that is not added up over time."""
    for right, wrong in (
        (STATE, W.T @ slope(early) @ g[early + 1] + V.T @ g_o[early]),
        (RECURRENT, slope(T) @ outer(g[T], h[T - 1])),
        (RECURRENT, sum_over(t, outer(g[t], h[t - 1]))),
        (STATE, W.T @ slope(early + 1) @ g[early + 1]),
    ):
        with pytest.raises(Refuted):
            prove(right, wrong)
    with pytest.raises(Refuted):
        prove(RECURRENT, sum_over(t, outer(h[t - 1], slope(t) @ g[t])))


def found(judgement: Judgement, kind: str) -> list[str]:
    return [mutant.slip for mutant, _ in getattr(judgement, kind)]


z, w = series("z"), series("w")
ONE = Equation(w[t], 1)


def test_mutants_are_judged_by_what_the_claim_is_given() -> None:
    given = judge(2 * z[t], 2 * z[t] * w[t], [ONE])
    assert found(given, "disguised") == ["without the factor w[t]", "w[t] twice"]
    assert {"z[t] twice", "w[t] one step later", "z[t] one step earlier"} < set(found(given, "refuted"))
    assert "w[t] twice" in found(judge(2 * z[t], 2 * z[t] * w[t]), "refuted")


def test_a_counterexample_is_a_point_where_what_is_given_holds() -> None:
    for mutant, counterexample in judge(2 * z[t], 2 * z[t] * w[t], [ONE]).refuted:
        values = counterexample.point["w"]
        assert isinstance(values, dict)
        assert values[counterexample.times["t"]] == [[1]], mutant.slip


carried = Recurrence(h, t, diag(g[t]) @ W @ h[t - 1])
SUMMED = summed(t, prove(V @ h[t], V @ diag(g[t]) @ W @ h[t - 1], given=[carried[t]]))
SAME = sum_over(t, V @ diag(g[t]).T @ W @ h[t - 1])


def test_what_equals_the_right_side_is_the_same_where_the_left_needs_a_rule_over_time() -> None:
    with pytest.raises(Undecided):
        prove(SUMMED.left, SAME, SUMMED.hypotheses)
    judgement = judge(SUMMED.left, SUMMED.right, SUMMED.hypotheses)
    assert found(judgement, "disguised") == ["diag(g[t]) transposed"]
    assert str(judgement.disguised[0][1].right) == str(SAME)
    assert {"h[t-1] one step later", "g[t] one step earlier", "the last t only"} < set(
        found(judgement, "refuted")
    )
    assert not judgement.undecided


def test_what_equals_a_wrong_right_side_is_refuted() -> None:
    judgement = judge(SUMMED.left, 2 * SUMMED.right, SUMMED.hypotheses)
    assert "diag(g[t]) transposed" in found(judgement, "refuted")
    assert not judgement.disguised


def test_the_sum_in_a_sum_on_which_its_range_depends_is_left_out_too() -> None:
    s, r = step("s", T), step("r", T, 1, t)
    later = step("t", T, s, T)
    by_t = sum_over(t, sum_over(r, z[r] * w[t]))
    judgement = judge(by_t, sum_over(s, sum_over(later, z[s] * w[later])))
    assert {"no sum over s", "no sum over t", "the first t only"} <= set(found(judgement, "refuted"))
    assert not judgement.undecided
