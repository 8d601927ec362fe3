"""Signing where a token offers less: SoftHSM with mechanisms switched off, and the token in memory without them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.device import KeySpec
from ceremony_app.core.errors import Executed
from ceremony_app.core.ports import TokenPort
from ceremony_app.hsm.softhsm import SoftHsm
from tests.fakes.token import FakeToken
from tests.fakes.token_parts import MECHANISMS
from tests.hsm.common import ID, activated, fault_of, verify
from tests.hsm.conftest import Opener

COMBINED = ("SHA256_RSA_PKCS_PSS", "SHA384_RSA_PKCS_PSS")
PSS = (*COMBINED, "RSA_PKCS_PSS")
Without = Callable[..., TokenPort]
RSA = KeySpec(label="operator-root", id=ID, algorithm=Algorithm.RSA3072)


def without_on_softhsm(request: pytest.FixtureRequest, *names: str) -> TokenPort:
    """SoftHSM's own switch; the first name after the minus sign is lost on version 2.6.1, so none stands there."""
    softhsm: SoftHsm = request.getfixturevalue("softhsm")
    opened: Opener = request.getfixturevalue("opened")
    off = ",".join(("-", *(f"CKM_{name}" for name in names)))
    with Path(softhsm.environment["SOFTHSM2_CONF"]).open("a") as settings:
        settings.write(f"slots.mechanisms = {off}\n")
    return activated(opened())


@pytest.fixture(params=["fake", "softhsm"])
def without(request: pytest.FixtureRequest) -> Without:
    """An activated token that does not offer these mechanisms."""

    def fake(*names: str) -> TokenPort:
        return activated(FakeToken(offered=tuple(one for one in MECHANISMS if one.name not in names)))

    def soft(*names: str) -> TokenPort:
        return without_on_softhsm(request, *names)

    return fake if request.param == "fake" else soft


def test_a_token_that_pads_and_does_not_hash_signs_by_pss_all_the_same(request: pytest.FixtureRequest) -> None:
    token = without_on_softhsm(request, *COMBINED)
    offered = {mechanism.name for mechanism in token.mechanisms()}
    assert "RSA_PKCS_PSS" in offered
    assert not offered & set(COMBINED)
    report = token.generate_key_pair(RSA)
    for scheme in (Scheme.PSS_SHA256, Scheme.PSS_SHA384):
        verify(report, scheme, token.sign(ID, scheme, b"to be signed"), b"to be signed")


def test_a_token_without_pss_says_so_and_signs_by_the_other_padding(without: Without) -> None:
    token = without(*PSS)
    assert not {mechanism.name for mechanism in token.mechanisms()} & set(PSS)
    report = token.generate_key_pair(RSA)
    for scheme in (Scheme.PSS_SHA256, Scheme.PSS_SHA384):
        fault = fault_of(lambda scheme=scheme: token.sign(ID, scheme, b"x"))  # type: ignore[misc]  # a default that binds
        assert (fault.rule, fault.code, fault.executed) == ("CER-TOKEN", "SCHEME_NOT_OFFERED", Executed.NO)
        assert scheme.value in fault.why
    verify(report, Scheme.RSA_SHA256, token.sign(ID, Scheme.RSA_SHA256, b"x"), b"x")


def test_a_token_without_eddsa_says_so_and_the_key_stays(without: Without) -> None:
    token = without("EDDSA")
    token.generate_key_pair(KeySpec(label="operator-root", id=ID, algorithm=Algorithm.ED25519))
    before = token.inventory()
    fault = fault_of(lambda: token.sign(ID, Scheme.ED25519, b"x"))
    assert (fault.code, fault.executed) == ("CKR_MECHANISM_INVALID", Executed.NO)
    assert "does not offer this algorithm" in fault.why
    assert token.inventory() == before
