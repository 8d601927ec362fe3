"""What tests of paper share: the fonts, loaded once."""

from __future__ import annotations

import pytest

from ceremony_app.record.fonts import Faces
from tests.record.reading import our_faces


@pytest.fixture(scope="session")
def faces() -> Faces:
    return our_faces()
