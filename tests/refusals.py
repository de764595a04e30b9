"""What bad input meets: a call, the exception that it raises, and all that this says."""

from collections.abc import Callable

import pytest

Refusal = tuple[Callable[[], object], type[Exception], str]


def refuses(refusal: Refusal) -> None:
    call, error, message = refusal
    # What trips over bad input further on has not refused it.
    with pytest.raises(Exception) as caught:  # noqa: PT011
        call()
    assert (type(caught.value), str(caught.value)) == (error, message)
