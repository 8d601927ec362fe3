"""The shim, compiled once, and a practice token behind it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ceremony_app.hsm.softhsm import SoftHsm
from tests.faults.building import build
from tests.faults.rig import Rig, copied, prepared_home


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Each process of a parallel run has a folder of its own, and compiles there."""
    return build(tmp_path_factory.mktemp("shim"))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> SoftHsm:
    return prepared_home(tmp_path_factory.mktemp("home") / "softhsm")


@pytest.fixture
def rig(shim: Path, home: SoftHsm, tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(shim=shim, softhsm=copied(home, tmp_path / "softhsm"), folder=tmp_path)
    rig.plan()
    yield rig
    rig.close()
