"""Rules that are spoilt on purpose, so that the falsifier is seen to find what it looks for."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

import falsifier.theorems as theorems
from falsifier.judge import judge
from falsifier.theorems import Author, Made

Spoil = Callable[[Any, tuple[Any, ...], Sequence[Any]], None]


def forced(proof: Any, **values: Any) -> None:
    """Assign to what may be frozen, under the name that this kernel has for it."""
    for name, value in values.items():
        if hasattr(proof, name):
            object.__setattr__(proof, name, value)


def without_hypotheses(proof: Any, told: tuple[Any, ...], proofs: Sequence[Any]) -> None:
    forced(proof, given=(), hypotheses=())


def without_conditions(proof: Any, told: tuple[Any, ...], proofs: Sequence[Any]) -> None:
    forced(proof, conditions=())


def unquantified(proof: Any, told: tuple[Any, ...], proofs: Sequence[Any]) -> None:
    """Give what was given at one moment at no other; or nowhere, if that is not printed."""
    if hasattr(proof, "hypotheses"):
        forced(proof, hypotheses=proofs[0].hypotheses)
    else:
        forced(proof, given=tuple(item for item in proof.given if told[0] not in item.steps()))


def with_the_wrong_sign(proof: Any, told: tuple[Any, ...], proofs: Sequence[Any]) -> None:
    forced(proof, right=-proof.right)


# The rule, how often it is spoilt, and how.
SPOILT: dict[str, tuple[str, int, Spoil]] = {
    "chain drops hypotheses": ("chain", 1, without_hypotheses),
    "induct drops hypotheses": ("induct", 1, without_hypotheses),
    "summed does not quantify": ("summed", 1, unquantified),
    "decide says yes to a wrong sign": ("decide", 25, with_the_wrong_sign),
    "decide drops conditions": ("decide", 1, without_conditions),
    "chain drops conditions": ("chain", 1, without_conditions),
}


def found_after(name: str, monkeypatch: pytest.MonkeyPatch, most: int) -> int:
    """Count the conclusions until one is false that would not be without the sabotage; 0 if none is."""
    rule, every, spoil = SPOILT[name]
    honest = theorems.applied
    calls, true_before = [0], dict[int, bool]()

    def applied(asked: str, told: tuple[Any, ...], proofs: Sequence[Any]) -> Any:
        proof = honest(asked, told, proofs)
        if asked == rule:
            calls[0] += 1
            if calls[0] % every == 0:
                true_before[id(proof)] = not judge(proof).is_fault
                spoil(proof, told, proofs)
        return proof

    conclusions, found = [0], [0]

    def watch(made: Made) -> None:
        conclusions[0] += 1
        if true_before.pop(id(made.proof), False) and judge(made.proof).is_fault and not found[0]:
            found[0] = conclusions[0]

    with monkeypatch.context() as patched:
        patched.setattr(theorems, "applied", applied)
        seed = 0
        while conclusions[0] < most and not found[0]:
            Author(seed, watch).theorem()
            seed += 1
    return found[0]
