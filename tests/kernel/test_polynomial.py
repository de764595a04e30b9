"""The limits on what polynomials may cost."""

import pytest

from bptt.kernel import Size, Undecided
from bptt.kernel.proof.polynomial import MOST_WORK, Allowance, Extent, allowance, monomial


def test_work_is_limited_within_a_call_and_what_is_called_by_it_shares_the_limit() -> None:
    work = Allowance()
    work.spend(2 * MOST_WORK)  # nothing was called
    with work:
        work.spend(MOST_WORK - 1)
        with work:
            work.spend(1)
            with pytest.raises(Undecided, match=f"more than {MOST_WORK} terms"):
                work.spend(1)
    with work:
        work.spend(MOST_WORK)


def test_what_is_multiplied_out_is_work() -> None:
    two = monomial(Extent(Size("n"))) + monomial(Extent(Size("m")))
    with allowance():
        allowance().spend(MOST_WORK - 3)
        with pytest.raises(Undecided, match="terms to compare"):
            two * two
