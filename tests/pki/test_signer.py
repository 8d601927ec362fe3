"""The guard before the token: the approved octets, once, and nothing else."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterator
from functools import partial

import msgspec
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

from ceremony_app.core.algorithms import Algorithm, Scheme, fits
from ceremony_app.core.errors import Refusal
from ceremony_app.core.values import Mode
from ceremony_app.pki.issuance import issuance, sign
from ceremony_app.pki.proof import proves
from ceremony_app.pki.schemes import rsa_padding
from ceremony_app.pki.signer import PrivateKey, captured, guarded, key_elsewhere, signed, signing_with
from ceremony_app.pki.throwaway import spki_of, throwaway_key
from tests.pki.making import Made, SoftToken, root_issuance

APPROVED = b"the octets that the quorum approved"
DIGEST = hashlib.sha256(APPROVED).hexdigest()
KEYS = {algorithm: throwaway_key(algorithm) for algorithm in Algorithm}


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


@pytest.mark.parametrize("algorithm", [Algorithm.P256, Algorithm.ED25519, Algorithm.RSA3072])
def test_a_key_elsewhere_gives_nothing_away(algorithm: Algorithm) -> None:
    real = throwaway_key(algorithm)
    elsewhere = key_elsewhere(real.public_key(), SoftToken(real).sign)
    assert elsewhere.public_key() == real.public_key()
    if not isinstance(real, ed25519.Ed25519PrivateKey):
        assert getattr(elsewhere, "key_size", None) == real.key_size
    for name in ("private_numbers", "private_bytes", "private_bytes_raw", "exchange", "decrypt"):
        if hasattr(elsewhere, name):
            with pytest.raises(TypeError):
                getattr(elsewhere, name)()
    with pytest.raises(AssertionError, match="asked for no signature"):
        captured(lambda key: key, real.public_key())


def odd(key: PrivateKey) -> Iterator[Callable[[], object]]:
    """Signatures of schemes that no policy has."""
    if isinstance(key, rsa.RSAPrivateKey):
        for hashed, mask, salt in (
            (hashes.SHA256(), hashes.SHA256(), 20),
            (hashes.SHA256(), hashes.SHA384(), 32),
            (hashes.SHA384(), hashes.SHA384(), padding.PSS.MAX_LENGTH),
            (hashes.SHA512(), hashes.SHA512(), 64),
        ):
            yield partial(key.sign, b"data", padding.PSS(padding.MGF1(mask), salt), hashed)
        yield partial(key.sign, b"data", rsa_padding(Scheme.PSS_SHA256), hashes.SHA384())
        yield partial(key.sign, b"data", padding.PKCS1v15(), hashes.SHA512())
    else:
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        yield partial(key.sign, b"data", ec.ECDSA(hashes.SHA224()))
        yield partial(key.sign, b"data", ec.ECDSA(hashes.SHA3_256()))
        yield partial(key.sign, b"data", ec.ECDSA(utils.Prehashed(hashes.SHA256())))


@pytest.mark.parametrize("algorithm", [Algorithm.P256, Algorithm.RSA3072])
def test_keys_elsewhere_sign_by_known_schemes_only(algorithm: Algorithm) -> None:
    """Other paddings, masks, salts and hashes than a policy's never reach the token."""
    token = SoftToken(throwaway_key(algorithm))
    for asked in odd(key_elsewhere(token.key.public_key(), token.sign)):
        with pytest.raises(Refusal, match="CER-APPROVED"):
            asked()
    assert token.calls == 0


@pytest.mark.parametrize("algorithm", Algorithm)
def test_keys_elsewhere_are_copied_by_name_only(algorithm: Algorithm) -> None:
    """The library copies keys."""
    token = SoftToken(throwaway_key(algorithm))
    elsewhere = key_elsewhere(token.key.public_key(), token.sign)
    assert copy.copy(elsewhere) is elsewhere
    assert copy.deepcopy(elsewhere) is elsewhere


class Recording:
    """A builder that only notes how it was asked to sign."""

    def sign(self, private_key: PrivateKey, algorithm: object, *, rsa_padding: object = None) -> tuple[object, object]:
        del private_key
        return algorithm, rsa_padding


@pytest.mark.parametrize("algorithm", Algorithm)
@pytest.mark.parametrize("scheme", Scheme)
def test_a_scheme_goes_with_its_own_family_of_keys_and_with_no_other(algorithm: Algorithm, scheme: Scheme) -> None:
    key = KEYS[algorithm]
    if fits(algorithm, scheme):
        assert signed(Recording(), key, scheme)
        made = signing_with(key)(scheme, APPROVED)
        assert proves(spki_of(key), algorithm, scheme, APPROVED, made)
        assert not proves(spki_of(key), algorithm, scheme, APPROVED + b"\0", made)
        for other in Scheme:
            if other is not scheme:
                assert not proves(spki_of(key), algorithm, other, APPROVED, made)
    else:
        with pytest.raises(Refusal) as refusal:
            signed(Recording(), key, scheme)
        assert refusal.value.rule == "CER-PROFILE"
        with pytest.raises(TypeError):
            signing_with(key)(scheme, APPROVED)
