"""The runs of the models, and the references held against them: no formula of a derivative is in a run."""

from itertools import pairwise

import pytest

from bptt.check.model import SIZES, difference, first_difference, runs, spots
from bptt.check.mutants import mutants
from bptt.check.questions import Question
from bptt.check.targets import LADDER, TARGETS
from bptt.kernel import decide

asked = pytest.mark.parametrize("question", LADDER, ids=repr)


@asked
def test_a_reference_is_what_the_model_says_at_all_sizes(question: Question) -> None:
    compared = 0
    for run in runs(question):
        for spot in spots(run, question.reference):
            assert (
                first_difference(run.value(question.reference, spot.indices), run.truth(spot.indices)) is None
            )
            compared += 1
    assert compared >= len(SIZES)


@asked
def test_a_mutant_of_a_reference_is_refuted_or_equal(question: Question) -> None:
    """A mutant that no run tells from the reference is proved to be the same."""
    seen = 0
    for mutant in mutants(question.reference):
        if mutant.formula is None or mutant.formula.shape != question.shape:
            continue
        if " only" in mutant.slip or "no sum over s" in mutant.slip:
            continue
        found = difference(question, mutant.formula)
        seen += found is not None
        if found is None:
            assert decide(question.reference, mutant.formula), mutant
    assert seen


def test_the_gradient_by_the_logits_is_what_its_word_says() -> None:
    for run in runs(TARGETS["W"]):
        for time in range(1, run.last + 1):
            assert first_difference(run.values["g_o"][time], run.derivative("o", time, {})) is None


def test_the_numbers_of_a_run_hide_nothing() -> None:
    """Transposes, neighbouring labels and slopes can be told apart; nothing starts from zero."""
    for run in runs(TARGETS["W"]):
        n, values = run.sizes["n"], run.values
        W = values["W"]
        assert n == 1 or [[W[j][i] for j in range(n)] for i in range(n)] != W
        labels = [values["y"][time] for time in range(run.last + 2)]
        assert all(one != other for one, other in pairwise(labels))
        states = [entry for time in range(run.last + 1) for (entry,) in values["h"][time]]
        assert all(0.05 < abs(entry) < 0.999 for entry in states)
        assert len({round(entry, 6) for entry in states}) == len(states)
