"""Ceremonies held once for all tests of the verifier, and copies of them to be spoiled."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ceremony_app.chronicle.press import Press
from ceremony_app.cli.program import press_of
from ceremony_app.record.process import PdfMaker
from tests.verify import events, forging
from tests.verify.holding import hold


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    with PdfMaker() as maker:
        yield press_of(maker)


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory, press: Press) -> Path:
    """A ceremony that went as planned, with real documents."""
    return hold(tmp_path_factory.mktemp("finished") / "folder", press)


@pytest.fixture(scope="session")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ceremony in which much went otherwise than planned, and which was completed."""
    return events.eventful(tmp_path_factory.mktemp("eventful") / "folder")


@pytest.fixture(scope="session")
def aborted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return events.aborted(tmp_path_factory.mktemp("aborted") / "folder")


@pytest.fixture(scope="session")
def unfinished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ceremony that stopped in the middle of a step."""
    return events.unfinished(tmp_path_factory.mktemp("unfinished") / "folder")


@pytest.fixture
def copy(tmp_path: Path) -> Callable[[Path], Path]:
    """A copy of a folder, to be spoiled."""
    return lambda folder: forging.copied(folder, tmp_path / "copy")
