"""Theorems at random are true as declared and as printed; a rule that is spoilt is found out."""

import pytest
from falsifier.judge import FALSE, judge
from falsifier.sabotage import SPOILT, found_after
from falsifier.search import lines, search
from falsifier.theorems import Made

from bptt.kernel import decide, scalar

pytestmark = pytest.mark.slow

WITHIN = 1000  # each spoilt rule is found within as many conclusions as are judged above


@pytest.mark.parametrize("block", range(4))
def test_no_conclusion_is_false(block: int) -> None:
    found = search(250, start=100_000 * block)
    assert not found.faults, "\n".join(line for fault in found.faults for line in fault.lines)
    assert not found.denied, "what is true was refuted"
    assert not found.strange, "an error is no answer"
    # A falsifier that concludes little, or has no world for what it concludes, finds nothing either.
    assert found.conclusions > 0.3 * found.attempts
    assert found.verdicts["holds"] > 0.8 * found.conclusions
    assert found.points > 5 * found.conclusions


@pytest.mark.parametrize("name", SPOILT)
def test_a_rule_that_is_spoilt_is_found_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if "conditions" in name and not hasattr(decide(scalar("a"), scalar("a")), "hypotheses"):
        pytest.skip("the conditions of this kernel are words, which say nothing that can be lost")
    assert found_after(name, monkeypatch, WITHIN)


def test_a_fault_is_written_with_the_world_against_it() -> None:
    a = scalar("a")
    made = Made("decide", (), (), decide(a, a + 0))
    object.__setattr__(made.proof, "right", a * a)
    made.verdict = judge(made.proof)
    assert made.verdict.kind == FALSE
    assert lines(made)[-1] == "    false: 3 is not 9 at a = 3"
