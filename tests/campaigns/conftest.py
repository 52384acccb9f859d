"""The channels for mass messages are found by their place."""

import pytest

from app.wiring import wire


@pytest.fixture(autouse=True, scope="session")
def wired() -> None:
    wire()
