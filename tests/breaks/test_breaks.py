"""Negative controls: each line broken on purpose is noticed by the test that is about it, as it should be."""

from collections import Counter
from dataclasses import replace

import pytest
from breaks import Break, NotNoticed, copied, listed, outcomes

BREAKS = listed()
EACH_BREAK = pytest.mark.parametrize(
    "broken",
    [pytest.param(one, id=f"{room}: {one.breaks}") for room, breaks in BREAKS.items() for one in breaks],
)
# What a test says that trips over a break by chance, and may not trip tomorrow.
ACCIDENTS = {"AttributeError", "IndexError", "KeyError", "NameError", "RecursionError", "TypeError"}


@pytest.mark.slow
@EACH_BREAK
def test_the_break_is_noticed(broken: Break) -> None:
    broken.check()


@pytest.mark.slow
@pytest.mark.parametrize("room", BREAKS)
def test_the_named_tests_pass_where_nothing_is_broken(room, tmp_path):
    named = {one.by for one in BREAKS[room]}
    ran = outcomes(copied(tmp_path), *sorted(named))
    assert {test: word for test, (word, _) in ran.of.items()} == dict.fromkeys(named, "passed"), ran.said


@EACH_BREAK
def test_a_break_is_well_formed(broken: Break) -> None:
    compile(broken.broken(), broken.file, "exec")
    assert broken.noticed.isidentifier()
    assert broken.noticed not in ACCIDENTS


@pytest.mark.parametrize("room", BREAKS)
def test_every_break_has_a_name_of_its_own(room):
    names = Counter(one.breaks for one in BREAKS[room])
    assert [name for name, times in names.items() if times > 1] == []


# The machine itself, tried on one break that is noticed and on what it must not take for one.
NOTICED = Break(
    breaks="an index may be free and bound",
    file="kernel/language/wellformed.py",
    old="if index.name in around:",
    new="if False:",
    by="kernel/test_proofs.py::"
    "test_a_claim_in_which_a_name_has_two_meanings_is_refused[decide-free and bound]",
    noticed="Failed",
)


@pytest.mark.slow
def test_what_is_noticed_as_it_should_be_passes():
    NOTICED.check()


UNNOTICED = {
    "no test fails": (replace(NOTICED, new="if index.name in list(around):"), "not passed"),
    "the test fails by another exception": (replace(NOTICED, noticed="ValueError"), "not Failed"),
    "there is no such test": (replace(NOTICED, by="kernel/test_proofs.py::test_nothing"), "but 0"),
    "there are several": (replace(NOTICED, by=NOTICED.by.partition("[")[0]), "but 3"),
    "the copy cannot be imported": (replace(NOTICED, new="if nowhere(index) in:"), "but 0"),
    "the copy raises while it is imported": (
        replace(
            NOTICED,
            old="from bptt.kernel.language.equations",
            new="raise ValueError\nfrom bptt.kernel.language.equations",
        ),
        "but 0",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("broken", "why"), UNNOTICED.values(), ids=UNNOTICED)
def test_what_is_not_noticed_as_it_should_be_fails(broken, why):
    with pytest.raises(NotNoticed, match=why):
        broken.check()


@pytest.mark.parametrize(
    ("old", "times"), [("if index.name in nowhere:", 0), ("import", 10)], ids=["nowhere", "in many places"]
)
def test_what_does_not_stand_there_once_is_refused(old, times):
    with pytest.raises(ValueError, match=f"stands {times} times"):
        replace(NOTICED, old=old).check()


def test_a_break_that_changes_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing is changed"):
        replace(NOTICED, new=NOTICED.old).check()
