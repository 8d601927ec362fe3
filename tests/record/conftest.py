"""What tests of paper share: the fonts, loaded once."""

from __future__ import annotations

import pytest

from ceremony_app.record.fonts import Faces, load
from tests.record.reading import FONTS


@pytest.fixture(scope="session")
def faces() -> Faces:
    return load(FONTS)
