"""What bad input meets, a call, the exception that it raises and all that this says; and what is taken."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

# Of all that compute a loss.
UNKNOWN_LOSS = (
    "loss: expected 'nll' or 'squared_error' or 'binary_cross_entropy' or 'squared_distance' or 'linear' "
    "or a function that returns losses and gradient; received 'mse'"
)

Refusal = tuple[Callable[[], object], type[Exception], str]


def refuses(refusal: Refusal) -> None:
    call, error, message = refusal
    # What trips over bad input further on has not refused it.
    with pytest.raises(Exception) as caught:  # noqa: PT011
        call()
    assert (type(caught.value), str(caught.value)) == (error, message)


@contextmanager
def taken() -> Iterator[None]:
    """Fail where what is good input is refused."""
    try:
        yield
    except (TypeError, ValueError) as refusal:
        pytest.fail(f"refused: {refusal}")
