"""Theorems at random are true as declared and as printed; without a guard some are not, and that is seen."""

from pathlib import Path

import pytest
from falsifier.author import Made
from falsifier.families import FAMILIES
from falsifier.features import OCCURS
from falsifier.guards import Guard, guards
from falsifier.judge import FALSE, HOLDS, judge
from falsifier.search import Fault, Found, search

import bptt
from bptt.kernel import decide, scalar

CONCLUSIONS = 1000
# Each is noticed within some conclusions; `make soundness` takes out all guards.
SAMPLE = (
    "a context is taken over",
    "hypotheses are taken over",
    "the conditions of a formula are supposed",
    "what a hypothesis speaks of is free",
    "one word means one thing",
    "a chain supposes what its second proof supposes",
)
WITHIN = 1000


@pytest.fixture(scope="module")
def found() -> Found:
    return search(CONCLUSIONS)


@pytest.mark.slow
def test_no_conclusion_is_false(found: Found) -> None:
    assert not found.faults, "\n".join(line for fault in found.faults for line in fault.lines())


@pytest.mark.slow
def test_nothing_true_is_refuted_and_an_error_is_no_answer(found: Found) -> None:
    assert not found.denied
    assert not found.strange


@pytest.mark.slow
def test_the_falsifier_is_not_blind(found: Found) -> None:
    """One that concludes little, or has no world for what it concludes, finds nothing either."""
    rules = [rule for rule in found.attempts if rule not in ("assign", "words")]
    assert sorted(rules) == ["chain", "decide", "induct", "prove", "summed", "telescope"]
    for rule in rules:
        assert found.made[rule] > max(0.5 * found.attempts[rule], 10), rule
    assert found.verdicts[HOLDS] > 0.9 * found.conclusions
    assert found.points > 10 * found.conclusions
    assert sorted(found.features) == sorted(OCCURS)


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_a_guard_that_is_taken_out_is_noticed(name: str) -> None:
    (guard,) = [guard for guard in guards() if guard.guard == name]
    after, false = guard.without(WITHIN)
    assert after, f"{false}: none of {WITHIN} conclusions is false"


@pytest.mark.parametrize("guard", guards(), ids=lambda guard: guard.guard)
def test_a_guard_stands_where_the_list_says(guard: Guard) -> None:
    assert guard.broken(Path(bptt.__file__).parent)
    assert guard.beside in ("", *(other.guard for other in guards()))
    assert guard.family in ("", *(family.__name__ for family in FAMILIES))


def test_a_fault_is_written_with_the_world_against_it() -> None:
    a = scalar("a")
    theorem = decide(a, a + 0)
    object.__setattr__(theorem, "right", a * a)
    verdict = judge(theorem)
    assert verdict.kind == FALSE
    fault = Fault(0, 1, Made("decide", (), (), theorem, verdict))
    assert fault.lines() == ["decide: proved for all values: a = a * a", "    false: 3 is not 9 at a = 3"]
