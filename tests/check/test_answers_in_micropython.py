"""What is said of an answer is the same in a page, which runs MicroPython, as here."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from known_answers import ANSWERS

from bptt.check import TARGETS, check, judge_formula

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "kernel"))
from micropython.machine import answers, runs, sources  # noqa: E402 (its folder is no package)

pytestmark = pytest.mark.slow
TYPED = [
    (entry["target"], entry["text"])
    for name in ("right", "wrong")
    for entry in yaml.safe_load((HERE / f"answers/{name}.yml").read_text(encoding="utf-8"))
    if entry["target"] != "free"
]
BEFORE = """
import json
from bptt.check import TARGETS, check, judge_formula
from known_answers import ANSWERS
def judged(name):
    target, answer = ANSWERS[name]
    return json.dumps(judge_formula(TARGETS[target], answer).as_dict())
def checked(target, text):
    return json.dumps(check(target, text).as_dict())
"""


def there(calls: list[str]) -> list[Any]:
    files = sources("kernel", "network.py", "check", beside=[HERE / "known_answers.py"])
    return [json.loads(said) for said in answers(files, BEFORE, calls)]


@runs
def test_what_is_said_of_a_formula_is_the_same() -> None:
    here = [judge_formula(TARGETS[target], answer).as_dict() for target, answer in ANSWERS.values()]
    assert there([f"judged({name!r})" for name in ANSWERS]) == here


@runs
def test_what_is_said_of_a_text_is_the_same() -> None:
    here = [check(target, text).as_dict() for target, text in TYPED]
    said = there([f"checked({target!r}, {text!r})" for target, text in TYPED])
    for typed, one, other in zip(TYPED, here, said, strict=True):
        assert other == one, typed
