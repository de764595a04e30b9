"""Say what the kernel says of a claim, in whichever Python it runs."""

import known_claims
import known_claims_in_time

from bptt.kernel import Contradiction, Refuted, Undecided, prove

CLAIMS = {}
for _module, _kinds in (
    (known_claims, ("TRUE", "FALSE", "OUTSIDE", "NO_VALUE")),
    (known_claims_in_time, ("TRUE", "WRONG")),
):
    for _kind in _kinds:
        for _name, _claim in getattr(_module, _kind).items():
            CLAIMS[_kind + ": " + _name] = _claim


def verdict(name):
    """Name the verdict, and all that is said with it."""
    left, right = CLAIMS[name]
    try:
        said = str(prove(left, right))
    except (Refuted, Undecided, Contradiction) as error:
        return type(error).__name__ + ": " + str(error)
    return "Theorem: " + said
