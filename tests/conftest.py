"""What every test runs under: no screen, and the long runs only where they are asked for."""

from __future__ import annotations

import os

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

_ASKED = {"exhaustive": "CEREMONY_TEST_ALL", "tokens": "CEREMONY_TEST_TOKENS"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what `scripts/test --all` and `--tokens` ask for."""
    for item in items:
        for marker, variable in _ASKED.items():
            if item.get_closest_marker(marker) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"asked for by {variable}"))
