"""What tests of whole commands have in common."""

from __future__ import annotations

import pytest

from tests.support import forked


@pytest.fixture(scope="session", autouse=True)
def _commands() -> None:
    """Fork commands from a process that knows them all, whichever test comes first and forks workers."""
    forked.begin()
