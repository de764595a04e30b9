"""Makes a false theorem smaller: puts numbers in place of parts of it and goes through its rules again."""

from collections.abc import Callable
from typing import Any

from bptt.kernel import Equation, Formula
from bptt.kernel.formula import Number
from falsifier.theorems import Made, applied, walked

MOST_TRIALS = 60


def size(made: Made) -> int:
    """Measure a theorem by what is printed of it and of all that it was made from."""
    return len(str(made.proof)) * 4 + sum(size(premise) for premise in made.premises)


def shrunk(made: Made, still: Callable[[Made], bool]) -> Made:
    """Replace parts by 0 or 1 wherever they stand, as long as it is smaller and ``still`` what it was."""
    trials, tried = 0, set[tuple[str, int]]()
    while True:
        for part in sorted(parts(made), key=len, reverse=True):
            for value in (0, 1):
                if (part, value) in tried or part in ("0", "1"):
                    continue
                tried.add((part, value))
                trials += 1
                if trials > MOST_TRIALS:
                    return made
                smaller = again(made, part, Number(value))
                if smaller is not None and size(smaller) < size(made) and still(smaller):
                    made = smaller
                    break
            else:
                continue
            break
        else:
            return made


def parts(made: Made) -> set[str]:
    """List the scalar parts of all formulas that the rules were told of."""
    found: set[str] = set()
    for premise in made.premises:
        found |= parts(premise)
    for item in made.told:
        for formula in formulas(item):
            found |= {str(node) for node in walked(formula) if node.shape == (1, 1)}
    return found


def formulas(item: Any) -> list[Formula]:
    if isinstance(item, Formula):
        return [item]
    if isinstance(item, (tuple, list)):
        return [side for equation in item for side in (equation.left, equation.right)]
    return []


def again(made: Made, part: str, value: Formula) -> "Made | None":
    """Go through the rules once more with a part replaced; None where a rule does not follow."""
    if made.rule == "assign":
        return None
    premises = [again(premise, part, value) for premise in made.premises]
    try:
        told = tuple(replaced(item, part, value) for item in made.told)
        kept = [premise for premise in premises if premise is not None]
        if len(kept) < len(premises):
            return None
        return Made(made.rule, told, tuple(kept), applied(made.rule, told, [item.proof for item in kept]))
    except Exception:  # whatever does not follow any more is not smaller
        return None


def replaced(item: Any, part: str, value: Formula) -> Any:
    if isinstance(item, Formula):
        if str(item) == part and item.shape == (1, 1):
            return value
        return item.with_args(*(replaced(arg, part, value) for arg in item.args)) if item.args else item
    if isinstance(item, (tuple, list)):
        return [
            Equation(equation.left, replaced(equation.right, part, value), definition=equation.definition)
            for equation in item
        ]
    return item
