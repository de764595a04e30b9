"""What bad input meets: a call, the exception that it raises, and all that this says."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest

Refusal = tuple[Callable[[Any], object], type[Exception], str]


def refuses(numeric: ModuleType, refusal: Refusal) -> None:
    call, error, message = refusal
    with pytest.raises(error) as caught:
        call(numeric)
    assert str(caught.value) == message
