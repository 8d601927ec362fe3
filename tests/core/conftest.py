"""A table with a ceremony that is open."""

from __future__ import annotations

import pytest

from tests.core.table import Table


@pytest.fixture
def table() -> Table:
    """An open ceremony at its first step."""
    made = Table()
    made.open()
    return made
