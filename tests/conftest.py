"""What every test runs under: no screen, and the long runs only where they are asked for."""

from __future__ import annotations

import os
from collections import Counter

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

settings.register_profile("commit", derandomize=True)
settings.register_profile("search", settings.default)
settings.load_profile("search" if os.environ.get("CEREMONY_TEST_ALL") else "commit")
"""Every commit is judged by the same examples; `--all` searches for new ones."""

_ASKED = {"exhaustive": "CEREMONY_TEST_ALL", "tokens": "CEREMONY_TEST_TOKENS"}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures of reliability: what tests recorded as `record_property("figure", "H1: struck")`, counted."""
    reports = [report for stat in ("passed", "skipped") for report in terminalreporter.getreports(stat)]
    figures = Counter(str(value) for report in reports for name, value in report.user_properties if name == "figure")
    for figure in sorted(figures):
        terminalreporter.write_line(f"figure: {figure}: {figures[figure]}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave out what `scripts/test --all` and `--tokens` ask for."""
    for item in items:
        for marker, variable in _ASKED.items():
            if item.get_closest_marker(marker) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"asked for by {variable}"))
