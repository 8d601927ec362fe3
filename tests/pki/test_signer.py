"""The guard before the token: the approved octets, once, and nothing else."""

from __future__ import annotations

import copy
import hashlib

import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from ceremony_app.core.algorithms import Algorithm, Scheme
from ceremony_app.core.errors import Refusal
from ceremony_app.core.values import Mode
from ceremony_app.pki.issuance import issuance, sign
from ceremony_app.pki.signer import PrivateKey, captured, guarded, key_elsewhere
from ceremony_app.pki.throwaway import spki_of, throwaway_key
from tests.pki.making import Made, SoftToken, root_issuance

APPROVED = b"the octets that the quorum approved"
DIGEST = hashlib.sha256(APPROVED).hexdigest()


def test_the_guard_lets_the_approved_octets_through_once() -> None:
    token = SoftToken(throwaway_key(Algorithm.P256))
    sign_approved = guarded(token.sign, DIGEST)
    assert sign_approved(Scheme.ECDSA_SHA256, APPROVED)
    with pytest.raises(Refusal, match="second signature") as refusal:
        sign_approved(Scheme.ECDSA_SHA256, APPROVED)
    assert refusal.value.rule == "CER-APPROVED"
    assert token.calls == 1


@pytest.mark.parametrize("other", [b"", APPROVED + b"\0", APPROVED[:-1], hashlib.sha256(APPROVED).digest()])
def test_the_guard_lets_nothing_else_through(other: bytes) -> None:
    token = SoftToken(throwaway_key(Algorithm.P256))
    with pytest.raises(Refusal) as refusal:
        guarded(token.sign, DIGEST)(Scheme.ECDSA_SHA256, other)
    assert refusal.value.rule == "CER-APPROVED"
    assert token.calls == 0


def test_a_wrong_approval_reaches_no_token(root: Made) -> None:
    wanted, token = root_issuance(root)
    with pytest.raises(Refusal) as refusal:
        sign(wanted, root.approved["root-crl"], token.sign)
    assert refusal.value.rule == "CER-APPROVED"
    assert token.calls == 0


def test_other_decisions_than_the_approved_reach_no_token(root: Made) -> None:
    wanted, token = root_issuance(root)
    later = msgspec.structs.replace(wanted.fields, not_after="2047-11-23T11:59:59Z")
    with pytest.raises(Refusal):
        sign(issuance(root.policy, Mode.PRODUCTION, later, spki=spki_of(token.key)), root.approved["root"], token.sign)
    assert token.calls == 0


@pytest.mark.parametrize("algorithm", [Algorithm.P256, Algorithm.RSA3072])
def test_a_key_elsewhere_gives_nothing_away(algorithm: Algorithm) -> None:
    real = throwaway_key(algorithm)
    elsewhere = key_elsewhere(real.public_key(), SoftToken(real).sign)
    assert elsewhere.public_key() == real.public_key()
    assert elsewhere.key_size == real.key_size
    for name in ("private_numbers", "private_bytes", "exchange", "decrypt"):
        if hasattr(elsewhere, name):
            with pytest.raises(TypeError):
                getattr(elsewhere, name)()
    with pytest.raises(AssertionError, match="asked for no signature"):
        captured(lambda key: key, real.public_key())


def odd(key: PrivateKey) -> bytes:
    """A signature of a scheme that no policy has."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(b"data", padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    assert key.curve.name == "secp256r1"
    return key.sign(b"data", ec.ECDSA(hashes.SHA512()))


def test_keys_elsewhere_are_copied_by_name_only_and_sign_by_known_schemes_only() -> None:
    """The library copies keys; other paddings and hashes than a policy's never reach the token."""
    for algorithm in (Algorithm.P256, Algorithm.RSA3072):
        token = SoftToken(throwaway_key(algorithm))
        elsewhere = key_elsewhere(token.key.public_key(), token.sign)
        assert copy.copy(elsewhere) is elsewhere
        assert copy.deepcopy(elsewhere) is elsewhere
        with pytest.raises(Refusal, match="CER-APPROVED"):
            odd(elsewhere)
        assert token.calls == 0
