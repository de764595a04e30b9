"""What the tests of the slips begin with."""

import pytest


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is named must not depend on how fast the machine is."""
    monkeypatch.setattr("bptt.slips.repairs.PATIENCE", 15.0)
