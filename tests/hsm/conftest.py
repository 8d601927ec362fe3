"""Practice tokens: a SoftHSM home of its own for each test, and workers that are seen out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ceremony_app.core.errors import Refusal
from ceremony_app.core.ports import TokenPort
from ceremony_app.hsm.correspondent import Deadlines
from ceremony_app.hsm.open import open_token
from ceremony_app.hsm.remote import RemoteToken
from ceremony_app.hsm.softhsm import SoftHsm, find_module, prepare
from tests.fakes.token import FakeToken
from tests.hsm.common import PIN, SO_PIN

Opener = Callable[..., RemoteToken]


@pytest.fixture(scope="session")
def softhsm_module() -> Path:
    try:
        return find_module()
    except Refusal as refusal:
        pytest.skip(refusal.paragraph())


@pytest.fixture
def softhsm(softhsm_module: Path, tmp_path: Path) -> SoftHsm:
    return prepare(tmp_path / "softhsm")


@pytest.fixture
def opened(softhsm: SoftHsm) -> Iterator[Opener]:
    tokens: list[RemoteToken] = []

    def opener(deadlines: Deadlines | None = None) -> RemoteToken:
        tokens.append(open_token(softhsm.module, softhsm.serial, environment=softhsm.environment, deadlines=deadlines))
        return tokens[-1]

    yield opener
    for token in tokens:
        token.close()


@pytest.fixture(params=["fake", "softhsm"])
def factory(request: pytest.FixtureRequest) -> TokenPort:
    """A token in factory state: the one in memory, and SoftHSM behind its worker."""
    if request.param == "fake":
        return FakeToken()
    token: TokenPort = request.getfixturevalue("opened")()
    return token


@pytest.fixture
def token(factory: TokenPort) -> TokenPort:
    """A token with both PINs, and nobody logged in."""
    factory.initialise("Root token", SO_PIN)
    factory.set_user_pin(SO_PIN, PIN)
    return factory


@pytest.fixture
def active(token: TokenPort) -> TokenPort:
    """A token with the user logged in."""
    token.activate(PIN)
    return token
