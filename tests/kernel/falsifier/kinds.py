"""Says of what kind a fault is: what would have to be kept, or told apart, for it to go away.

Each kind is named as in the list of known unsound cases. A fault is looked at where it enters: at a rule
whose premises are true and whose conclusion is not.
"""

from dataclasses import replace
from typing import Any

from falsifier.declared import Reader, declared
from falsifier.judge import ALIKE, FALSE, MISREAD, REDEFINED, judged
from falsifier.printed import ASPECTS, Alike, printed
from falsifier.statement import Condition, Hypothesis, Statement
from falsifier.theorems import Made, walked

KINDS = {
    "A01": "a denominator is multiplied away by a rule that chains proofs",
    "A02": "a denominator is multiplied away where a rule compares its proof with what it needs",
    "A03": "of two hypotheses that print alike one is dropped",
    "A05": "a free variable is dropped that may have no value",
    "A06": "a hypothesis over an empty range is used",
    "A07": "the middle of a chain never has a value, given what is given",
    "A08": "functions of different order print alike",
    "A10": "one value of a series is defined twice",
    "A12": "the value of a series prints as the series: by a chain",
    "A13": "the value of a series prints as the series: in one proof",
    "A14": "a variable prints as a symbol, a size, a horizon or another variable",
    "A15": "a named formula or a function prints as another formula",
    "A17": "something was assigned to after the proof",
    "index": "what is given of one value of an index is used for all of them, by a sum over it",
    "other": "none of these",
}


def kind(made: Made) -> str:
    """Name the kind of a fault at the rule where it enters."""
    verdict = made.verdict.kind
    if made.rule == "assign":
        return "A17"
    if verdict == REDEFINED:
        return "A10"
    if verdict in (MISREAD, ALIKE):
        return misread(made)
    assert verdict == FALSE
    reader = Reader()
    statement = reader.statement(made.proof)
    if not made.premises:
        return "A06" if any(item.own for item in statement.hypotheses) else "other"
    premises = [declared(premise.proof) for premise in made.premises]
    if made.rule in ("summed", "telescope"):
        summed = reader.identity(made.told[0])
        still = tuple(var for var in statement.context if var.key == summed)
        quantified = tuple(replace(item, own=still + item.own) for item in statement.hypotheses)
        if still and true(replace(statement, hypotheses=quantified)):
            return "index"
    if true(with_hypotheses(statement, premises)):
        return "A03"
    if true(with_context(statement, premises)):
        return "A05"
    for kept in (statement, with_context(with_hypotheses(statement, premises), premises)):
        repaired = with_values(kept, premises)
        if true(repaired):
            if made.rule in ("telescope", "induct"):
                return "A02"
            return "A01" if judged(repaired).points else "A07"
    return "other"


def misread(made: Made) -> str:
    """Find the one aspect of the print that misleads."""
    for aspect in sorted(ASPECTS):
        if not misleads(made.proof, frozenset((aspect,))):
            continue
        if aspect == "values":
            return "A12" if made.rule == "chain" else "A13"
        if aspect == "variables":
            return "A14"
        # The derivative of a function is named by what the function prints as.
        derived = any(str(node).startswith("diff(") for node in walked(made.proof.left))
        return "A08" if aspect == "functions" or derived else "A15"
    return "A14" if made.verdict.kind == ALIKE else "other"


def meets_its_value(proof: Any) -> bool:
    """Tell whether the value of a series stands in a proof together with the series at that moment."""
    equations = proof.hypotheses if hasattr(proof, "hypotheses") else proof.given
    sides = [proof.left, proof.right]
    sides += [side for equation in equations for side in (equation.left, equation.right)]
    nodes = [node for side in sides for node in walked(side)]
    return bool(
        {str(node) for node in nodes if type(node).__name__ == "Named"}
        & {str(node) for node in nodes if type(node).__name__ == "At"}
    )


def enters(made: Made) -> bool:
    """Tell whether a fault enters here: no premise has it."""
    if not made.verdict.is_fault:
        return False
    faulty = [premise for premise in made.premises if premise.verdict.is_fault]
    if made.verdict.kind == MISREAD and meets_its_value(made.proof):
        # A value alone prints as a series of which nothing else is said; that the two meet is worse.
        return not any(meets_its_value(premise.proof) for premise in faulty)
    return not faulty


def misleads(proof: Any, aspects: frozenset[str]) -> bool:
    try:
        return judged(printed(proof, aspects)).is_fault
    except Alike:
        return True


def true(statement: Statement) -> bool:
    return not judged(statement).is_fault


def lost(statement: Statement, premise: Statement) -> tuple[Any, ...]:
    kept = {var.key for var in statement.context}
    return tuple(var for var in premise.context if var.key not in kept)


def with_context(statement: Statement, premises: list[Statement]) -> Statement:
    """Keep what is free in the premises of a chain."""
    missing = {var.key: var for premise in premises for var in lost(statement, premise)}
    sizes = dict.fromkeys(size for part in (statement, *premises) for size in part.sizes)
    return replace(statement, context=(*statement.context, *missing.values()), sizes=tuple(sizes))


def with_hypotheses(statement: Statement, premises: list[Statement]) -> Statement:
    """Keep what is given in the premises, for all values of what is free there and not here."""
    found = list(statement.hypotheses)
    for premise in premises:
        own = lost(statement, premise)
        found += [Hypothesis((*own, *item.own), item.left, item.right) for item in premise.hypotheses]
    sizes = dict.fromkeys(size for part in (statement, *premises) for size in part.sizes)
    return replace(statement, hypotheses=tuple(found), sizes=tuple(sizes))


def with_values(statement: Statement, premises: list[Statement]) -> Statement:
    """Ask that the sides of the premises have values, wherever they are used."""
    conditions = list(statement.conditions)
    for premise in premises:
        own = lost(statement, premise)
        conditions += [Condition(own, side, "value") for side in (premise.left, premise.right)]
    sizes = dict.fromkeys(size for part in (statement, *premises) for size in part.sizes)
    return replace(statement, conditions=tuple(conditions), sizes=tuple(sizes))
